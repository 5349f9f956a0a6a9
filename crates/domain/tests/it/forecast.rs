//! A forecast agrees with stepping through the plan call by call.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "the numbers of a test are small and whole"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use proptest::prelude::*;
use ringonce_domain::caps::PastCall;
use ringonce_domain::claim::{Decision, Facts, decide};
use ringonce_domain::forecast::{Assumptions, Forecast, Group, Never, forecast};
use ringonce_domain::hours::{BusinessHours, CalleeHours, Zone, date};
use ringonce_domain::plan::{CampaignView, Command, next_step};
use ringonce_domain::repeat::LastCalls;
use ringonce_domain::{
    CampaignId, CampaignState, ContactCounts, ContactState, Millis, Outcome, Pacing, RetryPolicy,
    Settings, Timestamp,
};

fn at(utc: &str) -> Timestamp {
    let instant: jiff::Timestamp = utc.parse().unwrap();
    Timestamp::from_millis(instant.as_millisecond())
}

/// A Wednesday, 12:00 UTC.
fn noon() -> Timestamp {
    at("2026-03-04T12:00:00Z")
}

fn zone(name: &str) -> Zone {
    name.parse().unwrap()
}

fn in_zone(name: &str, contacts: u64) -> Vec<Group> {
    vec![Group {
        zones: vec![zone(name)],
        contacts,
    }]
}

fn asking(answer_rate: f64, call_seconds: f64) -> Assumptions {
    Assumptions {
        answer_rate,
        call_seconds,
    }
}

/// Any hour of any day, one call after the other, no retries.
fn plain() -> Settings {
    Settings {
        retry: RetryPolicy {
            max_retries: 0,
            ..RetryPolicy::default()
        },
        ..Settings::at_any_hour()
    }
}

fn run(settings: Settings, contacts: u64, assumed: Assumptions, now: Timestamp) -> Forecast {
    let zone = settings.time_zone.name().to_owned();
    forecast(&Arc::new(settings), &in_zone(&zone, contacts), assumed, now)
}

/// The same campaign, every call of it: (when it ended, when each call started).
fn stepped(
    settings: &Arc<Settings>,
    contacts: u64,
    assumed: Assumptions,
    now: Timestamp,
) -> (Timestamp, Vec<Timestamp>) {
    let call = Millis::new((assumed.call_seconds * 1_000.0) as u64);
    let zones = [settings.time_zone.clone()];
    let mut view = CampaignView {
        id: CampaignId(0),
        state: CampaignState::Pending,
        settings: Arc::clone(settings),
        live: 0,
        next_slot: now,
        next_due: None,
        counts: ContactCounts::default(),
    };
    let mut now = now;
    let mut asked = vec![0_u64; 30];
    let mut pasts: Vec<Vec<PastCall>> = vec![Vec::new(); usize::try_from(contacts).unwrap()];
    let mut due: BTreeSet<(Timestamp, usize)> = (0..pasts.len()).map(|i| (now, i)).collect();
    let mut ends: BTreeSet<(Timestamp, usize)> = BTreeSet::new();
    let (mut calls, mut last_end) = (Vec::new(), now);
    loop {
        while let Some(&(ended, contact)) = ends.first().filter(|(ended, _)| *ended <= now) {
            ends.remove(&(ended, contact));
            view.next_slot = settings.pacing.slot_after_end(view.next_slot, ended);
            last_end = last_end.max(ended);
            let made = pasts[contact].len();
            let nth = &mut asked[made];
            let share = |n: u64| (n as f64 * (1.0 - assumed.answer_rate) + 1e-9).floor();
            let unanswered = share(*nth + 1) > share(*nth);
            *nth += 1;
            pasts[contact].insert(
                0,
                PastCall {
                    ended_at: ended,
                    answered: !unanswered,
                },
            );
            let made = u32::try_from(made + 1).unwrap();
            if unanswered && let Some(wait) = settings.retry.backoff(Outcome::NoAnswer, made) {
                due.insert((ended + wait, contact));
            }
        }
        view.live = u32::try_from(ends.len()).unwrap();
        view.counts.set(ContactState::Pending, due.len() as u64);
        view.counts.set(ContactState::Calling, ends.len() as u64);
        view.next_due = due.first().map(|(due, _)| *due);
        match next_step(&view, None, now) {
            Ok(Command::Begin(_)) => view.state = CampaignState::Running,
            Ok(Command::Complete(_)) => return (last_end, calls),
            Ok(Command::Fail(_)) => panic!("never opens"),
            Ok(Command::Claim(_, room)) => {
                let mut started = 0;
                while started < room
                    && let Some(&(since, contact)) = due.first().filter(|(due, _)| *due <= now)
                {
                    due.remove(&(since, contact));
                    let facts = Facts {
                        campaign: CampaignId(0),
                        settings,
                        zones: &zones,
                        blocked: false,
                        live: false,
                        last_calls: LastCalls::default(),
                        recent: &pasts[contact],
                    };
                    match decide(&facts, now) {
                        Decision::Call => {
                            started += 1;
                            calls.push(now);
                            ends.insert((now + call, contact));
                        }
                        Decision::Defer(until, _) => {
                            due.insert((until, contact));
                        }
                        Decision::Skip(_) => {}
                    }
                }
                view.next_slot = settings
                    .pacing
                    .slot_after_starts(view.next_slot, started, now);
            }
            Err(hold) => {
                let end = ends.first().map(|(end, _)| *end);
                now = [hold.until, end].into_iter().flatten().min().unwrap();
            }
        }
    }
}

