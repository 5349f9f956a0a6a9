//! The carrier trait: what the engine asks of a carrier, and what a carrier reports.
//!
//! Every adapter translates its own codes and events to these words. Placing is the one request
//! that must never be repeated blindly: an answer that is not clear is [`Placed::Unclear`], and the
//! engine finds out by [`Carrier::look_up`].
//!
//! A request must not lie on its way for long: an adapter that speaks over a network bounds, by its
//! own timeout and by the socket's, how long its machine tries to deliver one, and
//! [`Trust::settling`] is no shorter.

use std::sync::Arc;

use async_trait::async_trait;
use ringonce_domain::Agent;
use ringonce_domain::{
    AttemptId, CampaignId, Evidence, FailureClass, Machines, Millis, Number, Price,
    RecordingFormat, Timestamp, Trust,
};
use tokio::sync::mpsc;

use crate::recording::Recordings;
use crate::{Check, Deadline, Webhooks};

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
    /// How long the conversation may last.
    pub time_limit: Millis,
    /// Whether it is recorded.
    pub record: bool,
    /// How it is recorded.
    pub recording: RecordingFormat,
    /// What happens when a machine picks up.
    pub machines: Machines,
    /// What the callee's phone shows beside the number.
    pub call_reason: Option<String>,
    /// The request must not leave once this has passed: the adapter asks it immediately before it
    /// writes.
    pub deadline: Deadline,
}

impl PlaceRequest {
    /// A call with nothing special about it: no caller id, half a minute to ring, ten to talk.
    pub fn ordinary(
        attempt: AttemptId,
        campaign: CampaignId,
        to: Number,
        deadline: Deadline,
    ) -> Self {
        Self {
            attempt,
            campaign,
            to,
            caller_id: None,
            agent: Arc::default(),
            ring_for: Millis::from_secs(30),
            time_limit: Millis::from_minutes(10),
            record: false,
            recording: RecordingFormat::default(),
            machines: Machines::default(),
            call_reason: None,
            deadline,
        }
    }
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
    /// The deadline had passed, so nothing was sent; or the request was turned away unread, and the next
    /// one will not be.
    TooLate,
}

/// An attempt that a carrier is asked about, with all that distinguishes its call from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallQuery {
    /// The attempt.
    pub attempt: AttemptId,
    /// The carrier's name for its call, if we ever learned it.
    pub call_id: Option<String>,
    /// Whether that name was only found by number and time.
    pub guessed: bool,
    /// Who was called.
    pub to: Number,
    /// The number that the callee was shown.
    pub from: Option<Number>,
    /// When it became `dialing`.
    pub dialed_at: Timestamp,
    /// The last instant at which the request may have left.
    pub dial_before: Timestamp,
    /// The carrier's names for other attempts' calls to that number: none of them is this one's.
    /// Empty when `call_id` is known.
    pub others: Vec<String>,
}

/// What a carrier knows about a call when asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallStatus {
    /// It has the call: the evidence of its present state, oldest first.
    Seen(Vec<Evidence>),
    /// It answered, and has no such call.
    NotSeen,
    /// It could not be asked, or cannot tell.
    CannotTell(String),
    /// It does not let us in: it cannot be asked until a person gives it other credentials.
    Denied(String),
}

/// How many use a carrier at this moment, as the ledger knows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Calls under way or claimed, over all instances.
    pub live: u32,
    /// Instances that start calls with it; they share what it allows.
    pub sharers: u32,
}

/// A call in a carrier's own list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedCall {
    /// The carrier's name for it.
    pub call_id: String,
    /// Who was called, as the carrier writes it: a number in E.164, or another kind of address.
    pub to: String,
    /// What the callee was shown, as the carrier writes it.
    pub from: String,
    /// Where it stands, in the carrier's word.
    pub status: String,
    /// When it was created at the carrier, or else when it began.
    pub started: Option<Timestamp>,
    /// When it was over; none while it lasts.
    pub ended: Option<Timestamp>,
    /// How long the conversation lasted, in seconds.
    pub seconds: Option<u32>,
    /// What it costs; none until the carrier knows, which may take until long after the end.
    pub price: Option<Price>,
}

/// Some of a carrier's calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallPage {
    /// The calls, the latest first.
    pub calls: Vec<ListedCall>,
    /// Where the next page begins; `None` when there is none.
    pub next: Option<String>,
}

