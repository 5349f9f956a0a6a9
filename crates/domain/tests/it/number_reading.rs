//! The numbers in a phone field of a list: tables of what people, programs and spreadsheets write,
//! and the number that is rung for it. Ringing another number than the one meant is the worst fault
//! that this project can have.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use proptest::prelude::*;
use ringonce_domain::number::{Lookalike, Number, NumberError};

/// The number, what else is kept, and the label.
fn read(raw: &str, region: &str) -> Result<(String, Vec<String>, String), NumberError> {
    let region = (!region.is_empty()).then(|| region.parse().unwrap());
    let reading = Number::read(raw, region)?;
    Ok((
        reading.first.number.to_string(),
        reading.others,
        reading.first.label.unwrap_or_default(),
    ))
}

#[test]
fn letters_that_are_no_label_are_refused_and_named() {
    for (raw, region, letters) in [
        ("030 23125 alt", "DE", "alt"),
        ("030 23125 Tim", "DE", "Tim"),
        ("01 5139 Anna", "AT", "Anna"),
        ("202-5550 Ann", "US", "Ann"),
        ("202-555-XXXX", "US", "XXXX"),
        ("(202) 555-xxxx", "US", "xxxx"),
        ("+91 98765XXXXX", "IN", "XXXXX"),
        ("030 23125x", "DE", "x"),
        ("030 23125X1", "DE", "X"),
        ("202-555-TBDT", "US", "TBDT"),
        ("A53055A51212A", "US", "A A A"),
        ("2O25550123", "US", "O"),
        ("2025550l23", "US", "l"),
        ("202-555-0123A", "US", "A"),
        ("202-555-0123 Jane", "US", "Jane"),
        ("202-555-0123 (do not call)", "US", "do not"),
        ("202-555-0123; wrong number", "US", "wrong"),
        ("not 202-555-0123, 202-555-0124", "US", "not"),
        ("1-202-555-HELP", "US", "HELP"),
        ("1-800-FLOWERSXX", "US", "FLOWERSXX"),
        ("800-555-XXXX", "US", "XXXX"),
        ("0800 555 Anna", "GB", "Anna"),
        ("030 23125 Нет", "DE", "Нет"),
        ("202-555-0123w12", "US", "w"),
        ("2025550123E", "US", "E"),
    ] {
        assert_eq!(
            read(raw, region),
            Err(NumberError::Letters(letters.into())),
            "{raw}"
        );
    }
}

#[test]
fn labels_are_taken_off_and_kept() {
    for (raw, region, number, label) in [
        ("202-555-0123 (cell)", "US", "+12025550123", "cell"),
        ("(mom) 202-555-0123", "US", "+12025550123", "mom"),
        ("202-555-0123 Mom", "US", "+12025550123", "Mom"),
        ("h: 202-555-0123", "US", "+12025550123", "h"),
        ("(w) 202-555-0123", "US", "+12025550123", "w"),
        ("Cell: (202) 555-0123", "US", "+12025550123", "Cell"),
        (
            "Home phone: 202-555-0123",
            "US",
            "+12025550123",
            "Home phone",
        ),
        ("cell#2025550123", "US", "+12025550123", "cell"),
        ("Phone no. 202-555-0123", "US", "+12025550123", "Phone"),
        ("No. 202-555-0123", "US", "+12025550123", ""),
        ("tel:+1-202-555-0123", "", "+12025550123", ""),
        ("whatsapp:+12025550123", "", "+12025550123", ""),
        ("Tel. 030 23125123", "DE", "+493023125123", "Tel"),
        ("030 23125123 privat", "DE", "+493023125123", "privat"),
        ("Handy 0151 23456789", "DE", "+4915123456789", "Handy"),
        (
            "030 23125123 (geschäftlich)",
            "DE",
            "+493023125123",
            "geschäftlich",
        ),
        ("01 23 45 67 89 maison", "FR", "+33123456789", "maison"),
        ("móvil 612 34 56 78", "ES", "+34612345678", "móvil"),
        ("手机 131 2345 6789", "CN", "+8613123456789", "手机"),
        ("дом. 8 (301) 123-45-67", "RU", "+73011234567", "дом"),
    ] {
        assert_eq!(
            read(raw, region),
            Ok((number.into(), vec![], label.into())),
            "{raw}"
        );
    }
}

