//! Recordings: expected before they arrive, stored once, reported when missing, removed after their time.

use ringonce_domain::{Attempt, AttemptId, CampaignId, Millis, Outcome, Role, UserId};

use super::Factory;
use super::material::{free, number, numbers};
use super::scene::Scene;
use ringonce_store::StoreError;
use ringonce_store::model::{
    KeptRecording, Page, RecordingState, StoredRecording, Visible, WantedRecording,
};

fn wanted(attempt: &Attempt, name: Option<&str>) -> WantedRecording {
    WantedRecording {
        attempt: attempt.id,
        carrier: "twilio".into(),
        call_id: "CA1".into(),
        recording_id: name.map(str::to_owned),
        seconds: Some(12),
    }
}

fn sound() -> StoredRecording {
    StoredRecording {
        path: "1-Spring/2026-11-21/Ana_1.wav".into(),
        content_type: "audio/x-wav".into(),
        bytes: 192_044,
        sha256: [7; 32],
        seconds: Some(11),
        remove_there_at: None,
    }
}

const ALL: Page<i64> = Page {
    after: None,
    limit: 100,
};

/// A ledger with a call that was answered.
async fn answered(factory: &dyn Factory) -> (Scene, CampaignId, Attempt) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(3)).await;
    let attempt = scene.call(campaign, Outcome::Answered).await;
    (scene, campaign, attempt)
}

async fn want(scene: &Scene, wanted: WantedRecording) -> bool {
    let wanting = scene.store.want_recording(wanted, scene.now());
    wanting.await.unwrap()
}

async fn due(scene: &Scene) -> Vec<KeptRecording> {
    scene.store.recordings_due(scene.now(), 100).await.unwrap()
}

async fn store(scene: &Scene, id: i64, sound: StoredRecording) -> bool {
    let storing = scene
        .store
        .recording_stored(id, sound, scene.by.clone(), scene.now());
    storing.await.unwrap()
}

pub(super) async fn a_recording_is_wanted_once_and_by_its_name_when_it_has_one(
    factory: &dyn Factory,
) {
    let (scene, campaign, attempt) = answered(factory).await;
    for (name, is_known, names) in [
        (None, false, &[None][..]),
        (None, true, &[None]),
        (Some("RE1"), false, &[Some("RE1")]),
        (Some("RE1"), true, &[Some("RE1")]),
        (None, true, &[Some("RE1")]),
        (Some("RE2"), false, &[Some("RE1"), Some("RE2")]),
    ] {
        assert_eq!(want(&scene, wanted(&attempt, name)).await, !is_known);
        let found = scene.store.recordings_of(attempt.id).await.unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|it| it.wanted.recording_id.as_deref())
            .collect();
        assert_eq!(found, names);
    }
    let first = scene
        .store
        .recordings_of(attempt.id)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(
        first,
        KeptRecording {
            id: first.id,
            campaign,
            wanted: wanted(&attempt, Some("RE1")),
            state: RecordingState::Wanted,
            bytes: None,
            sha256: None,
            path: None,
            content_type: None,
            tries: 0,
            next_try_at: Some(scene.now()),
            fault: None,
            wanted_at: scene.now(),
            stored_at: None,
            removed_at: None,
        }
    );
    let nobody = WantedRecording {
        attempt: AttemptId::new(scene.now(), [9; 10]),
        ..wanted(&attempt, Some("RE3"))
    };
    let lost = scene.store.want_recording(nobody, scene.now()).await;
    assert!(matches!(lost, Err(StoreError::NotFound { .. })), "{lost:?}");
}

pub(super) async fn what_is_due_is_told_in_order_and_again_after_a_vain_try(factory: &dyn Factory) {
    let (scene, _, attempt) = answered(factory).await;
    for name in ["RE1", "RE2", "RE3"] {
        assert!(want(&scene, wanted(&attempt, Some(name))).await);
        scene.wait(Millis::from_secs(1));
    }
    let ids: Vec<_> = due(&scene).await.iter().map(|it| it.id).collect();
    assert!(ids.is_sorted() && ids.len() == 3, "{ids:?}");
    let later = scene.now() + Millis::from_minutes(1);
    let failing = scene.store.recording_failed(ids[0], "404".into(), later);
    assert!(failing.await.unwrap());
    let left: Vec<_> = due(&scene).await.iter().map(|it| it.id).collect();
    assert_eq!(left, ids[1..]);
    scene.wait_until(later);
    let found = due(&scene).await.remove(2);
    assert_eq!(
        (found.id, found.tries, found.fault.as_deref()),
        (ids[0], 1, Some("404"))
    );
    let first = scene.store.recordings_due(scene.now(), 1).await.unwrap();
    assert_eq!(first[0].id, ids[1]);
}

pub(super) async fn a_stored_recording_says_what_it_is_and_leaves_the_carrier(
    factory: &dyn Factory,
) {
    let (scene, _, attempt) = answered(factory).await;
    want(&scene, wanted(&attempt, Some("RE1"))).await;
    let id = due(&scene).await[0].id;
    let soon = scene.now() + Millis::from_secs(1);
    let leaving = StoredRecording {
        remove_there_at: Some(soon),
        ..sound()
    };
    assert!(store(&scene, id, leaving.clone()).await);
    assert!(due(&scene).await.is_empty());
    let kept = scene.another_store().await.recording(id).await.unwrap();
    assert_eq!(
        (kept.state, kept.bytes, kept.sha256, kept.wanted.seconds),
        (
            RecordingState::Stored,
            Some(192_044),
            Some([7; 32]),
            Some(11)
        )
    );
    assert_eq!(kept.path, Some(leaving.path));
    assert_eq!(kept.content_type, Some(leaving.content_type));
    assert_eq!((kept.stored_at, kept.fault), (Some(scene.now()), None));
    let (_, trail) = scene.store.call(attempt.id).await.unwrap();
    let noted = trail.iter().find(|it| it.event == "recording.store");
    let noted = &noted.unwrap().detail;
    assert!(noted.contains(&"07".repeat(32)), "{noted}");
    scene.wait_until(soon);
    assert_eq!(due(&scene).await[0].id, id, "it is to leave the carrier");
    let removing = scene
        .store
        .recording_removed(id, scene.by.clone(), scene.now());
    assert!(removing.await.unwrap());
    assert_eq!(due(&scene).await[0].id, id, "though it is removed here");
    assert!(scene.store.recording_left_carrier(id).await.unwrap());
    assert!(due(&scene).await.is_empty());
}

