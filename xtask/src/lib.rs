//! What can be checked and written without building Ringonce, and what the rig shares with it: the
//! tidy rules, the generated files, the quick tests; where the repository is, how programs are run in
//! it, and how a suite of tests is counted and reported.
//!
//! It depends on no crate of ours, so that the house rules are checked seconds after a clone.
#![expect(
    clippy::print_stdout,
    reason = "a developer's tool talks on standard output"
)]

pub mod cargo_tests;
pub mod python;
pub mod quick;
pub mod regenerate;
pub mod stopwatch;
pub mod suite;
pub mod tidy;
pub mod workspace;
