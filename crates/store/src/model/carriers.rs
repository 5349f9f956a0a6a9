//! What carriers tell of calls, what callees answer, and how the carrier's list compares with ours.

use std::sync::Arc;

use ringonce_domain::{AttemptId, AttemptState, CampaignId, Number, Outcome, Timestamp};
use serde::{Deserialize, Serialize};

/// The longest telling of a carrier that is kept, in bytes.
pub const MAX_EVENT: usize = 16 << 10;
/// The longest name of a call, and of what told of it, in bytes.
pub const MAX_EVENT_NAME: usize = 100;
/// The most differences of a day that are kept one by one.
pub const MAX_DIFFERENCES: usize = 1_000;

/// Something that a carrier told, word for word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCarrierEvent {
    /// The carrier's name.
    pub carrier: Arc<str>,
    /// Its name for the call; at most [`MAX_EVENT_NAME`] visible characters of ASCII.
    pub call_id: String,
    /// What of the carrier told it, such as `call-progress-events`; as long at most.
    pub source: Arc<str>,
    /// Its place among what that told of the call; 0 is the first.
    pub sequence: i64,
    /// The attempt, as its token says.
    pub attempt: AttemptId,
    /// When it came.
    pub at: Timestamp,
    /// As it came; at most [`MAX_EVENT`] bytes.
    pub body: Arc<str>,
}

/// Something that a carrier told and that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptEvent {
    /// Its place among all.
    pub id: i64,
    /// What was told.
    pub told: NewCarrierEvent,
    /// Why nothing could be made of it.
    pub fault: Option<String>,
}

/// What became of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The event's place.
    pub id: i64,
    /// Why nothing could be made of it.
    pub fault: Option<String>,
}

/// What a callee answered, or a machine in the callee's place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "word")]
pub enum Answer {
    /// Never to be called again: the key that was pressed. The number is blocked with it.
    OptOut(String),
    /// A disposition that a key stands for.
    Disposition(String),
    /// Wanted to speak with somebody: the number they were connected with.
    Transfer(String),
    /// Keys that stand for nothing.
    Key(String),
    /// What picked up, in the carrier's word: `human`, `machine_end_beep`.
    Machine(String),
}

impl Answer {
    /// The word for its kind, and the answer.
    pub fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::OptOut(word) => ("opt_out", word),
            Self::Disposition(word) => ("disposition", word),
            Self::Transfer(word) => ("transfer", word),
            Self::Key(word) => ("key", word),
            Self::Machine(word) => ("machine", word),
        }
    }

    /// The answer of this kind; `None` for a word that is no kind.
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
    /// What was answered.
    #[serde(flatten)]
    pub answer: Answer,
    /// When.
    pub at: Timestamp,
}

/// What a look at the attempts of a period finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ours {
    /// Which attempt.
    pub id: AttemptId,
    /// Who was called.
    pub number: Number,
    /// Where it stands.
    pub state: AttemptState,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// The carrier's name for the call.
    pub call_id: Option<String>,
    /// When the carrier was about to be asked.
    pub dialed_at: Option<Timestamp>,
    /// Its campaign.
    pub campaign: CampaignId,
}

/// Where our ledger and a carrier's list differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Difference {
    /// The carrier has a call that our ledger does not know: somebody was rung outside of it.
    NotOurs {
        /// The carrier's name for the call.
        call_id: String,
        /// Who was called.
        to: String,
        /// How it stands there.
        status: String,
    },
    /// Our ledger has a call that the carrier does not list.
    NotTheirs {
        /// Which attempt.
        attempt: AttemptId,
        /// The carrier's name for the call, when it gave one.
        call_id: Option<String>,
    },
    /// Both have the call, and tell its end in different ways.
    OtherOutcome {
        /// Which attempt.
        attempt: AttemptId,
        /// The carrier's name for the call.
        call_id: String,
        /// Its end here.
        ours: String,
        /// Its end there.
        theirs: String,
    },
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
    /// Calls that our ledger has.
    pub ours: u64,
    /// Calls that the carrier lists.
    pub theirs: u64,
    /// Where they differ; the first [`MAX_DIFFERENCES`].
    pub differences: Vec<Difference>,
}
