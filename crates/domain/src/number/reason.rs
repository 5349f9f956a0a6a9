//! Why a text is not a number, in words a person can act on.

use rlibphonenumber::{
    NotANumberError, NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumber, ValidationError,
};
use thiserror::Error;

use super::{Lookalike, MAX_RAW_CHARS, Region};

/// Why a text is not a number that can be rung, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NumberError {
    /// Nothing but white space.
    #[error("the phone number is empty: fill it in or delete the row")]
    Empty,
    /// More than [`MAX_RAW_CHARS`] characters.
    #[error("longer than {MAX_RAW_CHARS} characters: keep only the phone number in this field")]
    TooMuchText,
    /// Only invisible characters.
    #[error("the phone number is empty: only invisible characters are in it ({0})")]
    Invisible(String),
    /// Symbols that no phone number has.
    #[error("{0} in it is no part of a phone number: write digits, as in +12025550123")]
    Characters(String),
    /// Letters that are neither a label nor the mark of an extension.
    #[error(
        "letters in it ({0:?}) that are no part of a phone number: write digits only; a label such as \
         cell or home may stay"
    )]
    Letters(String),
    /// Something else that is made of digits.
    #[error("this is {0}, not a phone number: correct the row, or choose another column")]
    Is(Lookalike),
    /// A number that a fax machine answers.
    #[error("this is labelled as a fax number: write a number that a person answers")]
    Fax,
    /// Two numbers or more where one is asked for.
    #[error("more than one phone number: keep one")]
    Several,
    /// One number, or several that are written in short form.
    #[error(
        "one number or several, it cannot be told: write each in full, with a semicolon between them"
    )]
    Unclear,
    /// No digit at all.
    #[error("no digit in it: write the phone number, or choose another column")]
    NoDigits,
    /// Digits, but not arranged like a phone number.
    #[error("not written like a phone number: keep one number, as in +12025550123")]
    Unreadable,
    /// A spreadsheet stored the number as a rounded floating-point number.
    #[error(
        "scientific notation, the last digits may be lost: format the column as text in the \
         spreadsheet and fill in the numbers again"
    )]
    ScientificNotation,
    /// No `+` and no default region.
    #[error(
        "no country code: write the number with + and its country code, or set a default region"
    )]
    NoCountry,
    /// What follows the `+` or the international prefix is no country code.
    #[error("no country has this code: check the digits after the + (or after 00 or 011)")]
    UnknownCountry,
    /// Fewer digits than any number of the country.
    #[error("too few digits for {}: digits or the area code are missing", place(*.region))]
    TooShort {
        /// Whose numbering plan was applied; none for a code shared by the whole world.
        region: Option<Region>,
    },
    /// More digits than any number of the country, or than E.164 allows.
    #[error(
        "too many digits for {}: keep one number, and write an extension as \"ext. 12\"",
        place(*.region)
    )]
    TooLong {
        /// Whose numbering plan was applied; none for a code shared by the whole world.
        region: Option<Region>,
    },
    /// Between the shortest and the longest number of the country, but not one of its lengths.
    #[error("no number of {} has this many digits: check for a missing or doubled digit", place(*.region))]
    WrongLength {
        /// Whose numbering plan was applied; none for a code shared by the whole world.
        region: Option<Region>,
    },
    /// Right length, but in no range that the country has assigned.
    #[error("{} has no such number: check the area code and the digits", place(*.region))]
    NotInService {
        /// Whose numbering plan was applied; none for a code shared by the whole world.
        region: Option<Region>,
    },
}

impl NumberError {
    /// Why libphonenumber could not read `raw`.
    pub(super) fn of_parsing(raw: &str, default_region: Option<Region>, err: &ParseError) -> Self {
        // A number with its own country code does not depend on the default region.
        let region = default_region.filter(|_| !has_plus(raw));
        match err {
            ParseError::NotANumber(NotANumberError::FailedToExtractNumber(_)) => Self::NoDigits,
            ParseError::NotANumber(_) => Self::Unreadable,
            ParseError::InvalidCountryCode if default_region.is_none() && !has_plus(raw) => {
                Self::NoCountry
            }
            ParseError::InvalidCountryCode => Self::UnknownCountry,
            ParseError::TooShortAfterIdd | ParseError::TooShortNsn => Self::TooShort { region },
            ParseError::TooLongNsn => Self::TooLong { region },
        }
    }

    /// Why a number that could be read is not one that can be rung.
    pub(super) fn of_invalid(found: &PhoneNumber) -> Self {
        let region = PHONE_NUMBER_UTIL
            .get_region_for_country_code(found.country_code)
            .and_then(Region::of_a_country);
        match PHONE_NUMBER_UTIL.is_possible_number_with_reason(found) {
            Ok(NumberLengthType::IsPossible) => Self::NotInService { region },
            Ok(NumberLengthType::IsPossibleLocalOnly) | Err(ValidationError::TooShort) => {
                Self::TooShort { region }
            }
            Err(ValidationError::TooLong) => Self::TooLong { region },
            Err(ValidationError::InvalidLength) => Self::WrongLength { region },
            Err(ValidationError::InvalidCountryCode) => Self::UnknownCountry,
        }
    }
}

fn has_plus(raw: &str) -> bool {
    raw.contains(['+', '\u{FF0B}'])
}

fn place(region: Option<Region>) -> String {
    region.map_or_else(
        || "this country code".to_owned(),
        |region| region.to_string(),
    )
}

#[cfg(test)]
mod tests {
    use crate::number::{Number, NumberError};

    fn refusal(raw: &str, region: Option<&str>) -> String {
        let err: NumberError =
            Number::parse(raw, region.map(|code| code.parse().unwrap())).unwrap_err();
        err.to_string()
    }

    #[test]
    fn a_reason_names_the_place_and_the_remedy() {
        for (raw, region, reason) in [
            (
                "555-0123",
                Some("US"),
                "too few digits for US: digits or the area code are missing",
            ),
            (
                "+1 555-0123",
                Some("GB"),
                "too few digits for US: digits or the area code are missing",
            ),
            (
                "+44 1",
                Some("US"),
                "too few digits for this country code: digits or the area code are missing",
            ),
            (
                "+800 1234 567",
                None,
                "too few digits for this country code: digits or the area code are missing",
            ),
            (
                "+1 202 155 0123",
                None,
                "US has no such number: check the area code and the digits",
            ),
        ] {
            assert_eq!(refusal(raw, region), reason, "{raw}");
        }
    }
}
