//! Which zones a number may be in: every area code of North America, and the countries whose codes
//! are shared by zones, against tables that were made without Google's.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::collections::BTreeSet;

use crate::open_hours::{is_within, open_quarters};
use ringonce_domain::Number;
use ringonce_domain::hours::Zone;
use ringonce_domain::zones::zones_of;

fn zones_named(names: &str) -> Vec<Zone> {
    names.split(',').map(|name| name.parse().unwrap()).collect()
}

fn number(e164: &str) -> Number {
    e164.parse().unwrap()
}

/// A number of an area code that is bound to a place, and its zones: fictitious where the code has
/// such numbers, which islands that assign only a few exchanges do not.
fn with_area_code(code: &str) -> (Number, &'static [Zone]) {
    let exchanges = 200..1_000;
    let numbers = std::iter::once(555)
        .chain(exchanges)
        .map(|exchange| number(&format!("+1{code}{exchange}0123")));
    let mut with_zones = numbers.map(|number| (number, zones_of(number)));
    let none = (number(&format!("+1{code}5550123")), [].as_slice());
    let is_of_a_place = |zones: &[Zone]| (1..30).contains(&zones.len());
    with_zones
        .find(|(_, zones)| is_of_a_place(zones))
        .unwrap_or(none)
}

#[test]
fn a_number_without_a_listed_exchange_rings_when_every_zone_of_its_area_code_allows() {
    let mut areas = BTreeSet::new();
    for line in include_str!("area_codes.tsv").lines() {
        if let (false, Some((zones, codes))) = (line.starts_with('#'), line.split_once('\t')) {
            let expected = open_quarters(&zones_named(zones));
            for code in codes.split(',') {
                assert!(areas.insert(code), "{code} is doubled");
                let (number, found) = with_area_code(code);
                assert!(
                    open_quarters(found) == expected,
                    "{number}: {found:?} instead of {zones}"
                );
            }
        }
    }
    assert!(areas.len() > 430, "{}", areas.len());
}

#[test]
fn every_area_code_that_numbers_have_is_in_the_table() {
    let table = include_str!("area_codes.tsv");
    for area in 200..1_000 {
        let (number, zones) = with_area_code(&area.to_string());
        let zones = zones.len();
        if zones > 0 {
            assert!(table.contains(&area.to_string()), "{number}: {zones} zones");
        }
    }
}

#[test]
fn a_listed_exchange_has_its_own_zone() {
    for (exchange, zone) in [
        ("+1423202", "America/New_York"),
        ("+1219322", "America/Chicago"),
        ("+1850200", "America/Chicago"),
        ("+1605341", "America/Denver"),
        ("+1775664", "America/Denver"),
        ("+1402823", "America/Denver"),
        ("+1907581", "America/Anchorage"),
        ("+1867667", "America/Whitehorse"),
    ] {
        let e164 = format!("{exchange}0123");
        let found = zones_of(number(&e164));
        assert!(
            open_quarters(found) == open_quarters(&zones_named(zone)),
            "{e164}: {found:?}"
        );
    }
}

