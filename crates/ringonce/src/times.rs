//! Instants for people, in a named zone.

use jiff::tz::TimeZone;
use ringonce_domain::Timestamp;

/// `Mon 23 Nov 2026, 10:14:05`, in local time of `zone`.
pub(crate) fn wall(instant: Timestamp, zone: &str) -> String {
    let Ok(instant) = jiff::Timestamp::from_millisecond(instant.as_millis()) else {
        return instant.to_string();
    };
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    instant
        .to_zoned(zone)
        .strftime("%a %-d %b %Y, %H:%M:%S")
        .to_string()
}

/// `2026-11-23 10:14:05 UTC`.
pub(crate) fn utc(instant: Timestamp) -> String {
    match jiff::Timestamp::from_millisecond(instant.as_millis()) {
        Ok(instant) => instant.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        Err(_) => instant.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_shown_in_the_zone_named() {
        let instant = Timestamp::from_millis(1_795_446_845_000);
        assert_eq!(
            wall(instant, "America/New_York"),
            "Mon 23 Nov 2026, 10:14:05"
        );
        assert_eq!(utc(instant), "2026-11-23 15:14:05 UTC");
    }
}
