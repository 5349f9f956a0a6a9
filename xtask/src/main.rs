//! `cargo xtask <command>`: the one door to working on Ringonce. The house rules, the generated files
//! and the quick tests are done here; everything that tries the product out is done by the crate
//! `rig`, which this builds and starts.
#![expect(
    clippy::print_stdout,
    reason = "a developer's tool talks on standard output"
)]

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};
use xtask::stopwatch::Stopwatch;
use xtask::workspace::{build_debug, debug_binary, program};
use xtask::{quick, regenerate, tidy};

/// Works on Ringonce: tests, rules, generated files, measures.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs every test and prints how long each took; `quick` runs those of a minute or two.
    #[command(disable_help_flag = true)]
    Test(Rest),
    /// Runs many worlds of the whole system on virtual time.
    #[command(disable_help_flag = true)]
    Simulate(Rest),
    /// Kills a campaign's process again and again, and judges by the carrier's log.
    #[command(disable_help_flag = true)]
    Kill(Rest),
    /// Runs the stories of the pages in a real browser.
    #[command(disable_help_flag = true)]
    Browser(Rest),
    /// Runs the stories, and copies their pictures into the book.
    #[command(disable_help_flag = true)]
    Screenshots(Rest),
    /// Injects faults into several instances, their database and their carrier, and judges.
    #[command(disable_help_flag = true)]
    Torture(Rest),
    /// Freezes an instance between its durable intent and its request, and wakes it late.
    #[command(disable_help_flag = true)]
    Stalled(Rest),
    /// Runs a command beside a PostgreSQL server of its own.
    #[command(disable_help_flag = true)]
    Postgres(Rest),
    /// Checks the house rules that no compiler checks.
    Tidy,
    /// Writes the generated files, or checks that they are up to date.
    Regenerate(regenerate::Args),
    /// Builds the book's pages, under target/book.
    #[command(disable_help_flag = true)]
    Book(Rest),
    /// Runs benches, and prints one table.
    #[command(disable_help_flag = true)]
    Bench(Rest),
}

/// Arguments that the rig reads; `--help` among them.
#[derive(clap::Args)]
struct Rest {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    args: Vec<OsString>,
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Tidy => tidy::run(),
        Command::Regenerate(args) => regenerate::run(&args),
        Command::Test(rest) if rest.args == ["quick"] => quick::run(),
        Command::Test(rest) => rig("test", &rest),
        Command::Simulate(rest) => rig("simulate", &rest),
        Command::Kill(rest) => rig("kill", &rest),
        Command::Browser(rest) => rig("browser", &rest),
        Command::Screenshots(rest) => rig("screenshots", &rest),
        Command::Torture(rest) => rig("torture", &rest),
        Command::Stalled(rest) => rig("stalled", &rest),
        Command::Postgres(rest) => rig("postgres", &rest),
        Command::Book(rest) => rig("book", &rest),
        Command::Bench(rest) => rig("bench", &rest),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Builds the rig and the program that it tries out, and has it carry out a command.
fn rig(command: &str, rest: &Rest) -> Result<()> {
    let watch = Stopwatch::start();
    build_debug()?;
    let built_in = watch.elapsed().as_secs().to_string();
    let status = program(debug_binary("rig"))
        .args(["--built-in", &built_in, command])
        .args(&rest.args)
        .status()
        .context("starting the rig")?;
    if !status.success() {
        // The rig has said why.
        bail!("`cargo xtask {command}` failed ({status})");
    }
    Ok(())
}
