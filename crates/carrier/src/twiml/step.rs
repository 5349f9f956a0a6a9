//! Where a call is, read from what the carrier sends when it asks.

use ringonce_domain::agent::Key;

/// At which address the carrier asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TwimlRoute {
    /// `…/twiml`: the call was answered, or somebody is to be whispered to.
    Twiml,
    /// `…/key`: a key was pressed or waited for, or an answer spoken.
    Key,
    /// `…/transfer`: a transfer is over.
    Transfer,
}

/// Who or what answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AnsweredBy {
    /// A person.
    Human,
    /// An answering machine.
    Machine,
    /// A fax.
    Fax,
    /// Nobody looked, or it could not be told. Treated as a person.
    #[default]
    Unknown,
}

/// Where a call is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Somebody or something answered.
    Opening {
        /// Who.
        answered_by: AnsweredBy,
    },
    /// Keys were pressed, or none in time.
    AfterKey {
        /// How often the callee heard the opening before this time.
        round: u32,
        /// The keys; empty when there was none.
        digits: String,
    },
    /// An answer was spoken.
    AfterAnswer,
    /// A transfer is over.
    AfterTransfer {
        /// Which key led to it; none for an agent that transfers, or without a key.
        key: Option<Key>,
        /// Whether somebody was there.
        connected: bool,
    },
    /// Somebody picked up to whom the callee is transferred.
    Whisper {
        /// As after a transfer.
        key: Option<Key>,
    },
    /// An answering machine's tone was heard.
    Voicemail,
}

impl AnsweredBy {
    /// In the carrier's words, such as `machine_end_beep`.
    pub fn of(word: &str) -> Self {
        match word {
            "human" => Self::Human,
            "fax" => Self::Fax,
            word if word.starts_with("machine") => Self::Machine,
            _ => Self::Unknown,
        }
    }
}

impl Step {
    /// The step from the parameters of the request, those of its query and of its form alike.
    /// What is missing or not understood is read as if nothing had been said.
    pub fn read<'a>(door: TwimlRoute, given: impl Fn(&str) -> Option<&'a str>) -> Self {
        let key = || given("key").and_then(|key| key.parse().ok());
        let step = given("step").unwrap_or_default();
        match (door, step) {
            (TwimlRoute::Twiml, "whisper") => Self::Whisper { key: key() },
            (TwimlRoute::Twiml, "voicemail") => Self::Voicemail,
            (TwimlRoute::Twiml, _) => Self::Opening {
                answered_by: given("AnsweredBy").map_or_else(AnsweredBy::default, AnsweredBy::of),
            },
            (TwimlRoute::Key, "answer") => Self::AfterAnswer,
            (TwimlRoute::Key, _) => Self::AfterKey {
                round: given("round").and_then(|it| it.parse().ok()).unwrap_or(0),
                digits: given("Digits").unwrap_or_default().to_owned(),
            },
            (TwimlRoute::Transfer, _) => Self::AfterTransfer {
                key: key(),
                connected: matches!(given("DialCallStatus"), Some("completed" | "answered")),
            },
        }
    }
}
