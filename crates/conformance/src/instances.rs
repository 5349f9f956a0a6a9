//! Instances that share the ledger: joining, heartbeats, leaving and being declared gone (promise A12).

use ringonce_domain::{AttemptState, CampaignId, Epoch, Evidence, InstanceId, Millis, Outcome};
use tokio::task::JoinSet;

use super::Factory;
use super::material::{accepted, ended, free, instance, numbers};
use super::scene::{Scene, moved};
use ringonce_store::StoreError;
use ringonce_store::model::{INSTANCES_REMEMBERED, InstanceDetail, NewInstance};

/// How long an instance lives after a heartbeat.
const LIFE: Millis = Millis::from_secs(6);
const SECOND: Millis = Millis::from_secs(1);

pub(super) fn newcomer(id: InstanceId) -> NewInstance {
    NewInstance {
        id,
        name: "calls.example.com".into(),
        process: 4_711,
        version: "1.2.3".into(),
        address: Some("http://calls.example.com:8000".into()),
    }
}

async fn join(scene: &Scene, id: InstanceId) {
    scene
        .store
        .join(newcomer(id), scene.now(), scene.now() + LIFE)
        .await
        .unwrap();
}

async fn heartbeat(scene: &Scene, id: InstanceId) -> Vec<InstanceDetail> {
    scene
        .store
        .heartbeat(id, scene.now(), scene.now() + LIFE)
        .await
        .unwrap()
}

async fn must_join(scene: &Scene, id: InstanceId) -> bool {
    let answer = scene
        .store
        .heartbeat(id, scene.now(), scene.now() + LIFE)
        .await;
    matches!(
        answer,
        Err(StoreError::NotFound {
            what: "instance",
            ..
        })
    )
}

async fn entries(scene: &Scene) -> u64 {
    scene.store.verify_audit().await.unwrap().unwrap()
}

/// Whether another instance can take the campaign's lease at once.
async fn is_free(scene: &Scene, campaign: CampaignId) -> bool {
    let agenda = scene.store.agenda().await.unwrap();
    let at = agenda
        .snapshot
        .campaigns
        .iter()
        .position(|view| view.id == campaign)
        .unwrap();
    agenda.leases[at].until <= scene.now()
}

async fn lead(scene: &Scene, campaign: CampaignId, who: InstanceId) -> Epoch {
    let until = scene.now() + Millis::from_hours(1);
    let lease = scene.store.lease(campaign, who, scene.now(), until).await;
    lease.unwrap().expect("nobody leads it")
}

pub(super) async fn an_instance_that_joined_is_shown_as_it_introduced_itself(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let before = entries(&scene).await;
    join(&scene, instance(1)).await;
    assert_eq!(entries(&scene).await, before + 1, "joining is audited");
    scene.wait(SECOND);
    let homeless = NewInstance {
        address: None,
        ..newcomer(instance(2))
    };
    scene
        .store
        .join(homeless, scene.now(), scene.now() + LIFE)
        .await
        .unwrap();

    let shown = scene.store.instances().await.unwrap();

    let NewInstance {
        id,
        name,
        process,
        version,
        address,
    } = newcomer(instance(1));
    let joined_at = scene.now() - SECOND;
    let expected = InstanceDetail {
        id,
        name,
        process,
        version,
        address,
        joined_at,
        heard_at: joined_at,
        until: joined_at + LIFE,
        left_at: None,
        gone_at: None,
    };
    assert_eq!(shown[0], expected, "the eldest first");
    assert_eq!((shown[1].id, &shown[1].address), (instance(2), &None));
    assert_eq!(shown.len(), 2);
}

pub(super) async fn an_instance_lives_as_long_as_it_is_heard_of(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    join(&scene, instance(1)).await;
    join(&scene, instance(2)).await;
    for _ in 0..4 {
        scene.wait(Millis::new(LIFE.get() - 1));
        let known = heartbeat(&scene, instance(1)).await;
        assert_eq!(known[0].id, instance(1));
        assert!(known[0].lives(scene.now()));
        assert_eq!(
            (known[0].heard_at, known[0].until),
            (scene.now(), scene.now() + LIFE)
        );
    }
    let known = heartbeat(&scene, instance(1)).await;
    assert_eq!(known[1].id, instance(2), "who is gone is still shown");
    assert!(!known[1].lives(scene.now()));

    let earlier = scene.now() + SECOND;
    let known = scene
        .store
        .heartbeat(instance(1), scene.now(), earlier)
        .await
        .unwrap();
    assert_eq!(
        known[0].until,
        scene.now() + LIFE,
        "no word takes time back"
    );
}

