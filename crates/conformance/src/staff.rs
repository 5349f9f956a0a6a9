//! The audit trail (promise D2), tokens, facts and health.

use ringonce_domain::{CampaignEvent, Evidence, Millis, Outcome};

use super::Factory;
use super::material::{accepted, ended, forgetful, free, number, numbers};
use super::people::machine_token;
use super::scene::Scene;
use ringonce_store::StoreError;
use ringonce_store::model::{Actor, AuditSearch, Judgement, Page};

async fn entries(scene: &Scene) -> u64 {
    scene.store.verify_audit().await.unwrap().unwrap()
}

pub(super) async fn every_state_change_is_in_the_audit_trail_with_its_actor(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(1)).await;
    let attempt = scene.claim_one(campaign).await;
    let course = [
        scene.dial(),
        accepted("CA1"),
        Evidence::Answered,
        ended(Outcome::Answered),
    ];
    for evidence in course {
        scene.wait(Millis::from_secs(1));
        let by = Actor::new(format!("carrier:{}", evidence.kind()));
        scene
            .store
            .record(
                attempt.id,
                vec![evidence],
                by,
                Judgement::default(),
                scene.now(),
            )
            .await
            .unwrap();
    }
    let (_, timeline) = scene.store.call(attempt.id).await.unwrap();
    let told: Vec<(&str, &str)> = timeline
        .iter()
        .map(|entry| (entry.event.as_str(), &*entry.actor.0))
        .collect();
    let expected = [
        ("attempt.dialing", "carrier:dial"),
        ("attempt.ringing", "carrier:accepted"),
        ("attempt.answered", "carrier:answered"),
        ("attempt.ended", "carrier:ended"),
    ];
    assert_eq!(told[0].0, "attempt.claimed");
    assert_eq!(told[1..], expected);
    for entry in &timeline {
        assert_eq!(
            (entry.campaign, entry.number),
            (Some(campaign), Some(number(0)))
        );
        assert!(
            serde_json::from_str::<serde_json::Value>(&entry.detail)
                .unwrap()
                .is_object()
        );
    }
    assert!(
        timeline.is_sorted_by(|a, b| a.seq < b.seq && a.at <= b.at),
        "oldest first"
    );

    let deeds = async |before: u64, what: &str| {
        let after = entries(&scene).await;
        assert!(after > before, "{what} leaves no entry");
        after
    };
    let mut count = entries(&scene).await;
    scene.transition(campaign, CampaignEvent::Pause).await;
    count = deeds(count, "a pause").await;
    scene
        .store
        .block(number(5), "asked".into(), scene.by.clone(), scene.now())
        .await
        .unwrap();
    count = deeds(count, "a block").await;
    scene
        .store
        .stop_all("smoke".into(), scene.by.clone(), scene.now())
        .await
        .unwrap();
    count = deeds(count, "a stop").await;
    scene
        .store
        .resume_all("clear".into(), scene.by.clone(), scene.now())
        .await
        .unwrap();
    count = deeds(count, "a re-arming").await;
    scene
        .store
        .add_token(machine_token("api", 7), scene.occasion())
        .await
        .unwrap();
    count = deeds(count, "a token").await;
    scene
        .store
        .delete(campaign, scene.by.clone(), scene.now())
        .await
        .unwrap();
    deeds(count, "a deletion").await;
}

pub(super) async fn the_audit_chain_verifies_and_grows(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    assert_eq!(entries(&scene).await, 0);
    let campaign = scene.running(forgetful(), &numbers(3)).await;
    let mut before = entries(&scene).await;
    for _ in 0..3 {
        scene.call(campaign, Outcome::Busy).await;
        let after = entries(&scene).await;
        assert!(after >= before + 4, "claimed, dialled, accepted, ended");
        before = after;
    }
    assert_eq!(
        scene.another_store().await.verify_audit().await.unwrap(),
        Ok(before)
    );
}