#[test]
fn a_number_elsewhere_rings_only_when_it_is_lawful_where_it_may_be() {
    for (e164, places) in [
        // Canada's parts without summer time, and those that are shared by zones.
        (concat!("+1250785", "0123"), "America/Dawson_Creek"),
        ("+17785550123", "America/Edmonton,America/Vancouver"),
        (
            "+18075550123",
            "America/Atikokan,America/Toronto,America/Winnipeg",
        ),
        (
            "+13065550123",
            "America/Edmonton,America/Regina,America/Winnipeg",
        ),
        ("+15815550123", "America/Halifax,America/Toronto"),
        // Brazil: mobile phones have the area code.
        ("+5565961234567", "America/Cuiaba"),
        ("+5567961234567", "America/Campo_Grande"),
        ("+5568961234567", "America/Rio_Branco"),
        ("+5581961234567", "America/Noronha,America/Recife"),
        ("+558134567890", "America/Recife"),
        ("+5591961234567", "America/Belem"),
        ("+5593961234567", "America/Santarem"),
        ("+5597961234567", "America/Eirunepe,America/Manaus"),
        ("+5511961234567", "America/Sao_Paulo"),
        // Australia: a mobile phone may be anywhere.
        ("+61745678901", "Australia/Brisbane"),
        ("+61755012345", "Australia/Brisbane,Australia/Sydney"),
        ("+61880812345", "Australia/Broken_Hill"),
        ("+61889812345", "Australia/Darwin"),
        (
            "+61412345678",
            "Australia/Perth,Australia/Lord_Howe,Australia/Brisbane",
        ),
        // Russia: mobile codes belong to the whole country, those of towns do not.
        ("+74012345678", "Europe/Kaliningrad"),
        ("+78452345678", "Europe/Saratov"),
        (
            "+74112345678",
            "Asia/Yakutsk,Asia/Vladivostok,Asia/Srednekolymsk",
        ),
        ("+79161234567", "Europe/Kaliningrad,Asia/Kamchatka"),
        // Mexico: the border, the north-west, Quintana Roo.
        ("+526641234567", "America/Tijuana"),
        ("+526631234567", "America/Tijuana"),
        ("+526141234567", "America/Chihuahua"),
        ("+526561234567", "America/Ciudad_Juarez"),
        ("+526621234567", "America/Hermosillo"),
        ("+526311234567", "America/Hermosillo"),
        ("+526121234567", "America/Mazatlan"),
        ("+528681234567", "America/Matamoros"),
        ("+528991234567", "America/Matamoros"),
        ("+529981234567", "America/Cancun"),
        ("+525512345678", "America/Mexico_City"),
        ("+528112345678", "America/Monterrey"),
        // Indonesia: mobile phones are anywhere.
        ("+62811234567", "Asia/Jakarta,Asia/Makassar,Asia/Jayapura"),
        ("+628561234567", "Asia/Jakarta,Asia/Makassar,Asia/Jayapura"),
        ("+62361234567", "Asia/Makassar"),
        ("+62967123456", "Asia/Jayapura"),
        // Others with several zones.
        ("+56612234567", "America/Punta_Arenas"),
        ("+56672234567", "America/Coyhaique"),
        (
            "+56961234567",
            "America/Santiago,America/Punta_Arenas,Pacific/Easter",
        ),
        ("+34612345678", "Europe/Madrid,Atlantic/Canary"),
        ("+34928123456", "Atlantic/Canary"),
        ("+351912345678", "Europe/Lisbon,Atlantic/Azores"),
        ("+593991234567", "America/Guayaquil,Pacific/Galapagos"),
        ("+243812345678", "Africa/Kinshasa,Africa/Lubumbashi"),
        ("+97688123456", "Asia/Ulaanbaatar,Asia/Hovd"),
        ("+68672012345", "Pacific/Tarawa,Pacific/Kiritimati"),
        ("+6913201234", "Pacific/Pohnpei"),
    ] {
        let found = zones_of(number(e164));
        assert!(!found.is_empty(), "{e164} has no zone");
        for place in zones_named(places) {
            assert!(
                is_within(found, std::slice::from_ref(&place)),
                "{e164} is rung outside the hours of {place}: {found:?}"
            );
        }
    }
}

#[test]
fn a_town_is_not_narrowed_by_a_far_part_of_its_country() {
    for (e164, zone) in [
        ("+61292345678", "Australia/Sydney"),
        ("+61892345678", "Australia/Perth"),
        ("+34911234567", "Europe/Madrid"),
        ("+351212345678", "Europe/Lisbon"),
        ("+525512345678", "America/Mexico_City"),
        ("+528112345678", "America/Monterrey"),
        ("+523312345678", "America/Mexico_City"),
        ("+558532345678", "America/Fortaleza"),
        ("+78121234567", "Europe/Moscow"),
        ("+6433123456", "Pacific/Auckland"),
        ("+14165550123", "America/Toronto"),
        ("+16045550123", "America/Vancouver"),
    ] {
        let found = zones_of(number(e164));
        assert!(
            open_quarters(found) == open_quarters(&zones_named(zone)),
            "{e164}: {found:?}"
        );
    }
}
