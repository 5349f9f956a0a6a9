//! The `ringonce` program: command line, configuration, wiring.
//!
//! It decides nothing about calls; the crates below do.

mod archive;
mod carriers;
mod cli;
mod commands;
mod config;
mod database;
mod failure;
mod ledger;
mod logging;
mod output;
mod signals;
mod times;
mod uploads;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::{Cli, Command, Global};
use crate::config::Config;
use crate::failure::{Exit, Failure};
use crate::output::Output;

/// The context of every command.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) config: Config,
    pub(crate) out: Output,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let out = Output {
        json: cli.global.json,
        quiet: cli.global.quiet,
    };
    match run(cli, out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::warn(failure.to_string());
            ExitCode::from(failure.exit as u8)
        }
    }
}

fn run(cli: Cli, out: Output) -> Result<(), Failure> {
    let command = match cli.command {
        Command::About(command) => {
            commands::about(&command, out);
            return Ok(());
        }
        Command::Work(command) => command,
    };
    let context = Context {
        config: configuration(&cli.global)?,
        out,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| {
            Failure::new(Exit::Failed, format!("no threads can be started: {error}"))
        })?;
    runtime.block_on(commands::work(command, &context))
}

fn configuration(global: &Global) -> Result<Config, Failure> {
    let mut config = Config::load(global.config.as_deref())?;
    if let Some(data) = &global.data {
        config.data.clone_from(data);
    }
    if let Some(database) = &global.database {
        config.database = Some(database.clone());
    }
    Ok(config)
}
