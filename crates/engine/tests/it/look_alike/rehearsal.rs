//! A ledger, an engine and the look-alike on a clock that a test sends ahead. The look-alike gets its
//! documents and tells nothing: whatever the engine knows, it asked for.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::sync::{Arc, Mutex};

use ringonce_carrier::clock::{SystemClock, VirtualClock};
use ringonce_carrier::recording::{Format, Recordings as _};
use ringonce_carrier::twilio::{Account, Flavour, Twilio};
use ringonce_carrier::{Carrier, Clock as _};
use ringonce_domain::{
    Agent, CampaignId, Millis, Number, Pacing, RepeatRule, RetryPolicy, Settings, Timestamp,
};
use ringonce_engine::alerts::{Alert, Alerts};
use ringonce_engine::entropy::SeededEntropy;
use ringonce_engine::recordings::Keeping;
use ringonce_engine::{Config, Engine, intake};
use ringonce_store::Store;
use ringonce_store::model::{
    Actor, KeptRecording, NewCampaign, NewContact, NewList, Ours, Page, RecordingState, Visible,
};
use ringonce_store::sqlite::SqliteStore;
use ringonce_twilio_sim::{Config as Exchange, Faults, TwilioSim};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::shelf::Shelf;

/// How many times as fast as the machine's the world's clock runs.
const SPEED: f64 = 50.0;
/// How long something may take, by the machine's clock.
const PATIENCE: Millis = Millis::from_secs(60);

/// A number of the account that another application shows.
pub(crate) const ANOTHER_APPLICATION: &str = "+12025550199";

/// Calls never tell of themselves.
const SILENT: Faults = Faults {
    lost_create_responses: 0.0,
    failed_creates: 0.0,
    failed_creates_placed: 0.0,
    refused_creates: 0.0,
    slow_creates: 0.0,
    slow_creates_ms: 0,
    failed_look_ups: 0.0,
    hidden_calls: 0.0,
    hidden_calls_for_ms: 0,
    list_lag_ms: 0,
    foreign_calls: 0.0,
    false_cancels: 0.0,
    late_truths: 0.0,
    late_truths_ms: 0,
    prices_held_for_ms: 0,
    clock_skew_ms: 0,
    lost_callbacks: 1.0,
    callbacks_lost_for_ms: 0,
    callback_repetitions: 0,
    callback_delay_ms: 0,
    forged_callbacks: 0.0,
    failed_recordings: 0.0,
    cut_recordings: 0.0,
    halved_recordings: 0.0,
};

pub(crate) struct Rehearsal {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) shelf: Shelf,
    pub(crate) twilio: Arc<Twilio>,
    pub(crate) sim: TwilioSim,
    clock: Arc<VirtualClock>,
    heard: Arc<RaisedAlerts>,
    keeping: Keeping,
    engine: RefCell<Option<(JoinHandle<()>, watch::Sender<bool>)>>,
    engines: Cell<u64>,
}

impl Rehearsal {
    /// A world with an engine that keeps recordings on a shelf, and with these changes to how.
    pub(crate) async fn new(change: impl FnOnce(&mut Keeping)) -> Self {
        let world = Self::without_engine(change).await;
        world.start();
        world
    }

    /// The same before any engine has run.
    pub(crate) async fn without_engine(change: impl FnOnce(&mut Keeping)) -> Self {
        let clock = Arc::new(VirtualClock::new(SystemClock.now(), SPEED));
        let (twilio, sim) = exchange(&clock, "twilio").await;
        let shelf = Shelf::default();
        let mut keeping = Keeping {
            archive: Arc::new(shelf.clone()),
            naming: "{campaign}/{date}/{contact}_{attempt}.wav".parse().unwrap(),
            format: Format::Wav,
            keep: None,
            remove_at_carrier: false,
        };
        change(&mut keeping);
        Self {
            store: Arc::new(SqliteStore::in_memory_inline().unwrap()),
            shelf,
            twilio: Arc::new(twilio),
            sim,
            clock,
            heard: Arc::default(),
            keeping,
            engine: RefCell::default(),
            engines: Cell::new(0),
        }
    }

    /// Starts an engine, in place of one that was killed.
    pub(crate) fn start(&self) {
        self.start_with(Arc::clone(&self.twilio) as Arc<dyn Carrier>);
    }

    /// Another account, and the carrier that it is at.
    pub(crate) async fn account(&self, name: &str) -> (Arc<Twilio>, TwilioSim) {
        let (twilio, sim) = exchange(&self.clock, name).await;
        (Arc::new(twilio), sim)
    }

