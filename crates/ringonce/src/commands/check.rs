//! `check`: what an import would accept, drop and reject. Imports nothing and needs no ledger.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use ringonce_import::Options;
use ringonce_import::check::Report;
use ringonce_import::errors_csv;
use ringonce_store::model::{DuplicateRow, RowProblem};

use crate::commands::reading::{ReadArgs, Reading};
use crate::failure::Failure;
use crate::output::{Output, count};

/// Examine a list: columns found, contacts, duplicates, bad rows. Imports nothing
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ringonce check contacts.csv --region US
  ringonce check contacts.xlsx --sheet Leads --errors bad-rows.csv
  ringonce check contacts.csv --json | jq .rejected

The JSON document: {file, format, encoding, delimiter, sheet, header,
  columns: {phone: [...], name: [...], metadata: [...], ...}, rows, accepted,
  remarks: [{line, number, remark}], duplicates: [{line, number, first_line}], rejected: [{line, column, value, reason}]}
`accepted` is a count, or with --full an array of {line, number, name, metadata}.")]
pub(crate) struct Args {
    /// CSV, XLSX, XLS or TXT file
    file: PathBuf,
    #[command(flatten)]
    read: ReadArgs,
    /// With --json, list every accepted contact instead of counting them
    #[arg(long, requires = "json")]
    full: bool,
    /// Write the bad rows to a CSV file, whole: correct them there and import it as a list
    #[arg(long, value_name = "OUT.csv")]
    errors: Option<PathBuf>,
}

/// Reads the file and reports.
pub(crate) fn run(args: &Args, out: Output) -> Result<(), Failure> {
    let bar = reading_bar(out);
    let options = args.read.options(None);
    let report = ringonce_import::check::check(&args.file, &options, args.full, |bytes, total| {
        bar.set_length(total);
        bar.set_position(bytes);
    });
    bar.finish_and_clear();
    let report = report.map_err(|error| Failure::of_list(&args.file, &error))?;
    out.document(&report);
    show(&report, out);
    if let Some(path) = &args.errors {
        let rows = write_errors(&args.file, &options, path);
        let rows = rows.map_err(|error| Failure::of_file(path, &error))?;
        out.note(format!(
            "{} written to {}",
            count(rows, "bad row"),
            path.display()
        ));
    }
    Ok(())
}

/// A bar over the bytes of a file; hidden where it would not be seen.
pub(crate) fn reading_bar(out: Output) -> ProgressBar {
    if !out.draws() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("reading  {wide_bar} {bytes}/{total_bytes} {eta}");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn show(report: &Report, out: Output) {
    let duplicates: Vec<DuplicateRow> = report
        .duplicates
        .iter()
        .map(|row| DuplicateRow {
            line: row.line,
            number: row.number,
            first_line: row.first_line,
        })
        .collect();
    let rejected: Vec<RowProblem> = report
        .rejected
        .iter()
        .map(|row| RowProblem {
            line: row.line,
            column: row.column.clone(),
            value: row.value.clone(),
            reason: row.reason.clone(),
            fields: String::new(),
        })
        .collect();
    let reading = Reading {
        layout: &report.layout,
        rows: report.rows,
        accepted: report.accepted(),
        duplicate_rows: duplicates.len() as u64,
        duplicates: &duplicates,
        remarked: report.remarked,
        remarks: &report.remarks,
        rejected_rows: rejected.len() as u64,
        rejected: &rejected,
    };
    reading.show(out);
}

/// Writes the bad rows; the list is read again for all their fields.
fn write_errors(list: &Path, options: &Options, path: &Path) -> std::io::Result<u64> {
    let out = BufWriter::new(File::create(path)?);
    errors_csv::write(|| ringonce_import::open(list, options), out)
}
