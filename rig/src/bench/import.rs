//! Whole imports by the release binary against the usual Python stack, on the same file in the same run; and
//! their memory.
//!
//! The Python side reads a sample, because it takes minutes where Ringonce takes seconds; its rows per second
//! are compared, which favours neither: both go through a file row by row.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use ringonce_import::sample;
use serde::Deserialize;

use super::process::{Observed, observe};
use super::{Measure, Size};
use crate::python;
use crate::workspace::{build_release, output, program, release_binary, target};

const TOOL: &str = "tools/import-bench";
const SEED: u64 = 1;

/// Rows that Python reads of a file.
const SAMPLE: u32 = 50_000;

/// Two peaks of memory are the same when they differ by less: allocators are not exact.
const SAME: f64 = 1.2;

/// The output of the baseline.
#[derive(Deserialize)]
struct Baseline {
    rows: f64,
    seconds: f64,
}

/// Rows per second of a CSV against Python, and the peak memory of two sizes.
pub(super) fn csv(size: Size) -> Result<Vec<Measure>> {
    build_release()?;
    let rows = if size.quick { 100_000 } else { 1_000_000 };
    let file = csv_file(rows)?;
    let python = baseline(&file, SAMPLE.min(rows))?;
    let large = create(&file)?;
    let small = create(&csv_file(rows / 10)?)?;
    let speed = f64::from(rows) / large.took.as_secs_f64();
    Ok(vec![
        Measure::at_least(
            &format!("import of {rows} rows (CSV), Python on {SAMPLE}"),
            "rows/s",
            speed,
            python,
            6.0,
        ),
        Measure::below(
            &format!("import of {rows} rows, peak memory"),
            "MB",
            large.peak_mb,
            200.0,
        ),
        Measure::at_most(
            &format!(
                "import of {rows} rows, peak memory against {} rows",
                rows / 10
            ),
            "MB",
            large.peak_mb,
            small.peak_mb,
            SAME,
        ),
    ])
}

/// Rows per second of an XLSX against Python.
pub(super) fn xlsx(size: Size) -> Result<Vec<Measure>> {
    build_release()?;
    let rows = if size.quick { 20_000 } else { 200_000 };
    let file = xlsx_file(rows)?;
    let python = baseline(&file, SAMPLE.min(rows))?;
    let ours = create(&file)?;
    let speed = f64::from(rows) / ours.took.as_secs_f64();
    let name = format!(
        "import of {rows} rows (XLSX), Python on {}",
        SAMPLE.min(rows)
    );
    Ok(vec![Measure::at_least(
        &name, "rows/s", speed, python, 15.0,
    )])
}

/// A ledger with this many rows imported, for other benches.
pub(super) fn ledger(rows: u32) -> Result<tempfile::TempDir> {
    let file = csv_file(rows)?;
    let folder = fresh_folder()?;
    observe(&mut create_command(&file, folder.path()))?;
    Ok(folder)
}

/// Rows per second of the Python stack.
fn baseline(file: &Path, rows: u32) -> Result<f64> {
    let python = python::environment(&format!("{TOOL}/requirements.txt"))?;
    println!("Python reads {rows} rows of {}", file.display());
    let printed = output(
        program(python)
            .arg(format!("{TOOL}/baseline.py"))
            .arg(file)
            .arg(rows.to_string())
            .arg(sample::REGION),
    )?;
    let baseline: Baseline = serde_json::from_str(&printed).context("the baseline's figures")?;
    Ok(baseline.rows / baseline.seconds)
}

/// Imports a file into a fresh ledger, from the start of the process to its end.
fn create(file: &Path) -> Result<Observed> {
    let folder = fresh_folder()?;
    let observed = observe(&mut create_command(file, folder.path()))?;
    println!("{}", observed.printed.trim_end());
    Ok(observed)
}

fn create_command(file: &Path, folder: &Path) -> std::process::Command {
    let mut command = program(release_binary("ringonce"));
    command
        .args(["campaign", "create"])
        .arg(file)
        .args(["--region", sample::REGION, "--data"])
        .arg(folder);
    command
}

/// On the disk of the build, not in memory, so that a flush costs what it costs.
fn fresh_folder() -> Result<tempfile::TempDir> {
    let parent = files()?;
    tempfile::tempdir_in(&parent)
        .with_context(|| format!("making a folder in {}", parent.display()))
}

fn files() -> Result<PathBuf> {
    let folder = target().join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    Ok(folder)
}

pub(super) fn csv_file(rows: u32) -> Result<PathBuf> {
    let path = files()?.join(format!("contacts-{rows}.csv"));
    let out = File::create(&path).with_context(|| format!("writing {}", path.display()))?;
    sample::write_csv(rows, SEED, BufWriter::new(out))?;
    Ok(path)
}

fn xlsx_file(rows: u32) -> Result<PathBuf> {
    let path = files()?.join(format!("contacts-{rows}.xlsx"));
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, sample::HEADER)?;
    for (row, cells) in (1..).zip(sample::rows(rows, SEED)) {
        sheet.write_row(row, 0, cells)?;
    }
    workbook
        .save(&path)
        .with_context(|| format!("writing {}", path.display()))?;
    Ok(path)
}
