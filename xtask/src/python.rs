//! Python environments for the judges and baselines that are written in Python: made once, kept
//! under the target folder, made again when their requirements change.
//!
//! Nothing here is part of Ringonce; a machine without Python runs it as well as any other.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::workspace::{self, program, run};

const WHAT_TO_DO: &str = "this needs python3 with venv and pip (on Debian: python3, python3-venv), \
                          and the package index once";

/// The interpreter of an environment that holds what `requirements` (relative to the root) lists.
pub fn environment(requirements: &str) -> Result<PathBuf> {
    let wanted = fs::read_to_string(workspace::root().join(requirements))
        .with_context(|| format!("reading {requirements}"))?;
    let folder = workspace::target()
        .join("python")
        .join(requirements.replace(['/', '.'], "-"));
    let _lock = workspace::lock(&folder.with_extension("lock"))?;
    let python = folder.join("bin").join("python");
    let stamp = folder.join("installed.txt");
    if python.exists() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    run(program("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&folder))
    .context(WHAT_TO_DO)?;
    run(program(&python).args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--requirement",
        requirements,
    ]))
    .context(WHAT_TO_DO)?;
    fs::write(&stamp, wanted).with_context(|| format!("writing {}", stamp.display()))?;
    Ok(python)
}
