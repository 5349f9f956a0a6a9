//! The guarantees of an attempt, whatever the order in which its evidence comes.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use proptest::prelude::*;
use ringonce_domain::{
    Attempt, AttemptId, AttemptState, CampaignId, ContactId, Evidence, FailureClass, InstanceId,
    Millis, Number, Outcome, Step, Timestamp, Trust,
};
use uuid::Uuid;

const TRUST: Trust = Trust {
    settling: Millis::from_secs(30),
    look_gap: Millis::from_secs(60),
};

fn secs(n: u64) -> Timestamp {
    Timestamp::from_millis(1_000_000) + Millis::from_secs(n)
}

fn owner() -> InstanceId {
    InstanceId(Uuid::from_u128(1))
}

fn claimed() -> Attempt {
    Attempt::claimed(
        AttemptId(Uuid::from_u128(7)),
        CampaignId(1),
        ContactId(1),
        Number::from_digits(12_025_550_123).unwrap(),
        1,
        owner(),
        secs(0),
    )
}

fn dial() -> Evidence {
    Evidence::Dial {
        by: owner(),
        dial_before: secs(10),
        caller_id: None,
    }
}

fn accepted() -> Evidence {
    Evidence::Accepted {
        call_id: "call-1".into(),
    }
}

fn refused() -> Evidence {
    Evidence::Refused {
        class: FailureClass::Congestion,
        reason: "503".into(),
    }
}

fn unclear() -> Evidence {
    Evidence::Unclear {
        reason: "timeout".into(),
    }
}

fn ended(outcome: Outcome) -> Evidence {
    Evidence::Ended {
        outcome,
        cause: "hangup".into(),
    }
}

/// The attempt after `evidence` learned at `now`; evidence that is refused changes nothing.
fn after(attempt: &Attempt, evidence: &Evidence, now: Timestamp) -> Attempt {
    match attempt.apply(evidence, TRUST, now) {
        Ok(
            Step::Moved(next) | Step::Noted(next) | Step::Superseded(next) | Step::Corrected(next),
        ) => next,
        Ok(Step::Reopened(next)) => after(&next, evidence, now),
        Ok(Step::Unchanged) | Err(_) => attempt.clone(),
    }
}

/// The attempt after all of `evidence`, each learned a second after the one before.
fn after_all(start: Attempt, evidence: &[Evidence]) -> Attempt {
    (20..)
        .zip(evidence)
        .fold(start, |attempt, (at, seen)| after(&attempt, seen, secs(at)))
}

fn dialing() -> Attempt {
    after(&claimed(), &dial(), secs(1))
}

fn any_evidence() -> impl Strategy<Value = Evidence> {
    prop_oneof![
        Just(dial()),
        Just(Evidence::OwnerGone),
        Just(Evidence::NotSent),
        Just(accepted()),
        Just(refused()),
        Just(unclear()),
        Just(Evidence::Ringing),
        Just(Evidence::Answered),
        prop::sample::select(Outcome::ALL).prop_map(ended),
        (0_u64..400).prop_map(|at| Evidence::NotSeen { asked_at: secs(at) }),
    ]
}

/// Every true event of one call, and what our own processes may record meanwhile: nothing that
/// claims that there was no call.
fn true_words(answered: bool) -> (Vec<Evidence>, Outcome) {
    let outcome = if answered {
        Outcome::Answered
    } else {
        Outcome::NoAnswer
    };
    let mut words = vec![
        accepted(),
        Evidence::Ringing,
        ended(outcome),
        unclear(),
        Evidence::OwnerGone,
    ];
    if answered {
        words.push(Evidence::Answered);
    }
    (words, outcome)
}

