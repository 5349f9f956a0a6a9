//! Hours are judged inside the claim: the campaign's hours, and calling hours in the callee's zone.

use ringonce_domain::contact::Reason;
use ringonce_domain::hours::{BusinessHours, CalleeHours};
use ringonce_domain::{ContactState, Millis, Number, Settings, Timestamp};

use super::Factory;
use super::material::{MONDAY, free, row};
use super::scene::Scene;

const NEW_YORK: u64 = 12_125_550_123;
const LONDON: u64 = 442_079_460_123;
const TOLL_FREE: u64 = 80_012_345_678;

fn number(digits: u64) -> Number {
    Number::from_digits(digits).unwrap()
}

fn minding_callees() -> Settings {
    Settings {
        callee_hours: CalleeHours::default(),
        ..free()
    }
}

/// The instant of an hour of that Monday or the days after, in UTC.
fn hour(hour: u64) -> Timestamp {
    MONDAY - Millis::from_hours(15) + Millis::from_hours(hour)
}

pub(super) async fn a_campaign_claims_nothing_outside_its_business_hours(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let settings = Settings {
        business_hours: BusinessHours::default(),
        ..free()
    };
    let campaign = scene
        .running(settings, &[number(NEW_YORK), number(LONDON)])
        .await;
    scene.claim_one(campaign).await;
    for (at, open) in [
        (hour(17), false),
        (hour(24 + 9) - Millis::new(1), false),
        (hour(24 + 9), true),
    ] {
        scene.wait_until(at);
        let claimed = scene.claim(campaign, 1).await;
        assert_eq!(claimed.attempts.len(), usize::from(open), "at {at}");
        assert_eq!(claimed.deferred, 0, "the contact is not blamed");
        assert_eq!(claimed.held.is_some(), !open, "at {at}");
    }
}

pub(super) async fn a_callee_is_rung_only_in_the_hours_of_their_own_zone(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene
        .running(minding_callees(), &[number(LONDON), number(NEW_YORK)])
        .await;
    scene.wait_until(hour(22));

    let claimed = scene.claim(campaign, 2).await;

    let rung: Vec<Number> = claimed
        .attempts
        .iter()
        .map(|attempt| attempt.number)
        .collect();
    assert_eq!(rung, [number(NEW_YORK)], "17:00 there, and 22:00 in London");
    let waiting = scene.contact(campaign, number(LONDON)).await;
    assert_eq!(
        (waiting.state, waiting.due_at),
        (ContactState::Pending, Some(hour(24 + 8)))
    );
    assert_eq!(waiting.reason.as_deref(), Some(Reason::CALLEE_HOURS.0));
    scene.wait_until(hour(24 + 8));
    assert_eq!(scene.claim_one(campaign).await.number, number(LONDON));
}

pub(super) async fn a_zone_in_the_file_goes_before_the_zones_of_the_number(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let mut traveller = row(2, number(NEW_YORK));
    traveller.zone = Some("Asia/Tokyo".into());
    let campaign = scene.draft_of(minding_callees(), vec![traveller]).await;
    scene.start(campaign).await;

    assert_eq!(
        scene.claim(campaign, 1).await.deferred,
        1,
        "midnight in Tokyo"
    );
    let waiting = scene.contact(campaign, number(NEW_YORK)).await;
    assert_eq!(waiting.due_at, Some(hour(23)), "08:00 in Tokyo");
    scene.wait_until(hour(23));
    scene.claim_one(campaign).await;
}

/// When and why a contact whose row has this zone is due, claimed at midnight UTC.
async fn waits(factory: &dyn Factory, zone: &str) -> (Option<Timestamp>, String) {
    let scene = Scene::new(factory).await;
    let mut traveller = row(2, number(NEW_YORK));
    traveller.zone = Some(zone.into());
    let campaign = scene.draft_of(minding_callees(), vec![traveller]).await;
    scene.start(campaign).await;
    scene.wait_until(hour(24 + 4));

    assert_eq!(
        scene.claim(campaign, 1).await.deferred,
        1,
        "night in America"
    );
    let waiting = scene.contact(campaign, number(NEW_YORK)).await;
    (waiting.due_at, waiting.reason.unwrap_or_default())
}

pub(super) async fn several_zones_of_a_row_hold_at_once(factory: &dyn Factory) {
    let (due, reason) = waits(factory, "America/Denver,America/New_York").await;
    assert_eq!(due, Some(hour(24 + 15)), "08:00 in Denver");
    assert_eq!(reason, Reason::CALLEE_HOURS.0);
}

pub(super) async fn a_row_whose_zone_is_not_clear_waits_for_every_zone_of_its_country(
    factory: &dyn Factory,
) {
    // The last is not in the database of zones, as one that a later version drops.
    for unclear in [
        "Etc/Unknown",
        "Etc/Unknown,America/Denver",
        "America/Atlantis",
    ] {
        let (due, reason) = waits(factory, unclear).await;
        assert_eq!(due, Some(hour(24 + 18)), "08:00 in Honolulu: {unclear}");
        assert_eq!(reason, Reason::ZONE_UNCLEAR.0);
    }
}

pub(super) async fn a_number_without_a_zone_is_skipped(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(minding_callees(), &[number(TOLL_FREE)]).await;
    assert_eq!(scene.claim(campaign, 1).await.skipped, 1);
    let contact = scene.contact(campaign, number(TOLL_FREE)).await;
    assert_eq!(contact.state, ContactState::Skipped);
    assert_eq!(contact.reason.as_deref(), Some(Reason::NO_ZONE.0));
}
