//! Connecting a callee with a person.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Number;
use crate::number::NotE164;
use crate::sip::{NoSipAddress, SipAddress};

/// Where a person is reached: a number in E.164, or a SIP address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Target {
    /// A number.
    Number(Number),
    /// A SIP address.
    Sip(SipAddress),
}

/// Why a person cannot be reached there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoTarget {
    /// It is no number.
    #[error(transparent)]
    Number(#[from] NotE164),
    /// It is no SIP address.
    #[error(transparent)]
    Sip(#[from] NoSipAddress),
}

impl FromStr for Target {
    type Err = NoTarget;

    fn from_str(text: &str) -> Result<Self, NoTarget> {
        if SipAddress::begins(text) {
            Ok(Self::Sip(text.parse()?))
        } else {
            Ok(Self::Number(text.parse()?))
        }
    }
}

impl TryFrom<String> for Target {
    type Error = NoTarget;

    fn try_from(text: String) -> Result<Self, NoTarget> {
        text.parse()
    }
}

impl From<Target> for String {
    fn from(target: Target) -> Self {
        target.to_string()
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Sip(address) => address.fmt(f),
        }
    }
}

/// The person with whom a callee is connected, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = AgentTransfer))]
pub struct Transfer {
    /// That person's number in E.164, or SIP address.
    #[cfg_attr(feature = "schema", schema(value_type = String, examples("+12025550188", "sip:desk@pbx.example.com")))]
    pub number: Target,
    /// Which number that person sees: the one that the callee was shown, or the callee's own.
    #[serde(default, skip_serializing_if = "Shown::is_own")]
    pub caller_id: Shown,
    /// What that person hears before the two are connected, with `{fields}` of the contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 4000))]
    pub whisper: Option<String>,
    /// What the callee hears when the transfer is not answered; a sentence of our own when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 4000))]
    pub fallback: Option<String>,
    /// How long that person's phone rings, in seconds.
    #[serde(default = "half_a_minute", skip_serializing_if = "is_half_a_minute")]
    #[cfg_attr(feature = "schema", schema(default = 30, minimum = 5, maximum = 600))]
    pub ring_seconds: u32,
}

/// Which number is shown to whom a callee is transferred; `own` when absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = AgentShown))]
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
    /// To a number, with every other setting at its default.
    pub const fn to(number: Number) -> Self {
        Self {
            number: Target::Number(number),
            caller_id: Shown::Own,
            whisper: None,
            fallback: None,
            ring_seconds: half_a_minute(),
        }
    }
}
