//! Better evidence corrects what was concluded from worse (promises A6, A7).

use ringonce_domain::caps::Caps;
use ringonce_domain::proof::violations;
use ringonce_domain::{
    AttemptState, CampaignId, ContactState, Evidence, Millis, Outcome, RetryPolicy, Settings,
};
use ringonce_store::model::{Judgement, Page, Recorded};

use super::Factory;
use super::invariants::assert_adds_up;
use super::material::{accepted, ended, number, numbers, retrying, unclear};
use super::scene::{Scene, moved};

/// Ends after which a carrier may be heard to say something better.
const FAILING: &[Outcome] = &[Outcome::NoAnswer, Outcome::Busy, Outcome::Failed];

/// A campaign that tries again after these outcomes.
fn retrying_after(outcomes: &[Outcome]) -> Settings {
    let settings = retrying();
    Settings {
        retry: RetryPolicy {
            outcomes: outcomes.to_vec(),
            ..settings.retry
        },
        ..settings
    }
}

/// A campaign that tries again whatever a carrier says, so that a wrong end is followed by a call.
fn retrying_whatever() -> Settings {
    retrying_after(&[Outcome::NoAnswer, Outcome::Busy, Outcome::Canceled])
}

pub(super) async fn a_late_truth_corrects_an_end_that_was_told_wrong(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(retrying_whatever(), &numbers(1)).await;
    let attempt = scene.dial_one(campaign).await;
    scene.record(attempt.id, accepted("CA1")).await;
    scene.record(attempt.id, ended(Outcome::Canceled)).await;
    assert_eq!(scene.detail(campaign).await.live, 0);
    scene.wait(Millis::from_secs(20));

    let answered = moved(scene.record(attempt.id, Evidence::Answered).await);
    assert_eq!(
        (answered.state, answered.outcome, answered.ended_at),
        (AttemptState::Answered, None, None)
    );
    assert_eq!(scene.detail(campaign).await.live, 1, "the line is taken");
    assert_eq!(
        scene.contact(campaign, number(0)).await.state,
        ContactState::Connected
    );
    assert_adds_up(&scene.store, scene.now()).await;
    scene.wait_hours(30);
    assert_eq!(scene.claim(campaign, 1).await.attempts, []);

    scene.record(attempt.id, ended(Outcome::Answered)).await;
    let contact = scene.contact(campaign, number(0)).await;
    assert_eq!(
        (contact.state, contact.answered, contact.attempts),
        (ContactState::Completed, 1, 1)
    );
    let known = scene.store.number(number(0)).await.unwrap().unwrap();
    assert_eq!((known.called, known.answered), (1, 1));
    assert_adds_up(&scene.store, scene.now()).await;
}

pub(super) async fn a_better_end_replaces_a_worse_one(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(retrying_whatever(), &numbers(1)).await;
    let attempt = scene.dial_one(campaign).await;
    for (told, state) in [
        (Outcome::Unknown, ContactState::Failed),
        (Outcome::Canceled, ContactState::Pending),
        (Outcome::Failed, ContactState::Failed),
        (Outcome::BadNumber, ContactState::BadNumber),
        (Outcome::Failed, ContactState::BadNumber),
    ] {
        scene.wait(Millis::from_secs(1));
        scene.record(attempt.id, ended(told)).await;
        let contact = scene.contact(campaign, number(0)).await;
        assert_eq!((contact.state, contact.attempts), (state, 1), "{told}");
        let known = scene.store.number(number(0)).await.unwrap().unwrap();
        assert_eq!(known.called, 1, "{told}");
        assert_adds_up(&scene.store, scene.now()).await;
    }
    let known = scene.store.number(number(0)).await.unwrap().unwrap();
    assert!(known.blocked.is_some(), "the number does not exist");
}

pub(super) async fn a_guess_gives_way_to_the_carriers_word(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(retrying(), &numbers(1)).await;
    let attempt = scene.dial_one(campaign).await;
    scene.record(attempt.id, unclear()).await;
    let found = Evidence::Found {
        call_id: "a stranger's".into(),
    };
    scene.record(attempt.id, found).await;
    scene.record(attempt.id, Evidence::Answered).await;
    scene.wait(Millis::from_secs(7));
    let guess = moved(scene.record(attempt.id, ended(Outcome::Answered)).await);
    assert!(guess.guessed);
    let contact = scene.contact(campaign, number(0)).await;
    assert_eq!(contact.state, ContactState::Completed);
    scene.wait(Millis::from_secs(7));

    let known = moved(scene.record(attempt.id, accepted("CA1")).await);
    assert_eq!(
        (known.state, known.call_id.as_deref(), known.guessed),
        (AttemptState::Ringing, Some("CA1"), false)
    );
    let contact = scene.contact(campaign, number(0)).await;
    assert_eq!(
        (contact.state, contact.answered),
        (ContactState::Calling, 0),
        "it was another's conversation"
    );
    assert_eq!(scene.detail(campaign).await.talk_millis, 0);
    scene.record(attempt.id, ended(Outcome::NoAnswer)).await;
    let contact = scene.contact(campaign, number(0)).await;
    assert_eq!(contact.state, ContactState::Pending);
    assert_adds_up(&scene.store, scene.now()).await;
}