#[test]
fn extensions_are_no_part_of_the_number() {
    for (raw, region, number, extension) in [
        ("030 23125123 ext.", "DE", "+493023125123", None),
        ("030 23125123 ext. 12", "DE", "+493023125123", Some("12")),
        ("030 23125123 DW 12", "DE", "+493023125123", Some("12")),
        ("202-555-0123x12", "US", "+12025550123", Some("12")),
        ("202-555-0123 x 12", "US", "+12025550123", Some("12")),
        ("202-555-0123 (ext. 12)", "US", "+12025550123", Some("12")),
        (
            "202-555-0123 ext 12 (work)",
            "US",
            "+12025550123",
            Some("12"),
        ),
        ("202-555-0123;ext=7", "US", "+12025550123", Some("7")),
        ("202-555-0123,,12", "US", "+12025550123", Some("12")),
        ("202-555-0123 #12", "US", "+12025550123", Some("12")),
        (
            "8 (301) 123-45-67 доб. 12",
            "RU",
            "+73011234567",
            Some("12"),
        ),
        ("03-6123-4567(内線12)", "JP", "+81361234567", Some("12")),
        ("02 1234 5678 interno 12", "IT", "+390212345678", Some("12")),
    ] {
        let parsed =
            Number::parse(raw, region.parse().ok()).unwrap_or_else(|err| panic!("{raw}: {err}"));
        assert_eq!(parsed.number.to_string(), number, "{raw}");
        assert_eq!(parsed.extension.as_deref(), extension, "{raw}");
    }
}

/// A field, its region, the number that is rung, and what else is kept.
type Several = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

const SEVERAL: &[Several] = &[
    (
        "202-555-0101 ::: 202-555-0102",
        "US",
        "+12025550101",
        &["+12025550102"],
    ),
    (
        "202-555-0101 and 202-555-0102",
        "US",
        "+12025550101",
        &["+12025550102"],
    ),
    (
        "202-555-0101 or 202-555-0102",
        "US",
        "+12025550101",
        &["+12025550102"],
    ),
    (
        "202-555-0101 & 202-555-0102",
        "US",
        "+12025550101",
        &["+12025550102"],
    ),
    (
        "202-555-0101\n202-555-0102\r\n202-555-0103",
        "US",
        "+12025550101",
        &["+12025550102", "+12025550103"],
    ),
    (
        "202-555-0101/202-555-0102",
        "US",
        "+12025550101",
        &["202-555-0102"],
    ),
    (
        "202-555-0101, 202-555-0102",
        "US",
        "+12025550101",
        &["202-555-0102"],
    ),
    (
        "202-555-0101 | 202-555-0102",
        "US",
        "+12025550101",
        &["+12025550102"],
    ),
    (
        "+12025550101 +12025550102",
        "",
        "+12025550101",
        &["+12025550102"],
    ),
    (
        "202-555-0101 (202-555-0102)",
        "US",
        "+12025550101",
        &["+12025550102"],
    ),
    (
        "H: 202-555-0101 W: 202-555-0102",
        "US",
        "+12025550101",
        &["+12025550102 W"],
    ),
    (
        "202-555-0101 (home) 202-555-0102 (cell)",
        "US",
        "+12025550101",
        &["+12025550102 cell"],
    ),
    (
        "home 202-555-0101; 202-555-0102 ext 5",
        "US",
        "+12025550101",
        &["+12025550102 ext. 5"],
    ),
    (
        "030 23125100 (Fax: 030 23125101)",
        "DE",
        "+493023125100",
        &["030 23125101 Fax"],
    ),
    (
        "202-555-0101 and/or 202-555-0102",
        "US",
        "+12025550101",
        &["+12025550102"],
    ),
    (
        "02 1234 5678 oppure 3123456789",
        "IT",
        "+390212345678",
        &["+393123456789"],
    ),
    (
        "1) 202-555-0101 2) 202-555-0102",
        "US",
        "+12025550101",
        &["+12025550102"],
    ),
    (
        "Fax: 202-555-0101 Tel: 202-555-0102",
        "US",
        "+12025550102",
        &[],
    ),
    (
        "202-555-0101 / fax 202-555-0102",
        "US",
        "+12025550101",
        &["202-555-0102 fax"],
    ),
    ("555-01; 202-555-0102", "US", "", &[]),
    (
        "030 23125100 oder 0151 23456789",
        "DE",
        "+493023125100",
        &["+4915123456789"],
    ),
    (
        "030 23125100 und 030 23125101",
        "DE",
        "+493023125100",
        &["+493023125101"],
    ),
    ("030/23125100/101", "DE", "+493023125100", &["101"]),
    ("030 23125100/101", "DE", "+493023125100", &["101"]),
    (
        "030 23125-100/101/102",
        "DE",
        "+493023125100",
        &["101", "102"],
    ),
    ("020 7946 0018/0019", "GB", "+442079460018", &["0019"]),
    ("202-555-0101/02", "US", "+12025550101", &["02"]),
    (
        "01/234567890/01/234567891",
        "AT",
        "+431234567890",
        &["01", "234567891"],
    ),
    (
        "93 123 45 67 y 93 123 45 68",
        "ES",
        "+34931234567",
        &["+34931234568"],
    ),
];

