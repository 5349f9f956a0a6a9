//! Calls whose answer and every webhook are lost: found again on an account that others use too, whose clock
//! is not ours.

use ringonce_carrier::{Carrier as _, Deadline, PlaceRequest, Placed};
use ringonce_domain::{AttemptId, AttemptState, CampaignId, Millis, Number, Outcome};

use super::rehearsal::{ANOTHER_APPLICATION, Rehearsal, listener, lived};

/// How many calls to a number from a caller id there were in truth.
fn placed(world: &Rehearsal, from: &str, to: Number) -> usize {
    let is_it = |line: &&str| {
        line.contains("\"event\":\"created\"")
            && line.contains(&format!("\"from\":\"{from}\""))
            && line.contains(&format!("\"to\":\"{to}\""))
    };
    world.sim.truth().lines().filter(is_it).count()
}

/// Lets minutes pass until every call of the ledger is over and every contact was reached.
async fn until_reached(world: &Rehearsal, campaign: CampaignId, numbers: usize) {
    world
        .until("every contact was reached", async || {
            world.pass(Millis::from_minutes(1));
            let detail = world.store.campaign(campaign).await.unwrap();
            let answered = detail
                .outcomes
                .iter()
                .find(|(it, _)| *it == Outcome::Answered);
            answered.is_some_and(|(_, calls)| *calls == numbers as u64)
        })
        .await;
}

#[test]
fn a_callee_who_answered_is_not_rung_again_whatever_the_carriers_clock_shows() {
    for skew in [-3_600_000, -300_000, -45_000, 80_000, 150_000, 3_600_000] {
        lived(async {
            let world = Rehearsal::new(|_| {}).await;
            world.faults(|faults| {
                faults.clock_skew_ms = skew;
                faults.lost_create_responses = 1.0;
            });
            let numbers: Vec<Number> = (0..3).map(listener).collect();
            let campaign = world.begin(&numbers).await;
            until_reached(&world, campaign, numbers.len()).await;
            for number in numbers {
                assert_eq!(placed(&world, "+12025550100", number), 1, "{skew} ms");
            }
        });
    }
}

/// A call of another application to the number.
async fn foreign_call(world: &Rehearsal, to: Number) {
    let deadline = Deadline::after(Millis::from_hours(1), &ringonce_carrier::clock::SystemClock);
    let attempt = AttemptId::new(world.now(), [9; 10]);
    let request = PlaceRequest {
        caller_id: Some(ANOTHER_APPLICATION.parse().unwrap()),
        ..PlaceRequest::ordinary(attempt, CampaignId(1), to, deadline)
    };
    let placed = world.twilio.place(request).await;
    assert!(matches!(placed, Placed::Accepted { .. }), "{placed:?}");
}

#[test]
fn another_applications_call_to_the_number_is_not_taken_for_ours() {
    lived(async {
        let world = Rehearsal::new(|_| {}).await;
        let number = listener(1);
        foreign_call(&world, number).await;
        // Ours is refused with an error of the carrier, which says neither yes nor no.
        world.faults(|faults| faults.failed_creates = 1.0);
        let campaign = world.begin(&[number]).await;
        world
            .until("it is proved that there was no call of ours", async || {
                world.pass(Millis::from_minutes(1));
                let ours = world.ours().await;
                assert!(ours.iter().all(|it| it.call_id.is_none()), "{ours:?}");
                ours.iter().any(|it| it.state == AttemptState::NeverPlaced)
            })
            .await;
        world.faults(|_| {});
        until_reached(&world, campaign, 1).await;
        assert_eq!(placed(&world, "+12025550100", number), 1);
        assert_eq!(placed(&world, ANOTHER_APPLICATION, number), 1);
    });
}
