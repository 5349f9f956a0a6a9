//! Announcements: raises the alerts that wait in the ledger.
//!
//! The transaction that trips the emergency stop writes the announcement, whether an instance settles a
//! call, the duplicate alarm finds a number, or a person stops all calls. Here it is read and raised, and
//! only then noted as told. So a crash before the reading leaves it to the next
//! instance, and one between raising and noting has it raised twice: at least once, never not at all. Of
//! several instances the eldest does so; while two think that they are, both may.

use ringonce_store::StoreError;
use ringonce_store::model::{Announced, Announcement};

use crate::alerts::Alert;
use crate::engine::Engine;

impl Engine {
    /// Raises what waits to be told, for ever; rests while nothing changes.
    pub(crate) async fn announce(&self) {
        self.as_eldest(|| self.announce_waiting()).await;
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
