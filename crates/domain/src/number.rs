//! Phone numbers: the one form in which a number is stored, compared and dialled.
//!
//! Digits become a [`Number`] by Google's rules (libphonenumber, its full metadata): they must
//! parse *and* be a number that the numbering plan of their country assigns. Our own stricter rules
//! ([`field`]) decide which digits of a text those are: a word, a date or a mask is never dialled.
//! A `Number` never holds text, an extension or a guess; a text that is not a number is refused
//! with a reason that says what to do.

mod beginning;
mod clean;
mod field;
pub mod labels;
mod lookalike;
mod readings;
mod reason;
mod region;
mod resolve;
mod stored;
mod vanity;

use std::num::NonZeroU64;

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType};

use resolve::{e164_digits, refuse_unreadable, resolve};

pub use clean::{is_invisible, with_ascii_digits};
pub use lookalike::Lookalike;
pub use readings::{Basis, Meaning, Readings};
pub use reason::NumberError;
pub use region::{Region, UnknownRegion};
pub use stored::NotE164;

/// The longest text that is read; libphonenumber's own limit.
pub const MAX_RAW_CHARS: usize = 250;

const MIN_DIGITS: u32 = 5;
const MAX_DIGITS: u32 = 15;

/// A phone number in E.164: country code first, at most 15 digits, without the `+`.
///
/// Written everywhere as `+12025550123`. Reading that form back ([`FromStr`](std::str::FromStr), serde,
/// [`Number::from_digits`]) checks its shape only, because numbering plans change after a number
/// was stored; text from people goes through [`Number::parse`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "schema",
    derive(utoipa::ToSchema),
    schema(value_type = String, description = "A phone number in E.164", examples("+12025550123"))
)]
pub struct Number(NonZeroU64);

/// What a text contains: the number, and the extension to dial once the call is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// The number to ring.
    pub number: Number,
    /// Digits after `ext.`, `x`, `#`…, as written.
    pub extension: Option<String>,
    /// Which of a person's numbers it is, as written beside it: `cell`, `Home`.
    pub label: Option<String>,
    /// Whether it was spelled in the letters of the keypad, as `1-800-FLOWERS` is.
    pub is_vanity: bool,
    /// Whether no numbering plan known here assigns it, and a person insists on it.
    pub is_insisted: bool,
}

/// What a phone field of a list contains: the number to ring, and the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The first number.
    pub first: Parsed,
    /// Other numbers, or the last digits of neighbours, in the order of the field.
    pub others: Vec<String>,
}

/// What a numbering plan says about one of its numbers.
pub(crate) struct Assigned {
    /// Such as 44.
    pub(crate) country_code: u64,
    /// Whether the number is bound to a place, so that its first digits name an area.
    pub(crate) is_geographic: bool,
}

impl Number {
    /// Reads what a person wrote; `default_region` is where numbers without a country code belong.
    ///
    /// # Errors
    /// Every text that is not exactly one assigned number, with the reason.
    pub fn parse(raw: &str, default_region: Option<Region>) -> Result<Parsed, NumberError> {
        let reading = Self::read(raw, default_region)?;
        if reading.others.is_empty() {
            Ok(reading.first)
        } else {
            Err(NumberError::Several)
        }
    }

    /// Reads a phone field of a list, in which a person may have written several numbers: the first
    /// is the one to ring.
    ///
    /// # Errors
    /// Every text without an assigned number, or with anything that is not understood.
    pub fn read(raw: &str, default_region: Option<Region>) -> Result<Reading, NumberError> {
        refuse_unreadable(raw)?;
        if is_bare(raw) {
            return resolve(raw, default_region).map(Reading::of);
        }
        field::read(raw, default_region)
    }

