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
mod fate;
mod faults;
pub mod log;
mod persona;
mod sink;
pub mod truth;
mod world;

use std::io;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use async_trait::async_trait;
use ringonce_domain::{AttemptId, FailureClass, Millis, Timestamp, Trust};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Notify, mpsc};
use tokio::task::AbortHandle;

pub use self::faults::{Faults, MAX_COPIES, Outage};
pub use self::persona::{Behaviour, Personas};
pub use self::sink::{Log, MemoryLog};

use self::dice::{Dice, Purpose};
use self::log::LogError;
use self::world::{Answer, World};
use crate::{Carrier, CarrierEvent, Clock, PlaceRequest, Placed, Sight};

/// How long the adapter waits for the answer to a request.
pub const PATIENCE: Millis = Millis::from_secs(10);

/// Time from a request to its answer, in milliseconds.
const LATENCY: RangeInclusive<u64> = 20..=120;
/// What the look-up may lag behind without any fault.
const SETTLING: Millis = Millis::from_secs(2);
/// How many events wait in the channel before the simulator holds them back.
const CHANNEL: usize = 1_024;
/// When a log that could not be written is tried again.
const WRITE_AGAIN_AFTER: Millis = Millis::from_secs(1);

/// What a simulator is like.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Everything that looks like chance follows from it.
    pub seed: u64,
    /// Who is at which number.
    pub personas: Personas,
    /// What goes wrong.
    pub faults: Faults,
}

/// A carrier whose phones are simulated.
///
/// Dropping it is what a crash is to a real carrier's client: events on their way are lost, and
/// nothing more is written until the log is opened again.
pub struct Simulator {
    shared: Arc<Shared>,
    timer: AbortHandle,
}

