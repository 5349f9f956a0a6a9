//! Two accounts at once, which show the same caller id: each campaign's calls are asked for, found and compared at its
//! own, and what is wrong with one is nothing to the other.

use std::sync::Arc;

use ringonce_carrier::twilio::Twilio;
use ringonce_carrier::{CallQuery, CallStatus, Carrier};
use ringonce_domain::{CampaignState, Millis, Number};
use ringonce_engine::alerts::Alert;
use ringonce_twilio_sim::TwilioSim;

use super::rehearsal::{Rehearsal, listener, lived};

const OTHER: &str = "clinic-b";

/// A world with a second account, and an engine that calls with both.
async fn two_accounts() -> (Rehearsal, Arc<Twilio>, TwilioSim) {
    let world = Rehearsal::without_engine(|_| {}).await;
    let (other, sim) = world.account(OTHER).await;
    start(&world, &other);
    (world, other, sim)
}

fn start(world: &Rehearsal, other: &Arc<Twilio>) {
    let carriers: [Arc<dyn Carrier>; 2] = [Arc::clone(&world.twilio) as _, Arc::clone(other) as _];
    world.start_with_all(carriers.into());
}

/// Lets minutes pass until all calls have ended, so many in all.
async fn ended(world: &Rehearsal, calls: usize) {
    world
        .until("all calls have ended", async || {
            world.pass(Millis::from_secs(20));
            let ours = world.ours().await;
            ours.len() == calls && ours.iter().all(|it| !it.state.is_live())
        })
        .await;
}

#[test]
fn a_day_is_compared_with_each_account_by_its_own_calls() {
    lived(async {
        let (world, _, sim) = two_accounts().await;
        let numbers: Vec<Number> = (0..5).map(listener).collect();
        world.begin(&numbers[..3]).await;
        world.begin_with(OTHER, &numbers[3..]).await;
        ended(&world, 5).await;
        let lost = world.ours().await.pop().unwrap().call_id.unwrap();
        let there = [&world.sim, &sim].map(|it| it.delete(&lost));
        assert_ne!(there[0], there[1], "one account has the call");

        let compared = async |name: &str| world.store.comparisons(name, 9).await.unwrap();
        world
            .until("both are compared", async || {
                world.pass(Millis::from_hours(1));
                let days = [compared("twilio").await, compared(OTHER).await];
                let ours = |at: usize| days[at].iter().map(|it| it.ours).sum::<u64>();
                (ours(0), ours(1)) == (3, 2)
            })
            .await;
        let differences = [compared("twilio").await, compared(OTHER).await];
        let differences = differences.map(|it| it.iter().map(|it| it.differences).sum::<u64>());
        assert_eq!(differences, there.map(u64::from));
    });
}

#[test]
fn an_account_that_denies_us_holds_its_own_campaigns_alone() {
    lived(async {
        let (world, _, _sim) = two_accounts().await;
        world.faults(|faults| faults.failed_look_ups = 1.0);
        let denied = world.begin(&[listener(0)]).await;
        world
            .until("the call is taken", async || {
                let ours = world.ours().await;
                ours.first().is_some_and(|it| it.call_id.is_some())
            })
            .await;
        world.sim.replace_token("another");
        let state = async |id| world.store.campaign(id).await.unwrap().state;
        world
            .until("its campaign is held", async || {
                world.pass(Millis::from_minutes(1));
                state(denied).await == CampaignState::Paused
            })
            .await;
        let other = world.begin_with(OTHER, &[listener(1), listener(2)]).await;
        world
            .until("the other is completed", async || {
                world.pass(Millis::from_secs(20));
                state(other).await == CampaignState::Completed
            })
            .await;
    });
}

#[test]
fn a_call_of_one_account_is_never_taken_for_one_of_another() {
    lived(async {
        let (world, other, _sim) = two_accounts().await;
        world.begin_with(OTHER, &[listener(0)]).await;
        ended(&world, 1).await;
        let call = world.ours().await.remove(0);
        // An attempt whose answer was lost, with all that the call has but its account.
        let at = call.dialed_at.unwrap();
        let query = CallQuery {
            attempt: call.id,
            call_id: None,
            guessed: false,
            to: call.number,
            from: other.caller_ids().first().copied(),
            dialed_at: at,
            dial_before: at,
            others: Vec::new(),
        };
        let found = world.twilio.look_up(&query).await;
        assert_eq!(found, CallStatus::NotSeen);
        let found = other.look_up(&query).await;
        assert!(matches!(found, CallStatus::Seen(_)), "{found:?}");
    });
}

#[test]
fn calls_of_an_account_that_is_not_configured_any_more_stay_as_they_are_and_are_told_of() {
    lived(async {
        let (world, other, sim) = two_accounts().await;
        let number = listener(0);
        world.begin_with(OTHER, &[number]).await;
        world
            .until("the call is taken", async || {
                let ours = world.ours().await;
                ours.first().is_some_and(|it| it.call_id.is_some())
            })
            .await;
        world.kill();
        world.start();
        let absent = |it: &Alert| matches!(it, Alert::Absent { carrier, .. } if carrier == OTHER);
        let told = || world.alerts().iter().filter(|it| absent(it)).count();
        world
            .until("it is told", async || {
                world.pass(Millis::from_minutes(1));
                told() == 1
            })
            .await;
        assert!(world.ours().await[0].state.is_live(), "nothing is guessed");
        world.kill();
        start(&world, &other);
        ended(&world, 1).await;
        assert_eq!(sim.truth().matches("\"event\":\"ended\"").count(), 1);
    });
}
