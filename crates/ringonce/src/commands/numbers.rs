//! `numbers`: everything known about a number, and blocking one for good.

use clap::Subcommand;
use ringonce_domain::{Number, Region};
use ringonce_store::model::NumberDetail;
use serde_json::json;

use crate::Context;
use crate::commands::calls::show_calls;
use crate::failure::{Exit, Failure};
use crate::ledger::{Ledger, actor};
use crate::output::{Output, count, table};
use crate::times;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show a number: whether it is blocked, its contacts and its calls
    Show(Which),
    /// Block a number for good; nobody can undo it
    #[command(after_help = "Example:
  ringonce numbers block +12025550123 --reason 'asked not to be called'")]
    Block {
        #[command(flatten)]
        which: Which,
        /// Why, for the audit trail
        #[arg(long)]
        reason: String,
    },
}

/// A number as a person writes it.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Which {
    /// The number, such as +12025550123; without a country code, give --region
    #[arg(allow_hyphen_values = true)]
    number: String,
    /// Region of a number without a country code, two letters, such as US
    #[arg(long, value_name = "CODE")]
    region: Option<Region>,
}

impl Which {
    /// Reads it.
    pub(crate) fn number(&self) -> Result<Number, Failure> {
        let refused = |error: ringonce_domain::number::NumberError| {
            let text = error.to_string();
            let (what, advice) = text.split_once(": ").unwrap_or((&text, ""));
            Failure::new(Exit::Usage, format!("{:?}: {what}", self.number)).help(advice)
        };
        // What the ledger holds can be asked for even when no numbering plan assigns it any more.
        self.number
            .parse()
            .or_else(|_| Number::parse(&self.number, self.region).map(|parsed| parsed.number))
            .map_err(refused)
    }
}

/// Carries out one of the commands.
pub(crate) async fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let out = context.out;
    match command {
        Command::Show(which) => {
            let number = which.number()?;
            let ledger = Ledger::existing(&context.config).await?;
            let Some(detail) = ledger.store.number(number).await? else {
                return Err(Failure::new(
                    Exit::Failed,
                    format!("{number} was never on a list and never called"),
                ));
            };
            out.document(&detail);
            show(&detail, out);
        }
        Command::Block { which, reason } => {
            let number = which.number()?;
            let ledger = Ledger::open(&context.config).await?;
            let newly = ledger
                .store
                .block(number, reason, actor(), ledger.now().await?)
                .await?;
            let already = if newly { "" } else { " already" };
            out.line(format!(
                "{number} is blocked{already}; it will never be called again"
            ));
            out.document(&json!({ "number": number, "blocked": true, "newly": newly }));
        }
    }
    Ok(())
}

/// What the ledger says of a number.
pub(crate) fn show(detail: &NumberDetail, out: Output) {
    out.line(format!(
        "{}: {}, {} answered",
        detail.number,
        count(detail.called, "call"),
        detail.answered
    ));
    if let Some(block) = &detail.blocked {
        out.line(format!(
            "  blocked since {}: {}",
            times::utc(block.at),
            block.reason
        ));
    }
    if let Some(attempt) = detail.live_attempt {
        out.line(format!("  a call is under way: {attempt}"));
    }
    if !detail.contacts.is_empty() {
        let mut rows = table(["campaign ", "line ", "name", "state", "attempts ", "reason"]);
        for contact in &detail.contacts {
            rows.add_row([
                contact.campaign.to_string(),
                contact.line.to_string(),
                contact.name.clone(),
                contact.state.to_string(),
                contact.attempts.to_string(),
                contact.reason.clone().unwrap_or_default(),
            ]);
        }
        out.table(&rows);
    }
    show_calls(&detail.calls, out);
}
