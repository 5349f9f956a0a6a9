//! Keeps carrier events, all that wait with one statement ([`super::batcher`]).

use std::collections::HashMap;

use deadpool_postgres::Pool;
use uuid::Uuid;

use super::batcher::Work;
use super::failure::Done;
use super::session::Session;
use super::time::At;
use super::{PostgresStore, sql, storable};
use crate::Result;
use crate::model::NewCarrierEvent;
use crate::row::Fields;
use crate::settings_cache::SettingsCache;

/// See [`crate::Inbox::keep`].
pub(super) async fn keep(store: &PostgresStore, told: NewCarrierEvent) -> Result<Option<i64>> {
    store.event_writer.put(told).await
}

/// The key of an event: attempt, call, carrier, source and sequence.
type Key<'a> = (Uuid, &'a str, &'a str, &'a str, i64);

/// Where connections come from.
#[derive(Debug)]
pub(super) struct EventWriter {
    pub(super) pool: Pool,
    pub(super) settings: SettingsCache,
    pub(super) shown: String,
}

impl Work for EventWriter {
    type Item = NewCarrierEvent;
    /// Its place; `None` when it was kept before.
    type Answer = Option<i64>;

    async fn work(&self, told: &[NewCarrierEvent]) -> Vec<Result<Option<i64>>> {
        match self.keep(told).await {
            Ok(places) => places.into_iter().map(Ok).collect(),
            Err(failure) => vec![Err(failure.tell(&self.shown)); told.len()],
        }
    }
}

impl EventWriter {
    /// The place of each, in their order; `None` for an event that was kept before.
    async fn keep(&self, told: &[NewCarrierEvent]) -> Done<Vec<Option<i64>>> {
        let session = Session::of(&self.pool, &self.settings).await?;
        let carriers: Vec<&str> = told.iter().map(|it| &*it.carrier).collect();
        let calls: Vec<&str> = told.iter().map(|it| &*it.call_id).collect();
        let sources: Vec<&str> = told.iter().map(|it| &*it.source).collect();
        let sequences: Vec<i64> = told.iter().map(|it| it.sequence).collect();
        let attempts: Vec<_> = told.iter().map(|it| it.attempt.0).collect();
        let at: Vec<_> = told.iter().map(|it| At(it.at)).collect();
        let bodies: Vec<_> = told.iter().map(|it| storable(&it.body)).collect();
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
            let id = fields.int("id")?;
            let key = (
                fields.uuid("attempt")?,
                fields.str("call_id")?,
                fields.str("carrier")?,
                fields.str("source")?,
                fields.int("sequence")?,
            );
            kept.insert(key, id);
        }
        Ok(told.iter().map(|it| kept.remove(&key(it))).collect())
    }
}

fn key(told: &NewCarrierEvent) -> Key<'_> {
    (
        told.attempt.0,
        &told.call_id,
        &told.carrier,
        &told.source,
        told.sequence,
    )
}
