//! What the watchdog does about an attempt of which no event has come.
//!
//! The watchdog never ends a call: it asks the carrier, or records that the process which owned the
//! attempt is gone. Only evidence moves an attempt.

use crate::plan::Snapshot;
use crate::{Attempt, AttemptState, CampaignId, CampaignState, Evidence, Millis, Timestamp};

/// A claim that its live owner has not begun to dial after this long is taken back; the owner's own
/// attempt to dial it is then refused.
pub const CLAIM_PATIENCE: Millis = Millis::from_secs(60);
/// After the deadline of a request its answer is awaited this long.
pub const ANSWER_PATIENCE: Millis = Millis::from_secs(30);
/// A phone that should have stopped ringing is given this long for its last event.
pub const RING_PATIENCE: Millis = Millis::from_secs(20);
/// A conversation is looked up after this long, and again each time it passes.
pub const TALK_PATIENCE: Millis = Millis::from_secs(60);
/// Least time between two look-ups of one attempt.
pub const LOOK_EVERY: Millis = Millis::from_secs(20);

/// What to do about a live attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    /// Nothing yet.
    Wait,
    /// Record that its owner is gone.
    OwnerGone,
    /// Ask the carrier what it knows.
    LookUp,
}

/// What the watchdog does about `attempt` at `now`. `owner_lives` is false only when the process
/// that owns it is known to be gone; `ring_for` is the campaign's ring time; `looked_at` is when
/// the carrier was last asked about it.
pub fn care(
    attempt: &Attempt,
    owner_lives: bool,
    ring_for: Millis,
    looked_at: Option<Timestamp>,
    now: Timestamp,
) -> Care {
    let dialed = attempt.dialed_at.unwrap_or(attempt.claimed_at);
    let heard_by = match attempt.state {
        AttemptState::Claimed | AttemptState::Dialing => {
            let patience_ends = match attempt.dial_before {
                Some(before) => before + ANSWER_PATIENCE,
                None => attempt.claimed_at + CLAIM_PATIENCE,
            };
            let given_up = !owner_lives || now >= patience_ends;
            return if given_up {
                Care::OwnerGone
            } else {
                Care::Wait
            };
        }
        AttemptState::Unknown => dialed,
        AttemptState::Ringing => dialed + ring_for + RING_PATIENCE,
        AttemptState::Answered => {
            looked_at.max(attempt.answered_at).unwrap_or(dialed) + TALK_PATIENCE
        }
        AttemptState::Ended
        | AttemptState::Refused
        | AttemptState::Released
        | AttemptState::NeverPlaced => return Care::Wait,
    };
    let looked_recently = looked_at.is_some_and(|at| now < at + LOOK_EVERY);
    if now >= heard_by && !looked_recently {
        Care::LookUp
    } else {
        Care::Wait
    }
}

/// What a look-up found, as far as it is believed at `now`. That a call was canceled is not, as long as it
/// may ring: carriers say so of calls that go on.
pub fn believed(
    mut found: Vec<Evidence>,
    attempt: &Attempt,
    ring_for: Millis,
    now: Timestamp,
) -> Vec<Evidence> {
    let dialed = attempt.dialed_at.unwrap_or(attempt.claimed_at);
    if now < dialed + ring_for + RING_PATIENCE {
        found.retain(|piece| !piece.is_cancel());
    }
    found
}

/// Whether a call that waits in a carrier's queue may still ring: it may not once everything is
/// stopped, its campaign is paused or over, or its business hours have ended. On `false` the caller
/// cancels the call, if it has not begun to ring.
pub fn may_still_ring(snapshot: &Snapshot, campaign: CampaignId, now: Timestamp) -> bool {
    let found = snapshot.campaigns.iter().find(|it| it.id == campaign);
    snapshot.stopped.is_none()
        && found.is_some_and(|it| {
            let settings = &it.settings;
            it.state == CampaignState::Running
                && settings.business_hours.is_open(&settings.time_zone, now)
        })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::hours::BusinessHours;
    use crate::plan::CampaignView;
    use crate::{
        AttemptId, ContactCounts, ContactId, InstanceId, Number, Outcome, Settings, Stopped,
    };

    /// A Monday, 10:00 UTC.
    const TEN: Timestamp = Timestamp::from_millis(1_795_428_000_000);

    fn snapshot(state: CampaignState, enabled: bool) -> Snapshot {
        let settings = Settings {
            business_hours: BusinessHours {
                enabled,
                ..BusinessHours::default()
            },
            ..Settings::default()
        };
        let campaign = CampaignView {
            id: CampaignId(1),
            state,
            settings: Arc::new(settings),
            live: 1,
            next_slot: TEN,
            next_due: None,
            counts: ContactCounts::default(),
        };
        Snapshot {
            stopped: None,
            campaigns: vec![campaign],
        }
    }

    #[test]
    fn that_a_call_was_canceled_is_believed_once_it_can_ring_no_more() {
        let ids = (AttemptId::new(TEN, [1; 10]), CampaignId(1), ContactId(1));
        let owner = InstanceId::new(TEN, [2; 10]);
        let number = Number::from_digits(12_025_550_101).unwrap();
        let attempt = Attempt::claimed(ids.0, ids.1, ids.2, number, 1, owner, TEN);
        let found = || {
            let end = |outcome| Evidence::Ended {
                outcome,
                cause: String::new(),
            };
            vec![end(Outcome::Canceled), end(Outcome::Busy)]
        };
        let ring = Millis::from_secs(30);
        for (seconds, pieces) in [(0, 1), (49, 1), (50, 2)] {
            let now = TEN + Millis::from_secs(seconds);
            let believed = believed(found(), &attempt, ring, now);
            assert_eq!(believed.len(), pieces, "{seconds} s");
        }
    }

    #[test]
    fn a_call_in_a_queue_may_ring_while_its_campaign_may_call() {
        let evening = TEN + Millis::from_hours(8);
        let running = snapshot(CampaignState::Running, true);
        assert!(may_still_ring(&running, CampaignId(1), TEN));
        assert!(!may_still_ring(&running, CampaignId(1), evening), "hours");
        let any_hour = snapshot(CampaignState::Running, false);
        assert!(may_still_ring(&any_hour, CampaignId(1), evening));
        assert!(!may_still_ring(&running, CampaignId(2), TEN), "paused");
        let pending = snapshot(CampaignState::Pending, true);
        assert!(!may_still_ring(&pending, CampaignId(1), TEN), "not begun");
        let stopped = Snapshot {
            stopped: Some(Stopped {
                at: TEN,
                reason: "by hand".into(),
            }),
            ..running
        };
        assert!(!may_still_ring(&stopped, CampaignId(1), TEN), "stopped");
    }
}
