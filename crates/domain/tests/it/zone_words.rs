//! Time zones as people write them: which hours they open, and that an unclear one opens fewer.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use crate::open_hours::{is_within, open_quarters};
use proptest::prelude::*;
use ringonce_domain::Number;
use ringonce_domain::hours::Zone;
use ringonce_domain::zones::words::{Said, of_stored, of_words};
use ringonce_domain::zones::{zones_of, zones_of_country};

const NEW_YORK: &str = "+12125550123";

/// The zones that hold for a number beside which a text stands, and whether the text is clear.
fn held(text: &str, e164: &str) -> (Vec<Zone>, bool) {
    let number: Number = e164.parse().unwrap();
    match of_words(text, number).stored() {
        None => (zones_of(number).to_vec(), true),
        Some(stored) => {
            let (zones, is_unclear) = of_stored(&stored, number);
            (zones, !is_unclear)
        }
    }
}

fn named(names: &str) -> Vec<Zone> {
    names.split(',').map(|name| name.parse().unwrap()).collect()
}

/// Texts that mean exactly some zones when they stand beside a number.
fn check(e164: &str, zones: &str, texts: &[&str]) {
    for text in texts {
        let (found, is_clear) = held(text, e164);
        assert!(is_clear, "{text:?} beside {e164} is not understood");
        assert!(
            open_quarters(&found) == open_quarters(&named(zones)),
            "{text:?} beside {e164}: {found:?} instead of {zones}"
        );
    }
}

#[test]
fn los_angeles_is_understood_however_it_is_written() {
    check(
        NEW_YORK,
        "America/Los_Angeles",
        &[
            "America/Los_Angeles",
            " America/Los_Angeles\u{a0}",
            "america/los_angeles",
            "AMERICA/LOS_ANGELES",
            "America/Los Angeles",
            "America / Los Angeles",
            "America\\Los_Angeles",
            "\"America/Los_Angeles\"",
            "America/Los_Angeles (PST)",
            "America/Los_Angeles (UTC-08:00)",
            "US/Pacific",
            "us/pacific",
            "Los Angeles",
            "los_angeles",
            "Los Angeles, CA",
            "PST",
            "PDT",
            "pt",
            "P.S.T.",
            "PST/PDT",
            "PST8PDT",
            "Pacific",
            "Pacific Time",
            "Pacific Time (PT)",
            "Pacific Standard Time",
            "Pacific Daylight Time",
            "Pacific Time (US & Canada)",
            "Pacific Time (US and Canada)",
            "(GMT-08:00) Pacific Time",
            "(GMT-08:00) Pacific Time (US & Canada)",
            "(UTC-08:00) America/Los_Angeles",
            "GMT-8 Pacific Time",
            "UTC-08:00 - Los Angeles",
        ],
    );
}

#[test]
fn the_words_of_clocks_are_zones_of_people_with_summer_time() {
    for (words, zone) in [
        (
            "EST,EDT,ET,Eastern,Eastern Time,EST5EDT,Eastern Standard Time",
            "America/New_York",
        ),
        (
            "CST,CDT,CT,Central,Central Time,CST6CDT,Central Daylight Time",
            "America/Chicago",
        ),
        ("MDT,MT,Mountain,Mountain Time,MST7MDT", "America/Denver"),
        (
            "AKST,AKDT,Alaska,Alaskan Standard Time",
            "America/Anchorage",
        ),
        ("HST,Hawaii,Hawaiian Standard Time", "Pacific/Honolulu"),
        ("Arizona,US Mountain Standard Time", "America/Phoenix"),
    ] {
        let words: Vec<&str> = words.split(',').collect();
        check(NEW_YORK, zone, &words);
    }
    // Arizona writes MST too and has no summer time: both hold.
    check(
        "+13035550123",
        "America/Denver,America/Phoenix",
        &["MST", "Mountain Standard Time"],
    );
    check(
        "+16025550123",
        "America/Denver,America/Phoenix",
        &["MST", "MT"],
    );
}

