//! `stop-all` and `resume-all`: the emergency stop by hand, and its re-arming by a person with a
//! reason.

use serde_json::json;

use crate::Context;
use crate::failure::Failure;
use crate::ledger::{Ledger, actor};

/// Emergency stop: no campaign calls until `resume-all`
#[derive(Debug, clap::Args)]
pub(crate) struct StopAll {
    /// Why, for the audit trail and all users
    #[arg(long)]
    reason: String,
}

/// Re-arm after an emergency stop: campaigns go on
#[derive(Debug, clap::Args)]
pub(crate) struct ResumeAll {
    /// Why it is safe again, for the audit trail
    #[arg(long)]
    reason: String,
}

/// Trips the stop.
pub(crate) async fn stop_all(args: StopAll, context: &Context) -> Result<(), Failure> {
    let ledger = Ledger::open(&context.config).await?;
    ledger
        .store
        .stop_all(args.reason.clone(), actor(), ledger.now().await?)
        .await?;
    context
        .out
        .line("Everything is stopped; `ringonce resume-all --reason …` lets campaigns go on");
    context
        .out
        .document(&json!({ "stopped": true, "reason": args.reason }));
    Ok(())
}

/// Re-arms it.
pub(crate) async fn resume_all(args: ResumeAll, context: &Context) -> Result<(), Failure> {
    let ledger = Ledger::existing(&context.config).await?;
    let was_stopped = ledger
        .store
        .resume_all(args.reason, actor(), ledger.now().await?)
        .await?;
    context.out.line(if was_stopped {
        "Campaigns go on"
    } else {
        "Nothing was stopped"
    });
    context
        .out
        .document(&json!({ "stopped": false, "was_stopped": was_stopped }));
    Ok(())
}
