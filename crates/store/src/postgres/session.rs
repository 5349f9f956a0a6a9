//! A connection of the pool: statements prepared once, sent together, and answers that are awaited, but
//! not for ever.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_postgres::{Client, Pool};
use futures::future::try_join_all;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, Statement as Prepared};

use super::failure::{Done, Failure};
use crate::StoreError;
use crate::settings_cache::SettingsCache;
use crate::sql::Statement;

/// Parameters of a statement.
pub(super) type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A connection to read from, outside any transaction: every statement sees the moment at which it
/// runs.
pub(super) struct Session {
    /// Always there until it is dropped.
    client: Option<Client>,
    settings: SettingsCache,
    /// An answer was not waited for: the connection is not for others to use.
    spoilt: AtomicBool,
}

/// How long an answer is awaited: longer than the server works on a statement, which it ends by
/// itself. A way that swallows everything shows in no other manner.
const ANSWER: Duration = Duration::from_secs(40);

impl Session {
    pub(super) async fn of(pool: &Pool, settings: &SettingsCache) -> Done<Self> {
        Ok(Self {
            client: Some(pool.get().await?),
            settings: settings.clone(),
            spoilt: AtomicBool::new(false),
        })
    }

    /// The settings that this process knows.
    pub(super) fn known_settings(&self) -> SettingsCache {
        self.settings.clone()
    }

    /// Waits for an answer, but not for ever.
    async fn answer<T>(
        &self,
        asked: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Done<T> {
        // Whoever stops waiting leaves an answer behind that others must not get.
        self.spoilt.store(true, Ordering::Relaxed);
        let Ok(answer) = tokio::time::timeout(ANSWER, asked).await else {
            return Err(Failure::Unreachable(format!("no answer in {ANSWER:?}")));
        };
        self.spoilt.store(false, Ordering::Relaxed);
        Ok(answer?)
    }

    /// A statement, prepared once per connection.
    pub(super) async fn prepare(&self, text: &str) -> Done<Prepared> {
        self.answer(self.client()?.prepare_cached(text)).await
    }

    /// Runs a statement that yields no rows; returns how many rows it changed.
    pub(super) async fn execute(&self, statement: Statement, params: Params<'_>) -> Done<u64> {
        let statement = self.prepare(statement.postgres).await?;
        self.answer(self.client()?.execute(&statement, params))
            .await
    }

    /// The first row that a statement yields.
    pub(super) async fn row(&self, statement: Statement, params: Params<'_>) -> Done<Option<Row>> {
        let statement = self.prepare(statement.postgres).await?;
        self.answer(self.client()?.query_opt(&statement, params))
            .await
    }

    /// Every row that a statement yields; the statement bounds them.
    pub(super) async fn rows(&self, statement: Statement, params: Params<'_>) -> Done<Vec<Row>> {
        let statement = self.prepare(statement.postgres).await?;
        self.answer(self.client()?.query(&statement, params)).await
    }

    /// Sends statements together and waits once for all; their rows, in order. The first that fails
    /// is told.
    pub(super) async fn together(&self, asked: &[(&str, Params<'_>)]) -> Done<Vec<Vec<Row>>> {
        let client = self.client()?;
        let preparing = asked.iter().map(|(text, _)| client.prepare_cached(text));
        let statements = self.answer(try_join_all(preparing)).await?;
        let queries = statements
            .iter()
            .zip(asked)
            .map(|(statement, (_, params))| client.query(statement, params));
        self.answer(try_join_all(queries)).await
    }

    /// Closes the connection in place of giving it back.
    pub(super) fn spoil(self) {
        self.spoilt.store(true, Ordering::Relaxed);
    }

    /// The connection itself.
    pub(super) fn client(&self) -> Done<&Client> {
        self.client
            .as_ref()
            .ok_or(Failure::Store(StoreError::Closed))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if self.spoilt.load(Ordering::Relaxed)
            && let Some(client) = self.client.take()
        {
            drop(deadpool_postgres::Object::take(client));
        }
    }
}