pub(super) async fn a_truth_that_comes_too_late_keeps_a_claim_from_being_dialled(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(retrying_whatever(), &numbers(1)).await;
    let first = scene.dial_one(campaign).await;
    scene.record(first.id, accepted("CA1")).await;
    scene.record(first.id, ended(Outcome::Canceled)).await;
    scene.wait_hours(1);
    // It has been claimed again, and is about to be dialled.
    let second = scene.claim_one(campaign).await;
    scene.wait(Millis::from_secs(1));
    let Recorded::Superseded(late) = scene.record(first.id, Evidence::Answered).await else {
        panic!("the call goes on, and is to be ended");
    };
    assert_eq!(
        (late.state, late.outcome, late.ended_at),
        (
            AttemptState::Ended,
            Some(Outcome::Answered),
            Some(scene.now())
        ),
        "the number is in another call"
    );
    assert_adds_up(&scene.store, scene.now()).await;

    let given_up = moved(scene.record(second.id, scene.dial()).await);
    assert_eq!(given_up.state, AttemptState::Released, "it is not dialled");
    let contact = scene.contact(campaign, number(0)).await;
    assert_eq!(
        (contact.state, contact.due_at),
        (ContactState::Completed, None),
        "an answered contact is not called again"
    );
    assert_adds_up(&scene.store, scene.now()).await;
}

/// A retry is claimed after a call that seemed canceled. A late word says that it ended as `told`.
async fn told_before_a_retry_is_dialled(
    factory: &dyn Factory,
    told: Outcome,
) -> (Scene, CampaignId) {
    let scene = Scene::new(factory).await;
    let mut settings = retrying_after(&[Outcome::Busy, Outcome::Canceled]);
    let backoffs = [(Outcome::Canceled, vec![0.5]), (Outcome::Busy, vec![24.0])];
    settings.retry.backoff_hours_by_outcome = backoffs.into();
    let campaign = scene.running(settings, &numbers(1)).await;
    let first = scene.dial_one(campaign).await;
    scene.record(first.id, accepted("CA1")).await;
    scene.record(first.id, ended(Outcome::Canceled)).await;
    scene.wait_hours(1);
    let second = scene.claim_one(campaign).await;
    scene.record(first.id, ended(told)).await;
    assert_adds_up(&scene.store, scene.now()).await;

    let given_up = moved(scene.record(second.id, scene.dial()).await);
    assert_eq!(given_up.state, AttemptState::Released, "it is not dialled");
    assert_adds_up(&scene.store, scene.now()).await;
    let contact = scene.contact(campaign, number(0)).await;
    assert_eq!(contact.last_outcome, Some(told));
    assert_eq!(contact.attempts, 1);
    assert_eq!(scene.claim(campaign, 1).await.attempts, []);
    (scene, campaign)
}

pub(super) async fn a_retry_waits_as_long_as_the_true_end_of_the_call_before_says(
    factory: &dyn Factory,
) {
    let (scene, campaign) = told_before_a_retry_is_dialled(factory, Outcome::Busy).await;
    scene.wait_hours(24);
    assert_eq!(scene.claim(campaign, 1).await.attempts, []);
    scene.wait(Millis::new(1));
    let third = scene.claim_one(campaign).await;
    let dialled = moved(scene.record(third.id, scene.dial()).await);
    assert_eq!(dialled.state, AttemptState::Dialing);
}

pub(super) async fn no_retry_follows_when_the_true_end_of_the_call_before_allows_none(
    factory: &dyn Factory,
) {
    let (scene, campaign) = told_before_a_retry_is_dialled(factory, Outcome::NoAnswer).await;
    scene.wait_hours(100);
    assert_eq!(scene.claim(campaign, 1).await.attempts, []);
    let known = scene.store.number(number(0)).await.unwrap().unwrap();
    assert_eq!((known.called, known.live_attempt), (1, None));
}

pub(super) async fn a_late_truth_of_an_earlier_call_revives_no_contact(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(retrying_after(FAILING), &numbers(1)).await;
    let first = scene.dial_one(campaign).await;
    scene.record(first.id, ended(Outcome::Failed)).await;
    scene.wait_hours(2);
    let second = scene.dial_one(campaign).await;
    scene.record(second.id, ended(Outcome::Unknown)).await;
    let given_up = scene.contact(campaign, number(0)).await;
    assert_eq!(given_up.state, ContactState::Failed, "never tried again");

    scene.wait(Millis::from_secs(60));
    scene.record(first.id, ended(Outcome::NoAnswer)).await;
    let contact = scene.contact(campaign, number(0)).await;
    assert_eq!(
        (contact.state, contact.due_at),
        (ContactState::Failed, None)
    );
    assert_adds_up(&scene.store, scene.now()).await;

    // That a person had answered is more than all that followed.
    scene.record(first.id, ended(Outcome::Answered)).await;
    let contact = scene.contact(campaign, number(0)).await;
    assert_eq!(
        (contact.state, contact.answered, contact.attempts),
        (ContactState::Completed, 1, 2)
    );
    assert_adds_up(&scene.store, scene.now()).await;
}