/// How a carrier is configured. It holds no secrets.
#[derive(Clone, Debug, PartialEq)]
pub struct CarrierSummary {
    /// The name of its kind for people.
    pub title: &'static str,
    /// The account in whose name calls are made.
    pub account: String,
    /// Which calls are found when it is asked: the account, its region and what is called for a number.
    /// While calls are under way it stays the same, or they would seem never to have been.
    pub reach: String,
    /// Where it reaches this server.
    pub public_url: String,
    /// Calls begun per second at most, over all instances.
    pub calls_per_second: f64,
    /// Calls under way at most, over all instances.
    pub calls_at_once: u32,
}

impl CarrierSummary {
    /// Its name for people; with its own where that says more.
    pub fn named(&self, name: &str) -> String {
        if self.title.eq_ignore_ascii_case(name) {
            self.title.to_owned()
        } else {
            format!("{} ({name})", self.title)
        }
    }
}

/// Something that happened to a call, as the carrier reports it. May come late, twice, in any order
/// or never.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarrierEvent {
    /// The attempt, as echoed by the carrier.
    pub attempt: AttemptId,
    /// What happened.
    pub evidence: Evidence,
}

/// A carrier.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// Its name, as campaigns' settings spell it.
    fn name(&self) -> &str;

    /// How far its look-up can be trusted.
    fn trust(&self) -> Trust;

    /// How many more calls it takes from this instance at this moment without making them wait. A
    /// carrier that knows no limit takes any number.
    fn room(&self, _load: Load) -> u32 {
        u32::MAX
    }

    /// Announces calls that were claimed and are about to be placed.
    fn reserve(&self, _calls: usize) {}

    /// Waits until the carrier's pace allows a call to this number. False when that is not before the
    /// instant: nothing has been asked then. Comes before the attempt's durable `dialing`, so that no
    /// process which dies while calls wait for their turn leaves them as if they may ring.
    async fn admit(&self, _to: Number, _before: Timestamp) -> bool {
        true
    }

    /// Asks it to place a call that it admitted. Sends at most one request, and none once its deadline has passed.
    async fn place(&self, request: PlaceRequest) -> Placed;

    /// Asks it what it knows of an attempt's call.
    async fn look_up(&self, query: &CallQuery) -> CallStatus;

    /// Asks it to end a call; ending one that is over is no error.
    async fn hang_up(&self, attempt: AttemptId, call_id: Option<&str>) -> Result<(), String>;

    /// Its webhooks, if it reports on calls and asks what to do in them by requests to our server.
    fn webhooks(&self) -> Option<&dyn Webhooks> {
        None
    }

    /// The numbers that are shown to callees, in turn, by campaigns that name none.
    fn caller_ids(&self) -> &[Number] {
        &[]
    }

    /// How it is configured, for people. `None` from a carrier that rings no phones.
    fn summary(&self) -> Option<CarrierSummary> {
        None
    }

    /// Asks it to end a call only if that has not begun to ring. True when it will never ring.
    async fn cancel_queued(&self, _attempt: AttemptId, _call_id: &str) -> Result<bool, String> {
        Ok(false)
    }

    /// One page of its own list of the calls that were asked for on the UTC day in which `day` lies; `after`
    /// is the `next` of the page before. `None` from a carrier that lists no calls.
    async fn calls_on(
        &self,
        _day: Timestamp,
        _after: Option<&str>,
    ) -> Result<Option<CallPage>, String> {
        Ok(None)
    }

    /// A call in its own list; `None` when it lists no such call.
    async fn listed(&self, _call_id: &str) -> Result<Option<ListedCall>, String> {
        Ok(None)
    }

    /// Whether its lists come to tell what calls cost.
    fn tells_prices(&self) -> bool {
        false
    }

    /// Whether calls can be made with it, and if not, what to do: for a person, without a call.
    async fn check(&self) -> Vec<Check> {
        Vec::new()
    }

    /// Its recordings, if it makes any.
    fn recordings(&self) -> Option<&dyn Recordings> {
        None
    }

    /// The stream of events of a carrier without webhooks; taken once. The receiver lags rather than loses:
    /// the channel is bounded, and a carrier waits when it is full.
    fn events(&self) -> Option<mpsc::Receiver<CarrierEvent>> {
        None
    }
}
