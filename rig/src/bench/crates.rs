//! Benches that belong to a crate: run by cargo, read line by line.

use std::process::Command;

use anyhow::{Result, ensure};

use super::{Measure, Size};
use crate::postgres::{Postgres, Setup, TEST_POSTGRES};
use crate::workspace::{cargo, output};

/// Tells a bench that a tenth of the size is enough.
const QUICK: &str = "RINGONCE_BENCH_QUICK";

/// Runs one bench of one crate.
pub(super) fn run(package: &str, bench: &str, size: Size) -> Result<Vec<Measure>> {
    measured(&mut command(package, bench), bench, size)
}

/// Runs one bench of one crate beside a PostgreSQL server of its own.
pub(super) fn run_on_postgres(package: &str, bench: &str, size: Size) -> Result<Vec<Measure>> {
    let server = Postgres::start(Setup::default())?;
    let mut command = command(package, bench);
    command.env(TEST_POSTGRES, server.url("postgres"));
    measured(&mut command, bench, size)
}

fn command(package: &str, bench: &str) -> Command {
    let mut command = cargo();
    command.args(["bench", "--package", package, "--bench", bench]);
    command
}

fn measured(command: &mut Command, bench: &str, size: Size) -> Result<Vec<Measure>> {
    if size.quick {
        command.env(QUICK, "1");
    }
    let printed = output(command)?;
    let mut measures = Vec::new();
    for line in printed.lines() {
        match line.parse::<Measure>() {
            Ok(measure) => {
                println!("{measure}");
                measures.push(measure);
            }
            Err(_) => println!("{line}"),
        }
    }
    ensure!(!measures.is_empty(), "the bench {bench} printed no measure");
    Ok(measures)
}
