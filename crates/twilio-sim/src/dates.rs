//! Dates as Twilio writes them (RFC 2822, UTC), and as its filters take them (a day, or an instant).

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;

/// `Sat, 21 Nov 2026 19:44:58 +0000`.
pub(crate) fn rfc2822(millis: i64) -> String {
    Timestamp::from_millisecond(millis)
        .map(|at| at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string())
        .unwrap_or_default()
}

/// The same, or null.
pub(crate) fn maybe(millis: Option<i64>) -> Value {
    millis.map_or(Value::Null, |at| rfc2822(at).into())
}

/// A day, in milliseconds.
const DAY: i64 = 86_400_000;

/// The first and the last millisecond of an instant's day in UTC.
pub(crate) fn day(millis: i64) -> (i64, i64) {
    let start = millis - millis.rem_euclid(DAY);
    (start, start + DAY - 1)
}

/// The first and the last millisecond of a filter's date: a day in UTC, or one second.
pub(crate) fn span(text: &str) -> Option<(i64, i64)> {
    if let Ok(day) = text.parse::<Date>()
        && text.len() == 10
    {
        let start = day
            .to_zoned(TimeZone::UTC)
            .ok()?
            .timestamp()
            .as_millisecond();
        return Some(self::day(start));
    }
    let at = text.parse::<Timestamp>().ok()?.as_millisecond();
    Some((at, at + 999))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_as_in_mail() {
        assert_eq!(rfc2822(0), "Thu, 01 Jan 1970 00:00:00 +0000");
    }

    #[test]
    fn a_filter_names_a_day_or_a_second() {
        assert_eq!(span("1970-01-02"), Some((86_400_000, 172_799_999)));
        assert_eq!(span("1970-01-01T00:00:01Z"), Some((1_000, 1_999)));
        assert_eq!(span("yesterday"), None);
        assert_eq!(day(86_400_001), (86_400_000, 172_799_999));
    }
}
