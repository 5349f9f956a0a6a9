//! IANA time zones, from the database that is compiled into the program.
//!
//! The machine's own zone files are never read: two instances must agree on the hour.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::Timestamp;
use crate::zones::words::{clock_city, place_city};

/// A time zone that the bundled IANA database knows; cheap to clone.
///
/// Looking one up by name is cached for the life of the program, so equal names share their rules.
#[derive(Clone)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(value_type = String, description = "An IANA time zone", examples("Europe/Berlin")))]
pub struct Zone(TimeZone);

/// A name that the IANA database does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not a time zone of the IANA database; {advice}")]
pub struct UnknownZone {
    name: String,
    advice: String,
}

/// A day of a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// Its date, as days after 1970-01-01.
    pub since_1970: i32,
    /// The first instant of the next.
    pub ends: Timestamp,
}

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

/// The date this many days after 1970-01-01, as `2026-11-23`.
pub fn date(since_1970: i32) -> String {
    let date = EPOCH.checked_add(jiff::Span::new().days(since_1970));
    date.map(|date| date.to_string()).unwrap_or_default()
}

static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// The name in the database's own spelling, such as `Europe/Berlin`.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// What to write instead, when the name stands for a clock, as `EST`, and not for a place: the
    /// database has some of them, without the summer time that people mean.
    pub fn instead_of_clock(&self) -> Option<&'static str> {
        clock_city(self.name()).filter(|_| !self.name().contains('/'))
    }

    /// All names of places that can be parsed, aliases included, in alphabetical order.
    pub fn names() -> Vec<String> {
        let mut names: Vec<String> = DATABASE
            .available()
            .map(|name| name.as_str().to_owned())
            .collect();
        let is_place = |zone: Self| zone.instead_of_clock().is_none();
        names.retain(|name| name.parse().is_ok_and(is_place));
        names.sort_unstable();
        names
    }

    /// The day that an instant is in; none for one that is thousands of years away.
    pub fn day(&self, at: Timestamp) -> Option<Day> {
        let local = jiff::Timestamp::from_millisecond(at.as_millis())
            .ok()?
            .to_zoned(self.0.clone());
        let ends = local.tomorrow().ok()?.start_of_day().ok()?.timestamp();
        let since_1970 = local.date().since(EPOCH).ok()?.get_days();
        Some(Day {
            since_1970,
            ends: Timestamp::from_millis(ends.as_millisecond()),
        })
    }

    /// How far local time is ahead of UTC at an instant, in milliseconds.
    ///
    /// None for an instant that is thousands of years away.
    pub(super) fn offset_millis(&self, at: Timestamp) -> Option<i64> {
        let at = jiff::Timestamp::from_millisecond(at.as_millis()).ok()?;
        Some(i64::from(self.0.to_offset(at).seconds()) * 1_000)
    }

    /// The same in whole minutes.
    pub(crate) fn offset_minutes(&self, at: Timestamp) -> Option<i32> {
        let millis = self.offset_millis(at)?;
        i32::try_from(millis / 60_000).ok()
    }

    /// The first instant after `at` from which the offset may be another.
    pub(super) fn next_change(&self, at: Timestamp) -> Option<Timestamp> {
        let at = jiff::Timestamp::from_millisecond(at.as_millis()).ok()?;
        let change = self.0.following(at).next()?;
        Some(Timestamp::from_millis(change.timestamp().as_millisecond()))
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Zone {}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

impl FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(name: &str) -> Result<Self, UnknownZone> {
        match DATABASE.get(name) {
            Ok(zone) if !zone.is_unknown() => Ok(Self(zone)),
            _ => Err(UnknownZone {
                name: name.chars().take(60).collect(),
                advice: advice(name),
            }),
        }
    }
}

crate::text::json_text!(Zone);

/// The zones that the name may have meant, at most three.
fn advice(name: &str) -> String {
    if let Some(city) = clock_city(name) {
        return format!("it is a word for a clock; write the name of a city, as {city}");
    }
    if let Some(city) = place_city(name) {
        return format!("did you mean {city}?");
    }
    let wanted = letters(name.chars().take(60));
    let city = letters(name.rsplit('/').next().unwrap_or(name).chars().take(60));
    let mut close: Vec<(usize, String)> = DATABASE
        .available()
        .filter_map(|known| {
            let known = known.as_str();
            let known_city = known.rsplit('/').next().unwrap_or(known);
            let whole = distance(&wanted, &letters(known.chars()));
            let distance = whole.min(distance(&city, &letters(known_city.chars())));
            (distance <= city.len() / 4).then(|| (distance, known.to_owned()))
        })
        .collect();
    close.sort_unstable();
    match close
        .into_iter()
        .take(3)
        .map(|(_, known)| known)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [] => "write a name such as Europe/Berlin or America/New_York".to_owned(),
        names => format!("did you mean {}?", names.join(" or ")),
    }
}

fn letters(chars: impl Iterator<Item = char>) -> Vec<char> {
    chars
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Levenshtein distance.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_known_by_its_name_in_any_case() {
        let zone: Zone = "europe/berlin".parse().unwrap();
        assert_eq!(zone.name(), "Europe/Berlin");
        assert_eq!(serde_json::to_string(&zone).unwrap(), "\"Europe/Berlin\"");
        assert_eq!(
            serde_json::from_str::<Zone>("\"UTC\"").unwrap(),
            Zone::utc()
        );
        assert_ne!(zone, Zone::utc());
        assert!(Zone::names().len() > 400);
    }

    #[test]
    fn an_unknown_name_is_answered_with_what_may_have_been_meant() {
        for (name, advice) in [
            ("Berlin", "did you mean Europe/Berlin?"),
            ("PST", "write the name of a city, as America/Los_Angeles"),
            (
                "Eastern Time (US & Canada)",
                "write the name of a city, as America/New_York",
            ),
            ("Tokyo Standard Time", "did you mean Asia/Tokyo?"),
            ("Los Angeles", "did you mean America/Los_Angeles?"),
            ("America/New York", "did you mean America/New_York"),
            ("Europe/Kolkata", "Asia/Kolkata"),
            ("Europe/Brlin", "Europe/Berlin"),
            ("Mars/Olympus", "write a name such as"),
            ("Etc/Unknown", "`Etc/Unknown` is not a time zone"),
            ("", "write a name such as"),
            ("../../etc/passwd", "write a name such as"),
        ] {
            let refusal = name.parse::<Zone>().unwrap_err().to_string();
            assert!(refusal.contains(advice), "{name}: {refusal}");
        }
    }
}