#[test]
fn a_word_means_what_it_means_in_the_country_of_the_number() {
    for (e164, text, zones) in [
        ("+8613812345678", "CST", "Asia/Shanghai"),
        ("+525512345678", "CST", "America/Mexico_City"),
        ("+15065550123", "AST", "America/Halifax"),
        ("+17875550123", "AST", "America/Puerto_Rico"),
        ("+966512345678", "AST", "Asia/Riyadh"),
        ("+5072001234", "EST", "America/Panama"),
        ("+14165550123", "EST", "America/Toronto"),
        ("+16045550123", "PST", "America/Vancouver"),
        ("+61292345678", "EST", "Australia/Sydney"),
        (
            "+61745678901",
            "AEST",
            "Australia/Sydney,Australia/Brisbane",
        ),
        ("+918123456789", "IST", "Asia/Kolkata"),
        ("+972501234567", "IST", "Asia/Jerusalem"),
        ("+353851234567", "IST", "Europe/Dublin"),
        ("+447400123456", "BST", "Europe/London"),
        ("+8801712345678", "BST", "Asia/Dhaka"),
        ("+5592961234567", "AMT", "America/Manaus"),
        ("+37477123456", "AMT", "Asia/Yerevan"),
        ("+639171234567", "PST", "Asia/Manila"),
        ("+493012345678", "CET", "Europe/Berlin"),
        ("+493012345678", "MEZ", "Europe/Berlin"),
        ("+33123456789", "CEST", "Europe/Paris"),
        ("+48123456789", "Central European Time", "Europe/Warsaw"),
        ("+81312345678", "JST", "Asia/Tokyo"),
        ("+447400123456", "GMT", "Europe/London"),
        ("+447400123456", "Z", "Europe/London"),
        ("+493012345678", "GMT+1", "Europe/Berlin"),
        ("+918123456789", "UTC+5:30", "Asia/Kolkata"),
        ("+918123456789", "+05:30", "Asia/Kolkata"),
        ("+493012345678", "Berlin", "Europe/Berlin"),
        ("+918123456789", "Mumbai", "Asia/Kolkata"),
        (
            "+918123456789",
            "(GMT+05:30) Chennai, Kolkata, Mumbai, New Delhi",
            "Asia/Kolkata",
        ),
        (
            "+493012345678",
            "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
            "Europe/Berlin",
        ),
        (
            "+33123456789",
            "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
            "Europe/Paris",
        ),
        (
            "+447400123456",
            "(UTC+00:00) Dublin, Edinburgh, Lisbon, London",
            "Europe/London",
        ),
        ("+5511961234567", "São Paulo", "America/Sao_Paulo"),
        ("+5511961234567", "Brasília", "America/Sao_Paulo"),
        (
            "+46812345678",
            "W. Europe Standard Time",
            "Europe/Stockholm",
        ),
        (
            "+46812345678",
            "W. Europe Daylight Time",
            "Europe/Stockholm",
        ),
        ("+6561234567", "Singapore Standard Time", "Asia/Singapore"),
        // A name is believed wherever the number belongs.
        (NEW_YORK, "Tokyo Standard Time", "Asia/Tokyo"),
        (NEW_YORK, "Asia/Tokyo", "Asia/Tokyo"),
        (
            NEW_YORK,
            "America/Denver,America/Phoenix",
            "America/Denver,America/Phoenix",
        ),
    ] {
        check(e164, zones, &[text]);
    }
}

#[test]
fn an_offset_means_every_zone_of_the_country_that_ever_keeps_it() {
    for (text, zones) in [
        ("-08:00", "America/Los_Angeles,America/Anchorage"),
        ("UTC-8", "America/Los_Angeles,America/Anchorage"),
        ("Etc/GMT+8", "America/Los_Angeles,America/Anchorage"),
        ("-05:00", "America/New_York,America/Chicago"),
        (
            "-07:00",
            "America/Los_Angeles,America/Denver,America/Phoenix",
        ),
        ("-10:00", "Pacific/Honolulu,America/Adak"),
        // No zone here has this offset in winter: New York in summer, or a place without summer
        // time.
        ("-04:00", "America/New_York,Etc/GMT+4"),
    ] {
        check(NEW_YORK, zones, &[text]);
    }
}

