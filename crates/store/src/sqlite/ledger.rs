//! The write connection, its memory of often-needed rows, and its transactions.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ringonce_domain::{CampaignId, Safety, Settings};
use rusqlite::{CachedStatement, Connection, Params, Row};

use super::failure::{Done, Failure};
use super::job::{Job, Ran};
use super::transaction::{Reading, at_once};
use super::writer::Lane;
use super::{audit, connection};
use crate::audit::ChainHead;
use crate::ledger::safety::safety;
use crate::settings_cache::SettingsCache;
use crate::sql::{self, Statement};
use crate::transaction::Reader as _;
use crate::{Result, StoreError};

/// Pages in the write-ahead log after which it is copied into the database: about 8 MiB, which keeps
/// the copy under a tenth of a second.
const WAL_PAGES: usize = 2_000;
/// The same while bulk work goes on, which writes the same pages again and again: about 64 MiB.
/// Measured with an import of a million rows: a fifth less time.
const WAL_PAGES_IN_BULK: usize = 16_000;

/// A connection to read from.
#[derive(Debug)]
pub(super) struct View {
    conn: Connection,
    settings: SettingsCache,
}

impl View {
    pub(super) fn new(conn: Connection, settings: SettingsCache) -> Self {
        Self { conn, settings }
    }

    pub(super) fn conn(&self) -> &Connection {
        &self.conn
    }

    /// A statement, prepared once per connection.
    pub(super) fn prepare(&self, statement: Statement) -> Done<CachedStatement<'_>> {
        Ok(self.conn.prepare_cached(statement.sqlite)?)
    }

    /// Runs a statement that yields no rows; returns how many rows it changed.
    pub(super) fn execute(&self, statement: Statement, params: impl Params) -> Done<usize> {
        Ok(self.prepare(statement)?.execute(params)?)
    }

    /// The first row that a statement yields.
    pub(super) fn row<T>(
        &self,
        statement: Statement,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Done<Option<T>> {
        let mut statement = self.prepare(statement)?;
        let mut rows = statement.query(params)?;
        Ok(rows.next()?.map(read).transpose()?)
    }

    /// Every row that a statement yields; the statement bounds them.
    pub(super) fn rows<T>(
        &self,
        statement: Statement,
        params: impl Params,
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Done<Vec<T>> {
        let mut statement = self.prepare(statement)?;
        let mut rows = statement.query(params)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(read(row)?);
        }
        Ok(all)
    }

    /// The settings that this process knows.
    pub(super) fn known_settings(&self) -> SettingsCache {
        self.settings.clone()
    }

    /// The settings of a campaign that a row refers to.
    pub(super) fn settings_of(&self, campaign: CampaignId) -> Done<Arc<Settings>> {
        at_once(Reading(self).settings_of(campaign))
    }
}

/// Rows that every command needs, in memory. They are read when a transaction begins, since another process
/// may have written, and restored when a command is rolled back.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// The end of the audit chain.
    pub(super) chain: ChainHead,
    /// The emergency stop.
    pub(super) safety: Safety,
}

/// What a command came to, and an error for the whole group when the transaction is lost.
pub(super) type Attempted = (Option<Box<dyn Ran>>, Option<StoreError>);

/// The write connection.
#[derive(Debug)]
pub(super) struct Ledger {
    pub(super) view: View,
    pub(super) known: Known,
    /// Rows changed in this transaction whose change wakes no waiter.
    unheard: u64,
    path: PathBuf,
    wal_pages: Arc<AtomicUsize>,
}

