//! A ledger file in a folder of its own, and a connection such as any other program would open.

use std::path::PathBuf;

use ringonce_store::sqlite::{Options, SqliteStore};
use ringonce_store::{Admin as _, Result};
use rusqlite::Connection;
use tempfile::TempDir;

pub(crate) use crate::play::*;

/// A folder with a ledger file.
pub(crate) struct Fixture(TempDir);

impl Fixture {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.file("ledger.db")
    }

    pub(crate) fn open(&self) -> Result<SqliteStore> {
        SqliteStore::open(self.path(), Options::default())
    }

    /// A connection of another program: no pragma of ours is set.
    pub(crate) fn foreign(&self) -> Connection {
        Connection::open(self.path()).unwrap()
    }

    /// A ledger with calls of every kind and a blocked number, closed again.
    pub(crate) async fn furnish(&self) -> Furnished {
        let store = self.open().unwrap();
        let furnished = crate::play::furnish(&store).await;
        store.close().await.unwrap();
        furnished
    }
}
