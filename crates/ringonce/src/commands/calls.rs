//! `calls`: the calls of one campaign or of all, and one call with its timeline.

use clap::Subcommand;
use ringonce_domain::{AttemptId, AttemptState, CampaignId};
use ringonce_engine::columns::OF_CALLS;
use ringonce_store::model::{AuditEntry, CallDetail, Page, Visible};
use serde_json::json;

use crate::Context;
use crate::failure::Failure;
use crate::ledger::Ledger;
use crate::output::{Output, table, table_of};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List calls, the latest first
    List {
        /// Only calls of this campaign
        #[arg(long)]
        campaign: Option<CampaignId>,
        /// Only calls in this state, such as ringing, unknown or ended
        #[arg(long)]
        state: Option<AttemptState>,
        /// How many at most
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000))]
        limit: u32,
    },
    /// Show one call and everything that happened to it
    Show {
        /// The call's id, as `calls list` shows it
        id: AttemptId,
    },
}

/// Carries out one of the commands.
pub(crate) async fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let ledger = Ledger::existing(&context.config).await?;
    match command {
        Command::List {
            campaign,
            state,
            limit,
        } => {
            let calls = ledger
                .store
                .calls(
                    campaign,
                    state,
                    Visible::Everything,
                    Page { after: None, limit },
                )
                .await?;
            context.out.document(&calls);
            show_calls(&calls, context.out);
        }
        Command::Show { id } => {
            let (call, timeline) = ledger.store.call(id).await?;
            context
                .out
                .document(&json!({ "call": call, "timeline": timeline }));
            show_calls(std::slice::from_ref(&call), context.out);
            show_timeline(&timeline, context.out);
        }
    }
    Ok(())
}

/// A table of calls.
pub(crate) fn show_calls(calls: &[CallDetail], out: Output) {
    if calls.is_empty() {
        out.line("There is no call");
        return;
    }
    out.table(&table_of(OF_CALLS, calls));
}

/// A table of entries of the audit trail.
pub(crate) fn show_timeline(timeline: &[AuditEntry], out: Output) {
    let mut rows = table(["when", "who", "what", "detail"]);
    for entry in timeline {
        rows.add_row([
            entry.at.to_string(),
            entry.actor.0.to_string(),
            entry.event.clone(),
            entry.detail.clone(),
        ]);
    }
    out.table(&rows);
}
