//! The form in which a number is written everywhere, `+12025550123`, and reading it back.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::{MAX_DIGITS, MAX_RAW_CHARS, MIN_DIGITS, Number};

/// A text that is not the stored form of a number.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "{0:?} is not in E.164: write + and {MIN_DIGITS} to {MAX_DIGITS} digits, as in +12025550123"
)]
pub struct NotE164(String);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{}", self.0)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Number {
    type Err = NotE164;

    fn from_str(text: &str) -> Result<Self, NotE164> {
        text.strip_prefix('+')
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0'))
            .and_then(|digits| digits.parse().ok())
            .and_then(Self::from_digits)
            .ok_or_else(|| NotE164(text.chars().take(MAX_RAW_CHARS).collect()))
    }
}

crate::text::json_text!(Number);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_form_reads_back_as_itself_and_nothing_else_does() {
        let number: Number = "+12025550123".parse().unwrap();
        assert_eq!(serde_json::to_string(&number).unwrap(), "\"+12025550123\"");
        assert_eq!(
            serde_json::from_str::<Number>("\"+12025550123\"").unwrap(),
            number
        );
        assert_eq!(Number::from_digits(number.digits()), Some(number));
        assert_eq!(size_of::<Option<Number>>(), 8);
        for wrong in [
            "12025550123",
            "+012025550123",
            "+1202",
            "+1234567890123456",
            "+1 202",
            "++1",
        ] {
            assert!(wrong.parse::<Number>().is_err(), "{wrong}");
        }
        assert_eq!(Number::from_digits(9_999), None);
        assert_eq!(Number::from_digits(1_000_000_000_000_000), None);
    }
}
