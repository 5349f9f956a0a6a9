//! Leases and fences: no process rings a number that another has taken (promise A5).

use ringonce_domain::{AttemptState, Epoch, Evidence, InstanceId, Millis};

use super::Factory;
use super::material::{LEASE, attempt_ids, free, instance, number, numbers};
use super::scene::{Scene, assert_stale, moved};
use ringonce_store::model::{ClaimRequest, Claimed, Recorded};

const SHORT: Millis = Millis::from_secs(30);

async fn lease_for(
    scene: &Scene,
    campaign: ringonce_domain::CampaignId,
    who: InstanceId,
) -> Option<Epoch> {
    scene
        .store
        .lease(campaign, who, scene.now(), scene.now() + SHORT)
        .await
        .unwrap()
}

pub(super) async fn one_instance_leads_a_campaign_until_its_lease_runs_out(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(1)).await;
    let (one, other) = (instance(1), instance(2));

    let first = lease_for(&scene, campaign, one)
        .await
        .expect("nobody leads it");
    scene.wait(Millis::new(SHORT.get() - 1));
    assert_eq!(lease_for(&scene, campaign, other).await, None, "it is led");
    assert_eq!(
        lease_for(&scene, campaign, one).await,
        Some(first),
        "a renewal keeps the epoch"
    );
    scene.wait(SHORT);
    let second = lease_for(&scene, campaign, other)
        .await
        .expect("the lease has run out");
    assert!(second > first, "a takeover raises the epoch");
    scene.wait(SHORT);
    let third = lease_for(&scene, campaign, other)
        .await
        .expect("its own lease, taken again");
    assert!(third > second, "a lease that ran out is taken anew");

    let leases = scene.store.agenda().await.unwrap().leases;
    let shown: Vec<_> = leases
        .iter()
        .map(|lease| (lease.owner, lease.epoch, lease.until))
        .collect();
    assert_eq!(shown, [(Some(other), third, scene.now() + SHORT)]);
}

pub(super) async fn a_lease_that_is_given_up_is_free_at_once(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(1)).await;
    let first = lease_for(&scene, campaign, instance(1)).await.unwrap();
    scene
        .store
        .release_lease(campaign, instance(2))
        .await
        .unwrap();
    assert_eq!(
        lease_for(&scene, campaign, instance(2)).await,
        None,
        "one gives up its own leases"
    );

    scene
        .store
        .release_lease(campaign, instance(1))
        .await
        .unwrap();

    let second = lease_for(&scene, campaign, instance(2))
        .await
        .expect("it was given up");
    assert!(second > first);
}

async fn claim_as(
    scene: &Scene,
    campaign: ringonce_domain::CampaignId,
    who: InstanceId,
    epoch: Epoch,
) -> Claimed {
    let request = ClaimRequest {
        campaign,
        instance: who,
        epoch,
        ids: attempt_ids(1, scene.now()),
        now: scene.now(),
        lease_until: scene.now() + LEASE,
    };
    scene.store.claim(request).await.unwrap()
}

pub(super) async fn a_claim_under_a_stale_lease_is_held(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(1)).await;
    let (one, other) = (instance(1), instance(2));
    let old = lease_for(&scene, campaign, one).await.unwrap();
    scene.wait(SHORT);
    let epoch = lease_for(&scene, campaign, other).await.unwrap();

    for (who, epoch, why) in [
        (one, old, "a process that was paused and wakes up late"),
        (one, epoch, "another instance under the epoch of the leader"),
        (other, old, "the leader under an old epoch"),
        (other, Epoch(epoch.0 + 1), "an epoch that was never given"),
    ] {
        let claimed = claim_as(&scene, campaign, who, epoch).await;
        assert_eq!(claimed.attempts, [], "{why}");
        assert!(claimed.held.is_some(), "{why}: it is told");
    }
    assert_eq!(
        claim_as(&scene, campaign, other, epoch)
            .await
            .attempts
            .len(),
        1
    );
}

pub(super) async fn a_claim_extends_the_lease(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(1)).await;
    let epoch = lease_for(&scene, campaign, instance(1)).await.unwrap();
    claim_as(&scene, campaign, instance(1), epoch).await;
    scene.wait(SHORT);
    assert_eq!(lease_for(&scene, campaign, instance(2)).await, None);
}

pub(super) async fn only_the_owner_of_an_attempt_may_dial_it(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(1)).await;
    let attempt = scene.claim_one(campaign).await;
    let foreign = Evidence::Dial {
        by: instance(9),
        dial_before: scene.now() + SHORT,
        caller_id: None,
    };
    assert_stale(&scene.try_record(attempt.id, foreign).await);
    let kept = scene.store.attempt(attempt.id).await.unwrap();
    assert_eq!(kept, Some(attempt.clone()), "a refusal changes nothing");
    let dialing = moved(scene.record(attempt.id, scene.dial()).await);
    assert_eq!(
        (dialing.state, dialing.may_have_rung),
        (AttemptState::Dialing, true)
    );
}

pub(super) async fn an_attempt_that_was_taken_back_is_never_dialled(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(1)).await;
    let attempt = scene.claim_one(campaign).await;
    scene.record(attempt.id, Evidence::OwnerGone).await;
    let again = scene.claim_one(campaign).await;
    assert_eq!(again.number, number(0));

    assert_stale(&scene.try_record(attempt.id, scene.dial()).await);

    scene.record(again.id, scene.dial()).await;
}

pub(super) async fn an_attempt_is_dialled_once(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(1)).await;
    let attempt = scene.claim_one(campaign).await;
    let first = scene.record(attempt.id, scene.dial()).await;
    assert!(matches!(first, Recorded::Moved(_)));
    assert_stale(&scene.try_record(attempt.id, scene.dial()).await);
}
