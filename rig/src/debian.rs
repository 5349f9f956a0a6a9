//! Programs that the rig needs, without an installation: Debian's own packages, unpacked into the build
//! folder. None of their installation scripts is run.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace::{self, output, target};

/// Unpacks packages, once, and returns the folder that stands for `/`. `needed` are files that have to
/// be below it.
pub(crate) fn unpacked(packages: &[&str], needed: &[&str]) -> Result<PathBuf> {
    unpack(packages, needed, |packages| {
        Ok(packages.iter().map(|&name| name.to_owned()).collect())
    })
}

/// Unpacks packages as [`unpacked`] does, with all their dependencies that this machine does not have.
pub(crate) fn unpacked_with_needs(packages: &[&str], needed: &[&str]) -> Result<PathBuf> {
    unpack(packages, needed, |packages| {
        // As if nothing were installed: apt leaves out the parts of a program that is.
        let plan = output(
            Command::new("apt-get")
                .args(["install", "--simulate", "--no-install-recommends"])
                .args(["--option", "Dir::State::status=/dev/null"])
                .args(packages),
        )?;
        let here = output(Command::new("dpkg-query").args([
            "--show",
            "--showformat",
            "${db:Status-Abbrev}\t${Package}\n",
        ]))?;
        Ok(to_unpack(&plan, packages, &installed(&here)))
    })
}

/// The packages that are installed completely on this machine, by dpkg's state of each.
fn installed(listing: &str) -> HashSet<&str> {
    listing
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .filter(|(state, _)| state.trim_end() == "ii")
        .map(|(_, name)| name)
        .collect()
}

/// The packages to unpack of apt's plan for an empty machine: those not installed, the packages named, and
/// their parts even if they are installed, because a program looks for its data beside itself. Parts come
/// from one source and so have one version.
fn to_unpack(plan: &str, named: &[&str], installed: &HashSet<&str>) -> Vec<String> {
    let planned: Vec<(&str, &str)> = plan.lines().filter_map(planned).collect();
    let versions: HashSet<&str> = planned
        .iter()
        .filter(|(name, _)| named.contains(name))
        .map(|(_, version)| *version)
        .collect();
    planned
        .into_iter()
        .filter(|(name, version)| versions.contains(version) || !installed.contains(name))
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// Name and version in a line such as `Inst libogg0 (1.3.5-3 Debian:12 [amd64])`.
fn planned(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.strip_prefix("Inst ")?.split_once(" (")?;
    Some((name, rest.split(' ').next()?))
}

fn unpack(
    packages: &[&str],
    needed: &[&str],
    and_needs: fn(&[&str]) -> Result<Vec<String>>,
) -> Result<PathBuf> {
    let folder = target().join("debian").join(packages.join("+"));
    let complete = folder.join("complete");
    fs::create_dir_all(&folder)?;
    let _lock = workspace::lock(&folder.join("lock"))?;
    let missing = || needed.iter().find(|name| find(&folder, name).is_none());
    if complete.exists() && missing().is_none() {
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
    if let Some(name) = missing() {
        bail!("the packages {} hold no `{name}`", packages.join(", "));
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

    const PLAN: &str = "Reading package lists...\n\
        Inst libc6 (2.36-9 Debian:12 [amd64]) []\n\
        Inst libogg0 (1.3.5-3 Debian:12 [amd64])\n\
        Inst chromium-common (148.0-1 Debian-Security:12 [amd64])\n\
        Inst chromium (148.0-1 Debian-Security:12 [amd64])\n\
        Inst chromium-driver (148.0-1 Debian-Security:12 [amd64])\n\
        Inst fonts-inter (4.0-1 Debian:12 [all])\n\
        Conf libogg0 (1.3.5-3 Debian:12 [amd64])\n";
    const NAMED: [&str; 3] = ["chromium", "chromium-driver", "fonts-inter"];

    #[test]
    fn what_a_package_needs_is_unpacked_unless_it_is_installed() {
        assert_eq!(
            to_unpack(PLAN, &NAMED, &HashSet::from(["libc6"])),
            [
                "libogg0",
                "chromium-common",
                "chromium",
                "chromium-driver",
                "fonts-inter"
            ]
        );
    }

    #[test]
    fn a_program_that_is_installed_is_unpacked_with_all_its_parts() {
        let all = HashSet::from([
            "libc6",
            "libogg0",
            "chromium",
            "chromium-common",
            "chromium-driver",
        ]);
        assert_eq!(
            to_unpack(PLAN, &NAMED, &all),
            [
                "chromium-common",
                "chromium",
                "chromium-driver",
                "fonts-inter"
            ]
        );
    }

    #[test]
    fn a_package_that_was_removed_or_is_half_installed_is_not_here() {
        let listing = "ii \tlibc6\nrc \tlibogg0\niU \tchromium\n";
        assert_eq!(installed(listing), HashSet::from(["libc6"]));
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
