//! Carrier events, answers of callees, and comparisons with a carrier's list of calls.

use std::collections::BTreeSet;
use std::sync::Arc;

use ringonce_domain::{AttemptId, AttemptState, CampaignId, Number, Outcome, Price, Timestamp};
use serde::{Deserialize, Serialize};

/// The longest event that is kept, in bytes.
pub const MAX_EVENT: usize = 16 << 10;
/// The longest name of a call, and of an event's source, in bytes.
pub const MAX_EVENT_NAME: usize = 100;
/// The most differences of a day that are kept one by one.
pub const MAX_DIFFERENCES: usize = 20_000;

/// A carrier's event, word for word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCarrierEvent {
    /// The carrier's name.
    pub carrier: Arc<str>,
    /// Its name for the call; at most [`MAX_EVENT_NAME`] visible characters of ASCII.
    pub call_id: String,
    /// Its source at the carrier, such as `call-progress-events`; of the same length at most.
    pub source: Arc<str>,
    /// Its place among the events of that source about the call; 0 is the first.
    pub sequence: i64,
    /// The attempt, as its token says.
    pub attempt: AttemptId,
    /// When it came.
    pub at: Timestamp,
    /// Its text; at most [`MAX_EVENT`] bytes.
    pub body: Arc<str>,
}

/// A carrier's event that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptEvent {
    /// Its place among all.
    pub id: i64,
    /// The event.
    pub told: NewCarrierEvent,
    /// Why it could not be applied.
    pub fault: Option<String>,
}

/// The result of applying an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The event's place.
    pub id: i64,
    /// Why it could not be applied.
    pub fault: Option<String>,
}

/// The answer of a callee, or of a machine in the callee's place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "word")]
pub enum Answer {
    /// Never to be called again: the key that was pressed. The number is blocked with it.
    OptOut(String),
    /// A disposition that a key stands for.
    Disposition(String),
    /// Asked for a person: the number that the call was connected to.
    Transfer(String),
    /// Keys that stand for nothing.
    Key(String),
    /// What picked up, in the carrier's word: `human`, `machine_end_beep`.
    Machine(String),
}

impl Answer {
    /// Its kind, and its word.
    pub fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::OptOut(word) => ("opt_out", word),
            Self::Disposition(word) => ("disposition", word),
            Self::Transfer(word) => ("transfer", word),
            Self::Key(word) => ("key", word),
            Self::Machine(word) => ("machine", word),
        }
    }

    /// The answer of this kind; `None` for an unknown kind.
    pub fn of(kind: &str, word: String) -> Option<Self> {
        Some(match kind {
            "opt_out" => Self::OptOut(word),
            "disposition" => Self::Disposition(word),
            "transfer" => Self::Transfer(word),
            "key" => Self::Key(word),
            "machine" => Self::Machine(word),
            _ => return None,
        })
    }
}

/// An answer and when it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answered {
    /// The answer.
    #[serde(flatten)]
    pub answer: Answer,
    /// When it was given.
    pub at: Timestamp,
}

/// An attempt as comparisons read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ours {
    /// Its id.
    pub id: AttemptId,
    /// The number called.
    pub number: Number,
    /// Its state.
    pub state: AttemptState,
    /// Its outcome.
    pub outcome: Option<Outcome>,
    /// The carrier's name for the call.
    pub call_id: Option<String>,
    /// When the carrier was about to be asked.
    pub dialed_at: Option<Timestamp>,
    /// Its campaign.
    pub campaign: CampaignId,
    /// What it costs, if that is known.
    pub price: Option<Price>,
}

/// A difference between the ledger and a carrier's list of calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Difference {
    /// The carrier has a call that the ledger does not know: it was made outside of Ringonce.
    NotOurs {
        /// The carrier's name for the call.
        call_id: String,
        /// The number called.
        to: String,
        /// Its status there.
        status: String,
    },
    /// Our ledger has a call that the carrier does not list.
    NotTheirs {
        /// The attempt.
        attempt: AttemptId,
        /// The carrier's name for the call, when it gave one.
        call_id: Option<String>,
    },
    /// Both have the call, and tell its end in different ways.
    OtherOutcome {
        /// The attempt.
        attempt: AttemptId,
        /// The carrier's name for the call.
        call_id: String,
        /// Its end here.
        ours: String,
        /// Its end there.
        theirs: String,
    },
}

/// One of the differences of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DifferenceAt {
    /// Its place among them, from 1 on.
    pub place: u64,
    /// What differs.
    #[serde(flatten)]
    pub difference: Difference,
}

/// How our calls of a day compare with a carrier's own list of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Comparison {
    /// The carrier's name.
    pub carrier: String,
    /// The UTC day, `2026-11-21`.
    pub day: String,
    /// When they were compared.
    pub compared_at: Timestamp,
    /// Calls in the ledger.
    pub ours: u64,
    /// Calls that the carrier lists and that showed a number of ours, or that our ledger has.
    pub theirs: u64,
    /// Calls that it lists besides: from numbers that were never ours.
    pub others: u64,
    /// How many differences there are; the first [`MAX_DIFFERENCES`] are kept.
    pub differences: u64,
    /// The numbers whose calls counted as ours.
    pub caller_ids: BTreeSet<Number>,
}
