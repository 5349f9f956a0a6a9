//! A night of calls under a paused clock: everything in a test happens at an exact millisecond.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use std::future::Future;
use std::sync::{Arc, Mutex};

use ringonce_carrier::clock::VirtualClock;
use ringonce_carrier::simulator::log::{Entry, Event, entries};
use ringonce_carrier::simulator::{Behaviour, Config, Log, MemoryLog, Personas, Simulator};
use ringonce_carrier::{
    CallQuery, CallStatus, Carrier, CarrierEvent, Clock, Deadline, PlaceRequest, Placed,
};
use ringonce_domain::{AttemptId, CampaignId, Evidence, Millis, Number, Timestamp};

/// When every test begins.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_795_000_000_000);

/// Runs a test under a paused clock.
pub(crate) fn paused<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(test)
}

/// The `nth` attempt of a test.
pub(crate) fn attempt(nth: u32) -> AttemptId {
    let mut random = [0; 10];
    random[6..].copy_from_slice(&nth.to_be_bytes());
    AttemptId::new(START, random)
}

/// A fictitious number: +1 202 555 0100 to 0199.
pub(crate) fn number(nth: u32) -> Number {
    Number::from_digits(12_025_550_100 + u64::from(nth % 100)).unwrap()
}

/// A request to call `to` under the `nth` attempt, for campaign 1.
pub(crate) fn request(nth: u32, to: Number) -> PlaceRequest {
    let deadline = Deadline::after(Millis::from_days(1), &VirtualClock::new(START, 1.0));
    PlaceRequest::ordinary(attempt(nth), CampaignId(1), to, deadline)
}

/// The world of a test: a log and a clock that outlive any simulator.
#[derive(Clone)]
pub(crate) struct Night {
    pub(crate) config: Config,
    pub(crate) log: MemoryLog,
    pub(crate) clock: Arc<VirtualClock>,
}

/// What a listener heard, and when.
pub(crate) type ReceivedEvents = Arc<Mutex<Vec<(Timestamp, CarrierEvent)>>>;

impl Night {
    pub(crate) fn new(config: Config) -> Self {
        let clock = Arc::new(VirtualClock::new(START, 1.0));
        Self {
            config,
            log: MemoryLog::default(),
            clock,
        }
    }

    /// Opens the simulator, as after a restart if it was open before.
    pub(crate) fn open(&self) -> Arc<Simulator> {
        let clock: Arc<dyn Clock> = self.clock.clone();
        let log = Log::Memory(self.log.clone());
        Arc::new(Simulator::open(self.config.clone(), &log, clock).unwrap())
    }

    pub(crate) async fn sleep(&self, pause: Millis) {
        self.clock.sleep_until(self.clock.now() + pause).await;
    }

    /// Places the first `calls` calls, one a second, to as many numbers, and collects the answers.
    pub(crate) async fn place_each_second(
        &self,
        simulator: &Arc<Simulator>,
        calls: u32,
    ) -> Vec<Placed> {
        let mut answers = Vec::new();
        for nth in 0..calls {
            let simulator = Arc::clone(simulator);
            answers.push(tokio::spawn(async move {
                simulator.place(request(nth, number(nth))).await
            }));
            self.sleep(Millis::from_secs(1)).await;
        }
        let mut placed = Vec::new();
        for answer in answers {
            placed.push(answer.await.unwrap());
        }
        placed
    }

    /// Waits until no call is under way and no event on its way.
    pub(crate) async fn quiet(&self, simulator: &Simulator) {
        while let Some(due) = simulator.next_due() {
            self.clock.sleep_until(due + Millis::new(1)).await;
        }
        self.sleep(Millis::new(1)).await;
    }

    /// Listens from now on.
    pub(crate) fn listen(&self, simulator: &Simulator) -> ReceivedEvents {
        let heard = ReceivedEvents::default();
        let (mut events, clock) = (simulator.events().unwrap(), self.clock.clone());
        let ears = heard.clone();
        tokio::spawn(async move {
            while let Some(event) = events.recv().await {
                ears.lock().unwrap().push((clock.now(), event));
            }
        });
        heard
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        entries(self.log.contents().as_slice())
            .map(Result::unwrap)
            .collect()
    }

    /// How many lines of the log tell this of an attempt.
    pub(crate) fn count(&self, event: Event, of: AttemptId) -> usize {
        self.entries()
            .iter()
            .filter(|entry| entry.event == event && entry.attempt == of)
            .count()
    }
}

/// Asks once. This carrier needs no more than the attempt.
pub(crate) async fn ask(simulator: &Simulator, of: AttemptId) -> CallStatus {
    let query = CallQuery {
        attempt: of,
        call_id: None,
        guessed: false,
        to: number(0),
        from: None,
        dialed_at: START,
        dial_before: START,
        others: Vec::new(),
    };
    simulator.look_up(&query).await
}

/// Asks until the carrier can tell.
pub(crate) async fn look(night: &Night, simulator: &Simulator, of: AttemptId) -> CallStatus {
    loop {
        match ask(simulator, of).await {
            CallStatus::CannotTell(_) => night.sleep(Millis::from_secs(5)).await,
            sight => return sight,
        }
    }
}

/// The evidence that a carrier without faults gives when this line is written.
pub(crate) fn evidence(entry: &Entry) -> Option<Evidence> {
    match entry.event {
        Event::Placed => Some(Evidence::Accepted {
            call_id: entry.call_id?.to_string(),
        }),
        Event::Ring => Some(Evidence::Ringing),
        Event::Answer => Some(Evidence::Answered),
        Event::End => Some(Evidence::Ended {
            outcome: entry.outcome?,
            cause: entry.cause.clone()?.into_owned(),
        }),
        Event::Refuse | Event::Hangup => None,
    }
}

/// A world in which every call is met in one way.
pub(crate) fn all(behaviour: Behaviour) -> Config {
    Config {
        personas: Personas::all(behaviour),
        ..Config::default()
    }
}
