//! Whether a contact may be called: a skip stays a skip, and a deferred contact is called in the
//! end.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use proptest::prelude::*;
use ringonce_domain::caps::{Cap, CapKind, PastCall};
use ringonce_domain::claim::{Decision, Facts, decide};
use ringonce_domain::contact::Reason;
use ringonce_domain::hours::{BusinessHours, CalleeHours, Zone};
use ringonce_domain::repeat::LastCalls;
use ringonce_domain::{
    AttemptState, CampaignId, Caps, Millis, Outcome, RepeatRule, Settings, Timestamp,
};

/// A number's situation, owned, so that it can be changed and judged again.
#[derive(Clone, Debug)]
struct Situation {
    settings: Settings,
    zones: Vec<Zone>,
    blocked: bool,
    live: bool,
    /// Hours before `now` at which calls ended, by which campaign, answered or not; latest first.
    calls: Vec<(u64, i64, bool)>,
}

const ME: CampaignId = CampaignId(1);

fn noon() -> Timestamp {
    // 2026-03-04 (a Wednesday) 12:00 UTC.
    Timestamp::from_millis(1_772_625_600_000)
}

impl Situation {
    fn judge(&self, now: Timestamp) -> Decision {
        let ended = |hours_ago| noon() - Millis::from_hours(hours_ago);
        let last_calls = self
            .calls
            .iter()
            .rev()
            .fold(LastCalls::default(), |last, (ago, by, _)| {
                last.after_call(CampaignId(*by), ended(*ago))
            });
        let horizon = now - self.settings.caps.horizon();
        let recent: Vec<_> = self
            .calls
            .iter()
            .map(|(ago, _, answered)| PastCall {
                ended_at: ended(*ago),
                answered: *answered,
            })
            .filter(|call| call.ended_at > horizon)
            .collect();
        let facts = Facts {
            campaign: ME,
            settings: &self.settings,
            zones: &self.zones,
            blocked: self.blocked,
            live: self.live,
            last_calls,
            recent: &recent,
        };
        decide(&facts, now)
    }
}

fn zone(name: &str) -> Zone {
    name.parse().unwrap()
}

fn any_caps() -> impl Strategy<Value = Caps> {
    let cap = (any::<bool>(), 1_u32..4, 1_u32..72).prop_map(|(answered, max, hours)| Cap {
        count: if answered {
            CapKind::Answered
        } else {
            CapKind::Attempts
        },
        max,
        hours,
    });
    prop_oneof![
        Just(Caps::default()),
        prop::collection::vec(cap, 1..4).prop_map(Caps::List)
    ]
}

fn any_repeat() -> impl Strategy<Value = RepeatRule> {
    prop_oneof![
        Just(RepeatRule::NeverAgain),
        (1_u32..5).prop_map(RepeatRule::AfterDays),
        Just(RepeatRule::OnlyThisCampaign),
    ]
}

