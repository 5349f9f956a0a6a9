//! A wall clock that jumps: `libfaketime` in front of the system's, controlled by a file.
//!
//! The process sees a jump as if an administrator had set the date: the wall clock moves, the monotonic clock
//! does not.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::debian;

const LIBRARY: &str = "libfaketimeMT.so.1";
/// How long the library keeps what it has read, in seconds.
const BELIEVES_FOR: &str = "1";

/// The wall clock of one process.
pub(super) struct Clock {
    library: PathBuf,
    file: PathBuf,
}

impl Clock {
    /// A clock with the right time, whose jumps are written to this file.
    pub(super) fn new(file: PathBuf) -> Result<Self> {
        let installed = Path::new("/usr/lib");
        let library = match debian::find(&installed.join("x86_64-linux-gnu/faketime"), LIBRARY) {
            Some(library) => library,
            None => debian::find(&debian::unpacked(&["libfaketime"], &[LIBRARY])?, LIBRARY)
                .context("libfaketime")?,
        };
        let clock = Self { library, file };
        clock.jump_to(0)?;
        Ok(clock)
    }

    /// Lets a process see this clock.
    pub(super) fn wind(&self, process: &mut Command) {
        process
            .env("LD_PRELOAD", &self.library)
            .env("FAKETIME_TIMESTAMP_FILE", &self.file)
            .env("FAKETIME_CACHE_DURATION", BELIEVES_FOR)
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .env("NO_FAKE_STAT", "1");
    }

    /// Removes the file that the library leaves when its process is killed.
    pub(super) fn clear(process: u32) {
        for name in ["faketime_shm", "sem.faketime_sem"] {
            // It exists only if the process was killed.
            let _ = fs::remove_file(format!("/dev/shm/{name}_{process}"));
        }
    }

    /// From here on the clock is so many seconds ahead, or behind.
    pub(super) fn jump_to(&self, seconds: i64) -> Result<()> {
        // By renaming: the process reads at any moment.
        let beside = self.file.with_extension("next");
        fs::write(&beside, format!("{seconds:+}s\n"))?;
        fs::rename(&beside, &self.file)?;
        Ok(())
    }
}
