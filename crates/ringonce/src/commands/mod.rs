//! The commands, one module each: arguments, action, output.

pub(crate) mod admin;
pub(crate) mod agent;
pub(crate) mod calls;
pub(crate) mod campaign;
pub(crate) mod carrier;
mod carrier_setup;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod db;
pub(crate) mod deployment;
pub(crate) mod dial;
mod evidence;
mod export;
pub(crate) mod instances;
pub(crate) mod media;
pub(crate) mod numbers;
mod phones;
pub(crate) mod prove;
mod reading;
pub(crate) mod recordings;
pub(crate) mod reference;
pub(crate) mod safety;
pub(crate) mod serve;
mod settings;
mod simulation;
pub(crate) mod token;
pub(crate) mod twilio_sim;
pub(crate) mod user;

use serde_json::json;

use crate::Context;
use crate::cli::{About, Work};
use crate::failure::Failure;
use crate::output::{self, Output};

/// Carries out a command that works with files and the ledger.
pub(crate) async fn work(command: Work, context: &Context) -> Result<(), Failure> {
    match command {
        Work::Dial(args) => dial::run(args, context).await,
        Work::Check(args) => check::run(&args, context.out),
        Work::Serve(args) => serve::run(args, context).await,
        Work::TwilioSim(args) => twilio_sim::run(args, context).await,
        Work::Carrier(command) => carrier::run(command, context).await,
        Work::Instances(instances::Args {}) => instances::run(context).await,
        Work::Campaign(command) => campaign::run(command, context).await,
        Work::Agent(command) => agent::run(command, context).await,
        Work::Media(command) => media::run(command, context).await,
        Work::Calls(command) => calls::run(command, context).await,
        Work::Recordings(command) => recordings::run(command, context).await,
        Work::Numbers(command) => numbers::run(command, context).await,
        Work::Settings(command) => deployment::run(command, context).await,
        Work::Prove(args) => prove::run(args, context).await,
        Work::StopAll(args) => safety::stop_all(args, context).await,
        Work::ResumeAll(args) => safety::resume_all(args, context).await,
        Work::User(command) => user::run(command, context).await,
        Work::Token(command) => token::run(command, context).await,
        Work::Db(command) => db::run(command, context).await,
        Work::Backup(args) => admin::backup(args, context).await,
        Work::Doctor(admin::Doctor {}) => admin::doctor(context).await,
    }
}

/// Carries out a command about the program itself.
pub(crate) fn about(command: &About, out: Output) {
    match command {
        About::Config => output::raw(&crate::config::template()),
        About::Completions(args) => completions::run(args),
        About::Reference(args) => reference::run(args),
        About::Version => {
            out.line(concat!("ringonce ", env!("CARGO_PKG_VERSION")));
            out.document(&json!({ "name": "ringonce", "version": env!("CARGO_PKG_VERSION") }));
        }
    }
}
