//! Who runs which campaign, and what there is to run.

use ringonce_domain::plan::{CampaignView, Snapshot};
use ringonce_domain::{CampaignId, ContactCounts, Epoch, InstanceId, Timestamp};
use rusqlite::params;

use super::failure::Done;
use super::ledger::{Ledger, View};
use super::{safety, sql};
use crate::StoreError;
use crate::audit::Entry;
use crate::model::{Actor, Agenda};
use crate::row::Fields;
use crate::rows;

/// See [`crate::Dialing::agenda`].
pub(super) fn agenda(view: &View) -> Done<Agenda> {
    let rows = view.rows(sql::CAMPAIGNS_ACTIVE, [], |row| {
        let fields = Fields::of("campaigns", row);
        let lease = rows::lease(&fields, 4)?;
        let partial = (
            fields.campaign(0)?,
            fields.word(1)?,
            fields.count(2)?,
            fields.instant(3)?,
        );
        Ok((partial, lease, fields.maybe_instant(7)?))
    })?;
    let mut campaigns = Vec::with_capacity(rows.len());
    let mut leases = Vec::with_capacity(rows.len());
    for ((id, state, live, next_slot), lease, next_due) in rows {
        let settings = view.settings_of(id)?;
        let counts = contact_counts(view, id)?;
        campaigns.push(CampaignView {
            id,
            state,
            settings,
            live,
            next_slot,
            next_due,
            counts,
        });
        leases.push(lease);
    }
    let stopped = safety::read(view)?.stopped;
    Ok(Agenda {
        snapshot: Snapshot { stopped, campaigns },
        leases,
    })
}

/// Contacts of a campaign by state.
pub(super) fn contact_counts(view: &View, campaign: CampaignId) -> Done<ContactCounts> {
    let mut counts = ContactCounts::default();
    view.rows(sql::CONTACT_COUNTS, [campaign.0], |row| {
        let fields = Fields::of("campaign_contacts", row);
        counts.set(fields.word(1)?, fields.count(2)?);
        Ok(())
    })?;
    Ok(counts)
}

/// See [`crate::Dialing::lease`].
pub(super) fn lease(
    ledger: &mut Ledger,
    campaign: CampaignId,
    instance: InstanceId,
    now: Timestamp,
    until: Timestamp,
) -> Done<Option<Epoch>> {
    let held = ledger.view.row(sql::LEASE, [campaign.0], |row| {
        rows::lease(&Fields::of("campaigns", row), 1)
    })?;
    let Some(held) = held else {
        return Err(StoreError::NotFound {
            what: "campaign",
            id: campaign.to_string(),
        }
        .into());
    };
    let ours = held.owner == Some(instance);
    let in_force = held.owner.is_some() && held.until > now;
    if in_force && !ours {
        return Ok(None);
    }
    if in_force {
        ledger
            .view
            .execute(sql::LEASE_EXTEND, params![campaign.0, until.as_millis()])?;
        return Ok(Some(held.epoch));
    }
    let epoch = Epoch(held.epoch.0 + 1);
    let owner = instance.0.into_bytes();
    ledger.view.execute(
        sql::LEASE_TAKE,
        params![campaign.0, owner, epoch.0, until.as_millis()],
    )?;
    let detail = serde_json::json!({ "instance": instance, "epoch": epoch, "until": until });
    ledger.audit(&Entry {
        at: now,
        actor: &Actor::new("engine"),
        event: "campaign.lease",
        campaign: Some(campaign),
        number: None,
        attempt: None,
        detail: &detail.to_string(),
    })?;
    Ok(Some(epoch))
}

/// See [`crate::Dialing::release_lease`].
pub(super) fn release(ledger: &Ledger, campaign: CampaignId, instance: InstanceId) -> Done<()> {
    ledger.view.execute(
        sql::LEASE_RELEASE,
        params![campaign.0, instance.0.into_bytes()],
    )?;
    Ok(())
}
