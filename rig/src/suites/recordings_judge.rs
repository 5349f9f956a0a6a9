//! Recordings in a bucket, judged by moto, an S3 look-alike from Python's index that knows accounts and
//! checks signatures: stored recordings, refusals, and removals.

use std::fs;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use super::twilio_judge::judged;
use crate::python;
use crate::workspace::{debug_binary, program, target};
use xtask::suite::Tally;

const TOOL: &str = "tools/recordings-judge";

/// Runs the judge, which starts everything that it needs.
pub(super) fn run() -> Result<Tally> {
    let python = python::environment(&format!("{TOOL}/requirements.txt"))?;
    let folder = target().join("recordings-judge");
    if folder.exists() {
        fs::remove_dir_all(&folder).context("clearing the folder of the run before")?;
    }
    fs::create_dir_all(&folder)?;
    let judge = program(python)
        .args(["-B", &format!("{TOOL}/judge.py")])
        .arg(debug_binary("ringonce"))
        .arg(&folder)
        .stdin(Stdio::null())
        .output()
        .context("the judge could not be started")?;
    let tally = judged(&judge)?;
    ensure!(tally.passed > 0 || tally.failed > 0, "nothing was judged");
    Ok(tally)
}
