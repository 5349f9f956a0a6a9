//! The numbers in a phone field: which digits are a number, which words are a label or an
//! extension, and whether there are several numbers.
//!
//! Only digits typed as digits count. The field is cut at words and separators into stretches of
//! digits; each stretch is a number, the extension of the one before, or its neighbours' last
//! digits (`030 23125100/101`). Every letter must be understood: a field is refused when one of its
//! words is neither label nor mark, or when it can be read in two ways.

mod neighbours;
mod stretches;

use self::stretches::{Stretch, stretches};
use super::{
    Lookalike, Number, NumberError, Parsed, Reading, Region, clean, lookalike, resolve, vanity,
};

/// Fewer digits than this beside a number are its neighbours' last digits or part of something
/// else.
const NEIGHBOUR_DIGITS: usize = 4;
/// Fewer digits than this are a fragment where there are several stretches.
const FRAGMENT_DIGITS: usize = 7;
/// Neighbouring numbers differ by at most this.
const NEIGHBOURS: u64 = 50;

/// Reads a field that is not only digits and their usual punctuation.
pub(super) fn read(raw: &str, region: Option<Region>) -> Result<Reading, NumberError> {
    if raw.contains('°') && has_degrees(raw) {
        return Err(NumberError::Is(Lookalike::Coordinates));
    }
    let text = clean::clean(raw)?;
    let text: &str = &text;
    if text.is_empty() {
        return Err(NumberError::Empty);
    }
    if let Some(lookalike) = Lookalike::of(text) {
        return Err(NumberError::Is(lookalike));
    }
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return Err(NumberError::NoDigits);
    }
    if let Some(digits) = lookalike::without_thousands(text) {
        return resolve(&digits, region).map(Reading::of);
    }
    let text = match without_scheme(text) {
        Scheme::None(text) => text,
        // RFC 3966 has parameters of its own, which the library reads.
        Scheme::Tel(uri) => return resolve(uri, region).map(Reading::of),
    };
    if let Some(parsed) = vanity::read(text, region) {
        return Ok(Reading::of(parsed));
    }
    combine(&stretches(text)?, region)
}

/// `40°26'46"`; after a letter the sign is an abbreviation, as in `N° 01 23 45 67 89`.
fn has_degrees(raw: &str) -> bool {
    let mut signs = raw.match_indices('°');
    signs.any(|(at, _)| raw[..at].ends_with(|c: char| c.is_ascii_digit()))
}

enum Scheme<'a> {
    None(&'a str),
    Tel(&'a str),
}

fn without_scheme(text: &str) -> Scheme<'_> {
    for scheme in ["tel:", "callto:", "whatsapp:"] {
        let Some(start) = text.get(..scheme.len()) else {
            continue;
        };
        if start.eq_ignore_ascii_case(scheme) {
            let rest = &text[scheme.len()..];
            if scheme == "tel:" && rest.contains([';']) && !rest.contains(' ') {
                return Scheme::Tel(text);
            }
            return Scheme::None(rest.trim_start_matches('/').trim_start());
        }
    }
    Scheme::None(text)
}

/// Without the surrounding punctuation.
fn trimmed(digits: &str) -> &str {
    const APART: [char; 12] = [' ', '.', ':', ',', ';', '-', '/', '!', '?', '=', '~', '\n'];
    let digits = digits
        .trim_start_matches(APART)
        .trim_start_matches([')', '#', ' '])
        .trim_start_matches(APART)
        .trim_end_matches(APART)
        .trim_end_matches(['(', '+', ' ']);
    match digits.strip_suffix(')') {
        Some(inside) if !inside.contains('(') => inside.trim_end(),
        _ => digits,
    }
}

