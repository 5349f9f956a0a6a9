//! Lines of free text with a phone number in them: `Name <number>`, `Name: number`, `call number (ask
//! for Name)`.
//!
//! Words around a number are the name here, so letters are allowed where a phone field refuses them;
//! but digits that touch a letter, and dates, times and amounts, are never a number.

use std::borrow::Cow;

use ringonce_domain::number::labels;
use ringonce_domain::number::{Lookalike, Number, NumberError, Reading, Region, with_ascii_digits};

use ringonce_domain::text::fold;

use crate::headers::{self, PhoneHeader};
use crate::{excel, marks};

/// A line with its number.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) reading: Reading,
    /// The text before and after the number, without the surrounding marks.
    pub(crate) name: String,
}

/// Finds the number of a line: the whole line, or the first stretch of digits and their punctuation
/// that is a valid number.
///
/// # Errors
/// The problem with the stretch that looked most like a number; or a remark that the number is not to
/// be called.
pub(crate) fn find_number(line: &str, region: Option<Region>) -> Result<Found, String> {
    let line = with_ascii_digits(line);
    let line = without_ordinal(&line);
    let whole = match excel::repair(line) {
        Ok(text) => Number::read(&text, region),
        Err(damage) => return Err(damage.to_string()),
    };
    let refusal = match whole {
        Ok(reading) => {
            return Ok(Found {
                reading,
                name: String::new(),
            });
        }
        Err(refusal @ (NumberError::Unclear | NumberError::Fax)) => return Err(refusal.to_string()),
        Err(refusal) => refusal,
    };
    if let Some(mark) = marks::in_text(line) {
        return Err(format!("left out: the line says {mark:?}"));
    }
    let searched = without_lookalikes(line);
    let mut best: Option<(usize, NumberError)> = None;
    let mut found: Option<(Reading, usize, usize)> = None;
    for (from, to) in stretches(&searched) {
        let stretch = &searched[from..to];
        let digits = stretch.bytes().filter(u8::is_ascii_digit).count();
        match (Number::read(stretch, region), &mut found) {
            (Ok(_), _) if is_of_something_else(&searched[..from]) => {
                best = best.or(Some((digits, NumberError::Fax)));
            }
            (Ok(_), _) if touches_letters(&searched, from, to) => {
                best = best.or(Some((digits, NumberError::Unreadable)));
            }
            (Ok(reading), None) => found = Some((reading, from, to)),
            (Ok(another), Some((reading, _, end))) => {
                reading.others.push(another.first.number.to_string());
                reading.others.extend(another.others);
                *end = to;
            }
            (Err(err), None) if best.as_ref().is_none_or(|(most, _)| digits > *most) => {
                best = Some((digits, err));
            }
            (Err(_), _) => {}
        }
    }
    let Some((reading, from, to)) = found else {
        return Err(best.map_or(refusal, |(_, err)| err).to_string());
    };
    let before = without_label(line[..from].trim_end_matches(sets_apart)).trim();
    let after = line[to..].trim_start_matches(sets_apart).trim();
    let blank = if before.is_empty() || after.is_empty() {
        ""
    } else {
        " "
    };
    Ok(Found {
        reading,
        name: format!("{before}{blank}{after}"),
    })
}

/// Without the `2. ` or `2) ` of a numbered list.
fn without_ordinal(line: &str) -> &str {
    let line = line.trim_start();
    let length = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line[length..].strip_prefix(['.', ')']);
    match rest {
        Some(rest)
            if (1..=4).contains(&length) && !line.starts_with('0') && rest.starts_with(' ') =>
        {
            rest
        }
        _ => line,
    }
}

/// The line with `|` in place of every byte of a date, a time or an amount, so that no stretch of
/// digits extends over them.
fn without_lookalikes(line: &str) -> Cow<'_, str> {
    let mut masked: Option<Vec<u8>> = None;
    let mut from = 0;
    for word in
        line.split(|c: char| c.is_whitespace() || matches!(c, ';' | ',' | '<' | '>' | '(' | ')'))
    {
        let begin = from;
        from += word.len()
            + line[from + word.len()..]
                .chars()
                .next()
                .map_or(0, char::len_utf8);
        let bare = word.trim_end_matches(['.', ':']);
        if bare.len() >= 4 && Lookalike::of(bare).is_some() {
            let bytes = masked.get_or_insert_with(|| line.as_bytes().to_vec());
            bytes[begin..begin + word.len()].fill(b'|');
        }
    }
    match masked.map(String::from_utf8) {
        Some(Ok(masked)) => Cow::Owned(masked),
        _ => Cow::Borrowed(line),
    }
}

