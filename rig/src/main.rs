//! The rig: everything that tests Ringonce as a whole, in simulated worlds, as real processes, in a browser
//! and against other programs, and everything that measures it. `cargo xtask <command>` starts it, and builds
//! it together with the program under test.
//!
//! The rig may depend on every crate and on the outside world; no crate may depend on it.
#![expect(
    clippy::print_stdout,
    reason = "a developer's tool talks on standard output"
)]

mod bench;
mod book;
mod browser;
mod callees;
mod crates_io;
mod debian;
mod http;
mod kill;
mod node;
mod packaging;
mod postgres;
mod process;
mod proxy;
mod served;
mod simulate;
mod site;
mod stalled;
mod suites;
mod time_of_day;
mod torture;

use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use xtask::{python, regenerate, stopwatch, workspace};

/// Tests Ringonce as a whole, and measures it.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    /// Seconds that it took to build this rig.
    #[arg(long, hide = true)]
    built_in: Option<u64>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sets up what the tests need, runs them, and prints how long each took.
    Test(suites::Args),
    /// Runs many worlds of the whole system on virtual time.
    Simulate(simulate::Args),
    /// Kills a campaign's process again and again, and judges by the carrier's log.
    Kill(kill::Args),
    /// Runs the stories of the pages in a real browser.
    Browser(browser::Args),
    /// Runs the stories, and copies their pictures into the book.
    Screenshots,
    /// Injects faults into several instances, their database and their carrier, and judges.
    Torture(torture::Args),
    /// Freezes an instance between its durable intent and its request, and wakes it late.
    Stalled(stalled::Args),
    /// Runs a command beside a PostgreSQL server of its own.
    Postgres(postgres::Args),
    /// Builds the book's pages, under target/book.
    Book,
    /// Runs benches, and prints one table.
    Bench(bench::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        Command::Test(args) => suites::run(&args, cli.built_in.map(Duration::from_secs)),
        Command::Browser(args) => browser::run(&args),
        Command::Screenshots => browser::renew(),
        Command::Kill(args) => kill::run(&args),
        Command::Stalled(args) => stalled::run(&args),
        Command::Torture(args) => torture::run(&args),
        Command::Postgres(args) => postgres::run(&args),
        Command::Simulate(args) => simulate::run(&args),
        Command::Book => book::build().map(drop),
        Command::Bench(args) => bench::run(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
