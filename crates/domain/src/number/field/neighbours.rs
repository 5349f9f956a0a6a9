//! Whether a stretch of digits may be several numbers, although a numbering plan without fixed lengths
//! would take all of it for one: `030 23125-10-19`, `01 5139 - 01 5140`.
//!
//! In such a text the last groups are consecutive numbers, or the area code comes twice.

/// Neighbouring numbers written with equally many digits are at most this far apart.
const APART: u32 = 50;
/// After a blank and a hyphen, where blanks separate the other groups, they are closer.
const CLOSE: u32 = 10;

/// A group of digits, and the characters before it.
struct Group<'a> {
    before: &'a str,
    digits: &'a str,
}

/// Whether the digits can be read as more than one number.
pub(super) fn may_be_several(text: &str) -> bool {
    let groups = groups(text);
    repeats_its_area(&groups)
        || ends_in_a_note(text, &groups)
        || ends_in_neighbours(&groups)
        || ends_in_hours_or_a_year(&groups)
}

/// Whether a few digits stand before a number that begins with its own zero: `12 01 234567890`, where
/// the first are a house number, a counter or a time. `is_number` says whether what follows is one.
pub(super) fn follows_other_digits(text: &str, is_number: impl Fn(&str) -> bool) -> bool {
    let groups = groups(text);
    let [first, rest @ ..] = &groups[..] else {
        return false;
    };
    let begins =
        first.before.is_empty() && first.digits.len() <= 4 && !first.digits.starts_with('0');
    let mut at = first.digits.len();
    begins
        && rest.iter().any(|group| {
            at += group.before.len();
            let begins_here = group.before.ends_with(' ')
                && group.digits.starts_with('0')
                && group.digits.len() > 1;
            let found = begins_here && is_number(&text[at..]);
            at += group.digits.len();
            found
        })
}

/// `030 23125 9-17`, `01 234567890 2024`, `030 123456 1/2`.
fn ends_in_hours_or_a_year(groups: &[Group<'_>]) -> bool {
    let [.., before, from, to] = groups else {
        let [before, last] = groups else { return false };
        return is_year(last) && before.digits.len() > 4;
    };
    let number = |text: &str| text.parse::<u32>().ok();
    let are_hours = to.before == "-"
        && from.before.ends_with([' ', '('])
        && from.digits.len() <= 2
        && to.digits.len() <= 2
        && before.digits.len() >= 4
        && matches!((number(from.digits), number(to.digits)), (Some(from), Some(to)) if from < to && to <= 24);
    let is_fraction =
        to.before == "/" && from.digits.len() == 1 && from.before == " " && to.digits.len() == 1;
    are_hours || is_fraction || is_year(to) && before.digits.len() + from.digits.len() > 5
}

fn is_year(group: &Group<'_>) -> bool {
    let is_near = group
        .digits
        .parse::<u32>()
        .is_ok_and(|year| (1950..=2049).contains(&year));
    group.digits.len() == 4 && is_near && group.before == " "
}

fn groups(text: &str) -> Vec<Group<'_>> {
    let mut groups = Vec::new();
    let mut at = 0;
    while let Some(from) = text[at..]
        .find(|c: char| c.is_ascii_digit())
        .map(|found| at + found)
    {
        let length = text[from..].bytes().take_while(u8::is_ascii_digit).count();
        groups.push(Group {
            before: &text[at..from],
            digits: &text[from..from + length],
        });
        at = from + length;
    }
    groups
}

/// `01 5139 - 01 5140`.
fn repeats_its_area(groups: &[Group<'_>]) -> bool {
    let [area, rest @ ..] = groups else {
        return false;
    };
    area.before.is_empty()
        && area.digits.len() > 1
        && area.digits.starts_with('0')
        && rest.iter().skip(1).any(|group| group.digits == area.digits)
}

/// `030 23125123 (24)`.
fn ends_in_a_note(text: &str, groups: &[Group<'_>]) -> bool {
    let Some(last) = groups.last() else {
        return false;
    };
    let before: usize = groups
        .iter()
        .rev()
        .skip(1)
        .map(|group| group.digits.len())
        .sum();
    text.ends_with(')') && last.before.ends_with('(') && last.digits.len() <= 4 && before >= 7
}

fn ends_in_neighbours(groups: &[Group<'_>]) -> bool {
    let [.., before, from, to] = groups else {
        return groups.len() == 2 && is_next(groups[0].digits, &groups[1], false);
    };
    if is_next(from.digits, to, from.before.contains('-')) {
        return true;
    }
    let joint = to.before.trim();
    if from.digits.len() != to.digits.len() || to.digits.len() > 3 || !matches!(joint, "-" | ".") {
        return false;
    }
    let most = if before.digits.len() >= 4 {
        APART
    } else if from.before != to.before && joint == "-" {
        CLOSE
    } else {
        return false;
    };
    follows(from.digits, to.digits, most)
}

/// `1234567-8`, `23125123 - 25`: fewer digits, after a hyphen, than the number whose end they
/// replace.
fn is_next(number: &str, next: &Group<'_>, is_behind_a_hyphen: bool) -> bool {
    let is_hyphen = next.before.trim() == "-";
    let length = next.digits.len();
    if !is_hyphen || number.len() < 4 || length >= number.len() {
        return is_hyphen
            && is_behind_a_hyphen
            && length == 1
            && number.len() == 1
            && follows(number, next.digits, 9);
    }
    // Without blanks a hyphen stands before the extension of a switchboard, which may be any
    // digits.
    let is_range = next.before != "-" || length == 1;
    is_range && length <= 4 && follows(&number[number.len() - length..], next.digits, APART)
}

fn follows(from: &str, to: &str, most: u32) -> bool {
    match (from.parse::<u32>(), to.parse::<u32>()) {
        (Ok(from), Ok(to)) => to > from && to - from <= most,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_and_second_numbers_are_seen() {
        for text in [
            "030 23125-10-19",
            "030 23125 10-19",
            "030 23125-10 - 19",
            "030 23125-10.11",
            "030 23125123 - 25",
            "030 23125123 (24)",
            "02 1234567-8-9",
            "02.12345678-9",
            "08-12 34 56-57",
            "01 5139 - 01 5140",
            "01 5139 01 5140",
            "030 23125 9-17",
            "030 23125 (9-17)",
            "030 23125 2024",
            "030 123456 1/2",
        ] {
            assert!(may_be_several(text), "{text}");
        }
    }

    #[test]
    fn other_digits_before_a_number_are_no_part_of_it() {
        let is_long = |text: &str| text.len() > 8;
        for (text, expected) in [
            ("12 01 234567890", true),
            ("1 030 23125123", true),
            ("14.30 01 234567890", true),
            ("030 23125123", false),
            ("30 05 12 34", false),
            ("202 055 0123", false),
        ] {
            assert_eq!(follows_other_digits(text, is_long), expected, "{text}");
        }
    }

    #[test]
    fn a_number_in_its_usual_groups_is_one() {
        for text in [
            "06-12-34-56-78",
            "01.23.45.67.89",
            "8 301 123-45-67",
            "044 123-45-67",
            "030 23125-0",
            "030 23125-10",
            "030 23125 - 10",
            "01 5139 - 0",
            "(11) 96123-4567",
            "202-555-0123",
            "0 30 / 12 34 56",
            "+49 (0)30 23125-100",
            "12 34 56 78",
            "22 34 56-78",
        ] {
            assert!(!may_be_several(text), "{text}");
        }
    }
}
