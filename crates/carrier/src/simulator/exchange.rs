//! Requests to the simulated carrier, and what goes wrong with them on the way.
//!
//! Nothing here waits: a request is carried out at the instant at which it is asked, and the
//! adapter waits as long as its answer takes.

use std::io;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ringonce_domain::{AttemptId, FailureClass, Millis, Timestamp};
use tokio::sync::{Notify, mpsc};

use super::dice::{Dice, Purpose};
use super::faults::Faults;
use super::phone_network::{Answer, PhoneNetwork};
use crate::{CallStatus, CarrierEvent, Clock, PlaceRequest, Placed};

/// How long the adapter waits for the answer to a request.
pub const PATIENCE: Millis = Millis::from_secs(10);

/// Time from a request to its answer, in milliseconds.
const LATENCY: RangeInclusive<u64> = 20..=120;

/// The way between the adapter and the world.
pub(super) struct Exchange {
    pub(super) world: Mutex<PhoneNetwork>,
    pub(super) listener: Mutex<Option<mpsc::Sender<CarrierEvent>>>,
    pub(super) clock: Arc<dyn Clock>,
    /// Wakes the timer when something is due earlier than it knew.
    pub(super) wake: Arc<Notify>,
    pub(super) dice: Dice,
    pub(super) faults: Faults,
}

/// What comes back to a create request, and when.
pub(super) struct Reply {
    pub(super) after: Millis,
    pub(super) placed: Placed,
}

impl Exchange {
    /// How long the carrier takes to answer a request about this attempt.
    pub(super) fn latency(&self, attempt: AttemptId) -> Millis {
        self.dice.attempt(attempt).millis(Purpose::Latency, LATENCY)
    }

    pub(super) fn world(&self) -> MutexGuard<'_, PhoneNetwork> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn listener(&self) -> MutexGuard<'_, Option<mpsc::Sender<CarrierEvent>>> {
        self.listener.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Checks the deadline and sends the request, with nothing in between that could wait.
    pub(super) fn send(&self, request: &PlaceRequest) -> Reply {
        if request.deadline.has_passed(self.clock.as_ref()) {
            return Reply {
                after: Millis::ZERO,
                placed: Placed::TooLate,
            };
        }
        self.carry(request)
    }

    /// Carries a request that was sent to the carrier, and brings back what comes of it.
    fn carry(&self, request: &PlaceRequest) -> Reply {
        let dice = self.dice.attempt(request.attempt);
        let latency = self.latency(request.attempt);
        let now = self.clock.now();
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

    pub(super) fn look_up(&self, attempt: AttemptId, call_id: Option<&str>) -> CallStatus {
        let now = self.clock.now();
        if self.faults.out_of_reach(now) {
            return CallStatus::CannotTell("the carrier refuses connections".into());
        }
        let this_look = self
            .dice
            .attempt(attempt)
            .about(now.as_millis().unsigned_abs());
        if this_look.chance(Purpose::LookUpFailure, self.faults.look_up_failure) {
            return CallStatus::CannotTell("the carrier answers with an internal error".into());
        }
        let mut world = self.world();
        if let Err(error) = world.advance(now) {
            return CallStatus::CannotTell(format!("the simulator cannot write its log: {error}"));
        }
        self.wake.notify_one();
        let call_id = call_id.and_then(|text| text.parse().ok());
        world
            .sight(attempt, call_id, now)
            .map_or(CallStatus::NotSeen, CallStatus::Seen)
    }

    pub(super) fn hang_up(&self, attempt: AttemptId, call_id: Option<&str>) -> Result<(), String> {
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
