//! The simulator: a carrier like the others, with a world of phones of its own.
//!
//! Who answers, how long it rings and what goes wrong on the way follow from a seed, so that any
//! run can be repeated. It is the carrier of the embedded default and of the whole-system tests,
//! and it is never kind to its caller: there is no idempotency, an attempt that is placed twice
//! rings twice, and events that nobody listens to are lost.
//!
//! What happens is written to its own [log] before anybody hears of it. The log is the truth
//! against which the ledger is judged ([`truth`]); nothing else is kept, and a simulator that opens
//! an existing log goes on with the calls that had not ended: the world's phones do not care that
//! our process died.

mod call;
mod dice;
mod exchange;
mod fate;
mod faults;
pub mod log;
mod persona;
mod post;
mod sink;
mod tempo;
mod timer;
pub mod truth;
pub mod wire;
mod world;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use ringonce_domain::{AttemptId, Millis, Timestamp, Trust};
use tokio::sync::{Notify, mpsc};
use tokio::task::AbortHandle;

pub use self::exchange::PATIENCE;
pub use self::faults::{Faults, MAX_COPIES, Outage};
pub use self::persona::{Behaviour, Personas};
pub use self::post::post_events;
pub use self::sink::{Log, MemoryLog};
pub use self::tempo::Tempo;

use self::dice::Dice;
use self::exchange::Exchange;
use self::log::LogError;
use self::wire::Place;
use self::world::World;
use crate::{CallQuery, CallStatus, Carrier, Clock, Deadline, Delivery, PlaceRequest, Placed};

/// Its name, as campaigns' settings spell it.
pub const NAME: &str = "simulator";
/// What the look-up may lag behind without any fault.
const SETTLING: Millis = Millis::from_secs(2);
/// How many events wait in the channel before the simulator holds them back.
const CHANNEL: usize = 1_024;

/// What a simulator is like.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Everything that looks like chance follows from it.
    pub seed: u64,
    /// Who is at which number.
    pub personas: Personas,
    /// How long calls take.
    pub tempo: Tempo,
    /// What goes wrong.
    pub faults: Faults,
}

/// A carrier whose phones are simulated.
///
/// Dropping it is what a crash is to a real carrier's client: events on their way are lost, and
/// nothing more is written until the log is opened again.
pub struct Simulator {
    exchange: Arc<Exchange>,
    timer: AbortHandle,
}

impl Simulator {
    /// Opens the log, or begins one, and lets happen what was due since it was last written. Reads
    /// the whole log: call it where blocking is allowed, inside a tokio runtime.
    ///
    /// # Errors
    /// [`LogError`] when the log cannot be read or written, is damaged or in use.
    pub fn open(config: Config, log: &Log, clock: Arc<dyn Clock>) -> Result<Self, LogError> {
        let writer = log.writer()?;
        let (dice, faults) = (Dice::new(config.seed), config.faults.clone());
        let mut world = World::new(config, writer);
        for entry in log::entries(log.reader()?) {
            world.replay(entry?);
        }
        world
            .catch_up(clock.now())
            .map_err(|source| log.failed("write", source))?;
        let wake = Arc::new(Notify::new());
        let exchange = Arc::new(Exchange {
            world: Mutex::new(world),
            listener: Mutex::new(None),
            clock: Arc::clone(&clock),
            wake: Arc::clone(&wake),
            dice,
            faults,
        });
        let timer = tokio::spawn(timer::run(Arc::downgrade(&exchange), clock, wake)).abort_handle();
        Ok(Self { exchange, timer })
    }

    /// As [`Carrier::place`], for a caller in another process: the deadline is its own business,
    /// and the call's events go to [`Self::callback`]. `None` when no answer ever comes.
    pub async fn place_from_afar(&self, place: &Place) -> Option<Placed> {
        let deadline = Deadline::after(PATIENCE, self.exchange.clock.as_ref());
        let request = PlaceRequest {
            caller_id: place.caller_id,
            ring_for: place.ring_for_ms,
            ..PlaceRequest::ordinary(place.attempt, place.campaign, place.to, deadline)
        };
        let callback = Arc::clone(&place.callback);
        let reply = self.exchange.hear(&request, Some(callback));
        if matches!(reply.placed, Placed::Unclear { .. }) {
            self.pause(self.exchange.silence(request.attempt)).await;
            return None;
        }
        self.pause(reply.after).await;
        Some(reply.placed)
    }

    /// As [`Carrier::look_up`]; this carrier needs no more than the attempt and its own name for the
    /// call.
    pub async fn look(&self, attempt: AttemptId, call_id: Option<&str>) -> CallStatus {
        self.pause(self.exchange.latency(attempt)).await;
        self.exchange.look_up(attempt, call_id)
    }

    /// Where the events of an attempt's call go, if it was placed from afar.
    pub fn callback(&self, attempt: AttemptId) -> Option<Arc<str>> {
        self.exchange.world().callback(attempt)
    }

    /// How many calls are under way.
    pub fn live_calls(&self) -> usize {
        self.exchange.world().live_calls()
    }

    /// When something happens next in the simulated world; `None` when nothing is under way. A
    /// clock may be sent ahead to this instant, if nobody else waits for an earlier one.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.exchange.world().next_due()
    }

    async fn pause(&self, pause: Millis) {
        self.exchange
            .clock
            .sleep_until(self.exchange.clock.now() + pause)
            .await;
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.timer.abort();
    }
}

#[async_trait]
impl Carrier for Simulator {
    fn name(&self) -> &'static str {
        NAME
    }

    fn trust(&self) -> Trust {
        let faults = &self.exchange.faults;
        let lag = if faults.look_up_lag > 0.0 {
            faults.look_up_lag_up_to
        } else {
            Millis::ZERO
        };
        Trust {
            settling: Millis::new(SETTLING.get() + lag.get()),
            ..Trust::default()
        }
    }

    async fn place(&self, request: PlaceRequest) -> Placed {
        let reply = self.exchange.send(&request);
        self.pause(reply.after).await;
        reply.placed
    }

    async fn look_up(&self, query: &CallQuery) -> CallStatus {
        self.look(query.attempt, query.call_id.as_deref()).await
    }

    async fn hang_up(&self, attempt: AttemptId, call_id: Option<&str>) -> Result<(), String> {
        self.pause(self.exchange.latency(attempt)).await;
        self.exchange.hang_up(attempt, call_id)
    }

    /// Can be taken again once the receiver that was handed out before is dropped.
    fn events(&self) -> Option<mpsc::Receiver<Delivery>> {
        let mut listener = self.exchange.listener();
        if listener
            .as_ref()
            .is_some_and(|listener| !listener.is_closed())
        {
            return None;
        }
        let (sender, receiver) = mpsc::channel(CHANNEL);
        *listener = Some(sender);
        Some(receiver)
    }
}
