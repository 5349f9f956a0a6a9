//! What follows from an attempt's step: for its contact, its number, its campaign and the stop.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use proptest::prelude::*;
use ringonce_domain::settle::{Settlement, Signal, settle};
use ringonce_domain::{
    Attempt, AttemptId, AttemptState, CampaignId, ContactId, ContactState, Evidence, FailureClass,
    InstanceId, Millis, Number, Outcome, RetryPolicy, Step, Timestamp, Trust,
};
use uuid::Uuid;

fn secs(n: u64) -> Timestamp {
    Timestamp::from_millis(0) + Millis::from_secs(n)
}

fn claimed(made: u32) -> Attempt {
    Attempt::claimed(
        AttemptId(Uuid::nil()),
        CampaignId(1),
        ContactId(1),
        Number::from_digits(12_025_550_123).unwrap(),
        made,
        InstanceId(Uuid::nil()),
        secs(0),
    )
}

fn dial() -> Evidence {
    Evidence::Dial {
        by: InstanceId(Uuid::nil()),
        dial_before: secs(10),
    }
}

fn ended(outcome: Outcome) -> Evidence {
    Evidence::Ended {
        outcome,
        cause: "hangup".into(),
    }
}

fn refused(class: FailureClass) -> Evidence {
    Evidence::Refused {
        class,
        reason: "no".into(),
    }
}

fn any_evidence() -> impl Strategy<Value = Evidence> {
    prop_oneof![
        Just(dial()),
        Just(Evidence::OwnerGone),
        Just(Evidence::NotSent),
        Just(Evidence::Accepted {
            call_id: "call".into()
        }),
        prop::sample::select(FailureClass::ALL).prop_map(refused),
        Just(Evidence::Unclear {
            reason: "timeout".into()
        }),
        Just(Evidence::Ringing),
        Just(Evidence::Answered),
        prop::sample::select(Outcome::ALL).prop_map(ended),
        (0_u64..300).prop_map(|at| Evidence::NotSeen { asked_at: secs(at) }),
    ]
}

fn after(settlement: &Settlement, before: &Attempt) -> Attempt {
    match &settlement.step {
        Step::Moved(next) | Step::Noted(next) | Step::Superseded(next) => next.clone(),
        Step::Unchanged => before.clone(),
    }
}

proptest! {
    #[test]
    fn everything_that_follows_agrees_with_the_step(
        made in 1_u32..6,
        words in prop::collection::vec(any_evidence(), 1..12),
    ) {
        let retry = RetryPolicy::default();
        let mut attempt = claimed(made);
        for (at, evidence) in (300..).zip(&words) {
            let now = secs(at);
            let Ok(settlement) = settle(&attempt, evidence, &retry, Trust::default(), now) else {
                continue;
            };
            let next = after(&settlement, &attempt);
            let superseded = matches!(settlement.step, Step::Superseded(_));
            let leaves = attempt.state.is_live() && !next.state.is_live();

            prop_assert_eq!(settlement.frees, leaves, "a number is freed when its attempt ends");
            prop_assert_eq!(settlement.called, leaves && next.may_have_rung || superseded);
            prop_assert_eq!(
                settlement.blocks.is_some(),
                leaves && next.outcome == Some(Outcome::BadNumber)
            );
            let on_us = matches!(evidence, Evidence::Refused { class: FailureClass::Configuration, .. });
            prop_assert_eq!(settlement.pauses.is_some(), leaves && on_us);
            prop_assert_eq!(
                settlement.contact.is_some(),
                leaves || next.state == AttemptState::Answered && attempt.state != next.state
            );
            prop_assert_eq!(settlement.retires.is_some(), superseded);
            if let Some(change) = settlement.contact {
                prop_assert_eq!(change.after.due_at.is_some(), change.after.state == ContactState::Pending);
                prop_assert!(change.after.due_at.is_none_or(|due| due >= now), "due in the past");
                prop_assert_eq!(change.after.state.is_live(), next.state.is_live());
                prop_assert!(!(change.uncounted && next.may_have_rung), "a ring is not counted");
                if change.after.state == ContactState::Pending && next.may_have_rung {
                    prop_assert!(made <= retry.max_retries, "tried again too often");
                }
            }
            attempt = next;
        }
    }
}

