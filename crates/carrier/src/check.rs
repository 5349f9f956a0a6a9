//! What a carrier's adapter finds out for a person before any call: does everything fit together?

use serde::Serialize;

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at: a stable word, with the number or address in question behind a colon.
    pub name: String,
    /// How it is.
    pub verdict: Verdict,
    /// The same in words, with what to do about it.
    pub words: String,
}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// Calls can be made, and something should be known.
    Warn,
    /// Calls cannot be made as configured.
    Fail,
}

impl Verdict {
    /// The word under which it stands in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

impl Check {
    /// Something as it should be.
    pub fn ok(name: impl Into<String>, words: impl Into<String>) -> Self {
        Self::of(Verdict::Ok, name, words)
    }

    /// Something that should be known.
    pub fn warn(name: impl Into<String>, words: impl Into<String>) -> Self {
        Self::of(Verdict::Warn, name, words)
    }

    /// Something with which no call can be made.
    pub fn fail(name: impl Into<String>, words: impl Into<String>) -> Self {
        Self::of(Verdict::Fail, name, words)
    }

    fn of(verdict: Verdict, name: impl Into<String>, words: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            verdict,
            words: words.into(),
        }
    }
}
