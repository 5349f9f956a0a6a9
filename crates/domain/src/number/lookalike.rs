//! Texts that are not phone numbers, though their digits could be dialled: dates, times, amounts,
//! bank accounts, postcodes, addresses of computers and of places.
//!
//! Many numbering plans have numbers of any length from five digits on, so that a parser takes
//! `12/20/2555` for a number of Austria. The punctuation shows what a text is; a text that could be
//! either is refused, because an omitted row can be corrected and a ring cannot.

mod dates;

use std::fmt;

use self::dates::{
    are_years, before_time, holds_a_date, is_date, is_range_of_dates, is_time_with_stops,
};

/// What a text is instead of a phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookalike {
    /// A day, or a day with a time.
    Date,
    /// A time of day.
    Time,
    /// A sum of money, or a number with decimals or thousands.
    Amount,
    /// An international bank account number.
    Iban,
    /// A postcode of the United States with its extension, `12345-6789`.
    Postcode,
    /// An Internet address such as `192.0.2.17`.
    InternetAddress,
    /// A latitude and a longitude.
    Coordinates,
}

impl Lookalike {
    /// What the text is, if it is something other than a phone number; in ASCII digits and trimmed.
    pub fn of(text: &str) -> Option<Self> {
        // `*31.12.1985`, `31.12.1985 (1)`: a mark before it, a note after it.
        let text = text.trim_start_matches(['*', ' ']);
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        if digits == 0 {
            return None;
        }
        if is_iban(text) {
            return Some(Self::Iban);
        }
        if let Some(before) = before_time(text) {
            return match before.trim_end_matches([' ', ',', 'T', 't']) {
                "" => Some(Self::Time),
                before => is_date(before).then_some(Self::Date),
            };
        }
        if is_time_with_stops(text) {
            return Some(Self::Time);
        }
        if is_date(text) || is_range_of_dates(text) || are_years(text) || holds_a_date(text) {
            return Some(Self::Date);
        }
        if text.contains('$') || is_amount(text) || has_currency(text) {
            return Some(Self::Amount);
        }
        if is_postcode(text) {
            return Some(Self::Postcode);
        }
        if is_internet_address(text) {
            return Some(Self::InternetAddress);
        }
        is_position(text).then_some(Self::Coordinates)
    }
}

impl fmt::Display for Lookalike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Date => "a date",
            Self::Time => "a time of day",
            Self::Amount => "an amount or a number with decimals",
            Self::Iban => "a bank account number (IBAN)",
            Self::Postcode => "a postcode",
            Self::InternetAddress => "an Internet address",
            Self::Coordinates => "a position on the map",
        })
    }
}

fn is_iban(text: &str) -> bool {
    let text = text.strip_prefix("IBAN").unwrap_or(text);
    let text = text.trim_start_matches([' ', ':']);
    let bytes: Vec<u8> = text.bytes().filter(|b| *b != b' ').collect();
    (15..=34).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes
            .iter()
            .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        && bytes[4..].iter().filter(|b| b.is_ascii_digit()).count() >= 6
}

/// Currency codes that stand before or after an amount.
const CURRENCIES: [&str; 14] = [
    "eur", "euro", "euros", "usd", "gbp", "chf", "inr", "jpy", "cad", "aud", "sek", "nok", "dkk",
    "pln",
];

fn has_currency(text: &str) -> bool {
    let mut words = text
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty());
    words.any(|word| CURRENCIES.contains(&word.to_lowercase().as_str()))
}

