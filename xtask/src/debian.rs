//! Programs that the rig needs and nobody has to install: Debian's own packages, unpacked into the
//! build folder. Nothing of them is run as part of an installation.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace::{output, target};

/// Unpacks packages, once, and returns the folder that stands for `/`. `needed` is a file below it
/// by which a complete folder is known.
pub(crate) fn unpacked(packages: &[&str], needed: &str) -> Result<PathBuf> {
    let folder = target().join("debian").join(packages.join("+"));
    if find(&folder, needed).is_some() {
        return Ok(folder);
    }
    fs::create_dir_all(&folder)?;
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
                .args(packages)
                .current_dir(&folder),
        )
    };
    if download().is_err() {
        // The machine's lists may name versions that Debian has replaced.
        output(Command::new("apt-get").arg("update")).with_context(how)?;
        download().with_context(how)?;
    }
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|kind| kind == "deb") {
            output(Command::new("dpkg").arg("-x").arg(&path).arg(&folder)).with_context(how)?;
        }
    }
    match find(&folder, needed) {
        Some(_) => Ok(folder),
        None => bail!("the packages {} hold no `{needed}`", packages.join(", ")),
    }
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
    fn a_file_is_found_however_deep_it_lies() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("usr").join("lib");
        fs::create_dir_all(&deep).unwrap();
        fs::write(deep.join("a.so"), "").unwrap();
        assert_eq!(find(folder.path(), "a.so"), Some(deep.join("a.so")));
        assert_eq!(find(folder.path(), "lib"), None);
    }
}
