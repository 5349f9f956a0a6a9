//! A ledger, a carrier and campaigns that make a call every two seconds; instances that a test starts,
//! stops, kills and freezes.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use ringonce_carrier::clock::VirtualClock;
use ringonce_carrier::simulator::log::{Event, entries};
use ringonce_carrier::simulator::{
    self, Behaviour, Faults, Log, MemoryLog, Personas, Simulator, Tempo,
};
use ringonce_carrier::{Carrier, Clock as _, Deadline, PlaceRequest, Placed};
use ringonce_domain::{
    AttemptId, CampaignId, Evidence, InstanceId, Millis, Number, Pacing, RepeatRule, Settings,
    Timestamp,
};
use ringonce_engine::alerts::{Alert, Alerts};
use ringonce_engine::entropy::SeededEntropy;
use ringonce_engine::{Config, Engine, Status, intake};
use ringonce_store::Store;
use ringonce_store::model::{
    Actor, ClaimRequest, Judgement, NewCampaign, NewContact, NewList, Page, Recorded,
};
use ringonce_store::sqlite::SqliteStore;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinHandle};

/// From one call of a campaign to the next.
pub(crate) const PACE: Millis = Millis::from_secs(2);
/// Contacts of a campaign: more than are called in a test.
const PEOPLE: u64 = 100;
/// When every test begins.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_795_446_000_000);

/// Runs a test under a paused clock.
pub(crate) fn paused(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(test);
}

pub(crate) struct Cluster {
    store: Arc<dyn Store>,
    clock: Arc<VirtualClock>,
    carrier: Arc<Simulator>,
    log: MemoryLog,
    settings: Settings,
    campaigns: RefCell<Vec<CampaignId>>,
    numbers: Cell<u64>,
    pub(crate) alerts: Arc<KeptAlerts>,
}

impl Cluster {
    /// A world with so many running campaigns and no instance.
    pub(crate) async fn new(campaigns: u64) -> Self {
        Self::with(campaigns, simulator::Config::default(), settings()).await
    }

    /// A world in which everybody picks up and talks for a minute.
    pub(crate) async fn talkative(campaigns: u64) -> Self {
        Self::with(campaigns, talk(Faults::default()), settings()).await
    }

    /// The same, in which so many calls begin at once, and the carrier tells nothing.
    pub(crate) async fn silent(campaigns: u64) -> Self {
        let config = talk(Faults {
            lost_event: 1.0,
            ..Faults::default()
        });
        let mut at_once = settings();
        at_once.pacing.delay_seconds = 0.0;
        Self::with(campaigns, config, at_once).await
    }

    /// A world whose carrier cannot be reached.
    pub(crate) async fn unreachable(campaigns: u64) -> Self {
        let faults = Faults {
            lost_request: 1.0,
            ..Faults::default()
        };
        Self::with(campaigns, talk(faults), settings()).await
    }

    async fn with(campaigns: u64, config: simulator::Config, settings: Settings) -> Self {
        let clock = Arc::new(VirtualClock::new(START, 1.0));
        let log = MemoryLog::default();
        let carrier = Simulator::open(config, &Log::Memory(log.clone()), clock.clone()).unwrap();
        let world = Self {
            store: Arc::new(SqliteStore::in_memory_inline().unwrap()),
            clock,
            carrier: Arc::new(carrier),
            log,
            settings,
            campaigns: RefCell::default(),
            numbers: Cell::new(0),
            alerts: Arc::default(),
        };
        for _ in 0..campaigns {
            world.start_another().await;
        }
        world
    }

    /// Starts one more campaign, with numbers of its own.
    pub(crate) async fn start_another(&self) -> CampaignId {
        let (now, by) = (self.now(), Actor::new("tester"));
        let new = NewCampaign {
            owner: None,
            name: "Spring".into(),
            settings: self.settings.clone(),
            fingerprint: String::new(),
        };
        let campaign = self.store.create(new, by.clone(), now).await.unwrap();
        let file = NewList {
            file_name: "people.csv".into(),
            layout: "{}".into(),
        };
        let list = self.store.begin_import(campaign, file, now).await.unwrap();
        let area = self.numbers.replace(self.numbers.get() + 1);
        let contacts = (0..PEOPLE).map(|n| NewContact {
            line: u32::try_from(n).unwrap() + 2,
            number: Number::from_digits(12_015_550_100 + n + area * 10_000_000).unwrap(),
            name: String::new(),
            zone: None,
            metadata: "{}".into(),
        });
        let added = self
            .store
            .add_contacts(list, contacts.collect(), Vec::new());
        assert_eq!(added.await.unwrap(), []);
        let finished = self.store.finish_import(list, PEOPLE, by.clone(), now);
        finished.await.unwrap();
        intake::start_campaign(&self.store, self.clock.as_ref(), campaign, by, &|_| {})
            .await
            .unwrap();
        self.campaigns.borrow_mut().push(campaign);
        campaign
    }

