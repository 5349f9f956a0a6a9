//! An auth token that is replaced in mid-campaign: nothing can be learned of the calls under way, so no other
//! is made, and a person is told what to do.

use ringonce_domain::{CampaignState, Millis, Number};
use ringonce_engine::alerts::Alert;

use super::rehearsal::{Rehearsal, listener, lived};

/// What was raised about credentials.
fn told(world: &Rehearsal) -> Vec<(String, usize)> {
    let denied = world.alerts().into_iter().filter_map(|it| match it {
        Alert::Denied { words, paused, .. } => Some((words, paused)),
        _ => None,
    });
    denied.collect()
}

#[test]
fn when_look_ups_are_refused_the_campaign_is_held_and_a_person_told_until_the_token_is_right() {
    lived(async {
        let world = Rehearsal::new(|_| {}).await;
        let numbers: Vec<Number> = (0..5).map(listener).collect();
        // Nothing is learned before the token is replaced.
        world.faults(|faults| faults.failed_look_ups = 1.0);
        let campaign = world.begin(&numbers).await;
        world
            .until("all calls are taken", async || {
                let ours = world.ours().await;
                ours.iter().filter(|it| it.call_id.is_some()).count() == numbers.len()
            })
            .await;
        world.sim.replace_token("another");
        let detail = async || world.store.campaign(campaign).await.unwrap();
        world
            .until("the campaign is held", async || {
                world.pass(Millis::from_minutes(1));
                detail().await.state == CampaignState::Paused
            })
            .await;
        let reason = detail().await.state_reason.unwrap_or_default();
        assert!(
            reason.contains("20003") && reason.contains("auth token"),
            "{reason}"
        );
        for _ in 0..5 {
            world.pass(Millis::from_minutes(2));
            super::rehearsal::breathe().await;
        }
        assert_eq!(told(&world), [(reason, 1)], "once, however often it denies");
        let live = world.ours().await;
        assert!(
            live.iter().all(|it| it.state.is_live()),
            "nothing is guessed"
        );

        world.faults(|_| {});
        world
            .sim
            .replace_token(&ringonce_twilio_sim::Config::default().token);
        world
            .until("all calls are settled", async || {
                world.pass(Millis::from_minutes(1));
                world.ours().await.iter().all(|it| !it.state.is_live())
            })
            .await;
    });
}
