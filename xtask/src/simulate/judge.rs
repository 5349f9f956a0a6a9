//! The judge of a world: reads the carrier's log and the rules, and holds the ledger against them.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, bail, ensure};
use ringonce_carrier::simulator::truth;
use ringonce_domain::proof::Ring;
use ringonce_domain::{CampaignId, ContactState, Number, Settings};
use ringonce_store::model::{ContactDetail, Page};

use super::world::World;

/// Fails when a number was rung against the rules, a contact was forgotten, or the ledger does not
/// know what the carrier knows.
pub(super) async fn judge(world: &World) -> anyhow::Result<()> {
    let settings: BTreeMap<CampaignId, &Settings> =
        (1..).map(CampaignId).zip(world.scenario.campaigns.iter().map(|plan| &plan.settings)).collect();
    let log = world.log.text();
    let truth = truth::check(log.as_bytes(), |campaign| settings.get(&campaign).copied())?;
    world.rung(truth.numbers, truth.rings);
    if let Some(violation) = truth.violations.first() {
        bail!("rung against the rules: {violation:?}\n{}", story(&log, violation.number));
    }
    let rings = truth::rings(log.as_bytes())?;
    ledger_knows_every_ring(world, &rings).await?;
    for campaign in settings.keys() {
        for contact in contacts(world, *campaign).await? {
            nobody_forgotten(&contact, &rings).with_context(|| story(&log, contact.number))?;
        }
    }
    world.store.verify_audit().await?.map_err(|seq| anyhow::anyhow!("audit entry {seq} is wrong"))?;
    Ok(())
}

async fn ledger_knows_every_ring(world: &World, rings: &[Ring]) -> anyhow::Result<()> {
    let known: BTreeSet<_> = world
        .store
        .rings(Page { after: None, limit: 1_000 })
        .await?
        .into_iter()
        .map(|ring| ring.attempt)
        .collect();
    for ring in rings {
        ensure!(known.contains(&ring.attempt), "the ledger does not know of {ring:?}");
    }
    Ok(())
}

async fn contacts(world: &World, campaign: CampaignId) -> anyhow::Result<Vec<ContactDetail>> {
    Ok(world.store.contacts(campaign, None, Page { after: None, limit: 1_000 }).await?)
}

/// A contact has ended, and what it ended as is borne out by the carrier's log.
fn nobody_forgotten(contact: &ContactDetail, rings: &[Ring]) -> anyhow::Result<()> {
    ensure!(contact.state.is_final(), "forgotten: {contact:?}");
    let rung = |by_this: bool| {
        rings.iter().any(|ring| {
            ring.number == contact.number && (ring.campaign == contact.campaign) == by_this
        })
    };
    let borne_out = match contact.state {
        ContactState::Completed | ContactState::Busy | ContactState::NoAnswer => rung(true),
        ContactState::Skipped if contact.reason.as_deref().is_some_and(|r| r.starts_with("Already")) => {
            rung(false)
        }
        _ => true,
    };
    ensure!(borne_out, "the carrier's log does not bear out {contact:?}");
    Ok(())
}

/// What the carrier's log says of one number.
fn story(log: &str, number: Number) -> String {
    let number = number.to_string();
    log.lines().filter(|line| line.contains(&number)).collect::<Vec<_>>().join("\n")
}
