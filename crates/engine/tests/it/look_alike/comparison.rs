//! The daily comparison: what only one side knows is told once, over more pages than one.

use ringonce_carrier::{Carrier as _, Deadline, PlaceRequest, Placed};
use ringonce_domain::{AttemptId, CampaignId, Millis, Number};
use ringonce_engine::alerts::Alert;
use ringonce_engine::comparison::since;
use ringonce_store::model::{Comparison, Difference, Page};

use super::rehearsal::{ANOTHER_APPLICATION, Rehearsal, listener, lived};

/// More than a page of the carrier's list.
const CALLS: u64 = 205;
/// More than another page of calls that another application makes.
const FOREIGN: u8 = 210;

async fn compared(world: &Rehearsal) -> Vec<Comparison> {
    world.store.comparisons("twilio", 100).await.unwrap()
}

/// The differences that alerts told of, in all.
fn told(world: &Rehearsal) -> u64 {
    let count = |alert: Alert| match alert {
        Alert::Comparison { differences, .. } => differences,
        other => panic!("{other:?}"),
    };
    world.alerts().into_iter().map(count).sum()
}

/// How many calls have ended at the carrier.
fn ended(world: &Rehearsal) -> u64 {
    world.sim.truth().matches("\"event\":\"ended\"").count() as u64
}

/// A call that the ledger does not know, with the same account.
async fn elsewhere(world: &Rehearsal, n: u8, from: Number, to: Number) -> String {
    let deadline = Deadline::after(Millis::from_hours(1), &ringonce_carrier::clock::SystemClock);
    let attempt = AttemptId::new(world.now(), [n; 10]);
    let request = PlaceRequest {
        caller_id: Some(from),
        ..PlaceRequest::ordinary(attempt, CampaignId(1), to, deadline)
    };
    match world.twilio.place(request).await {
        Placed::Accepted { call_id } => call_id,
        other => panic!("{other:?}"),
    }
}

/// Lets days pass until the one in which this began, and the next, are compared.
async fn let_days_pass(world: &Rehearsal) {
    let before = compared(world).await;
    let before = before.first().map(|it| it.day.clone()).unwrap_or_default();
    for _ in 0..2 {
        world.pass(Millis::from_days(1));
        let latest = compared(world).await.first().map(|it| it.day.clone());
        world
            .until("a day is compared", async || {
                world.pass(Millis::from_minutes(10));
                compared(world).await.first().map(|it| it.day.clone()) > latest
            })
            .await;
    }
    assert!(compared(world).await[0].day > before);
}

#[test]
fn of_a_day_what_only_one_side_knows_is_told_once_over_all_pages() {
    lived(async {
        let world = Rehearsal::new(|_| {}).await;
        let numbers: Vec<Number> = (0..CALLS).map(listener).collect();
        world.call(&numbers).await;

        let stranger = listener(CALLS + 1);
        let ours = world.twilio.caller_ids()[0];
        let unknown = elsewhere(&world, 1, ours, stranger).await;
        for n in 0..FOREIGN {
            let another = ANOTHER_APPLICATION.parse().unwrap();
            elsewhere(&world, 2 + n, another, listener(u64::from(n))).await;
        }
        let ours = world.ours().await;
        let lost = ours[7].clone();
        assert!(world.sim.delete(lost.call_id.as_deref().unwrap()));
        world
            .until("the stranger's call is over", async || {
                ended(&world) > CALLS + u64::from(FOREIGN)
            })
            .await;

        let_days_pass(&world).await;
        let days = compared(&world).await;
        let sum = |count: fn(&Comparison) -> u64| days.iter().map(count).sum::<u64>();
        assert_eq!((sum(|it| it.ours), sum(|it| it.theirs)), (CALLS, CALLS));
        assert_eq!(sum(|it| it.others), u64::from(FOREIGN));
        let mut found = Vec::new();
        for it in &days {
            let page = Page {
                after: None,
                limit: 1_000,
            };
            let some = world.store.differences("twilio", &it.day, page).await;
            assert_eq!(some.as_ref().unwrap().len() as u64, it.differences);
            found.extend(some.unwrap().into_iter().map(|it| it.difference));
        }
        found.sort_by_key(|it| matches!(it, Difference::NotTheirs { .. }));
        let expected = [
            Difference::NotOurs {
                call_id: unknown,
                to: stranger.to_string(),
                status: "completed".into(),
            },
            Difference::NotTheirs {
                attempt: lost.id,
                call_id: lost.call_id,
            },
        ];
        assert_eq!(found, expected);
        assert_eq!(told(&world), 2);

        let_days_pass(&world).await;
        assert_eq!(told(&world), 2, "what was told is not told again");
    });
}

#[test]
fn what_was_before_the_ledger_is_no_difference() {
    for age in [Millis::from_minutes(10), Millis::from_days(3)] {
        lived(async {
            let world = Rehearsal::without_engine(|_| {}).await;
            let shown = world.twilio.caller_ids()[0];
            elsewhere(&world, 1, shown, listener(0)).await;
            world
                .until("the call is over", async || ended(&world) == 1)
                .await;
            world.pass(age);
            world.start();
            let since = async || since(world.store.as_ref(), "twilio").await.unwrap();
            world
                .until("it calls with the carrier", async || {
                    since().await.is_some()
                })
                .await;
            let born = since().await.unwrap();
            let_days_pass(&world).await;
            let days = compared(&world).await;
            let first = days.last().unwrap();
            assert_eq!(first.day, born.to_string()[..10], "{days:?}");
            assert_eq!(told(&world), 0, "{days:?}");
        });
    }
}
