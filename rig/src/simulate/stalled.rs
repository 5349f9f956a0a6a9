//! A carrier's adapter in a process that stalls at the worst moment: when `dialing` is durable and the
//! request has not left.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use ringonce_carrier::simulator::Simulator;
use ringonce_carrier::{CallQuery, CallStatus, Carrier, CarrierEvent, PlaceRequest, Placed};
use ringonce_domain::{AttemptId, Millis, Trust};
use tokio::sync::mpsc;

use super::unsteady::stall_length;

/// Passes every request on, a few of them much later.
pub(super) struct Stalled {
    pub(super) carrier: Arc<Simulator>,
    pub(super) seed: u64,
    /// The share of the requests that stall.
    pub(super) share: f64,
    pub(super) lease: Millis,
}

impl Stalled {
    /// How long the request of an attempt stalls, the same on every instance and at any time.
    fn sleeps(&self, attempt: AttemptId) -> Option<Duration> {
        let (high, low) = attempt.0.as_u64_pair();
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed ^ high ^ low);
        rng.random_bool(self.share)
            .then(|| stall_length(self.lease, &mut rng))
    }
}

#[async_trait]
impl Carrier for Stalled {
    fn name(&self) -> &str {
        self.carrier.name()
    }

    fn trust(&self) -> Trust {
        self.carrier.trust()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a freeze is part of the world, not of the engine"
    )]
    async fn place(&self, request: PlaceRequest) -> Placed {
        if let Some(asleep) = self.sleeps(request.attempt) {
            tokio::time::sleep(asleep).await;
        }
        self.carrier.place(request).await
    }

    async fn look_up(&self, sought: &CallQuery) -> CallStatus {
        self.carrier.look_up(sought).await
    }

    async fn hang_up(&self, attempt: AttemptId, call_id: Option<&str>) -> Result<(), String> {
        self.carrier.hang_up(attempt, call_id).await
    }

    fn events(&self) -> Option<mpsc::Receiver<CarrierEvent>> {
        self.carrier.events()
    }
}
