//! `recordings`: which recordings of calls are kept, awaited or missing.

use clap::Subcommand;
use ringonce_store::model::{KeptRecording, Page, RecordingState, Visible};
use serde_json::{Value, json};

use crate::Context;
use crate::failure::Failure;
use crate::ledger::Ledger;
use crate::output::{grouped, table};
use crate::times;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List recordings, the latest first
    #[command(after_help = "Example:
  ringonce recordings list --state missing")]
    List {
        /// Only those in this state: wanted, stored, missing or removed
        #[arg(long)]
        state: Option<RecordingState>,
        /// How many at most
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000))]
        limit: u32,
    },
}

/// Carries out one of the commands.
pub(crate) async fn run(command: Command, context: &Context) -> Result<(), Failure> {
    let Command::List { state, limit } = command;
    let ledger = Ledger::existing(&context.config).await?;
    let page = Page { after: None, limit };
    let found = ledger
        .store
        .recordings(state, Visible::Everything, page)
        .await?;
    let items: Vec<Value> = found.iter().map(document).collect();
    context.out.document(&json!({ "items": items }));
    if found.is_empty() {
        context.out.line("There is no such recording");
        return Ok(());
    }
    let mut rows = table([
        "recording",
        "call",
        "state",
        "seconds ",
        "bytes ",
        "wanted",
        "file or fault",
    ]);
    for it in &found {
        rows.add_row([
            it.id.to_string(),
            it.wanted.attempt.to_string(),
            it.state.to_string(),
            it.wanted
                .seconds
                .map(|it| it.to_string())
                .unwrap_or_default(),
            it.bytes.map(grouped).unwrap_or_default(),
            times::utc(it.wanted_at),
            it.fault
                .clone()
                .or_else(|| it.path.clone())
                .unwrap_or_default(),
        ]);
    }
    context.out.table(&rows);
    Ok(())
}

fn document(it: &KeptRecording) -> Value {
    json!({
        "id": it.id,
        "call": it.wanted.attempt,
        "campaign": it.campaign,
        "state": it.state,
        "carrier": it.wanted.carrier,
        "recording_id": it.wanted.recording_id,
        "seconds": it.wanted.seconds,
        "bytes": it.bytes,
        "path": it.path,
        "fault": it.fault,
        "wanted_at": times::utc(it.wanted_at),
        "stored_at": it.stored_at.map(times::utc),
        "removed_at": it.removed_at.map(times::utc),
    })
}
