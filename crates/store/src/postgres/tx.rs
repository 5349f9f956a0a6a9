//! A transaction: one trait method, or a batch of commands that came together.
//!
//! # Overview
//! A transaction takes a connection of the pool, and a chain of the audit trail that nobody else
//! writes. Its entries are sealed as they are made and written together, right before the commit.
//! `finish` commits or takes back; a transaction that is dropped, because its caller went away, closes
//! its connection, and the server takes it back.
//!
//! # Locks
//! * Whoever changes a contact, an attempt or a count locks the row of its campaign first, in order
//!   of id; then the rows of numbers, in order of number, where it may end or block a call: how far a
//!   live call is changes nothing of its number. A claim does not wait for a number that
//!   somebody else has locked, it leaves the contact for a later claim.
//! * Claims and dials share the advisory lock [`STOP`], which the emergency stop and its re-arming
//!   take alone: when a person is told that everything is stopped, no dial is under way that did not
//!   know it.
//! * Two transactions that wait for each other are told apart by the server; the one that lost is run
//!   again from its beginning.
//!
//! # What fails, and what then
//! * The way is cut before the commit: nothing was changed.
//! * The way is cut during the commit: nobody knows. The chain is given up with its end unknown, and
//!   the caller is told that the database cannot be reached. An attempt that became `dialing`
//!   unheard of is not dialled; the watchdog finds it.

use std::sync::{Arc, Mutex, PoisonError};

use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::failure::{Done, Failure};
use super::notify::{Notifier, Word};
use super::session::{Params, Session};
use super::time::At;
use crate::StoreError;
use crate::audit::{ChainHead, Entry};
pub(super) use crate::ledger::safety::STOP;
use crate::sql::{self, Statement};

/// Parameters that a statement takes along.
pub(super) type Owned = Vec<Box<dyn ToSql + Sync + Send>>;

/// The parameters of a statement that waits for the end of its transaction.
macro_rules! owned {
    ($($value:expr),* $(,)?) => {
        vec![$(Box::new($value) as Box<dyn tokio_postgres::types::ToSql + Sync + Send>),*]
    };
}
pub(super) use owned;

/// A chain of the audit trail and its end.
#[derive(Clone, Copy, Debug)]
struct Chain {
    id: i64,
    head: ChainHead,
}

/// Chains that this process opened and nobody is writing.
#[derive(Debug, Default)]
pub(super) struct Chains(Mutex<Vec<Chain>>);

impl Chains {
    fn take(&self) -> Option<Chain> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn give_back(&self, chain: Chain) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(chain);
    }
}

/// Entries of the audit trail, by column.
#[derive(Default)]
struct Sealed {
    places: Vec<i64>,
    at: Vec<At>,
    campaigns: Vec<Option<i64>>,
    numbers: Vec<Option<i64>>,
    attempts: Vec<Option<uuid::Uuid>>,
    actors: Vec<String>,
    events: Vec<String>,
    details: Vec<String>,
    hashes: Vec<Vec<u8>>,
}

impl Sealed {
    /// The parameters of `audit_append`.
    fn owned(self, chain: i64) -> Owned {
        owned![
            chain,
            self.places,
            self.at,
            self.campaigns,
            self.numbers,
            self.attempts,
            self.actors,
            self.events,
            self.details,
            self.hashes,
        ]
    }
}

/// A transaction under way.
pub(super) struct Tx {
    /// `None` once it is finished.
    session: Option<Session>,
    chain: Option<Chain>,
    /// The chain as it was before this transaction, when others had written it.
    lent: Option<Chain>,
    sealed: Sealed,
    /// Statements that wait for the end, to go out with the commit.
    last: Vec<(Statement, Owned)>,
    chains: Arc<Chains>,
    notifier: Arc<Notifier>,
    word: Word,
    begun: bool,
}

impl Tx {
    /// A transaction that begins with its first statement.
    pub(super) fn of(session: Session, chains: &Arc<Chains>, notifier: &Arc<Notifier>) -> Self {
        Self {
            session: Some(session),
            chain: None,
            lent: None,
            sealed: Sealed::default(),
            last: Vec::new(),
            chains: Arc::clone(chains),
            notifier: Arc::clone(notifier),
            word: Word::Soon,
            begun: false,
        }
    }

    /// The connection, for what is read outside the transaction's own statements.
    pub(super) fn session(&self) -> Done<&Session> {
        self.session
            .as_ref()
            .ok_or(Failure::Store(StoreError::Closed))
    }

