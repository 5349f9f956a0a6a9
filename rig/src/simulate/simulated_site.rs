//! One world: a ledger, a carrier, people who start campaigns, and instances that join, freeze, crash and
//! leave.

use std::fmt::{self, Write as _};
use std::ops::AddAssign;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, bail};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use ringonce_carrier::clock::VirtualClock;
use ringonce_carrier::simulator::{self, Log, MemoryLog, Simulator};
use ringonce_carrier::{Carrier, Clock as _};
use ringonce_domain::{CampaignEvent, CampaignId, CampaignState, Millis, SafetyLimits};
use ringonce_engine::alerts::{Alert, Alerts};
use ringonce_engine::entropy::SeededEntropy;
use ringonce_engine::{Config, Engine, intake};
use ringonce_store::Store;
use ringonce_store::model::{Actor, NewCampaign, NewContact, NewList};
use ringonce_store::sqlite::SqliteStore;
use tokio::sync::watch;

use super::judge;
use super::scenario::{Plan, Scenario};
use super::stalled::Stalled;
use super::turns::Turns;
use super::unsteady::{End, Unsteady};

/// When something is left to do in a world after this long, a contact was forgotten.
const LONGEST: Millis = Millis::from_days(30);
/// After so many faults an instance is steady, so that every world can come to its end.
const MISHAPS: u64 = 12;

/// The events of one or many worlds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(super) numbers: u64,
    pub(super) rings: u64,
    pub(super) crashes: u64,
    pub(super) stalls: u64,
    pub(super) leaves: u64,
    pub(super) stops: u64,
    pub(super) hours: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.numbers += other.numbers;
        self.rings += other.rings;
        self.crashes += other.crashes;
        self.stalls += other.stalls;
        self.leaves += other.leaves;
        self.stops += other.stops;
        self.hours += other.hours;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            numbers,
            rings,
            crashes,
            stalls,
            leaves,
            stops,
            hours,
        } = self;
        write!(
            f,
            "{numbers} numbers rung, {rings} rings, {crashes} crashes, {stalls} freezes, \
             {leaves} orderly ends, {stops} emergency stops, {hours} simulated hours, 0 numbers rung twice, 0 contacts forgotten"
        )
    }
}

/// Runs the world of one seed.
pub(crate) fn run_seed(seed: u64) -> anyhow::Result<Tally> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()?;
    runtime.block_on(async {
        let world = Arc::new(SimulatedSite::new(seed)?);
        let instances = world.start_instances();
        let lived = world.until_all_is_done().await;
        instances.abort();
        lived?;
        judge::judge(&world).await?;
        Ok(world.tally())
    })
}

pub(super) struct SimulatedSite {
    pub(super) scenario: Scenario,
    pub(super) store: Arc<dyn Store>,
    pub(super) log: MemoryLog,
    seed: u64,
    clock: Arc<VirtualClock>,
    carrier: Arc<dyn Carrier>,
    mishaps: AtomicU64,
    crashes: AtomicU64,
    stalls: AtomicU64,
    leaves: AtomicU64,
    stops: AtomicU64,
    rung: Mutex<(u64, u64)>,
}