/// The first number of the field, and what else it holds.
fn combine(stretches: &[Stretch<'_>], region: Option<Region>) -> Result<Reading, NumberError> {
    let mut reading: Option<Reading> = None;
    let mut refusal = None;
    for stretch in stretches {
        if stretch.is_fax {
            refusal = refusal.or(Some(NumberError::Fax));
            keep(reading.as_mut(), stretch);
            continue;
        }
        if reading.is_some() && count(stretch.digits) <= NEIGHBOUR_DIGITS {
            keep(reading.as_mut(), stretch);
            continue;
        }
        match one_stretch(stretch, region) {
            Ok(read) => match &mut reading {
                None => reading = Some(read),
                Some(reading) => {
                    reading.others.push(read.first.shown());
                    reading.others.extend(read.others);
                }
            },
            Err(_) if stretches.len() > 1 && count(stretch.digits) < FRAGMENT_DIGITS => {
                return Err(NumberError::Unclear);
            }
            Err(err) => {
                keep(reading.as_mut(), stretch);
                refusal = refusal.or(Some(err));
            }
        }
    }
    reading.ok_or_else(|| refusal.unwrap_or(NumberError::NoDigits))
}

fn keep(reading: Option<&mut Reading>, stretch: &Stretch<'_>) {
    if let Some(reading) = reading {
        let blank = if stretch.label.is_empty() { "" } else { " " };
        reading
            .others
            .push(format!("{}{blank}{}", stretch.digits, stretch.label));
    }
}

/// The number of a stretch of digits, in which a slash or a comma may stand before another one or
/// before the last digits of its neighbours.
fn one_stretch(stretch: &Stretch<'_>, region: Option<Region>) -> Result<Reading, NumberError> {
    let whole = || dial(stretch.digits, stretch, region);
    // A number whose trunk zero is dialled before it and is not part of it: elsewhere zeros begin
    // groups.
    let is_number = |text: &str| {
        let typed: String = text.chars().filter(char::is_ascii_digit).collect();
        let read = resolve(text, region).map(|read| read.number.digits().to_string());
        typed.len() >= FRAGMENT_DIGITS && read.is_ok_and(|read| !read.ends_with(&typed))
    };
    let names_its_country = |text: &str| {
        if text.starts_with("8 ") {
            // The trunk prefix of Russia and its neighbours, before a zero of Belarus.
            return true;
        }
        let code = region
            .and_then(Region::country_code)
            .map(|code| code.to_string());
        code.is_some_and(|code| {
            text.strip_prefix(&code)
                .is_some_and(|rest| rest.starts_with(' '))
        })
    };
    let follows = neighbours::follows_other_digits(stretch.digits, is_number);
    if follows && !names_its_country(stretch.digits) && whole().is_ok() {
        return Err(NumberError::Unclear);
    }
    if neighbours::may_be_several(stretch.digits) {
        match whole() {
            Ok(read) if has_one_length(read.number) => return Ok(Reading::of(read)),
            Ok(_) => return Err(NumberError::Unclear),
            Err(_) => {}
        }
    }
    if !stretch.digits.contains(['/', ',']) || is_dialled_extension(stretch.digits) {
        return whole().map(Reading::of);
    }
    let cuts = stretch.digits.match_indices(['/', ',']);
    for (cut, _) in cuts {
        let (head, rest) = (trimmed(&stretch.digits[..cut]), &stretch.digits[cut + 1..]);
        let Ok(first) = dial(head, stretch, region) else {
            continue;
        };
        let others: Vec<&str> = rest
            .split(['/', ','])
            .map(trimmed)
            .filter(|other| count(other) > 0)
            .collect();
        let is_another = |other: &&str| {
            is_neighbour(head, other)
                || count(other) >= FRAGMENT_DIGITS && Number::parse(other, region).is_ok()
        };
        match whole() {
            // What follows is an extension, where all numbers have one length.
            Ok(read) if read.number == first.number && has_one_length(first.number) => {
                return Ok(Reading::of(read));
            }
            Ok(_) if !others.iter().all(is_another) => return Err(NumberError::Unclear),
            _ => {}
        }
        return Ok(Reading {
            first,
            others: others.into_iter().map(str::to_owned).collect(),
        });
    }
    whole().map(Reading::of)
}

/// Whether all numbers of the country have one length, as in North America: digits of that length
/// are one number there.
fn has_one_length(number: Number) -> bool {
    number.digits() / 10_u64.pow(10) == 1
}

/// `202-555-0123,,12`: a pause, then more digits to dial.
fn is_dialled_extension(digits: &str) -> bool {
    let Some((number, extension)) = digits.split_once(",,") else {
        return false;
    };
    let extension = extension.trim_start_matches(',').trim_end_matches('#');
    !number.contains(['/', ',']) && extension.bytes().all(|b| b.is_ascii_digit())
}

fn dial(
    digits: &str,
    stretch: &Stretch<'_>,
    region: Option<Region>,
) -> Result<Parsed, NumberError> {
    let mut parsed = match stretch.extension {
        Some(extension) => resolve(&format!("{digits} ext. {extension}"), region)?,
        None => resolve(digits, region)?,
    };
    parsed.label = (!stretch.label.is_empty()).then(|| stretch.label.clone());
    Ok(parsed)
}

/// Whether these few digits are the usual short form for a number that follows `number`.
fn is_neighbour(number: &str, digits: &str) -> bool {
    let length = digits.len();
    if !(1..=NEIGHBOUR_DIGITS).contains(&length) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let all: String = number.chars().filter(char::is_ascii_digit).collect();
    let Some(tail) = all.len().checked_sub(length).map(|from| &all[from..]) else {
        return false;
    };
    match (tail.parse::<u64>(), digits.parse::<u64>()) {
        (Ok(tail), Ok(next)) => (tail + 1..=tail + NEIGHBOURS).contains(&next),
        _ => false,
    }
}

fn count(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}
