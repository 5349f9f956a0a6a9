//! The emergency stop: when it trips, and how it is re-armed (promise A10).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::settle::Signal;
use crate::text::string_enum;

/// The counts at which the stop trips.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SafetyLimits {
    /// Consecutive calls that could not be placed, or had no clear answer; at least 1.
    pub consecutive_failures: u32,
    /// Numbers found rung against the rules; at least 1.
    pub duplicates: u32,
}

impl Default for SafetyLimits {
    fn default() -> Self {
        Self {
            consecutive_failures: 3,
            duplicates: 2,
        }
    }
}

/// The state of the emergency stop, one for the whole deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Safety {
    /// Failures since the carrier last took or reported a call.
    pub consecutive_failures: u32,
    /// Duplicates since the stop was last re-armed.
    pub duplicates: u32,
    /// Set while nothing may be called.
    pub stopped: Option<Stopped>,
}

string_enum! {
    /// What trips the emergency stop.
    "cause of a stop" StopCause {
        /// Calls in a row could not be placed or heard of.
        ConsecutiveFailures = "consecutive_failures",
        /// Numbers were rung against the rules.
        Duplicates = "duplicates",
        /// A person.
        ByHand = "by_hand",
    }
}

/// Why and since when nothing may be called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    /// When it tripped.
    pub at: Timestamp,
    /// What tripped it, as the ledger keeps it: a [`StopCause`] and what came last, `CAUSE: LAST`, or a
    /// person's own words.
    pub reason: String,
}

impl Stopped {
    /// What tripped it, and the last failure, the last duplicate or the person's words.
    pub fn cause(&self) -> (StopCause, &str) {
        let counted = self.reason.split_once(": ");
        let counted = counted.and_then(|(cause, last)| Some((cause.parse().ok()?, last)));
        counted.unwrap_or((StopCause::ByHand, &self.reason))
    }
}

impl fmt::Display for Stopped {
    /// In English, for logs and the command line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.cause() {
            (StopCause::ConsecutiveFailures, last) => {
                write!(f, "consecutive failures, the last: {last}")
            }
            (StopCause::Duplicates, last) => write!(f, "duplicates, the last: {last}"),
            (StopCause::ByHand, words) => f.write_str(words),
        }
    }
}

impl Safety {
    /// The state after `signal`; a stop that has tripped stays tripped.
    #[must_use]
    pub fn after(mut self, signal: &Signal, limits: SafetyLimits, now: Timestamp) -> Self {
        let tripped = match signal {
            Signal::Placed => {
                self.consecutive_failures = 0;
                None
            }
            Signal::Failure(reason) => {
                self.consecutive_failures = self.consecutive_failures.saturating_add(1);
                (self.consecutive_failures >= limits.consecutive_failures)
                    .then_some((StopCause::ConsecutiveFailures, reason))
            }
            Signal::Duplicate(reason) => {
                self.duplicates = self.duplicates.saturating_add(1);
                (self.duplicates >= limits.duplicates).then_some((StopCause::Duplicates, reason))
            }
        };
        if let (None, Some((cause, last))) = (&self.stopped, tripped) {
            let reason = format!("{cause}: {last}");
            self.stopped = Some(Stopped { at: now, reason });
        }
        self
    }

    /// Whether the state after `signal` differs from this one: lets a store skip the write that
    /// almost every call would otherwise make.
    pub fn is_moved_by(&self, signal: &Signal) -> bool {
        !matches!(signal, Signal::Placed) || self.consecutive_failures != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure() -> Signal {
        Signal::Failure("timeout".into())
    }

    fn run(signals: &[Signal]) -> Safety {
        let now = Timestamp::from_millis(1);
        signals.iter().fold(Safety::default(), |state, signal| {
            state.after(signal, SafetyLimits::default(), now)
        })
    }

    #[test]
    fn three_failures_in_a_row_trip_the_stop_and_a_placed_call_breaks_the_row() {
        assert!(
            run(&[failure(), failure(), Signal::Placed, failure(), failure()])
                .stopped
                .is_none()
        );
        let stopped = run(&[failure(), failure(), failure()]).stopped.unwrap();
        assert_eq!(stopped.cause(), (StopCause::ConsecutiveFailures, "timeout"));
        assert_eq!(
            stopped.to_string(),
            "consecutive failures, the last: timeout"
        );
    }

    #[test]
    fn two_duplicates_trip_the_stop_however_many_calls_lie_between() {
        let duplicate = || Signal::Duplicate("+12025550123".into());
        assert!(run(&[duplicate(), Signal::Placed]).stopped.is_none());
        assert!(
            run(&[duplicate(), Signal::Placed, duplicate()])
                .stopped
                .is_some()
        );
    }

    #[test]
    fn the_first_reason_stays_until_a_person_re_arms() {
        let later = || Signal::Failure("later".into());
        let after = run(&[failure(), failure(), failure(), later(), Signal::Placed]);
        let stopped = after.stopped.unwrap();
        assert_eq!(stopped.cause(), (StopCause::ConsecutiveFailures, "timeout"));
    }

    #[test]
    fn the_words_of_a_person_are_told_as_they_are() {
        for words in ["smoke", "complaints: twelve", ""] {
            let stopped = Stopped {
                at: Timestamp::from_millis(1),
                reason: words.to_owned(),
            };
            assert_eq!(stopped.cause(), (StopCause::ByHand, words));
            assert_eq!(stopped.to_string(), words);
        }
    }
}
