//! The `ringonce` program: command line, configuration, wiring.
//!
//! It decides nothing about calls; that is the business of the crates below.

mod cli;
mod commands;
mod config;
mod failure;
mod ledger;
mod output;
mod times;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::{Cli, Command, Global};
use crate::config::Config;
use crate::failure::Failure;
use crate::output::Output;

/// What every command works with.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) config: Config,
    pub(crate) out: Output,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let out = Output { json: cli.global.json, quiet: cli.global.quiet };
    match run(cli, out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            out.warn(failure.to_string());
            ExitCode::from(failure.exit as u8)
        }
    }
}

fn run(cli: Cli, out: Output) -> Result<(), Failure> {
    match cli.command {
        Command::Config => {
            out.raw(&config::template());
            return Ok(());
        }
        Command::Completions(args) => {
            commands::completions::run(&args, out);
            return Ok(());
        }
        Command::Version => {
            commands::version(out);
            return Ok(());
        }
        _ => {}
    }
    let context = Context { config: configuration(&cli.global)?, out };
    if let Command::Check(args) = cli.command {
        return commands::check::run(&args, out);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(failure::Exit::Failed, format!("no threads can be started: {error}")))?;
    runtime.block_on(commands::run(cli.command, &context))
}

fn configuration(global: &Global) -> Result<Config, Failure> {
    let mut config = Config::load(global.config.as_deref())?;
    if let Some(data) = &global.data {
        config.data.clone_from(data);
    }
    Ok(config)
}
