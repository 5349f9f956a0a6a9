//! Phone numbers: the one form in which a number is stored, compared and dialled.
//!
//! Text becomes a [`Number`] by Google's rules (libphonenumber, its full metadata): it must parse
//! *and* be a number that the numbering plan of its country assigns. A `Number` never holds text,
//! an extension or a guess; whoever cannot read a number says why, in words a person can act on.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use rlibphonenumber::{
    NotANumberError, NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumber,
    PhoneNumberFormat, PhoneNumberType, ValidationError,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

/// The longest text that is looked at; libphonenumber's own limit.
pub const MAX_RAW_CHARS: usize = 250;

const MIN_DIGITS: u32 = 5;
const MAX_DIGITS: u32 = 15;

/// A phone number in E.164: country code first, at most 15 digits, without the `+`.
///
/// Written everywhere as `+12025550123`. Reading that form back ([`FromStr`], serde,
/// [`Number::from_digits`]) checks its shape only, because numbering plans change after a number
/// was stored; text from people goes through [`Number::parse`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(NonZeroU64);

/// What a text said: the number, and the extension to dial once the call is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// The number to ring.
    pub number: Number,
    /// Digits after `ext.`, `x`, `#`…, as written.
    pub extension: Option<String>,
}

/// What a numbering plan says of one of its numbers.
pub(crate) struct Assigned {
    /// Such as 44.
    pub(crate) country_code: u64,
    /// Whether the number is bound to a place, so that its first digits name an area.
    pub(crate) is_geographic: bool,
}

/// A country or territory with its own numbering plan, by its ISO 3166 code of two letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(rlibphonenumber::Region);

/// Why a text is not a number that can be rung, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NumberError {
    /// Nothing but white space.
    #[error("the phone number is empty: fill it in or delete the row")]
    Empty,
    /// More than [`MAX_RAW_CHARS`] characters.
    #[error("longer than {MAX_RAW_CHARS} characters: keep only the phone number in this field")]
    TooMuchText,
    /// No digit at all.
    #[error("no digit in it: write the phone number, or choose another column")]
    NoDigits,
    /// Digits, but arranged as no phone number is.
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

/// A region code that no numbering plan belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0:?} is not a region: write two letters of ISO 3166, as in US, GB or DE")]
pub struct UnknownRegion(String);

/// A text that is not the stored form of a number.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "{0:?} is not in E.164: write + and {MIN_DIGITS} to {MAX_DIGITS} digits, as in +12025550123"
)]
pub struct NotE164(String);

impl Number {
    /// Reads what a person or a file wrote; `default_region` is where numbers without a country
    /// code belong.
    ///
    /// # Errors
    /// Every text that is not exactly one assigned number, with the reason.
    pub fn parse(raw: &str, default_region: Option<Region>) -> Result<Parsed, NumberError> {
        refuse_unreadable(raw)?;
        let found = PHONE_NUMBER_UTIL
            .parse(raw, default_region.map(|region| region.0))
            .map_err(|err| explain(raw, default_region, &err))?;
        if !PHONE_NUMBER_UTIL.is_valid_number(&found) {
            return Err(why_invalid(&found));
        }
        let number = e164_digits(&found)
            .and_then(Self::from_digits)
            .ok_or_else(|| NumberError::TooLong {
                region: region_of(&found),
            })?;
        Ok(Parsed {
            number,
            extension: found.extension,
        })
    }

    /// The number with these digits, country code first; for reading back what was stored.
    ///
    /// None when the shape is wrong: fewer than 5 or more than 15 digits.
    pub fn from_digits(digits: u64) -> Option<Self> {
        let shape = 10_u64.pow(MIN_DIGITS - 1)..10_u64.pow(MAX_DIGITS);
        NonZeroU64::new(digits)
            .filter(|digits| shape.contains(&digits.get()))
            .map(Self)
    }

    /// All digits as one integer, country code first.
    pub const fn digits(self) -> u64 {
        self.0.get()
    }

    /// Where the number belongs; none for codes of the whole world (such as +800) and for
    /// numbers that no plan knows.
    pub fn region(self) -> Option<Region> {
        region_of(&self.split()?)
    }

    /// As written inside its country, such as `(202) 555-0123`.
    pub fn national(self) -> String {
        self.format(PhoneNumberFormat::National)
    }

    /// As written for the whole world, such as `+1 202-555-0123`.
    pub fn international(self) -> String {
        self.format(PhoneNumberFormat::International)
    }

    /// What the numbering plans say of the number; none when none has assigned it.
    pub(crate) fn assigned(self) -> Option<Assigned> {
        let parts = self.split()?;
        let kind = PHONE_NUMBER_UTIL.get_number_type(&parts);
        (kind != PhoneNumberType::Unknown).then(|| Assigned {
            country_code: u64::from(parts.country_code.unsigned_abs()),
            is_geographic: PHONE_NUMBER_UTIL
                .is_number_geographical_by_country_code_and_type(kind, parts.country_code),
        })
    }

