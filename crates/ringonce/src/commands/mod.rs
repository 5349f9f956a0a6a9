//! The commands, one module each: arguments, what is done, how it is shown.

pub(crate) mod admin;
pub(crate) mod calls;
pub(crate) mod campaign;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod dial;
mod evidence;
mod export;
pub(crate) mod numbers;
pub(crate) mod prove;
mod reading;
pub(crate) mod safety;
mod settings;

use serde_json::json;

use crate::Context;
use crate::cli::Command;
use crate::failure::Failure;
use crate::output::Output;

/// Carries out a command that works with the ledger.
pub(crate) async fn run(command: Command, context: &Context) -> Result<(), Failure> {
    match command {
        Command::Dial(args) => dial::run(args, context).await,
        Command::Campaign(command) => campaign::run(command, context).await,
        Command::Calls(command) => calls::run(command, context).await,
        Command::Numbers(command) => numbers::run(command, context).await,
        Command::Prove(args) => prove::run(args, context).await,
        Command::StopAll(args) => safety::stop_all(args, context).await,
        Command::ResumeAll(args) => safety::resume_all(args, context).await,
        Command::Backup(args) => admin::backup(args, context).await,
        Command::Doctor(admin::Doctor {}) => admin::doctor(context).await,
        Command::Check(args) => check::run(&args, context.out),
        Command::Completions(args) => {
            completions::run(&args, context.out);
            Ok(())
        }
        Command::Config => {
            context.out.raw(&crate::config::template());
            Ok(())
        }
        Command::Version => {
            version(context.out);
            Ok(())
        }
    }
}

/// Prints the version.
pub(crate) fn version(out: Output) {
    out.line(concat!("ringonce ", env!("CARGO_PKG_VERSION")));
    out.document(&json!({ "name": "ringonce", "version": env!("CARGO_PKG_VERSION") }));
}
