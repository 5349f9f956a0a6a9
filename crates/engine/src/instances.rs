//! The list of the instances that share a ledger, for people: which live, left or are gone, and which
//! runs which campaign. It decides nothing.

use std::fmt;

use ringonce_domain::{CampaignId, Timestamp};
use ringonce_store::model::InstanceDetail;
use ringonce_store::{Result, Store};
use serde::Serialize;

/// An instance, and what it does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Instance {
    /// What it said of itself, and when.
    #[serde(flatten)]
    pub instance: InstanceDetail,
    /// Whether it works.
    pub state: InstanceStatus,
    /// The campaigns that it runs.
    pub campaigns: Vec<CampaignId>,
}

/// Whether an instance works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = InstanceState))]
pub enum InstanceStatus {
    /// Its heartbeat is recent.
    Living,
    /// It ended in order.
    Left,
    /// Its heartbeat is too old: it died, froze, or cannot reach the database.
    Gone,
}

impl InstanceStatus {
    /// Every word.
    pub const ALL: [Self; 3] = [Self::Living, Self::Left, Self::Gone];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Living => "living",
            Self::Left => "left",
            Self::Gone => "gone",
        }
    }

    fn of(instance: &InstanceDetail, now: Timestamp) -> Self {
        if instance.lives(now) {
            Self::Living
        } else if instance.left_at.is_some() {
            Self::Left
        } else {
            Self::Gone
        }
    }
}

impl fmt::Display for InstanceStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Everyone who is remembered, the eldest first.
///
/// # Errors
/// When the ledger cannot be read.
pub async fn list(store: &dyn Store, now: Timestamp) -> Result<Vec<Instance>> {
    let agenda = store.agenda().await?;
    let led: Vec<_> = agenda
        .snapshot
        .campaigns
        .iter()
        .zip(&agenda.leases)
        .filter(|(_, lease)| lease.until > now)
        .filter_map(|(campaign, lease)| Some((lease.owner?, campaign.id)))
        .collect();
    let instances = store.instances().await?;
    Ok(instances
        .into_iter()
        .map(|instance| Instance {
            state: InstanceStatus::of(&instance, now),
            campaigns: led
                .iter()
                .filter(|(owner, _)| *owner == instance.id)
                .map(|(_, campaign)| *campaign)
                .collect(),
            instance,
        })
        .collect())
}