    /// What an instance leaves behind that found out that a call exists which had been given up, and died
    /// before it could hang up.
    pub(crate) async fn leave_a_stray(&self) -> AttemptId {
        let (campaign, now, by) = (self.campaigns()[0], self.now(), Actor::new("who died"));
        let (instance, until) = (InstanceId::new(now, [9; 10]), now + Millis::from_secs(60));
        let leased = self.store.lease(campaign, instance, now, until).await;
        let request = ClaimRequest {
            campaign,
            instance,
            epoch: leased.unwrap().unwrap(),
            ids: vec![AttemptId::new(now, [9; 10])],
            now,
            lease_until: until,
        };
        let attempt = self.store.claim(request).await.unwrap().attempts.remove(0);
        let tell = async |evidence| {
            let (judgement, by) = (Judgement::default(), by.clone());
            let told = self
                .store
                .record(attempt.id, vec![evidence], by, judgement, now);
            told.await.unwrap()
        };
        tell(Evidence::OwnerGone).await;
        let deadline = Deadline::after(Millis::from_secs(60), self.clock.as_ref());
        let request = PlaceRequest::ordinary(attempt.id, campaign, attempt.number, deadline);
        let Placed::Accepted { call_id } = self.carrier.place(request).await else {
            panic!("the carrier takes it");
        };
        let told = tell(Evidence::Accepted { call_id }).await;
        assert!(matches!(told, Recorded::Superseded(_)), "{told:?}");
        let released = self.store.release_lease(campaign, instance);
        released.await.unwrap();
        attempt.id
    }

    /// How often the carrier was asked to end an attempt's call.
    pub(crate) fn hang_ups(&self, attempt: AttemptId) -> usize {
        entries(self.log.contents().as_slice())
            .map(Result::unwrap)
            .filter(|entry| entry.attempt == attempt && entry.event == Event::Hangup)
            .count()
    }