proptest! {
    #[test]
    fn what_has_ended_moves_only_on_better_evidence(
        before in prop::collection::vec(any_evidence(), 0..12),
        next in any_evidence(),
    ) {
        let attempt = after_all(claimed(), &before);
        prop_assume!(!attempt.state.is_live());
        match attempt.apply(&next, TRUST, secs(500)) {
            Ok(Step::Moved(moved)) => prop_assert!(false, "{} on {next:?} became {}", attempt.state, moved.state),
            Ok(Step::Noted(noted)) => {
                prop_assert_eq!(Attempt { call_id: None, ..noted }, Attempt { call_id: None, ..attempt });
            }
            Ok(Step::Superseded(given_up)) => {
                prop_assert!(given_up.was_superseded() && !attempt.was_superseded());
                prop_assert!(given_up.may_have_rung && !attempt.may_have_rung);
                prop_assert_eq!((given_up.state, given_up.outcome), (attempt.state, attempt.outcome));
            }
            Ok(Step::Corrected(_)) => prop_assert!(false, "only where another call is known"),
            Ok(Step::Reopened(_)) => {
                prop_assert_eq!(attempt.state, AttemptState::Ended);
                let corrected = after(&attempt, &next, secs(500));
                if let Some(outcome) = corrected.outcome {
                    prop_assert!(outcome.weight() > attempt.outcome.unwrap().weight());
                }
            }
            Ok(Step::Unchanged) => {}
            Err(stale) => prop_assert_eq!(stale.evidence, "dial"),
        }
    }

    #[test]
    fn a_carriers_true_words_end_alike_in_any_order_and_repeated(
        answered in any::<bool>(),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        shuffled in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let (words, outcome) = true_words(answered);
        // Any events, any number of times, and then each at least once in some order.
        let mut told: Vec<_> = order.iter().map(|i| i.get(&words).clone()).collect();
        told.extend(shuffled.iter().filter_map(|i| words.get(*i)).cloned());
        let end = after_all(dialing(), &told);
        prop_assert_eq!(end.state, AttemptState::Ended);
        prop_assert_eq!(end.outcome, Some(outcome));
        prop_assert_eq!(end.call_id.as_deref(), Some("call-1"), "whenever the carrier named it");
        prop_assert!(end.may_have_rung);
    }

    #[test]
    fn ends_that_the_carrier_tells_differently_are_one_in_any_order(
        told in prop::collection::vec(prop::sample::select(Outcome::ALL), 1..6),
    ) {
        let words: Vec<_> = told.iter().copied().map(ended).collect();
        let backwards: Vec<_> = words.iter().rev().cloned().collect();
        let weight = |words| after_all(dialing(), words).outcome.map(Outcome::weight);
        prop_assert_eq!(weight(&words), weight(&backwards));
        prop_assert_eq!(weight(&words), told.iter().copied().map(Outcome::weight).max());
    }

    #[test]
    fn a_call_that_the_carrier_has_may_have_rung_in_every_moment(
        answered in any::<bool>(),
        told in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let (words, _) = true_words(answered);
        let mut attempt = dialing();
        prop_assert!(attempt.may_have_rung, "from `dialing` on");
        for (at, word) in (20..).zip(&told) {
            attempt = after(&attempt, word.get(&words), secs(at));
            prop_assert!(attempt.may_have_rung, "{} after {:?}", attempt.state, word.get(&words));
        }
    }

    #[test]
    fn never_placed_takes_two_looks_apart_after_the_settling_time(
        looks in prop::collection::vec(0_u64..200, 0..6),
    ) {
        let mut looks = looks;
        looks.sort_unstable();
        let asked = after(&dialing(), &unclear(), secs(2));
        let end = looks.iter().fold(asked, |a, at| after(&a, &Evidence::NotSeen { asked_at: secs(*at) }, secs(*at)));
        let counted = || looks.iter().copied().filter(|at| *at >= 40);
        let proved = counted().any(|first| counted().any(|second| second >= first + 60));
        prop_assert_eq!(end.state == AttemptState::NeverPlaced, proved, "{:?}", looks);
        prop_assert_eq!(end.may_have_rung, !proved);
    }

    #[test]
    fn a_number_returns_only_on_evidence(told in prop::collection::vec(any_evidence(), 0..12)) {
        let mut attempt = dialing();
        for (at, word) in (20..).zip(&told) {
            let next = after(&attempt, word, secs(at));
            if attempt.state.is_live() && !next.state.is_live() {
                let ends = matches!(
                    word,
                    Evidence::NotSent | Evidence::Refused { .. } | Evidence::Ended { .. } | Evidence::NotSeen { .. }
                );
                prop_assert!(ends, "{word:?} freed an attempt that was {}", attempt.state);
            }
            attempt = next;
        }
    }
}

