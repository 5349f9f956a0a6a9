//! Evidence moves attempts, and nothing else does (promises A6, A7, A8).

use std::collections::BTreeSet;

use ringonce_domain::contact::{Reason, after_attempt};
use ringonce_domain::{
    AttemptState, CampaignState, ContactState, Evidence, FailureClass, LeadStatus, Millis, Outcome,
    Settings, Trust,
};

use super::Factory;
use super::invariants::assert_adds_up;
use super::material::{
    DIAL_WINDOW, accepted, attempt_ids, ended, forgetful, free, number, numbers, refused, retrying,
    unclear,
};
use super::scene::{PATIENT, Scene, moved};
use ringonce_store::model::{Judgement, Page, Recorded};

pub(super) async fn an_attempt_without_an_answer_freezes_its_number_for_every_campaign(
    factory: &dyn Factory,
) {
    for silence in [unclear(), Evidence::OwnerGone] {
        let scene = Scene::new(factory).await;
        let first = scene.running(retrying(), &numbers(1)).await;
        let second = scene.running(forgetful(), &numbers(1)).await;
        let attempt = scene.dial_one(first).await;
        let unknown = moved(scene.record(attempt.id, silence).await);
        assert_eq!(unknown.state, AttemptState::Unknown);

        for later in [Millis::ZERO, Millis::from_days(1), Millis::from_days(1_000)] {
            scene.wait(later);
            for campaign in [first, second] {
                let claimed = scene.claim(campaign, 1).await;
                assert_eq!(claimed.attempts, [], "time is no evidence");
            }
        }
        let live = scene
            .store
            .live_attempts(Page {
                after: None,
                limit: 10,
            })
            .await
            .unwrap();
        assert_eq!(live, [unknown], "the watchdog finds it");
    }
}

pub(super) async fn a_late_event_heals_an_unknown_attempt(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(1)).await;
    let attempt = scene.dial_one(campaign).await;
    scene.record(attempt.id, unclear()).await;
    scene.wait_hours(30);

    let healed = moved(scene.record(attempt.id, Evidence::Answered).await);
    assert_eq!(healed.state, AttemptState::Answered);
    assert_eq!(
        scene.contact(campaign, number(0)).await.state,
        ContactState::Connected
    );

    scene.wait(Millis::from_secs(42));
    scene.record(attempt.id, ended(Outcome::Answered)).await;
    let contact = scene.contact(campaign, number(0)).await;
    assert_eq!(
        (contact.state, contact.lead),
        (ContactState::Completed, LeadStatus::Contacted)
    );
    assert_eq!(scene.detail(campaign).await.talk_millis, 42_000);
    assert_adds_up(&scene.store, scene.now()).await;
}

pub(super) async fn two_empty_looks_prove_that_a_call_never_was(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(retrying(), &numbers(1)).await;
    let attempt = scene.dial_one(campaign).await;
    scene.record(attempt.id, unclear()).await;
    let trust = Trust::default();
    let look = async || {
        let asked_at = scene.now();
        scene
            .record(attempt.id, Evidence::NotSeen { asked_at })
            .await
    };

    scene.wait(DIAL_WINDOW);
    assert!(
        matches!(look().await, Recorded::Unchanged(_)),
        "too early to tell"
    );
    scene.wait(trust.settling);
    look().await;
    scene.wait(Millis::new(trust.look_gap.get() - 1));
    assert!(
        matches!(look().await, Recorded::Unchanged(_)),
        "too soon after the first look"
    );
    assert_eq!(
        scene.detail(campaign).await.live,
        1,
        "one look frees nothing"
    );
    scene.wait(Millis::new(1));
    let gone = moved(look().await);

    assert_eq!(
        (gone.state, gone.may_have_rung),
        (AttemptState::NeverPlaced, false)
    );
    let contact = scene.contact(campaign, number(0)).await;
    assert_eq!(
        (contact.state, contact.due_at),
        (
            ContactState::Pending,
            Some(scene.now() + Millis::from_secs(15))
        )
    );
    assert_eq!(contact.reason.as_deref(), Some(Reason::NEVER_LEFT.0));
    scene.wait(Millis::from_secs(15));
    assert_eq!(
        scene.claim_one(campaign).await.made,
        1,
        "a try that did not reach the carrier does not count"
    );
    assert_adds_up(&scene.store, scene.now()).await;
}

