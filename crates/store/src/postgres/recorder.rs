//! Gathers what is to be recorded: whatever waits while one transaction is under way goes into the
//! next one together, as in a group commit. Under load one transaction carries hundreds of commands;
//! a command that comes alone waits for nobody.
//!
//! When a batch fails for a reason that may be one command's fault, its commands are tried one by one,
//! so that the others do not suffer for it.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use deadpool_postgres::Pool;
use ringonce_domain::{AttemptId, Evidence, InstanceId, Timestamp};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::failure::Done;
use super::notify::Crier;
use super::record::{Command, batch};
use super::session::Session;
use super::tx::{Chains, Tx};
use crate::model::{Actor, Judgement, Recorded};
use crate::settings_cache::SettingsCache;
use crate::{Result, StoreError};

/// Commands in one transaction at most.
const BATCH: usize = 512;
/// Commands that may wait; more callers wait outside.
const WAITING: usize = 4_096;
/// How often a batch is run again when another transaction was in its way.
const TRIES: u32 = 8;

/// The instances that lead campaigns through one store.
#[derive(Clone, Debug, Default)]
pub(super) struct Here(Arc<Mutex<HashSet<InstanceId>>>);

impl Here {
    pub(super) fn insert(&self, instance: InstanceId) {
        self.all().insert(instance);
    }

    pub(super) fn contains(&self, instance: InstanceId) -> bool {
        self.all().contains(&instance)
    }

    fn all(&self) -> std::sync::MutexGuard<'_, HashSet<InstanceId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where transactions come from.
pub(super) struct Source {
    pub(super) pool: Pool,
    pub(super) settings: SettingsCache,
    pub(super) chains: Arc<Chains>,
    pub(super) crier: Arc<Crier>,
    pub(super) here: Here,
    pub(super) shown: String,
}

/// The handle to the task that records.
#[derive(Debug)]
pub(super) struct Recorder {
    queue: Mutex<Option<mpsc::Sender<Command>>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Recorder {
    pub(super) fn start(source: Source) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        Self {
            queue: Mutex::new(Some(sender)),
            task: Mutex::new(Some(tokio::spawn(source.run(receiver)))),
        }
    }

    /// Returns once the evidence is on disk.
    pub(super) async fn record(
        &self,
        attempt: AttemptId,
        evidence: Evidence,
        by: Actor,
        judgement: Judgement,
        now: Timestamp,
    ) -> Result<Recorded> {
        let (reply, answer) = oneshot::channel();
        let command = Command {
            attempt,
            evidence,
            by,
            judgement,
            now,
            reply,
        };
        let queue = self
            .queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let queue = queue.ok_or(StoreError::Closed)?;
        queue.send(command).await.map_err(|_| StoreError::Closed)?;
        drop(queue);
        answer.await.unwrap_or(Err(StoreError::Closed))
    }

    /// Records what waits, and takes no more.
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
            tracing::error!(%error, "the recorder broke");
        }
    }
}

impl Drop for Recorder {
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
            // Who has gone away meanwhile is recorded all the same: evidence is not withdrawn.
            match self.record(&commands).await {
                Ok(answers) => answer(commands.drain(..).zip(answers)),
                Err(failure) if commands.len() > 1 && failure.may_be_one_commands_fault() => {
                    for command in commands.drain(..) {
                        let alone = self.record(std::slice::from_ref(&command)).await;
                        let told = self.tell(alone);
                        answer(std::iter::once((command, told)));
                    }
                }
                Err(failure) => {
                    let error = failure.tell(&self.shown);
                    answer(
                        commands
                            .drain(..)
                            .map(|command| (command, Err(error.clone()))),
                    );
                }
            }
        }
    }

    fn tell(&self, alone: Done<Vec<Result<Recorded>>>) -> Result<Recorded> {
        let mut answers = alone.map_err(|failure| failure.tell(&self.shown))?;
        answers.pop().unwrap_or(Err(StoreError::Closed))
    }

    async fn record(&self, commands: &[Command]) -> Done<Vec<Result<Recorded>>> {
        let mut tries = 1;
        loop {
            let session = Session::of(&self.pool, &self.settings).await?;
            let mut tx = Tx::of(session, &self.chains, &self.crier);
            let done = batch(&mut tx, commands, &self.here).await;
            match tx.finish(done).await {
                Err(failure) if failure.is_conflict() && tries < TRIES => tries += 1,
                ended => return ended,
            }
        }
    }
}

fn answer(answers: impl Iterator<Item = (Command, Result<Recorded>)>) {
    for (command, answer) in answers {
        // Who has gone away needs no answer.
        let _gone = command.reply.send(answer);
    }
}