prop_compose! {
    fn any_situation()(
        caps in any_caps(),
        repeat in any_repeat(),
        callee_hours in any::<bool>(),
        zones in prop::collection::vec(
            prop::sample::select(vec!["Europe/London", "America/New_York", "Asia/Tokyo", "Pacific/Auckland"]),
            0..3,
        ),
        blocked in prop::bool::weighted(0.1),
        live in prop::bool::weighted(0.2),
        calls in prop::collection::btree_map(0_u64..120, (1_i64..4, any::<bool>()), 0..5),
    ) -> Situation {
        Situation {
            settings: Settings {
                caps,
                repeat,
                callee_hours: CalleeHours { enabled: callee_hours, ..CalleeHours::default() },
                ..Settings::default()
            },
            zones: zones.into_iter().map(zone).collect(),
            blocked,
            live,
            calls: calls.into_iter().map(|(ago, (by, answered))| (ago, by, answered)).collect(),
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Burden {
    Block,
    LiveCall,
    RecentCall { by: i64, answered: bool },
    Cap { max: u32, hours: u32 },
    NoRepeat,
}

fn any_burden() -> impl Strategy<Value = Burden> {
    prop_oneof![
        Just(Burden::Block),
        Just(Burden::LiveCall),
        (1_i64..4, any::<bool>()).prop_map(|(by, answered)| Burden::RecentCall { by, answered }),
        (1_u32..3, 1_u32..200).prop_map(|(max, hours)| Burden::Cap { max, hours }),
        Just(Burden::NoRepeat),
    ]
}

fn burdened(mut situation: Situation, burden: Burden) -> Situation {
    match burden {
        Burden::Block => situation.blocked = true,
        Burden::LiveCall => situation.live = true,
        Burden::RecentCall { by, answered } => situation.calls.insert(0, (0, by, answered)),
        Burden::Cap { max, hours } => {
            let mut caps = situation.settings.caps.as_slice().to_vec();
            caps.push(Cap {
                count: CapKind::Attempts,
                max,
                hours,
            });
            situation.settings.caps = Caps::List(caps);
        }
        Burden::NoRepeat => situation.settings.repeat = RepeatRule::NeverAgain,
    }
    situation
}

proptest! {
    #[test]
    fn a_further_rule_or_call_never_allows_what_was_forbidden(
        situation in any_situation(),
        burden in any_burden(),
    ) {
        let before = situation.judge(noon());
        let after = burdened(situation, burden).judge(noon());
        match before {
            Decision::Call => {}
            Decision::Skip(_) => prop_assert!(matches!(after, Decision::Skip(_)), "{after:?}"),
            Decision::Defer(until, _) => match after {
                Decision::Call => prop_assert!(false, "{burden:?} turned {before:?} into a call"),
                Decision::Skip(_) => {}
                Decision::Defer(later, _) => prop_assert!(later >= until, "{before:?}, {after:?}"),
            },
        }
    }

    #[test]
    fn a_deferral_ends_and_its_reason_has_then_passed(situation in any_situation()) {
        let mut situation = situation;
        let mut now = noon();
        // Each round waits as long as it is told; the live call ends in between and is no other
        // campaign's.
        for _ in 0..8 {
            let Decision::Defer(until, reason) = situation.judge(now) else { return Ok(()) };
            prop_assert!(until > now, "{reason:?} defers to the past");
            now = until;
            situation.live = false;
            if let Decision::Defer(_, again) = situation.judge(now) {
                prop_assert_ne!(again, reason, "no progress at {}", now);
            }
        }
        prop_assert!(false, "still deferred after eight waits");
    }

    #[test]
    fn nobody_is_called_while_blocked_busy_or_called_by_another_campaign_for_ever(
        situation in any_situation(),
    ) {
        let decision = situation.judge(noon());
        if decision == Decision::Call {
            prop_assert!(!situation.blocked && !situation.live);
            let by_others = situation.calls.iter().any(|(_, by, _)| CampaignId(*by) != ME);
            prop_assert!(!(by_others && situation.settings.repeat == RepeatRule::NeverAgain));
        }
    }
}

fn plain() -> Situation {
    Situation {
        settings: Settings {
            callee_hours: CalleeHours {
                enabled: false,
                ..CalleeHours::default()
            },
            ..Settings::default()
        },
        zones: Vec::new(),
        blocked: false,
        live: false,
        calls: Vec::new(),
    }
}

#[test]
fn each_rule_is_named_when_it_forbids() {
    let hours = || Settings {
        callee_hours: CalleeHours::default(),
        ..plain().settings
    };
    let at = |h| noon() + Millis::from_hours(h);
    let cases = [
        ("nothing forbids", plain(), Decision::Call),
        (
            "a block",
            Situation {
                blocked: true,
                live: true,
                ..plain()
            },
            Decision::Skip(Reason::BLOCKED),
        ),
        (
            "another campaign's call",
            Situation {
                calls: vec![(90, 2, false)],
                ..plain()
            },
            Decision::Skip(Reason::ALREADY_CALLED),
        ),
        (
            "an own call",
            Situation {
                calls: vec![(90, 1, false)],
                ..plain()
            },
            Decision::Call,
        ),
        (
            "a call under way",
            Situation {
                live: true,
                ..plain()
            },
            Decision::Defer(
                noon() + ringonce_domain::claim::NUMBER_BUSY_WAIT,
                Reason::NUMBER_BUSY,
            ),
        ),
        (
            "a cap",
            Situation {
                live: true,
                calls: vec![(20, 1, true)],
                ..plain()
            },
            Decision::Defer(at(4), Reason::CAPPED),
        ),
        (
            "an unknown zone",
            Situation {
                settings: hours(),
                ..plain()
            },
            Decision::Skip(Reason::NO_ZONE),
        ),
        (
            "the callee's night",
            Situation {
                settings: hours(),
                zones: vec![zone("America/New_York")],
                ..plain()
            },
            Decision::Defer(at(1), Reason::CALLEE_HOURS),
        ),
        (
            "zones that are never open at once",
            Situation {
                settings: hours(),
                zones: vec![
                    zone("Europe/London"),
                    zone("Pacific/Auckland"),
                    zone("Asia/Tokyo"),
                ],
                ..plain()
            },
            Decision::Skip(Reason::NEVER_OPEN),
        ),
    ];
    for (what, situation, expected) in cases {
        assert_eq!(situation.judge(noon()), expected, "{what}");
    }
}

/// Office hours in London while the callee sleeps: a contact that waited for its own morning
/// would find the campaign closed each time, and the campaign would never complete.
#[test]
fn a_contact_waits_for_an_hour_in_which_campaign_and_callee_are_both_open() {
    let business = |start: &str, end: &str| BusinessHours {
        start: start.parse().unwrap(),
        end: end.parse().unwrap(),
        ..BusinessHours::default()
    };
    let with = |business_hours, zones: &[&str]| Situation {
        settings: Settings {
            business_hours,
            time_zone: zone("Europe/London"),
            ..Settings::default()
        },
        zones: zones.iter().map(|name| zone(name)).collect(),
        ..plain()
    };
    let meets_in_the_morning = with(business("09:00", "17:00"), &["Asia/Tokyo"]);
    let tomorrow_at_nine = noon() + Millis::from_hours(21);
    assert_eq!(
        meets_in_the_morning.judge(noon()),
        Decision::Defer(tomorrow_at_nine, Reason::CALLEE_HOURS),
        "21:00 in Tokyo: its morning is London's night"
    );
    let never_meets = with(business("12:00", "17:00"), &["Asia/Tokyo"]);
    assert_eq!(
        never_meets.judge(noon()),
        Decision::Skip(Reason::HOURS_NEVER_MEET)
    );
}

#[test]
fn a_call_whose_end_nobody_knows_counts_as_answered() {
    let ended_at = noon() - Millis::from_hours(2);
    let caps = Caps::List(vec![Cap {
        count: CapKind::Answered,
        max: 1,
        hours: 24,
    }]);
    let counted = |outcome| {
        caps.frees_at(
            &[PastCall::new(ended_at, AttemptState::Ended, Some(outcome))],
            noon(),
        )
        .is_some()
    };
    assert!(counted(Outcome::Answered) && counted(Outcome::Unknown));
    assert!(!counted(Outcome::NoAnswer));
}