pub(super) async fn only_what_is_wanted_is_stored_or_given_up_and_once(factory: &dyn Factory) {
    let (scene, _, attempt) = answered(factory).await;
    for name in ["RE1", "RE2"] {
        want(&scene, wanted(&attempt, Some(name))).await;
    }
    let ids: Vec<_> = due(&scene).await.iter().map(|it| it.id).collect();
    let give_up = |id| {
        let by = scene.by.clone();
        scene
            .store
            .recording_missing(id, "404".into(), by, scene.now())
    };
    let before = scene.store.verify_audit().await.unwrap().unwrap();
    for (id, stores, happens) in [
        (ids[0], true, true),
        (ids[0], true, false),
        (ids[0], false, false),
        (ids[1], false, true),
        (ids[1], false, false),
        (ids[1], true, false),
    ] {
        let happened = if stores {
            store(&scene, id, sound()).await
        } else {
            give_up(id).await.unwrap()
        };
        assert_eq!(happened, happens, "{id} {stores}");
    }
    let after = scene.store.verify_audit().await.unwrap().unwrap();
    assert_eq!(after, before + 2);
    assert!(due(&scene).await.is_empty());
    let failing = scene
        .store
        .recording_failed(ids[1], "late".into(), scene.now());
    assert!(!failing.await.unwrap());
    let missing = scene.store.recording(ids[1]).await.unwrap();
    assert_eq!(
        (missing.state, missing.fault.as_deref()),
        (RecordingState::Missing, Some("404"))
    );
    let nothing = scene.store.recording(ids[1] + 100).await;
    assert!(matches!(nothing, Err(StoreError::NotFound { .. })));
}

pub(super) async fn recordings_are_removed_after_their_time(factory: &dyn Factory) {
    let (scene, _, attempt) = answered(factory).await;
    for name in ["RE1", "RE2", "RE3"] {
        want(&scene, wanted(&attempt, Some(name))).await;
    }
    let ids: Vec<_> = due(&scene).await.iter().map(|it| it.id).collect();
    store(&scene, ids[0], sound()).await;
    scene.wait_hours(1);
    let until = scene.now();
    store(&scene, ids[1], sound()).await;
    let old = scene.store.recordings_stored_before(until, 10);
    let old: Vec<_> = old.await.unwrap().iter().map(|it| it.id).collect();
    assert_eq!(old, ids[..1]);
    for (id, happens) in [(ids[0], true), (ids[0], false), (ids[2], false)] {
        let by = scene.by.clone();
        let removing = scene.store.recording_removed(id, by, scene.now());
        assert_eq!(removing.await.unwrap(), happens, "{id}");
    }
    let left = scene.store.recordings_stored_before(until, 10);
    assert!(left.await.unwrap().is_empty());
    let kept = scene.store.recording(ids[0]).await.unwrap();
    assert_eq!(
        (kept.state, kept.removed_at),
        (RecordingState::Removed, Some(scene.now()))
    );
}

pub(super) async fn recordings_are_listed_by_state_to_people_who_see_their_campaign(
    factory: &dyn Factory,
) {
    let (scene, _, attempt) = answered(factory).await;
    for name in ["RE1", "RE2", "RE3"] {
        want(&scene, wanted(&attempt, Some(name))).await;
    }
    let ids: Vec<_> = due(&scene).await.iter().map(|it| it.id).collect();
    store(&scene, ids[1], sound()).await;
    let anybody = Visible::To(UserId(77));
    let ann = scene.person("ann", Role::Operator).await;
    let people: Vec<_> = (10..12).map(number).collect();
    let campaign = scene.running_of(free(), &people, Some(ann)).await;
    let hers = scene.call(campaign, Outcome::Answered).await;
    want(&scene, wanted(&hers, Some("RE4"))).await;
    let own = scene.store.recordings_of(hers.id).await.unwrap()[0].id;
    let all = vec![own, ids[2], ids[1], ids[0]];
    for (state, visible, page, expected) in [
        (None, Visible::Everything, ALL, all.clone()),
        (None, Visible::To(ann), ALL, all),
        (None, anybody, ALL, vec![ids[2], ids[1], ids[0]]),
        (
            Some(RecordingState::Wanted),
            anybody,
            ALL,
            vec![ids[2], ids[0]],
        ),
        (Some(RecordingState::Stored), anybody, ALL, vec![ids[1]]),
        (Some(RecordingState::Missing), anybody, ALL, vec![]),
        (
            None,
            anybody,
            Page {
                after: Some(ids[2]),
                limit: 1,
            },
            vec![ids[1]],
        ),
    ] {
        let found = scene.store.recordings(state, visible, page).await.unwrap();
        let found: Vec<_> = found.iter().map(|it| it.id).collect();
        assert_eq!(found, expected, "{state:?} {visible:?}");
    }
}