pub(super) async fn facts_are_kept_and_replaced(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    assert_eq!(scene.store.fact("carrier_kind").await.unwrap(), None);
    let mut held = None;
    for value in ["simulator", "", "Asterisk ☎"] {
        for (read, replaces) in [(Some("another"), false), (held, true), (held, false)] {
            let replaced = scene.store.replace_fact("carrier_kind", read, value);
            assert_eq!(replaced.await.unwrap(), replaces, "{read:?} by {value:?}");
        }
        held = Some(value);
        let stored = scene
            .another_store()
            .await
            .fact("carrier_kind")
            .await
            .unwrap();
        assert_eq!(stored.as_deref(), Some(value));
    }
    assert_eq!(scene.store.fact("another").await.unwrap(), None);
}

pub(super) async fn the_usual_region_is_kept_and_each_change_audited(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    assert_eq!(scene.store.usual_region().await.unwrap(), None);
    let mut audited = entries(&scene).await;
    for (code, changes) in [
        ("", false),
        ("US", true),
        ("US", false),
        ("DE", true),
        ("", true),
        ("", false),
    ] {
        let region = code.parse().ok();
        let set = scene
            .store
            .set_usual_region(region, Actor::new("ann"), scene.now());
        assert_eq!(set.await.unwrap(), changes, "{code:?}");
        let elsewhere = scene.another_store().await;
        assert_eq!(elsewhere.usual_region().await.unwrap(), region, "{code:?}");
        audited += u64::from(changes);
        assert_eq!(entries(&scene).await, audited, "{code:?}");
    }
    let found = scene
        .store
        .find_entries(
            AuditSearch::default(),
            Page {
                after: None,
                limit: 1,
            },
        )
        .await
        .unwrap();
    let last = &found.entries[0];
    assert_eq!(
        (last.event.as_str(), &*last.actor.0),
        ("settings.change", "ann")
    );
    let detail: serde_json::Value = serde_json::from_str(&last.detail).unwrap();
    let expected = serde_json::json!({ "setting": "usual_region", "before": "DE", "after": null });
    assert_eq!(detail, expected);
}

pub(super) async fn a_commit_wakes_those_who_wait_for_changes(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let mut changes = scene.store.changes();
    changes.borrow_and_update();
    let campaign = scene.draft(free(), &numbers(1)).await;
    assert!(changes.has_changed().unwrap());

    changes.borrow_and_update();
    scene.detail(campaign).await;
    scene.store.agenda().await.unwrap();
    assert!(!changes.has_changed().unwrap(), "a read changes nothing");

    let elsewhere = scene.another_store().await;
    elsewhere.fact_or_set("weather", "fair").await.unwrap();
    let woken = tokio::time::timeout(std::time::Duration::from_secs(10), changes.changed());
    woken
        .await
        .expect("a commit of another process wakes too")
        .unwrap();
}

pub(super) async fn the_latest_instant_is_the_latest_of_the_ledger(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    assert_eq!(scene.store.latest_instant().await.unwrap(), None);
    let campaign = scene.running(free(), &numbers(1)).await;
    for _ in 0..3 {
        scene.wait_hours(1);
        let attempt = scene.claim_one(campaign).await;
        scene.record(attempt.id, Evidence::OwnerGone).await;
        assert_eq!(
            scene.store.latest_instant().await.unwrap(),
            Some(scene.now())
        );
    }
}

pub(super) async fn a_healthy_ledger_has_no_findings(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(forgetful(), &numbers(3)).await;
    scene.call(campaign, Outcome::Busy).await;
    scene.dial_one(campaign).await;
    let findings = scene.store.doctor(scene.now()).await.unwrap();
    assert!(!findings.is_empty(), "it says what it looked at");
    for finding in findings {
        assert!(finding.ok, "{finding:?}");
        assert!(
            !finding.check.is_empty() && !finding.found.is_empty(),
            "{finding:?}"
        );
    }
}

pub(super) async fn a_closed_store_says_so(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(1)).await;
    scene.store.close().await.unwrap();
    let by = scene.by.clone();
    let answer = scene
        .store
        .transition(campaign, CampaignEvent::Pause, by, None, scene.now())
        .await;
    assert_eq!(answer.unwrap_err(), StoreError::Closed);
}
