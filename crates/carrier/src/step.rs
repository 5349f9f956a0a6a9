//! Where a call is when its carrier asks what comes next. The same for every carrier: each adapter reads
//! the step from its own requests.

use ringonce_domain::agent::Key;

/// Who or what answered a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AnsweredBy {
    /// A person.
    Human,
    /// A machine that is still speaking.
    MachineStart,
    /// A machine that waits for a message.
    MachineEnd,
    /// A fax.
    Fax,
    /// The carrier did not look, or cannot tell. Treated as a person.
    #[default]
    Unknown,
}

impl AnsweredBy {
    /// Whether a machine picked up, beyond doubt.
    pub const fn is_machine(self) -> bool {
        matches!(self, Self::MachineStart | Self::MachineEnd | Self::Fax)
    }
}

/// Where a call is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The call was answered.
    Opening {
        /// By whom or what.
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
        /// Whether the callee was connected.
        connected: bool,
    },
    /// The person to whom the callee is transferred picked up.
    Whisper {
        /// As after a transfer.
        key: Option<Key>,
    },
    /// An answering machine's tone was heard.
    Voicemail,
    /// An answer of ours did not reach the carrier, which asks again what comes next and does not say what the
    /// callee pressed before.
    Resumed,
}