pub(super) async fn what_an_end_is_called_later_does_not_accuse_a_call_in_between(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(retrying_after(FAILING), &numbers(1)).await;
    let first = scene.dial_one(campaign).await;
    scene.record(first.id, ended(Outcome::Failed)).await;
    scene.wait_hours(2);
    let second = scene.dial_one(campaign).await;
    scene.record(second.id, ended(Outcome::NoAnswer)).await;
    scene.wait(Millis::from_secs(60));
    // The policy would have allowed no call after this end, and it was over before the second began.
    scene.record(first.id, ended(Outcome::BadNumber)).await;
    assert_eq!(broken(&scene).await, Vec::<String>::new());
    let contact = scene.contact(campaign, number(0)).await;
    assert_eq!(contact.state, ContactState::BadNumber);
    assert_adds_up(&scene.store, scene.now()).await;

    // A person who had answered was called again: that counts, whatever was known.
    scene.record(first.id, ended(Outcome::Answered)).await;
    assert_eq!(broken(&scene).await.len(), 1);
    assert_adds_up(&scene.store, scene.now()).await;
}

/// The rules that the rings in the ledger break.
async fn broken(scene: &Scene) -> Vec<String> {
    let page = Page {
        after: None,
        limit: 100,
    };
    let rings = scene.store.rings(page).await.unwrap();
    let settings = scene.store.settings(rings[0].campaign).await.unwrap();
    let found = violations(&rings, |_| settings.as_deref());
    found.into_iter().map(|violation| violation.rule).collect()
}

pub(super) async fn a_late_ringing_is_no_call_that_goes_on(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(retrying_whatever(), &numbers(1)).await;
    let first = scene.dial_one(campaign).await;
    scene.record(first.id, accepted("CA1")).await;
    scene.record(first.id, ended(Outcome::Canceled)).await;
    let ended_at = scene.now();
    scene.wait_hours(1);
    let second = scene.dial_one(campaign).await;
    scene.wait(Millis::from_secs(1));
    // A process died before it had noted that it had applied this.
    for _ in 0..2 {
        let late = moved(scene.record(first.id, Evidence::Ringing).await);
        assert_eq!(
            (late.outcome, late.ended_at),
            (Some(Outcome::Canceled), Some(ended_at))
        );
    }
    scene.record(second.id, ended(Outcome::NoAnswer)).await;
    assert_eq!(broken(&scene).await, Vec::<String>::new());
    assert_adds_up(&scene.store, scene.now()).await;
}

pub(super) async fn another_campaigns_claim_is_not_dialled_after_a_late_truth(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let ours_alone = Settings {
        caps: Caps::default(),
        ..retrying_whatever()
    };
    let first = scene.running(ours_alone.clone(), &numbers(1)).await;
    let second = scene.running(ours_alone, &numbers(1)).await;
    let call = scene.dial_one(first).await;
    scene.record(call.id, accepted("CA1")).await;
    scene.record(call.id, ended(Outcome::Canceled)).await;
    scene.wait(Millis::from_secs(60));
    let claimed = scene.claim_one(second).await;
    // Learned before the claim was made, and written after it.
    let learned = scene.now() - Millis::from_secs(5);
    let told = vec![ended(Outcome::Answered)];
    let judgement = Judgement::default();
    let recorded = scene
        .store
        .record(call.id, told, scene.by.clone(), judgement, learned);
    moved(recorded.await.unwrap());
    let given_up = moved(scene.record(claimed.id, scene.dial()).await);
    assert_eq!(given_up.state, AttemptState::Released, "it is not dialled");
    scene.wait(Millis::from_secs(60));
    assert_eq!(
        scene.claim(second, 1).await.attempts,
        [],
        "the cap is reached"
    );
    assert_adds_up(&scene.store, scene.now()).await;
}

pub(super) async fn a_late_truth_of_an_earlier_call_takes_no_try_from_the_next(
    factory: &dyn Factory,
) {
    let scene = Scene::new(factory).await;
    let settings = retrying_after(&[Outcome::NoAnswer, Outcome::Failed]);
    let campaign = scene.running(settings, &numbers(1)).await;
    let first = scene.dial_one(campaign).await;
    scene.record(first.id, ended(Outcome::Failed)).await;
    scene.wait_hours(2);
    let second = scene.dial_one(campaign).await;
    scene.record(second.id, ended(Outcome::NoAnswer)).await;
    scene.wait_hours(2);
    let third = scene.claim_one(campaign).await;
    // After this end the policy would have allowed no call; it did after the second.
    scene.record(first.id, ended(Outcome::Busy)).await;
    let contact = scene.contact(campaign, number(0)).await;
    assert_eq!(contact.last_outcome, Some(Outcome::NoAnswer));
    scene.record(third.id, scene.dial()).await;
    let contact = scene.contact(campaign, number(0)).await;
    assert!(
        matches!(contact.state, ContactState::Pending | ContactState::Calling),
        "{contact:?}"
    );
    assert_adds_up(&scene.store, scene.now()).await;
}
