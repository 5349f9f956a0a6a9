//! Regions: the numbering plans for numbers without a country code.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber};
use thiserror::Error;

use crate::account::Language;

/// A country or territory with its own numbering plan, by its ISO 3166 code of two letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(value_type = String, examples("DE")))]
pub struct Region(rlibphonenumber::Region);

/// A region code that no numbering plan belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0:?} is not a region: write two letters of ISO 3166, as in US, GB or DE")]
pub struct UnknownRegion(String);

impl Region {
    /// The region of a number; none for international codes and for unassigned ones.
    pub(super) fn of(number: &PhoneNumber) -> Option<Self> {
        PHONE_NUMBER_UTIL
            .get_region_for_number(number)
            .and_then(Self::of_a_country)
    }

    /// None for the codes that are shared by the whole world.
    pub(super) fn of_a_country(region: rlibphonenumber::Region) -> Option<Self> {
        (region != rlibphonenumber::Region::World).then_some(Self(region))
    }

    /// The region that a calling code such as 44 belongs to, the main one where several share it; none
    /// for codes of no country.
    pub fn of_calling_code(code: i32) -> Option<Self> {
        PHONE_NUMBER_UTIL
            .get_region_for_country_code(code)
            .and_then(Self::of_a_country)
    }

    /// Such as 44.
    pub(super) fn country_code(self) -> Option<i32> {
        PHONE_NUMBER_UTIL.get_country_code_for_region(self.0)
    }

    /// Every region, by its code.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        TABLE.iter().map(|known| known.region)
    }

    /// Its name in a language, such as `United States` or `Estados Unidos`.
    pub fn name(self, language: Language) -> &'static str {
        self.known().map_or("", |known| match language {
            Language::English => known.english,
            Language::Spanish => known.spanish,
        })
    }

    /// The time zones of its places by their IANA names, older names included. A device set to one
    /// of them is there, or was set up there.
    pub fn zones(self) -> impl Iterator<Item = &'static str> {
        self.known()
            .map_or("", |known| known.zones)
            .split_ascii_whitespace()
    }

    fn known(self) -> Option<&'static Known> {
        TABLE
            .binary_search_by_key(&self, |known| known.region)
            .ok()
            .and_then(|place| TABLE.get(place))
    }

    pub(super) fn code(self) -> rlibphonenumber::Region {
        self.0
    }
}

/// The table's entry for a region.
struct Known {
    region: Region,
    english: &'static str,
    spanish: &'static str,
    zones: &'static str,
}

/// In ascending order.
static TABLE: LazyLock<Vec<Known>> = LazyLock::new(|| {
    let lines = include_str!("regions.tsv").lines();
    let mut known: Vec<_> = lines.filter_map(Known::parse).collect();
    known.sort_by_key(|known| known.region);
    known
});

impl Known {
    /// A line of the table; none for its comments.
    fn parse(line: &'static str) -> Option<Self> {
        let mut cells = line.split('\t');
        Some(Self {
            region: cells.next()?.parse().ok()?,
            english: cells.next()?,
            spanish: cells.next()?,
            zones: cells.next()?,
        })
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.as_region_str())
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Region {
    type Err = UnknownRegion;

    fn from_str(code: &str) -> Result<Self, UnknownRegion> {
        rlibphonenumber::Region::from_code(code.trim())
            .ok()
            .filter(|region| {
                PHONE_NUMBER_UTIL
                    .get_country_code_for_region(*region)
                    .is_some()
            })
            .map(Self)
            .ok_or_else(|| UnknownRegion(code.chars().take(40).collect()))
    }
}

crate::text::json_text!(Region);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_has_a_name_in_every_language() {
        assert_eq!(
            Region::all().len(),
            PHONE_NUMBER_UTIL.get_supported_regions().len()
        );
        for region in Region::all() {
            for language in Language::ALL {
                assert!(!region.name(*language).is_empty(), "{region} {language}");
            }
        }
        for (code, english, spanish) in [
            ("US", "United States", "Estados Unidos"),
            ("DE", "Germany", "Alemania"),
            ("XK", "Kosovo", "Kosovo"),
        ] {
            let region: Region = code.parse().unwrap();
            assert_eq!(region.name(Language::English), english);
            assert_eq!(region.name(Language::Spanish), spanish);
        }
    }

    #[test]
    fn a_time_zone_belongs_to_one_region_by_each_of_its_names() {
        let of = |zone: &str| {
            let mut all = Region::all();
            let found = all.find(|region| region.zones().any(|name| name == zone));
            found.map(|region| region.to_string()).unwrap_or_default()
        };
        for (zone, region) in [
            ("America/New_York", "US"),
            ("US/Pacific", "US"),
            ("America/Toronto", "CA"),
            ("Europe/Amsterdam", "NL"),
            ("Asia/Calcutta", "IN"),
            ("Asia/Kolkata", "IN"),
            ("Europe/Kiev", "UA"),
            ("UTC", ""),
            ("Etc/GMT+5", ""),
        ] {
            assert_eq!(of(zone), region, "{zone}");
        }
        let mut names: Vec<_> = Region::all().flat_map(Region::zones).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "a zone belongs to two regions");
        assert!(all > 400, "{all}");
    }

    #[test]
    fn a_region_is_two_letters_that_have_a_numbering_plan() {
        assert_eq!("us".parse::<Region>().unwrap().to_string(), "US");
        assert_eq!(
            serde_json::from_str::<Region>("\"DE\"")
                .unwrap()
                .to_string(),
            "DE"
        );
        for wrong in ["UK", "001", "USA", "", "ü"] {
            let err = wrong.parse::<Region>().unwrap_err().to_string();
            assert!(
                err.contains(&format!("{wrong:?}")) && err.contains("GB"),
                "{err}"
            );
        }
    }
}
