//! The seam: what the engine asks of a carrier, and what a carrier tells.
//!
//! Every adapter translates its own codes and events to these words. Placing is the one request
//! that must never be repeated blindly: what cannot be told clearly is [`Placed::Unclear`], and the
//! engine finds out by [`Carrier::look_up`].
//!
//! A request must not lie on its way for long: an adapter that speaks over a network bounds, by its
//! own timeout and by the socket's, how long its machine tries to deliver one, and
//! [`Trust::settling`] is no shorter.

use std::sync::Arc;

use async_trait::async_trait;
use ringonce_domain::Agent;
use ringonce_domain::{AttemptId, CampaignId, Evidence, FailureClass, Millis, Number, Trust};
use tokio::sync::{mpsc, oneshot};

use crate::Deadline;

/// A call to place: everything the carrier needs, and nothing else.
#[derive(Clone, Debug)]
pub struct PlaceRequest {
    /// The idempotency key; it reaches the carrier and comes back with every event.
    pub attempt: AttemptId,
    /// Echoed by carriers that can, for their logs and ours.
    pub campaign: CampaignId,
    /// Who is called.
    pub to: Number,
    /// The number shown to the callee, if one was chosen.
    pub caller_id: Option<Number>,
    /// What the callee hears.
    pub agent: Arc<Agent>,
    /// How long the phone rings before the call is given up.
    pub ring_for: Millis,
    /// The request must not leave once this has passed: the adapter asks it immediately before it
    /// writes.
    pub deadline: Deadline,
}

/// What came of asking a carrier to place a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placed {
    /// It took the call.
    Accepted {
        /// Its name for the call.
        call_id: String,
    },
    /// It would not; nothing rings.
    Refused {
        /// Why, in our classes.
        class: FailureClass,
        /// Why, in its words.
        reason: String,
    },
    /// No answer, or one that says neither: the phone may be ringing.
    Unclear {
        /// What was seen instead.
        reason: String,
    },
    /// The deadline had passed, so nothing was sent.
    TooLate,
}

/// What a carrier knows about a call when asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// It has the call: the evidence of its present state, oldest first.
    Seen(Vec<Evidence>),
    /// It answered, and has no such call.
    NotSeen,
    /// It could not be asked, or cannot tell.
    CannotTell(String),
}

/// Something that happened to a call, as the carrier tells it. May come late, twice, in any order
/// or never.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarrierEvent {
    /// The attempt, as echoed by the carrier.
    pub attempt: AttemptId,
    /// What happened.
    pub evidence: Evidence,
}

/// An event on its way to the ledger.
#[derive(Debug)]
pub struct Delivery {
    /// What happened.
    pub event: CarrierEvent,
    /// Sent once the event is durable, dropped when it could not be made so: for whoever must
    /// answer the carrier.
    pub receipt: Option<oneshot::Sender<()>>,
}

impl From<CarrierEvent> for Delivery {
    /// An event whose teller waits for nothing.
    fn from(event: CarrierEvent) -> Self {
        Self {
            event,
            receipt: None,
        }
    }
}

/// A carrier.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// Its name, as campaigns' settings spell it.
    fn name(&self) -> &'static str;

    /// How far its look-up can be trusted.
    fn trust(&self) -> Trust;

    /// Asks it to place a call. Sends at most one request, and none once its deadline has passed.
    async fn place(&self, request: PlaceRequest) -> Placed;

    /// Asks it what it knows of an attempt's call.
    async fn look_up(&self, attempt: AttemptId, call_id: Option<&str>) -> Sight;

    /// Asks it to end a call; ending one that is over is no error.
    async fn hang_up(&self, attempt: AttemptId, call_id: Option<&str>) -> Result<(), String>;

    /// Whether what it tells is kept in the ledger before it is applied ([`Self::read`]).
    fn is_heard(&self) -> bool {
        false
    }

    /// What something that it told, word for word, says of the call. `source` is
    /// what of the carrier told it.
    ///
    /// # Errors
    /// Why nothing can be made of it.
    fn read(&self, source: &str, _body: &str) -> Result<Vec<Evidence>, String> {
        Err(format!("nothing is known of `{source}` of this carrier"))
    }

    /// The stream of events; taken once. The receiver lags rather than loses: the channel is
    /// bounded, and a carrier waits when it is full.
    fn events(&self) -> Option<mpsc::Receiver<Delivery>>;
}