pub(super) async fn a_call_that_the_carrier_lost_sight_of_ends_unknown_and_is_not_retried(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(retrying(), &numbers(1)).await;
    let attempt = scene.dial_one(campaign).await;
    scene.record(attempt.id, accepted("CA1")).await;
    for _ in 0..2 {
        scene.wait_hours(1);
        scene
            .record(
                attempt.id,
                Evidence::NotSeen {
                    asked_at: scene.now(),
                },
            )
            .await;
    }
    let over = scene.store.attempt(attempt.id).await.unwrap().unwrap();
    assert_eq!(
        (over.state, over.outcome),
        (AttemptState::Ended, Some(Outcome::Unknown))
    );
    assert!(over.may_have_rung, "it counts as a call");
    let contact = scene.contact(campaign, number(0)).await;
    assert_eq!(
        (contact.state, contact.due_at),
        (ContactState::Failed, None)
    );
}

pub(super) async fn a_refused_call_is_rolled_back_as_its_class_says(factory: &dyn Factory) {
    use ContactState as S;
    use LeadStatus as L;
    let an_hour = Some(Millis::from_hours(1));
    let cases = [
        (
            FailureClass::Network,
            S::Pending,
            L::New,
            0,
            Some(Millis::from_secs(15)),
        ),
        (
            FailureClass::Congestion,
            S::Pending,
            L::New,
            0,
            Some(Millis::from_secs(15)),
        ),
        (
            FailureClass::Country,
            S::Pending,
            L::New,
            0,
            Some(Millis::from_minutes(1)),
        ),
        (FailureClass::Busy, S::Pending, L::Busy, 1, an_hour),
        (FailureClass::NoAnswer, S::Pending, L::NoAnswer, 1, an_hour),
        (FailureClass::Rejected, S::Pending, L::Failed, 1, an_hour),
        (FailureClass::BadNumber, S::BadNumber, L::Invalid, 1, None),
        (FailureClass::Ambiguous, S::Failed, L::Failed, 1, None),
    ];
    let scene = Scene::new(factory).await;
    for (n, (class, state, lead, attempts, wait)) in (0..).zip(cases) {
        let campaign = scene.running(retrying(), &[number(n)]).await;
        let attempt = scene.dial_one(campaign).await;
        let rolled_back = moved(scene.record(attempt.id, refused(class)).await);

        assert_eq!(rolled_back.state, AttemptState::Refused, "{class}");
        assert!(!rolled_back.may_have_rung, "nothing rang: {class}");
        assert_eq!(
            rolled_back.cause,
            Some(format!("the carrier refuses: {class}"))
        );
        let contact = scene.contact(campaign, number(n)).await;
        assert_eq!((contact.state, contact.lead), (state, lead), "{class}");
        assert_eq!(
            contact.attempts, attempts,
            "whether it counts for the retry rules: {class}"
        );
        let due = wait.map(|wait| scene.now() + wait);
        assert_eq!(contact.due_at, due, "{class}");
        let known = scene.store.number(number(n)).await.unwrap().unwrap();
        assert_eq!(known.called, 0, "{class}");
    }
    assert_adds_up(&scene.store, scene.now()).await;
}

pub(super) async fn a_refusal_for_our_account_pauses_the_campaign(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(retrying(), &numbers(2)).await;
    let attempt = scene.dial_one(campaign).await;
    scene
        .record(attempt.id, refused(FailureClass::Configuration))
        .await;

    let detail = scene.detail(campaign).await;
    assert_eq!(detail.state, CampaignState::Paused);
    let reason = detail.state_reason.expect("it says why");
    assert!(reason.contains("the carrier refuses"), "{reason}");
    let contact = scene.contact(campaign, number(0)).await;
    assert_eq!(
        (contact.state, contact.attempts),
        (ContactState::Pending, 0),
        "not the callee's fault"
    );
    assert_adds_up(&scene.store, scene.now()).await;
}

pub(super) async fn a_request_that_was_not_sent_is_no_attempt(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(retrying(), &numbers(1)).await;
    for dialled in [true, false] {
        let attempt = scene.claim_one(campaign).await;
        assert_eq!(attempt.made, 1);
        let end = if dialled {
            scene.record(attempt.id, scene.dial()).await;
            Evidence::NotSent
        } else {
            Evidence::OwnerGone
        };
        let released = moved(scene.record(attempt.id, end).await);
        assert_eq!(
            (released.state, released.may_have_rung),
            (AttemptState::Released, false)
        );
        let contact = scene.contact(campaign, number(0)).await;
        assert_eq!(
            (contact.state, contact.attempts),
            (ContactState::Pending, 0)
        );
        assert_eq!(contact.due_at, Some(scene.now()), "it is due at once");
    }
}

pub(super) async fn evidence_finds_its_attempt_without_a_call_id(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(1)).await;
    let attempt = scene.dial_one(campaign).await;
    let over = moved(scene.record(attempt.id, ended(Outcome::Answered)).await);
    assert_eq!((over.state, over.call_id), (AttemptState::Ended, None));

    scene.record(attempt.id, accepted("CA77")).await;
    let (call, _) = scene.store.call(attempt.id).await.unwrap();
    assert_eq!(
        call.call_id.as_deref(),
        Some("CA77"),
        "the late answer still names the call"
    );
    assert_eq!(call.state, AttemptState::Ended);
}

