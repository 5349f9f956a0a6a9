//! Figures over time: each call is counted once, at its end.

use ringonce_domain::{Evidence, Millis, Outcome, Timestamp};

use super::Factory;
use super::material::{accepted, ended, forgetful, numbers};
use super::scene::Scene;
use ringonce_store::model::{Activity, Span};

fn bucket(start: Timestamp, outcome: Outcome, calls: u64, talk_millis: u64) -> Activity {
    Activity {
        start,
        outcome,
        calls,
        talk_millis,
    }
}

pub(super) async fn calls_count_in_the_minute_and_the_quarter_in_which_they_ended(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(forgetful(), &numbers(9)).await;
    let begin = scene.now();
    // Answered for 50 seconds over a change of the minute, and busy twice: now and later in the quarter.
    let answered = scene.dial_one(campaign).await;
    scene
        .tell(answered.id, [accepted("CA1"), Evidence::Answered])
        .await;
    scene.call(campaign, Outcome::Busy).await;
    scene.wait(Millis::from_secs(50));
    scene.call(campaign, Outcome::Busy).await;
    scene.wait(Millis::from_secs(20));
    scene.record(answered.id, ended(Outcome::Answered)).await;
    scene.wait(Millis::from_minutes(15));
    scene.call(campaign, Outcome::NoAnswer).await;

    let minute = |n| begin + Millis::from_minutes(n);
    let period = || begin..scene.now() + Millis::new(1);
    let told = |span, period| scene.store.activity(campaign, span, period);
    assert_eq!(
        told(Span::Minute, period()).await.unwrap(),
        [
            bucket(begin, Outcome::Busy, 2, 0),
            bucket(minute(1), Outcome::Answered, 1, 70_000),
            bucket(minute(16), Outcome::NoAnswer, 1, 0),
        ]
    );
    assert_eq!(
        told(Span::Quarter, period()).await.unwrap(),
        [
            bucket(begin, Outcome::Answered, 1, 70_000),
            bucket(begin, Outcome::Busy, 2, 0),
            bucket(minute(15), Outcome::NoAnswer, 1, 0),
        ]
    );
    let later = told(Span::Minute, minute(1)..minute(16)).await.unwrap();
    assert_eq!(later, [bucket(minute(1), Outcome::Answered, 1, 70_000)]);
}

pub(super) async fn a_call_that_was_never_sent_is_no_activity(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(forgetful(), &numbers(3)).await;
    let attempt = scene.dial_one(campaign).await;
    scene.record(attempt.id, Evidence::NotSent).await;
    scene.claim_one(campaign).await;
    let whole = Timestamp::from_millis(0)..scene.now() + Millis::from_days(1);
    for span in Span::ALL {
        let told = scene.store.activity(campaign, span, whole.clone()).await;
        assert_eq!(told.unwrap(), []);
    }
}

pub(super) async fn the_pulse_of_several_campaigns_is_told_at_once(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let first = scene.running(forgetful(), &numbers(20)).await;
    let second = scene.running(forgetful(), &numbers(20)).await;
    scene.call(first, Outcome::Busy).await;
    scene.wait_hours(1);
    let since = scene.now();
    for outcome in [Outcome::Busy, Outcome::Answered] {
        scene.call(first, outcome).await;
    }
    scene.wait(Millis::from_minutes(2));
    scene.call(second, Outcome::NoAnswer).await;

    let asked = [second, first];
    let pulse = scene.store.pulse(&asked, since).await.unwrap();
    let pulse: Vec<_> = pulse
        .iter()
        .map(|minute| (minute.campaign, minute.start, minute.calls))
        .collect();
    let later = since + Millis::from_minutes(2);
    assert_eq!(pulse, [(first, since, 2), (second, later, 1)]);
    assert_eq!(scene.store.pulse(&[], since).await.unwrap(), []);
}

pub(super) async fn the_activity_of_a_deleted_campaign_goes_with_it(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(forgetful(), &numbers(1)).await;
    scene.call(campaign, Outcome::Answered).await;
    scene
        .transition(campaign, ringonce_domain::CampaignEvent::Complete)
        .await;
    let (by, now) = (scene.by.clone(), scene.now());
    scene.store.delete(campaign, by, now).await.unwrap();
    let whole = Timestamp::from_millis(0)..now + Millis::from_days(1);
    let told = scene.store.activity(campaign, Span::Quarter, whole).await;
    assert_eq!(told.unwrap(), []);
    for finding in scene.store.doctor(now).await.unwrap() {
        assert!(finding.ok, "{finding:?}");
    }
}
