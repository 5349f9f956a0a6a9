//! `token`: further API tokens, each under a name that the audit trail shows.

use clap::Subcommand;
use ringonce_engine::entropy::SystemEntropy;
use ringonce_server::token;
use serde_json::json;

use crate::Context;
use crate::failure::{Exit, Failure};
use crate::ledger::{Ledger, actor};

/// Characters of a name.
const NAME_CHARS: usize = 100;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a token for the API and print it, this once
    #[command(after_help = "Example:
  ringonce token create nightly-import > token.txt

It works at once, also with a server that runs already. Only its hash is kept.")]
    Create {
        /// Who uses it; the audit trail shows it as `api:NAME`
        name: String,
    },
    /// List the names of all tokens
    List,
}

/// Carries out one of the commands.
pub(crate) async fn run(command: Command, context: &Context) -> Result<(), Failure> {
    match command {
        Command::Create { name } => create(&name, context).await,
        Command::List => {
            let ledger = Ledger::existing(&context.config).await?;
            let names: Vec<String> = ledger
                .store
                .tokens()
                .await?
                .into_iter()
                .map(|(name, _)| name)
                .collect();
            context.out.document(&names);
            for name in &names {
                context.out.line(name);
            }
            Ok(())
        }
    }
}

async fn create(name: &str, context: &Context) -> Result<(), Failure> {
    if name.is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(char::is_control) {
        return Err(
            Failure::new(Exit::Usage, format!("{name:?} is no name for a token"))
                .help(format!("use 1 to {NAME_CHARS} characters")),
        );
    }
    let ledger = Ledger::open(&context.config).await?;
    let now = ledger.now().await?;
    let Some(token) =
        token::create(ledger.store.as_ref(), &SystemEntropy, name, actor(), now).await?
    else {
        return Err(Failure::new(
            Exit::Failed,
            format!("there is a token named {name} already"),
        )
        .help("choose another name; a token that is lost cannot be shown again"));
    };
    context.out.line(&token);
    context
        .out
        .document(&json!({ "name": name, "token": token }));
    Ok(())
}
