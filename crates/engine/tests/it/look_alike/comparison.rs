//! The daily comparison: what only one side knows is told once, over more pages than one.

use ringonce_carrier::{Carrier as _, Deadline, PlaceRequest, Placed};
use ringonce_domain::{AttemptId, CampaignId, Millis, Number};
use ringonce_engine::alerts::Alert;
use ringonce_store::model::{Comparison, Difference};

use super::rehearsal::{Rehearsal, listener, lived};

/// More than a page of the carrier's list.
const CALLS: u64 = 205;

async fn compared(world: &Rehearsal) -> Vec<Comparison> {
    world.store.comparisons("twilio", 100).await.unwrap()
}

/// The differences that alerts told of, in all.
fn told(world: &Rehearsal) -> usize {
    let count = |alert: Alert| match alert {
        Alert::Comparison { differences, .. } => differences,
        other => panic!("{other:?}"),
    };
    world.alerts().into_iter().map(count).sum()
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
        let deadline =
            Deadline::after(Millis::from_hours(1), &ringonce_carrier::clock::SystemClock);
        let attempt = AttemptId::new(world.now(), [9; 10]);
        let request = PlaceRequest {
            caller_id: world.twilio.caller_ids().first().copied(),
            ..PlaceRequest::ordinary(attempt, CampaignId(1), stranger, deadline)
        };
        let Placed::Accepted { call_id: unknown } = world.twilio.place(request).await else {
            panic!("the carrier takes it");
        };
        let ours = world.ours().await;
        let lost = ours[7].clone();
        assert!(world.sim.delete(lost.call_id.as_deref().unwrap()));
        world
            .until("the stranger's call is over", async || {
                world.sim.truth().matches("\"event\":\"ended\"").count() as u64 > CALLS
            })
            .await;

        let_days_pass(&world).await;
        let days = compared(&world).await;
        let sum = |count: fn(&Comparison) -> u64| days.iter().map(count).sum::<u64>();
        assert_eq!((sum(|it| it.ours), sum(|it| it.theirs)), (CALLS, CALLS));
        let mut found: Vec<_> = days.iter().flat_map(|it| it.differences.clone()).collect();
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