#[test]
fn the_first_of_several_numbers_is_rung_and_the_others_are_kept() {
    for &(raw, region, number, others) in SEVERAL {
        match read(raw, region) {
            Ok((rung, kept, _)) => {
                assert_eq!(rung, number, "{raw:?}");
                assert_eq!(kept, others, "{raw:?}");
            }
            Err(err) => assert!(number.is_empty(), "{raw:?}: {err}"),
        }
    }
}

#[test]
fn a_field_that_can_be_read_in_two_ways_is_refused() {
    for (raw, region) in [
        ("01 5139/000", "AT"),
        ("030 23125/4100", "DE"),
        ("030 23125,4100", "DE"),
        ("030 or 23125100", "DE"),
        ("02 1234567-8-9", "IT"),
    ] {
        assert_eq!(read(raw, region), Err(NumberError::Unclear), "{raw}");
    }
    for (raw, region, number) in [
        ("030/23125100", "DE", "+493023125100"),
        ("0664/1234567", "AT", "+436641234567"),
        ("0 30 / 12 34 56", "DE", "+4930123456"),
        ("202/555-0123", "US", "+12025550123"),
    ] {
        assert_eq!(
            read(raw, region).map(|read| read.0),
            Ok(number.into()),
            "{raw}"
        );
    }
}

#[test]
fn dates_and_the_like_are_dialled_nowhere() {
    for region in [
        "US", "AT", "DE", "NO", "SE", "SG", "DK", "FR", "IT", "LU", "IN", "FI", "HU", "",
    ] {
        for (raw, expected) in [
            ("12/20/2555", Lookalike::Date),
            ("31.12.2024", Lookalike::Date),
            ("2024/01/31", Lookalike::Date),
            ("31-12-2024", Lookalike::Date),
            ("31.12.2024 10:30", Lookalike::Date),
            ("1.2.1980", Lookalike::Date),
            ("31 Dec 2024", Lookalike::Date),
            ("10:30:00", Lookalike::Time),
            ("5139000.50", Lookalike::Amount),
            ("12345-6789", Lookalike::Postcode),
            ("DE89 3704 0044 0532 0130 00", Lookalike::Iban),
            ("€5139000", Lookalike::Amount),
            ("192.0.2.17", Lookalike::InternetAddress),
        ] {
            assert_eq!(
                read(raw, region),
                Err(NumberError::Is(expected)),
                "{raw} in {region}"
            );
        }
    }
}

#[test]
fn what_spreadsheets_and_keyboards_add_is_taken_off() {
    for (raw, region, number) in [
        ("2,025,550,101", "US", "+12025550101"),
        ("2'025'550'101", "US", "+12025550101"),
        ("2.025.550.101", "US", "+12025550101"),
        ("2\u{202F}025\u{202F}550\u{202F}101", "US", "+12025550101"),
        ("+1\u{FE0F}-202-555-0101", "US", "+12025550101"),
        ("• 202-555-0101", "US", "+12025550101"),
        ("202•555•0101", "US", "+12025550101"),
        ("\u{260E} 202-555-0101", "US", "+12025550101"),
        ("202\u{200B}555\u{2060}0101", "US", "+12025550101"),
        (
            "\u{FF12}\u{FF10}\u{FF12}-\u{FF15}\u{FF15}\u{FF15}-\u{FF10}\u{FF11}\u{FF10}\u{FF11}",
            "US",
            "+12025550101",
        ),
        ("0044 20 7946 0018", "US", "+442079460018"),
        ("00442079460018", "", "+442079460018"),
    ] {
        assert_eq!(
            read(raw, region).map(|read| read.0),
            Ok(number.into()),
            "{raw:?}"
        );
    }
    assert_eq!(
        read("\u{200B}\u{200B}", "US"),
        Err(NumberError::Invisible("U+200B".into()))
    );
}

#[test]
fn one_number_is_asked_for_where_one_is_needed() {
    let region = "DE".parse().ok();
    assert_eq!(
        Number::parse("030 23125100; 030 23125101", region),
        Err(NumberError::Several)
    );
    assert!(Number::parse("030 23125 alt", region).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// No letter becomes a digit: the number has only digits that were typed, apart from numbers
    /// spelled in letters and marked as such.
    #[test]
    fn only_typed_digits_are_rung(
        raw in "[0-9 ()/.+;,-]{0,12}[A-Za-z]{0,5}[0-9 ()/.+;,-]{0,12}[A-Za-z]{0,4}[0-9]{0,4}",
        region in prop::sample::select(vec!["US", "DE", "AT", "GB", "IN", "IT", "FI"]),
    ) {
        let Ok(reading) = Number::read(&raw, region.parse().ok()) else { return Ok(()) };
        prop_assume!(!reading.first.is_vanity);
        let typed: String = raw.chars().filter(char::is_ascii_digit).collect();
        let national: String = reading.first.number.national().chars().filter(char::is_ascii_digit).collect();
        let significant = national.trim_start_matches('0');
        prop_assert!(typed.contains(significant), "{raw:?} rings {}", reading.first.number);
    }
}
