//! The ledger in one SQLite file.
//!
//! One thread writes ([`writer`]), a few read ([`readers`]); every trait method is one command for the one or
//! the other ([`store_impl`]). The functions of the other modules are the bodies of those commands: they
//! gather facts, ask `ringonce-domain`, and write its decision. None of them awaits, reads a clock or names a
//! next state of its own.

/// Runs a rule that reads.
macro_rules! read {
    ($store:expr, |$reader:ident| $rule:expr) => {
        $store
            .read(move |view| {
                let $reader = &mut $crate::sqlite::transaction::Reading(view);
                $crate::sqlite::transaction::at_once($rule)
            })
            .await
    };
}

/// Runs a rule in a transaction of its own.
macro_rules! transact {
    ($store:expr, |$tx:ident| $rule:expr) => {
        transact!($store, Hot, |$tx| $rule)
    };
    ($store:expr, $lane:ident, |$tx:ident| $rule:expr) => {
        $store
            .write($crate::sqlite::writer::Lane::$lane, move |$tx| {
                $crate::sqlite::transaction::at_once($rule)
            })
            .await
    };
}

/// Runs a rule for which a carrier or a callee waits, before others.
macro_rules! transact_promptly {
    ($store:expr, |$tx:ident| $rule:expr) => {
        transact!($store, Prompt, |$tx| $rule)
    };
}

/// Runs a rule that is bulk work, which lets calls go first.
macro_rules! bulk {
    ($store:expr, |$tx:ident| $rule:expr) => {
        transact!($store, Bulk, |$tx| $rule)
    };
}

mod audit;
mod backup;
mod claim;
mod connection;
mod doctor;
mod event_writer;
mod failure;
mod fields;
mod imports;
mod inline;
mod job;
mod ledger;
mod lock;
mod moving;
#[cfg(test)]
mod plans;
mod readers;
mod record;
mod schema;
#[expect(
    clippy::duplicate_mod,
    reason = "the traits are written once, and compiled for each driver"
)]
#[path = "../store_impl/mod.rs"]
mod store_impl;
mod transaction;
mod wait;
mod writer;

use SqliteStore as DriverStore;
use std::future::{Ready, ready};
use std::path::{Path, PathBuf};

use ringonce_domain::{CampaignId, ContactState, InstanceId, Timestamp};
use rusqlite::params;
use tokio::sync::watch;

use failure::Done;
use inline::Inline;
use ledger::{Ledger, View};
pub use lock::EngineLock;
use readers::Readers;
use writer::{Lane, Writer};

use crate::model::Recorded;
use crate::settings_cache::SettingsCache;
use crate::settling::Command;
use crate::sql;
use crate::{Result, StoreError};

/// The statements that make a ledger.
#[cfg(test)]
pub(crate) fn schema() -> String {
    schema::MIGRATIONS.concat()
}

/// How a database file is opened.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Connections that read at the same time; at least 1.
    pub readers: u32,
    /// The most pages (of 4 KiB) that the file may have; unlimited when absent. Lets a test, or a
    /// person with a small disk, meet a full one early.
    pub max_pages: Option<u32>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            readers: 3,
            max_pages: None,
        }
    }
}

/// A ledger in a SQLite file, or in memory.
#[derive(Debug)]
pub struct SqliteStore {
    access: Access,
    path: PathBuf,
    changes: watch::Receiver<u64>,
}

#[derive(Debug)]
enum Access {
    Threads { writer: Writer, readers: Readers },
    Inline(Inline),
}

impl SqliteStore {
    /// Opens the database at `path`, creates it when it is missing, and brings it to this program's
    /// schema.
    ///
    /// # Errors
    /// Everything that [`StoreError`] says about files; the file is then as it was.
    pub fn open(path: impl AsRef<Path>, options: Options) -> Result<Self> {
        let path = path.as_ref();
        Self::open_threads(path, options).map_err(|failure| failure.tell(path))
    }

    fn open_threads(path: &Path, options: Options) -> Done<Self> {
        let mut conn = connection::writer(path)?;
        if conn.is_readonly("main")? {
            let (path, reason) = (path.display().to_string(), "it is read-only".to_owned());
            return Err(StoreError::ReadOnly { path, reason }.into());
        }
        let alone = schema::lock_if_older(&conn, path, schema::MIGRATIONS)?;
        connection::make_durable(&conn)?;
        schema::migrate(&mut conn, path, schema::MIGRATIONS)?;
        drop(alone);
        schema::require_guards(&conn, path)?;
        if let Some(pages) = options.max_pages {
            conn.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
        }
        let settings = SettingsCache::default();
        let views = (0..options.readers.max(1))
            .map(|_| Ok(View::new(connection::reader(path)?, settings.clone())))
            .collect::<Done<Vec<_>>>()?;
        let ledger = Ledger::new(conn, path, settings)?;
        let (sender, changes) = watch::channel(0);
        let no_thread = |error: std::io::Error| StoreError::Database(error.to_string());
        let readers = Readers::start(views, path).map_err(no_thread)?;
        let writer = Writer::start(ledger, sender).map_err(no_thread)?;
        let access = Access::Threads { writer, readers };
        Ok(Self {
            access,
            path: path.to_owned(),
            changes,
        })
    }

