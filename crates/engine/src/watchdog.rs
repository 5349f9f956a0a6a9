//! The watchdog: looks after live attempts from which nothing has been heard.
//!
//! It learns from the carrier and tells the ledger; what follows is `domain`'s business. It is also
//! the recovery after a crash: what a vanished process left is found here like anything else.

use std::collections::HashMap;

use ringonce_carrier::Sight;
use ringonce_domain::watch::{Care, care};
use ringonce_domain::{Attempt, AttemptId, Evidence, Millis, Number, Timestamp};
use ringonce_store::StoreError;
use ringonce_store::model::{Page, Recorded};

use crate::alerts::Alert;
use crate::engine::Engine;

/// Live attempts read at a time.
const PAGE: u32 = 500;

/// When the carrier was last asked about each live attempt.
#[derive(Default)]
struct Looks(HashMap<AttemptId, Timestamp>);

impl Engine {
    /// Looks after every live attempt again and again, for ever; rests while there is none.
    pub(crate) async fn watch(&self) {
        let mut changes = self.store.changes();
        let mut looks = Looks::default();
        loop {
            changes.borrow_and_update();
            let round = self.clock.now();
            match self.watch_round(&mut looks).await {
                Ok(0) => {
                    if changes.changed().await.is_err() {
                        return std::future::pending().await;
                    }
                }
                Ok(_) => {}
                Err(error) => self.alerts.raise(&Alert::Ledger {
                    error: error.to_string(),
                }),
            }
            self.clock
                .sleep_until(round + self.config.watch_every)
                .await;
        }
    }

    /// Looks after every live attempt once. Returns how many there are.
    async fn watch_round(&self, looks: &mut Looks) -> Result<usize, StoreError> {
        let mut kept = HashMap::new();
        let mut after: Option<Number> = None;
        let mut live = 0;
        loop {
            let page = self
                .store
                .live_attempts(Page { after, limit: PAGE })
                .await?;
            live += page.len();
            for attempt in &page {
                let looked_at = looks.0.get(&attempt.id).copied();
                if let Some(at) = self.look_after(attempt, looked_at).await?.or(looked_at) {
                    kept.insert(attempt.id, at);
                }
            }
            match page.last() {
                Some(last) if page.len() == PAGE as usize => after = Some(last.number),
                _ => break,
            }
        }
        looks.0 = kept;
        Ok(live)
    }

    /// Does what one attempt needs. Returns when the carrier was asked, if it was.
    async fn look_after(
        &self,
        attempt: &Attempt,
        looked_at: Option<Timestamp>,
    ) -> Result<Option<Timestamp>, StoreError> {
        let now = self.clock.now();
        let Some(settings) = self.store.settings(attempt.campaign).await? else {
            return Ok(None);
        };
        let Some(carrier) = self.carrier(&settings.carrier) else {
            return Ok(None);
        };
        let ring_for = Millis::from_secs(u64::from(settings.ring_seconds));
        let judgement = self.judgement(carrier.as_ref());
        // One process at a time owns the ledger's engine lock, so every other owner is gone.
        let owner_lives = attempt.owner == self.instance;
        match care(attempt, owner_lives, ring_for, looked_at, now) {
            Care::Wait => Ok(None),
            Care::OwnerGone => {
                self.record(attempt.id, Evidence::OwnerGone, &self.actor, judgement)
                    .await;
                Ok(None)
            }
            Care::LookUp => {
                let evidence = match carrier
                    .look_up(attempt.id, attempt.call_id.as_deref())
                    .await
                {
                    Sight::Seen(evidence) => evidence,
                    Sight::NotSeen => vec![Evidence::NotSeen { asked_at: now }],
                    Sight::CannotTell(reason) => {
                        tracing::warn!(attempt = %attempt.id, %reason, "the carrier cannot be asked; the number stays frozen");
                        Vec::new()
                    }
                };
                for evidence in evidence {
                    if let Some(Recorded::Superseded(attempt)) = self
                        .record(attempt.id, evidence, &self.actor, judgement)
                        .await
                    {
                        self.hang_up(carrier.as_ref(), &attempt).await;
                    }
                }
                Ok(Some(now))
            }
        }
    }
}
