//! Digits and punctuation to a number, by libphonenumber, and what must be refused before it reads a text.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber};

use super::{MAX_RAW_CHARS, Number, NumberError, Parsed, Region};

/// The number that these digits and punctuation form, by Google's rules.
pub(super) fn resolve(text: &str, default_region: Option<Region>) -> Result<Parsed, NumberError> {
    let found = PHONE_NUMBER_UTIL
        .parse(text, default_region.map(Region::code))
        .map_err(|err| NumberError::of_parsing(text, default_region, &err));
    let found = match found {
        Ok(found) if PHONE_NUMBER_UTIL.is_valid_number(&found) => found,
        refused => {
            let refusal = refused.map_or_else(|err| err, |found| NumberError::of_invalid(&found));
            return with_international_zeros(text).ok_or(refusal);
        }
    };
    let number = e164_digits(&found)
        .and_then(Number::from_digits)
        .ok_or_else(|| NumberError::TooLong {
            region: Region::of(&found),
        })?;
    Ok(Parsed {
        number,
        extension: found.extension,
        label: None,
        is_vanity: false,
        is_insisted: false,
    })
}

/// `0044 20 …` where the international prefix is another, as in the United States: the zeros that
/// ITU-T E.123 recommends, with which no number there begins.
fn with_international_zeros(text: &str) -> Option<Parsed> {
    let abroad = text.trim_start().strip_prefix("00")?.trim_start();
    let begins = abroad.starts_with(|c: char| ('1'..='9').contains(&c));
    begins
        .then(|| resolve(&format!("+{abroad}"), None).ok())
        .flatten()
}

/// Refuses, before libphonenumber reads it, what it would misread or does not expect.
pub(super) fn refuse_unreadable(raw: &str) -> Result<(), NumberError> {
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
    // `tel:` after its own parameters; the parser slices between the two and would panic.
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
pub(super) fn e164_digits(found: &PhoneNumber) -> Option<u64> {
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