    /// Reads a number that no plan known here assigns, because a person insists on it: an area code may be
    /// newer than the plan. Its length must be right, and in North America its shape.
    ///
    /// # Errors
    /// As [`Self::parse`], for every text that is more than the digits of one number.
    pub fn insist(raw: &str, default_region: Option<Region>) -> Result<Parsed, NumberError> {
        refuse_unreadable(raw)?;
        let text = raw.trim();
        if !is_bare(text) {
            return Err(NumberError::Unreadable);
        }
        let found = PHONE_NUMBER_UTIL
            .parse(text, default_region.map(Region::code))
            .map_err(|err| NumberError::of_parsing(text, default_region, &err))?;
        let refusal = NumberError::of_invalid(&found);
        let is_unassigned = matches!(refusal, NumberError::NotInService { .. });
        let number = e164_digits(&found).and_then(Self::from_digits);
        match number.filter(|number| is_unassigned && number.has_the_shape_of_its_plan()) {
            Some(number) => Ok(Parsed {
                number,
                extension: None,
                label: None,
                is_vanity: false,
                is_insisted: true,
            }),
            None => Err(refusal),
        }
    }

    /// North America: area code and exchange begin with 2 to 9, and no area code ends in 11.
    fn has_the_shape_of_its_plan(self) -> bool {
        let digits = self.digits();
        if digits / 10_u64.pow(10) != 1 {
            return true;
        }
        let (area, exchange) = (
            digits / 10_u64.pow(7) % 1_000,
            digits / 10_u64.pow(4) % 1_000,
        );
        area >= 200 && exchange >= 200 && area % 100 != 11
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

    /// Where the number belongs; none for international codes (such as +800) and for numbers that
    /// no plan knows.
    pub fn region(self) -> Option<Region> {
        Region::of(&self.split()?)
    }

    /// As written inside its country, such as `(202) 555-0123`.
    pub fn national(self) -> String {
        self.format(PhoneNumberFormat::National)
    }

    /// As written for the whole world, such as `+1 202-555-0123`.
    pub fn international(self) -> String {
        self.format(PhoneNumberFormat::International)
    }

    /// What the numbering plans say about the number; none when none has assigned it.
    pub(crate) fn assigned(self) -> Option<Assigned> {
        let parts = self.split()?;
        let kind = PHONE_NUMBER_UTIL.get_number_type(&parts);
        (kind != PhoneNumberType::Unknown).then(|| Assigned {
            country_code: u64::from(parts.country_code.unsigned_abs()),
            is_geographic: PHONE_NUMBER_UTIL
                .is_number_geographical_by_country_code_and_type(kind, parts.country_code),
        })
    }

    /// Such as 44; none when no country has the code.
    pub(crate) fn country_code(self) -> Option<u64> {
        let parts = self.split()?;
        Some(u64::from(parts.country_code.unsigned_abs()))
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

impl Reading {
    /// A field with one number.
    pub fn of(first: Parsed) -> Self {
        Self {
            first,
            others: Vec::new(),
        }
    }
}

impl Parsed {
    /// The number in E.164, with its extension and label.
    fn shown(&self) -> String {
        let extension = self
            .extension
            .as_ref()
            .map(|digits| format!(" ext. {digits}"));
        let label = self.label.as_ref().map(|label| format!(" {label}"));
        let [extension, label] = [extension, label].map(Option::unwrap_or_default);
        format!("{}{extension}{label}", self.number)
    }
}

/// Digits with punctuation that only phone numbers have: nearly every field of a list. Dates have
/// eight digits at most, postcodes of nine have a hyphen, and neighbouring numbers end in `-8-9`.
fn is_bare(raw: &str) -> bool {
    let (mut digits, mut hyphens) = (0, 0);
    for byte in raw.bytes() {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'+' if digits == 0 => {}
            b'-' => hyphens += 1,
            b' ' => {}
            b'(' | b')' if digits < 7 => {}
            _ => return false,
        }
    }
    let is_long = digits > 9 || digits == 9 && hyphens == 0;
    is_long && !raw.contains(" 0") && !ends_in_a_part(raw.as_bytes())
}

/// Whether the last digits may be part of something else: `-8`, `-19`, ` 2024`.
fn ends_in_a_part(raw: &[u8]) -> bool {
    let digits = raw.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let before = raw.len().checked_sub(digits + 1).map(|at| raw[at]);
    match before {
        Some(b'-') => digits <= 3,
        Some(b' ') => {
            digits == 4 && matches!(raw[raw.len() - 4..], [b'1', b'9', ..] | [b'2', b'0', ..])
        }
        _ => false,
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
            ("12/a", "US", NumberError::Letters("a".into())),
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
}
