//! What engine and store exchange while calls are chosen and made.

use ringonce_domain::plan::Snapshot;
use ringonce_domain::{
    Attempt, AttemptId, CampaignId, Epoch, InstanceId, SafetyLimits, Timestamp, Trust,
};

/// What an instance plans from, with the leases.
#[derive(Clone, Debug)]
pub struct Agenda {
    /// Pending and running campaigns and the emergency stop.
    pub snapshot: Snapshot,
    /// The lease of each campaign in the snapshot, in the same order.
    pub leases: Vec<Lease>,
}

/// The lease of a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The instance that runs it, if any ever did.
    pub owner: Option<InstanceId>,
    /// The fencing token.
    pub epoch: Epoch,
    /// Until when no other instance may take it.
    pub until: Timestamp,
}

/// A request for contacts to call.
#[derive(Clone, Debug)]
pub struct ClaimRequest {
    /// The campaign.
    pub campaign: CampaignId,
    /// The instance that will call.
    pub instance: InstanceId,
    /// The epoch of its lease.
    pub epoch: Epoch,
    /// One fresh id per contact wanted; their number is the most that is claimed.
    pub ids: Vec<AttemptId>,
    /// The time.
    pub now: Timestamp,
    /// The lease is extended until then.
    pub lease_until: Timestamp,
}

/// The result of a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claimed {
    /// The attempts that the caller now owns, in due order.
    pub attempts: Vec<Attempt>,
    /// Contacts skipped by a rule.
    pub skipped: u32,
    /// Contacts put off by a rule.
    pub deferred: u32,
    /// Why fewer contacts were claimed than requested; `None` when all were, or when the transaction's share
    /// of work was done and more may be due.
    pub held: Option<String>,
}

/// The result of a piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// The attempt moved.
    Moved(Attempt),
    /// Nothing changed that matters.
    Unchanged(Attempt),
    /// The attempt was given up, and the carrier has its call: hang it up.
    Superseded(Attempt),
    /// The evidence names another call than the attempt's, and was not applied: hang that one up.
    AnotherCall {
        /// The attempt, with its own call.
        attempt: Attempt,
        /// The carrier's name for the other call.
        call_id: String,
    },
    /// No such attempt; the evidence is kept for a person to look at.
    Unmatched,
}

/// What a store needs to judge evidence.
#[derive(Clone, Copy, Debug, Default)]
pub struct Judgement {
    /// How far the carrier's look-ups can be trusted.
    pub trust: Trust,
    /// When the emergency stop trips.
    pub limits: SafetyLimits,
}
