//! Keeps carrier events, before other commands that wait for the writer.

use rusqlite::params;

use super::writer::Lane::Prompt;
use super::{SqliteStore, sql};
use crate::Result;
use crate::model::NewCarrierEvent;
use crate::row::Fields;

/// See [`crate::Inbox::keep`].
pub(super) async fn keep(store: &SqliteStore, told: NewCarrierEvent) -> Result<Option<i64>> {
    store
        .write(Prompt, move |ledger| {
            let attempt = told.attempt.0.into_bytes();
            let row = params![
                &*told.carrier,
                told.call_id,
                &*told.source,
                told.sequence,
                attempt,
                told.at.as_millis(),
                &*told.body
            ];
            let kept = ledger.view.row(sql::EVENT_KEEP, row, |row| {
                Fields::of("carrier_events", row).int("id")
            })?;
            if let Some(id) = kept {
                ledger.view.execute(sql::EVENT_WAITS, [id])?;
            }
            Ok(kept)
        })
        .await
}
