//! The judge of "never twice": it names every rule that is broken, and accuses no ring falsely.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use proptest::prelude::*;
use ringonce_domain::caps::{Cap, CapKind, PastCall};
use ringonce_domain::claim::{Decision, Facts, decide};
use ringonce_domain::contact::after_attempt;
use ringonce_domain::hours::CalleeHours;
use ringonce_domain::proof::{Ring, violations};
use ringonce_domain::repeat::LastCalls;
use ringonce_domain::{
    AttemptId, AttemptState, CampaignId, Caps, ContactState, Millis, Number, Outcome, RepeatRule,
    RetryPolicy, Settings, Timestamp,
};
use uuid::Uuid;

fn minute(n: u64) -> Timestamp {
    Timestamp::from_millis(0) + Millis::from_minutes(n)
}

/// A ring from one minute to another; the outcome is unknown to the log while it lasts.
fn ring(attempt: u128, campaign: i64, from: u64, to: Option<u64>, outcome: Outcome) -> Ring {
    Ring {
        corrected_at: None,
        number: Number::from_digits(12_025_550_123).unwrap(),
        at: minute(from),
        ended_at: to.map(minute),
        outcome: to.map(|_| outcome),
        campaign: CampaignId(campaign),
        attempt: AttemptId(Uuid::from_u128(attempt)),
    }
}

fn judge(rings: &[Ring], campaigns: &[Settings]) -> Vec<String> {
    let rules = |id: CampaignId| campaigns.get(usize::try_from(id.0).ok()?);
    violations(rings, rules)
        .into_iter()
        .map(|found| found.rule)
        .collect()
}

/// Campaigns 0 and 1 call no number that another has called; campaign 2 is bound only by its own
/// calls and its caps; campaign 3 waits a day after another's call.
fn campaigns() -> Vec<Settings> {
    let own = Settings {
        repeat: RepeatRule::OnlyThisCampaign,
        retry: RetryPolicy {
            backoff_hours: vec![4.0, 1.0],
            ..RetryPolicy::default()
        },
        ..Settings::default()
    };
    let after_a_day = Settings {
        repeat: RepeatRule::AfterDays(1),
        ..Settings::default()
    };
    vec![Settings::default(), Settings::default(), own, after_a_day]
}

/// One history: a name, its rings, and words of the one rule that it breaks, if it breaks one.
type Case = (&'static str, Vec<Ring>, Option<&'static str>);

fn check(cases: Vec<Case>) {
    for (what, rings, expected) in cases {
        let found = judge(&rings, &campaigns());
        match expected {
            None => assert!(found.is_empty(), "{what}: {found:?}"),
            Some(rule) => assert!(
                matches!(found.as_slice(), [only] if only.contains(rule)),
                "{what}: {found:?} instead of {rule}"
            ),
        }
    }
}

const DAY: u64 = 24 * 60;

#[test]
fn a_campaign_that_breaks_its_retry_policy_is_named() {
    use Outcome as O;
    let busy = ring(1, 0, 0, Some(1), O::Busy);
    let every_other_day = |n: u64| ring(u128::from(n), 0, n * 2 * DAY, Some(n * 2 * DAY), O::Busy);
    check(vec![
        ("one ring", vec![ring(1, 0, 0, Some(1), O::Answered)], None),
        (
            "a retry in time",
            vec![busy.clone(), ring(2, 0, 61, Some(62), O::NoAnswer)],
            None,
        ),
        (
            "a retry too early",
            vec![busy, ring(2, 0, 60, Some(62), O::NoAnswer)],
            Some("the retry policy waits 1 h after busy"),
        ),
        (
            "a call after an answer",
            vec![
                ring(1, 0, 0, Some(1), O::Answered),
                ring(2, 0, 9 * DAY, None, O::Busy),
            ],
            Some("ended with answered"),
        ),
        (
            "a call after an end that nobody knows",
            vec![
                ring(1, 0, 0, Some(1), O::Unknown),
                ring(2, 0, 9 * DAY, None, O::Busy),
            ],
            Some("ended with unknown"),
        ),
        (
            "one retry too many",
            (0..5).map(every_other_day).collect(),
            Some("allows no call after 4"),
        ),
    ]);
}

