//! What the watchdog does about an attempt from which nothing has been heard.
//!
//! The watchdog never ends a call: it asks the carrier, or states that the process which owned the
//! attempt is gone. Only evidence moves an attempt.

use crate::{Attempt, AttemptState, Millis, Timestamp};

/// A claim that its living owner has not begun to dial after this long is taken back; the owner's
/// own attempt to dial it is then refused.
pub const CLAIM_PATIENCE: Millis = Millis::from_secs(60);
/// After the deadline of a request its answer is awaited this long.
pub const ANSWER_PATIENCE: Millis = Millis::from_secs(30);
/// A phone that should have stopped ringing is given this long for its last event.
pub const RING_PATIENCE: Millis = Millis::from_secs(20);
/// A conversation is looked after this long, and again each time it passes.
pub const TALK_PATIENCE: Millis = Millis::from_secs(60);
/// Least time between two looks at one attempt.
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
