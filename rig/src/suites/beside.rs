//! Suites that run beside others: in a second process of the rig, whose output waits in a file until it has
//! ended.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Stdio};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::workspace::program;
use xtask::suite::Report;

const REPORT: &str = "report.json";
const PRINTED: &str = "printed.txt";

/// Suites that run beside others.
pub(super) struct Beside {
    folder: TempDir,
    names: Vec<&'static str>,
    process: Child,
}

impl Beside {
    /// Starts them, one after the other, in a process of their own.
    pub(super) fn start(names: impl Iterator<Item = &'static str>) -> Result<Self> {
        let names: Vec<_> = names.collect();
        let folder = tempfile::tempdir()?;
        let printed = File::create(folder.path().join(PRINTED))?;
        println!("beside the others: {}", names.join(", "));
        let process = program(std::env::current_exe()?)
            .arg("test")
            .args(&names)
            .arg("--report")
            .arg(folder.path().join(REPORT))
            .stdin(Stdio::null())
            .stdout(printed.try_clone()?)
            .stderr(printed)
            .spawn()
            .context("starting the suites that run beside the others")?;
        Ok(Self {
            folder,
            names,
            process,
        })
    }

    /// Their results, once all have ended; prints their output.
    pub(super) fn wait(mut self) -> Result<Vec<Report>> {
        let status = self.process.wait()?;
        let printed = fs::read_to_string(self.folder.path().join(PRINTED))?;
        println!("\n{printed}");
        let report = fs::read_to_string(self.folder.path().join(REPORT)).with_context(|| {
            let names = self.names.join(", ");
            format!("{names}: their process ended ({status}) and reported nothing")
        })?;
        Ok(serde_json::from_str(&report)?)
    }
}

/// Writes the results for the waiting process.
pub(super) fn report(file: &Path, reports: &[Report]) -> Result<()> {
    fs::write(file, serde_json::to_string(reports)?)
        .with_context(|| format!("writing {}", file.display()))
}
