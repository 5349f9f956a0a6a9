//! Never twice, over campaigns (promises A1, A2, A3): which earlier calls count, and when.

use ringonce_domain::contact::Reason;
use ringonce_domain::{
    CampaignEvent, CampaignId, CampaignState, ContactState, Evidence, FailureClass, Millis, Number,
    Outcome, RepeatRule, Settings,
};

use super::Factory;
use super::material::{accepted, ended, forgetful, free, number, numbers, refused, retrying};
use super::scene::{Scene, assert_illegal};
use ringonce_store::model::CampaignDetail;

const TOLL_FREE: u64 = 80_012_345_678;

/// What a start must leave alone when it is refused.
fn figures(
    detail: &CampaignDetail,
) -> (CampaignState, u64, u64, Option<ringonce_domain::Timestamp>) {
    (
        detail.state,
        detail.contacts.total(),
        detail.skipped_duplicates,
        detail.started_at,
    )
}

/// A campaign that called each of these numbers once.
async fn called(scene: &Scene, numbers: &[Number]) -> CampaignId {
    let campaign = scene.running(forgetful(), numbers).await;
    for _ in numbers {
        scene.call(campaign, Outcome::NoAnswer).await;
    }
    campaign
}

pub(super) async fn starting_skips_the_numbers_that_another_campaign_called(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    called(&scene, &numbers(3)).await;

    let second = scene.draft(free(), &numbers(5)).await;
    let started = scene.start(second).await;

    assert_eq!((started.calls, started.skipped), (2, 3));
    assert_eq!(scene.detail(second).await.skipped_duplicates, 3);
    for contact in scene.contacts(second).await {
        let is_skipped = contact.state == ContactState::Skipped;
        assert_eq!(
            is_skipped,
            numbers(3).contains(&contact.number),
            "{contact:?}"
        );
        let reason = is_skipped.then_some(Reason::ALREADY_CALLED.0);
        assert_eq!(contact.reason.as_deref(), reason);
        assert_eq!(contact.due_at.is_none(), is_skipped);
    }
    let claimed = scene.claim(second, 5).await;
    let rung: Vec<Number> = claimed
        .attempts
        .iter()
        .map(|attempt| attempt.number)
        .collect();
    assert_eq!(rung, [number(3), number(4)]);
}

pub(super) async fn an_attempt_counts_as_a_call_exactly_when_it_may_have_rung(
    factory: &dyn Factory,
) {
    type Course = fn(&Scene) -> Vec<Evidence>;
    let cases: [(&str, bool, Course); 6] = [
        ("answered", true, |scene| {
            vec![scene.dial(), accepted("a"), ended(Outcome::Answered)]
        }),
        ("busy", true, |scene| {
            vec![scene.dial(), ended(Outcome::Busy)]
        }),
        ("of unknown end", true, |scene| {
            vec![scene.dial(), ended(Outcome::Unknown)]
        }),
        ("refused", false, |scene| {
            vec![scene.dial(), refused(FailureClass::Busy)]
        }),
        ("released", false, |_| vec![Evidence::OwnerGone]),
        ("not sent", false, |scene| {
            vec![scene.dial(), Evidence::NotSent]
        }),
    ];
    let scene = Scene::new(factory).await;
    for (n, (how, counts, course)) in (0..).zip(cases) {
        let first = scene.running(forgetful(), &[number(n)]).await;
        let attempt = scene.claim_one(first).await;
        scene.tell(attempt.id, course(&scene)).await;

        let second = scene.draft(free(), &[number(n)]).await;
        let started = scene.start(second).await;
        assert_eq!(started.skipped, u64::from(counts), "a call that was {how}");
    }

    let first = scene.running(forgetful(), &[number(90)]).await;
    let attempt = scene.dial_one(first).await;
    scene.give_up(&attempt).await;
    let second = scene.draft(free(), &[number(90)]).await;
    assert_eq!(
        scene.start(second).await.skipped,
        0,
        "a call that never was"
    );
}

pub(super) async fn a_contact_that_was_only_skipped_was_not_called(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let toll_free = Number::from_digits(TOLL_FREE).unwrap();
    let minding_hours = Settings {
        callee_hours: Settings::default().callee_hours,
        ..free()
    };
    let first = scene.running(minding_hours, &[toll_free]).await;
    assert_eq!(scene.claim(first, 1).await.skipped, 1);

    let second = scene.draft(free(), &[toll_free]).await;
    assert_eq!(scene.start(second).await.calls, 1);
    scene.claim_one(second).await;
}

pub(super) async fn starting_twice_is_refused_and_changes_no_count(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    called(&scene, &numbers(2)).await;
    let second = scene.running(free(), &numbers(4)).await;
    let before = figures(&scene.detail(second).await);
    assert_eq!(before.2, 2);

    scene.wait_hours(1);
    assert_illegal(
        scene.try_start(second).await,
        CampaignState::Running,
        CampaignEvent::Start,
    );

    assert_eq!(figures(&scene.detail(second).await), before);
}

