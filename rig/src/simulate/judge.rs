//! Judges a world: compares the ledger with the carrier's log and the rules.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, bail, ensure};
use ringonce_carrier::simulator::log::{Event, entries};
use ringonce_carrier::simulator::truth;
use ringonce_domain::contact::Reason;
use ringonce_domain::proof::Ring;
use ringonce_domain::{CampaignId, ContactState, Number, Settings};
use ringonce_store::model::{ContactDetail, Page};

use super::simulated_site::SimulatedSite;

/// Fails when a number was rung against the rules, a contact was forgotten, or the ledger does not know a
/// call of the carrier.
pub(super) async fn judge(world: &SimulatedSite) -> anyhow::Result<()> {
    let settings: BTreeMap<CampaignId, &Settings> = (1..)
        .map(CampaignId)
        .zip(world.scenario.campaigns.iter().map(|plan| &plan.settings))
        .collect();
    let log = String::from_utf8(world.log.contents())?;
    let truth = truth::check(log.as_bytes(), |campaign| settings.get(&campaign).copied())?;
    world.rung(truth.numbers, truth.rings);
    if let Some(violation) = truth.violations.first() {
        bail!(
            "rung against the rules: {violation:?}\n{}",
            story(&log, violation.number)
        );
    }
    let rings: Vec<Ring> = truth::Rings::read(log.as_bytes())?
        .by_number()
        .flatten()
        .cloned()
        .collect();
    let placed = placed_calls(&log)?;
    ledger_knows_every_ring(world, &rings).await?;
    for campaign in settings.keys() {
        for contact in contacts(world, *campaign).await? {
            nobody_forgotten(&contact, &rings, &placed)
                .with_context(|| story(&log, contact.number))?;
        }
    }
    world
        .store
        .verify_audit()
        .await?
        .map_err(|seq| anyhow::anyhow!("audit entry {seq} is wrong"))?;
    Ok(())
}

async fn ledger_knows_every_ring(world: &SimulatedSite, rings: &[Ring]) -> anyhow::Result<()> {
    let known: BTreeSet<_> = world
        .store
        .rings(Page {
            after: None,
            limit: 1_000,
        })
        .await?
        .into_iter()
        .map(|ring| ring.attempt)
        .collect();
    for ring in rings {
        ensure!(
            known.contains(&ring.attempt),
            "the ledger does not know of {ring:?}"
        );
    }
    Ok(())
}

async fn contacts(
    world: &SimulatedSite,
    campaign: CampaignId,
) -> anyhow::Result<Vec<ContactDetail>> {
    Ok(world
        .store
        .contacts(
            campaign,
            None,
            Page {
                after: None,
                limit: 1_000,
            },
        )
        .await?)
}

/// Which campaigns' calls to which numbers the carrier took.
fn placed_calls(log: &str) -> anyhow::Result<BTreeSet<(Number, CampaignId)>> {
    let mut placed = BTreeSet::new();
    for entry in entries(log.as_bytes()) {
        let entry = entry?;
        if entry.event == Event::Placed {
            placed.insert((entry.number, entry.campaign));
        }
    }
    Ok(placed)
}

/// A contact has ended, and the carrier's log bears out how.
fn nobody_forgotten(
    contact: &ContactDetail,
    rings: &[Ring],
    placed: &BTreeSet<(Number, CampaignId)>,
) -> anyhow::Result<()> {
    ensure!(contact.state.is_final(), "forgotten: {contact:?}");
    let (number, campaign) = (contact.number, contact.campaign);
    let borne_out = match contact.state {
        ContactState::Completed | ContactState::NoAnswer => rings
            .iter()
            .any(|ring| (ring.number, ring.campaign) == (number, campaign)),
        ContactState::Skipped if contact.reason.as_deref() == Some(Reason::ALREADY_CALLED.0) => {
            placed
                .iter()
                .any(|(called, by)| *called == number && *by != campaign)
        }
        _ => true,
    };
    ensure!(borne_out, "the carrier's log does not bear out {contact:?}");
    Ok(())
}

/// The carrier's log of one number.
fn story(log: &str, number: Number) -> String {
    let number = number.to_string();
    log.lines()
        .filter(|line| line.contains(&number))
        .collect::<Vec<_>>()
        .join("\n")
}
