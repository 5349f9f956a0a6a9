//! The simulated carrier's words over HTTP, for both ends: JSON of a few fields each.
//!
//! | request | answer |
//! |---|---|
//! | `POST /calls` with [`Place`] | 201 [`Taken`], 422 [`Declined`], or none at all |
//! | `GET /calls/{attempt}?call_id=` | 200 [`Known`], 404 [`Missing`], 503 when it cannot tell |
//! | `DELETE /calls/{attempt}?call_id=` | 204, 503 when it could not be ended |
//! | `POST` of [`Told`] to a call's callback | 2xx, whatever it is |

use std::sync::Arc;

use ringonce_domain::{AttemptId, CampaignId, Evidence, FailureClass, Millis, Number, Outcome};
use serde::{Deserialize, Serialize};

use crate::CarrierEvent;

/// The most bytes of any body but [`Known`]'s.
pub const MAX_BODY: usize = 4_096;
/// The most bytes of a callback.
pub const MAX_CALLBACK: usize = 1_024;

/// A call to place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The idempotency key of the caller, which this carrier does not heed.
    pub attempt: AttemptId,
    /// Echoed in the carrier's log.
    pub campaign: CampaignId,
    /// Who is called.
    pub to: Number,
    /// The number shown to the callee, if one was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller_id: Option<Number>,
    /// How long the phone rings before the call is given up.
    pub ring_for_ms: Millis,
    /// Where the call's events go, an `http` address of at most [`MAX_CALLBACK`] bytes.
    pub callback: Arc<str>,
}

/// The carrier took a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// Its name for the call.
    pub call_id: String,
}

/// The carrier would not take a call; nothing rings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declined {
    /// Why, in our classes.
    pub class: FailureClass,
    /// Why, in its words.
    pub reason: String,
}

/// What the carrier knows of a call, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Each thing that happened.
    pub evidence: Vec<Word>,
}

/// The carrier has no such call. It names the attempt, so that nobody takes the 404 of some other
/// server for its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// Which call.
    pub no_call_of: AttemptId,
}

/// An event on its way to a callback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// Of which call.
    pub attempt: AttemptId,
    /// What happened.
    pub evidence: Word,
}

/// What a carrier can say of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Word {
    /// It took the call.
    Accepted {
        /// Its name for it.
        call_id: String,
    },
    /// It rings.
    Ringing,
    /// It was answered.
    Answered,
    /// It is over.
    Ended {
        /// How.
        outcome: Outcome,
        /// The same in its own words.
        cause: String,
    },
}

impl Word {
    /// The evidence as it is sent; `None` for what only we can know.
    pub fn of(evidence: &Evidence) -> Option<Self> {
        match evidence.clone() {
            Evidence::Accepted { call_id } => Some(Self::Accepted { call_id }),
            Evidence::Ringing => Some(Self::Ringing),
            Evidence::Answered => Some(Self::Answered),
            Evidence::Ended { outcome, cause } => Some(Self::Ended { outcome, cause }),
            _ => None,
        }
    }
}

impl From<Word> for Evidence {
    fn from(word: Word) -> Self {
        match word {
            Word::Accepted { call_id } => Self::Accepted { call_id },
            Word::Ringing => Self::Ringing,
            Word::Answered => Self::Answered,
            Word::Ended { outcome, cause } => Self::Ended { outcome, cause },
        }
    }
}

impl Told {
    /// The event as it is sent; `None` for what only we can know.
    pub fn of(event: &CarrierEvent) -> Option<Self> {
        Some(Self {
            attempt: event.attempt,
            evidence: Word::of(&event.evidence)?,
        })
    }
}

impl From<Told> for CarrierEvent {
    fn from(told: Told) -> Self {
        Self {
            attempt: told.attempt,
            evidence: told.evidence.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_carrier_says_arrives_as_it_was_said() {
        let ended = Evidence::Ended {
            outcome: Outcome::NoAnswer,
            cause: "nobody picked up".into(),
        };
        let accepted = Evidence::Accepted {
            call_id: "sim-7".into(),
        };
        for (evidence, json) in [
            (accepted, r#"{"kind":"accepted","call_id":"sim-7"}"#),
            (Evidence::Ringing, r#"{"kind":"ringing"}"#),
            (Evidence::Answered, r#"{"kind":"answered"}"#),
            (
                ended,
                r#"{"kind":"ended","outcome":"no_answer","cause":"nobody picked up"}"#,
            ),
        ] {
            let word = Word::of(&evidence).unwrap();
            assert_eq!(serde_json::to_string(&word).unwrap(), json);
            let read: Word = serde_json::from_str(json).unwrap();
            assert_eq!(Evidence::from(read), evidence);
        }
    }

    #[test]
    fn what_only_we_can_know_is_not_taken_from_others() {
        assert_eq!(Word::of(&Evidence::OwnerGone), None);
        for word in ["owner_gone", "not_sent", "not_seen", "refused"] {
            let json = format!(r#"{{"kind":"{word}"}}"#);
            assert!(serde_json::from_str::<Word>(&json).is_err(), "{word}");
        }
    }
}
