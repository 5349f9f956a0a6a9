//! Programs that the rig needs and nobody has to install: Debian's own packages, unpacked into the
//! build folder. Nothing of them is run as part of an installation.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace::{self, output, target};

/// Unpacks packages, once, and returns the folder that stands for `/`. `needed` is a file that has to
/// be below it.
pub(crate) fn unpacked(packages: &[&str], needed: &str) -> Result<PathBuf> {
    unpack(packages, needed, |packages| {
        Ok(packages.iter().map(|&name| name.to_owned()).collect())
    })
}

/// Unpacks packages as [`unpacked`] does, and with them whatever they depend on that this machine
/// does not have.
pub(crate) fn unpacked_with_needs(packages: &[&str], needed: &str) -> Result<PathBuf> {
    unpack(packages, needed, |packages| {
        let plan = output(
            Command::new("apt-get")
                .args(["install", "--simulate", "--no-install-recommends"])
                .args(packages),
        )?;
        let needs = installed_by(&plan).filter(|name| !packages.contains(name));
        let all = packages.iter().copied().chain(needs);
        Ok(all.map(str::to_owned).collect())
    })
}

/// The packages that apt would install, from what it prints when it only simulates.
fn installed_by(plan: &str) -> impl Iterator<Item = &str> {
    plan.lines()
        .filter_map(|line| line.strip_prefix("Inst ")?.split(' ').next())
}

fn unpack(
    packages: &[&str],
    needed: &str,
    and_needs: fn(&[&str]) -> Result<Vec<String>>,
) -> Result<PathBuf> {
    let folder = target().join("debian").join(packages.join("+"));
    let complete = folder.join("complete");
    fs::create_dir_all(&folder)?;
    let _lock = workspace::lock(&folder.join("lock"))?;
    if complete.exists() {
        return Ok(folder);
    }
    let how = || {
        format!(
            "fetching {} from Debian, which needs `apt-get`, `dpkg` and the network",
            packages.join(", ")
        )
    };
    let download = || {
        output(
            Command::new("apt-get")
                .arg("download")
                .args(and_needs(packages)?)
                .current_dir(&folder),
        )
    };
    if download().is_err() {
        // The machine's lists may be missing, or name versions that Debian has replaced.
        output(Command::new("apt-get").arg("update")).with_context(how)?;
        download().with_context(how)?;
    }
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|kind| kind == "deb") {
            output(Command::new("dpkg").arg("-x").arg(&path).arg(&folder)).with_context(how)?;
            fs::remove_file(path)?;
        }
    }
    if find(&folder, needed).is_none() {
        bail!("the packages {} hold no `{needed}`", packages.join(", "));
    }
    fs::write(complete, "")?;
    Ok(folder)
}

/// The first file of this name below a folder.
pub(crate) fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).ok()?.flatten() {
            let path = entry.path();
            if entry.file_name() == name && path.is_file() {
                return Some(path);
            }
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(path);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_package_needs_is_what_apt_would_install() {
        let plan = "Reading package lists...\nInst libogg0 (1.3.5-3 Debian:12 [amd64])\n\
                    Inst chromium (1 Debian-Security:12 [amd64])\nConf libogg0 (1.3.5-3)\n";
        assert_eq!(
            installed_by(plan).collect::<Vec<_>>(),
            ["libogg0", "chromium"]
        );
    }

    #[test]
    fn a_file_is_found_however_deep_it_lies() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("usr").join("lib");
        fs::create_dir_all(&deep).unwrap();
        fs::write(deep.join("a.so"), "").unwrap();
        assert_eq!(find(folder.path(), "a.so"), Some(deep.join("a.so")));
        assert_eq!(find(folder.path(), "lib"), None);
    }
}
