//! Everything about working on Ringonce that is not Ringonce: the test rig, the tidy rules, the
//! generated files, the measures. Run as `cargo xtask <command>`.
//!
//! It may know every crate and the outside world; no crate may know it.
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
mod python;
mod regenerate;
mod served;
mod simulate;
mod site;
mod stalled;
mod stopwatch;
mod suites;
mod tidy;
mod torture;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Works on Ringonce: tests, rules, generated files, measures.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sets up whatever the tests need, runs them and tells what took how long.
    Test(suites::Args),
    /// Lives through many worlds of the whole system on virtual time.
    Simulate(simulate::Args),
    /// Kills a campaign's process again and again, and judges by the carrier's own log.
    Kill(kill::Args),
    /// Tells the stories of the pages in a real browser.
    Browser(browser::Args),
    /// Tells the stories, and takes their pictures into the book.
    Screenshots,
    /// Mistreats several instances, their database and their carrier, and judges.
    Torture(torture::Args),
    /// Freezes an instance between its durable intent and its request, and wakes it late.
    Stalled(stalled::Args),
    /// Runs a command beside a PostgreSQL server of its own.
    #[command(hide = true)]
    Postgres(postgres::Args),
    /// Checks the house rules that no compiler checks.
    Tidy,
    /// Writes the generated files, or checks that they are up to date.
    Regenerate(regenerate::Args),
    /// Makes the book's pages, under target/book.
    Book,
    /// Measures, and prints one table.
    Bench(bench::Args),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Test(args) => suites::run(&args),
        Command::Browser(args) => browser::run(&args),
        Command::Screenshots => browser::renew(),
        Command::Kill(args) => kill::run(&args),
        Command::Stalled(args) => stalled::run(&args),
        Command::Torture(args) => torture::run(&args),
        Command::Postgres(args) => postgres::run(&args),
        Command::Simulate(args) => simulate::run(&args),
        Command::Tidy => tidy::run(),
        Command::Regenerate(args) => regenerate::run(&args),
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
