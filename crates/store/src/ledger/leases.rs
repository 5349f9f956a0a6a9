//! Which instance runs which campaign, and which campaigns there are to run.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use ringonce_domain::plan::{CampaignView, Snapshot};
use ringonce_domain::{CampaignId, ContactCounts, Epoch, InstanceId, Timestamp};

use super::campaigns::{audit, missing};
use super::safety::safety;
use crate::Result;
use crate::model::{Actor, Agenda, AuditContext, Lease};
use crate::row::Fields;
use crate::sql;
use crate::transaction::{Reader, Transaction, values};

/// From when on a lease that was given up may be taken: at once.
pub(super) const GIVEN_UP: Timestamp = Timestamp::from_millis(0);

/// See [`crate::Dialing::agenda`].
pub(crate) async fn agenda<L: Reader>(reader: &mut L) -> Result<Agenda, L::Failure> {
    let mut found: BTreeMap<CampaignId, (CampaignView, Lease)> = BTreeMap::new();
    for row in reader.rows(sql::CAMPAIGNS_ACTIVE, values![]).await? {
        let id = Fields::of("campaigns", &row).campaign("id")?;
        let settings = reader.settings_of(id).await?;
        let fields = Fields::of("campaigns", &row);
        let (campaign, _) = match found.entry(id) {
            Entry::Occupied(there) => there.into_mut(),
            Entry::Vacant(fresh) => {
                let campaign = CampaignView {
                    id,
                    state: fields.word("state")?,
                    settings,
                    live: fields.count("live")?,
                    next_slot: fields.instant("next_slot_at")?,
                    next_due: fields.maybe_instant("next_due")?,
                    counts: ContactCounts::default(),
                };
                fresh.insert((campaign, lease_in(&fields)?))
            }
        };
        let counted = fields.word("counted")?;
        campaign.counts.set(counted, fields.count("contacts")?);
    }
    let (campaigns, leases) = found.into_values().unzip();
    let stopped = safety(reader).await?.stopped;
    Ok(Agenda {
        snapshot: Snapshot { stopped, campaigns },
        leases,
    })
}

fn lease_in(fields: &Fields<'_>) -> Result<Lease> {
    Ok(Lease {
        owner: fields.maybe_uuid("lease_owner")?.map(InstanceId),
        epoch: Epoch(fields.int("lease_epoch")?),
        until: fields.instant("lease_until")?,
    })
}

/// See [`crate::Dialing::lease`].
pub(crate) async fn lease<D: Transaction>(
    tx: &mut D,
    campaign: CampaignId,
    instance: InstanceId,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<Epoch>, D::Failure> {
    let row = tx.row(sql::LEASE, values![campaign]).await?;
    let row = row.ok_or_else(|| missing(campaign))?;
    let held = lease_in(&Fields::of("campaigns", &row))?;
    let ours = held.owner == Some(instance);
    let in_force = held.owner.is_some() && held.until > now;
    if in_force && !ours {
        return Ok(None);
    }
    if in_force {
        tx.at_end(sql::LEASE_EXTEND, values![campaign, until])
            .await?;
        return Ok(Some(held.epoch));
    }
    let epoch = Epoch(held.epoch.0 + 1);
    tx.at_end(sql::LEASE_TAKE, values![campaign, instance, epoch.0, until])
        .await?;
    let detail = serde_json::json!({ "instance": instance, "epoch": epoch, "until": until });
    let on = AuditContext::new(Actor::new("engine"), now);
    audit(tx, campaign, "campaign.lease", &detail, &on).await?;
    Ok(Some(epoch))
}

/// See [`crate::Dialing::release_lease`].
pub(crate) async fn release<D: Transaction>(
    tx: &mut D,
    campaign: CampaignId,
    instance: InstanceId,
) -> Result<(), D::Failure> {
    tx.tell_at_once();
    tx.at_end(sql::LEASE_RELEASE, values![campaign, instance, GIVEN_UP])
        .await
}
