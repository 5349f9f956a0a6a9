//! Calling windows on the nights when clocks change, computed by hand.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use ringonce_domain::Timestamp;
use ringonce_domain::hours::{BusinessHours, CalleeHours, Days, LocalTime, Zone};

fn at(utc: &str) -> Timestamp {
    let instant: jiff::Timestamp = utc.parse().unwrap();
    Timestamp::from_millis(instant.as_millisecond())
}

fn window(days: &str, start: &str, end: &str) -> BusinessHours {
    let days: Days = match days {
        "daily" => Days::ALL,
        list => list.split(' ').map(|day| day.parse().unwrap()).collect(),
    };
    let (start, end): (LocalTime, LocalTime) = (start.parse().unwrap(), end.parse().unwrap());
    BusinessHours {
        enabled: true,
        days,
        start,
        end,
        overnight: end <= start,
    }
}

fn zone(name: &str) -> Zone {
    name.parse().unwrap()
}

/// From `now`, the window opens and closes at these instants, one after the other.
fn assert_opens_and_closes(name: &str, hours: BusinessHours, now: &str, expected: &[(&str, &str)]) {
    let zone = zone(name);
    let mut from = at(now);
    for (opens, closes) in expected {
        let opening = hours.next_open(&zone, from);
        assert_eq!(
            opening,
            Some(at(opens)),
            "{name} {hours:?} opens after {from}"
        );
        let closing = hours.closes_at(&zone, at(opens));
        assert_eq!(
            closing,
            Some(at(closes)),
            "{name} {hours:?} closes after {opens}"
        );
        from = at(closes);
        assert!(
            !hours.is_open(&zone, from),
            "{name} {hours:?} is closed at {closes}"
        );
    }
}

#[test]
fn an_opening_inside_the_skipped_hour_waits_for_the_end_of_the_gap() {
    // Berlin: 02:00 becomes 03:00 at 01:00Z.
    assert_opens_and_closes(
        "Europe/Berlin",
        window("daily", "02:30", "05:00"),
        "2026-03-28T23:00:00Z",
        &[("2026-03-29T01:00:00Z", "2026-03-29T03:00:00Z")],
    );
    // New York: 02:00 becomes 03:00 at 07:00Z.
    assert_opens_and_closes(
        "America/New_York",
        window("daily", "02:15", "03:30"),
        "2026-03-08T06:00:00Z",
        &[
            ("2026-03-08T07:00:00Z", "2026-03-08T07:30:00Z"),
            ("2026-03-09T06:15:00Z", "2026-03-09T07:30:00Z"),
        ],
    );
    // Lord Howe skips only half an hour: 02:00 becomes 02:30 at 15:30Z.
    assert_opens_and_closes(
        "Australia/Lord_Howe",
        window("sun", "02:10", "04:00"),
        "2026-10-03T12:00:00Z",
        &[("2026-10-03T15:30:00Z", "2026-10-03T17:00:00Z")],
    );
}

#[test]
fn a_window_that_lies_inside_the_gap_does_not_open_that_day() {
    assert_opens_and_closes(
        "Europe/Berlin",
        window("daily", "02:00", "03:00"),
        "2026-03-28T23:00:00Z",
        &[("2026-03-30T00:00:00Z", "2026-03-30T01:00:00Z")],
    );
    // Havana skips the first hour of Sunday: 00:00 becomes 01:00 at 05:00Z.
    assert_opens_and_closes(
        "America/Havana",
        window("sun", "00:00", "01:00"),
        "2026-03-08T00:00:00Z",
        &[("2026-03-15T04:00:00Z", "2026-03-15T05:00:00Z")],
    );
}