impl Ledger {
    pub(super) fn new(mut conn: Connection, path: &Path, settings: SettingsCache) -> Done<Self> {
        let wal_pages = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&wal_pages);
        conn.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages: i32| {
            counted.store(usize::try_from(pages).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        }))?;
        let view = View::new(conn, settings);
        Ok(Self {
            view,
            known: Known::default(),
            unheard: 0,
            path: path.to_owned(),
            wal_pages,
        })
    }

    pub(super) fn conn(&self) -> &Connection {
        &self.view.conn
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Begins a transaction with the write lock, and learns what other processes have written.
    pub(super) fn begin(&mut self) -> Done<()> {
        self.view.execute(sql::BEGIN, [])?;
        self.unheard = 0;
        self.known = Known {
            chain: audit::head(&self.view)?,
            safety: at_once(safety(&mut Reading(&self.view)))?,
        };
        Ok(())
    }

    /// Runs a statement whose change wakes no waiter.
    pub(super) fn execute_unheard(
        &mut self,
        statement: Statement,
        params: impl Params,
    ) -> Done<()> {
        self.unheard += self.view.execute(statement, params)? as u64;
        Ok(())
    }

    /// Whether any change should wake waiters, of those since the connection had made `before` changes, which
    /// was before [`Self::begin`].
    pub(super) fn has_news_since(&self, before: u64) -> bool {
        self.conn().total_changes() > before + self.unheard
    }

    /// Makes everything since [`Self::begin`] durable.
    pub(super) fn commit(&mut self) -> Done<()> {
        self.view.execute(sql::COMMIT, [])?;
        Ok(())
    }

    /// Rolls back whatever transaction is left.
    pub(super) fn abandon(&mut self) {
        if !self.conn().is_autocommit()
            && let Err(failure) = self.view.execute(sql::ROLLBACK, [])
        {
            tracing::error!(?failure, "a transaction could not be rolled back");
        }
    }

    /// Runs the only command of a transaction, which is lost when the command fails. A savepoint would hold
    /// a copy of every page that the command changes: of a chunk of an import those are most of the index of
    /// numbers.
    pub(super) fn alone(&mut self, job: Box<dyn Job<Self>>) -> Attempted {
        let path = self.path.clone();
        let ran = job.run(self, &path);
        let lost = ran.error().cloned();
        (Some(ran), lost)
    }

    /// Runs one command of a group so that it alone is undone when it fails.
    pub(super) fn in_savepoint(&mut self, job: Box<dyn Job<Self>>) -> Attempted {
        let path = self.path.clone();
        let told = |failure: Failure| failure.tell(&path);
        if let Err(error) = self.view.execute(sql::SAVEPOINT, []).map_err(told) {
            job.refuse(error.clone());
            return (None, Some(error));
        }
        let before = self.known.clone();
        let ran = job.run(self, &path);
        let ended = match ran.error() {
            None => self.view.execute(sql::RELEASE, []).map_err(told),
            Some(error) => {
                self.known = before;
                // A full disk makes SQLite roll back everything, savepoints included.
                if self.conn().is_autocommit() {
                    Err(error.clone())
                } else {
                    let undone = self.view.execute(sql::ROLLBACK_TO, []);
                    undone
                        .and_then(|_| self.view.execute(sql::RELEASE, []))
                        .map_err(told)
                }
            }
        };
        (Some(ran), ended.err())
    }

    /// Copies the write-ahead log into the database when it has grown long. Between transactions and after
    /// all answers, so that only the next group waits for it.
    pub(super) fn checkpoint_if_due(&mut self, after: Lane) {
        let due = match after {
            Lane::Prompt | Lane::Hot => WAL_PAGES,
            Lane::Bulk => WAL_PAGES_IN_BULK,
        };
        if self.wal_pages.load(Ordering::Relaxed) >= due {
            self.checkpoint("PRAGMA wal_checkpoint(PASSIVE)");
        }
    }

    /// Takes more memory for pages while contacts are imported, because the index of numbers is entered at
    /// random, and gives it back.
    pub(super) fn widen_cache(&self, importing: bool) -> Done<()> {
        Ok(connection::set_writer_cache(self.conn(), importing)?)
    }

    /// Empties the write-ahead log.
    pub(super) fn checkpoint_all(&mut self) {
        self.checkpoint("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    fn checkpoint(&self, pragma: &str) {
        // Pages that are not copied stay in the log, where they are as durable.
        if let Err(error) = self.conn().query_row(pragma, [], |_| Ok(())) {
            tracing::warn!(%error, "the write-ahead log was not copied");
        }
    }
}
