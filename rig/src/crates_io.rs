//! Programs that the rig takes from Rust's package registry: built once under the build folder, at one
//! version each. Nothing is installed.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::workspace::{self, cargo, run, target};

/// A program, and its build.
pub(crate) struct Program {
    pub(crate) package: &'static str,
    pub(crate) version: &'static str,
    pub(crate) features: &'static [&'static str],
}

impl Program {
    /// Its path; builds it unless it is there.
    pub(crate) fn ready(&self) -> Result<PathBuf> {
        let folder = target()
            .join("tools")
            .join(format!("{}-{}", self.package, self.version));
        std::fs::create_dir_all(&folder)?;
        let _lock = workspace::lock(&folder.join("lock"))?;
        let program = folder.join("bin").join(self.package);
        if !program.exists() {
            let build = folder.join("build");
            run(cargo()
                .args(["install", "--locked", "--debug", "--quiet"])
                .args(["--no-default-features", "--features"])
                .arg(self.features.join(","))
                .arg(format!("{}@{}", self.package, self.version))
                .arg("--root")
                .arg(&folder)
                .arg("--target-dir")
                .arg(&build))
            .with_context(|| {
                format!("{} is built from the package registry, once", self.package)
            })?;
            // Nothing will be built from the source again, and it is much larger than the program.
            std::fs::remove_dir_all(build)?;
        }
        Ok(program)
    }
}
