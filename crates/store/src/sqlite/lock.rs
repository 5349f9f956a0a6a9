//! One process runs campaigns on a database file; the others read and steer.
//!
//! The lock is the operating system's, on `<database>.lock`: it ends with the process that holds it, however
//! that process dies. The file itself stays and means nothing.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::{Result, StoreError};

/// Follows the process id of a holder that brings the ledger to its schema.
const UPGRADING: &str = " upgrading";

/// Held while this process runs campaigns on a database.
#[derive(Debug)]
pub struct EngineLock {
    /// `None` for a database in memory, which no other process can reach.
    _file: Option<File>,
}

impl EngineLock {
    pub(super) const fn of_memory() -> Self {
        Self { _file: None }
    }

    /// Takes the lock of the database at `path`.
    pub(super) fn take(path: &Path) -> Result<Self> {
        Self::take_for(path, "")
    }

    /// Takes it to bring the ledger to this program's schema, for which others wait.
    pub(super) fn take_to_upgrade(path: &Path) -> Result<Self> {
        Self::take_for(path, UPGRADING)
    }

    /// Whether the holder of the lock, or the last one, brings the ledger to its schema.
    pub(super) fn is_for_an_upgrade(path: &Path) -> bool {
        std::fs::read_to_string(name(path)).is_ok_and(|text| text.ends_with(UPGRADING))
    }

    fn take_for(path: &Path, purpose: &str) -> Result<Self> {
        let name = name(path);
        let unwritable = |error: std::io::Error| StoreError::ReadOnly {
            path: name.display().to_string(),
            reason: error.to_string(),
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&name)
            .map_err(unwritable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let path = path.display().to_string();
                return Err(StoreError::InstanceRunning {
                    path,
                    pid: holder(&mut file),
                });
            }
            Err(TryLockError::Error(error)) => return Err(unwritable(error)),
        }
        file.set_len(0).map_err(unwritable)?;
        file.rewind().map_err(unwritable)?;
        // At once, because other processes read it.
        let holder = format!("{}{purpose}", std::process::id());
        file.write_all(holder.as_bytes()).map_err(unwritable)?;
        Ok(Self { _file: Some(file) })
    }
}

/// The file that is locked.
fn name(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}

/// The process id that the holder wrote; 0 when it cannot be read.
fn holder(file: &mut File) -> u32 {
    let mut text = String::new();
    match file.take(20).read_to_string(&mut text) {
        Ok(_) => {
            let process = text.split_whitespace().next();
            process.and_then(|id| id.parse().ok()).unwrap_or(0)
        }
        Err(_) => 0,
    }
}
