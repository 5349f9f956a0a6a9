//! Connecting a callee with a person.

use serde::{Deserialize, Serialize};

use crate::Number;

/// Whom a callee is connected with, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// With whom.
    pub number: Number,
    /// Which number that person sees.
    #[serde(default, skip_serializing_if = "Shown::is_own")]
    pub caller_id: Shown,
    /// What that person hears before the two are connected, with `{fields}` of the contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whisper: Option<String>,
    /// What the callee hears when nobody answers; a sentence of our own when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<String>,
    /// How long that person's phone rings, in seconds; 5 to 600.
    #[serde(default = "half_a_minute", skip_serializing_if = "is_half_a_minute")]
    pub ring_seconds: u32,
}

/// Which number is shown to whom a callee is transferred.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// The number that the callee was shown.
    #[default]
    Own,
    /// The callee's own number.
    Callee,
}

impl Shown {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
    const fn is_own(&self) -> bool {
        matches!(self, Self::Own)
    }
}

const fn half_a_minute() -> u32 {
    30
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
const fn is_half_a_minute(seconds: &u32) -> bool {
    *seconds == half_a_minute()
}

impl Transfer {
    /// To a number, and nothing else.
    pub const fn to(number: Number) -> Self {
        Self {
            number,
            caller_id: Shown::Own,
            whisper: None,
            fallback: None,
            ring_seconds: half_a_minute(),
        }
    }
}
