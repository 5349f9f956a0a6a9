//! Copies the whole ledger while it is in use.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::Backup;

use super::SqliteStore;
use super::failure::{Done, translate};
use super::ledger::View;
use crate::{Result, StoreError};

/// Pages copied at a time.
const STEP_PAGES: i32 = 4_096;

impl SqliteStore {
    /// See [`crate::Admin::backup`].
    pub(super) async fn copy_to(&self, to: &Path) -> Result<()> {
        let to = to.to_owned();
        self.read(move |view| backup(view, &to)).await
    }
}

/// Copies the database to `to`, which must not exist. The file appears under its name only when it
/// is whole and on disk; a failure leaves nothing.
fn backup(view: &View, to: &Path) -> Done<()> {
    let unwritable = |reason: String| StoreError::ReadOnly {
        path: to.display().to_string(),
        reason,
    };
    if to.exists() {
        return Err(unwritable("the file exists; name another".into()).into());
    }
    let mut partial = to.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    // An existing copy belongs to another process, running or ended: it stays.
    let file = File::create_new(&partial).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => unwritable(format!(
            "another backup writes {}; remove it if none does",
            partial.display()
        )),
        _ => unwritable(error.to_string()),
    })?;
    let copied = copy(view, &partial)
        .map_err(|failure| match failure {
            super::failure::Failure::Sqlite(error) => translate(&error, to).into(),
            said @ super::failure::Failure::Store(_) => said,
        })
        .and_then(|()| {
            publish(&file, &partial, to).map_err(|error| unwritable(error.to_string()).into())
        });
    if copied.is_err() {
        // The first error is reported.
        let _gone = std::fs::remove_file(&partial);
    }
    copied
}

fn copy(view: &View, partial: &Path) -> Done<()> {
    let mut target = Connection::open(partial)?;
    // The copy is made durable as a whole; it needs no journal on the way.
    target.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
    Backup::new(view.conn(), &mut target)?.run_to_completion(STEP_PAGES, Duration::ZERO, None)?;
    Ok(())
}

fn publish(file: &File, partial: &Path, to: &Path) -> std::io::Result<()> {
    file.sync_all()?;
    std::fs::rename(partial, to)?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
