//! Undoes what spreadsheets do to phone numbers where nothing was lost, and refuses them where it was.
//!
//! This has to happen before a number is parsed: to a parser `030 123456.0` is the valid number of
//! another person, with one digit more.

use std::borrow::Cow;

use ringonce_domain::number::is_invisible;
use thiserror::Error;

/// A number that a spreadsheet has destroyed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum Damage {
    #[error(
        "Excel has shortened this number and its last digits are lost; format the column as text, \
         fill in the number again and export again"
    )]
    Shortened,
    #[error("this cell holds the spreadsheet error {0} instead of a number; correct its formula")]
    Error(String),
    #[error(
        "the column was too narrow to show this number when the file was saved; widen it and \
         export again"
    )]
    TooNarrow,
    #[error("this is a calculated value with decimals, not a phone number; check the column")]
    Fraction,
}

/// The text of a phone field as it was before a spreadsheet stored it.
pub(crate) fn repair(field: &str) -> Result<Cow<'_, str>, Damage> {
    let text = bare(field);
    if !text
        .bytes()
        .any(|b| matches!(b, b'.' | b',' | b'e' | b'E' | b'#' | b'-' | b'/'))
    {
        return Ok(Cow::Borrowed(text));
    }
    if let Some(error) = error_value(text) {
        return Err(error);
    }
    if let Some((mantissa, exponent)) = scientific(text) {
        return expand(mantissa, exponent)
            .map(Cow::Owned)
            .ok_or(Damage::Shortened);
    }
    without_decimals(text).map(Cow::Borrowed)
}

/// Removes white space, invisible marks, and what keeps a spreadsheet from reading text as a number: a
/// leading `'`, or `="…"`.
fn bare(field: &str) -> &str {
    let shows_nothing = |c: char| c.is_whitespace() || is_invisible(c);
    let text = field.trim_matches(shows_nothing);
    let quoted = text
        .strip_prefix("=\"")
        .and_then(|text| text.strip_suffix('"'));
    quoted
        .unwrap_or_else(|| text.strip_prefix('\'').unwrap_or(text))
        .trim_matches(shows_nothing)
}

/// `#N/A`, `#REF!`, and the `###` of a narrow column.
fn error_value(text: &str) -> Option<Damage> {
    let name = text.strip_prefix('#')?;
    if !name.is_empty() && name.bytes().all(|b| b == b'#') {
        return Some(Damage::TooNarrow);
    }
    let is_error = name.ends_with(['!', '?', 'A']) && name.bytes().any(|b| b.is_ascii_uppercase());
    is_error.then(|| Damage::Error(text.to_owned()))
}

/// The two parts of `1.2025550123E+10`.
fn scientific(text: &str) -> Option<(&str, usize)> {
    let (mantissa, exponent) = text.split_once(['e', 'E'])?;
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let is_number = mantissa.starts_with(|c: char| c.is_ascii_digit() || c == '+')
        && mantissa
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'+'))
        && (1..=3).contains(&exponent.len());
    is_number.then(|| exponent.parse().ok().map(|exponent| (mantissa, exponent)))?
}

/// All digits of `mantissa` × 10^`exponent`, if the mantissa has exactly as many.
///
/// With fewer, the missing digits may have been zeros or anything else.
fn expand(mantissa: &str, exponent: usize) -> Option<String> {
    let (whole, fraction) = mantissa.split_once(['.', ','])?;
    let whole = whole.strip_prefix('+').unwrap_or(whole);
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let exact = whole.len() == 1 && fraction.len() == exponent;
    (exact && is_digits(whole) && is_digits(fraction)).then(|| format!("{whole}{fraction}"))
}

/// Removes the `.0` of a number that was stored with decimals.
fn without_decimals(text: &str) -> Result<&str, Damage> {
    let Some((whole, decimals)) = text.rsplit_once(['.', ',']) else {
        return Ok(text);
    };
    let is_stored = |b: u8| b.is_ascii_digit() || matches!(b, b'+' | b' ');
    if decimals.is_empty() || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(text);
    }
    // Two decimals after fewer digits are money.
    let may_be_a_number =
        decimals.len() == 1 || whole.bytes().filter(u8::is_ascii_digit).count() >= 10;
    if decimals.bytes().all(|b| b == b'0') && !whole.contains(['.', ',']) && may_be_a_number {
        return Ok(whole);
    }
    // Seven digits after a comma are another number.
    let may_be_a_number = decimals.len() >= 7 && text.contains(',');
    if whole.len() >= 9 && whole.bytes().all(is_stored) && !may_be_a_number {
        return Err(Damage::Fraction);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_that_lost_nothing_is_undone() {
        for (field, expected) in [
            ("12025550123.0", "12025550123"),
            ("12025550123.00", "12025550123"),
            ("12025550123,0", "12025550123"),
            ("+12025550123.0", "+12025550123"),
            ("030 123456.0", "030 123456"),
            ("1.2025550123E+10", "12025550123"),
            ("1,2025550123e10", "12025550123"),
            ("4.42079460123E+11", "442079460123"),
            ("'+12025550123", "+12025550123"),
            ("=\"12025550123\"", "12025550123"),
            ("\u{a0}\u{202a}+12025550123\u{202c} ", "+12025550123"),
        ] {
            assert_eq!(repair(field).as_deref(), Ok(expected), "{field:?}");
        }
    }

    #[test]
    fn damage_that_lost_digits_is_refused() {
        for (field, expected) in [
            ("1.2E+10", Damage::Shortened),
            ("1.20256E+10", Damage::Shortened),
            ("1,20256E+10", Damage::Shortened),
            ("1.202555012E+10", Damage::Shortened),
            ("2E9", Damage::Shortened),
            ("#N/A", Damage::Error("#N/A".into())),
            ("#REF!", Damage::Error("#REF!".into())),
            ("########", Damage::TooNarrow),
            ("12025550123.5", Damage::Fraction),
        ] {
            assert_eq!(repair(field), Err(expected), "{field:?}");
        }
    }

    #[test]
    fn numbers_that_are_whole_stay_as_they_are() {
        for field in [
            "+1 202-555-0123",
            "(202) 555-0123 ext. 12",
            "202.555.0123",
            "030/123456",
            "#12025550123",
            "1-800-FLOWERS",
            "2019-555-0123",
        ] {
            assert_eq!(repair(field).as_deref(), Ok(field), "{field:?}");
        }
    }
}
