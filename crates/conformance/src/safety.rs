//! The emergency stop (promise A10): when it trips, what it holds, and how it is re-armed.

use ringonce_domain::{
    AttemptState, CampaignId, CampaignState, Evidence, FailureClass, Outcome, SafetyLimits,
    StopCause, Timestamp,
};

use tokio::task::JoinSet;

use super::Factory;
use super::material::{
    MONDAY, accepted, ended, forgetful, number, numbers, refused, retrying, unclear,
};
use super::scene::{PATIENT, Scene};
use ringonce_store::StoreError;
use ringonce_store::model::{Actor, Announced, Announcement, Judgement, Recorded};

async fn is_stopped(scene: &Scene) -> bool {
    let status = scene.store.safety().await.unwrap();
    assert_eq!(status.stopped, status.safety.stopped);
    let seen = scene
        .another_store()
        .await
        .agenda()
        .await
        .unwrap()
        .snapshot
        .stopped;
    assert_eq!(seen, status.stopped, "every instance sees it");
    status.stopped.is_some()
}

/// Dials the next contact of a campaign of its own and records this evidence of it.
async fn tell_of_one(scene: &Scene, n: u64, evidence: Evidence) {
    let campaign = scene.running(forgetful(), &[number(n)]).await;
    let attempt = scene.dial_one(campaign).await;
    scene.record(attempt.id, evidence).await;
}

pub(super) async fn three_failures_in_a_row_stop_everything(factory: &dyn Factory) {
    let failures = [
        unclear(),
        refused(FailureClass::Network),
        refused(FailureClass::Configuration),
    ];
    let scene = Scene::new(factory).await;
    for (n, failure) in (0..).zip(failures) {
        assert!(!is_stopped(&scene).await, "after {n} failures");
        tell_of_one(&scene, n, failure).await;
    }
    assert!(is_stopped(&scene).await);
    let stopped = scene.store.safety().await.unwrap().stopped.unwrap();
    assert_eq!(stopped.at, scene.now());
    assert_eq!(stopped.cause().0, StopCause::ConsecutiveFailures);
}

pub(super) async fn what_is_no_failure_of_ours_breaks_the_row(factory: &dyn Factory) {
    let harmless = [
        accepted("CA1"),
        Evidence::Ringing,
        ended(Outcome::Busy),
        ended(Outcome::BadNumber),
        refused(FailureClass::Busy),
        refused(FailureClass::BadNumber),
        refused(FailureClass::Congestion),
        refused(FailureClass::Rejected),
        refused(FailureClass::Country),
    ];
    let scene = Scene::new(factory).await;
    for (n, evidence) in (0..).zip(harmless) {
        let kind = format!("{evidence:?}");
        tell_of_one(&scene, 10 * n, unclear()).await;
        tell_of_one(&scene, 10 * n + 1, unclear()).await;
        tell_of_one(&scene, 10 * n + 2, evidence).await;
        assert!(!is_stopped(&scene).await, "{kind}");
        let counted = scene
            .store
            .safety()
            .await
            .unwrap()
            .safety
            .consecutive_failures;
        assert_eq!(counted, 0, "{kind}");
    }
}

/// A number whose attempt was given up although the carrier has the call.
async fn superseded(scene: &Scene, n: u64) {
    let campaign = scene.running(forgetful(), &[number(n)]).await;
    let attempt = scene.dial_one(campaign).await;
    scene.give_up(&attempt).await;
    let found = scene.record(attempt.id, Evidence::Ringing).await;
    assert!(matches!(found, Recorded::Superseded(_)));
}

pub(super) async fn two_duplicates_stop_everything(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    superseded(&scene, 0).await;
    assert!(!is_stopped(&scene).await, "one is a warning");
    tell_of_one(&scene, 1, accepted("CA1")).await;
    superseded(&scene, 2).await;
    assert!(
        is_stopped(&scene).await,
        "a placed call in between forgives no duplicate"
    );
}

pub(super) async fn the_limits_are_the_callers(factory: &dyn Factory) {
    for (limits, stops) in [
        (
            SafetyLimits {
                consecutive_failures: 1,
                duplicates: 1,
            },
            true,
        ),
        (PATIENT, false),
    ] {
        let scene = Scene::new(factory).await;
        let campaign = scene.running(forgetful(), &numbers(5)).await;
        for _ in 0..if stops { 1 } else { 5 } {
            let attempt = scene.dial_one(campaign).await;
            let judgement = Judgement {
                limits,
                ..Judgement::default()
            };
            let by = scene.by.clone();
            scene
                .store
                .record(attempt.id, vec![unclear()], by, judgement, scene.now())
                .await
                .unwrap();
        }
        assert_eq!(is_stopped(&scene).await, stops);
    }
}

