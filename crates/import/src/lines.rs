//! Lines of free text with a phone number somewhere in them: `Name <number>`, `Name: number`,
//! `call number (ask for Name)`.

use ringonce_domain::number::{Number, NumberError, Parsed, Region};

use crate::excel::{self, Damage};
use crate::headers::{self, PhoneHeader};

/// A line, understood.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    pub(crate) parsed: Parsed,
    /// What stands before and after the number, without the marks that set it apart.
    pub(crate) before: &'a str,
    pub(crate) after: &'a str,
}

/// Finds the number of a line: the whole line, what stands in `<>`, or the first stretch of
/// digits and their punctuation that is a valid number.
///
/// # Errors
/// What is wrong with the stretch that looked most like a number.
pub(crate) fn find_number(line: &str, region: Option<Region>) -> Result<Found<'_>, String> {
    let whole = match excel::repair(line) {
        Ok(text) => Number::parse(&text, region),
        Err(Damage::Date) if has_letters(line) => Err(NumberError::Unreadable),
        Err(damage) => return Err(damage.to_string()),
    };
    let refusal = match whole {
        Ok(parsed) if !has_letters(line) => {
            return Ok(Found {
                parsed,
                before: "",
                after: "",
            });
        }
        Ok(_) => NumberError::NotInService { region },
        Err(refusal) => refusal,
    };
    let mut best: Option<(usize, NumberError)> = None;
    for (from, to) in stretches(line) {
        let digits = line[from..to].bytes().filter(u8::is_ascii_digit).count();
        match Number::parse(&line[from..to], region) {
            Ok(parsed) => {
                let before = without_label(line[..from].trim_end_matches(sets_apart));
                let after = line[to..].trim_start_matches(sets_apart);
                return Ok(Found {
                    parsed,
                    before: before.trim(),
                    after: after.trim(),
                });
            }
            Err(err) if best.as_ref().is_none_or(|(most, _)| digits > *most) => {
                best = Some((digits, err));
            }
            Err(_) => {}
        }
    }
    Err(best.map_or(refusal, |(_, err)| err).to_string())
}

/// Whether most lines are `Name <number>`, which a comma in the names must not turn into columns.
pub(crate) fn are_names_with_numbers(sample: &str) -> bool {
    let lines = sample
        .lines()
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

/// Without a last word that only says what the number is, as in `Ada, mobile: …`.
fn without_label(before: &str) -> &str {
    let (rest, label) = before.rsplit_once(sets_apart).unwrap_or(("", before));
    if headers::phone_header(label) == Some(PhoneHeader::Exact) {
        rest.trim_end_matches(sets_apart)
    } else {
        before
    }
}

fn has_letters(line: &str) -> bool {
    line.chars().any(char::is_alphabetic)
}

fn sets_apart(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '<' | '>' | '(' | ')' | '[' | ']' | ',' | ';' | ':' | '|' | '-' | '–' | '—' | '=' | '"'
        )
}

/// Stretches that could be a number: they begin with a digit, `+` or `(`, hold at least five
/// digits, and go on over spaces and punctuation, and over `ext. 12`.
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
            assert_eq!(found.parsed.number.to_string(), number, "{line}");
            assert_eq!((found.before, found.after), (before, after), "{line}");
        }
    }

    #[test]
    fn the_extension_belongs_to_the_number() {
        let found = find_number("Ada 202-555-0123 ext. 7", us()).unwrap();
        assert_eq!(found.parsed.extension.as_deref(), Some("7"));
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