pub(super) async fn an_instance_that_is_gone_is_declared_so_once_and_loses_its_leases(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(1)).await;
    join(&scene, instance(1)).await;
    let epoch = lead(&scene, campaign, instance(1)).await;
    scene.wait(Millis::new(LIFE.get() - 1));
    join(&scene, instance(2)).await;
    let before = entries(&scene).await;
    heartbeat(&scene, instance(2)).await;
    assert!(!is_free(&scene, campaign).await, "it has a moment left");
    assert_eq!(entries(&scene).await, before, "a heartbeat is no event");

    scene.wait(Millis::new(1));
    let known = heartbeat(&scene, instance(2)).await;

    assert_eq!(known[0].gone_at, Some(scene.now()));
    assert!(is_free(&scene, campaign).await);
    assert!(lead(&scene, campaign, instance(2)).await > epoch);
    let told = entries(&scene).await;
    assert_eq!(told, before + 2, "gone, and the lease taken");
    scene.wait(SECOND);
    let known = heartbeat(&scene, instance(2)).await;
    assert_eq!(known[0].gone_at, Some(scene.now() - SECOND), "once");
    assert_eq!(entries(&scene).await, told, "once");
}

pub(super) async fn an_instance_thought_gone_may_come_back(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    join(&scene, instance(1)).await;
    scene.wait(LIFE);
    join(&scene, instance(2)).await;
    assert!(scene.store.instances().await.unwrap()[0].gone_at.is_some());
    let before = entries(&scene).await;

    let known = heartbeat(&scene, instance(1)).await;

    assert!(known[0].lives(scene.now()) && known[0].gone_at.is_none());
    assert_eq!(entries(&scene).await, before + 1, "that is audited");
    scene.wait(LIFE);
    heartbeat(&scene, instance(1)).await;
    let known = heartbeat(&scene, instance(1)).await;
    assert!(
        known[0].lives(scene.now()),
        "its own time never counts as gone"
    );
}

pub(super) async fn an_instance_that_leaves_gives_up_its_leases_and_is_not_called_gone(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let one = scene.running(free(), &numbers(1)).await;
    let other = scene.running(free(), &numbers(1)).await;
    join(&scene, instance(1)).await;
    join(&scene, instance(2)).await;
    lead(&scene, one, instance(1)).await;
    lead(&scene, other, instance(2)).await;
    let before = entries(&scene).await;

    scene.store.leave(instance(1), scene.now()).await.unwrap();

    assert!(is_free(&scene, one).await && !is_free(&scene, other).await);
    assert_eq!(entries(&scene).await, before + 1, "leaving is audited");
    scene.wait(LIFE);
    let known = heartbeat(&scene, instance(2)).await;
    assert_eq!(known[0].left_at, Some(scene.now() - LIFE));
    assert_eq!(known[0].gone_at, None);
    assert!(!known[0].lives(scene.now()));
    assert_eq!(entries(&scene).await, before + 1);

    scene.store.leave(instance(1), scene.now()).await.unwrap();
    scene.store.leave(instance(9), scene.now()).await.unwrap();
    assert_eq!(
        entries(&scene).await,
        before + 1,
        "there is nobody to leave"
    );
}

pub(super) async fn an_instance_that_left_or_was_forgotten_has_to_join(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    assert!(must_join(&scene, instance(1)).await, "never heard of");
    join(&scene, instance(1)).await;
    assert!(!must_join(&scene, instance(1)).await);
    scene.store.leave(instance(1), scene.now()).await.unwrap();
    assert!(must_join(&scene, instance(1)).await, "it left");
    scene.wait(SECOND);
    join(&scene, instance(1)).await;
    let known = heartbeat(&scene, instance(1)).await;
    assert!(known[0].lives(scene.now()) && known[0].left_at.is_none());
    assert_eq!(known[0].joined_at, scene.now(), "it begins anew");
    assert_eq!(known.len(), 1);
}

