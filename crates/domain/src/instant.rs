//! How an instant is written, read and checked.
//!
//! It is written in one form everywhere: ISO 8601 in UTC with milliseconds. When read it may also
//! have another offset or be integer milliseconds since 1970; a local time without an offset is
//! refused. An implausible start is refused with the instant that was probably meant: seconds taken
//! for milliseconds are a day in January 1970, so the campaign would begin at once.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Millis, Timestamp};

/// How far in the past a start may be: enough for a button that is pressed late.
const LATE: Millis = Millis::from_days(1);
/// How far ahead a start may be.
const AHEAD: Millis = Millis::from_days(3_660);
const EXAMPLE: &str = "2026-11-30T14:00:00Z or 2026-11-30T15:00:00+01:00";

/// A text that is not an instant, with advice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidInstant(String);

impl FromStr for Timestamp {
    type Err = InvalidInstant;

    /// ISO 8601 with an offset, such as `2026-11-30T15:00:00+01:00`, or milliseconds since 1970.
    fn from_str(text: &str) -> Result<Self, InvalidInstant> {
        let text = text.trim();
        if let Ok(millis) = text.parse() {
            return Ok(Self::from_millis(millis));
        }
        // With a zone in brackets, the offset must be one that the zone has.
        let read = if text.contains('[') {
            text.parse().map(|zoned: jiff::Zoned| zoned.timestamp())
        } else {
            text.parse::<jiff::Timestamp>()
        };
        if let Ok(instant) = read {
            return Ok(Self::from_millis(instant.as_millisecond()));
        }
        let advice = match text.parse::<jiff::civil::DateTime>() {
            Ok(local) if !text.contains('[') => format!(
                "{text:?} says no zone; did you mean {local}Z (UTC), or with another offset, as {local}+01:00?"
            ),
            _ => {
                format!("{text:?} is no instant; give ISO 8601 with its offset, as {EXAMPLE}")
            }
        };
        Err(InvalidInstant(advice))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match jiff::Timestamp::from_millisecond(self.as_millis()) {
            Ok(_) => serializer.collect_str(self),
            // The calendar ends with the year 9999; a later instant stays a number.
            Err(_) => serializer.serialize_i64(self.as_millis()),
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reading)
    }
}

/// What [`Timestamp`] reads, or nothing.
#[cfg(feature = "schema")]
pub(crate) fn given_schema() -> utoipa::openapi::schema::Object {
    use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, SchemaType, Type};
    ObjectBuilder::new()
        .schema_type(SchemaType::Array(vec![
            Type::String,
            Type::Integer,
            Type::Null,
        ]))
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .examples(["2026-11-30T15:00:00+01:00"])
        .build()
}

struct Reading;

impl Visitor<'_> for Reading {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an instant in ISO 8601 with its offset, as {EXAMPLE}")
    }

    fn visit_i64<E: de::Error>(self, millis: i64) -> Result<Timestamp, E> {
        Ok(Timestamp::from_millis(millis))
    }

    fn visit_u64<E: de::Error>(self, millis: u64) -> Result<Timestamp, E> {
        let millis = i64::try_from(millis);
        millis
            .map(Timestamp::from_millis)
            .map_err(|_| E::invalid_value(de::Unexpected::Other("a greater number"), &self))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Timestamp, E> {
        text.parse().map_err(E::custom)
    }
}

/// What is wrong with an instant at which calling is to begin, if anything.
pub fn start_problem(start: Timestamp, now: Timestamp) -> Option<String> {
    if is_likely(start, now) {
        return None;
    }
    let millis = start.as_millis();
    if millis == 0 {
        return Some(format!(
            "0 is {start}; did you mean null, which begins at once? Otherwise give ISO 8601, as {EXAMPLE}"
        ));
    }
    let found = meant(start, now);
    let meant = found
        .map(|it| format!("did you mean {it}? "))
        .unwrap_or_default();
    let wrong = if start < now {
        "past by more than a day"
    } else {
        "more than ten years ahead"
    };
    Some(format!(
        "{start} (as milliseconds since 1970: {millis}) is {wrong}; {meant}Null begins at once"
    ))
}

fn is_likely(start: Timestamp, now: Timestamp) -> bool {
    now - LATE <= start && start <= now + AHEAD
}

/// The instant that was probably meant: another unit than milliseconds, a stray sign, last year.
fn meant(start: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let millis = start.as_millis();
    let positive = millis.checked_abs()?;
    // Ten digits are seconds from 2001 to 2286, whether or not the day is likely.
    if (1_000_000_000..10_000_000_000).contains(&positive) {
        return Some(Timestamp::from_millis(positive * 1_000));
    }
    let units = [positive, positive / 1_000, positive / 1_000_000];
    let mut units = units.into_iter().map(Timestamp::from_millis);
    units
        .find(|it| is_likely(*it, now))
        .or_else(|| in_another_year(start, now))
}