/// Whether the last word before some digits says that a machine answers, or that they are not a number.
fn is_of_something_else(before: &str) -> bool {
    const OTHERS: [&str; 14] = [
        "order",
        "zip",
        "ssn",
        "id",
        "account",
        "acct",
        "invoice",
        "ref",
        "plz",
        "konto",
        "kundennr",
        "kundennummer",
        "bestellung",
        "iban",
    ];
    let word = before
        .trim_end_matches(sets_apart)
        .rsplit(sets_apart)
        .next()
        .unwrap_or("");
    let word = fold(word.trim_end_matches('.'));
    labels::is_of_a_machine(&word) || OTHERS.contains(&word.as_str())
}

/// Whether the digits are part of a word with letters: `A12345`, `202-555-01XX`.
fn touches_letters(line: &str, from: usize, to: usize) -> bool {
    let before = line[..from].chars().next_back();
    let after = line[to..]
        .trim_start_matches(['-', '.', '/', ')'])
        .chars()
        .next();
    let follows = line[to..]
        .chars()
        .next()
        .is_some_and(|c| !c.is_whitespace());
    // Scripts without blanks write a name directly next to its number.
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    is_letter(before) || follows && is_letter(after)
}

/// Whether most lines are `Name <number>`, in which a comma must not be taken for a delimiter.
pub(crate) fn are_names_with_numbers(sample: &str) -> bool {
    let lines = sample
        .split(['\r', '\n'])
        .filter(|line| !line.trim().is_empty())
        .take(200);
    let (mut named, mut all) = (0, 0);
    for line in lines {
        all += 1;
        let line = line.trim_end();
        let inside = line
            .strip_suffix('>')
            .and_then(|line| line.rsplit_once('<'));
        named += usize::from(inside.is_some_and(|(_, inside)| {
            inside.bytes().filter(u8::is_ascii_digit).count() >= 5 && !inside.contains('@')
        }));
    }
    named * 2 > all
}

/// Without a last word that only labels the number, as in `Ada, mobile: …`.
fn without_label(before: &str) -> &str {
    let (rest, label) = before.rsplit_once(sets_apart).unwrap_or(("", before));
    if headers::phone_header(label) == Some(PhoneHeader::Exact) {
        rest.trim_end_matches(sets_apart)
    } else {
        before
    }
}

fn sets_apart(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '<' | '>' | '(' | ')' | '[' | ']' | ',' | ';' | ':' | '|' | '-' | '–' | '—' | '=' | '"'
        )
}

/// Stretches that could be a number: they begin with a digit, `+` or `(`, hold at least five digits,
/// and go on over spaces and punctuation, and over `ext. 12`.
fn stretches(line: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let from =
                at + line[at..].find(|c: char| c.is_ascii_digit() || matches!(c, '+' | '('))?;
            let inside = |c: char| {
                c.is_ascii_digit()
                    || matches!(c, '+' | '(' | ')' | ' ' | '\u{a0}' | '-' | '.' | '/')
            };
            let length = line[from..]
                .find(|c| !inside(c))
                .unwrap_or(line.len() - from);
            let mut to = from
                + line[from..from + length]
                    .trim_end_matches(|c: char| !c.is_ascii_digit())
                    .len();
            at = from + length;
            if line[from..to].bytes().filter(u8::is_ascii_digit).count() >= 5 {
                to += extension(&line[to..]);
                at = at.max(to);
                return Some((from, to));
            }
        }
    })
}

