//! Pace and lines are kept in the ledger, where a takeover finds them.

use ringonce_domain::{Millis, Outcome, Pacing, Settings};

use super::Factory;
use super::material::{DIAL_WINDOW, LEASE, attempt_ids, ended, free, instance, numbers};
use super::scene::Scene;
use ringonce_store::model::ClaimRequest;

fn paced(pacing: Pacing) -> Settings {
    Settings { pacing, ..free() }
}

pub(super) async fn a_sequential_campaign_makes_one_call_and_rests(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(paced(Pacing::default()), &numbers(5)).await;
    let first = scene.claim(campaign, 5).await;
    assert_eq!(first.attempts.len(), 1, "one line");
    assert!(first.held.is_some(), "it says why there are not five");
    let attempt = &first.attempts[0];
    scene.wait(DIAL_WINDOW);
    assert!(
        scene.claim(campaign, 1).await.attempts.is_empty(),
        "the line is in use"
    );
    scene
        .tell(attempt.id, [scene.dial(), ended(Outcome::Busy)])
        .await;

    scene.wait(Millis::new(4_999));
    let early = scene.claim(campaign, 1).await;
    assert!(
        early.attempts.is_empty() && early.held.is_some(),
        "it rests five seconds: {early:?}"
    );
    scene.wait(Millis::new(1));
    scene.claim_one(campaign).await;
}

pub(super) async fn no_more_calls_than_lines_are_under_way(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let three_lines = Pacing {
        delay_seconds: 0.0,
        calls_per_second: None,
        calls_at_once: 3,
    };
    let campaign = scene.running(paced(three_lines), &numbers(10)).await;
    let attempts = scene.claim(campaign, 10).await.attempts;
    assert_eq!(attempts.len(), 3);
    scene.record(attempts[0].id, scene.dial()).await;
    assert!(scene.claim(campaign, 10).await.attempts.is_empty());
    scene.record(attempts[0].id, ended(Outcome::NoAnswer)).await;
    assert_eq!(
        scene.claim(campaign, 10).await.attempts.len(),
        1,
        "the end of a call frees its line"
    );
}

pub(super) async fn the_pace_survives_a_takeover(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let slow = Pacing {
        delay_seconds: 60.0,
        calls_per_second: None,
        calls_at_once: 10,
    };
    let campaign = scene.running(paced(slow), &numbers(3)).await;
    scene.claim_one(campaign).await;
    scene.store.release_lease(campaign, scene.me).await.unwrap();

    let (store, other) = (scene.another_store().await, instance(2));
    let until = scene.now() + LEASE;
    let epoch = store
        .lease(campaign, other, scene.now(), until)
        .await
        .unwrap()
        .unwrap();
    for (wait, calls) in [(59_999, 0), (1, 1), (0, 0)] {
        scene.wait(Millis::new(wait));
        let request = ClaimRequest {
            campaign,
            instance: other,
            epoch,
            ids: attempt_ids(3, scene.now()),
            now: scene.now(),
            lease_until: until,
        };
        assert_eq!(store.claim(request).await.unwrap().attempts.len(), calls);
    }
}

pub(super) async fn a_fast_pace_is_kept_in_the_ledger(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let pacing = Pacing {
        delay_seconds: 0.0,
        calls_per_second: Some(20.0),
        calls_at_once: 20_000,
    };
    let campaign = scene.running(paced(pacing), &numbers(200)).await;
    let (mut slot, mut started) = (ringonce_domain::Timestamp::from_millis(0), 0);
    for _ in 0..50 {
        let claimed = scene.claim(campaign, 256).await.attempts.len();
        let expected = match pacing.room(started, slot, scene.now()) {
            ringonce_domain::pacing::Room::Calls(room) => room,
            _ => 0,
        };
        assert_eq!(claimed, expected as usize, "at {}", scene.now());
        let now_started = u32::try_from(claimed).unwrap();
        slot = pacing.slot_after_starts(slot, now_started, scene.now());
        started += now_started;
        let next = scene.store.agenda().await.unwrap().snapshot.campaigns[0].next_slot;
        assert_eq!(next, slot);
        scene.wait(Millis::new(70));
    }
    assert!(
        (70..=95).contains(&started),
        "3.5 s at 20 calls a second gave {started}"
    );
}
