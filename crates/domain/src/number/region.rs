//! Regions: whose numbering plan a number without a country code follows.

use std::fmt;
use std::str::FromStr;

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

/// A country or territory with its own numbering plan, by its ISO 3166 code of two letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(rlibphonenumber::Region);

/// A region code that no numbering plan belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0:?} is not a region: write two letters of ISO 3166, as in US, GB or DE")]
pub struct UnknownRegion(String);

impl Region {
    /// Where a number belongs; none when it belongs to the whole world or to nobody.
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

    pub(super) fn code(self) -> rlibphonenumber::Region {
        self.0
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

impl Serialize for Region {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Region {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
