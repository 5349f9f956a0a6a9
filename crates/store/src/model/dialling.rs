//! What is asked and told while calls are chosen and made.

use ringonce_domain::plan::Snapshot;
use ringonce_domain::{
    Attempt, AttemptId, CampaignId, Epoch, InstanceId, SafetyLimits, Timestamp, Trust,
};

/// What an instance plans from, and who leads what.
#[derive(Clone, Debug)]
pub struct Agenda {
    /// Pending and running campaigns and the emergency stop.
    pub snapshot: Snapshot,
    /// The lease of each campaign in the snapshot, in the same order.
    pub leases: Vec<Lease>,
}

/// Who runs a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The instance that runs it, if any ever did.
    pub owner: Option<InstanceId>,
    /// The fencing token.
    pub epoch: Epoch,
    /// Until when nobody else may take it.
    pub until: Timestamp,
}

/// A wish for contacts to call.
#[derive(Clone, Debug)]
pub struct ClaimRequest {
    /// For which campaign.
    pub campaign: CampaignId,
    /// Who will call.
    pub instance: InstanceId,
    /// Under which lease.
    pub epoch: Epoch,
    /// One fresh id per contact wanted; their number is the most that is claimed.
    pub ids: Vec<AttemptId>,
    /// The time.
    pub now: Timestamp,
    /// The lease is extended until then.
    pub lease_until: Timestamp,
}

/// What a claim did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claimed {
    /// The attempts that the caller now owns, in due order.
    pub attempts: Vec<Attempt>,
    /// Contacts skipped by a rule.
    pub skipped: u32,
    /// Contacts put off by a rule.
    pub deferred: u32,
    /// Why nothing (more) was claimed although it was asked for; `None` when the wish was filled
    /// or when the transaction's share of work was done and more may be due.
    pub held: Option<String>,
}

/// What a piece of evidence did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// The attempt moved.
    Moved(Attempt),
    /// Nothing that matters changed.
    Unchanged(Attempt),
    /// The carrier has a call that was given up: hang it up.
    Superseded(Attempt),
    /// The evidence is of another call than the attempt has, and was not applied: hang that one up.
    AnotherCall {
        /// The attempt with the call that it has.
        attempt: Attempt,
        /// The carrier's name for the other call.
        call_id: String,
    },
    /// No such attempt; the evidence is kept for a person to look at.
    Unmatched,
}

/// What a store needs to know to judge evidence.
#[derive(Clone, Copy, Debug, Default)]
pub struct Judgement {
    /// How far the carrier's look-up can be trusted.
    pub trust: Trust,
    /// When the emergency stop trips.
    pub limits: SafetyLimits,
}