pub(super) async fn a_stop_holds_the_very_next_claim_and_dial(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(forgetful(), &numbers(3)).await;
    let attempt = scene.claim_one(campaign).await;
    let by = scene.by.clone();
    scene
        .another_store()
        .await
        .stop_all("smoke".into(), by, scene.now())
        .await
        .unwrap();

    let claimed = scene.claim(campaign, 1).await;
    assert_eq!(claimed.attempts, []);
    let held = claimed.held.expect("it says why");
    assert!(held.contains("smoke"), "{held}");
    match scene.try_record(attempt.id, scene.dial()).await {
        Err(StoreError::Stale(_)) => {}
        Ok(Recorded::Moved(attempt)) if attempt.state == AttemptState::Released => {}
        other => panic!("the call may be sent: {other:?}"),
    }
    assert_eq!(
        scene.detail(campaign).await.state,
        CampaignState::Running,
        "it goes on by itself later"
    );
}

pub(super) async fn a_stop_still_records_evidence(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(forgetful(), &numbers(1)).await;
    let attempt = scene.dial_one(campaign).await;
    scene
        .store
        .stop_all("smoke".into(), scene.by.clone(), scene.now())
        .await
        .unwrap();
    for evidence in [
        accepted("CA1"),
        Evidence::Answered,
        ended(Outcome::Answered),
    ] {
        let recorded = scene.record(attempt.id, evidence).await;
        assert!(matches!(recorded, Recorded::Moved(_)));
    }
    assert_eq!(scene.detail(campaign).await.live, 0);
}

pub(super) async fn a_person_re_arms_with_a_reason(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let resume = async || {
        let by = scene.by.clone();
        scene
            .store
            .resume_all("the carrier is back".into(), by, scene.now())
            .await
            .unwrap()
    };
    assert!(!resume().await, "it was not stopped");
    for n in 0..3 {
        tell_of_one(&scene, n, unclear()).await;
    }
    assert!(is_stopped(&scene).await);
    let campaign = scene.draft(forgetful(), &[number(7)]).await;
    scene.start(campaign).await;
    assert!(scene.claim(campaign, 1).await.attempts.is_empty());

    assert!(resume().await, "it was stopped");

    assert!(!is_stopped(&scene).await);
    scene.claim_one(campaign).await;
    tell_of_one(&scene, 8, unclear()).await;
    tell_of_one(&scene, 9, unclear()).await;
    assert!(
        !is_stopped(&scene).await,
        "what was counted before is forgotten"
    );
}

/// A number that rings a second time while a call that was given up is still under way.
async fn ring_against_the_rules(scene: &Scene, campaign: CampaignId) {
    let lost = scene.dial_one(campaign).await;
    let give_up = Judgement {
        limits: PATIENT,
        ..Judgement::default()
    };
    scene.give_up(&lost).await;
    scene.wait_hours(1);
    scene.call(campaign, Outcome::Answered).await;
    scene.wait_hours(1);
    let by = scene.by.clone();
    scene
        .store
        .record(lost.id, vec![Evidence::Answered], by, give_up, scene.now())
        .await
        .unwrap();
}

pub(super) async fn a_ring_against_the_rules_is_found_once(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let look = async |since| {
        scene
            .store
            .find_duplicates(since, PATIENT, scene.now())
            .await
            .unwrap()
    };
    let beginning = Timestamp::from_millis(0);
    let fair = scene.running(forgetful(), &[number(1)]).await;
    scene.call(fair, Outcome::Busy).await;
    let (found, _) = look(beginning).await;
    assert_eq!(found, [], "a call by the rules is none");

    let campaign = scene.running(retrying(), &[number(0)]).await;
    ring_against_the_rules(&scene, campaign).await;
    scene.wait_hours(1);
    let (found, next) = look(beginning).await;
    assert!(!found.is_empty(), "the number rang twice");
    assert!(
        found.iter().all(|violation| violation.number == number(0)),
        "{found:?}"
    );
    assert!(next > beginning && next <= scene.now());

    for since in [beginning, next] {
        let (again, _) = look(since).await;
        assert_eq!(again, [], "each is reported once");
    }

    let one = SafetyLimits {
        duplicates: 1,
        ..PATIENT
    };
    let second = scene.running(retrying(), &[number(2)]).await;
    ring_against_the_rules(&scene, second).await;
    scene.wait_hours(1);
    assert!(!is_stopped(&scene).await);
    let (found, _) = scene
        .store
        .find_duplicates(next, one, scene.now())
        .await
        .unwrap();
    assert!(!found.is_empty());
    assert!(is_stopped(&scene).await, "what it finds trips the stop");
}

