//! `Number::parse` against arbitrary text.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use proptest::prelude::*;
use ringonce_domain::number::{MAX_RAW_CHARS, Number, NumberError, Region};

fn any_region() -> impl Strategy<Value = Option<Region>> {
    prop::option::of(prop::sample::select(vec![
        "US", "GB", "DE", "IT", "AR", "MX", "BR", "JP", "RU", "CI",
    ]))
    .prop_map(|code| code.map(|code| code.parse().unwrap()))
}

/// Text made of the pieces that phone numbers and their parser are made of.
fn phone_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[0-9]{1,6}",
        1 => "[ ()./+*#~,;xX_-]{1,3}",
        1 => prop::sample::select(vec![
            "+", "\u{FF0B}", "00", "011", "(0)", " ext. ", "x", ";ext=", "tel:", ";phone-context=",
            ";phone-context=+1", ";isub=", "\u{A0}", "\u{200F}", "\u{FF11}\u{0662}", "E+", ".0", "é", "\0",
        ]).prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_a_number_or_has_a_reason(raw in any::<String>(), region in any_region()) {
        let _ = Number::parse(&raw, region);
    }

    #[test]
    fn text_like_a_number_never_panics_and_what_is_read_reads_back(
        raw in phone_like(), region in any_region(),
    ) {
        let Ok(parsed) = Number::parse(&raw, region) else { return Ok(()) };
        let number = parsed.number;
        prop_assert_eq!(Number::from_digits(number.digits()), Some(number));
        prop_assert_eq!(number.to_string().parse(), Ok(number));
        prop_assert!(number.region().is_some() || number.to_string().starts_with("+8") || number.to_string().starts_with("+979"));
    }

    #[test]
    fn too_much_text_is_not_even_looked_at(filler in "[ 0-9]{251,400}") {
        prop_assert!(filler.chars().count() > MAX_RAW_CHARS);
        prop_assert_eq!(Number::parse(&filler, None), Err(NumberError::TooMuchText));
    }
}
