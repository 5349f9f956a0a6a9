//! Calling windows against a slow check: it walks minute by minute through the calendar of the
//! `jiff` crate, an arithmetic that the windows themselves do not use.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use jiff::tz::TimeZone;
use proptest::prelude::*;
use ringonce_domain::hours::{BusinessHours, CalleeHours, Days, LocalTime, Weekday, Zone};
use ringonce_domain::{Millis, Timestamp};

const MINUTE: i64 = 60_000;

/// The local date and time: days since Monday, and minutes since midnight.
fn wall_clock(zone: &TimeZone, at: Timestamp) -> (usize, u16) {
    let civil = zone.to_datetime(jiff::Timestamp::from_millisecond(at.as_millis()).unwrap());
    let day = usize::try_from(civil.weekday().to_monday_zero_offset()).unwrap();
    (
        day,
        u16::try_from(i16::from(civil.hour()) * 60 + i16::from(civil.minute())).unwrap(),
    )
}

fn judge_says_open(hours: BusinessHours, (day, minute): (usize, u16)) -> bool {
    let (start, end) = (hours.start.minutes(), hours.end.minutes());
    let starts_on = |day: usize| hours.days.contains(Weekday::ALL[day % 7]);
    if hours.overnight {
        (starts_on(day) && minute >= start) || (starts_on(day + 6) && minute < end)
    } else {
        starts_on(day) && (start..end).contains(&minute)
    }
}

fn jiff_zone(zone: &Zone) -> TimeZone {
    TimeZone::get(zone.name()).unwrap()
}

fn any_window() -> impl Strategy<Value = BusinessHours> {
    (0..=1440_u16, 0..=1440_u16, 1..128_u8).prop_map(|(start, end, set)| {
        let days: Days = Weekday::ALL
            .iter()
            .copied()
            .filter(|day| set & 1 << *day as u8 != 0)
            .collect();
        let start = start % 1440;
        let overnight = end <= start;
        let time = |minutes| LocalTime::from_minutes(minutes).unwrap();
        BusinessHours {
            enabled: true,
            days,
            start: time(start),
            end: time(end),
            overnight,
        }
    })
}

fn any_zone() -> impl Strategy<Value = Zone> {
    prop::sample::select(Zone::names()).prop_map(|name| name.parse().unwrap())
}

/// Instants, half of them near a change of the zone's offset.
fn any_place_and_time() -> impl Strategy<Value = (Zone, Timestamp)> {
    let instant = 1_262_304_000_000..1_924_992_000_000_i64;
    (
        any_zone(),
        instant,
        any::<bool>(),
        -172_800_000..172_800_000_i64,
    )
        .prop_map(|(zone, millis, near_change, shift)| {
            let at = jiff::Timestamp::from_millisecond(millis).unwrap();
            let judge = jiff_zone(&zone);
            let change = judge.following(at).next().filter(|_| near_change);
            let millis =
                change.map_or(millis, |change| change.timestamp().as_millisecond() + shift);
            (zone, Timestamp::from_millis(millis))
        })
}

