//! The grammar of the command line. What each command does is in `commands`, one module each.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::commands::{
    admin, agent, calls, campaign, carrier, check, completions, db, deployment, dial, instances,
    media, numbers, prove, recordings, reference, safety, serve, token, twilio_sim, user,
};
use crate::failure::EXIT_CODES;

/// Calls everyone on a list, as often as the rules allow and never twice by accident.
#[derive(Debug, Parser)]
#[command(
    name = "ringonce",
    version,
    about,
    long_about = "Calls everyone on a list, as often as the rules allow and never twice by accident.\n\n\
                  Start with `ringonce dial FILE`: it imports a list, calls everyone on it through a \
                  simulated carrier, and proves from the carrier's own log that no number was rung twice.",
    after_help = EXIT_CODES,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true,
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// Folder of the ledger, made when missing [default: ringonce-data]
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "RINGONCE_DATA",
        hide_env_values = true
    )]
    pub(crate) data: Option<PathBuf>,
    /// The ledger's database, `sqlite:PATH` or `postgres://user@host/database` [default:
    /// sqlite:ringonce.db in the data folder]
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "RINGONCE_DATABASE",
        hide_env_values = true
    )]
    pub(crate) database: Option<String>,
    /// Configuration file (TOML); `ringonce config` prints one with every default
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "RINGONCE_CONFIG",
        hide_env_values = true
    )]
    pub(crate) config: Option<PathBuf>,
    /// Print the result as one JSON document
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Show no progress and no notes
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one, for the life of the process"
)]
pub(crate) enum Command {
    #[command(flatten)]
    Work(Work),
    #[command(flatten)]
    About(About),
}

/// Commands that work with files and the ledger, under a configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum Work {
    Dial(dial::Args),
    Check(check::Args),
    Serve(serve::Args),
    TwilioSim(twilio_sim::Args),
    /// See which carriers are configured, and test them without a call
    #[command(subcommand, visible_alias = "carriers")]
    Carrier(carrier::Command),
    Instances(instances::Args),
    /// Create, steer and export campaigns
    #[command(subcommand, visible_alias = "campaigns")]
    Campaign(campaign::Command),
    /// Write what callees hear, and preview it
    #[command(subcommand, visible_alias = "agents")]
    Agent(agent::Command),
    /// Keep audio for agents to play
    #[command(subcommand)]
    Media(media::Command),
    /// Look at calls and their timelines
    #[command(subcommand, visible_alias = "call")]
    Calls(calls::Command),
    /// Look at recordings of calls
    #[command(subcommand)]
    Recordings(recordings::Command),
    /// Look at numbers, and block them for good
    #[command(subcommand, visible_alias = "number")]
    Numbers(numbers::Command),
    /// Show and change the settings of the whole deployment
    #[command(subcommand)]
    Settings(deployment::Command),
    Prove(prove::Args),
    StopAll(safety::StopAll),
    ResumeAll(safety::ResumeAll),
    /// Manage the people who may sign in, and restore their access
    #[command(subcommand, visible_alias = "users")]
    User(user::Command),
    /// Make, list and revoke tokens for the API
    #[command(subcommand)]
    Token(token::Command),
    /// Move the ledger to another database
    #[command(subcommand)]
    Db(db::Command),
    Backup(admin::Backup),
    Doctor(admin::Doctor),
}

/// Commands about the program itself. They help to correct a configuration, so they need none.
#[derive(Debug, Subcommand)]
pub(crate) enum About {
    /// Print the documented default configuration, as TOML
    Config,
    Completions(completions::Args),
    #[command(hide = true)]
    Reference(reference::Args),
    /// Print the version
    Version,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_grammar_has_no_contradiction() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_and_option_is_explained() {
        fn walk(command: &clap::Command, path: &str) {
            let path = format!("{path} {}", command.get_name());
            assert!(command.get_about().is_some(), "{path} has no explanation");
            for argument in command.get_arguments() {
                assert!(
                    argument.get_help().is_some(),
                    "{path}: {} has no explanation",
                    argument.get_id()
                );
            }
            command
                .get_subcommands()
                .for_each(|command| walk(command, &path));
        }
        walk(&Cli::command(), "");
    }
}
