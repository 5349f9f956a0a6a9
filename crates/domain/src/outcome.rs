//! The outcome of a call, in words to which every carrier's codes are translated.

use crate::text::string_enum;

string_enum! {
    /// What the carrier proved happened to a call.
    "outcome" Outcome {
        /// A person or a machine picked up.
        Answered = "answered",
        /// The line was in use, or the callee declined.
        Busy = "busy",
        /// It rang and was not answered.
        NoAnswer = "no_answer",
        /// It could not be completed for a reason that may pass.
        Failed = "failed",
        /// The network had no room for it.
        Congestion = "congestion",
        /// We or the carrier withdrew it before an answer.
        Canceled = "canceled",
        /// The number does not exist or is out of service.
        BadNumber = "bad_number",
        /// It reached the carrier, and its end can no longer be learned.
        Unknown = "unknown",
    }
}

impl Outcome {
    /// How much the outcome says of the call: of two that the carrier reports for one call the weightier
    /// one is true. `canceled` and `failed` are what a carrier says of a call that it lost sight of.
    pub const fn weight(self) -> u8 {
        match self {
            Self::Unknown => 0,
            Self::Canceled => 1,
            Self::Failed => 2,
            Self::NoAnswer | Self::Busy | Self::Congestion => 3,
            Self::BadNumber => 4,
            Self::Answered => 5,
        }
    }
}

string_enum! {
    /// Why a call did not get through (promise C6).
    "failure class" FailureClass {
        /// The path to the callee broke.
        Network = "network",
        /// The line was in use.
        Busy = "busy",
        /// The call was not answered.
        NoAnswer = "no_answer",
        /// No room in the network, or the carrier asks us to slow down.
        Congestion = "congestion",
        /// The number does not exist or is out of service.
        BadNumber = "bad_number",
        /// The callee declined, or the carrier refuses this destination.
        Rejected = "rejected",
        /// The carrier may not call that country for us.
        Country = "country",
        /// The carrier will not call the number, and does not say whether the number is to blame.
        Ambiguous = "ambiguous",
        /// Our account, credentials, money or settings at the carrier are wrong.
        Configuration = "configuration",
    }
}

impl FailureClass {
    /// The outcome under which a call that failed for this reason is filed.
    pub const fn outcome(self) -> Outcome {
        match self {
            Self::Network
            | Self::Configuration
            | Self::Rejected
            | Self::Country
            | Self::Ambiguous => Outcome::Failed,
            Self::Busy => Outcome::Busy,
            Self::NoAnswer => Outcome::NoAnswer,
            Self::Congestion => Outcome::Congestion,
            Self::BadNumber => Outcome::BadNumber,
        }
    }

    /// Whether the call could not be placed because of us or our carrier: the emergency stop counts
    /// these as failures. One number that the carrier refuses says nothing; several in a row mean
    /// that something is wrong with us.
    pub const fn is_our_failure(self) -> bool {
        matches!(self, Self::Network | Self::Configuration | Self::Ambiguous)
    }

    /// Whether the carrier was not reached, or asked for patience: the try says nothing of the callee.
    pub const fn is_passing(self) -> bool {
        matches!(self, Self::Network | Self::Congestion)
    }
}
