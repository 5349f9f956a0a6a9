//! A ledger in a file.

use std::path::PathBuf;

use ringonce_store::sqlite::{Options, SqliteStore};

pub fn open(path: PathBuf) -> SqliteStore {
    SqliteStore::open(path, Options::default()).expect("a ledger can be made")
}
