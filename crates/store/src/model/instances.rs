//! The processes that share a ledger.

use ringonce_domain::{InstanceId, Millis, Timestamp};
use serde::Serialize;

/// How long an instance is remembered after it left or was gone.
pub const MEMORY_OF_INSTANCES: Millis = Millis::from_days(1);
/// How many of these are remembered at most, the youngest.
pub const INSTANCES_REMEMBERED: u32 = 200;

/// A process that begins to run campaigns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInstance {
    /// Its id, fresh for every run.
    pub id: InstanceId,
    /// Its name: that of its machine unless another is configured.
    pub name: String,
    /// Its process id there.
    pub process: u32,
    /// Its program's version.
    pub version: String,
    /// Where others reach it, as a URL.
    pub address: Option<String>,
}

/// A process that runs campaigns, or did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InstanceDetail {
    /// Its id.
    pub id: InstanceId,
    /// Its name.
    pub name: String,
    /// Its process id on its machine.
    pub process: u32,
    /// Its program's version.
    pub version: String,
    /// Where others reach it, as a URL.
    pub address: Option<String>,
    /// When it joined.
    pub joined_at: Timestamp,
    /// Its last heartbeat.
    pub heard_at: Timestamp,
    /// When it counts as gone without another heartbeat.
    pub until: Timestamp,
    /// When it left, in order.
    pub left_at: Option<Timestamp>,
    /// When it was declared gone.
    pub gone_at: Option<Timestamp>,
}

impl InstanceDetail {
    /// Whether it may be working at `now`.
    pub fn lives(&self, now: Timestamp) -> bool {
        self.until > now && self.left_at.is_none() && self.gone_at.is_none()
    }
}
