//! The ledger in a PostgreSQL database, for any number of instances.
//!
//! Every trait method that writes is one transaction ([`tx`]); those that record evidence are gathered into
//! batches ([`batcher`]). As in the embedded ledger, functions gather facts, ask `ringonce-domain`, and write
//! its decision; none reads a clock or names a next state of its own.

/// Runs one transaction, again when another one was in its way.
macro_rules! transact {
    ($store:expr, |$tx:ident| $work:expr) => {{
        let mut tries = 1;
        loop {
            let began = $store.begin().await;
            let mut transaction = $store.tell(began)?;
            let $tx = &mut transaction;
            let done = $work.await;
            match transaction.finish(done).await {
                Err(failure) if failure.is_conflict() && tries < $crate::postgres::TRIES => {
                    tries += 1
                }
                ended => break $store.tell(ended),
            }
        }
    }};
}

/// Runs a rule for which a carrier or a callee waits: on a server no transaction waits for another.
macro_rules! transact_promptly {
    ($store:expr, |$tx:ident| $rule:expr) => {
        transact!($store, |$tx| $rule)
    };
}

/// The same for bulk work: a server has room for both.
macro_rules! bulk {
    ($store:expr, |$tx:ident| $work:expr) => {
        transact!($store, |$tx| $work)
    };
}

/// Reads, outside any transaction.
macro_rules! look {
    ($store:expr, |$session:ident| $work:expr) => {{
        let session = $store.read().await;
        let $session = &$store.tell(session)?;
        let done = $work.await;
        $store.tell(done)
    }};
}

/// Runs a rule that reads, outside any transaction.
macro_rules! read {
    ($store:expr, |$reader:ident| $rule:expr) => {{
        let session = $store.read().await;
        let session = $store.tell(session)?;
        let $reader = &mut $crate::postgres::transaction::Reading(&session);
        let done = $rule.await;
        $store.tell(done)
    }};
}

mod audit;
mod batcher;
mod cells;
mod changes;
mod claim;
mod connect;
mod copy;
mod doctor;
mod event_writer;
mod failure;
mod guards;
mod imports;
mod moving;
mod notify;
#[cfg(test)]
mod plans;
mod record;
mod recorder;
mod schema;
mod session;
#[expect(
    clippy::duplicate_mod,
    reason = "the traits are written once, and compiled for each driver"
)]
#[path = "../store_impl/mod.rs"]
mod store_impl;
mod time;
mod transaction;
mod tx;

use PostgresStore as DriverStore;
use std::sync::Arc;

use deadpool_postgres::Pool;
use ringonce_domain::{CampaignId, ContactState, InstanceId, Timestamp};
use tokio::sync::watch;
use uuid::Uuid;

use batcher::Batcher;
use connect::Address;
use event_writer::EventWriter;
use failure::Done;
pub(crate) use moving::Arriving;
use notify::Words;
use recorder::{LocalInstances, Recorder};
use session::Session;
use tx::{Chains, Tx};

use crate::Result;
use crate::model::Recorded;
use crate::row::Fields;
use crate::settings_cache::SettingsCache;
use crate::settling::Command;
use crate::sql;

/// How often a transaction is run again when another one was in its way.
const TRIES: u32 = 8;

/// How a database is opened.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Connections at the same time; at least 3. One more listens for notifications.
    pub connections: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { connections: 8 }
    }
}

/// A ledger in a PostgreSQL database.
#[derive(Debug)]
pub struct PostgresStore {
    pool: Pool,
    address: Address,
    chains: Arc<Chains>,
    words: Words,
    settings: SettingsCache,
    recorder: Batcher<Recorder>,
    event_writer: Batcher<EventWriter>,
    /// The instances that lead campaigns through this store.
    here: LocalInstances,
}

impl PostgresStore {
    /// Opens the database at `url`, `postgres://user@host/database`, and brings it to this program's
    /// schema. `sslmode` is `disable` or `verify-full`, which is the default towards other machines.
    ///
    /// # Errors
    /// Everything that [`crate::StoreError`] says about databases; the database is then as it was.
    pub async fn open(url: &str, options: Options) -> Result<Self> {
        let address = Address::parse(url)?;
        let shown = address.shown.clone();
        Self::open_at(address, options)
            .await
            .map_err(|failure| failure.tell(&shown))
    }