/// Length of ` ext. 12` or ` x12` at the beginning of `rest`, else 0.
fn extension(rest: &str) -> usize {
    let text = rest.trim_start();
    let mark = ["extension", "ext.", "ext", "x"].into_iter().find(|mark| {
        text.get(..mark.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(mark))
    });
    let Some(mark) = mark else { return 0 };
    let digits = text[mark.len()..].trim_start();
    let count = digits.bytes().take_while(u8::is_ascii_digit).count();
    if count == 0 {
        0
    } else {
        rest.len() - digits.len() + count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn us() -> Option<Region> {
        "US".parse().ok()
    }

    #[test]
    fn the_number_and_the_words_around_it_are_found() {
        for (line, number, before, after) in [
            ("+12025550123", "+12025550123", "", ""),
            ("(202) 555-0123", "+12025550123", "", ""),
            (
                "Amber Sample <+44 20 7946 0018>",
                "+442079460018",
                "Amber Sample",
                "",
            ),
            (
                "Sample, Basil <202-555-0123>",
                "+12025550123",
                "Sample, Basil",
                "",
            ),
            ("Ada: 202.555.0123", "+12025550123", "Ada", ""),
            ("202-555-0123 - Ada", "+12025550123", "", "Ada"),
            (
                "call 202 555 0123 before noon",
                "+12025550123",
                "call",
                "before noon",
            ),
            ("room 12, 2025550123", "+12025550123", "room 12", ""),
            ("Ada tel:+12025550123", "+12025550123", "Ada", ""),
            ("Ada, mobile: 2025550123", "+12025550123", "Ada", ""),
            ("Ada (+1 202 555 0123)", "+12025550123", "Ada", ""),
            (
                "Ada 202-555-0123 ext. 7 desk",
                "+12025550123",
                "Ada",
                "desk",
            ),
        ] {
            let found = find_number(line, us()).unwrap();
            assert_eq!(found.reading.first.number.to_string(), number, "{line}");
            let blank = if before.is_empty() || after.is_empty() {
                ""
            } else {
                " "
            };
            assert_eq!(found.name, format!("{before}{blank}{after}"), "{line}");
        }
    }

    #[test]
    fn the_extension_belongs_to_the_number() {
        let found = find_number("Ada 202-555-0123 ext. 7", us()).unwrap();
        assert_eq!(found.reading.first.extension.as_deref(), Some("7"));
    }

    #[test]
    fn what_stands_beside_the_number_is_not_dialled() {
        let at = "AT".parse().ok();
        for (line, number, name) in [
            (
                "31.12.2024 Ana 01 234567890",
                "+431234567890",
                "31.12.2024 Ana",
            ),
            ("Ana 31.12.24 01 234567890", "+431234567890", "Ana 31.12.24"),
            (
                "01 234567891 Bo 2024-01-31 10:30",
                "+431234567891",
                "Bo 2024-01-31 10:30",
            ),
            (
                "Cy 12:30 01/234567892 €25.50",
                "+431234567892",
                "Cy 12:30 €25.50",
            ),
        ] {
            let found = find_number(line, at).unwrap();
            assert_eq!(found.reading.first.number.to_string(), number, "{line}");
            assert_eq!(found.name, name, "{line}");
        }
        for line in [
            "A53055A5121222",
            "01 5139XXXX",
            "Ana 01 5139-XXXX",
            "31.12.2024",
            "01 234567890 Ana do not call",
            "DNC 01 234567890",
            "ATU12345678 Ana",
            "Ana Fax 01 234567890",
            "Order 01 234567890",
        ] {
            assert!(find_number(line, at).is_err(), "{line}");
        }
    }

    #[test]
    fn digits_of_any_script_and_several_numbers_are_read() {
        let found = find_number("太郎 ２０２５５５０１０２", us()).unwrap();
        assert_eq!(found.reading.first.number.to_string(), "+12025550102");
        assert_eq!(found.name, "太郎");
        let found = find_number("Ada 202-555-0101 Bo 202-555-0102", us()).unwrap();
        assert_eq!(found.reading.first.number.to_string(), "+12025550101");
        assert_eq!(found.reading.others, ["+12025550102"]);
    }

    #[test]
    fn a_line_without_a_number_says_why() {
        assert!(
            find_number("Amber Sample", us())
                .unwrap_err()
                .contains("no digit")
        );
        assert!(
            find_number("Ada 555-012", us())
                .unwrap_err()
                .contains("too few digits")
        );
        assert!(
            find_number("1.2E+10", us())
                .unwrap_err()
                .contains("shortened")
        );
    }

    #[test]
    fn names_with_numbers_are_told_from_columns() {
        assert!(are_names_with_numbers(
            "Sample, Basil <202-555-0123>\nAda <202-555-0124>\n"
        ));
        assert!(!are_names_with_numbers("name,phone\nAda,202-555-0123\n"));
        assert!(!are_names_with_numbers("Ada <ada.12345@example.com>\n"));
    }
}