pub(super) async fn repeated_and_late_evidence_changes_nothing(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(retrying(), &numbers(1)).await;
    let attempt = scene.call(campaign, Outcome::Busy).await;
    let before = scene.contacts(campaign).await;
    scene.wait_hours(2);

    let late = [
        accepted("CA1"),
        Evidence::Ringing,
        ended(Outcome::Canceled),
        ended(Outcome::Busy),
        Evidence::OwnerGone,
        Evidence::NotSeen {
            asked_at: scene.now(),
        },
        unclear(),
        refused(FailureClass::BadNumber),
        Evidence::NotSent,
    ];
    for evidence in late {
        let kind = evidence.kind();
        let recorded = scene.record(attempt.id, evidence).await;
        assert_eq!(recorded, Recorded::Unchanged(attempt.clone()), "{kind}");
    }
    assert_eq!(scene.contacts(campaign).await, before);
    assert_adds_up(&scene.store, scene.now()).await;
}

pub(super) async fn every_outcome_leaves_its_contact_as_the_domain_says(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let settings = retrying();
    for (n, outcome) in (0..).zip(Outcome::ALL) {
        let campaign = scene.running(settings.clone(), &[number(n)]).await;
        scene.call(campaign, *outcome).await;
        let after = after_attempt(*outcome, 1, &settings.retry, scene.now());
        let contact = scene.contact(campaign, number(n)).await;
        assert_eq!(
            (contact.state, contact.due_at),
            (after.state, after.due_at),
            "{outcome}"
        );
        assert_eq!(Some(contact.lead), after.lead, "{outcome}");
        assert_eq!(contact.last_outcome, Some(*outcome));
        assert_eq!(contact.last_attempt_at, Some(scene.now()));
        assert_eq!(contact.answered, u32::from(*outcome == Outcome::Answered));
    }
    assert_adds_up(&scene.store, scene.now()).await;
}

pub(super) async fn a_call_that_was_given_up_and_exists_is_superseded(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(retrying(), &numbers(1)).await;
    let attempt = scene.dial_one(campaign).await;
    scene.give_up(&attempt).await;

    let Recorded::Superseded(found) = scene.record(attempt.id, Evidence::Answered).await else {
        panic!("the carrier has a call that was given up");
    };
    assert_eq!(
        (found.state, found.may_have_rung),
        (AttemptState::NeverPlaced, true)
    );
    let known = scene.store.number(number(0)).await.unwrap().unwrap();
    assert_eq!(known.called, 1, "it counts as a call");
    assert_eq!(scene.store.safety().await.unwrap().safety.duplicates, 1);
    assert!(
        matches!(
            scene.record(attempt.id, Evidence::Answered).await,
            Recorded::Unchanged(_)
        ),
        "it is reported once"
    );
    assert_adds_up(&scene.store, scene.now()).await;
}

pub(super) async fn evidence_that_matches_no_attempt_is_kept(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let stranger = attempt_ids(1, scene.now())[0];
    let recorded = scene.record(stranger, accepted("CA404")).await;
    assert_eq!(recorded, Recorded::Unmatched);
    super::scene::assert_stale(&scene.try_record(stranger, scene.dial()).await);
    let findings = scene.store.doctor(scene.now()).await.unwrap();
    let shown = findings
        .iter()
        .any(|finding| !finding.ok && finding.check.contains("evidence"));
    assert!(shown, "the doctor shows it to a person: {findings:?}");
}

pub(super) async fn a_retry_comes_after_its_backoff_and_not_before(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let settings = Settings {
        retry: ringonce_domain::RetryPolicy::default(),
        ..forgetful()
    };
    let campaign = scene.running(settings, &numbers(1)).await;
    let judgement = Judgement {
        limits: PATIENT,
        ..Judgement::default()
    };
    for (made, hours) in [(1, 1), (2, 4), (3, 24)] {
        let attempt = scene.dial_one(campaign).await;
        assert_eq!(attempt.made, made);
        let by = scene.by.clone();
        let end = ended(Outcome::NoAnswer);
        scene
            .store
            .record(attempt.id, vec![end], by, judgement, scene.now())
            .await
            .unwrap();

        scene.wait(Millis::new(Millis::from_hours(hours).get() - 1));
        assert_eq!(
            scene.claim(campaign, 1).await.attempts,
            [],
            "before {hours} h"
        );
        scene.wait(Millis::new(1));
    }
    scene.call(campaign, Outcome::NoAnswer).await;
    let states: BTreeSet<_> = scene
        .contacts(campaign)
        .await
        .iter()
        .map(|contact| contact.state)
        .collect();
    assert_eq!(states, [ContactState::NoAnswer].into(), "no fifth call");
}