#[test]
fn whoever_calls_a_number_that_is_not_free_is_named() {
    use Outcome as O;
    let busy = ring(1, 0, 0, Some(1), O::Busy);
    check(vec![
        (
            "an attempt that was sent twice",
            vec![busy.clone(), ring(1, 0, 100, Some(101), O::Busy)],
            Some("one attempt rang twice"),
        ),
        (
            "a call during a call",
            vec![
                ring(1, 2, 0, Some(5), O::Busy),
                ring(2, 0, 4, Some(6), O::Busy),
            ],
            Some("was still under way"),
        ),
        (
            "a call during one that has not ended",
            vec![
                ring(1, 2, 0, None, O::Busy),
                ring(2, 2, 9 * DAY, None, O::Busy),
            ],
            Some("was still under way"),
        ),
        (
            "another campaign's number",
            vec![busy.clone(), ring(2, 1, 99 * DAY, None, O::Busy)],
            Some("campaign 0 had called the number"),
        ),
        (
            "another campaign's number, a day later",
            vec![busy.clone(), ring(2, 3, DAY + 1, None, O::Busy)],
            None,
        ),
        (
            "another campaign's number, not quite a day later",
            vec![busy, ring(2, 3, DAY, None, O::Busy)],
            Some("campaign 0 had called the number"),
        ),
        (
            "a campaign that nobody knows",
            vec![ring(1, 9, 0, None, O::Busy)],
            Some("campaign 9 does not exist"),
        ),
    ]);
}

#[test]
fn a_cap_that_is_passed_is_named() {
    use Outcome as O;
    let thrice = || {
        vec![
            ring(1, 0, 0, Some(1), O::Busy),
            ring(2, 0, 61, Some(62), O::Busy),
            ring(3, 0, 302, Some(303), O::Busy),
        ]
    };
    let and = |mut rings: Vec<Ring>, at| {
        rings.push(ring(4, 2, at, None, O::Busy));
        rings
    };
    let answered = vec![ring(1, 0, 0, Some(1), O::Answered)];
    check(vec![
        (
            "a second answer within a day",
            and(answered.clone(), DAY),
            Some("1 calls (answered) within 24 h, the cap is 1"),
        ),
        ("a call a day after an answer", and(answered, DAY + 1), None),
        (
            "a fourth call within a day",
            and(thrice(), 400),
            Some("3 calls (attempts) within 24 h, the cap is 3"),
        ),
        ("a fourth call after a day", and(thrice(), DAY + 1), None),
    ]);
}

/// Campaign 2 waits 4 h after its first attempt and 1 h after its second. An attempt that the
/// carrier refused is in no log of rings, yet it was the first.
#[test]
fn attempts_that_rang_nobody_are_allowed_for() {
    let rings = [
        ring(2, 2, 300, Some(301), Outcome::Busy),
        ring(3, 2, 361, Some(362), Outcome::Busy),
    ];
    assert_eq!(judge(&rings, &campaigns()), [""; 0]);
}

/// What a random dialler that asks the rules does with a number in an hour or so.
#[derive(Clone, Debug)]
struct Turn {
    campaign: usize,
    wait_minutes: u64,
    lasts_minutes: u64,
    outcome: Outcome,
    rings: bool,
}

prop_compose! {
    fn any_turn()(
        campaign in 0_usize..4,
        wait_minutes in 0_u64..400,
        lasts_minutes in 0_u64..5,
        outcome in prop::sample::select(Outcome::ALL),
        rings in prop::bool::weighted(0.8),
    ) -> Turn {
        Turn { campaign, wait_minutes, lasts_minutes, outcome, rings }
    }
}

fn any_campaigns() -> impl Strategy<Value = Vec<Settings>> {
    let repeat = prop_oneof![
        Just(RepeatRule::NeverAgain),
        Just(RepeatRule::AfterDays(1)),
        Just(RepeatRule::OnlyThisCampaign),
    ];
    let caps = (1_u32..4, 1_u32..30, any::<bool>()).prop_map(|(max, hours, answered)| {
        let count = if answered {
            CapKind::Answered
        } else {
            CapKind::Attempts
        };
        Caps::List(vec![Cap { count, max, hours }])
    });
    let backoffs = prop::collection::vec(0_u32..6, 1..4);
    let one =
        (repeat, caps, 0_u32..4, backoffs).prop_map(|(repeat, caps, max_retries, backoffs)| {
            let backoff_hours = backoffs.into_iter().map(f64::from).collect();
            Settings {
                repeat,
                caps,
                retry: RetryPolicy {
                    max_retries,
                    backoff_hours,
                    ..RetryPolicy::default()
                },
                callee_hours: CalleeHours {
                    enabled: false,
                    ..CalleeHours::default()
                },
                ..Settings::default()
            }
        });
    prop::collection::vec(one, 4)
}

