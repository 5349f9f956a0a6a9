//! The one timer of all calls: wakes when something is due and hands events to the listener.
//!
//! It holds the world only while it looks at it. A listener that lags is waited for, and the world
//! goes on meanwhile; without a listener, events are lost.

use std::sync::{Arc, Weak};

use ringonce_domain::{Millis, Timestamp};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Notify, mpsc};

use super::exchange::Exchange;
use crate::{CarrierEvent, Clock};

/// When a log that could not be written is tried again.
const WRITE_AGAIN_AFTER: Millis = Millis::from_secs(1);

/// What the timer waits for.
struct Tick {
    next: Option<Timestamp>,
    /// The listener, when it has no room for an event that is waiting.
    full: Option<mpsc::Sender<CarrierEvent>>,
}

/// Runs until the exchange is gone; a simulator that is dropped thus leaves its log at once.
pub(super) async fn run(exchange: Weak<Exchange>, clock: Arc<dyn Clock>, wake: Arc<Notify>) {
    while let Some(tick) = exchange.upgrade().map(|exchange| exchange.tick()) {
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
            biased;
            () = due => {}
            () = room => {}
            () = wake.notified() => {}
        }
    }
}

impl Exchange {
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
