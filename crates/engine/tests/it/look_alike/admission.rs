//! Calls wait for the carrier's pace before they are written down as dialled: a process that is killed
//! meanwhile leaves nothing that only the carrier could tell.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use ringonce_carrier::twilio::Twilio;
use ringonce_carrier::{CallQuery, CallStatus, Carrier, PlaceRequest, Placed};
use ringonce_domain::{AttemptId, AttemptState, Millis, Number, Outcome, Timestamp, Trust};

use super::rehearsal::{Rehearsal, breathe, listener, lived};

/// A carrier that admits no call.
struct Full {
    twilio: Arc<Twilio>,
    waiting: AtomicUsize,
}

#[async_trait]
impl Carrier for Full {
    fn name(&self) -> &str {
        self.twilio.name()
    }

    fn trust(&self) -> Trust {
        self.twilio.trust()
    }

    async fn admit(&self, _to: Number, _before: Timestamp) -> bool {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        std::future::pending().await
    }

    async fn place(&self, request: PlaceRequest) -> Placed {
        panic!("{} was placed without being admitted", request.attempt)
    }

    async fn look_up(&self, query: &CallQuery) -> CallStatus {
        panic!("{} was never asked for", query.attempt)
    }

    async fn hang_up(&self, attempt: AttemptId, _call_id: Option<&str>) -> Result<(), String> {
        panic!("{attempt} was never asked for")
    }
}

#[test]
fn no_contact_is_forgotten_when_a_process_is_killed_while_its_calls_wait_for_their_turn() {
    lived(async {
        let world = Rehearsal::without_engine(|_| {}).await;
        let full = Arc::new(Full {
            twilio: Arc::clone(&world.twilio),
            waiting: AtomicUsize::new(0),
        });
        world.start_with(Arc::clone(&full) as Arc<dyn Carrier>);
        let numbers: Vec<Number> = (0..3).map(listener).collect();
        // None of them is tried again.
        let campaign = world.begin(&numbers).await;
        world
            .until("all calls wait for their turn", async || {
                full.waiting.load(Ordering::Relaxed) == numbers.len()
            })
            .await;
        breathe().await;
        let ours = world.ours().await;
        assert!(
            ours.iter().all(|it| it.state == AttemptState::Claimed),
            "{ours:?}"
        );

        world.kill();
        world.start();
        world
            .until("every contact was reached", async || {
                world.pass(Millis::from_minutes(1));
                let detail = world.store.campaign(campaign).await.unwrap();
                let answered = (Outcome::Answered, numbers.len() as u64);
                detail.outcomes.contains(&answered)
            })
            .await;
        let created = world.sim.truth();
        assert_eq!(
            created.matches("\"event\":\"created\"").count(),
            numbers.len()
        );
    });
}