/// The most calls by which the forecast is ahead of `starts` or behind them at the end of a day.
fn most_behind(settings: &Settings, found: &Forecast, starts: &[Timestamp]) -> i64 {
    assert_eq!(found.days_per_point, 1);
    let mut by_day: BTreeMap<String, i64> = BTreeMap::new();
    for start in starts {
        let day = settings.time_zone.day(*start).unwrap();
        *by_day.entry(date(day.since_1970)).or_default() -= 1;
    }
    for day in &found.days {
        *by_day.entry(day.date.clone()).or_default() += i64::try_from(day.calls).unwrap();
    }
    let sums = by_day.values().scan(0, |sum, difference| {
        *sum += difference;
        Some(i64::abs(*sum))
    });
    sums.max().unwrap_or(0)
}

fn apart(a: Timestamp, b: Timestamp) -> u64 {
    a.since(b).get().max(b.since(a).get())
}

#[test]
fn one_call_after_the_other_takes_the_calls_and_the_rests_between_them() {
    let found = run(plain(), 1_000, asking(1.0, 25.0), noon());
    let expected = noon() + Millis::from_secs(999 * 30 + 25);
    assert_eq!((found.ends_at, found.calls), (Some(expected), 1_000));
    assert_eq!(found.begins_at, Some(noon()));
}

#[test]
fn a_day_takes_as_many_calls_as_its_hours_have_room_for() {
    // 30 s a call: 960 in eight hours; the first day begins at noon.
    let settings = Settings {
        business_hours: BusinessHours::default(),
        ..plain()
    };
    let found = run(settings, 2_000, asking(1.0, 25.0), noon());
    let days: Vec<(&str, u64)> = found
        .days
        .iter()
        .map(|d| (d.date.as_str(), d.calls))
        .collect();
    assert_eq!(
        days,
        [
            ("2026-03-04", 600),
            ("2026-03-05", 960),
            ("2026-03-06", 440)
        ]
    );
}

#[test]
fn days_without_calls_are_in_the_chart_and_many_days_share_a_point() {
    let settings = Settings {
        business_hours: BusinessHours::default(),
        ..plain()
    };
    let found = run(settings.clone(), 3_000, asking(1.0, 25.0), noon());
    let days: Vec<u64> = found.days.iter().map(|d| d.calls).collect();
    assert_eq!(days, [600, 960, 960, 0, 0, 480]);
    let long = run(settings, 200_000, asking(1.0, 25.0), noon());
    assert!(
        long.days_per_point > 1 && long.days.len() <= 60,
        "{}",
        long.days.len()
    );
    assert_eq!(long.days.iter().map(|d| d.calls).sum::<u64>(), 200_000);
}

