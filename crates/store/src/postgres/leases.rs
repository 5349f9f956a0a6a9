//! Who runs which campaign, and what there is to run.

use ringonce_domain::plan::{CampaignView, Snapshot};
use ringonce_domain::{CampaignId, ContactCounts, ContactState, Epoch, InstanceId, Timestamp};

use super::failure::{Done, Failure};
use super::session::Session;
use super::time::At;
use super::tx::Tx;
use super::{safety, sql};
use crate::StoreError;
use crate::audit::Entry;
use crate::campaigns::missing;
use crate::model::{Actor, Agenda, Lease};
use crate::row::Fields;
use crate::rows;

/// See [`crate::Dialing::agenda`].
pub(super) async fn agenda(session: &Session) -> Done<Agenda> {
    let mut campaigns = Vec::new();
    let mut leases = Vec::new();
    for row in session.rows(sql::CAMPAIGNS_ACTIVE, &[]).await? {
        let id = Fields::of("campaigns", &row).campaign(0)?;
        let settings = session.settings_of(id).await?;
        let fields = Fields::of("campaigns", &row);
        leases.push(rows::lease(&fields, 4)?);
        campaigns.push(CampaignView {
            id,
            state: fields.word(1)?,
            settings,
            live: fields.count(2)?,
            next_slot: fields.instant(3)?,
            next_due: fields.maybe_instant(7)?,
            counts: counts(
                &row.try_get::<_, Vec<String>>(8)?,
                &row.try_get::<_, Vec<i64>>(9)?,
            )?,
        });
    }
    let stopped = safety::read(session).await?.stopped;
    Ok(Agenda {
        snapshot: Snapshot { stopped, campaigns },
        leases,
    })
}

fn counts(states: &[String], contacts: &[i64]) -> Result<ContactCounts, StoreError> {
    let wrong = |value: &dyn std::fmt::Display, reason: String| StoreError::Corrupt {
        table: "campaign_contacts",
        column: "state".into(),
        row: String::new(),
        value: value.to_string(),
        reason,
    };
    let mut counts = ContactCounts::default();
    for (state, contacts) in states.iter().zip(contacts) {
        let word = state
            .parse::<ContactState>()
            .map_err(|error| wrong(state, error.to_string()))?;
        let contacts = u64::try_from(*contacts)
            .map_err(|_| wrong(contacts, "it is out of range".to_owned()))?;
        counts.set(word, contacts);
    }
    Ok(counts)
}

/// Contacts of a campaign by state.
pub(super) async fn contact_counts(session: &Session, campaign: CampaignId) -> Done<ContactCounts> {
    let mut counts = ContactCounts::default();
    for row in session.rows(sql::CONTACT_COUNTS, &[&campaign.0]).await? {
        let fields = Fields::of("campaign_contacts", &row);
        counts.set(fields.word(1)?, fields.count(2)?);
    }
    Ok(counts)
}

/// See [`crate::Dialing::lease`].
pub(super) async fn lease(
    tx: &mut Tx,
    campaign: CampaignId,
    instance: InstanceId,
    now: Timestamp,
    until: Timestamp,
) -> Done<Option<Epoch>> {
    let row = tx.row(sql::LEASE, &[&campaign.0]).await?;
    let row = row.ok_or_else(|| Failure::Store(missing(campaign)))?;
    let held: Lease = rows::lease(&Fields::of("campaigns", &row), 1)?;
    let ours = held.owner == Some(instance);
    let in_force = held.owner.is_some() && held.until > now;
    if in_force && !ours {
        return Ok(None);
    }
    if in_force {
        tx.execute(sql::LEASE_EXTEND, &[&campaign.0, &At(until)])
            .await?;
        return Ok(Some(held.epoch));
    }
    let epoch = Epoch(held.epoch.0 + 1);
    tx.execute(
        sql::LEASE_TAKE,
        &[&campaign.0, &instance.0, &epoch.0, &At(until)],
    )
    .await?;
    let detail = serde_json::json!({ "instance": instance, "epoch": epoch, "until": until });
    tx.audit(&Entry {
        at: now,
        actor: &Actor::new("engine"),
        event: "campaign.lease",
        campaign: Some(campaign),
        number: None,
        attempt: None,
        detail: &detail.to_string(),
    })
    .await?;
    Ok(Some(epoch))
}

/// See [`crate::Dialing::release_lease`].
pub(super) async fn release(tx: &mut Tx, campaign: CampaignId, instance: InstanceId) -> Done<()> {
    tx.tell_at_once();
    tx.execute(sql::LEASE_RELEASE, &[&campaign.0, &instance.0])
        .await?;
    Ok(())
}
