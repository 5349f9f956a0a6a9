//! The claim: the next due contacts, chosen and counted in one transaction (promise A4).

use ringonce_domain::claim::NUMBER_BUSY_WAIT;
use ringonce_domain::contact::Reason;
use ringonce_domain::{Attempt, ContactState, Evidence, FailureClass, Number, Outcome};

use super::Factory;
use super::invariants::assert_adds_up;
use super::material::{
    accepted, attempt_ids, ended, forgetful, free, number, numbers, refused, retrying,
};
use super::scene::Scene;
use ringonce_store::model::ClaimRequest;

fn numbers_of(attempts: &[Attempt]) -> Vec<Number> {
    attempts.iter().map(|attempt| attempt.number).collect()
}

pub(super) async fn contacts_are_claimed_in_due_order_and_then_in_file_order(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let mut settings = retrying();
    settings.retry.backoff_hours_by_outcome = [(Outcome::Busy, vec![3.0])].into();
    let campaign = scene.running(settings, &numbers(4)).await;
    scene.call(campaign, Outcome::Busy).await;
    scene.call(campaign, Outcome::NoAnswer).await;

    scene.wait_hours(4);

    let order = numbers_of(&scene.claim_all(campaign, 4).await);
    assert_eq!(order, [number(2), number(3), number(1), number(0)]);
}

pub(super) async fn a_claim_gives_no_more_than_was_asked_for(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(10)).await;
    for wish in [1, 3, 5] {
        let claimed = scene.claim(campaign, wish).await;
        assert_eq!((claimed.attempts.len(), claimed.held), (wish, None));
    }
    let last = scene.claim(campaign, 5).await;
    assert_eq!(last.attempts.len(), 1);
    assert!(last.held.is_some(), "it says why there are not more");
}

pub(super) async fn a_claim_makes_attempts_that_are_complete(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(2)).await;
    let epoch = scene.lease(campaign).await;
    let ids = attempt_ids(2, scene.now());
    let request = ClaimRequest {
        campaign,
        instance: scene.me,
        epoch,
        ids: ids.clone(),
        now: scene.now(),
        lease_until: scene.now() + super::material::LEASE,
    };
    let claimed = scene.store.claim(request).await.unwrap();

    let contacts = scene.contacts(campaign).await;
    for (n, attempt) in claimed.attempts.iter().enumerate() {
        let expected = Attempt::claimed(
            ids[n],
            campaign,
            contacts[n].id,
            contacts[n].number,
            1,
            scene.me,
            scene.now(),
        );
        assert_eq!(*attempt, expected);
        assert_eq!(
            scene.store.attempt(attempt.id).await.unwrap().as_ref(),
            Some(attempt)
        );
    }
}

pub(super) async fn a_claim_and_what_follows_keep_every_figure(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(retrying(), &numbers(12)).await;
    let attempts = scene.claim_all(campaign, 8).await;
    assert_eq!(scene.count(campaign, ContactState::Calling).await, 8);
    assert_eq!(scene.count(campaign, ContactState::Pending).await, 4);
    assert_eq!(scene.detail(campaign).await.live, 8);
    assert_adds_up(&scene.store, scene.now()).await;

    let courses: [Vec<Evidence>; 8] = [
        vec![Evidence::OwnerGone],
        vec![scene.dial()],
        vec![scene.dial(), refused(FailureClass::Congestion)],
        vec![
            scene.dial(),
            Evidence::Unclear {
                reason: "timeout".into(),
            },
        ],
        vec![scene.dial(), accepted("CA4"), Evidence::Answered],
        vec![
            scene.dial(),
            accepted("CA5"),
            Evidence::Answered,
            ended(Outcome::Answered),
        ],
        vec![scene.dial(), accepted("CA6"), ended(Outcome::NoAnswer)],
        vec![scene.dial(), ended(Outcome::BadNumber)],
    ];
    for (attempt, course) in attempts.iter().zip(courses) {
        for evidence in course {
            scene.record(attempt.id, evidence).await;
            assert_adds_up(&scene.store, scene.now()).await;
        }
    }
    let detail = scene.detail(campaign).await;
    assert_eq!(detail.live, 3);
    let states = [
        (ContactState::Pending, 4 + 3),
        (ContactState::Calling, 2),
        (ContactState::Connected, 1),
        (ContactState::Completed, 1),
        (ContactState::BadNumber, 1),
    ];
    for (state, n) in states {
        assert_eq!(detail.contacts.get(state), n, "{state}");
    }
}

pub(super) async fn a_contact_is_not_claimed_while_its_attempt_is_live(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(retrying(), &numbers(1)).await;
    let attempt = scene.claim_one(campaign).await;
    let course = [scene.dial(), accepted("CA1"), Evidence::Answered];
    for evidence in course {
        scene.wait_hours(1);
        assert!(scene.claim(campaign, 1).await.attempts.is_empty());
        scene.record(attempt.id, evidence).await;
    }
}

pub(super) async fn one_number_is_never_in_two_calls_at_once(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let first = scene.running(forgetful(), &numbers(1)).await;
    let second = scene.running(forgetful(), &numbers(1)).await;
    let attempt = scene.dial_one(first).await;

    let claimed = scene.claim(second, 1).await;
    assert_eq!((claimed.attempts.len(), claimed.deferred), (0, 1));
    let waiting = scene.contact(second, number(0)).await;
    assert_eq!(waiting.reason.as_deref(), Some(Reason::NUMBER_BUSY.0));
    assert_eq!(waiting.due_at, Some(scene.now() + NUMBER_BUSY_WAIT));

    scene
        .record(attempt.id, refused(FailureClass::Rejected))
        .await;
    scene.wait(NUMBER_BUSY_WAIT);
    let attempt = scene.claim_one(second).await;
    assert_eq!(attempt.made, 1);
}

pub(super) async fn a_long_row_of_forbidden_contacts_is_skipped_in_steps(factory: &dyn Factory) {
    const FORBIDDEN: u64 = 600;
    let scene = Scene::new(factory).await;
    for n in 0..FORBIDDEN {
        let by = scene.by.clone();
        scene
            .store
            .block(number(n), "do not call".into(), by, scene.now())
            .await
            .unwrap();
    }
    let campaign = scene.running(free(), &numbers(FORBIDDEN + 1)).await;
    let (mut skipped, mut rounds) = (0, 0);
    let attempt = loop {
        let mut claimed = scene.claim(campaign, 1).await;
        skipped += claimed.skipped;
        rounds += 1;
        if let Some(attempt) = claimed.attempts.pop() {
            break attempt;
        }
        assert_eq!(
            claimed.held, None,
            "more may be due, and it does not say otherwise"
        );
        assert!(rounds < 10, "each step gets further");
    };
    assert!(rounds > 1, "one transaction judges at most 256 contacts");
    assert_eq!(u64::from(skipped), FORBIDDEN);
    assert_eq!(attempt.number, number(FORBIDDEN));
    assert_adds_up(&scene.store, scene.now()).await;
}

pub(super) async fn an_empty_wish_claims_nothing(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(1)).await;
    let claimed = scene.claim(campaign, 0).await;
    assert_eq!(
        (claimed.attempts.len(), claimed.skipped, claimed.deferred),
        (0, 0, 0)
    );
    assert_eq!(scene.count(campaign, ContactState::Pending).await, 1);
}
