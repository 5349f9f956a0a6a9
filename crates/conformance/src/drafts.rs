//! Editing a draft, and what a start would skip.

use ringonce_domain::{CampaignId, CampaignState, Millis, Outcome, RepeatRule};
use serde_json::{Map, Value, json};

use super::Factory;
use super::material::{forgetful, free, number, numbers};
use super::scene::Scene;
use ringonce_store::model::{DraftEdit, Foreseen};
use ringonce_store::{Result, StoreError};

fn settings(json: Value) -> Map<String, Value> {
    match json {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

async fn edit(scene: &Scene, id: CampaignId, json: Value) -> Result<bool> {
    let edit = DraftEdit {
        name: None,
        settings: settings(json),
    };
    scene
        .store
        .edit(id, edit, scene.by.clone(), scene.now())
        .await
}

pub(super) async fn a_draft_is_edited_by_fields_and_the_trail_says_what_changed(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let other = scene.another_store().await;
    let draft = scene.draft(free(), &numbers(2)).await;
    let before = other.campaign(draft).await.unwrap();
    let rename = DraftEdit {
        name: Some("Autumn\u{0}".into()),
        settings: settings(json!({"ring_seconds": 45, "caps": "strict"})),
    };
    let changed = scene
        .store
        .edit(draft, rename, scene.by.clone(), scene.now())
        .await;
    assert_eq!(changed, Ok(true));
    // A store that had read the draft before the edit reads it anew.
    for store in [&scene.store, &other] {
        let after = store.campaign(draft).await.unwrap();
        assert!(after.name.starts_with("Autumn"));
        assert_eq!(after.settings.ring_seconds, 45);
        assert_eq!(after.settings.pacing, before.settings.pacing);
    }
    let entries = || async { scene.store.verify_audit().await.unwrap().unwrap() };
    let count = entries().await;
    assert_eq!(
        edit(&scene, draft, json!({"ring_seconds": 45})).await,
        Ok(false)
    );
    assert_eq!(
        entries().await,
        count,
        "what changes nothing leaves no entry"
    );
    assert_eq!(
        edit(&scene, draft, json!({"ring_seconds": 46})).await,
        Ok(true)
    );
    assert_eq!(entries().await, count + 1);
}

pub(super) async fn what_cannot_be_used_leaves_a_draft_as_it_was(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let draft = scene.draft(free(), &numbers(1)).await;
    for (wrong, field) in [
        (json!({"ring_seconds": 1}), "ring_seconds"),
        (json!({"colour": "red"}), "settings"),
        (
            json!({"pacing": {"calls_at_once": 0}}),
            "pacing.calls_at_once",
        ),
    ] {
        match edit(&scene, draft, wrong).await {
            Err(StoreError::Setting(refusal)) => {
                assert!(refusal.field.starts_with(field), "{refusal}");
            }
            other => panic!("{field}: {other:?}"),
        }
    }
    assert_eq!(*scene.detail(draft).await.settings, free());
    let missing = edit(&scene, CampaignId(999), json!({})).await;
    assert!(
        matches!(missing, Err(StoreError::NotFound { .. })),
        "{missing:?}"
    );
}

pub(super) async fn nothing_edits_a_campaign_that_was_started(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(1)).await;
    let before = scene.detail(campaign).await.settings;
    let refused = edit(&scene, campaign, json!({"ring_seconds": 45})).await;
    let state = CampaignState::Running;
    let id = campaign.0;
    assert_eq!(refused, Err(StoreError::NotADraft { id, state }));
    assert_eq!(scene.detail(campaign).await.settings, before);
}

pub(super) async fn an_edited_draft_starts_under_its_last_settings(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let other = scene.another_store().await;
    let draft = scene.draft(free(), &numbers(2)).await;
    other.campaign(draft).await.unwrap();
    edit(&scene, draft, json!({"ring_seconds": 77}))
        .await
        .unwrap();
    scene.start(draft).await;
    for store in [&scene.store, &other] {
        assert_eq!(
            store.campaign(draft).await.unwrap().settings.ring_seconds,
            77
        );
    }
}

pub(super) async fn what_a_start_would_skip_is_foreseen(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    // Numbers 0 and 1 are called, 2 is blocked, 1 is blocked after its call.
    let campaign = scene.running(forgetful(), &numbers(2)).await;
    for _ in 0..2 {
        scene.call(campaign, Outcome::Answered).await;
    }
    for blocked in [1, 2] {
        let (by, now) = (scene.by.clone(), scene.now());
        let reason = "asked".to_owned();
        scene
            .store
            .block(number(blocked), reason, by, now)
            .await
            .unwrap();
    }
    let asked: Vec<_> = (0..5).map(number).collect();
    scene.wait(Millis::from_days(2));
    for (rule, called) in [
        (RepeatRule::NeverAgain, 1),
        (RepeatRule::AfterDays(1), 0),
        (RepeatRule::AfterDays(3), 1),
        (RepeatRule::OnlyThisCampaign, 0),
    ] {
        let found = scene.store.foresee(asked.clone(), rule, scene.now()).await;
        let expected = Foreseen { called, blocked: 2 };
        assert_eq!(found, Ok(expected), "{rule:?}");
    }
    let nobody = scene
        .store
        .foresee(Vec::new(), RepeatRule::NeverAgain, scene.now());
    assert_eq!(nobody.await, Ok(Foreseen::default()));
}
