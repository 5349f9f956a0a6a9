//! The tests for while one works: format, lint, house rules, and the unit tests of every crate but the
//! program itself, with the store on SQLite. No server, no browser, no network.

use std::process::Command;

use anyhow::Result;

use crate::cargo_tests;
use crate::suite::{FORMAT, LINT, Report, Suite, TIDY, conclude};

/// Kinds of tests that need nothing but what cargo builds: those inside the crates, the binary `it` that each
/// crate has one of, and that of the server's log, which is a whole process's. What needs a server of
/// PostgreSQL is a binary of its own.
const TARGETS: [&str; 5] = ["--lib", "--test", "it", "--test", "log"];
/// The module of the store whose tests need a server.
const NEEDS_A_SERVER: &str = "postgres::";

const SUITES: [Suite; 5] = [
    FORMAT,
    LINT,
    TIDY,
    Suite {
        name: "build",
        about: "what the tests run",
        run: || cargo_tests::build(&mut tests()),
    },
    Suite {
        name: "unit",
        about: "tests of every crate but the program, the store on SQLite",
        run: || {
            cargo_tests::run(
                tests()
                    .args(["--no-fail-fast", "--"])
                    .args(["--skip", NEEDS_A_SERVER]),
            )
        },
    },
];

/// Runs them; fails when any check failed.
pub fn run() -> Result<()> {
    let reports: Vec<Report> = SUITES.iter().map(Suite::report).collect();
    conclude(&reports)
}

fn tests() -> Command {
    let mut command = cargo_tests::workspace();
    command.args(TARGETS);
    command
}