/// Decimals after a whole number, or thousands with fewer digits than a phone number has.
fn is_amount(text: &str) -> bool {
    if text.ends_with('%') {
        return true;
    }
    if !text.contains(['.', ',']) {
        return false;
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if let Some((whole, decimals)) = text.rsplit_once(['.', ',']) {
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let sign = whole.strip_prefix(['+', '-']).unwrap_or(whole);
        let has_decimals = is_number(decimals) && decimals.len() <= 2;
        let are_zeros = decimals.bytes().all(|b| b == b'0');
        // A country code is written in groups with full stops too.
        let has_country = text.starts_with('+') && digits >= 9;
        let in_thousands = !has_country && groups_of_three(sign) > 1;
        if has_decimals && (sign.len() >= 4 && is_number(sign) || in_thousands) {
            return true;
        }
        // `030 123456.0`: the decimals of a spreadsheet after a number in groups.
        if has_decimals && are_zeros && !whole.contains(['.', ',']) {
            return true;
        }
    }
    digits < 9 && !text.starts_with('0') && groups_of_three(text) > 1
}

/// How many groups the text has when it is written as thousands are, else 0.
fn groups_of_three(text: &str) -> usize {
    let separator = text.find(['.', ',', ' ']).map(|at| text.as_bytes()[at]);
    let Some(separator) = separator else { return 0 };
    let mut groups = text.split(char::from(separator));
    let first = groups.next().unwrap_or_default();
    let is_number = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    if !(1..=3).contains(&first.len()) || !is_number(first) {
        return 0;
    }
    let mut count = 1;
    for group in groups {
        if group.len() != 3 || !is_number(group) {
            return 0;
        }
        count += 1;
    }
    count
}

/// The digits of a whole number that is written with commas, as a spreadsheet formats it:
/// `2,025,550,123`, or `2,02,55,50,123` in India.
pub(super) fn without_thousands(text: &str) -> Option<String> {
    let number = text.strip_prefix('+').unwrap_or(text);
    let groups: Vec<&str> = number.split(',').collect();
    let [first, middle @ .., last] = &groups[..] else {
        return None;
    };
    let all = |size: usize| middle.iter().all(|group| group.len() == size);
    let is_number = number.bytes().all(|b| b.is_ascii_digit() || b == b',');
    let fits = is_number
        && !middle.is_empty()
        && last.len() == 3
        && (all(3) && (1..=3).contains(&first.len()) || all(2) && (1..=2).contains(&first.len()));
    fits.then(|| text.replace(',', ""))
}

fn is_postcode(text: &str) -> bool {
    text.split_once('-').is_some_and(|(zip, extension)| {
        let is_number = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        (zip.len(), extension.len()) == (5, 4)
            && is_number(zip)
            && is_number(extension)
            && !zip.starts_with('0')
    })
}

fn is_internet_address(text: &str) -> bool {
    let groups: Vec<&str> = text.split('.').collect();
    let is_part = |group: &&str| {
        let is_short =
            (1..=3).contains(&group.len()) && !(group.len() > 1 && group.starts_with('0'));
        is_short && group.parse::<u8>().is_ok()
    };
    // Eight digits in pairs are how several countries write a phone number.
    groups.len() == 4
        && !text.starts_with('+')
        && groups.iter().all(is_part)
        && groups.iter().any(|group| group.len() != 2)
        && text.bytes().filter(u8::is_ascii_digit).count() < 12
}

/// `45657.60416`, the day and time of a spreadsheet; `52.520008`, a latitude. A phone number with
/// one full stop begins with a zero, or its area code has three digits.
fn has_decimals(text: &str) -> bool {
    let Some((whole, decimals)) = text.split_once('.') else {
        return false;
    };
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    is_number(whole)
        && is_number(decimals)
        && !whole.starts_with('0')
        && decimals.len() >= 4
        && matches!(whole.len(), 1..=2 | 5)
}

fn is_position(text: &str) -> bool {
    if has_decimals(text) {
        return true;
    }
    let parts: Vec<&str> = text
        .split([',', ' ', ';'])
        .filter(|part| !part.is_empty())
        .collect();
    let is_degree = |part: &&str| {
        part.split_once('.').is_some_and(|(degrees, decimals)| {
            let degrees = degrees.strip_prefix('-').unwrap_or(degrees);
            (1..=3).contains(&degrees.len())
                && decimals.len() >= 3
                && degrees.parse::<u16>().is_ok_and(|degrees| degrees <= 180)
                && decimals.bytes().all(|b| b.is_ascii_digit())
        })
    };
    parts.len() == 2 && parts.iter().all(is_degree)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_known_by_its_writing() {
        for (texts, expected) in [
            (
                &[
                    "1234.50",
                    "5139000.50",
                    "1,234,567.89",
                    "1.234.567,89",
                    "1,234,567",
                    "$5139000",
                    "5.139.000",
                    "$ 5.139.000",
                    "5139000 EUR",
                    "030 123456.0",
                    "12025550123.00",
                    "50%",
                ][..],
                Lookalike::Amount,
            ),
            (
                &["DE89 3704 0044 0532 0130 00", "IBAN: AT611904300234573201"][..],
                Lookalike::Iban,
            ),
            (&["12345-6789"][..], Lookalike::Postcode),
            (
                &["192.0.2.17", "198.51.100.4"][..],
                Lookalike::InternetAddress,
            ),
            (
                &[
                    "52.5200, 13.4050",
                    "52.520008",
                    "45657.60416",
                    "-33.8688 151.2093",
                ][..],
                Lookalike::Coordinates,
            ),
        ] {
            for text in texts {
                assert_eq!(Lookalike::of(text), Some(expected), "{text}");
            }
        }
    }

    #[test]
    fn phone_numbers_are_taken_for_nothing_else() {
        for text in [
            "2025550123",
            "202-555-0123",
            "(202) 555-0123",
            "202.555.0123",
            "01.23.45.67.89",
            "12.34.56.78",
            "12 34 56 78",
            "21 23 45 67",
            "030/23125100",
            "0664/1234567",
            "01 5139000",
            "030 23125-10",
            "2.025.550.123",
            "2,025,550,123",
            "06-12-34-56-78",
            "8 301 123-45-67",
            "020 7946 0018",
            "02134-1234",
            "22 10 20 24",
            "+49 30 123456",
            "1-800-FLOWERS",
            "202-555-0123 (mar)",
            "1-800-GOT-JUNI",
            "08 12 34 56",
            "032 123 45 67",
            "20240131",
            "911-12-3456",
            "06.12345678",
            "202.5550123",
            "12.34-56.78",
            "2123-4500",
            "+92.800.123.45",
            "+61.147.101.234",
        ] {
            assert_eq!(Lookalike::of(text), None, "{text}");
        }
    }
}