#[test]
fn only_the_owner_of_a_claim_may_dial_and_only_once() {
    let other = Evidence::Dial {
        by: InstanceId(Uuid::from_u128(2)),
        dial_before: secs(10),
        caller_id: None,
    };
    for (attempt, evidence) in [
        (claimed(), other),
        (dialing(), dial()),
        (after(&claimed(), &Evidence::OwnerGone, secs(1)), dial()),
        (after(&dialing(), &Evidence::OwnerGone, secs(1)), dial()),
        (after(&claimed(), &ended(Outcome::Busy), secs(1)), dial()),
    ] {
        let refusal = attempt.apply(&evidence, TRUST, secs(5)).expect_err("stale");
        assert_eq!((refusal.state, refusal.evidence), (attempt.state, "dial"));
    }
}

#[test]
fn a_call_that_the_carrier_forgot_has_ended_and_nobody_knows_how() {
    let ringing = after(&dialing(), &accepted(), secs(2));
    let looked = after(
        &ringing,
        &Evidence::NotSeen { asked_at: secs(50) },
        secs(50),
    );
    assert_eq!(
        looked.state,
        AttemptState::Ringing,
        "one look proves nothing"
    );
    let end = after(
        &looked,
        &Evidence::NotSeen {
            asked_at: secs(110),
        },
        secs(110),
    );
    assert_eq!(
        (end.state, end.outcome),
        (AttemptState::Ended, Some(Outcome::Unknown))
    );
    let answered = after(&looked, &Evidence::Answered, secs(60));
    let answered = [110, 170].iter().fold(answered, |a, at| {
        after(
            &a,
            &Evidence::NotSeen {
                asked_at: secs(*at),
            },
            secs(*at),
        )
    });
    assert_eq!(
        answered.outcome,
        Some(Outcome::Answered),
        "what was answered stays answered"
    );
}

#[test]
fn any_word_of_the_carrier_takes_back_an_empty_look() {
    let ringing = after(&dialing(), &Evidence::Ringing, secs(2));
    let looked = after(
        &ringing,
        &Evidence::NotSeen { asked_at: secs(50) },
        secs(50),
    );
    for word in [accepted(), Evidence::Ringing, Evidence::Answered] {
        let heard = after(&looked, &word, secs(60));
        assert_eq!(heard.empty_look_at, None, "{word:?}");
        assert!(
            after(
                &heard,
                &Evidence::NotSeen {
                    asked_at: secs(120)
                },
                secs(120)
            )
            .state
            .is_live(),
            "{word:?}"
        );
    }
}

#[test]
fn a_call_that_was_given_up_and_shows_up_can_be_hung_up_by_its_name() {
    let claimed_gone = after(&claimed(), &Evidence::OwnerGone, secs(1));
    for given_up in [claimed_gone, after(&dialing(), &refused(), secs(2))] {
        assert!(!given_up.was_superseded());
        match given_up.apply(&accepted(), TRUST, secs(30)).unwrap() {
            Step::Superseded(attempt) => {
                assert_eq!(attempt.call_id.as_deref(), Some("call-1"));
                assert!(attempt.may_have_rung && attempt.dialed_at.is_some());
                assert!(attempt.was_superseded());
                assert_eq!(
                    attempt.ended_at,
                    Some(secs(30)),
                    "it may have rung until then"
                );
                assert_eq!(
                    attempt.apply(&accepted(), TRUST, secs(31)).unwrap(),
                    Step::Unchanged
                );
            }
            other => panic!("{other:?}"),
        }
    }
}