impl SimulatedSite {
    fn new(seed: u64) -> anyhow::Result<Self> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let scenario = Scenario::draw(&mut rng);
        let clock = Arc::new(VirtualClock::new(scenario.start, 1.0));
        let log = MemoryLog::default();
        let config = simulator::Config {
            seed,
            faults: scenario.faults.clone(),
            ..simulator::Config::default()
        };
        let simulator = Simulator::open(config, &Log::Memory(log.clone()), clock.clone())?;
        Ok(Self {
            store: Arc::new(SqliteStore::in_memory_inline()?),
            carrier: Arc::new(Stalled {
                carrier: Arc::new(simulator),
                seed,
                share: scenario.sleepy,
                lease: scenario.lease,
            }),
            scenario,
            log,
            seed,
            clock,
            mishaps: AtomicU64::new(0),
            crashes: AtomicU64::new(0),
            stalls: AtomicU64::new(0),
            leaves: AtomicU64::new(0),
            stops: AtomicU64::new(0),
            rung: Mutex::default(),
        })
    }

    pub(super) fn rung(&self, numbers: u64, rings: u64) {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner) = (numbers, rings);
    }

    fn tally(&self) -> Tally {
        let (numbers, rings) = *self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Tally {
            numbers,
            rings,
            crashes: count(&self.crashes),
            stalls: count(&self.stalls),
            leaves: count(&self.leaves),
            stops: count(&self.stops),
            hours: self.clock.now().since(self.scenario.start).get() / 3_600_000,
        }
    }

    fn start_instances(self: &Arc<Self>) -> tokio::task::JoinHandle<()> {
        let lives = (0..self.scenario.instances).map(|slot| Arc::clone(self).keep_alive(slot));
        tokio::spawn(Turns::of(lives))
    }

    /// Starts an instance again and again after it has ended, like a service manager.
    async fn keep_alive(self: Arc<Self>, slot: u64) {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed ^ (0xa11c_e000 + slot));
        loop {
            let (stop, stopping) = watch::channel(false);
            let engine = self.engine(rng.random(), stopping);
            let steady = self.mishaps.fetch_add(1, Ordering::Relaxed) >= MISHAPS;
            if steady {
                engine.run().await;
                return;
            }
            let polls = 10_u64.pow(rng.random_range(1..=4));
            let mut life = Unsteady::new(engine.run(), polls, self.scenario.lease, rng.random());
            let retires_after = rng.random_bool(0.4).then(|| rng.random_range(0..7_200_000));
            let retires = tokio::spawn(async move {
                if let Some(retires_after) = retires_after {
                    sleep(retires_after).await;
                    stop.send_replace(true);
                }
            });
            let end = (&mut life).await;
            retires.abort();
            let count =
                |counter: &AtomicU64, it| counter.fetch_add(u64::from(it), Ordering::Relaxed);
            count(&self.stalls, life.stalled);
            count(&self.crashes, end == End::Crashed);
            count(&self.leaves, end == End::Returned);
            drop(life);
            sleep(rng.random_range(0..120_000)).await;
        }
    }

    fn engine(&self, seed: u64, stopping: watch::Receiver<bool>) -> Engine {
        let limits = if self.scenario.nervous {
            SafetyLimits::default()
        } else {
            SafetyLimits {
                consecutive_failures: 1_000,
                ..SafetyLimits::default()
            }
        };
        let config = Config {
            lease: self.scenario.lease,
            watch_every: Millis::from_secs(20),
            limits,
            ..Config::default()
        };
        Engine::new(
            Arc::clone(&self.store),
            vec![Arc::clone(&self.carrier)],
            self.clock.clone(),
            Arc::new(SeededEntropy::new(seed)),
            Arc::new(Unheard),
            config,
            stopping,
        )
    }

    /// The people: they start campaigns, re-arm the stop and resume paused campaigns, until every campaign
    /// has ended; late events may still come for an hour.
    async fn until_all_is_done(&self) -> anyhow::Result<()> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed ^ 0x0b5e_55ed);
        let mut campaigns = Vec::new();
        for plan in &self.scenario.campaigns {
            campaigns.push((self.create(plan).await?, plan));
        }
        loop {
            sleep(rng.random_range(5_000..900_000)).await;
            let mut ended = 0;
            for (id, plan) in &campaigns {
                ended += usize::from(self.steer(*id, plan).await.context("a person steers")?);
            }
            if ended == campaigns.len() {
                break;
            }
            if self.clock.now() > self.scenario.start + LONGEST {
                bail!("forgotten: {}", self.unfinished(&campaigns).await?);
            }
        }
        sleep(3_600_000).await;
        Ok(())
    }

    async fn create(&self, plan: &Plan) -> anyhow::Result<CampaignId> {
        let (now, by) = (self.clock.now(), Actor::new("person"));
        let new = NewCampaign {
            owner: None,
            name: "simulated".into(),
            settings: plan.settings.clone(),
            fingerprint: String::new(),
        };
        let campaign = self.store.create(new, by.clone(), now).await?;
        let list = NewList {
            file_name: "simulated.csv".into(),
            layout: "{}".into(),
        };
        let list = self.store.begin_import(campaign, list, now).await?;
        let contacts: Vec<_> = (2..)
            .zip(&plan.numbers)
            .map(|(line, number)| NewContact {
                line,
                number: *number,
                name: String::new(),
                zone: None,
                metadata: "{}".into(),
            })
            .collect();
        let rows = contacts.len() as u64;
        self.store.add_contacts(list, contacts, Vec::new()).await?;
        self.store.finish_import(list, rows, by, now).await?;
        Ok(campaign)
    }

    /// Does what a person would do about a campaign. Returns whether it has ended.
    async fn steer(&self, id: CampaignId, plan: &Plan) -> anyhow::Result<bool> {
        let (now, by) = (self.clock.now(), Actor::new("person"));
        if self.store.safety().await?.stopped.is_some() {
            self.stops.fetch_add(1, Ordering::Relaxed);
            self.store
                .resume_all("simulated".into(), by.clone(), now)
                .await?;
        }
        match self.store.campaign(id).await?.state {
            CampaignState::Draft
                if now >= self.scenario.start + Millis::new(plan.started_after) =>
            {
                intake::start_campaign(&self.store, self.clock.as_ref(), id, by, &|_| {}).await?;
            }
            CampaignState::Paused => {
                self.store
                    .transition(id, CampaignEvent::Resume, by, None, now)
                    .await?;
            }
            CampaignState::Completed => return Ok(true),
            CampaignState::Failed => bail!("campaign {id} failed"),
            CampaignState::Draft | CampaignState::Pending | CampaignState::Running => {}
        }
        Ok(false)
    }

    async fn unfinished(&self, campaigns: &[(CampaignId, &Plan)]) -> anyhow::Result<String> {
        let mut text = String::new();
        for (id, _) in campaigns {
            let campaign = self.store.campaign(*id).await?;
            let (state, contacts) = (campaign.state, campaign.contacts);
            write!(text, "campaign {id} is {state} with {contacts:?}; ")?;
        }
        Ok(text)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the world's own time, under tokio's paused clock"
)]
async fn sleep(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

/// Announcements go nowhere; the judge reads the ledger.
struct Unheard;

impl Alerts for Unheard {
    fn raise(&self, _: &Alert) {}
}
