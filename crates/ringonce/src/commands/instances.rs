//! `instances`: the instances that share the ledger, their status, and the campaigns that each runs.

use ringonce_engine::instances::{self, Instance};

use crate::Context;
use crate::failure::Failure;
use crate::ledger::Ledger;
use crate::output::table;
use crate::times;

/// List the instances that share the ledger, their status, and the campaigns that each runs
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

/// Lists them.
pub(crate) async fn run(context: &Context) -> Result<(), Failure> {
    let ledger = Ledger::existing(&context.config).await?;
    let members = instances::list(ledger.store.as_ref(), ledger.now().await?).await?;
    context.out.document(&members);
    if members.is_empty() {
        context
            .out
            .line("No instance has run campaigns within a day; `ringonce serve` starts one");
        return Ok(());
    }
    let mut rows = table([
        "name",
        "process ",
        "version",
        "state",
        "last heard of",
        "runs",
        "address",
    ]);
    for member in &members {
        rows.add_row([
            member.instance.name.clone(),
            member.instance.process.to_string(),
            member.instance.version.clone(),
            member.state.to_string(),
            times::utc(member.instance.heard_at),
            campaigns(member),
            member.instance.address.clone().unwrap_or_default(),
        ]);
    }
    context.out.table(&rows);
    Ok(())
}

fn campaigns(member: &Instance) -> String {
    let ids: Vec<_> = member.campaigns.iter().map(ToString::to_string).collect();
    if ids.is_empty() {
        "nothing".to_owned()
    } else {
        format!("campaign {}", ids.join(", "))
    }
}
