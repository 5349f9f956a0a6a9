//! Evidence that a carrier sends together is recorded in one transaction (promises A6, A8).

use ringonce_domain::{AttemptState, ContactState, Evidence, Outcome};

use super::Factory;
use super::invariants::assert_adds_up;
use super::material::{accepted, ended, free, number, numbers, unclear};
use super::scene::{Scene, moved};
use ringonce_store::model::Recorded;

pub(super) async fn pieces_that_come_together_are_steps_one_after_the_other(factory: &dyn Factory) {
    let mut left = Vec::new();
    for together in [true, false] {
        let scene = Scene::new(factory).await;
        let campaign = scene.running(free(), &numbers(1)).await;
        let attempt = scene.dial_one(campaign).await;
        scene.record(attempt.id, unclear()).await;
        let told = [
            accepted("CA7"),
            Evidence::Answered,
            ended(Outcome::Answered),
        ];
        if together {
            let over = moved(scene.tell_together(attempt.id, told.to_vec()).await);
            assert_eq!(over.call_id.as_deref(), Some("CA7"));
            assert_eq!(over.state, AttemptState::Ended);
        } else {
            scene.tell(attempt.id, told).await;
        }
        assert_adds_up(&scene.store, scene.now()).await;
        let (_, trail) = scene.store.call(attempt.id).await.unwrap();
        let steps: Vec<_> = trail.into_iter().map(|it| it.event).collect();
        let contact = scene.contact(campaign, number(0)).await;
        assert_eq!(contact.state, ContactState::Completed);
        left.push((
            steps,
            contact.answered,
            scene.detail(campaign).await.talk_millis,
        ));
    }
    assert_eq!(left[0], left[1]);
    assert_eq!(
        left[0]
            .0
            .iter()
            .filter(|it| **it == "attempt.answered")
            .count(),
        1
    );
}

pub(super) async fn what_is_told_of_another_call_changes_nothing(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(1)).await;
    let attempt = scene.dial_one(campaign).await;
    let rings = moved(scene.record(attempt.id, accepted("CA1")).await);

    let told = vec![accepted("CA2"), ended(Outcome::Busy)];
    let other = Recorded::AnotherCall {
        attempt: rings.clone(),
        call_id: "CA2".into(),
    };
    for _ in 0..2 {
        let recorded = scene.tell_together(attempt.id, told.clone()).await;
        assert_eq!(recorded, other);
        let safety = scene.store.safety().await.unwrap().safety;
        assert_eq!(
            safety.duplicates, 1,
            "two phones rang, which is reported once"
        );
    }
    let kept = scene.store.attempt(attempt.id).await.unwrap();
    assert_eq!(kept, Some(rings), "the attempt's own call goes on");
    assert_adds_up(&scene.store, scene.now()).await;
}

pub(super) async fn a_call_that_was_given_up_stays_reported_whatever_comes_with_it(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(1)).await;
    let attempt = scene.dial_one(campaign).await;
    scene.give_up(&attempt).await;

    let told = vec![
        accepted("CA3"),
        Evidence::Answered,
        ended(Outcome::Answered),
    ];
    let Recorded::Superseded(found) = scene.tell_together(attempt.id, told).await else {
        panic!("the carrier has a call that was given up");
    };
    assert_eq!(
        found.call_id.as_deref(),
        Some("CA3"),
        "so that it can be hung up"
    );
    assert_eq!(scene.store.safety().await.unwrap().safety.duplicates, 1);
    assert_adds_up(&scene.store, scene.now()).await;
}

pub(super) async fn a_guess_that_comes_when_the_attempt_is_over_changes_nothing(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(2)).await;
    let given_up = scene.dial_one(campaign).await;
    scene.give_up(&given_up).await;
    let over = scene.dial_one(campaign).await;
    scene.record(over.id, accepted("CA1")).await;
    scene.record(over.id, ended(Outcome::Busy)).await;

    for id in [given_up.id, over.id] {
        let before = scene.store.attempt(id).await.unwrap();
        // The look-up was asked before, and read the list when a later attempt's call was in it.
        let told = vec![
            Evidence::Found {
                call_id: "CA2".into(),
            },
            ended(Outcome::Answered),
        ];
        scene.tell_together(id, told).await;
        assert_eq!(scene.store.attempt(id).await.unwrap(), before);
    }
    assert_eq!(scene.store.safety().await.unwrap().safety.duplicates, 0);
    assert_adds_up(&scene.store, scene.now()).await;
}

pub(super) async fn evidence_of_an_unknown_attempt_is_kept_whole(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let stranger = super::material::attempt_ids(1, scene.now())[0];
    let told = vec![accepted("CA404"), Evidence::Ringing];
    assert_eq!(
        scene.tell_together(stranger, told).await,
        Recorded::Unmatched
    );
    let findings = scene.store.doctor(scene.now()).await.unwrap();
    let about = |it: &&ringonce_store::model::Finding| !it.ok && it.check.contains("evidence");
    let shown = format!("{:?}", findings.iter().find(about));
    for kind in ["accepted", "ringing"] {
        assert!(shown.contains(kind), "{shown}");
    }
}
