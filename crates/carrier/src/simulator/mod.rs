//! The simulator: a carrier like the others, with a world of phones of its own.
//!
//! Who answers, how long it rings and what goes wrong on the way follow from a seed, so that any
//! run can be repeated. It is the carrier of the embedded default and of the whole-system tests,
//! and it spares its caller nothing: there is no idempotency, an attempt that is placed twice
//! rings twice, and events without a listener are lost.
//!
//! What happens is written to its own [log] before its effect can be seen. The log is the truth
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
mod phone_network;
mod sink;
mod tempo;
mod timer;
pub mod truth;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use ringonce_domain::{AttemptId, Millis, Timestamp, Trust};
use tokio::sync::{Notify, mpsc};
use tokio::task::AbortHandle;

pub use self::exchange::PATIENCE;
pub use self::faults::{Faults, MAX_COPIES, Outage};
pub use self::persona::{Behaviour, Personas};
pub use self::sink::{Log, MemoryLog};
pub use self::tempo::Tempo;

use self::dice::Dice;
use self::exchange::Exchange;
use self::log::LogError;
use self::phone_network::PhoneNetwork;
use crate::{CallQuery, CallStatus, Carrier, CarrierEvent, Clock, PlaceRequest, Placed};

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
        let mut world = PhoneNetwork::new(config, writer);
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

    /// How many calls are under way.
    pub fn live_calls(&self) -> usize {
        self.exchange.world().live_calls()
    }

    /// When something happens next in the simulated world; `None` when nothing is under way. A
    /// clock may be sent ahead to this instant, if nothing else waits for an earlier one.
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
        self.pause(self.exchange.latency(query.attempt)).await;
        self.exchange
            .look_up(query.attempt, query.call_id.as_deref())
    }

    async fn hang_up(&self, attempt: AttemptId, call_id: Option<&str>) -> Result<(), String> {
        self.pause(self.exchange.latency(attempt)).await;
        self.exchange.hang_up(attempt, call_id)
    }

    /// Can be taken again once the receiver that was handed out before is dropped.
    fn events(&self) -> Option<mpsc::Receiver<CarrierEvent>> {
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
