//! What calls cost: exact, in each currency by itself, and as the calls stand.

use ringonce_domain::{AttemptId, CampaignId, Evidence, Millis, Outcome, Price, Timestamp};
use ringonce_store::model::{Page, Priced, Unpriced};

use super::Factory;
use super::material::{accepted, ended, free, number, numbers, retrying, unclear};
use super::scene::{Scene, moved};

fn price(amount: &str, currency: &str) -> Price {
    Price::parse(amount, currency).unwrap()
}

async fn learn(scene: &Scene, attempt: AttemptId, call_id: &str, price: Price) -> u64 {
    let call = Unpriced {
        attempt,
        call_id: call_id.into(),
    };
    let prices = vec![Priced { call, price }];
    let (by, now) = (scene.by.clone(), scene.now());
    let learned = scene.store.learn_prices("twilio", prices, by, now);
    learned.await.unwrap()
}

/// A campaign's sums in words, and its answered calls without a price; what the doctor finds is no fault.
async fn sums(scene: &Scene, campaign: CampaignId) -> (Vec<String>, u64) {
    let detail = scene.detail(campaign).await;
    let told = detail.prices.iter();
    let told = told.map(|it| format!("{} for {}", it.price, it.calls));
    let found = scene.store.doctor(scene.now()).await.unwrap();
    let prices = found.iter().find(|it| it.check == "prices").unwrap();
    assert!(prices.ok, "{}", prices.found);
    (told.collect(), detail.unpriced())
}

async fn call(scene: &Scene, campaign: CampaignId, call_id: &str, outcome: Outcome) -> AttemptId {
    let attempt = scene.dial_one(campaign).await.id;
    scene.record(attempt, accepted(call_id)).await;
    scene.record(attempt, ended(outcome)).await;
    attempt
}

pub(super) async fn prices_are_summed_in_each_currency_and_counted_once(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(4)).await;
    let first = call(&scene, campaign, "CA1", Outcome::Answered).await;
    let second = call(&scene, campaign, "CA2", Outcome::Answered).await;
    let third = call(&scene, campaign, "CA3", Outcome::Answered).await;
    let busy = call(&scene, campaign, "CA4", Outcome::Busy).await;
    assert_eq!(sums(&scene, campaign).await, (vec![], 3));

    for (attempt, call_id, cost) in [
        (first, "CA1", price("0.014", "USD")),
        (second, "CA2", price("0.000001", "USD")),
        (busy, "CA4", price("0.1", "USD")),
        (third, "CA3", price("-0.02", "EUR")),
    ] {
        assert_eq!(learn(&scene, attempt, call_id, cost).await, 1);
        assert_eq!(learn(&scene, attempt, call_id, cost).await, 0, "once");
        let (call, _) = scene.store.call(attempt).await.unwrap();
        assert_eq!(call.price, Some(cost));
    }
    let expected = ["-0.02 EUR for 1", "0.114001 USD for 3"].map(str::to_owned);
    assert_eq!(sums(&scene, campaign).await, (expected.to_vec(), 0));
    let listed =
        scene
            .store
            .campaigns(None, ringonce_store::model::Visible::Everything, page(None));
    assert_eq!(listed.await.unwrap()[0].prices.len(), 2);
}

fn page<K>(after: Option<K>) -> Page<K> {
    Page { after, limit: 10 }
}

pub(super) async fn only_the_price_of_the_very_call_is_taken(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let settings = ringonce_domain::Settings {
        carrier: "twilio".into(),
        ..free()
    };
    let campaign = scene.running(settings, &numbers(3)).await;
    let others = scene.running(free(), &[number(3)]).await;
    let begun = scene.now();
    let answered = call(&scene, campaign, "CA1", Outcome::Answered).await;
    let second = call(&scene, campaign, "CA2", Outcome::Answered).await;
    call(&scene, others, "CA3", Outcome::Answered).await;
    let live = scene.dial_one(campaign).await.id;
    scene.record(live, accepted("CA4")).await;
    let cost = price("0.014", "USD");
    assert_eq!(learn(&scene, live, "CA4", cost).await, 0, "it goes on");
    assert_eq!(learn(&scene, answered, "CA9", cost).await, 0, "another's");
    assert_eq!(sums(&scene, campaign).await, (vec![], 2));

    let until = scene.now() + Millis::from_hours(1);
    let unpriced = async |from: Timestamp, after| {
        let found = scene.store.unpriced("twilio", from, until, page(after));
        let found = found.await.unwrap().into_iter();
        found.map(|it| it.attempt).collect::<Vec<_>>()
    };
    assert_eq!(unpriced(begun, None).await, [answered, second]);
    assert_eq!(unpriced(begun, Some(answered)).await, [second]);
    assert_eq!(unpriced(until, None).await, []);
    assert_eq!(learn(&scene, answered, "CA1", cost).await, 1);
    assert_eq!(unpriced(begun, None).await, [second]);
}

pub(super) async fn an_end_that_was_told_wrong_takes_its_price_along(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(retrying(), &numbers(2)).await;
    let guess = scene.dial_one(campaign).await.id;
    scene.record(guess, unclear()).await;
    let call_id = "a stranger's".to_owned();
    scene.record(guess, Evidence::Found { call_id }).await;
    scene.record(guess, Evidence::Answered).await;
    scene.record(guess, ended(Outcome::Answered)).await;
    assert_eq!(
        learn(&scene, guess, "a stranger's", price("5", "USD")).await,
        1
    );
    let late = call(&scene, campaign, "CA2", Outcome::Canceled).await;
    assert_eq!(learn(&scene, late, "CA2", price("0.5", "USD")).await, 1);
    assert_eq!(
        sums(&scene, campaign).await,
        (vec!["5.50 USD for 2".into()], 0)
    );

    // The stranger's conversation was not ours, and the call that was given up goes on.
    scene.wait(Millis::from_secs(7));
    moved(scene.record(guess, accepted("CA1")).await);
    assert_eq!(
        sums(&scene, campaign).await,
        (vec!["0.50 USD for 1".into()], 0)
    );
    moved(scene.record(late, Evidence::Answered).await);
    assert_eq!(sums(&scene, campaign).await, (vec![], 0));
    let (known, _) = scene.store.call(late).await.unwrap();
    assert_eq!(known.price, None);

    scene.record(late, ended(Outcome::Answered)).await;
    scene.record(guess, ended(Outcome::NoAnswer)).await;
    assert_eq!(sums(&scene, campaign).await, (vec![], 1));
    assert_eq!(learn(&scene, late, "CA2", price("0.7", "USD")).await, 1);
    assert_eq!(
        sums(&scene, campaign).await,
        (vec!["0.70 USD for 1".into()], 0)
    );
    // A better end replaces a worse one, and its price is asked for again.
    scene.record(guess, ended(Outcome::Answered)).await;
    let (known, _) = scene.store.call(guess).await.unwrap();
    assert_eq!(
        (known.outcome, known.price),
        (Some(Outcome::Answered), None)
    );
}
