//! Names of zones and places: the IANA database's in any spelling, the names of Windows, cities
//! without their continent.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::hours::Zone;

use super::key;

/// Continents and oceans whose zones are named for places.
const AREAS: [&str; 9] = [
    "Africa",
    "America",
    "Antarctica",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
];
/// Last words of names that are no places, or too many.
const NO_PLACES: [&str; 4] = ["center", "north", "south", "west"];

/// The zone that a full name of the IANA database names, in any case and with spaces.
pub(super) fn named(text: &str) -> Option<Zone> {
    if !text.contains(['/', '\\']) {
        return None;
    }
    NAMES.get(&key(&text.replace('\\', "/")))?.parse().ok()
}

/// The zone with this Windows name, in winter or in summer.
pub(super) fn windows(key: &str) -> Option<Zone> {
    let winter = key
        .replace(" daylight time", " standard time")
        .replace(" summer time", " standard time");
    WINDOWS.get(&winter)?.parse().ok()
}

/// The zones that are named for a place, or that other lists have under its name.
pub(super) fn places(key: &str) -> Vec<Zone> {
    let names = PLACES.get(key).into_iter().flatten();
    names.filter_map(|name| name.parse().ok()).collect()
}

/// The first of them.
pub(super) fn city(key: &str) -> Option<&'static str> {
    let windows = || WINDOWS.get(key).map(String::as_str);
    let place = PLACES.get(key).and_then(|names| names.first());
    place.map(String::as_str).or_else(windows)
}

/// Full names by their spelling as a key. Names below `Etc` are offsets, and have POSIX's sign.
static NAMES: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let names = Zone::names().into_iter();
    let places = names.filter(|name| name.contains('/') && !name.starts_with("Etc/"));
    places.map(|name| (key(&name), name)).collect()
});

static WINDOWS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let lines = include_str!("../windows.tsv").lines();
    let names = lines.filter_map(|line| line.split_once('\t'));
    names
        .filter(|(name, zone)| !name.starts_with('#') && !zone.starts_with("Etc/"))
        .map(|(name, zone)| (key(name), zone.to_owned()))
        .collect()
});

/// By the last part of the name; names without a `/`, such as `Japan`, as they are.
static PLACES: LazyLock<HashMap<String, Vec<String>>> = LazyLock::new(|| {
    let mut places: HashMap<String, Vec<String>> = HashMap::new();
    for name in Zone::names() {
        let place = match name.split_once('/') {
            Some((area, _)) if AREAS.contains(&area) => name.rsplit('/').next(),
            Some(_) => None,
            None => Some(name.as_str()),
        };
        let place = place
            .map(key)
            .filter(|place| !NO_PLACES.contains(&place.as_str()));
        if let Some(place) = place {
            places.entry(place).or_default().push(name);
        }
    }
    let listed = include_str!("../places.tsv").lines();
    for (place, zone) in listed.filter_map(|line| line.split_once('\t')) {
        places.insert(key(place), vec![zone.to_owned()]);
    }
    places
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_windows_and_of_the_database_is_a_zone() {
        assert!(WINDOWS.len() > 120 && NAMES.len() > 400);
        for name in WINDOWS.values().chain(NAMES.values()) {
            assert!(name.parse::<Zone>().is_ok(), "{name}");
        }
        for names in PLACES.values() {
            for name in names {
                assert!(name.parse::<Zone>().is_ok(), "{name}");
            }
        }
    }
}
