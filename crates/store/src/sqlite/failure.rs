//! Translates SQLite's errors into the ledger's.
//!
//! Inside this module tree an error is either a [`StoreError`] already or SQLite's own; the path of the file,
//! which the text needs, is added once, when a command is answered.

use std::path::Path;

use ringonce_domain::{IllegalCampaignEvent, StaleAttempt};
use rusqlite::ErrorCode;

use crate::StoreError;
use crate::error::store_failures;

/// Why a command failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// An error of the ledger.
    Store(StoreError),
    /// An error of SQLite.
    Sqlite(rusqlite::Error),
}

/// The result of a command while it runs.
pub(super) type Done<T> = Result<T, Failure>;

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

store_failures!(Failure: StoreError, StaleAttempt, IllegalCampaignEvent);

impl Failure {
    /// The error as a caller sees it.
    pub(super) fn tell(self, path: &Path) -> StoreError {
        match self {
            Self::Store(error) => error,
            Self::Sqlite(error) => translate(&error, path),
        }
    }
}

/// SQLite's error about the file at `path`.
pub(super) fn translate(error: &rusqlite::Error, path: &Path) -> StoreError {
    let reason = error.to_string();
    let path = path.display().to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::DiskFull { path },
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            StoreError::ReadOnly { path, reason }
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StoreError::Damaged { path, reason }
        }
        _ => StoreError::Database(reason),
    }
}
