//! Rings by a carrier's own list: what `prove` judges beside the ledger.
//!
//! The list names no attempt. A call is known by its name, which the ledger has from the answer or from a
//! webhook; whom it rang and when is the list's word. Its times are whole seconds, so that each ring is taken
//! to begin as late and to end as early as they allow: a second's fraction breaks no rule.

use ringonce_carrier::{Carrier, ListedCall};
use ringonce_domain::proof::Ring;
use ringonce_domain::{Millis, Outcome, Timestamp};
use ringonce_store::Store;
use ringonce_store::model::Ours;

use super::{
    Incomparable, day_of, is_from_us, ours_around, pages_of, shown_by_us, since, start_of,
};

/// The fraction of a second that the list leaves out.
const FRACTION: Millis = Millis::new(999);

/// What a carrier lists of our calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListedRings {
    /// Calls of ours that may have rung.
    pub rings: Vec<Ring>,
    /// Calls that show a number of ours and that the ledger does not know.
    pub unknown: u64,
}

/// Reads a carrier's list of every day since the ledger calls with it.
///
/// # Errors
/// [`Incomparable`].
pub async fn listed_rings(
    store: &dyn Store,
    carrier: &dyn Carrier,
    now: Timestamp,
) -> Result<ListedRings, Incomparable> {
    let mut listed = ListedRings::default();
    let Some(since) = since(store, carrier.name()).await? else {
        return Ok(listed);
    };
    let shown = shown_by_us(store, carrier).await?;
    for day in day_of(since)..=day_of(now) {
        let begin = start_of(day);
        let ours = ours_around(store, carrier.name(), begin, begin + Millis::from_days(1)).await?;
        pages_of(carrier, begin, |theirs| match ours.0.get(&theirs.call_id) {
            Some(ours) => listed.rings.extend(ring(ours, &theirs)),
            None => listed.unknown += u64::from(is_from_us(&theirs, &shown, Some(since))),
        })
        .await?;
    }
    Ok(listed)
}

/// The ring of a call; none when the list says that nothing rang.
fn ring(ours: &Ours, theirs: &ListedCall) -> Option<Ring> {
    let outcome = match theirs.status.as_str() {
        "completed" => Some(Outcome::Answered),
        "busy" => Some(Outcome::Busy),
        "no-answer" => Some(Outcome::NoAnswer),
        "ringing" | "in-progress" => None,
        _ => return None,
    };
    Some(Ring {
        number: theirs.to.parse().unwrap_or(ours.number),
        at: theirs.started.or(ours.dialed_at)? + FRACTION,
        ended_at: theirs.ended.map(|at| at - FRACTION),
        outcome,
        corrected_at: None,
        campaign: ours.campaign,
        attempt: ours.id,
    })
}