    /// Starts an instance.
    pub(crate) fn instance(&self, seed: u64) -> Instance {
        let (stop, stopping) = watch::channel(false);
        let engine = Engine::new(
            Arc::clone(&self.store),
            vec![Arc::clone(&self.carrier) as Arc<dyn Carrier>],
            self.clock.clone(),
            Arc::new(SeededEntropy::new(seed)),
            Arc::clone(&self.alerts) as Arc<dyn Alerts>,
            Config::default(),
            stopping,
        );
        let (id, status) = (engine.instance(), engine.status());
        let ice = Arc::new(Ice::default());
        let life = Freezable {
            life: Box::pin(async move { engine.run().await }),
            ice: Arc::clone(&ice),
        };
        let task = tokio::spawn(life);
        *self.alerts.latest.lock().unwrap() = Some(task.abort_handle());
        Instance {
            id,
            status,
            stop,
            ice,
            task,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) async fn seconds(&self, seconds: u64) {
        self.clock
            .sleep_until(self.now() + Millis::from_secs(seconds))
            .await;
    }

    pub(crate) fn campaigns(&self) -> Vec<CampaignId> {
        self.campaigns.borrow().clone()
    }

    /// The campaigns whose lease an instance has.
    pub(crate) async fn led_by(&self, instance: &Instance) -> Vec<CampaignId> {
        let agenda = self.store.agenda().await.unwrap();
        let led = agenda.snapshot.campaigns.iter().zip(&agenda.leases);
        led.filter(|(_, lease)| lease.owner == Some(instance.id) && lease.until > self.now())
            .map(|(campaign, _)| campaign.id)
            .collect()
    }

    /// How many calls are under way, as the ledger knows; it counts no further than a page.
    pub(crate) async fn live(&self) -> usize {
        let (after, limit) = (None, 500);
        let page = Page { after, limit };
        self.store.live_attempts(page).await.unwrap().len()
    }

    /// When the carrier was asked for a campaign's calls.
    pub(crate) fn calls(&self, campaign: CampaignId) -> Vec<Timestamp> {
        entries(self.log.contents().as_slice())
            .map(Result::unwrap)
            .filter(|entry| entry.campaign == campaign)
            .filter(|entry| matches!(entry.event, Event::Placed | Event::Refuse))
            .map(|entry| entry.at)
            .collect()
    }

    /// The times between a campaign's calls since an instant, and from the last of them to now.
    pub(crate) fn gaps_since(&self, campaign: CampaignId, since: Timestamp) -> Vec<Millis> {
        let mut calls = self.calls(campaign);
        calls.retain(|at| *at >= since);
        assert!(calls.len() > 2, "{campaign} calls on");
        assert!(self.now().since(*calls.last().unwrap()) < Millis::new(PACE.get() + 100));
        calls.windows(2).map(|two| two[1].since(two[0])).collect()
    }

    /// Trips the emergency stop, as a person does.
    pub(crate) async fn stop_all(&self, by: &str, reason: &str) {
        let stopped = self
            .store
            .stop_all(reason.into(), Actor::new(by), self.now());
        stopped.await.unwrap();
    }

    /// Re-arms it.
    pub(crate) async fn resume_all(&self) {
        let by = Actor::new("tester");
        let resumed = self
            .store
            .resume_all("it was a drill".into(), by, self.now());
        assert!(resumed.await.unwrap());
    }

    pub(crate) async fn close_the_ledger(&self) {
        self.store.close().await.unwrap();
    }
}

/// Everybody picks up and talks for a minute.
fn talk(faults: Faults) -> simulator::Config {
    simulator::Config {
        personas: Personas::all(Behaviour::Answers),
        tempo: Tempo {
            talk: Some(Millis::from_secs(60)),
            ..Tempo::default()
        },
        faults,
        ..simulator::Config::default()
    }
}

/// Nothing holds a call but the pace.
fn settings() -> Settings {
    Settings {
        pacing: Pacing {
            delay_seconds: 2.0,
            calls_per_second: None,
            calls_at_once: 1_000,
        },
        repeat: RepeatRule::OnlyThisCampaign,
        ..Settings::at_any_hour()
    }
}

/// One instance of a test.
pub(crate) struct Instance {
    id: InstanceId,
    status: watch::Receiver<Status>,
    stop: watch::Sender<bool>,
    ice: Arc<Ice>,
    task: JoinHandle<()>,
}

impl Instance {
    /// As `kill -9` does.
    pub(crate) fn kill(&self) {
        self.task.abort();
    }

    /// As SIGTERM does.
    pub(crate) fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// As SIGSTOP does.
    pub(crate) fn freeze(&self) {
        self.ice.frozen.store(true, Ordering::Release);
    }

    /// As SIGCONT does.
    pub(crate) fn thaw(&self) {
        self.ice.frozen.store(false, Ordering::Release);
        if let Some(sleeper) = self.ice.sleeper.lock().unwrap().take() {
            sleeper.wake();
        }
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.task.is_finished()
    }

    pub(crate) fn fault(&self) -> Option<String> {
        self.status.borrow().fault.clone()
    }
}

/// What was raised by all instances, in order.
#[derive(Default)]
pub(crate) struct KeptAlerts {
    raised: Mutex<Vec<Alert>>,
    latest: Mutex<Option<AbortHandle>>,
    /// Whether the instance that was started last is killed by the next alert.
    pub(crate) is_fatal: AtomicBool,
}

impl KeptAlerts {
    /// The emergency stops that were announced: by whom each was tripped, and why.
    pub(crate) fn stops(&self) -> Vec<(String, String)> {
        let raised = self.raised.lock().unwrap();
        let stops = raised.iter().filter_map(|alert| match alert {
            Alert::EmergencyStop { by, reason, .. } => Some((by.clone(), reason.clone())),
            _ => None,
        });
        stops.collect()
    }
}

impl Alerts for KeptAlerts {
    fn raise(&self, alert: &Alert) {
        self.raised.lock().unwrap().push(alert.clone());
        if self.is_fatal.swap(false, Ordering::AcqRel)
            && let Some(latest) = &*self.latest.lock().unwrap()
        {
            latest.abort();
        }
    }
}

#[derive(Default)]
struct Ice {
    frozen: AtomicBool,
    sleeper: Mutex<Option<Waker>>,
}

/// A process that does nothing while it is frozen.
struct Freezable<F> {
    life: Pin<Box<F>>,
    ice: Arc<Ice>,
}

impl<F: Future<Output = ()>> Future for Freezable<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        *self.ice.sleeper.lock().unwrap() = Some(cx.waker().clone());
        if self.ice.frozen.load(Ordering::Acquire) {
            return Poll::Pending;
        }
        self.life.as_mut().poll(cx)
    }
}
