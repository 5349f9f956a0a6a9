//! What can be learned about an attempt: the only thing that moves it.

use super::{FailureClass, InstanceId, Number, Outcome, Timestamp};

/// A fact about an attempt, from the carrier or from our own processes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Evidence {
    /// Its owner is about to ask the carrier, no later than `dial_before`.
    Dial {
        /// The process that dials.
        by: InstanceId,
        /// The deadline of the request.
        dial_before: Timestamp,
        /// The number that the callee will be shown.
        caller_id: Option<Number>,
    },
    /// The process that owned it is gone, or gave it up before it asked the carrier.
    OwnerGone,
    /// Its owner let the deadline pass and sent nothing.
    NotSent,
    /// The carrier took the call.
    Accepted {
        /// The carrier's name for it.
        call_id: String,
    },
    /// The carrier's list has one call that may be this one, by number and time: a guess.
    Found {
        /// The carrier's name for it.
        call_id: String,
    },
    /// The carrier would not take it; nothing rang.
    Refused {
        /// Why, in our classes.
        class: FailureClass,
        /// Why, in the carrier's words.
        reason: String,
    },
    /// The carrier's answer never came, or says neither yes nor no.
    Unclear {
        /// What was seen instead.
        reason: String,
    },
    /// It rings.
    Ringing,
    /// It was answered.
    Answered,
    /// It is over.
    Ended {
        /// How; `answered` whenever the carrier knows that it was, because the `Answered` event may
        /// be lost.
        outcome: Outcome,
        /// The carrier's own words.
        cause: String,
    },
    /// The carrier was asked for the call and does not know it.
    NotSeen {
        /// When the question was put: an answer that reached the ledger late proves nothing about
        /// the time in between.
        asked_at: Timestamp,
    },
}

impl Evidence {
    /// Whether it says that the call was withdrawn before an answer.
    pub const fn is_cancel(&self) -> bool {
        matches!(
            self,
            Self::Ended {
                outcome: Outcome::Canceled,
                ..
            }
        )
    }

    /// The word under which it is filed.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Dial { .. } => "dial",
            Self::OwnerGone => "owner_gone",
            Self::NotSent => "not_sent",
            Self::Accepted { .. } => "accepted",
            Self::Found { .. } => "found",
            Self::Refused { .. } => "refused",
            Self::Unclear { .. } => "unclear",
            Self::Ringing => "ringing",
            Self::Answered => "answered",
            Self::Ended { .. } => "ended",
            Self::NotSeen { .. } => "not_seen",
        }
    }

    /// Whether it proves that the carrier had the call.
    pub(super) const fn proves_placed(&self) -> bool {
        matches!(
            self,
            Self::Accepted { .. } | Self::Ringing | Self::Answered | Self::Ended { .. }
        )
    }
}