pub(super) async fn counts_survive_a_restart(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    called(&scene, &numbers(2)).await;
    let second = scene.running(free(), &numbers(4)).await;
    let before = scene.detail(second).await;

    let after = scene.another_store().await.campaign(second).await.unwrap();

    assert_eq!(figures(&after), figures(&before));
    assert_eq!(after.contacts, before.contacts);
}

pub(super) async fn importing_the_same_file_again_rings_no_number(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    called(&scene, &numbers(6)).await;
    for _ in 0..2 {
        let again = scene.draft(free(), &numbers(6)).await;
        let started = scene.start(again).await;
        assert_eq!((started.calls, started.skipped), (0, 6));
        assert_eq!(scene.claim(again, 6).await.attempts, []);
        assert_eq!(
            scene.transition(again, CampaignEvent::Complete).await,
            CampaignState::Completed
        );
    }
}

pub(super) async fn retries_in_one_campaign_are_not_duplicates(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let settings = Settings {
        repeat: RepeatRule::NeverAgain,
        ..retrying()
    };
    let campaign = scene.running(settings, &[number(0)]).await;
    for made in 1..=4 {
        let attempt = scene.call(campaign, Outcome::NoAnswer).await;
        assert_eq!(attempt.made, made);
        scene.wait_hours(1);
    }
    let contact = scene.contact(campaign, number(0)).await;
    assert_eq!(
        (contact.state, contact.attempts),
        (ContactState::NoAnswer, 4)
    );
    assert_eq!(scene.detail(campaign).await.skipped_duplicates, 0);
}

pub(super) async fn a_number_called_meanwhile_is_skipped_in_the_claim(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let first = scene.running(free(), &numbers(2)).await;
    let second = scene.running(free(), &numbers(2)).await;
    scene.call(first, Outcome::Busy).await;

    let claimed = scene.claim(second, 2).await;

    assert_eq!(claimed.skipped, 1);
    let rung: Vec<Number> = claimed
        .attempts
        .iter()
        .map(|attempt| attempt.number)
        .collect();
    assert_eq!(rung, [number(1)]);
    let skipped = scene.contact(second, number(0)).await;
    assert_eq!(skipped.state, ContactState::Skipped);
    assert_eq!(skipped.reason.as_deref(), Some(Reason::ALREADY_CALLED.0));
    assert_eq!(scene.detail(second).await.skipped_duplicates, 1);
    assert_eq!(scene.count(second, ContactState::Skipped).await, 1);
}

pub(super) async fn the_repeat_rule_says_when_earlier_calls_stop_counting(factory: &dyn Factory) {
    let two_days = Millis::from_days(2);
    let nearly = Millis::new(two_days.get() - 1);
    let cases = [
        (RepeatRule::NeverAgain, Millis::from_days(3_650), false),
        (RepeatRule::AfterDays(2), nearly, false),
        (RepeatRule::AfterDays(2), two_days, true),
        (RepeatRule::OnlyThisCampaign, Millis::ZERO, true),
    ];
    for (repeat, later, may_call) in cases {
        let settings = || Settings {
            repeat,
            ..forgetful()
        };
        let case = format!("{repeat:?} after {later}");

        let scene = Scene::new(factory).await;
        let first = scene.running(forgetful(), &[number(0)]).await;
        let meanwhile = scene.running(settings(), &[number(0)]).await;
        scene.call(first, Outcome::Busy).await;
        scene.wait(later);

        let claimed = scene.claim(meanwhile, 1).await;
        assert_eq!(
            claimed.attempts.len(),
            usize::from(may_call),
            "claimed, {case}"
        );
        for attempt in claimed.attempts {
            scene.record(attempt.id, Evidence::OwnerGone).await;
        }
        let fresh = scene.draft(settings(), &[number(0)]).await;
        let started = scene.start(fresh).await;
        assert_eq!(started.calls, u64::from(may_call), "started, {case}");
    }
}

pub(super) async fn marking_goes_over_every_contact(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let all = numbers(2_000);
    let earlier: Vec<Number> = all.iter().copied().step_by(7).collect();
    let first = scene.running(forgetful(), &earlier).await;
    for attempt in scene.claim_all(first, earlier.len().min(256)).await {
        scene
            .tell(attempt.id, [scene.dial(), ended(Outcome::Busy)])
            .await;
    }
    let called = earlier.len().min(256) as u64;

    let second = scene.draft(free(), &all).await;
    let (mut from, mut skipped) = (None, 0);
    loop {
        let by = scene.by.clone();
        let marked = scene
            .store
            .mark_called(second, from, by, scene.now())
            .await
            .unwrap();
        skipped += marked.skipped;
        assert!(
            marked.next.is_none() || marked.next > from,
            "marking goes forward"
        );
        from = marked.next;
        if from.is_none() {
            break;
        }
    }
    assert_eq!(skipped, called);
    let started = scene.start(second).await;
    assert_eq!((started.calls, started.skipped), (2_000 - called, called));
}
