//! Membership: registers this instance in the ledger, renews its heartbeat, and knows which others live.
//!
//! An instance without a heartbeat for the length of a lease is gone for the others. So one that cannot
//! renew its own, because the ledger does not answer, stops claiming at the same moment and says so. That
//! keeps the pace; it is not what keeps a number from ringing twice.

use ringonce_carrier::Deadline;
use ringonce_domain::{InstanceId, Timestamp};
use ringonce_store::StoreError;
use ringonce_store::model::{InstanceDetail, NewInstance};

use crate::alerts::Alert;
use crate::engine::{Engine, PAUSE};

/// How an instance is shown to people.
#[derive(Clone, Debug, Default)]
pub struct Presence {
    /// What people call it, such as the name of its machine.
    pub name: String,
    /// Its process id.
    pub process: u32,
    /// Its program's version.
    pub version: String,
    /// Where others reach it, as a URL.
    pub address: Option<String>,
}

/// The instances that live, by the last look at the ledger.
#[derive(Clone, Debug, Default)]
pub(crate) struct Peers {
    /// The eldest first; this instance is one of them.
    pub(crate) living: Vec<InstanceId>,
    /// Until when others take this instance for living. A machine that was suspended does not know by
    /// the time that all share, which stood still for it.
    until: Option<Deadline>,
}

impl Engine {
    /// Renews the heartbeat until asked to stop.
    pub(crate) async fn keep_membership(&self) {
        let mut joined = false;
        while !self.is_stopping() {
            let next = match self.renew_or_report(&mut joined).await {
                Ok(next) => next,
                Err(error) => {
                    self.fault(&error);
                    self.clock.now() + PAUSE
                }
            };
            tokio::select! {
                biased;
                () = self.stopped() => {}
                () = self.doubt.notified() => {}
                () = self.clock.sleep_until(next) => {}
            }
        }
    }

    /// The same as [`Self::renew`]; reports it when the ledger is silent for too long.
    async fn renew_or_report(&self, joined: &mut bool) -> Result<Timestamp, StoreError> {
        let renewed = self.renew(joined);
        let until = self.peers.borrow().until.map(|until| until.before());
        let Some(until) = until else {
            return renewed.await;
        };
        // A clock that was sent ahead is past the lease before the question is put.
        let silent_at = until.max(self.clock.now() + self.renew_after());
        tokio::pin!(renewed);
        tokio::select! {
            biased;
            result = &mut renewed => return result,
            () = self.clock.sleep_until(silent_at) => {}
        }
        let silent = "no answer; this instance claims nothing until there is one";
        self.fault(&StoreError::Database(silent.into()));
        renewed.await
    }

    /// Joins or renews the heartbeat, learns the time and which instances live. Returns when to do so again.
    async fn renew(&self, joined: &mut bool) -> Result<Timestamp, StoreError> {
        self.set_clock().await?;
        let now = self.clock.now();
        let until = Deadline::after(self.config.lease, self.clock.as_ref());
        let before = until.before();
        if !*joined {
            self.store.join(self.introduction(), now, before).await?;
            *joined = true;
        }
        let known = match self.store.heartbeat(self.instance, now, before).await {
            Err(StoreError::NotFound { .. }) => {
                *joined = false;
                return Ok(now + PAUSE);
            }
            known => known?,
        };
        Ok(self.learn(&known, now, until))
    }

    fn introduction(&self) -> NewInstance {
        let presence = self.presence.clone();
        NewInstance {
            id: self.instance,
            name: presence.name,
            process: presence.process,
            version: presence.version,
            address: presence.address,
        }
    }

    fn learn(&self, known: &[InstanceDetail], now: Timestamp, until: Deadline) -> Timestamp {
        let mut next = now + self.renew_after();
        let mut living = Vec::with_capacity(known.len());
        for instance in known.iter().filter(|instance| instance.lives(now)) {
            living.push(instance.id);
            if instance.id != self.instance {
                next = next.min(instance.until);
            }
        }
        self.peers.send_if_modified(|peers| {
            let lapsed = peers
                .until
                .is_none_or(|until| until.has_passed(self.clock.as_ref()));
            let changed = lapsed || peers.living != living;
            (peers.living, peers.until) = (living, Some(until));
            changed
        });
        next
    }

