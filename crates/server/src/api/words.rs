//! Instants and waiting in words that people read, in a zone that is always named.

use jiff::tz::TimeZone;
use ringonce_domain::Timestamp;
use ringonce_domain::hours::Zone;
use ringonce_domain::plan::Hold;

/// An instant in a zone: `Mon 09:00` within the week around `now`, else `Mon 3 Aug 2026, 09:00`.
pub(crate) fn moment(at: Timestamp, zone: &Zone, now: Timestamp) -> String {
    const WEEK: i64 = 6 * 86_400_000;
    let near = (at.as_millis() - now.as_millis()).abs() < WEEK;
    let format = if near {
        "%a %H:%M"
    } else {
        "%a %-d %b %Y, %H:%M"
    };
    format!("{} {}", local(at, zone, format), zone.name())
}

fn local(at: Timestamp, zone: &Zone, format: &str) -> String {
    let zone = TimeZone::get(zone.name()).unwrap_or(TimeZone::UTC);
    jiff::Timestamp::from_millisecond(at.as_millis())
        .map(|at| at.to_zoned(zone).strftime(format).to_string())
        .unwrap_or_default()
}

/// Why a campaign starts no call: `outside business hours until Mon 09:00 America/New_York`.
pub(crate) fn hold(hold: Hold, zone: &Zone, now: Timestamp) -> String {
    match hold.until {
        Some(until) => format!("{} until {}", hold.reason.words(), moment(until, zone, now)),
        None => hold.reason.words().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use ringonce_domain::Millis;
    use ringonce_domain::plan::HoldReason;

    use super::*;

    #[test]
    fn waiting_names_its_reason_its_end_and_the_zone() {
        let now = Timestamp::from_millis(1_795_257_000_000);
        let zone: Zone = "America/New_York".parse().unwrap();
        let closed = |hours| Hold {
            reason: HoldReason::Closed,
            until: Some(now + Millis::from_hours(hours)),
        };
        assert_eq!(
            hold(closed(40), &zone, now),
            "outside business hours until Sun 21:30 America/New_York"
        );
        assert_eq!(
            hold(closed(400), &zone, now),
            "outside business hours until Mon 7 Dec 2026, 21:30 America/New_York"
        );
        let stopped = Hold {
            reason: HoldReason::Stopped,
            until: None,
        };
        assert_eq!(hold(stopped, &zone, now), "emergency stop");
    }
}
