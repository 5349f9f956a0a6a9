//! Gathers what carriers tell: whatever waits while one statement is under way goes into the next
//! one together, so that one commit serves all of them. A telling that comes alone waits for nobody.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use deadpool_postgres::Pool;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::failure::Done;
use super::session::Session;
use super::time::At;
use super::{sql, storable};
use crate::model::Told;
use crate::row::Fields;
use crate::settings_cache::SettingsCache;
use crate::{Result, StoreError};

/// Tellings in one statement at most.
const BATCH: usize = 512;
/// Tellings that may wait; more callers wait outside.
const WAITING: usize = 4_096;

/// One call of [`crate::Inbox::keep`].
type Command = (Told, oneshot::Sender<Result<Option<i64>>>);
/// What names a telling.
type Key = (String, String, String, i64);

/// The handle to the task that keeps.
#[derive(Debug)]
pub(super) struct Keeper {
    queue: Mutex<Option<mpsc::Sender<Command>>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// Where connections come from.
pub(super) struct Source {
    pub(super) pool: Pool,
    pub(super) settings: SettingsCache,
    pub(super) shown: String,
}

impl Keeper {
    pub(super) fn start(source: Source) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        Self {
            queue: Mutex::new(Some(sender)),
            task: Mutex::new(Some(tokio::spawn(source.run(receiver)))),
        }
    }

    /// Returns once it is on disk.
    pub(super) async fn keep(&self, told: Told) -> Result<Option<i64>> {
        let (reply, answer) = oneshot::channel();
        let queue = self
            .queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let queue = queue.ok_or(StoreError::Closed)?;
        queue
            .send((told, reply))
            .await
            .map_err(|_| StoreError::Closed)?;
        drop(queue);
        answer.await.unwrap_or(Err(StoreError::Closed))
    }

    /// Keeps what waits, and takes no more.
    pub(super) async fn close(&self) {
        let queue = self
            .queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        drop(queue);
        let task = self
            .task
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the keeper of what carriers tell broke");
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        let task = self.task.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = task {
            task.abort();
        }
    }
}

impl Source {
    async fn run(self, mut queue: mpsc::Receiver<Command>) {
        let mut commands = Vec::with_capacity(BATCH);
        while queue.recv_many(&mut commands, BATCH).await > 0 {
            let (told, replies): (Vec<_>, Vec<_>) = commands.drain(..).unzip();
            let answers = match self.keep(&told).await {
                Ok(mut kept) => told
                    .into_iter()
                    .map(|told| Ok(kept.remove(&key(&told))))
                    .collect(),
                Err(failure) => vec![Err(failure.tell(&self.shown)); replies.len()],
            };
            for (reply, answer) in replies.into_iter().zip(answers) {
                // Who has gone away needs no answer.
                let _gone = reply.send(answer);
            }
        }
    }

    /// The places of those that are kept for the first time.
    async fn keep(&self, told: &[Told]) -> Done<HashMap<Key, i64>> {
        let session = Session::of(&self.pool, &self.settings).await?;
        let carriers: Vec<&str> = told.iter().map(|it| &*it.carrier).collect();
        let calls: Vec<String> = told.iter().map(|it| storable(&it.call_id)).collect();
        let sources: Vec<&str> = told.iter().map(|it| &*it.source).collect();
        let sequences: Vec<i64> = told.iter().map(|it| it.sequence).collect();
        let attempts: Vec<_> = told.iter().map(|it| it.attempt.0).collect();
        let at: Vec<_> = told.iter().map(|it| At(it.at)).collect();
        let bodies: Vec<String> = told.iter().map(|it| storable(&it.body)).collect();
        let rows = session
            .rows(
                sql::EVENTS_KEEP,
                &[
                    &carriers, &calls, &sources, &sequences, &attempts, &at, &bodies,
                ],
            )
            .await?;
        let mut kept = HashMap::with_capacity(rows.len());
        for row in &rows {
            let fields = Fields::of("carrier_events", row);
            let (carrier, call) = (fields.text(1)?, fields.text(2)?);
            let key = (call, carrier, fields.text(3)?, fields.int(4)?);
            kept.insert(key, fields.int(0)?);
        }
        Ok(kept)
    }
}

fn key(told: &Told) -> Key {
    (
        storable(&told.call_id),
        told.carrier.to_string(),
        told.source.to_string(),
        told.sequence,
    )
}
