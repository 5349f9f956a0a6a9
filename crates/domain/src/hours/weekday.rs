//! Days of the week, and sets of them.

use std::fmt;

use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

crate::text::string_enum! {
    /// A day of the week; the week begins on Monday (ISO 8601).
    "weekday" Weekday {
        /// Monday.
        Mon = "mon",
        /// Tuesday.
        Tue = "tue",
        /// Wednesday.
        Wed = "wed",
        /// Thursday.
        Thu = "thu",
        /// Friday.
        Fri = "fri",
        /// Saturday.
        Sat = "sat",
        /// Sunday.
        Sun = "sun",
    }
}

/// A set of weekdays; in JSON a list such as `["mon", "tue"]`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(value_type = Vec<Weekday>, description = "Days of the week"))]
pub struct Days(u8);

impl Days {
    /// The whole week.
    pub const ALL: Self = Self(0b111_1111);
    /// Monday to Friday.
    pub const WORKING: Self = Self(0b001_1111);

    /// Whether `day` is in the set.
    pub const fn contains(self, day: Weekday) -> bool {
        self.contains_index(day as u8)
    }

    /// Whether the set has no day.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The days in the set, from Monday on.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        Weekday::ALL
            .iter()
            .copied()
            .filter(move |day| self.contains(*day))
    }

    /// Whether the set has the day that comes `index` days after Monday.
    pub(super) const fn contains_index(self, index: u8) -> bool {
        self.0 & (1 << index) != 0
    }
}

impl FromIterator<Weekday> for Days {
    fn from_iter<I: IntoIterator<Item = Weekday>>(days: I) -> Self {
        Self(days.into_iter().fold(0, |set, day| set | 1 << day as u8))
    }
}

impl fmt::Debug for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl Serialize for Days {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;

        impl<'de> Visitor<'de> for List {
            type Value = Days;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of weekdays such as [\"mon\", \"tue\"]")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Days, A::Error> {
                let mut set = Days(0);
                while let Some(day) = seq.next_element::<Weekday>()? {
                    let bit = 1 << day as u8;
                    if set.0 & bit != 0 {
                        return Err(de::Error::custom(format_args!("`{day}` is listed twice")));
                    }
                    set.0 |= bit;
                }
                Ok(set)
            }
        }

        deserializer.deserialize_seq(List)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_survives_a_round_trip_through_json() {
        for bits in 0..128 {
            let json = serde_json::to_string(&Days(bits)).unwrap();
            assert_eq!(
                serde_json::from_str::<Days>(&json).unwrap(),
                Days(bits),
                "{json}"
            );
        }
        let weekend: Days = [Weekday::Sun, Weekday::Sat].into_iter().collect();
        assert_eq!(serde_json::to_string(&weekend).unwrap(), r#"["sat","sun"]"#);
    }

    #[test]
    fn a_day_listed_twice_is_refused() {
        let refusal = serde_json::from_str::<Days>(r#"["mon","mon"]"#)
            .unwrap_err()
            .to_string();
        assert!(refusal.contains("`mon` is listed twice"), "{refusal}");
    }
}
