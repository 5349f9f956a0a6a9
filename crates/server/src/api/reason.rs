//! A reason that a person gives for something that others will ask about.

use crate::limits;
use crate::problem::Problem;

/// A reason that says something.
pub(crate) struct Reason(pub(crate) String);

impl Reason {
    /// Reads a reason.
    pub(crate) fn read(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        let most = limits::REASON_CHARS;
        if text.is_empty() {
            Err(Problem::invalid("is empty; say why, for whoever asks later").in_field("reason"))
        } else if text.chars().count() > most {
            Err(Problem::invalid(format!("is longer than {most} characters")).in_field("reason"))
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}
