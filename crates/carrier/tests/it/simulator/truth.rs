//! The judge reads the log alone, finds what the rules forbid, and nothing else.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use ringonce_carrier::Carrier;
use ringonce_carrier::simulator::log::{CallId, Entry, Event};
use ringonce_carrier::simulator::truth::{Truth, check};
use ringonce_carrier::simulator::{Behaviour, Config};
use ringonce_domain::{
    CampaignId, Caps, Millis, Outcome, RepeatRule, RetryPolicy, Settings, Timestamp,
};

use super::support::{Night, START, all, attempt, number, paused, request};

/// One call to +1 202 555 0150, in minutes after the start.
#[derive(Clone, Copy)]
struct Call {
    attempt: u32,
    campaign: i64,
    ring: u64,
    end: Option<u64>,
    outcome: Outcome,
}

const fn call(attempt: u32, campaign: i64, ring: u64, end: u64, outcome: Outcome) -> Call {
    Call {
        attempt,
        campaign,
        ring,
        end: Some(end),
        outcome,
    }
}

fn line(id: u64, call: Call, event: Event, at: Timestamp) -> String {
    let entry = Entry {
        at,
        event,
        attempt: attempt(call.attempt),
        campaign: CampaignId(call.campaign),
        number: number(50),
        call_id: Some(CallId(id)),
        outcome: (event == Event::End).then_some(call.outcome),
        cause: None,
        ring_for: None,
    };
    serde_json::to_string(&entry).unwrap()
}

fn log(calls: &[Call]) -> String {
    let at = |minutes| START + Millis::from_minutes(minutes);
    let mut lines = Vec::new();
    for (id, call) in (1..).zip(calls) {
        lines.push((at(call.ring), line(id, *call, Event::Placed, at(call.ring))));
        lines.push((at(call.ring), line(id, *call, Event::Ring, at(call.ring))));
        if let Some(end) = call.end {
            lines.push((at(end), line(id, *call, Event::End, at(end))));
        }
    }
    lines.sort_by_key(|(at, _)| *at);
    lines.into_iter().map(|(_, line)| line + "\n").collect()
}

/// Campaigns 1 and 2 exist: one retry after an hour, without caps.
fn judge(log: &[u8]) -> Truth {
    let settings = Settings {
        retry: RetryPolicy {
            max_retries: 1,
            backoff_hours: vec![1.0],
            ..RetryPolicy::default()
        },
        repeat: RepeatRule::NeverAgain,
        caps: Caps::List(Vec::new()),
        ..Settings::default()
    };
    check(log, |campaign| {
        (1..=2).contains(&campaign.0).then_some(&settings)
    })
    .unwrap()
}

#[test]
fn rings_that_the_rules_forbid_are_found_and_others_are_not() {
    use Outcome::{Answered, Busy, NoAnswer};
    let first = call(1, 1, 0, 1, NoAnswer);
    for (calls, broken) in [
        (&[first, call(2, 1, 61, 62, Busy)][..], None),
        (
            &[first, call(1, 1, 61, 62, Busy)],
            Some("one attempt rang twice"),
        ),
        (
            &[first, call(2, 2, 61, 62, Busy)],
            Some("campaign 1 had called"),
        ),
        (&[first, call(2, 1, 60, 62, Busy)], Some("waits 1 h")),
        (
            &[call(1, 1, 0, 1, Answered), call(2, 1, 90, 91, Busy)],
            Some("ended with answered"),
        ),
        (
            &[call(1, 1, 0, 70, NoAnswer), call(2, 1, 61, 62, Busy)],
            Some("still under way"),
        ),
        (
            &[Call { end: None, ..first }, call(2, 1, 61, 62, Busy)],
            Some("still under way"),
        ),
        (
            &[
                first,
                call(2, 1, 61, 62, Busy),
                call(3, 1, 999, 1_000, Busy),
            ],
            Some("no call after 2"),
        ),
        (
            &[call(1, 7, 0, 1, NoAnswer)],
            Some("campaign 7 does not exist"),
        ),
    ] {
        let truth = judge(log(calls).as_bytes());
        let rules: Vec<_> = truth
            .violations
            .iter()
            .map(|found| found.rule.as_str())
            .collect();
        match broken {
            None => assert!(rules.is_empty(), "{rules:?}"),
            Some(words) => {
                assert_eq!(rules.len(), 1, "{words}: {rules:?}");
                assert!(rules[0].contains(words), "{words}: {rules:?}");
            }
        }
        assert_eq!(truth.numbers_rung_twice, u64::from(broken.is_some()));
        assert_eq!((truth.numbers, truth.rings), (1, calls.len() as u64));
    }
}

#[test]
fn only_calls_that_reached_the_callee_are_rings() {
    for (behaviour, rings) in [
        (Behaviour::BadAtOnce, 0),
        (Behaviour::Congested, 0),
        (Behaviour::Busy, 1),
        (Behaviour::NoAnswer, 1),
    ] {
        paused(async {
            let night = Night::new(all(behaviour));
            let simulator = night.open();
            simulator.place(request(1, number(50))).await;
            night.quiet(&simulator).await;
            let truth = judge(&night.log.contents());
            assert_eq!(
                (truth.rings, truth.numbers),
                (rings, rings),
                "{behaviour:?}"
            );
        });
    }
}

#[test]
fn a_careful_night_is_clean_and_counted_and_a_careless_one_is_not() {
    paused(async {
        let night = Night::new(Config {
            seed: 5,
            ..Config::default()
        });
        let simulator = night.open();
        night.place_each_second(&simulator, 80).await;
        let under_way = judge(&night.log.contents());
        night.quiet(&simulator).await;
        let truth = judge(&night.log.contents());
        let lines = |event| {
            night
                .entries()
                .iter()
                .filter(|it| it.event == event)
                .count() as u64
        };
        assert_eq!(truth.violations, []);
        assert_eq!(
            (truth.rings, truth.numbers),
            (lines(Event::Ring), lines(Event::Ring))
        );
        assert_eq!(truth.answered, lines(Event::Answer));
        assert!(under_way.rings <= truth.rings && under_way.answered < truth.answered);

        simulator.place(request(1_000, number(1))).await;
        night.quiet(&simulator).await;
        let truth = judge(&night.log.contents());
        assert_eq!(truth.numbers_rung_twice, 1);
        assert_eq!(truth.violations[0].attempt, attempt(1_000));
    });
}