struct Shared {
    world: Mutex<World>,
    listener: Mutex<Option<mpsc::Sender<CarrierEvent>>>,
    clock: Arc<dyn Clock>,
    /// Wakes the timer when something is due earlier than it knew.
    wake: Arc<Notify>,
    dice: Dice,
    faults: Faults,
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
        let shared = Arc::new(Shared {
            world: Mutex::new(world),
            listener: Mutex::new(None),
            clock: Arc::clone(&clock),
            wake: Arc::clone(&wake),
            dice,
            faults,
        });
        let timer = tokio::spawn(run(Arc::downgrade(&shared), clock, wake)).abort_handle();
        Ok(Self { shared, timer })
    }

    /// How many calls are under way.
    pub fn live_calls(&self) -> usize {
        self.shared.world().live_calls()
    }

    /// When something happens next in the simulated world; `None` when nothing is under way. A
    /// clock may be sent ahead to this instant, if nobody else waits for an earlier one.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.shared.world().next_due()
    }

    fn latency(&self, attempt: AttemptId) -> Millis {
        self.shared
            .dice
            .attempt(attempt)
            .millis(Purpose::Latency, LATENCY)
    }

    async fn pause(&self, pause: Millis) {
        self.shared
            .clock
            .sleep_until(self.shared.clock.now() + pause)
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
        "simulator"
    }

    fn trust(&self) -> Trust {
        let faults = &self.shared.faults;
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
        let reply = self.shared.send(&request);
        self.pause(reply.after).await;
        reply.placed
    }

    async fn look_up(&self, attempt: AttemptId, call_id: Option<&str>) -> Sight {
        self.pause(self.latency(attempt)).await;
        self.shared.look_up(attempt, call_id)
    }

    async fn hang_up(&self, attempt: AttemptId, call_id: Option<&str>) -> Result<(), String> {
        self.pause(self.latency(attempt)).await;
        self.shared.hang_up(attempt, call_id)
    }

    /// Can be taken again once the receiver that was handed out before is dropped.
    fn events(&self) -> Option<mpsc::Receiver<CarrierEvent>> {
        let mut listener = self.shared.listener();
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

/// What comes back to a create request, and when.
struct Reply {
    after: Millis,
    placed: Placed,
}

impl Shared {
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listener(&self) -> MutexGuard<'_, Option<mpsc::Sender<CarrierEvent>>> {
        self.listener.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Checks the deadline and sends the request, with nothing in between that could wait.
    fn send(&self, request: &PlaceRequest) -> Reply {
        let dice = self.dice.attempt(request.attempt);
        let latency = dice.millis(Purpose::Latency, LATENCY);
        let now = self.clock.now();
        if now >= request.dial_before {
            return Reply {
                after: Millis::ZERO,
                placed: Placed::TooLate,
            };
        }
        if self.faults.out_of_reach(now) {
            return if dice.chance(Purpose::OutageIsSilent, 0.5) {
                Reply::never_came()
            } else {
                let reason = "the carrier refuses connections".into();
                let placed = Placed::Refused {
                    class: FailureClass::Network,
                    reason,
                };
                Reply {
                    after: latency,
                    placed,
                }
            };
        }
        if dice.chance(Purpose::LostRequest, self.faults.lost_request) {
            return Reply::never_came();
        }
        let placed = match self.arrive(request, now) {
            Ok(Answer::Taken(id)) => Placed::Accepted {
                call_id: id.to_string(),
            },
            Ok(Answer::Refused(class, reason)) => Placed::Refused {
                class,
                reason: reason.to_owned(),
            },
            Err(error) => Placed::Refused {
                class: FailureClass::Configuration,
                reason: format!("the simulator cannot write its log: {error}"),
            },
        };
        let slow = dice.chance(Purpose::SlowResponse, self.faults.slow_response);
        let longest = if slow {
            self.faults.slow_response_up_to.get()
        } else {
            0
        };
        let delay = dice.between(Purpose::SlowResponseBy, 0..=longest);
        let after = Millis::new(latency.get() + delay);
        if after >= PATIENCE || dice.chance(Purpose::LostResponse, self.faults.lost_response) {
            return Reply::never_came();
        }
        Reply { after, placed }
    }

    fn arrive(&self, request: &PlaceRequest, now: Timestamp) -> io::Result<Answer> {
        let mut world = self.world();
        world.advance(now)?;
        let answer = world.place(request, now);
        self.wake.notify_one();
        answer
    }

    fn look_up(&self, attempt: AttemptId, call_id: Option<&str>) -> Sight {
        let now = self.clock.now();
        if self.faults.out_of_reach(now) {
            return Sight::CannotTell("the carrier refuses connections".into());
        }
        let this_look = self
            .dice
            .attempt(attempt)
            .about(now.as_millis().unsigned_abs());
        if this_look.chance(Purpose::LookUpFailure, self.faults.look_up_failure) {
            return Sight::CannotTell("the carrier answers with an internal error".into());
        }
        let mut world = self.world();
        if let Err(error) = world.advance(now) {
            return Sight::CannotTell(format!("the simulator cannot write its log: {error}"));
        }
        self.wake.notify_one();
        let call_id = call_id.and_then(|text| text.parse().ok());
        world
            .sight(attempt, call_id, now)
            .map_or(Sight::NotSeen, Sight::Seen)
    }

    fn hang_up(&self, attempt: AttemptId, call_id: Option<&str>) -> Result<(), String> {
        let now = self.clock.now();
        if self.faults.out_of_reach(now) {
            return Err("the carrier refuses connections".into());
        }
        let call_id = call_id.and_then(|text| text.parse().ok());
        let mut world = self.world();
        let hung_up = world
            .advance(now)
            .and_then(|()| world.hang_up(attempt, call_id, now))
            .and_then(|()| world.advance(now));
        self.wake.notify_one();
        hung_up.map_err(|error| format!("the simulator cannot write its log: {error}"))
    }

    /// Lets happen what is due, and hands on what arrived.
    fn tick(&self) -> Tick {
        let now = self.clock.now();
        let mut world = self.world();
        let next = match world.advance(now) {
            Ok(()) => world.next_due(),
            Err(error) => {
                tracing::error!(%error, "the simulator cannot write its log; its world stands still");
                Some(now + WRITE_AGAIN_AFTER)
            }
        };
        let arrived = world.arrived();
        let listener = self.listener();
        let Some(sender) = listener.as_ref() else {
            arrived.clear();
            return Tick { next, full: None };
        };
        while let Some(event) = arrived.pop_front() {
            match sender.try_send(event) {
                Ok(()) => {}
                Err(TrySendError::Full(event)) => {
                    arrived.push_front(event);
                    return Tick {
                        next,
                        full: Some(sender.clone()),
                    };
                }
                Err(TrySendError::Closed(_)) => arrived.clear(),
            }
        }
        Tick { next, full: None }
    }
}

impl Reply {
    fn never_came() -> Self {
        let reason = format!("no answer within {PATIENCE}");
        Self {
            after: PATIENCE,
            placed: Placed::Unclear { reason },
        }
    }
}

/// What the timer waits for.
struct Tick {
    next: Option<Timestamp>,
    /// The listener, when it has no room for an event that is waiting.
    full: Option<mpsc::Sender<CarrierEvent>>,
}

/// The one timer of all calls. It holds the world only while it looks at it, so that a simulator
/// that is dropped leaves its log at once.
async fn run(shared: Weak<Shared>, clock: Arc<dyn Clock>, wake: Arc<Notify>) {
    while let Some(tick) = shared.upgrade().map(|shared| shared.tick()) {
        let due = async {
            match tick.next {
                Some(next) => clock.sleep_until(next).await,
                None => std::future::pending().await,
            }
        };
        let room = async {
            match &tick.full {
                // Whether there is room or nobody is left, the next tick sees to it.
                Some(listener) => drop(listener.reserve().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = due => {}
            () = room => {}
            () = wake.notified() => {}
        }
    }
}
