//! A block is for ever (promise A9).

use ringonce_domain::contact::Reason;
use ringonce_domain::{ContactState, FailureClass, LeadStatus, Millis, Outcome};

use super::Factory;
use super::material::{forgetful, free, number, numbers, refused};
use super::scene::Scene;
use ringonce_store::model::Block;

pub(super) async fn a_number_blocked_by_a_person_stays_blocked_with_the_first_reason(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let block = async |reason: &str| {
        let by = scene.by.clone();
        scene
            .store
            .block(number(0), reason.into(), by, scene.now())
            .await
            .unwrap()
    };
    assert!(
        block("asked us never to call").await,
        "the number was free before"
    );
    let first = Block {
        at: scene.now(),
        reason: "asked us never to call".into(),
    };
    scene.wait_hours(5);
    assert!(!block("again").await, "the number was blocked already");

    let known = scene.store.number(number(0)).await.unwrap().unwrap();
    assert_eq!(known.blocked, Some(first));
}

pub(super) async fn a_number_that_the_carrier_calls_bad_is_blocked_everywhere(
    factory: &dyn Factory,
) {
    for refused_at_once in [true, false] {
        let scene = Scene::new(factory).await;
        let first = scene.running(forgetful(), &numbers(1)).await;
        let second = scene.running(forgetful(), &numbers(1)).await;
        if refused_at_once {
            let attempt = scene.dial_one(first).await;
            scene
                .record(attempt.id, refused(FailureClass::BadNumber))
                .await;
        } else {
            scene.call(first, Outcome::BadNumber).await;
        }

        let contact = scene.contact(first, number(0)).await;
        assert_eq!(
            (contact.state, contact.lead),
            (ContactState::BadNumber, LeadStatus::Invalid)
        );
        let known = scene.store.number(number(0)).await.unwrap().unwrap();
        let reason = known.blocked.expect("the number is blocked").reason;
        assert!(reason.contains("bad number"), "{reason}");

        scene.wait(Millis::from_days(3_650));
        assert_eq!(scene.claim(second, 1).await.skipped, 1);
        let reason = scene.contact(second, number(0)).await.reason;
        assert_eq!(reason.as_deref(), Some(Reason::BLOCKED.0));
    }
}

pub(super) async fn a_block_holds_whatever_the_repeat_rule_says(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let by = scene.by.clone();
    scene
        .store
        .block(number(0), "do not call".into(), by, scene.now())
        .await
        .unwrap();
    for settings in [free(), forgetful()] {
        let campaign = scene.running(settings, &numbers(1)).await;
        let claimed = scene.claim(campaign, 1).await;
        assert_eq!((claimed.attempts.len(), claimed.skipped), (0, 1));
        assert_eq!(
            scene.detail(campaign).await.skipped_duplicates,
            0,
            "a block is no duplicate"
        );
    }
}

pub(super) async fn a_block_takes_effect_with_the_very_next_claim(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(3)).await;
    scene.claim_one(campaign).await;
    let elsewhere = scene.another_store().await;
    elsewhere
        .block(
            number(1),
            "do not call".into(),
            scene.by.clone(),
            scene.now(),
        )
        .await
        .unwrap();

    let attempt = scene.claim_one(campaign).await;

    assert_eq!(attempt.number, number(2));
    assert_eq!(
        scene.contact(campaign, number(1)).await.state,
        ContactState::Skipped
    );
}