    fn format(self, format: PhoneNumberFormat) -> String {
        match self.split() {
            Some(parts) => PHONE_NUMBER_UTIL.format(&parts, format).into_owned(),
            None => self.to_string(),
        }
    }

    /// Country code and national number; none when no country has the code.
    ///
    /// Country codes are prefix-free, so the first that fits is the only one.
    fn split(self) -> Option<PhoneNumber> {
        let digits = self.digits();
        let len = digits.ilog10() + 1;
        (1..=3).find_map(|code_len| {
            let national_len = len - code_len;
            let unit = 10_u64.pow(national_len);
            let country_code = i32::try_from(digits / unit).ok()?;
            PHONE_NUMBER_UTIL.get_region_for_country_code(country_code)?;
            let national_number = digits % unit;
            let significant = national_number.checked_ilog10().unwrap_or(0) + 1;
            let zeros = i32::try_from(national_len - significant).ok()?;
            Some(PhoneNumber {
                country_code,
                national_number,
                italian_leading_zero: (zeros > 0).then_some(true),
                number_of_leading_zeros: (zeros > 1).then_some(zeros),
                ..PhoneNumber::default()
            })
        })
    }
}

/// Refuses, before libphonenumber looks, what it would misread or does not expect.
fn refuse_unreadable(raw: &str) -> Result<(), NumberError> {
    if raw.len() > MAX_RAW_CHARS && raw.chars().nth(MAX_RAW_CHARS).is_some() {
        return Err(NumberError::TooMuchText);
    }
    let text = raw.trim();
    if text.is_empty() {
        return Err(NumberError::Empty);
    }
    if is_scientific(text) {
        return Err(NumberError::ScientificNotation);
    }
    // `tel:` behind its own parameters; the parser slices between the two and would panic.
    if let (Some(context), Some(scheme)) = (raw.find(";phone-context="), raw.find("tel:"))
        && scheme > context
    {
        return Err(NumberError::Unreadable);
    }
    Ok(())
}

/// `1.2E+10`, `1,2e10`: libphonenumber would dial the E as a letter of the keypad.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else {
        return false;
    };
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let mantissa = mantissa.strip_prefix(['+', '-']).unwrap_or(mantissa);
    let is_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    exponent.len() <= 3 && is_digits(exponent) && is_digits(whole) && is_digits(fraction)
}

/// None when there are more digits than the integer holds.
fn e164_digits(found: &PhoneNumber) -> Option<u64> {
    let zeros = if found.italian_leading_zero() {
        found.number_of_leading_zeros()
    } else {
        0
    };
    let national_len =
        found.national_number.checked_ilog10().unwrap_or(0) + 1 + u32::try_from(zeros).ok()?;
    u64::try_from(found.country_code)
        .ok()?
        .checked_mul(10_u64.checked_pow(national_len)?)?
        .checked_add(found.national_number)
}

fn explain(raw: &str, default_region: Option<Region>, err: &ParseError) -> NumberError {
    match err {
        ParseError::NotANumber(NotANumberError::FailedToExtractNumber(_)) => NumberError::NoDigits,
        ParseError::NotANumber(_) => NumberError::Unreadable,
        ParseError::InvalidCountryCode if default_region.is_none() && !has_plus(raw) => {
            NumberError::NoCountry
        }
        ParseError::InvalidCountryCode => NumberError::UnknownCountry,
        ParseError::TooShortAfterIdd | ParseError::TooShortNsn => NumberError::TooShort {
            region: default_region,
        },
        ParseError::TooLongNsn => NumberError::TooLong {
            region: default_region,
        },
    }
}

fn has_plus(raw: &str) -> bool {
    raw.contains(['+', '\u{FF0B}'])
}

fn why_invalid(found: &PhoneNumber) -> NumberError {
    let region = PHONE_NUMBER_UTIL
        .get_region_for_country_code(found.country_code)
        .and_then(Region::of_a_country);
    match PHONE_NUMBER_UTIL.is_possible_number_with_reason(found) {
        Ok(NumberLengthType::IsPossible) => NumberError::NotInService { region },
        Ok(NumberLengthType::IsPossibleLocalOnly) | Err(ValidationError::TooShort) => {
            NumberError::TooShort { region }
        }
        Err(ValidationError::TooLong) => NumberError::TooLong { region },
        Err(ValidationError::InvalidLength) => NumberError::WrongLength { region },
        Err(ValidationError::InvalidCountryCode) => NumberError::UnknownCountry,
    }
}

fn region_of(number: &PhoneNumber) -> Option<Region> {
    PHONE_NUMBER_UTIL
        .get_region_for_number(number)
        .and_then(Region::of_a_country)
}

fn place(region: Option<Region>) -> String {
    region.map_or_else(
        || "this country code".to_owned(),
        |region| region.to_string(),
    )
}

