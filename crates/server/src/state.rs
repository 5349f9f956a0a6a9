//! What every request may reach: the ledger, the engine's status, the clock, and who is signed in.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

use ringonce_carrier::clock::SystemClock;
use ringonce_carrier::{Carrier, Clock, simulator};
use ringonce_domain::{Attempt, ContactId, Settings, Timestamp};
use ringonce_engine::entropy::Entropy;
use ringonce_engine::recordings::archive::Archive;
use ringonce_engine::{Denials, EventSender, Status};
use ringonce_store::model::{Actor, AuditContext, ContactDetail, Page};
use ringonce_store::{Store, StoreError};
use tokio::sync::{Semaphore, watch};

use crate::about::About;
use crate::account::links;
use crate::account::password::Passwords;
use crate::host::Hosts;
use crate::limits;
use crate::live::Live;
use crate::page_cache::Views;
use crate::rate::Rates;
use crate::skip_preview::SkipPreview;
use crate::staged::Staged;
use crate::webhooks::Refusals;

/// What the server is made of; `router` and `serve` take it.
pub struct Parts {
    /// The ledger.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness for tokens and sessions.
    pub entropy: Arc<dyn Entropy>,
    /// What the engine is doing.
    pub status: watch::Receiver<Status>,
    /// Becomes true when the server must stop: streams end, no further connection is taken.
    pub stopping: watch::Receiver<bool>,
    /// The carriers that calls can be made with; campaigns that name none have the first.
    pub carriers: Vec<Arc<dyn Carrier>>,
    /// Where carriers' events are handed over once they are kept.
    pub events: EventSender,
    /// Which carriers deny us.
    pub denials: Denials,
    /// Where recordings of calls are kept, if they are.
    pub archive: Option<Arc<dyn Archive>>,
    /// Under which names the server may be addressed.
    pub hosts: Hosts,
    /// A folder for files that are being uploaded; on the disk that has room for them.
    pub uploads: PathBuf,
    /// How the server was started, for those who may know.
    pub about: About,
}

/// Shared by all requests; cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<Inner>);

/// What [`AppState`] points to; its parts are for this crate only.
pub struct Inner {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) status: watch::Receiver<Status>,
    pub(crate) stopping: watch::Receiver<bool>,
    pub(crate) carriers: Vec<Arc<dyn Carrier>>,
    pub(crate) events: EventSender,
    pub(crate) denials: Denials,
    pub(crate) archive: Option<Arc<dyn Archive>>,
    pub(crate) refusals: Refusals,
    pub(crate) hosts: Hosts,
    pub(crate) uploads: PathBuf,
    pub(crate) about: About,
    pub(crate) upload_slots: Arc<Semaphore>,
    pub(crate) event_slots: Arc<Semaphore>,
    pub(crate) passwords: Passwords,
    pub(crate) rates: Rates,
    pub(crate) live: Live,
    pub(crate) views: Views,
    pub(crate) staged: Staged,
    pub(crate) skip_preview: SkipPreview,
}

impl AppState {
    /// The state of one server.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Inner {
            store: parts.store,
            clock: parts.clock,
            entropy: parts.entropy,
            status: parts.status,
            stopping: parts.stopping,
            carriers: parts.carriers,
            events: parts.events,
            denials: parts.denials,
            archive: parts.archive,
            refusals: Refusals::default(),
            hosts: parts.hosts,
            uploads: parts.uploads,
            about: parts.about,
            upload_slots: Arc::new(Semaphore::new(limits::UPLOADS_AT_ONCE)),
            event_slots: Arc::new(Semaphore::new(limits::EVENT_STREAMS)),
            passwords: Passwords::default(),
            rates: Rates::default(),
            live: Live::default(),
            views: Views::default(),
            staged: Staged::default(),
            skip_preview: SkipPreview::default(),
        }))
    }

    /// A path with a key by which the first user is entered, once, while there is none; `None` when
    /// there is. For whoever starts the server.
    ///
    /// # Errors
    /// When the ledger cannot be used.
    pub async fn first_path(&self, by: Actor) -> Result<Option<String>, StoreError> {
        links::for_first(self, self.occasion(by)).await
    }

    /// The carrier that a campaign has which names none.
    pub(crate) fn usual_carrier(&self) -> &str {
        let first = self.carriers.first();
        first.map_or(simulator::NAME, |carrier| carrier.name())
    }

    /// The carriers that calls can be made with, as campaigns' settings spell them.
    pub(crate) fn carrier_names(&self) -> Vec<&str> {
        self.carriers.iter().map(|it| it.name()).collect()
    }

    /// The carrier of this name.
    pub(crate) fn carrier(&self, name: &str) -> Option<&Arc<dyn Carrier>> {
        self.carriers.iter().find(|it| it.name() == name)
    }

    /// Whether the carrier of a campaign with these settings comes to tell what calls cost.
    pub(crate) fn tells_prices(&self, settings: &Settings) -> bool {
        self.carrier(&settings.carrier)
            .is_some_and(|carrier| carrier.tells_prices())
    }

    /// Who changes an account, and when.
    pub(crate) fn occasion(&self, by: Actor) -> AuditContext {
        AuditContext {
            by,
            now: self.clock.now(),
            wall: self.wall_clock(),
        }
    }

    /// The contact that an attempt calls; `None` when its campaign was deleted under way.
    pub(crate) async fn contact_of(
        &self,
        attempt: &Attempt,
    ) -> Result<Option<ContactDetail>, StoreError> {
        let page = Page {
            after: Some(ContactId(attempt.contact.0 - 1)),
            limit: 1,
        };
        let found = self.store.contacts(attempt.campaign, None, page).await?;
        Ok(found.into_iter().find(|it| it.id == attempt.contact))
    }

    /// The time by which people sign in: the machine's own, because the ledger's clock may be a
    /// simulation's that runs faster.
    #[expect(clippy::unused_self, reason = "reads as the time of this server")]
    pub(crate) fn wall_clock(&self) -> Timestamp {
        SystemClock.now()
    }

    /// Why the engine cannot use the ledger, while it cannot.
    pub(crate) fn engine_fault(&self) -> Option<String> {
        self.status.borrow().fault.clone()
    }
}

impl Deref for AppState {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}
