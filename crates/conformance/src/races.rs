//! Many commands at once: whatever their order, each thing happens once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ringonce_domain::{
    AttemptState, CampaignState, ContactState, Evidence, FailureClass, InstanceId, Number, Outcome,
};
use tokio::task::JoinSet;

use super::Factory;
use super::invariants::assert_adds_up;
use super::material::{
    LEASE, MONDAY, attempt_ids, ended, forgetful, free, instance, number, numbers, refused,
};
use super::scene::{Scene, start_on};
use ringonce_store::model::{Actor, AuditSearch, ClaimRequest, Judgement, Page, Recorded};
use ringonce_store::{Store, StoreError};

async fn all<T: 'static>(mut tasks: JoinSet<T>) -> Vec<T> {
    let mut results = Vec::new();
    while let Some(result) = tasks.join_next().await {
        results.push(result.unwrap());
    }
    results
}

/// Claims again and again until nothing is due; holds every attempt that it gets.
async fn claim_everything(
    store: Arc<dyn Store>,
    campaign: ringonce_domain::CampaignId,
    who: InstanceId,
) -> Vec<Number> {
    let until = MONDAY + LEASE;
    let Some(epoch) = store.lease(campaign, who, MONDAY, until).await.unwrap() else {
        return Vec::new();
    };
    let mut claimed = Vec::new();
    loop {
        let request = ClaimRequest {
            campaign,
            instance: who,
            epoch,
            ids: attempt_ids(3, MONDAY),
            now: MONDAY,
            lease_until: until,
        };
        let step = store.claim(request).await.unwrap();
        let idle = step.attempts.is_empty() && step.deferred + step.skipped == 0;
        claimed.extend(step.attempts.iter().map(|attempt| attempt.number));
        if idle {
            return claimed;
        }
        tokio::task::yield_now().await;
    }
}

pub(super) async fn many_claimers_never_share_a_number(factory: &dyn Factory) {
    const PEOPLE: u64 = 120;
    let scene = Scene::new(factory).await;
    let mut tasks = JoinSet::new();
    for n in 1..=3 {
        // Each campaign is run by one instance through a store of its own, with four claimers.
        let campaign = scene.running(forgetful(), &numbers(PEOPLE)).await;
        let store = scene.another_store().await;
        for _ in 0..4 {
            tasks.spawn(claim_everything(Arc::clone(&store), campaign, instance(n)));
        }
        // Another instance tries to run it too.
        tasks.spawn(claim_everything(
            scene.another_store().await,
            campaign,
            instance(n + 10),
        ));
    }
    let claimed: Vec<Number> = all(tasks).await.into_iter().flatten().collect();

    let distinct: BTreeSet<Number> = claimed.iter().copied().collect();
    assert_eq!(
        distinct.len(),
        claimed.len(),
        "a number was given to two claimers"
    );
    assert_eq!(distinct.len() as u64, PEOPLE, "and nobody is forgotten");
    assert_adds_up(&scene.store, scene.now()).await;
}

pub(super) async fn one_of_many_instances_gets_the_lease(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(1)).await;
    let mut tasks = JoinSet::new();
    for n in 1..=12 {
        let store = scene.another_store().await;
        tasks.spawn(async move {
            store
                .lease(campaign, instance(n), MONDAY, MONDAY + LEASE)
                .await
                .unwrap()
        });
    }
    let leaders = all(tasks).await.into_iter().flatten().count();
    assert_eq!(leaders, 1);
}

pub(super) async fn the_same_evidence_at_once_counts_once(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(1)).await;
    let attempt = scene.dial_one(campaign).await;
    let stores = [Arc::clone(&scene.store), scene.another_store().await];
    let mut tasks = JoinSet::new();
    for n in 0..16 {
        let store = Arc::clone(&stores[n % 2]);
        tasks.spawn(async move {
            let (by, judgement) = (Actor::new("carrier"), Judgement::default());
            store
                .record(
                    attempt.id,
                    vec![ended(Outcome::Answered)],
                    by,
                    judgement,
                    MONDAY,
                )
                .await
                .unwrap()
        });
    }
    let moved = all(tasks)
        .await
        .into_iter()
        .filter(|seen| matches!(seen, Recorded::Moved(_)))
        .count();
    assert_eq!(moved, 1);
    assert_eq!(scene.contact(campaign, number(0)).await.answered, 1);
    assert_eq!(
        scene.store.number(number(0)).await.unwrap().unwrap().called,
        1
    );
    assert_adds_up(&scene.store, scene.now()).await;
}

pub(super) async fn a_campaign_is_started_once_however_many_ask(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let first = scene.running(forgetful(), &numbers(5)).await;
    for _ in 0..5 {
        scene.call(first, Outcome::Busy).await;
    }
    let campaign = scene.draft(free(), &numbers(9)).await;
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let store = scene.another_store().await;
        tasks.spawn(async move { start_on(store.as_ref(), campaign, MONDAY).await });
    }
    let answers = all(tasks).await;
    let started: Vec<_> = answers.iter().flatten().collect();
    assert_eq!(started.len(), 1, "{answers:?}");
    assert_eq!((started[0].calls, started[0].skipped), (4, 5));
    for refused in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        assert!(matches!(refused, StoreError::Illegal(_)), "{refused}");
    }
    let detail = scene.detail(campaign).await;
    assert_eq!(
        (detail.state, detail.skipped_duplicates),
        (CampaignState::Running, 5)
    );
    assert_adds_up(&scene.store, scene.now()).await;
}