    /// Returns once this instance has joined, and knows the time that all share.
    pub(crate) async fn joined(&self) {
        let mut peers = self.peers.subscribe();
        if peers.wait_for(|peers| peers.until.is_some()).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// The instances that live; `None` while others may take this one for gone.
    pub(crate) fn peers(&self) -> Option<Vec<InstanceId>> {
        let peers = self.peers.borrow();
        let lives = |until: &Deadline| !until.has_passed(self.clock.as_ref());
        peers.until.filter(lives).map(|_| peers.living.clone())
    }

    /// Does a work that one instance does for all, now and whenever the ledger or its instances have
    /// changed, for ever; what fails is raised, and tried again then.
    pub(crate) async fn as_eldest<F>(&self, work: impl Fn() -> F)
    where
        F: Future<Output = Result<(), StoreError>>,
    {
        let mut changes = self.store.changes();
        let mut peers = self.peers.subscribe();
        loop {
            changes.borrow_and_update();
            peers.borrow_and_update();
            let round = self.clock.now();
            if self.is_eldest()
                && let Err(error) = work().await
            {
                self.alerts.raise(&Alert::Ledger {
                    error: error.to_string(),
                });
            }
            let more = tokio::select! {
                biased;
                more = changes.changed() => more,
                more = peers.changed() => more,
            };
            if more.is_err() {
                return std::future::pending().await;
            }
            self.clock
                .sleep_until(round + self.config.watch_every)
                .await;
        }
    }

    /// Whether this is the instance that does what one instance should do.
    pub(crate) fn is_eldest(&self) -> bool {
        self.peers.borrow().living.first() == Some(&self.instance)
    }

    /// Asks the ledger what time it is for all.
    async fn set_clock(&self) -> Result<(), StoreError> {
        let asked_at = self.clock.now();
        if let Some(theirs) = self.store.database_time().await? {
            self.clock.set_by(asked_at, theirs);
        }
        Ok(())
    }

    /// Leaves, so that others take over at once.
    pub(crate) async fn leave(&self) {
        if let Err(error) = self.store.leave(self.instance, self.clock.now()).await {
            tracing::warn!(%error, "this instance did not leave in order; its leases run out by themselves");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    use async_trait::async_trait;
    use ringonce_carrier::clock::VirtualClock;
    use ringonce_carrier::{Clock, Machine};
    use ringonce_domain::Timestamp;
    use ringonce_store::sqlite::SqliteStore;
    use tokio::sync::watch;

    use crate::alerts::LogAlerts;
    use crate::entropy::SeededEntropy;
    use crate::{Config, Engine};

    const START: Timestamp = Timestamp::from_millis(1_795_446_000_000);

    /// A machine that can be suspended: only its wall clock goes on.
    struct Suspended(VirtualClock, AtomicU64);

    #[async_trait]
    impl Clock for Suspended {
        fn now(&self) -> Timestamp {
            self.0.now()
        }

        async fn sleep_until(&self, instant: Timestamp) {
            self.0.sleep_until(instant).await;
        }

        fn machine(&self) -> Machine {
            let Machine { wall, monotonic } = self.0.machine();
            let wall = wall + Duration::from_secs(self.1.load(Ordering::Relaxed));
            Machine { wall, monotonic }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_instance_that_was_suspended_claims_nothing_before_its_next_heartbeat() {
        let clock = Arc::new(Suspended(VirtualClock::new(START, 1.0), AtomicU64::new(0)));
        let store = Arc::new(SqliteStore::in_memory_inline().unwrap());
        let (_stop, stopping) = watch::channel(false);
        let engine = Engine::new(
            store,
            Vec::new(),
            clock.clone(),
            Arc::new(SeededEntropy::new(1)),
            Arc::new(LogAlerts),
            Config::default(),
            stopping,
        );
        let mut joined = false;
        engine.renew(&mut joined).await.unwrap();
        assert!(engine.peers().is_some());

        clock.1.store(3_600, Ordering::Relaxed);
        assert!(engine.peers().is_none());

        engine.renew(&mut joined).await.unwrap();
        assert!(engine.peers().is_some());
    }
}
