//! The duplicate alarm: reads what rang from the attempts, not from the claim's path, and judges it
//! with the checker of `ringonce_domain::proof`. Of several instances the eldest does so.

use ringonce_domain::{Millis, Timestamp};
use ringonce_store::StoreError;

use crate::alerts::Alert;
use crate::engine::Engine;

/// Where in the ledger the alarm has got to.
const CURSOR: &str = "duplicate_alarm_cursor";
/// How far before its cursor the alarm looks again: entries are not written in the order of the
/// instants that they carry.
const OVERLAP: Millis = Millis::from_secs(60);

impl Engine {
    /// Looks for numbers rung against the rules again and again, for ever; rests while nothing
    /// changes.
    pub(crate) async fn find_duplicates(&self) {
        self.as_eldest(|| self.alarm_round()).await;
    }

    async fn alarm_round(&self) -> Result<(), StoreError> {
        let stored = self.store.fact(CURSOR).await?;
        let known = stored.as_deref().and_then(|cursor| cursor.parse().ok());
        let since = Timestamp::from_millis(known.unwrap_or(i64::MIN));
        let from = Timestamp::from_millis(since.as_millis().saturating_sub_unsigned(OVERLAP.get()));
        let (found, next) = self
            .store
            .find_duplicates(from, self.config.limits, self.clock.now())
            .await?;
        for violation in &found {
            let what = format!(
                "{}, attempt {}: {}",
                violation.number, violation.attempt, violation.rule
            );
            self.alerts.raise(&Alert::Duplicate { what });
        }
        if next > since {
            let next = next.as_millis().to_string();
            // Another may look for a moment too, and have got further: then it stays there.
            self.store
                .replace_fact(CURSOR, stored.as_deref(), &next)
                .await?;
        }
        Ok(())
    }
}
