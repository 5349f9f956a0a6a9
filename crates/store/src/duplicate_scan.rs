//! The duplicate alarm's look, whichever database it goes over: what ended is judged by the checker
//! that shares no code with the claim.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use ringonce_domain::proof::{Ring, Violation, violations};
use ringonce_domain::{CampaignId, Millis, Number, Settings, Timestamp};

/// Attempts looked at by one call, more only when they ended in the same millisecond.
pub(crate) const LOOKED_AT: u32 = 1_000;
/// Rings of one number that are judged together; the checker compares each with all before it.
pub(crate) const RINGS_OF_NUMBER: u32 = 200;
/// An attempt may be committed a little after the instant at which it ended: the walk stays that far
/// behind, and meets a few attempts twice.
const LATE_COMMITS: Millis = Millis::from_secs(2);

/// What a look has seen.
pub(crate) struct DuplicateScan {
    pub(crate) violations: Vec<Violation>,
    /// From where to go on.
    pub(crate) until: Timestamp,
}

/// The numbers of the attempts that ended since `since`, and from where the next look goes on.
pub(crate) fn seen(
    ended: Vec<(Number, Timestamp)>,
    since: Timestamp,
    now: Timestamp,
) -> (BTreeSet<Number>, Timestamp) {
    let last = ended.iter().map(|(_, at)| *at).max();
    let until = last.map_or(since, |last| last.min(now - LATE_COMMITS).max(since));
    (ended.into_iter().map(|(number, _)| number).collect(), until)
}

/// Judges the rings of one number by the settings of their campaigns.
pub(crate) fn judge(rings: &[Ring], rules: &HashMap<CampaignId, Arc<Settings>>) -> Vec<Violation> {
    violations(rings, |campaign| rules.get(&campaign).map(Arc::as_ref))
}
