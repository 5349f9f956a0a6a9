//! Caps over sliding windows, across all campaigns (promise A11).

use ringonce_domain::caps::CapPreset;
use ringonce_domain::contact::Reason;
use ringonce_domain::{
    CampaignEvent, CampaignId, Caps, ContactState, Millis, Outcome, RepeatRule, RetryPolicy,
    Settings, Timestamp,
};

use super::Factory;
use super::material::{forgetful, free, number, numbers};
use super::scene::Scene;

fn capped(caps: CapPreset) -> Settings {
    Settings {
        repeat: RepeatRule::OnlyThisCampaign,
        caps: Caps::Preset(caps),
        ..free()
    }
}

/// Calls the number once from a campaign of its own; the call ends at the clock's time.
async fn call_once(scene: &Scene, outcome: Outcome) -> CampaignId {
    let campaign = scene.running(forgetful(), &numbers(1)).await;
    scene.call(campaign, outcome).await;
    campaign
}

/// The contact waits under its cap until exactly `free`, and is claimed then.
async fn waits_until(scene: &Scene, campaign: CampaignId, free: Timestamp) {
    let claimed = scene.claim(campaign, 1).await;
    assert_eq!((claimed.attempts.len(), claimed.deferred), (0, 1));
    let contact = scene.contact(campaign, number(0)).await;
    assert_eq!(
        (contact.state, contact.due_at),
        (ContactState::Pending, Some(free))
    );
    assert_eq!(contact.reason.as_deref(), Some(Reason::CAPPED.0));

    scene.wait_until(free - Millis::new(1));
    assert!(
        scene.claim(campaign, 1).await.attempts.is_empty(),
        "the cap holds to its last moment"
    );
    scene.wait_until(free);
    scene.claim_one(campaign).await;
}

pub(super) async fn the_default_caps_defer_the_fourth_call_of_a_day(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let first_end = scene.now();
    for outcome in [Outcome::Busy, Outcome::NoAnswer, Outcome::Failed] {
        call_once(&scene, outcome).await;
        scene.wait_hours(1);
    }
    let fourth = scene.running(capped(CapPreset::Default), &numbers(1)).await;
    waits_until(&scene, fourth, first_end + Millis::from_hours(24)).await;
}

pub(super) async fn an_answered_call_is_enough_for_a_day(factory: &dyn Factory) {
    for outcome in [Outcome::Answered, Outcome::Unknown] {
        let scene = Scene::new(factory).await;
        call_once(&scene, outcome).await;
        let free = scene.now() + Millis::from_hours(24);
        scene.wait_hours(2);
        let second = scene.running(capped(CapPreset::Default), &numbers(1)).await;
        waits_until(&scene, second, free).await;
    }
}

pub(super) async fn strict_caps_defer_the_second_call_of_a_day(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    call_once(&scene, Outcome::Busy).await;
    let free = scene.now() + Millis::from_hours(24);
    let second = scene.running(capped(CapPreset::Strict), &numbers(1)).await;
    waits_until(&scene, second, free).await;
}

pub(super) async fn a_cap_counts_the_calls_of_deleted_campaigns_too(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let gone = call_once(&scene, Outcome::Answered).await;
    let free = scene.now() + Millis::from_hours(24);
    scene.transition(gone, CampaignEvent::Complete).await;
    scene
        .store
        .delete(gone, scene.by.clone(), scene.now())
        .await
        .unwrap();

    let second = scene.running(capped(CapPreset::Default), &numbers(1)).await;
    waits_until(&scene, second, free).await;
}

pub(super) async fn a_retry_waits_for_the_cap_and_keeps_its_place(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let settings = Settings {
        retry: RetryPolicy {
            max_retries: 3,
            backoff_hours: vec![1.0],
            ..RetryPolicy::default()
        },
        ..capped(CapPreset::Default)
    };
    let campaign = scene.running(settings, &numbers(1)).await;
    let first_end = scene.now();
    for _ in 0..3 {
        scene.call(campaign, Outcome::Busy).await;
        scene.wait_hours(1);
    }
    waits_until(&scene, campaign, first_end + Millis::from_hours(24)).await;
    assert_eq!(scene.contact(campaign, number(0)).await.attempts, 4);
}
