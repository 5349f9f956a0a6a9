//! A ledger in a file, and a folder on a real disk for it.

use std::path::PathBuf;

use ringonce_store::sqlite::{Options, SqliteStore};
use tempfile::TempDir;

/// A folder under the build's own, which lies on a disk and not in memory.
pub fn folder() -> TempDir {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    TempDir::new_in(target).expect("the build's folder can be written")
}

pub fn open(path: PathBuf) -> SqliteStore {
    SqliteStore::open(path, Options::default()).expect("a ledger can be made")
}
