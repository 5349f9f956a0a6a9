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
}

impl Machines {
    /// Whether the carrier is asked to tell machines from people, which costs extra.
    pub const fn are_looked_for(self) -> bool {
        !matches!(self.then, OnMachine::Ignore)
    }
}

impl Default for Machines {
    fn default() -> Self {
        Self {
            then: OnMachine::Ignore,
            detection: Detection::Async,
        }
    }
}
