//! Instants and durations as people read them, in their language and a zone that the page names.

use jiff::tz::TimeZone;
use ringonce_domain::hours::Zone;
use ringonce_domain::{Millis, Timestamp};

use crate::language::{Language, Speech as _};

/// Date and time of day: `21 Nov 2026, 14:05`.
pub(crate) fn moment(language: Language, at: Timestamp, zone: &Zone) -> String {
    let date = date(language, at, zone);
    let time = clock(at, zone);
    language.say_all("date-time", &[("date", date.into()), ("time", time.into())])
}

/// The date: `21 Nov 2026`.
pub(crate) fn date(language: Language, at: Timestamp, zone: &Zone) -> String {
    let Some(local) = local(at, zone) else {
        return String::new();
    };
    let month = language.say(&format!("month-{}", local.month()));
    language.say_all(
        "date",
        &[
            ("day", local.day().to_string().into()),
            ("month", month.into()),
            ("year", local.year().to_string().into()),
        ],
    )
}

/// The time of day to the minute: `14:05`.
pub(crate) fn clock(at: Timestamp, zone: &Zone) -> String {
    local(at, zone).map_or_else(String::new, |local| local.strftime("%H:%M").to_string())
}

/// The time of day to the second: `14:05:09`.
pub(crate) fn exact(at: Timestamp, zone: &Zone) -> String {
    local(at, zone).map_or_else(String::new, |local| local.strftime("%H:%M:%S").to_string())
}

/// An instant as machines read it: `2026-11-21T14:05:09Z`.
pub(crate) fn machine(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.as_millis())
        .map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
        .unwrap_or_default()
}

/// How long something lasted: `0:07`, `12:34`, `1:02:03`.
pub(crate) fn duration(length: Millis) -> String {
    let seconds = length.get() / 1_000;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

fn local(at: Timestamp, zone: &Zone) -> Option<jiff::Zoned> {
    let zone = TimeZone::get(zone.name()).unwrap_or(TimeZone::UTC);
    let at = jiff::Timestamp::from_millisecond(at.as_millis()).ok()?;
    Some(at.to_zoned(zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_told_in_the_zone_and_language_of_the_page() {
        let at = Timestamp::from_millis(1_795_257_000_000);
        let zone: Zone = "Asia/Kolkata".parse().unwrap();
        assert_eq!(moment(Language::English, at, &zone), "21 Nov 2026, 16:00");
        assert_eq!(moment(Language::Spanish, at, &zone), "21 nov 2026, 16:00");
        assert_eq!(machine(at), "2026-11-21T10:30:00Z");
    }

    #[test]
    fn a_duration_is_told_in_minutes_until_it_takes_hours() {
        for (seconds, text) in [(0, "0:00"), (7, "0:07"), (754, "12:34"), (3_723, "1:02:03")] {
            assert_eq!(duration(Millis::from_secs(seconds)), text);
        }
    }
}
