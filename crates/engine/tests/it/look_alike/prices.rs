//! What calls cost: from the carrier's lists as soon as it knows, one by one where they did not have it.

use ringonce_domain::{CampaignId, Millis, Number};
use ringonce_store::model::CampaignDetail;

use super::rehearsal::{Rehearsal, listener, lived};

/// More than a page of the carrier's list.
const CALLS: u64 = 205;

async fn detail(world: &Rehearsal, campaign: CampaignId) -> CampaignDetail {
    world.store.campaign(campaign).await.unwrap()
}

/// Lets time pass until every answered call has a price, in so many steps at most.
async fn until_priced(world: &Rehearsal, campaign: CampaignId, step: Millis) {
    world
        .until("the prices are known", async || {
            world.pass(step);
            detail(world, campaign).await.unpriced() == 0
        })
        .await;
}

/// The sum is that of the calls, to the millionth, and that of the carrier's truth.
async fn assert_adds_up(world: &Rehearsal, campaign: CampaignId) {
    let ours = world.ours().await;
    let cost = |it: &ringonce_store::model::Ours| it.price.unwrap().millionths;
    let detail = detail(world, campaign).await;
    let [total] = detail.prices[..] else {
        panic!("{:?}", detail.prices)
    };
    assert_eq!(total.price.currency.as_str(), "USD");
    assert_eq!(total.price.millionths, ours.iter().map(cost).sum::<i64>());
    assert_eq!(
        (total.calls, total.answered),
        (ours.len() as u64, total.calls)
    );
    assert!(
        ours.iter().all(|it| (8_500..18_500).contains(&cost(it))),
        "{ours:?}"
    );
}

#[test]
fn prices_come_from_the_list_of_the_last_hours_page_by_page() {
    lived(async {
        let world = Rehearsal::new(|_| {}).await;
        world.faults(|it| it.prices_held_for_ms = u64::MAX / 2);
        let numbers: Vec<Number> = (0..CALLS).map(listener).collect();
        let campaign = world.call(&numbers).await;
        world.pass(Millis::from_minutes(31));
        assert_eq!(detail(&world, campaign).await.unpriced(), CALLS);
        assert_eq!(detail(&world, campaign).await.prices, []);
        world.faults(|_| {});
        until_priced(&world, campaign, Millis::from_minutes(5)).await;
        assert_adds_up(&world, campaign).await;
    });
}

#[test]
fn what_no_list_had_in_time_is_asked_for_call_by_call() {
    lived(async {
        let world = Rehearsal::new(|_| {}).await;
        world.faults(|it| it.prices_held_for_ms = u64::MAX / 2);
        let campaign = world.call(&[listener(0), listener(1)]).await;
        // The list of its day is read, and has no prices.
        world
            .until("the day is compared", async || {
                world.pass(Millis::from_minutes(30));
                let compared = world.store.comparisons("twilio", 1).await.unwrap();
                compared.iter().any(|it| it.ours + it.theirs > 0)
            })
            .await;
        assert_eq!(detail(&world, campaign).await.unpriced(), 2);
        world.faults(|_| {});
        until_priced(&world, campaign, Millis::from_hours(1)).await;
        assert_adds_up(&world, campaign).await;
    });
}
