//! The engine's parts, how they are wired, and the order in which they stop.

use std::sync::Arc;

use ringonce_carrier::{Carrier, Clock};
use ringonce_domain::plan::Hold;
use ringonce_domain::{AttemptId, CampaignId, InstanceId, Millis, SafetyLimits, Timestamp};
use ringonce_store::model::{Actor, Judgement};
use ringonce_store::{Store, StoreError};
use tokio::sync::{Notify, mpsc, watch};

use crate::alerts::{Alert, Alerts};
use crate::denials::Denials;
use crate::dialler::Refusals;
use crate::entropy::Entropy;
use crate::inbox::{EventSender, Inbox, inbox};
use crate::membership::{Peers, Presence};
use crate::recordings::Keeping;

/// How long to wait after the ledger failed, or after a step that promised more came to nothing.
pub(crate) const PAUSE: Millis = Millis::new(500);

/// How an engine works; the defaults suit a real carrier.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// How long an instance counts as alive, and leads, after its last heartbeat; it beats three times as
    /// often.
    pub lease: Millis,
    /// From the durable `dialing`, how long the request may take to leave.
    pub dial_window: Millis,
    /// How often the watchdog and the duplicate alarm look.
    pub watch_every: Millis,
    /// How long an orderly shutdown waits for the answers to requests under way.
    pub drain: Millis,
    /// When the emergency stop trips.
    pub limits: SafetyLimits,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            lease: Millis::from_secs(6),
            dial_window: Millis::from_secs(10),
            watch_every: Millis::from_secs(5),
            drain: Millis::from_secs(10),
            limits: SafetyLimits::default(),
        }
    }
}

/// What the engine is doing, for displays.
#[derive(Clone, Debug, Default)]
pub struct Status {
    /// Why campaigns start no call at this moment.
    pub holds: Arc<Vec<(CampaignId, Hold)>>,
    /// When it will plan again unless something changes first.
    pub wake_at: Option<Timestamp>,
    /// Attempts that hold a line, over all campaigns.
    pub live: u32,
    /// Campaigns that are pending or running.
    pub active: usize,
    /// Why the ledger could not be used, while it cannot.
    pub fault: Option<String>,
}

/// Runs campaigns on one ledger with one or several carriers.
pub struct Engine {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) carriers: Vec<Arc<dyn Carrier>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) alerts: Arc<dyn Alerts>,
    pub(crate) config: Config,
    pub(crate) instance: InstanceId,
    pub(crate) presence: Presence,
    pub(crate) peers: watch::Sender<Peers>,
    /// Notified when an instance may have stopped: the registry is read at once.
    pub(crate) doubt: Notify,
    pub(crate) actor: Actor,
    pub(crate) status: watch::Sender<Status>,
    pub(crate) events: EventSender,
    pub(crate) denials: Denials,
    pub(crate) inbox: Inbox,
    pub(crate) refusals: Refusals,
    pub(crate) keeping: Option<Keeping>,
    pub(crate) stopping: watch::Receiver<bool>,
}

impl Engine {
    /// An engine that runs until `stopping` holds true.
    pub fn new(
        store: Arc<dyn Store>,
        carriers: Vec<Arc<dyn Carrier>>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        alerts: Arc<dyn Alerts>,
        config: Config,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        let mut random = [0; 10];
        entropy.fill(&mut random);
        let (events, inbox) = inbox();
        Self {
            instance: InstanceId::new(clock.now(), random),
            presence: Presence::default(),
            peers: watch::Sender::default(),
            doubt: Notify::new(),
            actor: Actor::new("engine"),
            status: watch::Sender::default(),
            events,
            denials: Denials::default(),
            inbox,
            refusals: Refusals::default(),
            keeping: None,
            store,
            carriers,
            clock,
            entropy,
            alerts,
            config,
            stopping,
        }
    }

    /// The same engine, which introduces itself in this way.
    #[must_use]
    pub fn present_as(mut self, presence: Presence) -> Self {
        self.presence = presence;
        self
    }

    /// The same engine, which fetches recordings and keeps them so; `None` leaves them alone.
    #[must_use]
    pub fn keep_recordings(mut self, keeping: Option<Keeping>) -> Self {
        self.keeping = keeping;
        self
    }

    /// The name under which it claims.
    pub fn instance(&self) -> InstanceId {
        self.instance
    }

    /// What it is doing; changes are announced.
    pub fn status(&self) -> watch::Receiver<Status> {
        self.status.subscribe()
    }

    /// Schedules, dials, settles and watches until asked to stop. Then: no further claim; it leaves,
    /// so that others lead its campaigns at once; requests under way get their answers recorded, up
    /// to [`Config::drain`]. Calls that go on are settled by another instance, or by the next run.
    pub async fn run(&self) {
        let (to_dial, claimed) = mpsc::channel(1_024);
        let lead = async {
            self.schedule(to_dial).await;
            self.leave().await;
        };
        let calls = async {
            tokio::join!(biased; lead, self.dial_all(claimed));
        };
        let look_after = async {
            self.joined().await;
            tokio::join!(biased; self.watch(), self.announce(), self.find_duplicates(), self.compare_daily(), self.learn_prices(), self.tend_recordings(), self.hold_denied());
        };
        let watchers = async {
            tokio::join!(biased; self.keep_membership(), self.settle_all(), self.read_inbox(), look_after);
        };
        let give_up = async {
            self.stopped().await;
            self.clock
                .sleep_until(self.clock.now() + self.config.drain)
                .await;
        };
        tokio::select! {
            biased;
            () = calls => {}
            () = watchers => {}
            () = give_up => tracing::warn!("some answers of the carrier did not come in time; the next run looks them up"),
        }
    }

    /// Reports a ledger that does not answer.
    pub(crate) fn fault(&self, error: &StoreError) {
        let error = error.to_string();
        self.alerts.raise(&Alert::Ledger {
            error: error.clone(),
        });
        self.status.send_modify(|status| status.fault = Some(error));
    }

    pub(crate) fn renew_after(&self) -> Millis {
        Millis::new(self.config.lease.get() / 3)
    }

    /// Returns once the engine has been asked to stop.
    pub(crate) async fn stopped(&self) {
        let mut stopping = self.stopping.clone();
        if stopping.wait_for(|stop| *stop).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    pub(crate) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    pub(crate) fn carrier(&self, name: &str) -> Option<&Arc<dyn Carrier>> {
        self.carriers.iter().find(|carrier| carrier.name() == name)
    }

    pub(crate) fn judgement(&self, carrier: &dyn Carrier) -> Judgement {
        Judgement {
            trust: carrier.trust(),
            limits: self.config.limits,
        }
    }

    pub(crate) fn attempt_id(&self) -> AttemptId {
        let mut random = [0; 10];
        self.entropy.fill(&mut random);
        AttemptId::new(self.clock.now(), random)
    }
}
