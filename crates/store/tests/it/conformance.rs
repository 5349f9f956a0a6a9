//! The conformance suite on SQLite: a database file that several stores share, and one in memory
//! whose commands run inside the call.

use std::sync::Arc;

use async_trait::async_trait;
use ringonce_conformance::{Database, Factory};
use ringonce_store::Store;
use ringonce_store::sqlite::{Options, SqliteStore};
use tempfile::TempDir;

/// A file in a folder of its own.
struct Files;

struct File(TempDir);

#[async_trait]
impl Factory for Files {
    async fn database(&self) -> Box<dyn Database> {
        Box::new(File(TempDir::new().unwrap()))
    }
}

#[async_trait]
impl Database for File {
    async fn open(&self) -> Arc<dyn Store> {
        let path = self.0.path().join("ledger.db");
        Arc::new(SqliteStore::open(&path, Options::default()).unwrap())
    }
}

/// A database in memory.
struct Memory;

struct Inline(Arc<SqliteStore>);

#[async_trait]
impl Factory for Memory {
    async fn database(&self) -> Box<dyn Database> {
        Box::new(Inline(Arc::new(SqliteStore::in_memory_inline().unwrap())))
    }
}

#[async_trait]
impl Database for Inline {
    async fn open(&self) -> Arc<dyn Store> {
        Arc::clone(&self.0) as Arc<dyn Store>
    }
}

mod file {
    ringonce_conformance::conformance_tests!(crate::conformance::Files);
}

mod memory {
    ringonce_conformance::conformance_tests!(crate::conformance::Memory);
}
