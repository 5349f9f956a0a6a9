//! The keys of a phone, and what they do.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Transfer;

/// The longest spoken answer, in seconds.
pub const MAX_ANSWER_SECONDS: u32 = 600;

/// A key of a phone: 0 to 9, `*` or `#`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = AgentKey, value_type = String, pattern = "^[0-9*#]$"))]
pub struct Key(char);

/// What a key does, by its `do`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "do", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = AgentAction))]
pub enum Action {
    /// Blocks the callee's number for good, and says goodbye.
    OptOut,
    /// Begins again.
    Repeat,
    /// Connects the callee with a person.
    Transfer(Transfer),
    /// Records what the callee says, and ends the call.
    Record {
        /// What is said before the tone; a sentence of our own when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 4000))]
        text: Option<String>,
        /// The longest answer, in seconds.
        #[serde(default = "a_minute")]
        #[cfg_attr(feature = "schema", schema(default = 60, minimum = 1, maximum = 600))]
        seconds: u32,
    },
    /// Notes an answer with the call, and ends it.
    Disposition {
        /// The answer, of at most 60 characters.
        #[cfg_attr(feature = "schema", schema(example = "will come", min_length = 1))]
        word: String,
    },
    /// Ends the call.
    HangUp,
}

const fn a_minute() -> u32 {
    60
}

impl Action {
    /// Its word, as it is stored.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::OptOut => "opt_out",
            Self::Repeat => "repeat",
            Self::Transfer(_) => "transfer",
            Self::Record { .. } => "record",
            Self::Disposition { .. } => "disposition",
            Self::HangUp => "hang_up",
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Key {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(key), None) if key.is_ascii_digit() || "*#".contains(key) => Ok(Self(key)),
            _ => Err(format!("{text:?} is no key of a phone; use 0 to 9, * or #")),
        }
    }
}

crate::text::json_text!(Key);