#[test]
fn what_is_not_understood_keeps_to_every_zone_of_the_country() {
    for text in [
        "Mars/Olympus",
        "CA",
        "?",
        "unknown",
        "Somewhere, Texas",
        "GMT-8 Olympus Mons",
        "-480",
        "8",
        "Etc/Unknown",
        "+12025550123",
        "Factory",
        "\u{1F570}",
    ] {
        let (zones, is_clear) = held(text, "+12025550126");
        let is_offset = text.starts_with("GMT");
        assert_eq!(is_clear, is_offset, "{text:?}");
        for place in ["America/New_York", "America/Los_Angeles"] {
            let skipped = is_offset && place == "America/New_York";
            assert!(
                skipped || is_within(&zones, &named(place)),
                "{text:?} opens {place}"
            );
        }
        assert!(
            open_quarters(&zones).contains(&true),
            "{text:?} never opens"
        );
    }
    let long = "x".repeat(10_000);
    assert!(!held(&long, NEW_YORK).1);
}

#[test]
fn a_word_of_another_country_keeps_to_that_place_and_to_every_zone_of_the_own_country() {
    for (e164, text, place) in [
        ("+15195550123", "London", "Europe/London"),
        ("+15195550123", "London, ON", "Europe/London"),
        (NEW_YORK, "Paris, Texas", "Europe/Paris"),
        (NEW_YORK, "Jamaica", "America/Jamaica"),
        ("+13605550123", "Vancouver", "America/Vancouver"),
        ("+442079460018", "PST", "America/Los_Angeles"),
        ("+442079460018", "EST", "America/New_York"),
        ("+351212345678", "PT", "America/Los_Angeles"),
        (NEW_YORK, "IST", "Asia/Kolkata"),
        (NEW_YORK, "UTC", "UTC"),
        (NEW_YORK, "+05:30", "Asia/Kolkata"),
    ] {
        let number: Number = e164.parse().unwrap();
        let (zones, is_clear) = held(text, e164);
        assert!(!is_clear, "{text:?} beside {e164} is taken for clear");
        assert!(
            is_within(&zones, &named(place)),
            "{text:?} beside {e164}: {zones:?}"
        );
        assert!(
            is_within(&zones, zones_of(number)),
            "{text:?} beside {e164}: {zones:?}"
        );
        let remark = of_words(text, number).remark().unwrap();
        assert!(remark.contains("may mean"), "{remark}");
    }
}

#[test]
fn an_empty_cell_leaves_the_zones_of_the_number() {
    for text in ["", " ", "\u{a0}\u{200b}", "\"\""] {
        assert_eq!(of_words(text, NEW_YORK.parse().unwrap()), Said::Nothing);
    }
}

#[test]
fn every_name_of_the_database_is_believed_or_narrows() {
    let number: Number = NEW_YORK.parse().unwrap();
    for name in Zone::names() {
        let (zones, is_clear) = held(&name, NEW_YORK);
        let own = named(&name);
        // The database's clocks of these names have no summer time, and those of people have.
        let is_word = ["EST", "MST", "HST"].contains(&name.as_str());
        assert!(is_word || is_within(&zones, &own), "{name}: {zones:?}");
        assert!(
            is_clear || is_within(&zones, zones_of(number)),
            "{name}: {zones:?}"
        );
        if name.contains('/') && !name.starts_with("Etc/") {
            assert!(is_clear && zones == own, "{name}: {zones:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_opens_what_no_zone_of_the_country_and_no_named_place_would(text in "\\PC{0,24}") {
        let number: Number = NEW_YORK.parse().unwrap();
        let said = of_words(&text, number);
        match &said {
            Said::Nothing => prop_assert!(text.chars().all(|c| !c.is_alphanumeric())),
            Said::Zones(zones) => prop_assert!(!zones.is_empty()),
            Said::Unclear(_) => {
                let (zones, is_unclear) = of_stored(&said.stored().unwrap(), number);
                prop_assert!(is_unclear);
                for zone in zones_of_country(number) {
                    prop_assert!(zones.contains(&zone));
                }
            }
        }
    }

    #[test]
    fn what_a_contact_keeps_reads_back_as_itself(
        word in prop::sample::select(vec![
            "EST", "MST", "UTC-8", "UTC", "Mars/Olympus", "London", "IST", "Asia/Tokyo", "-05:00", "+13:45",
        ]),
        e164 in prop::sample::select(vec![NEW_YORK, "+442079460018", "+918123456789", "+80012345678"]),
    ) {
        let number: Number = e164.parse().unwrap();
        let stored = of_words(word, number).stored().unwrap();
        prop_assert_eq!(of_words(&stored, number).stored().unwrap(), stored);
    }
}
