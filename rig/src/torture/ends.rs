//! Compares the ends of the carrier's calls with the ledger's: each call is an attempt's, and has the same
//! end.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::Result;
use ringonce_carrier::simulator::log::Event;
use ringonce_domain::Outcome;

use super::judge::{Finding, Kind};
use crate::site::{DATABASE, PlacedCall, Site};
use crate::stopwatch::pause;

/// Every attempt for which the carrier has a call.
const OUTCOMES: &str =
    "SELECT call_id, coalesce(outcome, '-') FROM attempts WHERE call_id IS NOT NULL";

/// A webhook is kept before it is answered, and applied soon after.
const KEPT_FIRST: Duration = Duration::from_secs(2);

/// Differences between the ledger and the carrier's log.
pub(super) fn differences(site: &Site) -> Result<Vec<Finding>> {
    // Before the ledger: what is told meanwhile is no difference.
    let calls = site.calls()?;
    pause(KEPT_FIRST);
    let rows = site.postgres.sql(DATABASE, OUTCOMES)?;
    let ours: HashMap<&str, &str> = rows.lines().filter_map(|row| row.split_once('|')).collect();
    Ok(compared(&calls, &ours))
}

fn compared(calls: &[PlacedCall], ours: &HashMap<&str, &str>) -> Vec<Finding> {
    let difference = |call: &PlacedCall| {
        let (sid, number) = (&call.sid, call.entry.number);
        let ours = ours.get(&**sid).copied();
        match (call.entry.event, ours) {
            (Event::Placed, None) => Some(format!(
                "{number} has the call {sid}, of which no attempt knows"
            )),
            (Event::End, Some(ours)) if !is_told(call, ours) => Some(format!(
                "the call {sid} to {number} ended {} (SIP {:?}), and the ledger says {ours}",
                call.status, call.sip
            )),
            _ => None,
        }
    };
    let findings = calls.iter().filter_map(|call| {
        Some(Finding {
            kind: Kind::WrongOutcome,
            what: difference(call)?,
            number: Some(call.entry.number),
        })
    });
    findings.collect()
}

/// Whether the ledger has the carrier's outcome. A call that is looked up after its webhook was lost has
/// failed, and the carrier's answer does not say why; a webhook that was taken, however late, does.
fn is_told(call: &PlacedCall, ours: &str) -> bool {
    let Some(theirs) = call.entry.outcome else {
        return false;
    };
    let failed = [Outcome::BadNumber, Outcome::Congestion].contains(&theirs);
    theirs.as_str() == ours || (failed && !call.told && ours == Outcome::Failed.as_str())
}

#[cfg(test)]
mod tests {
    use ringonce_carrier::simulator::log::{CallId, Entry};
    use ringonce_domain::{AttemptId, CampaignId, Number, Timestamp};

    use super::*;

    fn call(event: Event, outcome: Option<Outcome>) -> PlacedCall {
        let at = Timestamp::from_millis(1_795_000_000_000);
        PlacedCall {
            sid: "CA1".into(),
            status: "failed".into(),
            sip: None,
            told: false,
            entry: Entry {
                at,
                event,
                attempt: AttemptId::new(at, [1; 10]),
                campaign: CampaignId(1),
                number: Number::from_digits(12_025_550_101).unwrap(),
                call_id: Some(CallId(1)),
                outcome,
                cause: None,
                ring_for: None,
            },
        }
    }

    #[test]
    fn a_call_that_the_ledger_does_not_know_and_an_end_that_it_tells_otherwise_are_found() {
        let found = |call: PlacedCall, ours: &[(&str, &str)]| {
            compared(&[call], &ours.iter().copied().collect()).len()
        };
        let ended = |outcome| call(Event::End, Some(outcome));
        assert_eq!(found(call(Event::Placed, None), &[]), 1);
        assert_eq!(found(call(Event::Placed, None), &[("CA1", "-")]), 0);
        assert_eq!(found(ended(Outcome::Busy), &[("CA1", "busy")]), 0);
        assert_eq!(found(ended(Outcome::Busy), &[("CA1", "answered")]), 1);
        assert_eq!(found(ended(Outcome::BadNumber), &[("CA1", "failed")]), 0);
        let told = PlacedCall {
            told: true,
            ..ended(Outcome::BadNumber)
        };
        assert_eq!(found(told, &[("CA1", "failed")]), 1);
        assert_eq!(found(call(Event::End, None), &[("CA1", "failed")]), 1);
    }
}
