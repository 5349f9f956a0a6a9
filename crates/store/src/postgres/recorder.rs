//! Records evidence, one transaction for all that waits ([`super::batcher`]).
//!
//! When a batch fails for a reason that may be one command's fault, its commands are tried one by one,
//! so that the others do not suffer for it.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use deadpool_postgres::Pool;
use ringonce_domain::InstanceId;

use super::batcher::Work;
use super::failure::Done;
use super::notify::Notifier;
use super::record::batch;
use super::session::Session;
use super::tx::{Chains, Tx};
use crate::Result;
use crate::model::Recorded;
use crate::settings_cache::SettingsCache;
use crate::settling::Command;

/// How often a batch is run again when another transaction was in its way.
const TRIES: u32 = 8;

/// The instances that lead campaigns through one store.
#[derive(Clone, Debug, Default)]
pub(super) struct LocalInstances(Arc<Mutex<HashSet<InstanceId>>>);

impl LocalInstances {
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
#[derive(Debug)]
pub(super) struct Recorder {
    pub(super) pool: Pool,
    pub(super) settings: SettingsCache,
    pub(super) chains: Arc<Chains>,
    pub(super) notifier: Arc<Notifier>,
    pub(super) here: LocalInstances,
    pub(super) shown: String,
}

impl Work for Recorder {
    type Item = Command;
    type Answer = Recorded;

    async fn work(&self, commands: &[Command]) -> Vec<Result<Recorded>> {
        match self.record(commands).await {
            Ok(answers) => answers,
            Err(failure) if commands.len() > 1 && failure.may_be_one_commands_fault() => {
                let mut answers = Vec::with_capacity(commands.len());
                for command in commands {
                    let alone = self.record(std::slice::from_ref(command)).await;
                    match alone {
                        Ok(answer) => answers.extend(answer),
                        Err(failure) => answers.push(Err(failure.tell(&self.shown))),
                    }
                }
                answers
            }
            Err(failure) => vec![Err(failure.tell(&self.shown)); commands.len()],
        }
    }
}

impl Recorder {
    async fn record(&self, commands: &[Command]) -> Done<Vec<Result<Recorded>>> {
        let mut tries = 1;
        loop {
            let session = Session::of(&self.pool, &self.settings).await?;
            let mut tx = Tx::of(session, &self.chains, &self.notifier);
            let done = batch(&mut tx, commands, &self.here).await;
            match tx.finish(done).await {
                Err(failure) if failure.is_conflict() && tries < TRIES => tries += 1,
                ended => return ended,
            }
        }
    }
}
