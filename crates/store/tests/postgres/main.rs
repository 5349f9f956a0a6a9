//! The ledger on PostgreSQL: the conformance suite, and tests of what only PostgreSQL has.
//!
//! The server is the one that `RINGONCE_TEST_POSTGRES` names; `cargo xtask postgres -- cargo test -p
//! ringonce-store` starts one for the time of the tests.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by a panic"
)]

mod backup;
mod cut;
mod guards;
mod moving;
mod moving_sounds;
#[path = "../play/mod.rs"]
mod play;
mod races;
mod server;
mod upgrade;

use std::sync::Arc;

use async_trait::async_trait;
use ringonce_conformance::{Database, Factory};
use ringonce_store::Store;

/// A database on the server for every case.
struct Server;

#[async_trait]
impl Factory for Server {
    async fn database(&self) -> Box<dyn Database> {
        Box::new(server::Fixture::new().await)
    }
}

#[async_trait]
impl Database for server::Fixture {
    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(self.store().await.unwrap())
    }
}

mod conformance {
    ringonce_conformance::conformance_tests!(crate::Server);
}