fn minutes_after(now: Timestamp, minutes: i64) -> Timestamp {
    Timestamp::from_millis(now.as_millis() + minutes * MINUTE)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_window_is_open_exactly_when_the_wall_clock_is_inside(
        hours in any_window(), (zone, now) in any_place_and_time(),
    ) {
        let expected = judge_says_open(hours, wall_clock(&jiff_zone(&zone), now));
        prop_assert_eq!(hours.is_open(&zone, now), expected);
    }

    #[test]
    fn it_is_open_at_the_next_opening_and_at_no_minute_before(
        hours in any_window(), (zone, now) in any_place_and_time(),
    ) {
        let judge = jiff_zone(&zone);
        let opening = hours.next_open(&zone, now).expect("a window on some day of the week");
        prop_assert!(opening >= now);
        prop_assert!(judge_says_open(hours, wall_clock(&judge, opening)));
        if opening > now {
            let just_before = opening - Millis::new(1);
            prop_assert!(!judge_says_open(hours, wall_clock(&judge, just_before)));
        }
        for minute in 0.. {
            let at = minutes_after(now, minute);
            if at >= opening {
                break;
            }
            prop_assert!(!judge_says_open(hours, wall_clock(&judge, at)), "open at {}", at);
        }
    }

    #[test]
    fn it_is_closed_at_the_closing_and_open_at_every_minute_before(
        hours in any_window(), (zone, now) in any_place_and_time(),
    ) {
        let judge = jiff_zone(&zone);
        let opening = hours.next_open(&zone, now).expect("a window on some day of the week");
        let closing = hours.closes_at(&zone, opening);
        if let Some(closing) = closing {
            prop_assert!(closing > opening);
            prop_assert!(!judge_says_open(hours, wall_clock(&judge, closing)));
        }
        for minute in 0..7 * 1440 {
            let at = minutes_after(opening, minute);
            if closing.is_some_and(|closing| at >= closing) {
                break;
            }
            prop_assert!(judge_says_open(hours, wall_clock(&judge, at)), "closed at {}", at);
        }
    }

    #[test]
    fn a_callee_is_rung_at_the_first_minute_that_is_open_in_every_zone(
        (start, length) in (0..1440_u16, 1..=1440_u16),
        zones in prop::collection::vec(any_zone(), 1..5),
        (_, now) in any_place_and_time(),
    ) {
        let end = (start + length).min(1440);
        let time = |minutes| LocalTime::from_minutes(minutes).unwrap();
        let daily = BusinessHours {
            enabled: true, days: Days::ALL, start: time(start), end: time(end), overnight: false,
        };
        let hours = CalleeHours { enabled: true, start: time(start), end: time(end) };
        let judges: Vec<TimeZone> = zones.iter().map(jiff_zone).collect();
        let open_in_all = |at| {
            judges.iter().all(|judge| judge_says_open(daily, wall_clock(judge, at)))
        };
        let opening = hours.next_open(&zones, now);
        if let Some(opening) = opening {
            prop_assert!(open_in_all(opening));
            prop_assert!(opening == now || !open_in_all(opening - Millis::new(1)));
        }
        for minute in 0..4 * 1440 {
            let at = minutes_after(now, minute);
            if opening.is_some_and(|opening| at >= opening) {
                break;
            }
            prop_assert!(!open_in_all(at), "open at {}", at);
        }
    }
}

/// Every zone of the database, every change of its clocks in 2026, every minute of the day before
/// and after, four windows.
#[test]
fn every_change_of_every_zone_in_2026_agrees_with_the_wall_clock() {
    let window = |start: u16, end: u16| BusinessHours {
        enabled: true,
        days: Days::ALL,
        start: LocalTime::from_minutes(start).unwrap(),
        end: LocalTime::from_minutes(end).unwrap(),
        overnight: end <= start,
    };
    let windows = [
        window(540, 1_020),
        window(135, 165),
        window(1_320, 150),
        window(0, 1_440),
    ];
    let first: jiff::Timestamp = "2025-12-31T23:59:59Z".parse().unwrap();
    let last: jiff::Timestamp = "2027-01-01T00:00:00Z".parse().unwrap();
    let mut changes = 0;
    for name in Zone::names() {
        let zone: Zone = name.parse().unwrap();
        let judge = jiff_zone(&zone);
        for change in judge
            .following(first)
            .take_while(|change| change.timestamp() < last)
        {
            changes += 1;
            let begin = change.timestamp().as_millisecond() - 1_500 * MINUTE;
            let clocks: Vec<_> = (0..3_000)
                .map(|minute| Timestamp::from_millis(begin + minute * MINUTE))
                .map(|at| (at, wall_clock(&judge, at)))
                .collect();
            for hours in windows {
                let mut next: Option<Timestamp> = None;
                for (at, clock) in clocks.iter().rev() {
                    let open = judge_says_open(hours, *clock);
                    assert_eq!(hours.is_open(&zone, *at), open, "{name} {hours:?} at {at}");
                    next = if open { Some(*at) } else { next };
                    if let Some(next) = next {
                        let found = hours.next_open(&zone, *at);
                        assert_eq!(found, Some(next), "{name} {hours:?} after {at}");
                    }
                }
            }
        }
    }
    assert!(
        changes > 200,
        "only {changes} changes of the clocks were found"
    );
}
