//! Phone numbers in the repository ring nobody: they are reserved for fiction, are libphonenumber's
//! example numbers, or are no numbers at all.
//!
//! A heuristic: it reads numbers written with a `+`, and North American ones written in the usual
//! groups. It cannot see a number that is computed.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;
use ringonce_domain::Number;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType};

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
static WRITTEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"\+\d(?:[ ().\-/]{0,2}\d){7,14}\b|\(?\b[2-9]\d\d(?:\) ?|[-. ])[2-9]\d\d[-. ]\d{4}\b",
    )
    .unwrap()
});

/// Numbers of libphonenumber's own tests and documents that are no example numbers; the number in letters
/// that everybody quotes; and what the digits of a fictitious number mean in other countries.
const QUOTED: [u64; 11] = [
    18_003_569_377,
    3_522_025_550_123,
    492_025_550_123,
    12_423_651_234,
    390_549_886_377,
    5_493_435_551_212,
    543_435_551_212,
    5_994_161_234,
    61_236_618_300,
    870_773_111_632,
    97_022_345_678,
];

/// The example numbers of every region and kind, by their digits.
static EXAMPLES: LazyLock<HashSet<u64>> = LazyLock::new(|| {
    use PhoneNumberType as T;
    const KINDS: [PhoneNumberType; 10] = [
        T::FixedLine,
        T::Mobile,
        T::TollFree,
        T::PremiumRate,
        T::SharedCost,
        T::VoIP,
        T::PersonalNumber,
        T::Pager,
        T::UAN,
        T::VoiceMail,
    ];
    let library = &PHONE_NUMBER_UTIL;
    let by_region = library.get_supported_regions().flat_map(|region| {
        KINDS.iter().filter_map(move |&kind| {
            library
                .get_example_number_for_type_and_region(region, kind)
                .ok()
        })
    });
    let of_no_region = library
        .get_supported_global_network_calling_codes()
        .filter_map(|code| library.get_example_number_for_non_geo_entity(code).ok());
    by_region
        .chain(of_no_region)
        .filter_map(|number| digits(&number))
        .collect()
});

fn digits(number: &PhoneNumber) -> Option<u64> {
    PHONE_NUMBER_UTIL
        .format(number, PhoneNumberFormat::E164)
        .trim_start_matches('+')
        .parse()
        .ok()
}

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
    let region = "US".parse().ok();
    let Ok(parsed) = Number::parse(text, region) else {
        return false;
    };
    let digits = parsed.number.digits();
    !is_made_up(&digits.to_string()) && !EXAMPLES.contains(&digits) && !QUOTED.contains(&digits)
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