    async fn open_at(address: Address, options: Options) -> Done<Self> {
        let pool = address.pool(options.connections.max(3))?;
        let me = Uuid::from_u64_pair(u64::from(std::process::id()), unlike_any_other());
        let words = Words::start(&address, &pool, me.simple().to_string()).await?;
        let settings = SettingsCache::default();
        let session = Session::of(&pool, &settings).await?;
        schema::migrate(&session, &address.shown, schema::MIGRATIONS).await?;
        schema::require_guards(&session, &address.shown).await?;
        drop(session);
        let (chains, here) = (Arc::default(), LocalInstances::default());
        let recorder = Recorder {
            pool: pool.clone(),
            settings: settings.clone(),
            chains: Arc::clone(&chains),
            notifier: Arc::clone(&words.notifier),
            here: here.clone(),
            shown: address.shown.clone(),
        };
        let event_writer = EventWriter {
            pool: pool.clone(),
            settings: settings.clone(),
            shown: address.shown.clone(),
        };
        Ok(Self {
            pool,
            address,
            chains,
            words,
            settings,
            recorder: Batcher::start(recorder),
            event_writer: Batcher::start(event_writer),
            here,
        })
    }

    /// The server and the database, without secrets.
    pub fn shown(&self) -> &str {
        &self.address.shown
    }

    /// A connection to read from.
    async fn read(&self) -> Done<Session> {
        Session::of(&self.pool, &self.settings).await
    }

    /// A transaction.
    async fn begin(&self) -> Done<Tx> {
        Ok(Tx::of(
            self.read().await?,
            &self.chains,
            &self.words.notifier,
        ))
    }

    /// Waits for everything under way and closes.
    async fn shut(&self) {
        self.recorder.close().await;
        self.event_writer.close().await;
        self.pool.close();
    }

    /// See [`crate::Admin::backup`].
    #[expect(clippy::unused_async, reason = "as the other driver, which copies")]
    async fn copy_to(&self, _: &std::path::Path) -> Result<()> {
        Err(crate::StoreError::Unsuitable {
            database: self.shown().to_owned(),
            reason: format!(
                "PostgreSQL's own program copies it while it is in use: pg_dump --format=custom --file=ringonce.dump {}",
                self.shown()
            ),
        })
    }

    /// Records evidence.
    async fn settle(&self, command: Command) -> Result<Recorded> {
        self.recorder.put(command).await
    }

    /// When the last entry of the audit trail was made.
    async fn last_audited(&self) -> Result<Option<Timestamp>> {
        look!(self, |session| audit::latest_instant(session))
    }

    /// Recomputes the audit trail.
    async fn verify_trail(&self) -> Result<std::result::Result<u64, i64>> {
        look!(self, |session| audit::verify(session))
    }

    /// Counts the commits of all instances.
    fn commits(&self) -> watch::Receiver<u64> {
        self.words.changes.clone()
    }

    fn tell<T>(&self, done: Done<T>) -> Result<T> {
        done.map_err(|failure| failure.tell(&self.address.shown))
    }
}

/// An instance leads campaigns through this store: commits that free its lines wake it without a
/// notification.
fn leads(store: &PostgresStore, instance: InstanceId) {
    store.here.insert(instance);
}

/// The server's clock, which all instances share.
async fn clock(store: &PostgresStore) -> Result<Option<Timestamp>> {
    let row = look!(store, |session| session.row(sql::DATABASE_TIME, &[]))?;
    row.map(|row| Fields::of("the clock", &row).instant("now"))
        .transpose()
}

/// What an instance says when it joins: that the ledger is still here, and which schema it knows, for several
/// versions may work at once.
async fn joining(tx: &mut Tx) -> Done<i64> {
    moving::require_here(tx).await?;
    Ok(schema::latest().into())
}

/// Moves the counts of a campaign's contacts by state, with the commit.
fn count_contacts(tx: &mut Tx, campaign: CampaignId, moves: &[(ContactState, i64)]) {
    let moves = moves.iter().filter(|(_, by)| *by != 0);
    let (states, by): (Vec<_>, Vec<_>) = moves.map(|(state, by)| (state.as_str(), *by)).unzip();
    if !by.is_empty() {
        let campaigns = vec![campaign.0; by.len()];
        tx.at_end(sql::CONTACT_COUNTS_MOVE, tx::owned![campaigns, states, by]);
    }
}

/// A text that PostgreSQL can hold: U+0000 becomes U+FFFD.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// Differs between the stores of one process, and between processes of one id on several machines.
fn unlike_any_other() -> u64 {
    use std::hash::{BuildHasher as _, RandomState};
    RandomState::new().hash_one(0)
}
