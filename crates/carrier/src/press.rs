//! What a key asks for, or that none was pressed. The same for every carrier.

use ringonce_domain::Agent;
use ringonce_domain::agent::{Action, Key, Transfer};

use crate::Step;

/// How often a call begins again at most.
const MAX_ROUNDS: u32 = 20;

/// What a callee asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
    /// Never to be called again.
    OptOut,
    /// That an answer is noted.
    Disposition(String),
    /// To be connected.
    Transfer(Transfer),
    /// To speak an answer.
    Record,
    /// To hear it again.
    Repeat,
    /// That the call ends.
    HangUp,
    /// Nothing that the agent knows.
    Unknown,
    /// Nothing: no key was pressed, or the step is about something else.
    Nothing,
}

/// What a step asks for. When a menu waited for a key in vain for the last time, that is what it
/// does without one.
pub fn press(agent: &Agent, step: &Step) -> Press {
    let Step::AfterKey { round, digits } = step else {
        return Press::Nothing;
    };
    match next(agent, *round, digits) {
        Next::Does(action) => Press::from(action),
        _ if digits.is_empty() => Press::Nothing,
        Next::Again { unknown: false } => Press::Repeat,
        Next::Again { unknown: true } | Next::GoesOn => Press::Unknown,
    }
}

impl From<&Action> for Press {
    fn from(action: &Action) -> Self {
        match action {
            Action::OptOut => Self::OptOut,
            Action::Repeat => Self::Repeat,
            Action::Transfer(to) => Self::Transfer(to.clone()),
            Action::Record { .. } => Self::Record,
            Action::Disposition { word } => Self::Disposition(word.clone()),
            Action::HangUp => Self::HangUp,
        }
    }
}

/// What comes after a key, or after none.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Next<'a> {
    /// This.
    Does(&'a Action),
    /// The opening, once more.
    Again {
        /// Whether that is because the key does nothing.
        unknown: bool,
    },
    /// What comes after the opening.
    GoesOn,
}

pub(crate) fn next<'a>(agent: &'a Agent, round: u32, digits: &str) -> Next<'a> {
    match key(digits).and_then(|key| agent.does(key)) {
        Some(Action::Repeat) if round < MAX_ROUNDS => Next::Again { unknown: false },
        Some(Action::Repeat) => Next::Does(&Action::HangUp),
        Some(action) => Next::Does(action),
        None => without(agent, round, !digits.is_empty()),
    }
}

/// Without a key that does anything.
fn without(agent: &Agent, round: u32, unknown: bool) -> Next<'_> {
    match agent {
        Agent::Menu {
            repeats, no_key, ..
        } => {
            // A wrong key may be followed by another try.
            let most = (*repeats).max(u32::from(unknown));
            if round < most {
                Next::Again { unknown }
            } else {
                Next::Does(no_key.as_ref().unwrap_or(&Action::HangUp))
            }
        }
        // A key cut the message off: it is said once more.
        Agent::Text { .. } | Agent::Audio { .. } if unknown && round == 0 => {
            Next::Again { unknown }
        }
        _ => Next::GoesOn,
    }
}

/// The key, of what the carrier gathered: it was asked for one.
fn key(digits: &str) -> Option<Key> {
    digits.parse().ok()
}
