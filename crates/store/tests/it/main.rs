//! The ledger on SQLite: the conformance suite, and tests of triggers, files and processes.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by a panic"
)]

mod backup;
mod conformance;
mod crash;
mod files;
mod full_disk;
mod guards;
#[path = "../play/mod.rs"]
mod play;
mod support;
