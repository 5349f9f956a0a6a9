//! Finds the newest installed PostgreSQL and the account that runs it: never root, which it refuses.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

/// Names the folder of the server's programs when it is not where Debian puts it.
const CHOSEN: &str = "RINGONCE_POSTGRES_BIN";
/// Where Debian and Ubuntu put one folder a version.
const DEBIAN: &str = "/usr/lib/postgresql";
/// Accounts that may run a server when we are root, the better one first.
const ACCOUNTS: [&str; 2] = ["postgres", "nobody"];

/// The folder with `initdb` and `postgres`.
pub(super) fn server_programs() -> Result<PathBuf> {
    if let Some(chosen) = std::env::var_os(CHOSEN) {
        let chosen = PathBuf::from(chosen);
        ensure!(
            has_server(&chosen),
            "{CHOSEN} names {}, which has no `initdb` and `postgres`",
            chosen.display()
        );
        return Ok(chosen);
    }
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let found = newest(Path::new(DEBIAN))
        .or_else(|| std::env::split_paths(&on_path).find(|folder| has_server(folder)));
    found.with_context(|| {
        format!(
            "no PostgreSQL server is installed, and it is needed here: install one \
             (Debian, Ubuntu: `apt-get install postgresql`), or name the folder that has \
             `initdb` and `postgres` in {CHOSEN}"
        )
    })
}

/// The folder of the highest version below `versions`.
fn newest(versions: &Path) -> Option<PathBuf> {
    fs::read_dir(versions)
        .ok()?
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, folder)| has_server(folder))
        .max()
        .map(|(_, folder)| folder)
}

fn has_server(folder: &Path) -> bool {
    ["initdb", "postgres"]
        .iter()
        .all(|name| folder.join(name).is_file())
}

/// An account of this machine, by its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) user: u32,
    pub(crate) group: u32,
}

impl Account {
    /// The account that runs the server; `None` for our own. `ours` is a file that we made.
    pub(crate) fn for_server(ours: &Path) -> Result<Option<Self>> {
        if fs::metadata(ours)?.uid() != 0 {
            return Ok(None);
        }
        let accounts = fs::read_to_string("/etc/passwd").context("reading /etc/passwd")?;
        match ACCOUNTS
            .iter()
            .find_map(|name| Self::named(&accounts, name))
        {
            Some(account) => Ok(Some(account)),
            None => bail!(
                "PostgreSQL does not run as root, and there is no account `{}`: run as another user",
                ACCOUNTS.join("` or `")
            ),
        }
    }

    /// Gives it a folder and everything in it.
    pub(crate) fn own(self, folder: &Path) -> Result<()> {
        chown(folder, Some(self.user), Some(self.group))?;
        for entry in fs::read_dir(folder)? {
            chown(entry?.path(), Some(self.user), Some(self.group))?;
        }
        Ok(())
    }

    /// Finds an account in the text of `/etc/passwd`.
    fn named(accounts: &str, name: &str) -> Option<Self> {
        let line = accounts
            .lines()
            .find(|line| line.split(':').next() == Some(name))?;
        let mut numbers = line.split(':').skip(2);
        Some(Self {
            user: numbers.next()?.parse().ok()?,
            group: numbers.next()?.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_is_the_highest_number_that_has_a_server() {
        let versions = tempfile::tempdir().unwrap();
        for (version, complete) in [("9", true), ("15", true), ("17", false), ("old", true)] {
            let folder = versions.path().join(version).join("bin");
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("initdb"), "").unwrap();
            if complete {
                fs::write(folder.join("postgres"), "").unwrap();
            }
        }
        assert_eq!(
            newest(versions.path()),
            Some(versions.path().join("15").join("bin"))
        );
        assert_eq!(newest(&versions.path().join("none")), None);
    }

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        let accounts = "postgresql:x:1:1::/:/bin/sh\npostgres:x:107:115:a,b:/var:/bin/bash\n";
        assert_eq!(
            Account::named(accounts, "postgres"),
            Some(Account {
                user: 107,
                group: 115
            })
        );
        assert_eq!(Account::named(accounts, "nobody"), None);
    }
}