#[test]
fn the_night_of_a_change_is_as_long_as_it_is() {
    // Berlin, 00:00 to 06:00: five hours on 29 March, seven on 25 October.
    let night: BusinessHours = serde_json::from_str(
        r#"{"days": ["mon","tue","wed","thu","fri","sat","sun"], "start": "00:00", "end": "06:00"}"#,
    )
    .unwrap();
    for (now, hours) in [("2026-03-28T22:00:00Z", 5), ("2026-10-24T21:00:00Z", 7)] {
        let settings = Settings {
            business_hours: night,
            time_zone: zone("Europe/Berlin"),
            ..plain()
        };
        let found = run(settings, 10_000, asking(1.0, 25.0), at(now));
        assert_eq!(found.days[0].calls, hours * 120, "{now}");
    }
}

#[test]
fn second_tries_come_between_the_first_ones_when_there_is_room() {
    // A quarter of the pace is free while the second calls come due, for the third ones.
    let settings = Settings {
        retry: RetryPolicy {
            max_retries: 2,
            backoff_hours: vec![9.0, 0.5],
            ..RetryPolicy::default()
        },
        pacing: Pacing {
            calls_per_second: Some(0.01),
            ..Pacing::default()
        },
        callee_hours: CalleeHours::default(),
        time_zone: zone("America/Havana"),
        ..plain()
    };
    let found = run(settings, 94, asking(0.25, 10.0), at("2026-03-27T10:00:00Z"));
    // Stepped call by call, the last starts at 00:33:50; the callees' hours end at 01:00.
    let stepped = at("2026-03-28T00:34:00Z");
    assert!(
        apart(found.ends_at.unwrap(), stepped) < 300_000,
        "{found:?}"
    );
}

#[test]
fn what_never_ends_says_why() {
    let closed = Settings {
        business_hours: BusinessHours {
            days: [].into_iter().collect(),
            ..BusinessHours::default()
        },
        ..plain()
    };
    let found = run(closed, 10, Assumptions::default(), noon());
    assert_eq!((found.never, found.ends_at), (Some(Never::NeverOpen), None));
    let slow = Settings {
        pacing: Pacing {
            delay_seconds: 86_400.0,
            ..Pacing::default()
        },
        ..plain()
    };
    let found = run(slow, 1_000_000, Assumptions::default(), noon());
    assert_eq!((found.never, found.ends_at), (Some(Never::TooLong), None));
}

#[test]
fn callees_are_called_when_it_is_day_where_they_are() {
    let settings = Arc::new(Settings {
        callee_hours: CalleeHours::default(),
        ..plain()
    });
    // 12:00 UTC: London is open, Los Angeles opens at 16:00 UTC, without a zone the hours never
    // open.
    let group = |zones: &[&str], contacts| Group {
        zones: zones.iter().map(|name| zone(name)).collect(),
        contacts,
    };
    let groups = [
        group(&["America/Los_Angeles"], 10),
        group(&["Europe/London"], 10),
        group(&[], 3),
    ];
    let found = forecast(&settings, &groups, asking(1.0, 25.0), noon());
    let expected = at("2026-03-04T16:00:00Z") + Millis::from_secs(9 * 30 + 25);
    assert_eq!((found.ends_at, found.calls), (Some(expected), 20));
    assert_eq!(found.skipped.iter().map(|(_, n)| n).sum::<u64>(), 3);
}

#[test]
fn a_million_contacts_over_years_are_a_few_thousand_steps() {
    let settings = Settings {
        business_hours: BusinessHours::default(),
        pacing: Pacing {
            calls_at_once: 2,
            ..Pacing::default()
        },
        ..Settings::default()
    };
    let found = run(settings, 1_000_000, Assumptions::default(), noon());
    assert!(found.ends_at.is_some(), "{:?}", found.never);
    assert!(found.calls > 1_800_000, "{}", found.calls);
}