    /// The same with another carrier of the same name.
    pub(crate) fn start_with(&self, carrier: Arc<dyn Carrier>) {
        self.start_with_all(vec![carrier]);
    }

    /// The same with several carriers.
    pub(crate) fn start_with_all(&self, carriers: Vec<Arc<dyn Carrier>>) {
        let (stop, stopping) = watch::channel(false);
        let config = Config {
            lease: Millis::from_minutes(2),
            dial_window: Millis::from_minutes(10),
            ..Config::default()
        };
        self.engines.set(self.engines.get() + 1);
        let engine = Engine::new(
            Arc::clone(&self.store),
            carriers,
            Arc::clone(&self.clock) as _,
            Arc::new(SeededEntropy::new(self.engines.get())),
            Arc::clone(&self.heard) as _,
            config,
            stopping,
        )
        .keep_recordings(Some(self.keeping.clone()));
        let running = tokio::spawn(async move { engine.run().await });
        self.engine.replace(Some((running, stop)));
    }

    /// As `kill -9` does.
    pub(crate) fn kill(&self) {
        if let Some((running, _)) = self.engine.take() {
            running.abort();
        }
    }

    /// Calls everybody, recorded, and returns once all calls have ended.
    pub(crate) async fn call(&self, numbers: &[Number]) -> CampaignId {
        let campaign = self.begin(numbers).await;
        self.until("all calls have ended", async || {
            let ours = self.ours().await;
            ours.len() == numbers.len() && ours.iter().all(|it| !it.state.is_live())
        })
        .await;
        campaign
    }

    /// Begins to call everybody.
    pub(crate) async fn begin(&self, numbers: &[Number]) -> CampaignId {
        self.begin_with("twilio", numbers).await
    }

    /// The same with a carrier of this name.
    pub(crate) async fn begin_with(&self, carrier: &str, numbers: &[Number]) -> CampaignId {
        let (now, by) = (self.now(), Actor::new("tester"));
        let new = NewCampaign {
            owner: None,
            name: "Spring".into(),
            settings: Settings {
                carrier: carrier.to_owned(),
                ..settings()
            },
            fingerprint: String::new(),
        };
        let campaign = self.store.create(new, by.clone(), now).await.unwrap();
        let file = NewList {
            file_name: "people.csv".into(),
            layout: "{}".into(),
        };
        let list = self.store.begin_import(campaign, file, now).await.unwrap();
        let contacts = (2..).zip(numbers).map(|(line, number)| NewContact {
            line,
            number: *number,
            name: String::new(),
            zone: None,
            metadata: "{}".into(),
        });
        let adding = self
            .store
            .add_contacts(list, contacts.collect(), Vec::new());
        assert_eq!(adding.await.unwrap(), []);
        let rows = numbers.len() as u64;
        let finishing = self.store.finish_import(list, rows, by.clone(), now);
        finishing.await.unwrap();
        intake::start_campaign(&self.store, self.clock.as_ref(), campaign, by, &|_| {})
            .await
            .unwrap();
        campaign
    }

    /// The calls of the ledger.
    pub(crate) async fn ours(&self) -> Vec<Ours> {
        let (after, limit) = (None, 1_000);
        let long_ago = Timestamp::from_millis(0);
        let later = self.now() + Millis::from_hours(1);
        let page = Page { after, limit };
        let found = self.store.attempts_between(long_ago, later, page);
        found.await.unwrap()
    }

    /// The recordings that the ledger knows.
    pub(crate) async fn known(&self) -> Vec<KeptRecording> {
        let (after, limit) = (None, 100);
        let page = Page { after, limit };
        let known = self.store.recordings(None, Visible::Everything, page);
        known.await.unwrap()
    }

    /// The only recording that the ledger knows, once this holds of it; a minute of the world's passes
    /// between looks.
    pub(crate) async fn recording(
        &self,
        what: &str,
        holds: impl Fn(&KeptRecording) -> bool,
    ) -> KeptRecording {
        self.until(what, async || {
            self.pass(Millis::from_minutes(1));
            self.known().await.first().is_some_and(&holds)
        })
        .await;
        let mut known = self.known().await;
        assert_eq!(known.len(), 1, "{known:?}");
        known.remove(0)
    }

    pub(crate) async fn stored(&self) -> KeptRecording {
        let is_stored = |it: &KeptRecording| it.state == RecordingState::Stored;
        self.recording("it is stored", is_stored).await
    }