pub(super) async fn an_instance_that_is_known_to_be_gone_is_declared_so_at_once(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(1)).await;
    join(&scene, instance(1)).await;
    lead(&scene, campaign, instance(1)).await;
    let before = entries(&scene).await;
    let gone = async |who| scene.store.declare_gone(who, scene.now()).await.unwrap();

    assert!(gone(instance(1)).await);

    assert!(is_free(&scene, campaign).await);
    assert!(!scene.store.instances().await.unwrap()[0].lives(scene.now()));
    assert!(!gone(instance(1)).await, "that is known");
    assert!(!gone(instance(2)).await, "nobody knows it");
    assert_eq!(entries(&scene).await, before + 1);
}

pub(super) async fn a_lease_handed_over_is_that_of_one_campaign(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let one = scene.running(free(), &numbers(1)).await;
    let other = scene.running(free(), &numbers(1)).await;
    lead(&scene, one, instance(1)).await;
    lead(&scene, other, instance(1)).await;
    scene.store.release_lease(one, instance(1)).await.unwrap();
    assert!(is_free(&scene, one).await && !is_free(&scene, other).await);
}

pub(super) async fn calls_under_way_settle_after_their_campaign_was_handed_over(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(2)).await;
    let under_way = scene.dial_one(campaign).await;
    let claimed = scene.claim_one(campaign).await;
    scene.store.release_lease(campaign, scene.me).await.unwrap();
    lead(&scene, campaign, instance(2)).await;

    let withdrawn = moved(scene.record(claimed.id, scene.dial()).await);
    assert_eq!(
        withdrawn.state,
        AttemptState::Released,
        "the leader will call"
    );
    for word in [accepted("CA1"), Evidence::Ringing] {
        scene.record(under_way.id, word).await;
    }
    let over = moved(scene.record(under_way.id, ended(Outcome::NoAnswer)).await);
    assert_eq!(over.outcome, Some(Outcome::NoAnswer));
    assert_eq!(scene.detail(campaign).await.live, 0);
}

pub(super) async fn who_is_long_over_is_forgotten(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    join(&scene, instance(1)).await;
    join(&scene, instance(2)).await;
    scene.store.leave(instance(2), scene.now()).await.unwrap();
    scene.wait_hours(23);
    join(&scene, instance(3)).await;
    assert_eq!(heartbeat(&scene, instance(3)).await.len(), 3);
    scene.wait_hours(2);
    assert_eq!(
        heartbeat(&scene, instance(3)).await.len(),
        1,
        "who has not lived for a day is not shown"
    );
    join(&scene, instance(4)).await;
    assert_eq!(scene.store.instances().await.unwrap().len(), 2);
    assert!(must_join(&scene, instance(1)).await, "it is forgotten");

    for n in 0..=INSTANCES_REMEMBERED {
        let mut id = instance(5).0.into_bytes();
        id[12..].copy_from_slice(&n.to_be_bytes());
        let id = InstanceId(uuid::Uuid::from_bytes(id));
        join(&scene, id).await;
        scene.store.leave(id, scene.now()).await.unwrap();
    }
    join(&scene, instance(6)).await;
    let all = scene.store.instances().await.unwrap();
    let over = all.iter().filter(|it| it.left_at.is_some()).count();
    assert_eq!(over, INSTANCES_REMEMBERED as usize, "there is a limit");
    assert!(
        all.iter().any(|it| it.id == instance(3)),
        "not to who lives"
    );
}

pub(super) async fn many_who_find_an_instance_gone_tell_it_once(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    for n in 1..=6 {
        join(&scene, instance(n)).await;
    }
    scene.wait(Millis::new(LIFE.get() - 1));
    for n in 2..=6 {
        heartbeat(&scene, instance(n)).await;
    }
    scene.wait(SECOND);
    let before = entries(&scene).await;
    let mut tasks = JoinSet::new();
    for n in 2..=6 {
        let (store, now) = (scene.another_store().await, scene.now());
        tasks.spawn(async move { store.heartbeat(instance(n), now, now + LIFE).await });
    }
    let mut told = 0;
    while let Some(known) = tasks.join_next().await {
        // A heartbeat does not wait for another one that declares the instance gone, and may miss what it
        // writes.
        let gone_at = known.unwrap().unwrap()[0].gone_at;
        assert!(gone_at.is_none_or(|at| at == scene.now()), "{gone_at:?}");
        told += usize::from(gone_at.is_some());
    }
    assert!(told >= 1, "who writes it is told so");
    let known = scene.store.instances().await.unwrap();
    assert_eq!(known[0].gone_at, Some(scene.now()));
    assert_eq!(entries(&scene).await, before + 1);
}