prop_compose! {
    fn any_settings()(
        hours in prop::sample::select(vec![
            None,
            Some(r#"{"start": "09:00", "end": "17:00"}"#),
            Some(r#"{"days": ["mon","wed","sun"], "start": "01:00", "end": "04:30"}"#),
            Some(r#"{"start": "22:00", "end": "03:00", "overnight": true}"#),
        ]),
        zone_name in prop::sample::select(vec!["UTC", "Europe/Berlin", "America/Havana", "Australia/Lord_Howe"]),
        callee in any::<bool>(),
        delay in prop::sample::select(vec![0.0, 5.0, 60.0]),
        per_second in prop::sample::select(vec![None, Some(0.01), Some(2.0)]),
        lines in prop::sample::select(vec![1_u32, 1, 3, 10]),
        start_hours in prop::option::of(0_u64..80),
        max_retries in 0_u32..4,
        backoff in prop::sample::select(vec![vec![1.0, 4.0, 24.0], vec![0.1], vec![9.0, 0.5]]),
    ) -> Settings {
        let business_hours = match hours {
            None => BusinessHours { enabled: false, ..BusinessHours::default() },
            Some(json) => serde_json::from_str(json).unwrap(),
        };
        // Hours that may never meet skip contacts; that has a test of its own.
        let callee = callee && !matches!(hours, Some(json) if json.contains("04:30") || json.contains("22:00"));
        Settings {
            business_hours,
            callee_hours: CalleeHours { enabled: callee, ..CalleeHours::default() },
            time_zone: zone(zone_name),
            start_at: start_hours.map(|hours| from() + Millis::from_hours(hours)),
            pacing: Pacing { delay_seconds: delay, calls_per_second: per_second, calls_at_once: lines },
            retry: RetryPolicy { max_retries, backoff_hours: backoff, ..RetryPolicy::default() },
            ..Settings::default()
        }
    }
}

/// Two days before the clocks change in Europe and a week after Havana's.
fn from() -> Timestamp {
    at("2026-03-27T10:00:00Z")
}

/// One in ten thousand campaigns; more than five in one run mean that something is wrong.
static ENDS_ELSEWHERE: AtomicU32 = AtomicU32::new(0);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn it_agrees_with_stepping_the_plan_call_by_call(
        settings in any_settings(),
        contacts in 1_u64..120,
        answer_rate in prop::sample::select(vec![0.0, 0.25, 0.5, 0.7, 1.0]),
        call_seconds in prop::sample::select(vec![10.0, 45.0, 300.0]),
    ) {
        let settings = Arc::new(settings);
        let assumed = asking(answer_rate, call_seconds);
        let groups = in_zone(settings.time_zone.name(), contacts);
        let found = forecast(&settings, &groups, assumed, from());
        let (ends_at, starts) = stepped(&settings, contacts, assumed, from());
        prop_assert_eq!(found.calls, starts.len() as u64);
        let behind = most_behind(&settings, &found, &starts);
        prop_assert!(behind <= 5, "{behind} calls are on another day");
        let ended = found.ends_at.unwrap();
        // Several lines start their calls together, the forecast evenly; a call that just misses a
        // closing goes on after the next opening.
        let slack = 900_000 + 2 * (call_seconds as u64) * 1_000;
        let near = apart(ended, ends_at) <= slack;
        let zones = [settings.time_zone.clone()];
        let next_opening = |at: Timestamp| {
            let open = settings.business_hours
                .next_open(&settings.time_zone, at + Millis::new(slack)).unwrap_or(at);
            settings.callee_hours.next_open(&zones, open).unwrap_or(open)
        };
        let over_a_closing = apart(next_opening(ended), next_opening(ends_at)) <= slack
            || apart(ended.max(ends_at), next_opening(ended.min(ends_at))) <= 4 * slack;
        // A single call that comes a minute later can wait a night, and so can its retry.
        let by_a_hair = || ENDS_ELSEWHERE.fetch_add(1, Ordering::Relaxed) < 5;
        prop_assert!(near || over_a_closing || by_a_hair(), "forecast {ended} but stepped {ends_at}");
    }

    /// Without retries: a retry that a night or a cap defers can make fewer contacts end later.
    #[test]
    fn more_contacts_never_end_sooner(
        mut settings in any_settings(),
        contacts in 1_u64..5_000,
        more in 1_u64..500,
    ) {
        settings.retry.max_retries = 0;
        let settings = Arc::new(settings);
        let assumed = asking(0.5, 45.0);
        let end = |contacts| {
            let groups = in_zone(settings.time_zone.name(), contacts);
            forecast(&settings, &groups, assumed, from()).ends_at.unwrap()
        };
        let (fewer, all) = (end(contacts), end(contacts + more));
        prop_assert!(all >= fewer, "{contacts} end {fewer}, {more} more {all}");
    }
}
