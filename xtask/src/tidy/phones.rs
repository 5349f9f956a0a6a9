//! Phone numbers in the repository ring nobody: they are reserved for fiction, listed here with a
//! reason, or are no numbers at all.
//!
//! A heuristic, and a strict one: it knows no country's rules, so whatever is written with a `+`, and
//! whatever is written in the groups usual in North America, has to be reserved or listed. It cannot
//! see a number that is computed.

use std::sync::LazyLock;

use regex::Regex;

use super::source::{File, Finding};

/// Reserved for fiction by the regulators named: the digits after `+`, as a pattern of the whole.
const RESERVED: &str = concat!(
    // NANPA: 555-0100 to 555-0199 in every area code.
    r"^1\d{3}55501\d\d$",
    // Ofcom: numbers for use in drama.
    r"|^44(1632960|2079460|7700900|8081570|9098790|3069990|2896496|2920180|1914980)\d{3}$",
    r"|^441(13|14|15|16|17|18|21|31|41|51|61)4960\d{3}$",
    // ACMA: numbers for use in fiction.
    r"|^61[2378](5550|7010)\d{4}$|^61491570(006|156|157|158|159|110|313|737|266|636|110|301|570)$",
    // ARCEP: numbers for audiovisual works.
    r"|^33(19900|26191|35301|46571|53649|63998)\d{4}$",
    // Bundesnetzagentur: numbers for media.
    r"|^49(3023125|6990009|4066969|2214710|8999998)\d{3}$|^49(15228817386|15228895456|15254599371)$",
    r"|^49(17139200|1749091|17669000|17699000)\d\d\d?$",
    // PTS: numbers for books and films.
    r"|^46(3139006|4062804|8465004|9803192)\d\d$|^467017406\d\d$",
    // ComReg.
    r"|^3532091\d{5}$",
);

#[expect(
    clippy::unwrap_used,
    reason = "constant patterns, compiled by this file's tests"
)]
static FICTITIOUS: LazyLock<Regex> = LazyLock::new(|| Regex::new(RESERVED).unwrap());

#[expect(
    clippy::unwrap_used,
    reason = "constant patterns, compiled by this file's tests"
)]
static NORTH_AMERICAN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[2-9]\d\d[2-9]\d{6}$").unwrap());

#[expect(
    clippy::unwrap_used,
    reason = "constant patterns, compiled by this file's tests"
)]
static WRITTEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"\+\d(?:[ ().\-/]{0,2}\d){7,14}\b|\(?\b[2-9]\d\d(?:\) ?|[-. ])[2-9]\d\d[-. ]\d{4}\b",
    )
    .unwrap()
});

/// Example numbers of libphonenumber, and numbers of its tests and documents; the number in letters that
/// everybody quotes; and digits that are no number of their country, written to show what becomes of them.
const QUOTED: [u64; 36] = [
    12_423_651_234,
    13_452_221_234,
    18_002_345_678,
    18_003_569_377,
    2_025_550_123,
    24_101_441_234,
    24_106_031_234,
    2_411_441_234,
    29_022_158,
    298_201_234,
    3_522_025_550_123,
    3_780_549_886_377,
    390_549_886_377,
    440_000_000_000,
    44_002_079_460_018,
    4_402_079_460_018,
    44_442_079_460_018,
    492_025_550_123,
    5_072_001_234,
    54_343_155_551_212,
    543_435_551_212,
    549_034_315_555,
    5_493_435_551_212,
    550_211_196_123,
    59_894_231_234,
    5_994_161_234,
    59_994_351_234,
    61_147_101_234,
    61_236_618_300,
    61_255_501,
    6_913_201_234,
    870_773_111_632,
    8_823_421_234,
    917_410_410_123,
    97_022_345_678,
    9_992_025_550_123,
];

/// A number that somebody may have is found.
pub(super) fn fictitious_numbers(file: &File) -> Vec<Finding> {
    // What a library makes of words and dates is listed there to show that it is not dialled.
    let is_listed = file.path == "tools/phone-judge/differences.tsv";
    if file.is_a_rule() || is_listed || file.path == "Cargo.lock" {
        return Vec::new();
    }
    file.lines()
        .flat_map(|(n, line)| {
            WRITTEN
                .find_iter(line)
                .map(move |found| (n, found.as_str()))
        })
        .filter(|(_, text)| text.starts_with('+') || !names_its_region(file))
        .filter(|(_, text)| may_ring_somebody(text))
        .map(|(n, text)| {
            file.finding(
                n,
                format!("{text} may be somebody's: use a fictitious number, as +12025550123"),
            )
        })
        .collect()
}

/// In tables of texts and regions, groups of digits need not be North American.
fn names_its_region(file: &File) -> bool {
    file.extension() == "tsv"
}

fn may_ring_somebody(text: &str) -> bool {
    // A zero in parentheses is dialled inside the country alone.
    let mut digits: String = text.replace("(0)", "");
    digits.retain(|c| c.is_ascii_digit());
    if !text.starts_with('+') {
        digits.insert(0, '1');
    }
    let listed = || digits.parse().is_ok_and(|number| QUOTED.contains(&number));
    is_possible(&digits) && !is_made_up(&digits) && !listed()
}

/// No country's digits begin with a zero, and a North American number has ten after the 1: neither its
/// area code nor what follows begins with 0 or 1.
fn is_possible(digits: &str) -> bool {
    match digits.strip_prefix('1') {
        Some(national) => NORTH_AMERICAN.is_match(national),
        None => !digits.starts_with('0'),
    }
}

/// Reserved for fiction, or counting upwards. A North American number is told by its 555-01 only,
/// since 555-1234 rings somebody.
fn is_made_up(digits: &str) -> bool {
    FICTITIOUS.is_match(digits)
        || (!digits.starts_with('1')
            && ["12345", "23456", "34567", "45678"]
                .iter()
                .any(|run| digits.contains(run)))
}

#[cfg(test)]
mod tests {
    use super::super::source::lines_found;
    use super::*;

    #[test]
    fn numbers_that_somebody_may_have_are_found() {
        for text in [
            "+12125551234",
            "call (212) 736-5000 today",
            "+44 20 7946 1234",
            "+1-202-555-0200",
        ] {
            assert_eq!(lines_found(fictitious_numbers, "a.md", text), [1], "{text}");
        }
    }

    #[test]
    fn reserved_numbers_examples_and_nonsense_are_not() {
        for text in [
            "+12025550123",
            "(202) 555-0199",
            "+44 20 7946 0123",
            "+61 491 570 006",
            "+33 1 99 00 12 34",
            "+1 201-555-0123",
            "+999 123 456 789",
            "1.2E+10123456789",
            "2026-11-21 09:00:00.000",
        ] {
            assert!(
                lines_found(fictitious_numbers, "a.md", text).is_empty(),
                "{text}"
            );
        }
    }
}