/// The rings of a dialler that does nothing but ask `decide` before each call and `after_attempt`
/// after it.
fn obedient(turns: &[Turn], campaigns: &[Settings]) -> Vec<Ring> {
    let mut now = minute(0);
    let mut rings: Vec<Ring> = Vec::new();
    let mut contacts = vec![(ContactState::Pending, Some(minute(0)), 0_u32); campaigns.len()];
    for (attempt, turn) in (1..).zip(turns) {
        now = now + Millis::from_minutes(turn.wait_minutes);
        let (settings, contact) = (&campaigns[turn.campaign], &mut contacts[turn.campaign]);
        let campaign = CampaignId(i64::try_from(turn.campaign).unwrap());
        let ended = |ring: &Ring| ring.ended_at.unwrap();
        let last_calls = rings.iter().fold(LastCalls::default(), |last, ring| {
            last.after_call(ring.campaign, ended(ring))
        });
        let recent: Vec<_> = rings
            .iter()
            .rev()
            .map(|ring| PastCall::new(ended(ring), AttemptState::Ended, ring.outcome))
            .collect();
        let facts = Facts {
            campaign,
            settings,
            zones: &[],
            blocked: false,
            live: false,
            last_calls,
            recent: &recent,
        };
        if contact.1.is_none_or(|due| due > now) || decide(&facts, now) != Decision::Call {
            continue;
        }
        let from = now;
        now = now + Millis::from_minutes(turn.lasts_minutes);
        contact.2 += 1;
        let after = after_attempt(turn.outcome, contact.2, &settings.retry, now);
        (contact.0, contact.1) = (after.state, after.due_at);
        if turn.rings {
            rings.push(Ring {
                at: from,
                ended_at: Some(now),
                ..ring(attempt, campaign.0, 0, Some(0), turn.outcome)
            });
        }
    }
    rings
}

proptest! {
    #[test]
    fn a_dialler_that_asks_the_rules_is_never_accused(
        turns in prop::collection::vec(any_turn(), 0..40),
        campaigns in any_campaigns(),
    ) {
        prop_assert_eq!(judge(&obedient(&turns, &campaigns), &campaigns), [""; 0]);
    }

    #[test]
    fn whoever_breaks_a_rule_once_is_found_out(
        turns in prop::collection::vec(any_turn(), 1..40),
        campaigns in any_campaigns(),
        which in any::<prop::sample::Index>(),
        how in 0_usize..4,
    ) {
        let mut rings = obedient(&turns, &campaigns);
        prop_assume!(!rings.is_empty());
        let at = which.index(rings.len());
        let original = rings[at].clone();
        // At the instant at which a call is over, the next may begin if the campaign's rules allow
        // it.
        prop_assume!(how != 1 || original.ended_at > Some(original.at));
        let fresh = AttemptId(Uuid::from_u128(99_999));
        let stranger = CampaignId(99);
        let extra = match how {
            0 => original,
            1 => Ring { attempt: fresh, ended_at: None, outcome: None, ..original },
            2 => Ring { attempt: fresh, campaign: stranger, at: original.ended_at.unwrap(), ..original },
            // A call with an unknown end allows no other call, however late.
            _ => {
                rings[at].outcome = Some(Outcome::Unknown);
                let late = minute(9_000_000);
                rings.push(Ring { attempt: fresh, at: late, ended_at: Some(late), ..original });
                prop_assert!(!judge(&rings, &campaigns).is_empty());
                return Ok(());
            }
        };
        rings.insert(at + 1, extra);
        prop_assert!(!judge(&rings, &campaigns).is_empty(), "{how}: {rings:?}");
    }
}