    /// What the carrier has of a recording; `None` when it has it no more.
    pub(crate) async fn at_carrier(&self, it: &KeptRecording) -> Option<Vec<u8>> {
        let id = it.wanted.recording_id.as_deref().unwrap();
        let mut download = self.twilio.fetch(id, Format::Wav).await.unwrap()?;
        let mut bytes = Vec::new();
        while let Some(chunk) = download.chunk().await.unwrap() {
            bytes.extend_from_slice(&chunk);
        }
        Some(bytes)
    }

    /// What goes wrong from here on, besides that nothing is told.
    pub(crate) fn faults(&self, change: impl FnOnce(&mut Faults)) {
        let mut faults = SILENT;
        change(&mut faults);
        self.sim.set_faults(faults);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Sends the clock ahead.
    pub(crate) fn pass(&self, span: Millis) {
        self.clock.advance_to(self.now() + span);
    }

    pub(crate) fn alerts(&self) -> Vec<Alert> {
        self.heard.0.lock().unwrap().clone()
    }

    /// Returns once this holds.
    pub(crate) async fn until(&self, what: &str, holds: impl AsyncFn() -> bool) {
        let end = SystemClock.now() + PATIENCE;
        while !holds().await {
            assert!(SystemClock.now() < end, "not in time: {what}");
            breathe().await;
        }
    }
}

/// A moment for whoever else runs.
pub(crate) async fn breathe() {
    let soon = SystemClock.now() + Millis::new(20);
    SystemClock.sleep_until(soon).await;
}

/// Runs a test on this machine's time.
pub(crate) fn lived(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(test);
}

/// A number of somebody who picks up and listens.
pub(crate) fn listener(n: u64) -> Number {
    let (area, last) = (n / 39, n % 39);
    Number::from_digits(12_025_550_101 + area * 10_000_000 + last).unwrap()
}

/// The look-alike, and an adapter to it of this name.
async fn exchange(clock: &Arc<VirtualClock>, name: &str) -> (Twilio, TwilioSim) {
    let config = Exchange {
        speed: 200.0,
        cps: 1_000.0,
        requests_per_second: 1_000_000,
        faults: SILENT,
        numbers: vec!["+12025550100".into(), ANOTHER_APPLICATION.into()],
        ..Exchange::default()
    };
    let api = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let documents = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let public = format!("http://{}", documents.local_addr().unwrap());
    let account = Account {
        name: name.to_owned(),
        base_url: Some(format!("http://{}", api.local_addr().unwrap())),
        caller_ids: vec![Number::from_digits(12_025_550_100).unwrap()],
        calls_per_second: 1_000.0,
        ..Account::new(Flavour::Twilio, &config.account, &config.token, &public)
    };
    let sim = TwilioSim::open(config).unwrap();
    let served = sim.clone();
    tokio::spawn(async move { served.serve(api, std::future::pending()).await });
    tokio::spawn(async move {
        loop {
            let (stream, _) = documents.accept().await.unwrap();
            tokio::spawn(say_something(stream));
        }
    });
    let clock = Arc::clone(clock);
    let twilio = Twilio::new(account, "secret", clock).unwrap();
    (twilio, sim)
}

/// Answers whatever is asked with a document of some seconds.
async fn say_something(mut stream: TcpStream) {
    const DOCUMENT: &str =
        "<Response><Say>This call is recorded.</Say><Pause length=\"4\"/></Response>";
    let mut asked = [0; 16_384];
    // A request from here comes in one piece.
    let _length = stream.read(&mut asked).await;
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{DOCUMENT}",
        DOCUMENT.len()
    );
    let _sent = stream.write_all(answer.as_bytes()).await;
}

/// Nothing holds a call, each is recorded, and none is tried again.
fn settings() -> Settings {
    Settings {
        carrier: "twilio".into(),
        agent: Agent::say("This call is recorded."),
        record: true,
        pacing: Pacing {
            delay_seconds: 0.0,
            calls_per_second: None,
            calls_at_once: 1_000,
        },
        retry: RetryPolicy {
            max_retries: 0,
            ..RetryPolicy::default()
        },
        repeat: RepeatRule::OnlyThisCampaign,
        ..Settings::at_any_hour()
    }
}

/// Keeps what was raised.
#[derive(Default)]
struct RaisedAlerts(Mutex<Vec<Alert>>);

impl Alerts for RaisedAlerts {
    fn raise(&self, alert: &Alert) {
        self.0.lock().unwrap().push(alert.clone());
    }
}