/// The contact's state when `learned` comes after `before`, and the other effects.
fn effect(before: &[Evidence], learned: &Evidence) -> (ContactState, Vec<&'static str>) {
    let retry = RetryPolicy::default();
    let judge = |attempt: &Attempt, evidence: &Evidence| {
        settle(attempt, evidence, &retry, Trust::default(), secs(5)).unwrap()
    };
    let attempt = before.iter().fold(claimed(1), |attempt, evidence| {
        after(&judge(&attempt, evidence), &attempt)
    });
    let settlement = judge(&attempt, learned);
    let change = settlement.contact.unwrap();
    let effects = [
        (!change.uncounted, "counted"),
        (settlement.called, "called"),
        (settlement.blocks.is_some(), "blocked"),
        (settlement.pauses.is_some(), "paused"),
    ];
    let so = effects
        .into_iter()
        .filter_map(|(is_so, word)| is_so.then_some(word));
    (change.after.state, so.collect())
}

#[test]
fn a_call_that_was_made_counts_whatever_came_of_it() {
    use ContactState as C;
    let in_call = [
        dial(),
        Evidence::Accepted {
            call_id: "call".into(),
        },
    ];
    for (outcome, contact, effects) in [
        (Outcome::Answered, C::Completed, vec!["counted", "called"]),
        (Outcome::NoAnswer, C::Pending, vec!["counted", "called"]),
        (Outcome::Unknown, C::Failed, vec!["counted", "called"]),
        (
            Outcome::BadNumber,
            C::BadNumber,
            vec!["counted", "called", "blocked"],
        ),
    ] {
        assert_eq!(
            effect(&in_call, &ended(outcome)),
            (contact, effects),
            "{outcome}"
        );
    }
}

#[test]
fn a_call_that_was_refused_rang_nobody_and_counts_as_an_attempt_unless_the_fault_is_ours() {
    use ContactState as C;
    for (class, contact, effects) in [
        (
            FailureClass::BadNumber,
            C::BadNumber,
            vec!["counted", "blocked"],
        ),
        (FailureClass::Congestion, C::Pending, vec!["counted"]),
        (FailureClass::Configuration, C::Pending, vec!["paused"]),
        (FailureClass::Country, C::Failed, vec!["counted"]),
        (FailureClass::Ambiguous, C::Failed, vec!["counted"]),
    ] {
        assert_eq!(
            effect(&[dial()], &refused(class)),
            (contact, effects),
            "{class}"
        );
    }
}

#[test]
fn a_call_that_was_never_asked_for_leaves_no_trace_on_its_contact() {
    let untouched = (ContactState::Pending, Vec::new());
    assert_eq!(effect(&[dial()], &Evidence::NotSent), untouched);
    assert_eq!(effect(&[], &Evidence::OwnerGone), untouched);
}

#[test]
fn a_contact_whose_given_up_call_shows_up_is_not_tried_again() {
    let retry = RetryPolicy::default();
    let judge = |attempt: &Attempt, evidence: &Evidence| {
        settle(attempt, evidence, &retry, Trust::default(), secs(5)).unwrap()
    };
    let dialing = after(&judge(&claimed(1), &dial()), &claimed(1));
    let given_up = judge(&dialing, &refused(FailureClass::Congestion));
    let waits = given_up.contact.unwrap().after;
    assert_eq!(
        waits.state,
        ContactState::Pending,
        "a refused call is tried again"
    );

    let shows_up = judge(&after(&given_up, &dialing), &Evidence::Ringing);
    let retired = shows_up.retires.unwrap();
    assert!(retired.state.is_final() && retired.due_at.is_none());
    assert!(shows_up.called && shows_up.contact.is_none() && !shows_up.frees);
    assert!(matches!(shows_up.signal, Some(Signal::Duplicate(_))));
}

#[test]
fn the_stop_counts_what_could_not_be_placed_or_heard_of_and_nothing_else() {
    let dialing = {
        let settlement = settle(
            &claimed(1),
            &dial(),
            &RetryPolicy::default(),
            Trust::default(),
            secs(1),
        )
        .unwrap();
        after(&settlement, &claimed(1))
    };
    let signal = |evidence: &Evidence| {
        let now = secs(5);
        settle(
            &dialing,
            evidence,
            &RetryPolicy::default(),
            Trust::default(),
            now,
        )
        .unwrap()
        .signal
    };
    for &class in FailureClass::ALL {
        let is_failure = matches!(signal(&refused(class)), Some(Signal::Failure(_)));
        assert_eq!(is_failure, class.is_our_failure(), "{class}");
    }
    let unclear = Evidence::Unclear {
        reason: "timeout".into(),
    };
    assert!(matches!(signal(&unclear), Some(Signal::Failure(_))));
    for &outcome in Outcome::ALL {
        assert_eq!(signal(&ended(outcome)), Some(Signal::Placed), "{outcome}");
    }
    for nothing in [Evidence::OwnerGone, Evidence::NotSent] {
        assert_eq!(signal(&nothing), None, "{nothing:?}");
    }
}