/// The same day and time in the next year in which it is not past.
fn in_another_year(start: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let at = |instant: Timestamp| {
        let instant = jiff::Timestamp::from_millisecond(instant.as_millis()).ok()?;
        Some(instant.to_zoned(jiff::tz::TimeZone::UTC))
    };
    let (start, year) = (at(start)?, at(now)?.year());
    let moved = [year, year.checked_add(1)?].into_iter().filter_map(|year| {
        let moved = start.with().year(year).build().ok()?;
        Some(Timestamp::from_millis(moved.timestamp().as_millisecond()))
    });
    // Near 1970 the year says nothing.
    moved.filter(|_| start.year() > 2_000).find(|it| *it >= now)
}

/// An instant as integer milliseconds, for logs that programs read in bulk: `#[serde(with = …)]`.
pub mod millis {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::Timestamp;

    /// Writes the milliseconds.
    ///
    /// # Errors
    /// The serializer's.
    pub fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(at.as_millis())
    }

    /// Reads what [`Timestamp`] reads.
    ///
    /// # Errors
    /// When it is not an instant.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        Timestamp::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn an_instant_is_read_in_iso_8601_or_milliseconds_and_written_in_one_form() {
        for json in [
            r#""2026-11-30T14:00:00Z""#,
            r#""2026-11-30T14:00:00.000Z""#,
            r#""2026-11-30t14:00:00z""#,
            r#""2026-11-30T14:00Z""#,
            r#""2026-11-30 15:00:00+01:00""#,
            r#""2026-11-30T15:00:00+01""#,
            r#"" 2026-11-30T09:00:00-0500 ""#,
            r#""2026-11-30T15:00:00+01:00[Europe/Berlin]""#,
            r#""2026-11-30T14:00:00.000999Z""#,
            "1796047200000",
            r#""1796047200000""#,
        ] {
            let read: Timestamp = serde_json::from_str(json).expect(json);
            assert_eq!(
                serde_json::to_string(&read).unwrap(),
                r#""2026-11-30T14:00:00.000Z""#,
                "{json}"
            );
        }
    }

    #[test]
    fn what_is_no_instant_is_refused_with_advice() {
        for (json, advice) in [
            (
                r#""2026-11-30T14:00:00""#,
                "did you mean 2026-11-30T14:00:00Z (UTC)",
            ),
            (
                r#""2026-11-30 14:00""#,
                "did you mean 2026-11-30T14:00:00Z (UTC)",
            ),
            (r#""2026-11-30""#, "did you mean 2026-11-30T00:00:00Z (UTC)"),
            (
                r#""2026-11-30T14:00:00+01:00[America/New_York]""#,
                "no instant",
            ),
            (r#""tomorrow""#, "2026-11-30T15:00:00+01:00"),
            (r#""""#, "no instant"),
            ("1796047200000.5", "ISO 8601"),
            ("18446744073709551615", "ISO 8601"),
            ("true", "ISO 8601"),
            ("{}", "ISO 8601"),
        ] {
            let refused = serde_json::from_str::<Timestamp>(json).expect_err(json);
            assert!(refused.to_string().contains(advice), "{json}: {refused}");
        }
    }

    #[test]
    fn a_start_that_cannot_be_meant_is_refused_with_the_one_that_was_meant() {
        let now = at("2026-11-30T15:00:00Z");
        for (start, meant) in [
            // Seconds, as most programs give them.
            ("1796054400", "did you mean 2026-11-30T16:00:00.000Z?"),
            ("1700000000", "did you mean 2023-11-14T22:13:20.000Z?"),
            ("-1796054400", "did you mean 2026-11-30T16:00:00.000Z?"),
            // Micro- and nanoseconds.
            ("1796054400000000", "did you mean 2026-11-30T16:00:00.000Z?"),
            (
                "1796054400000000000",
                "did you mean 2026-11-30T16:00:00.000Z?",
            ),
            ("-1796054400000", "did you mean 2026-11-30T16:00:00.000Z?"),
            ("0", "did you mean null"),
            ("-1", "Null begins at once"),
            ("1", "Null begins at once"),
            ("9223372036854775807", "ten years ahead"),
            ("-9223372036854775808", "Null begins at once"),
            // Another year.
            (
                "2025-12-24T09:00:00Z",
                "did you mean 2026-12-24T09:00:00.000Z?",
            ),
            (
                "2026-01-10T09:00:00Z",
                "did you mean 2027-01-10T09:00:00.000Z?",
            ),
            ("2026-11-29T14:59:59Z", "past by more than a day"),
            ("2206-11-30T16:00:00Z", "ten years ahead"),
        ] {
            let problem = start_problem(at(start), now).expect(start);
            assert!(problem.contains(meant), "{start}: {problem}");
        }
    }

    #[test]
    fn a_start_may_be_late_by_a_day_and_years_ahead() {
        let now = at("2026-11-30T15:00:00Z");
        for start in [
            "2026-11-29T15:00:00Z",
            "2026-11-30T15:00:00Z",
            "2026-11-30T15:00:01Z",
            "1796054400000",
            "2036-11-30T15:00:00Z",
        ] {
            assert_eq!(start_problem(at(start), now), None, "{start}");
        }
    }
}
