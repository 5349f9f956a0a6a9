//! What happens when an answering machine picks up, and when a carrier looks for one.

use serde::{Deserialize, Serialize};

use crate::text::string_enum;

string_enum! {
    /// What a call does when a machine picked up.
    "thing to do when a machine answers" OnMachine {
        /// The same as for a person; machines are not looked for.
        Ignore = "ignore",
        /// It ends.
        HangUp = "hang_up",
        /// It leaves the agent's message after the beep.
        LeaveMessage = "leave_message",
    }
}

string_enum! {
    /// When a carrier finds out whether a machine picked up.
    "kind of detection" Detection {
        /// While the callee already hears the agent: no person waits in silence.
        Async = "async",
        /// Before the callee hears anything: a person hears a pause of some seconds first.
        Sync = "sync",
    }
}

/// A campaign's choice about answering machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Machines {
    /// What a call does when a machine picked up.
    pub then: OnMachine,
    /// When the carrier finds out.
    pub detection: Detection,
    /// Seconds after which a carrier gives up and takes what answered for a person, 3 to 59; the carrier's
    /// own, 30 at Twilio, when null.
    pub timeout_seconds: Option<u32>,
    /// Milliseconds of speech in one go that make a machine, 1,000 to 6,000; the carrier's own, 2,400 at Twilio,
    /// when null.
    pub speech_ms: Option<u32>,
    /// Milliseconds of silence that end a greeting, 500 to 5,000; the carrier's own, 1,200 at Twilio, when null.
    pub speech_end_ms: Option<u32>,
    /// Milliseconds of silence at the beginning after which a carrier gives up, 2,000 to 10,000; the carrier's
    /// own, 5,000 at Twilio, when null.
    pub silence_ms: Option<u32>,
}

impl Machines {
    /// Whether the carrier is asked to tell machines from people, which costs extra.
    pub const fn are_looked_for(self) -> bool {
        !matches!(self.then, OnMachine::Ignore)
    }

    /// The first value that is out of its bounds, which are Twilio's ("Answering Machine Detection", optional API
    /// tuning parameters).
    pub(crate) fn problem(&self) -> Option<(&'static str, String)> {
        let tuned = [
            ("machines.timeout_seconds", self.timeout_seconds, 3..=59),
            ("machines.speech_ms", self.speech_ms, 1_000..=6_000),
            ("machines.speech_end_ms", self.speech_end_ms, 500..=5_000),
            ("machines.silence_ms", self.silence_ms, 2_000..=10_000),
        ];
        tuned.into_iter().find_map(|(field, value, bounds)| {
            let value = value.filter(|value| !bounds.contains(value))?;
            let (least, most) = bounds.into_inner();
            Some((field, format!("{value} is not between {least} and {most}")))
        })
    }
}

impl Default for Machines {
    fn default() -> Self {
        Self {
            then: OnMachine::Ignore,
            detection: Detection::Async,
            timeout_seconds: None,
            speech_ms: None,
            speech_end_ms: None,
            silence_ms: None,
        }
    }
}