impl Region {
    fn of_a_country(region: rlibphonenumber::Region) -> Option<Self> {
        (region != rlibphonenumber::Region::World).then_some(Self(region))
    }
}

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

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.as_region_str())
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Region {
    type Err = UnknownRegion;

    fn from_str(code: &str) -> Result<Self, UnknownRegion> {
        rlibphonenumber::Region::from_code(code.trim())
            .ok()
            .filter(|region| {
                PHONE_NUMBER_UTIL
                    .get_country_code_for_region(*region)
                    .is_some()
            })
            .map(Self)
            .ok_or_else(|| UnknownRegion(code.chars().take(MAX_RAW_CHARS).collect()))
    }
}

impl Serialize for Region {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Region {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(raw: &str, region: &str) -> Result<Parsed, NumberError> {
        Number::parse(raw, (!region.is_empty()).then(|| region.parse().unwrap()))
    }

    #[test]
    fn a_number_is_read_however_people_write_it() {
        for (raw, region, e164, extension) in [
            ("(202) 555-0123", "US", "+12025550123", None),
            ("+1 202 555 0123", "", "+12025550123", None),
            ("011 44 20 7946 0018", "US", "+442079460018", None),
            ("020 7946 0018 ext. 12", "GB", "+442079460018", Some("12")),
            ("tel:+1-202-555-0123;ext=7", "", "+12025550123", Some("7")),
            ("02 1234 5678", "IT", "+390212345678", None),
            (
                "\u{FF0B}1 202\u{A0}555\u{2011}0123",
                "",
                "+12025550123",
                None,
            ),
            ("+800 1234 5678", "", "+80012345678", None),
        ] {
            let parsed = parse(raw, region).unwrap_or_else(|err| panic!("{raw:?}: {err}"));
            assert_eq!(parsed.number.to_string(), e164, "{raw:?}");
            assert_eq!(parsed.extension.as_deref(), extension, "{raw:?}");
        }
    }

    #[test]
    fn a_text_that_is_no_number_says_why() {
        let region = |code: &str| Some(code.parse::<Region>().unwrap());
        for (raw, default, reason) in [
            ("", "US", NumberError::Empty),
            (" \u{A0}\t", "US", NumberError::Empty),
            ("n/a", "US", NumberError::NoDigits),
            ("12/a", "US", NumberError::Unreadable),
            (
                ";phone-context=+1;tel:2025550123",
                "US",
                NumberError::Unreadable,
            ),
            ("2025550123", "", NumberError::NoCountry),
            ("+999 2025550123", "", NumberError::UnknownCountry),
            ("1.2025550123E+10", "US", NumberError::ScientificNotation),
            ("4,93012E11", "DE", NumberError::ScientificNotation),
            (
                "555-0123",
                "US",
                NumberError::TooShort {
                    region: region("US"),
                },
            ),
            (
                "202 555 0123 4567",
                "US",
                NumberError::TooLong {
                    region: region("US"),
                },
            ),
            (
                "+1 102 555 0123",
                "GB",
                NumberError::NotInService {
                    region: region("US"),
                },
            ),
            ("+800 1234 567", "", NumberError::TooShort { region: None }),
        ] {
            assert_eq!(parse(raw, default), Err(reason), "{raw:?}");
        }
        assert_eq!(
            parse(&"1".repeat(MAX_RAW_CHARS + 1), "US"),
            Err(NumberError::TooMuchText)
        );
    }

    #[test]
    fn a_reason_names_the_place_and_the_remedy() {
        assert_eq!(
            parse("555-0123", "US").unwrap_err().to_string(),
            "too few digits for US: digits or the area code are missing"
        );
        assert_eq!(
            parse("+800 1234 567", "").unwrap_err().to_string(),
            "too few digits for this country code: digits or the area code are missing"
        );
    }

    #[test]
    fn a_number_tells_where_it_belongs_and_how_people_there_write_it() {
        for (e164, region, national, international) in [
            ("+12025550123", "US", "(202) 555-0123", "+1 202-555-0123"),
            ("+12423651234", "BS", "(242) 365-1234", "+1 242-365-1234"),
            ("+390212345678", "IT", "02 1234 5678", "+39 02 1234 5678"),
            ("+80012345678", "", "1234 5678", "+800 1234 5678"),
            ("+99912345678", "", "+99912345678", "+99912345678"),
        ] {
            let number: Number = e164.parse().unwrap();
            let found = number
                .region()
                .map(|region| region.to_string())
                .unwrap_or_default();
            assert_eq!(found, region, "{e164}");
            assert_eq!(number.national(), national, "{e164}");
            assert_eq!(number.international(), international, "{e164}");
        }
    }

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

    #[test]
    fn a_region_is_two_letters_that_have_a_numbering_plan() {
        assert_eq!("us".parse::<Region>().unwrap().to_string(), "US");
        assert_eq!(
            serde_json::from_str::<Region>("\"DE\"")
                .unwrap()
                .to_string(),
            "DE"
        );
        for wrong in ["UK", "001", "USA", "", "ü"] {
            let err = wrong.parse::<Region>().unwrap_err().to_string();
            assert!(
                err.contains(&format!("{wrong:?}")) && err.contains("GB"),
                "{err}"
            );
        }
    }
}