#[test]
fn a_repeated_hour_is_open_both_times() {
    // Berlin: 03:00 becomes 02:00 at 01:00Z.
    assert_opens_and_closes(
        "Europe/Berlin",
        window("daily", "02:00", "02:30"),
        "2026-10-24T12:00:00Z",
        &[
            ("2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z"),
            ("2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z"),
            ("2026-10-26T01:00:00Z", "2026-10-26T01:30:00Z"),
        ],
    );
    // New York: 02:00 becomes 01:00 at 06:00Z.
    assert_opens_and_closes(
        "America/New_York",
        window("sun", "01:30", "02:00"),
        "2026-11-01T00:00:00Z",
        &[
            ("2026-11-01T05:30:00Z", "2026-11-01T06:00:00Z"),
            ("2026-11-01T06:30:00Z", "2026-11-01T07:00:00Z"),
        ],
    );
    // Lord Howe repeats half an hour: 02:00 becomes 01:30 at 15:00Z.
    assert_opens_and_closes(
        "Australia/Lord_Howe",
        window("sun", "01:00", "01:45"),
        "2026-04-04T12:00:00Z",
        &[
            ("2026-04-04T14:00:00Z", "2026-04-04T14:45:00Z"),
            ("2026-04-04T15:00:00Z", "2026-04-04T15:15:00Z"),
        ],
    );
    // Havana repeats the first hour of Sunday: 01:00 becomes 00:00 at 05:00Z.
    assert_opens_and_closes(
        "America/Havana",
        window("sun", "00:00", "00:20"),
        "2026-11-01T00:00:00Z",
        &[
            ("2026-11-01T04:00:00Z", "2026-11-01T04:20:00Z"),
            ("2026-11-01T05:00:00Z", "2026-11-01T05:20:00Z"),
        ],
    );
}

#[test]
fn a_window_that_straddles_a_change_has_the_length_of_that_day() {
    // 08:00 to 20:00 stays 08:00 to 20:00 on both Sundays; midnight to midnight is 23 and 25 hours.
    for (now, opens, closes) in [
        (
            "2026-03-28T22:00:00Z",
            "2026-03-28T23:00:00Z",
            "2026-03-29T22:00:00Z",
        ),
        (
            "2026-10-24T21:00:00Z",
            "2026-10-24T22:00:00Z",
            "2026-10-25T23:00:00Z",
        ),
    ] {
        let sunday = window("sun", "00:00", "24:00");
        assert_opens_and_closes("Europe/Berlin", sunday, now, &[(opens, closes)]);
    }
}

#[test]
fn midnight_that_does_not_exist_opens_the_day_an_hour_later() {
    // Havana, Beirut and Cairo skip from 00:00 to 01:00.
    for (name, day, now, opens, closes) in [
        (
            "America/Havana",
            "sun",
            "2026-03-08T00:00:00Z",
            "2026-03-08T05:00:00Z",
            "2026-03-08T06:00:00Z",
        ),
        (
            "Asia/Beirut",
            "sun",
            "2026-03-28T12:00:00Z",
            "2026-03-28T22:00:00Z",
            "2026-03-28T23:00:00Z",
        ),
        (
            "Africa/Cairo",
            "fri",
            "2026-04-23T12:00:00Z",
            "2026-04-23T22:00:00Z",
            "2026-04-23T23:00:00Z",
        ),
    ] {
        assert_opens_and_closes(name, window(day, "00:00", "02:00"), now, &[(opens, closes)]);
    }
}

#[test]
fn the_last_hour_of_a_day_that_is_repeated_belongs_to_that_day() {
    // Beirut and Cairo go from 24:00 back to 23:00: the hour from eleven comes twice.
    for (name, day, now, opens, closes) in [
        (
            "Asia/Beirut",
            "sat",
            "2026-10-24T06:00:00Z",
            "2026-10-24T15:00:00Z",
            "2026-10-24T22:00:00Z",
        ),
        (
            "Africa/Cairo",
            "thu",
            "2026-10-29T06:00:00Z",
            "2026-10-29T15:00:00Z",
            "2026-10-29T22:00:00Z",
        ),
    ] {
        assert_opens_and_closes(name, window(day, "18:00", "24:00"), now, &[(opens, closes)]);
    }
}

#[test]
fn a_night_belongs_to_the_day_on_which_it_starts_and_is_as_long_as_the_clocks_make_it() {
    let saturday_night = window("sat", "22:00", "06:00");
    for (now, opens, closes) in [
        (
            "2026-03-28T12:00:00Z",
            "2026-03-28T21:00:00Z",
            "2026-03-29T04:00:00Z",
        ),
        (
            "2026-10-24T12:00:00Z",
            "2026-10-24T20:00:00Z",
            "2026-10-25T05:00:00Z",
        ),
        (
            "2026-06-13T12:00:00Z",
            "2026-06-13T20:00:00Z",
            "2026-06-14T04:00:00Z",
        ),
    ] {
        assert_opens_and_closes("Europe/Berlin", saturday_night, now, &[(opens, closes)]);
    }
    // A night that ends inside the gap ends when the gap begins; inside the fold it ends twice.
    let short = window("sat", "22:00", "02:30");
    assert_opens_and_closes(
        "Europe/Berlin",
        short,
        "2026-03-28T12:00:00Z",
        &[("2026-03-28T21:00:00Z", "2026-03-29T01:00:00Z")],
    );
    assert_opens_and_closes(
        "Europe/Berlin",
        short,
        "2026-10-24T12:00:00Z",
        &[
            ("2026-10-24T20:00:00Z", "2026-10-25T00:30:00Z"),
            ("2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z"),
        ],
    );
}