pub(super) async fn a_dial_and_a_release_at_once_have_one_winner(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(forgetful(), &numbers(24)).await;
    let attempts = scene.claim_all(campaign, 24).await;
    let (watchdog, judgement) = (scene.another_store().await, Judgement::default());
    let mut tasks = JoinSet::new();
    for attempt in attempts {
        let (engine, watchdog) = (Arc::clone(&scene.store), Arc::clone(&watchdog));
        let dial = scene.dial();
        tasks.spawn(async move {
            let by = || Actor::new("engine");
            let gone = Evidence::OwnerGone;
            let release = async move {
                watchdog
                    .record(attempt.id, vec![gone], by(), judgement, MONDAY)
                    .await
            };
            let releasing = tokio::spawn(release);
            let dialled = engine
                .record(attempt.id, vec![dial], by(), judgement, MONDAY)
                .await;
            (
                attempt.id,
                dialled.is_ok(),
                releasing.await.unwrap().is_ok(),
            )
        });
    }
    let mut states = BTreeMap::new();
    for (id, dialled, released) in all(tasks).await {
        assert!(released, "evidence is never an error");
        let attempt = scene.store.attempt(id).await.unwrap().unwrap();
        let expected = if dialled {
            AttemptState::Unknown
        } else {
            AttemptState::Released
        };
        assert_eq!(
            attempt.state, expected,
            "what may have been sent is frozen, what was not is free"
        );
        *states.entry(attempt.state).or_insert(0) += 1;
        if dialled {
            scene.record(id, refused(FailureClass::Busy)).await;
        }
    }
    assert_eq!(states.values().sum::<i32>(), 24);
    assert_eq!(scene.count(campaign, ContactState::Calling).await, 0);
    assert_adds_up(&scene.store, scene.now()).await;
}

pub(super) async fn a_command_that_fails_takes_no_other_with_it(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(forgetful(), &numbers(60)).await;
    let attempts = scene.claim_all(campaign, 60).await;
    let mut tasks = JoinSet::new();
    for (n, attempt) in attempts.iter().enumerate() {
        let (store, id) = (Arc::clone(&scene.store), attempt.id);
        let by_stranger = Evidence::Dial {
            by: instance(9),
            dial_before: MONDAY + LEASE,
            caller_id: None,
        };
        let evidence = if n % 2 == 0 {
            scene.dial()
        } else {
            by_stranger
        };
        tasks.spawn(async move {
            let (by, judgement) = (Actor::new("engine"), Judgement::default());
            let answer = store
                .record(id, vec![evidence], by, judgement, MONDAY)
                .await;
            (n % 2 == 0, id, answer.is_ok())
        });
    }
    for (may, id, dialled) in all(tasks).await {
        assert_eq!(dialled, may);
        let expected = if may {
            AttemptState::Dialing
        } else {
            AttemptState::Claimed
        };
        let attempt = scene.store.attempt(id).await.unwrap().unwrap();
        assert_eq!(attempt.state, expected);
    }
    assert_adds_up(&scene.store, scene.now()).await;
}

pub(super) async fn a_fact_that_many_set_at_once_has_one_value(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let mut tasks = JoinSet::new();
    for n in 0..12 {
        let store = scene.another_store().await;
        tasks.spawn(async move { store.fact_or_set("secret", &n.to_string()).await.unwrap() });
    }
    let told: BTreeSet<String> = all(tasks).await.into_iter().collect();
    let kept = scene.store.fact("secret").await.unwrap();
    assert_eq!(told, kept.into_iter().collect::<BTreeSet<_>>());
    let later = scene.store.fact_or_set("secret", "too late").await.unwrap();
    assert!(told.contains(&later), "{later} was set over {told:?}");
}

pub(super) async fn of_a_fact_that_many_change_at_once_no_change_is_lost(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let mut tasks = JoinSet::new();
    for _ in 0..6 {
        let store = scene.another_store().await;
        tasks.spawn(async move {
            for _ in 0..5 {
                loop {
                    let held = store.fact("count").await.unwrap();
                    let count: u32 = held.as_deref().map_or(0, |held| held.parse().unwrap());
                    let next = (count + 1).to_string();
                    let replaced = store.replace_fact("count", held.as_deref(), &next);
                    if replaced.await.unwrap() {
                        break;
                    }
                }
            }
        });
    }
    all(tasks).await;
    let count = scene.store.fact("count").await.unwrap();
    assert_eq!(count.as_deref(), Some("30"));
}

pub(super) async fn a_region_that_many_set_at_once_is_audited_step_by_step(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let mut tasks = JoinSet::new();
    for n in 0..12 {
        let store = scene.another_store().await;
        let region = ["US", "DE", "FR", ""][n % 4].parse().ok();
        tasks.spawn(async move {
            for _ in 0..4 {
                let set = store.set_usual_region(region, Actor::new("ann"), MONDAY);
                set.await.unwrap();
            }
        });
    }
    all(tasks).await;
    let (after, limit) = (None, 1_000);
    let found = scene
        .store
        .find_entries(AuditSearch::default(), Page { after, limit });
    // Each change begins with the value that another has set: every value was set as often as it was
    // replaced, but for the first and the last.
    let mut balance: BTreeMap<Option<String>, i64> = BTreeMap::new();
    for entry in found.await.unwrap().entries {
        let detail: serde_json::Value = serde_json::from_str(&entry.detail).unwrap();
        let region = |which: &str| detail[which].as_str().map(str::to_owned);
        *balance.entry(region("before")).or_default() -= 1;
        *balance.entry(region("after")).or_default() += 1;
    }
    let last = scene.store.usual_region().await.unwrap();
    *balance.entry(None).or_default() += 1;
    *balance.entry(last.map(|it| it.to_string())).or_default() -= 1;
    assert!(balance.values().all(|sum| *sum == 0), "{balance:?}");
}