    /// A ledger in memory without a thread: its methods yield before and after their work and wait
    /// for nothing, so no virtual time passes. For simulations and tests.
    ///
    /// # Errors
    /// When SQLite has no memory.
    pub fn in_memory_inline() -> Result<Self> {
        let path = Path::new(":memory:");
        let open = || -> Done<Self> {
            let mut conn = connection::in_memory()?;
            schema::migrate(&mut conn, path, schema::MIGRATIONS)?;
            let ledger = Ledger::new(conn, path, SettingsCache::default())?;
            let (sender, changes) = watch::channel(0);
            let access = Access::Inline(Inline::new(ledger, sender));
            Ok(Self {
                access,
                path: path.to_owned(),
                changes,
            })
        };
        open().map_err(|failure| failure.tell(path))
    }

    /// The database file; `:memory:` when there is none.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes this process the one that runs campaigns on the database, for as long as the lock is
    /// kept. Reading and steering need no lock.
    ///
    /// # Errors
    /// [`StoreError::InstanceRunning`] when another process has it, and [`StoreError::Moved`] when the
    /// ledger has gone to another database.
    pub fn lock_engine(&self) -> Result<EngineLock> {
        let lock = self.lock_for_move()?;
        if let Access::Threads { .. } = self.access {
            // A move holds the lock, so this fact cannot change now.
            let moved = moving::moved_to(&self.path).map_err(|failure| failure.tell(&self.path))?;
            if let Some(to) = moved {
                let path = self.path.display().to_string();
                return Err(StoreError::Moved { path, to });
            }
        }
        Ok(lock)
    }

    /// The same lock for a move, also of a ledger that was moved before.
    ///
    /// # Errors
    /// [`StoreError::InstanceRunning`] when another process has it.
    pub fn lock_for_move(&self) -> Result<EngineLock> {
        match self.access {
            Access::Threads { .. } => EngineLock::take(&self.path),
            Access::Inline(_) => Ok(EngineLock::of_memory()),
        }
    }

    /// Runs a command that writes.
    async fn write<T: Send + 'static>(
        &self,
        lane: Lane,
        work: impl FnOnce(&mut Ledger) -> Done<T> + Send + 'static,
    ) -> Result<T> {
        match &self.access {
            Access::Threads { writer, .. } => writer.submit(lane, work).await,
            Access::Inline(inline) => {
                give_way().await;
                let done = inline.submit(work);
                give_way().await;
                done
            }
        }
    }

    /// Runs a command that reads.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&View) -> Done<T> + Send + 'static,
    ) -> Result<T> {
        match &self.access {
            Access::Threads { readers, .. } => readers.submit(work).await,
            Access::Inline(inline) => inline.read(work),
        }
    }

    /// Records evidence.
    async fn settle(&self, command: Command) -> Result<Recorded> {
        self.write(Lane::Hot, move |ledger| record::record(ledger, &command))
            .await
    }

    /// When the last entry of the audit trail was made.
    async fn last_audited(&self) -> Result<Option<Timestamp>> {
        self.read(audit::latest_instant).await
    }

    /// Recomputes the audit trail.
    async fn verify_trail(&self) -> Result<std::result::Result<u64, i64>> {
        self.read(audit::verify).await
    }

    /// Counts commits.
    fn commits(&self) -> watch::Receiver<u64> {
        self.changes.clone()
    }

    /// Waits for everything under way and closes.
    #[expect(clippy::unused_async, reason = "as the other driver, which waits")]
    async fn shut(&self) {
        match &self.access {
            Access::Threads { writer, readers } => {
                readers.close();
                writer.close();
            }
            Access::Inline(inline) => inline.close(),
        }
    }
}

/// An instance leads campaigns: on SQLite there is no other.
fn leads(_: &SqliteStore, _: InstanceId) {}

/// All processes that open the file share a machine and its clock.
fn clock(_: &SqliteStore) -> Ready<Result<Option<Timestamp>>> {
    ready(Ok(None))
}

/// What an instance says when it joins: which schema it knows.
fn joining(_: &Ledger) -> Ready<Done<i64>> {
    ready(Ok(schema::latest(schema::MIGRATIONS).into()))
}

/// Yields once, so that a caller who is about to crash can do so on either side of a commit, as it
/// can with a thread between.
async fn give_way() {
    let mut given = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut given, true) {
            return std::task::Poll::Ready(());
        }
        context.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}

/// Moves the count of a campaign's contacts in a state.
fn count_contacts(view: &View, campaign: CampaignId, state: ContactState, by: i64) -> Done<()> {
    if by != 0 {
        view.execute(sql::CONTACT_COUNT, params![campaign.0, state.as_str(), by])?;
    }
    Ok(())
}