#[test]
fn a_day_that_the_calendar_skipped_has_no_window() {
    // Samoa crossed the date line: Thursday 29 December 2011 was followed by Saturday 31.
    assert_opens_and_closes(
        "Pacific/Apia",
        window("fri", "09:00", "17:00"),
        "2011-12-29T20:00:00Z",
        &[("2012-01-05T19:00:00Z", "2012-01-06T03:00:00Z")],
    );
}

#[test]
fn an_ordinary_week_opens_on_its_days() {
    assert_opens_and_closes(
        "Asia/Kolkata",
        BusinessHours::default(),
        "2026-11-20T06:00:00Z",
        &[
            ("2026-11-20T06:00:00Z", "2026-11-20T11:30:00Z"),
            ("2026-11-23T03:30:00Z", "2026-11-23T11:30:00Z"),
        ],
    );
}

#[test]
fn hours_that_are_switched_off_are_always_open_and_hours_all_around_the_clock_never_close() {
    let now = at("2026-11-21T03:00:00Z");
    let off = BusinessHours {
        enabled: false,
        ..BusinessHours::default()
    };
    assert_eq!(off.next_open(&Zone::utc(), now), Some(now));
    assert_eq!(off.closes_at(&Zone::utc(), now), None);
    for around_the_clock in [
        window("daily", "00:00", "24:00"),
        window("daily", "07:00", "07:00"),
    ] {
        assert_eq!(around_the_clock.next_open(&Zone::utc(), now), Some(now));
        assert_eq!(around_the_clock.closes_at(&Zone::utc(), now), None);
    }
    let no_day = BusinessHours {
        days: [].into_iter().collect(),
        ..BusinessHours::default()
    };
    assert_eq!(no_day.next_open(&Zone::utc(), now), None);
}

#[test]
fn a_callee_of_unknown_whereabouts_is_rung_only_when_every_candidate_is_awake() {
    let coasts = [zone("America/New_York"), zone("America/Los_Angeles")];
    let hours = CalleeHours::default();
    // 08:00 in New York is 05:00 in Los Angeles: the later opening counts.
    assert_eq!(
        hours.next_open(&coasts, at("2026-11-20T12:00:00Z")),
        Some(at("2026-11-20T16:00:00Z"))
    );
    // 19:00 in Los Angeles is 22:00 in New York: the next common morning.
    assert_eq!(
        hours.next_open(&coasts, at("2026-11-21T03:00:00Z")),
        Some(at("2026-11-21T16:00:00Z"))
    );
    let open = at("2026-11-20T20:00:00Z");
    assert_eq!(hours.next_open(&coasts, open), Some(open));
}

#[test]
fn hours_that_never_meet_and_zones_that_nobody_knows_hold_the_call() {
    let now = at("2026-11-20T12:00:00Z");
    let office = CalleeHours {
        start: "09:00".parse().unwrap(),
        end: "17:00".parse().unwrap(),
        ..CalleeHours::default()
    };
    assert_eq!(
        office.next_open(&[zone("Europe/Berlin"), zone("Pacific/Auckland")], now),
        None
    );
    assert_eq!(office.next_open(&[], now), None);
    let off = CalleeHours {
        enabled: false,
        ..office
    };
    assert_eq!(off.next_open(&[], now), Some(now));
}

#[test]
fn instants_beyond_the_calendar_are_closed_and_do_not_panic() {
    for millis in [i64::MIN, i64::MIN + 1, i64::MAX - 1, i64::MAX] {
        let now = Timestamp::from_millis(millis);
        let hours = BusinessHours::default();
        assert_eq!(hours.next_open(&zone("Europe/Berlin"), now), None);
        assert!(!hours.is_open(&zone("Europe/Berlin"), now));
        assert_eq!(hours.closes_at(&zone("Europe/Berlin"), now), None);
        assert_eq!(
            CalleeHours::default().next_open(&[zone("Europe/Berlin")], now),
            None
        );
    }
}
