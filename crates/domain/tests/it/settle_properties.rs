//! What follows from an attempt's step: for its contact, its number, its campaign and the stop.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use proptest::prelude::*;
use ringonce_domain::contact::Reason;
use ringonce_domain::settle::{Known, Line, MAX_NEVER_LEFT, Settlement, Signal, settle};
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
        caller_id: None,
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
        Step::Moved(next)
        | Step::Noted(next)
        | Step::Superseded(next)
        | Step::Reopened(next)
        | Step::Corrected(next) => next.clone(),
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
        let mut contact = Some(ContactState::Calling);
        for (at, evidence) in (300..).zip(&words) {
            let now = secs(at);
            let known = Known { contact, ..Known::ordinary(&attempt) };
            let Ok(settlement) =
                settle(&attempt, evidence, &known, &retry, Trust::default(), now)
            else {
                continue;
            };
            let next = after(&settlement, &attempt);
            let superseded = matches!(settlement.step, Step::Superseded(_));
            let corrected = matches!(settlement.step, Step::Corrected(_));
            let leaves = attempt.state.is_live() && !next.state.is_live();
            let returns = !attempt.state.is_live() && next.state.is_live();

            let line = if leaves { Line::Freed } else if returns { Line::Retaken } else { Line::Stays };
            prop_assert_eq!(settlement.line, line, "a number is freed when its attempt ends");
            prop_assert_eq!(returns, matches!(settlement.step, Step::Reopened(_)));
            prop_assert_eq!(settlement.called, leaves && next.may_have_rung || superseded || corrected);
            prop_assert_eq!(
                settlement.blocks.is_some(),
                (leaves || corrected) && next.outcome == Some(Outcome::BadNumber)
            );
            let on_us = matches!(evidence, Evidence::Refused { class: FailureClass::Configuration, .. });
            prop_assert_eq!(settlement.pauses.is_some(), leaves && on_us);
            let answers = next.state == AttemptState::Answered && attempt.state != next.state;
            let waited = contact == Some(ContactState::Pending);
            prop_assert_eq!(
                settlement.contact.is_some(),
                leaves || answers || returns || corrected || superseded && waited
            );
            if let Some(change) = settlement.contact {
                contact = Some(change.after.state);
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

/// What follows in the ordinary life of an attempt.
fn ordinary(attempt: &Attempt, evidence: &Evidence, retry: &RetryPolicy) -> Settlement {
    let known = Known::ordinary(attempt);
    settle(attempt, evidence, &known, retry, Trust::default(), secs(5)).unwrap()
}

/// What follows from evidence that comes after five minutes.
fn late(attempt: &Attempt, evidence: &Evidence, known: &Known, retry: &RetryPolicy) -> Settlement {
    settle(attempt, evidence, known, retry, Trust::default(), secs(300)).unwrap()
}

/// The contact's state when `learned` comes after `before`, and the other effects.
fn effect(before: &[Evidence], learned: &Evidence) -> (ContactState, Vec<&'static str>) {
    let retry = RetryPolicy::default();
    let judge = |attempt: &Attempt, evidence: &Evidence| ordinary(attempt, evidence, &retry);
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
fn a_refused_call_did_not_ring_and_counts_only_when_the_callee_is_to_blame() {
    use ContactState as C;
    for (class, contact, effects) in [
        (
            FailureClass::BadNumber,
            C::BadNumber,
            vec!["counted", "blocked"],
        ),
        (FailureClass::Network, C::Pending, vec![]),
        (FailureClass::Congestion, C::Pending, vec![]),
        (FailureClass::Country, C::Pending, vec![]),
        (FailureClass::Configuration, C::Pending, vec!["paused"]),
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
    let judge = |attempt: &Attempt, evidence: &Evidence| ordinary(attempt, evidence, &retry);
    let dialing = after(&judge(&claimed(1), &dial()), &claimed(1));
    let given_up = judge(&dialing, &refused(FailureClass::Congestion));
    let waits = given_up.contact.unwrap().after;
    assert_eq!(
        waits.state,
        ContactState::Pending,
        "a refused call is tried again"
    );

    let refused = after(&given_up, &dialing);
    let known = Known {
        contact: Some(ContactState::Pending),
        ..Known::ordinary(&refused)
    };
    let shows_up = late(&refused, &Evidence::Ringing, &known, &retry);
    let retired = shows_up.contact.unwrap().after;
    assert!(retired.state.is_final() && retired.due_at.is_none());
    assert!(shows_up.called && shows_up.line == Line::Stays);
    assert!(matches!(shows_up.signal, Some(Signal::Duplicate(_))));
}

#[test]
fn the_stop_counts_what_could_not_be_placed_or_heard_of_and_nothing_else() {
    let retry = RetryPolicy::default();
    let dialing = after(&ordinary(&claimed(1), &dial(), &retry), &claimed(1));
    let signal = |evidence: &Evidence| ordinary(&dialing, evidence, &retry).signal;
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

#[test]
fn a_try_that_never_left_is_no_try_and_does_not_go_on_for_ever() {
    let never = RetryPolicy {
        max_retries: 0,
        ..RetryPolicy::default()
    };
    let dialing = after(&ordinary(&claimed(1), &dial(), &never), &claimed(1));
    let asked = after(&ordinary(&dialing, &Evidence::OwnerGone, &never), &dialing);
    let look = |at| Evidence::NotSeen { asked_at: secs(at) };
    let looked = after(&ordinary(&asked, &look(100), &never), &asked);
    for (attempt, proof) in [
        (&looked, look(200)),
        (&dialing, refused(FailureClass::Network)),
        (&dialing, refused(FailureClass::Congestion)),
    ] {
        let mut never_left = 0;
        let mut due = Vec::new();
        let last = loop {
            let known = Known {
                never_left,
                ..Known::ordinary(attempt)
            };
            let settled = late(attempt, &proof, &known, &never);
            let change = settled.contact.unwrap();
            if change.after.state != ContactState::Pending {
                break change;
            }
            assert!(change.uncounted && !settled.called);
            assert_eq!(change.never_left, never_left + 1);
            never_left = change.never_left;
            due.push(change.after.due_at.unwrap());
        };
        assert_eq!(never_left, MAX_NEVER_LEFT);
        assert!(due.is_sorted(), "it waits longer each time");
        assert_eq!(last.after.state, ContactState::Failed);
        assert_eq!(last.reason, Some(Reason::NEVER_LEFT));
    }
}

#[test]
fn a_contact_whose_country_was_not_allowed_for_long_has_tries_left_when_it_is() {
    let never = RetryPolicy {
        max_retries: 0,
        ..RetryPolicy::default()
    };
    let dialing = after(&ordinary(&claimed(1), &dial(), &never), &claimed(1));
    let refusal = |never_left, class| {
        let known = Known {
            never_left,
            ..Known::ordinary(&dialing)
        };
        let settled = late(&dialing, &refused(class), &known, &never);
        settled.contact.unwrap()
    };
    let (mut never_left, mut waited) = (0, Millis::ZERO);
    for _ in 0..1_000 {
        let change = refusal(never_left, FailureClass::Country);
        assert_eq!(change.reason, Some(Reason::COUNTRY));
        let due_at = change.after.due_at.unwrap();
        let wait = due_at.since(secs(300));
        assert!(wait >= waited, "it waits longer each time");
        (never_left, waited) = (change.never_left, wait);
    }
    assert_eq!(waited, Millis::from_hours(4));
    let change = refusal(never_left, FailureClass::Network);
    assert_eq!(change.after.state, ContactState::Pending);
    assert_eq!(change.reason, Some(Reason::NEVER_LEFT));
}

/// The attempt after all evidence, with each reopening followed by the same evidence again.
fn life(retry: &RetryPolicy, evidence: &[Evidence]) -> (Attempt, Option<ContactState>) {
    let (mut attempt, mut contact) = (claimed(1), Some(ContactState::Calling));
    for piece in evidence {
        let mut again = true;
        while std::mem::take(&mut again) {
            let known = Known {
                contact,
                ..Known::ordinary(&attempt)
            };
            let settled = late(&attempt, piece, &known, retry);
            again = matches!(settled.step, Step::Reopened(_));
            contact = settled
                .contact
                .map_or(contact, |change| Some(change.after.state));
            attempt = after(&settled, &attempt);
        }
    }
    (attempt, contact)
}

fn accepted(call_id: &str) -> Evidence {
    Evidence::Accepted {
        call_id: call_id.into(),
    }
}

#[test]
fn a_late_truth_corrects_what_was_concluded() {
    use ContactState as C;
    use Outcome as O;
    let retry = RetryPolicy {
        outcomes: vec![O::NoAnswer, O::Busy, O::Failed, O::Canceled],
        ..RetryPolicy::default()
    };
    for (told, truth, state, outcome, contact) in [
        (
            O::Canceled,
            Evidence::Answered,
            AttemptState::Answered,
            None,
            C::Connected,
        ),
        (
            O::Canceled,
            Evidence::Ringing,
            AttemptState::Ringing,
            None,
            C::Calling,
        ),
        (
            O::Canceled,
            ended(O::Answered),
            AttemptState::Ended,
            Some(O::Answered),
            C::Completed,
        ),
        (
            O::Canceled,
            ended(O::NoAnswer),
            AttemptState::Ended,
            Some(O::NoAnswer),
            C::Pending,
        ),
        (
            O::Failed,
            ended(O::BadNumber),
            AttemptState::Ended,
            Some(O::BadNumber),
            C::BadNumber,
        ),
        (
            O::Unknown,
            ended(O::Busy),
            AttemptState::Ended,
            Some(O::Busy),
            C::Pending,
        ),
        // These add nothing: they are late words of what was known.
        (
            O::NoAnswer,
            Evidence::Ringing,
            AttemptState::Ended,
            Some(O::NoAnswer),
            C::Pending,
        ),
        (
            O::Answered,
            ended(O::Canceled),
            AttemptState::Ended,
            Some(O::Answered),
            C::Completed,
        ),
        (
            O::Answered,
            Evidence::Answered,
            AttemptState::Ended,
            Some(O::Answered),
            C::Completed,
        ),
        (
            O::BadNumber,
            ended(O::Failed),
            AttemptState::Ended,
            Some(O::BadNumber),
            C::BadNumber,
        ),
    ] {
        let (attempt, stands) = life(
            &retry,
            &[dial(), accepted("ours"), ended(told), truth.clone()],
        );
        assert_eq!(
            (attempt.state, attempt.outcome, stands),
            (state, outcome, Some(contact)),
            "{told}, then {truth:?}"
        );
    }
}

#[test]
fn a_guess_is_undone_by_the_carriers_own_word() {
    let retry = RetryPolicy::default();
    let found = Evidence::Found {
        call_id: "a stranger's".into(),
    };
    for stranger in [
        vec![],
        vec![Evidence::Answered],
        vec![ended(Outcome::Answered)],
        vec![ended(Outcome::Busy)],
    ] {
        let mut told = vec![dial(), Evidence::OwnerGone, found.clone()];
        told.extend(stranger);
        let (guess, _) = life(&retry, &told);
        assert!(guess.guessed && guess.another_call(&accepted("ours")).is_none());
        told.push(accepted("ours"));
        let (known, contact) = life(&retry, &told);
        assert_eq!(
            (known.state, known.call_id.as_deref(), known.guessed),
            (AttemptState::Ringing, Some("ours"), false),
            "{told:?}"
        );
        assert_eq!(contact, Some(ContactState::Calling));
        told.push(ended(Outcome::NoAnswer));
        assert_eq!(life(&retry, &told).0.outcome, Some(Outcome::NoAnswer));
    }
    let confirmed = [
        dial(),
        Evidence::OwnerGone,
        found,
        ended(Outcome::Busy),
        accepted("a stranger's"),
    ];
    let (attempt, contact) = life(&retry, &confirmed);
    assert!(!attempt.guessed && attempt.state == AttemptState::Ended);
    assert_eq!(contact, Some(ContactState::Pending));
}

#[test]
fn a_truth_that_comes_when_the_number_is_in_another_call_is_kept() {
    let retry = RetryPolicy::default();
    let (canceled, _) = life(
        &retry,
        &[dial(), accepted("ours"), ended(Outcome::Canceled)],
    );
    for (contact, left) in [
        (ContactState::Pending, ContactState::Completed),
        (ContactState::Calling, ContactState::Calling),
    ] {
        let known = Known {
            contact: Some(contact),
            other_live: true,
            ..Known::ordinary(&canceled)
        };
        let settled = late(&canceled, &Evidence::Answered, &known, &retry);
        let Step::Corrected(late) = &settled.step else {
            panic!("{:?}", settled.step);
        };
        assert_eq!(
            (late.outcome, late.ended_at),
            (Some(Outcome::Answered), Some(secs(300))),
            "it counts as under way until now"
        );
        assert_eq!(settled.contact.unwrap().after.state, left);
        assert_eq!(settled.line, Line::Stays);
    }
}

#[test]
fn who_was_answered_is_not_tried_again_whatever_a_later_call_says() {
    let retry = RetryPolicy::default();
    let (ringing, _) = life(&retry, &[dial(), accepted("ours")]);
    let known = Known {
        answered: true,
        ..Known::ordinary(&ringing)
    };
    let settled = late(&ringing, &ended(Outcome::NoAnswer), &known, &retry);
    assert_eq!(
        settled.contact.unwrap().after.state,
        ContactState::Completed
    );
}
