//! Packages for the judges that run in Node: fetched once by their lock file, kept under the build
//! folder, fetched again when the lock changes. No script of a package is run when it is fetched.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::workspace::{self, run};

const WHAT_TO_DO: &str = "this needs Node 18.20 or later with npm (on Debian: nodejs, npm), and the \
                          package registry once";

/// The folder `node_modules` with what `folder` (relative to the root) locks.
pub(crate) fn modules(folder: &str) -> Result<PathBuf> {
    let from = workspace::root().join(folder);
    let to = workspace::target()
        .join("node")
        .join(folder.replace('/', "-"));
    fs::create_dir_all(&to)?;
    let _lock = workspace::lock(&to.join("lock"))?;
    let locked = fs::read_to_string(from.join("package-lock.json"))
        .with_context(|| format!("reading {folder}/package-lock.json"))?;
    let (modules, stamp) = (to.join("node_modules"), to.join("installed.json"));
    if modules.exists() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == locked) {
        return Ok(modules);
    }
    for name in ["package.json", "package-lock.json"] {
        fs::copy(from.join(name), to.join(name))?;
    }
    run(std::process::Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .args(["--loglevel", "error"])
        .current_dir(&to))
    .context(WHAT_TO_DO)?;
    fs::write(&stamp, locked)?;
    Ok(modules)
}