async fn waiting(scene: &Scene) -> Vec<Announcement> {
    scene.another_store().await.announcements().await.unwrap()
}

/// The actor and the reason of each announced stop.
fn stops(waiting: &[Announcement]) -> Vec<(&str, &str)> {
    let stops = waiting.iter().map(|it| {
        let Announced::EmergencyStop { reason } = &it.what;
        (&*it.by.0, reason.as_str())
    });
    stops.collect()
}

pub(super) async fn what_trips_the_stop_announces_it_until_it_was_told(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    assert_eq!(waiting(&scene).await, []);
    for n in 0..3 {
        tell_of_one(&scene, n, unclear()).await;
    }
    let re_arm = async || {
        let by = scene.by.clone();
        let resumed = scene.store.resume_all("mended".into(), by, scene.now());
        assert!(resumed.await.unwrap());
        scene.wait_hours(1);
    };
    let failed_at = scene.now();
    re_arm().await;
    superseded(&scene, 3).await;
    superseded(&scene, 4).await;
    re_arm().await;
    let one = SafetyLimits {
        duplicates: 1,
        ..PATIENT
    };
    let campaign = scene.running(retrying(), &[number(5)]).await;
    ring_against_the_rules(&scene, campaign).await;
    scene.wait_hours(1);
    let long_ago = Timestamp::from_millis(0);
    let looked = scene.store.find_duplicates(long_ago, one, scene.now());
    assert!(!looked.await.unwrap().0.is_empty());
    re_arm().await;
    for (who, why) in [("ann", "a fire drill"), ("bob", "to be sure")] {
        let stopped = scene
            .store
            .stop_all(why.into(), Actor::new(who), scene.now());
        stopped.await.unwrap();
    }

    let all = waiting(&scene).await;
    let told = stops(&all);
    assert_eq!(
        told.len(),
        4,
        "who finds it tripped trips nothing: {told:?}"
    );
    assert_eq!((told[0].0, told[1].0), (&*scene.by.0, &*scene.by.0));
    assert!(told[0].1.starts_with("consecutive_failures: "), "{told:?}");
    assert!(told[1].1.contains("given up"), "{told:?}");
    assert_eq!(told[2].0, "duplicate alarm");
    assert_eq!(told[3], ("ann", "a fire drill"));
    assert_eq!(all[0].at, failed_at);

    for (n, told) in all.iter().enumerate() {
        assert_eq!(waiting(&scene).await, all[n..]);
        for is_news in [true, false] {
            let noted = scene.store.announced(told.id, scene.now()).await;
            assert_eq!(noted.unwrap(), is_news);
        }
    }
    assert_eq!(waiting(&scene).await, []);
}

pub(super) async fn of_many_who_trip_the_stop_at_once_one_has_it_announced(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let mut attempts = Vec::new();
    for n in 0..6 {
        let campaign = scene.running(forgetful(), &[number(n)]).await;
        attempts.push(scene.dial_one(campaign).await.id);
    }
    let mut tasks = JoinSet::new();
    for (n, attempt) in attempts.into_iter().enumerate() {
        let store = scene.another_store().await;
        tasks.spawn(async move {
            let by = Actor::new(format!("person {n}"));
            let (judgement, failed) = (Judgement::default(), vec![unclear()]);
            let recorded = store.record(attempt, failed, by.clone(), judgement, MONDAY);
            recorded.await.unwrap();
            store.stop_all("a fire".into(), by, MONDAY).await.unwrap();
        });
    }
    tasks.join_all().await;
    let all = waiting(&scene).await;
    assert_eq!(all.len(), 1, "{all:?}");
    let stopped = scene.store.safety().await.unwrap().stopped.unwrap();
    assert_eq!(stops(&all)[0].1, stopped.reason);
}

pub(super) async fn what_many_tell_at_once_is_told_once(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let (by, now) = (scene.by.clone(), scene.now());
    scene
        .store
        .stop_all("a drill".into(), by, now)
        .await
        .unwrap();
    let id = waiting(&scene).await[0].id;
    let mut tasks = JoinSet::new();
    for _ in 0..6 {
        let store = scene.another_store().await;
        tasks.spawn(async move { store.announced(id, MONDAY).await.unwrap() });
    }
    let news = tasks.join_all().await.into_iter().filter(|news| *news);
    assert_eq!(news.count(), 1);
}