    /// Sends statements together, the beginning of the transaction before the first; their rows.
    pub(super) async fn together(&mut self, asked: &[(&str, Params<'_>)]) -> Done<Vec<Vec<Row>>> {
        if self.begun {
            return self.session()?.together(asked).await;
        }
        self.begun = true;
        let mut all: Vec<(&str, Params<'_>)> = vec![(sql::BEGIN.postgres, &[])];
        all.extend_from_slice(asked);
        let mut rows = self.session()?.together(&all).await?;
        rows.remove(0);
        Ok(rows)
    }

    /// Runs a statement that yields no rows; returns how many rows it changed.
    pub(super) async fn execute(&mut self, statement: Statement, params: Params<'_>) -> Done<u64> {
        self.begin().await?;
        self.session()?.execute(statement, params).await
    }

    /// The first row that a statement yields.
    pub(super) async fn row(
        &mut self,
        statement: Statement,
        params: Params<'_>,
    ) -> Done<Option<Row>> {
        self.begin().await?;
        self.session()?.row(statement, params).await
    }

    /// Every row that a statement yields; the statement bounds them.
    pub(super) async fn rows(
        &mut self,
        statement: Statement,
        params: Params<'_>,
    ) -> Done<Vec<Row>> {
        self.begin().await?;
        self.session()?.rows(statement, params).await
    }

    /// Runs a command that is put together, and names no value.
    pub(super) async fn command(&mut self, text: &str) -> Done<()> {
        self.together(&[(text, &[])]).await?;
        Ok(())
    }

    async fn begin(&mut self) -> Done<()> {
        if !self.begun {
            self.together(&[]).await?;
        }
        Ok(())
    }

    /// Others should know of this one at once.
    pub(super) fn tell_at_once(&mut self) {
        self.word = Word::Now;
    }

    /// Appends an entry to the audit trail.
    pub(super) async fn audit(&mut self, entry: &Entry<'_>) -> Done<()> {
        let chain = match self.chain {
            Some(chain) => chain,
            None => self.open_chain().await?,
        };
        let head = chain.head.after(entry);
        let sealed = &mut self.sealed;
        sealed.places.push(head.place);
        sealed.at.push(At(entry.at));
        sealed.campaigns.push(entry.campaign.map(|id| id.0));
        sealed.numbers.push(entry.number.map(crate::row::digits));
        sealed.attempts.push(entry.attempt.map(|id| id.0));
        sealed.actors.push(entry.actor.0.to_string());
        sealed.events.push(entry.event.to_owned());
        sealed.details.push(entry.detail.to_owned());
        sealed.hashes.push(head.hash.to_vec());
        self.chain = Some(Chain { head, ..chain });
        Ok(())
    }

    /// A chain that nobody writes, or a fresh one, made in this very transaction.
    async fn open_chain(&mut self) -> Done<Chain> {
        if let Some(chain) = self.chains.take() {
            self.lent = Some(chain);
            return Ok(chain);
        }
        let made = self.row(sql::AUDIT_CHAIN_ADD, &[]).await?;
        let made = made.ok_or_else(|| StoreError::Database("no chain was made".to_owned()))?;
        Ok(Chain {
            id: made.try_get(0)?,
            head: ChainHead::default(),
        })
    }

    /// A statement that nobody waits for: it goes out with the commit.
    pub(super) fn at_end(&mut self, statement: Statement, params: Owned) {
        self.last.push((statement, params));
    }

    /// Sends what waits for the end, for a reader within the transaction.
    pub(super) async fn send_last(&mut self) -> Done<()> {
        let last = std::mem::take(&mut self.last);
        self.send(&last).await
    }

    async fn send(&mut self, statements: &[(Statement, Owned)]) -> Done<()> {
        let params: Vec<Vec<&(dyn ToSql + Sync)>> = statements
            .iter()
            .map(|(_, owned)| owned.iter().map(|param| param.as_ref() as _).collect())
            .collect();
        let all: Vec<(&str, Params<'_>)> = statements
            .iter()
            .zip(&params)
            .map(|((statement, _), params)| (statement.postgres, params.as_slice()))
            .collect();
        self.together(&all).await?;
        Ok(())
    }

    /// Ends the transaction: commits what went well, takes back what did not.
    pub(super) async fn finish<T>(self, done: Done<T>) -> Done<T> {
        match done {
            Ok(done) => self.commit().await.map(|()| done),
            Err(failure) => {
                self.take_back().await;
                Err(failure)
            }
        }
    }

    /// Sends the last statements, the sealed entries and the commit together.
    async fn commit(mut self) -> Done<()> {
        if !self.begun && self.last.is_empty() && self.sealed.places.is_empty() {
            self.session = None;
            return Ok(());
        }
        let mut last = std::mem::take(&mut self.last);
        if let Some(chain) = self.chain {
            last.push((
                sql::AUDIT_APPEND,
                std::mem::take(&mut self.sealed).owned(chain.id),
            ));
        }
        last.push((sql::COMMIT, Vec::new()));
        // From here on nobody knows, until the answer is there: a drop closes the connection.
        self.send(&last).await?;
        if let Some(chain) = self.chain.take() {
            self.chains.give_back(chain);
        }
        self.session = None;
        self.notifier.notify(self.word);
        Ok(())
    }

    /// Rolls back; when even that fails, the connection is closed, which does the same.
    async fn take_back(mut self) {
        if !self.begun {
            self.session = None;
        } else if let Some(session) = self.session.take() {
            match session.rows(sql::ROLLBACK, &[]).await {
                Ok(_) => {
                    if let Some(chain) = self.lent {
                        self.chains.give_back(chain);
                    }
                }
                Err(_) => session.spoil(),
            }
        }
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if let Some(session) = self.session.take()
            && self.begun
        {
            session.spoil();
        }
    }
}
