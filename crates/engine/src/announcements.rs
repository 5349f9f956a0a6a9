//! Announcements: tells people what the ledger says that they have to be told.
//!
//! What trips the emergency stop writes the announcement in the same transaction, whoever it is: an
//! instance that settles a call, the duplicate alarm, a person at a page or at the command line. Here it is
//! read and raised, and only then noted as told. So a crash before the reading leaves it to the next
//! instance, and one between raising and noting has it raised twice: at least once, never not at all. Of
//! several instances the eldest does so; while two think that they are, both may.

use ringonce_store::StoreError;
use ringonce_store::model::{Announced, Announcement};

use crate::alerts::Alert;
use crate::engine::Engine;

impl Engine {
    /// Raises what waits to be told, for ever; rests while nothing changes.
    pub(crate) async fn announce(&self) {
        let mut changes = self.store.changes();
        let mut peers = self.peers.subscribe();
        loop {
            changes.borrow_and_update();
            peers.borrow_and_update();
            let round = self.clock.now();
            if self.is_eldest()
                && let Err(error) = self.announce_waiting().await
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

    async fn announce_waiting(&self) -> Result<(), StoreError> {
        loop {
            let waiting = self.store.announcements().await?;
            if waiting.is_empty() {
                return Ok(());
            }
            for one in waiting {
                let id = one.id;
                self.alerts.raise(&alert(one));
                self.store.announced(id, self.clock.now()).await?;
            }
        }
    }
}

fn alert(Announcement { at, by, what, .. }: Announcement) -> Alert {
    let by = by.0.to_string();
    match what {
        Announced::EmergencyStop { reason } => Alert::EmergencyStop { at, by, reason },
    }
}
