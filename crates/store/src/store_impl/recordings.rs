//! Recordings of calls: each method is one rule.

use async_trait::async_trait;
use ringonce_domain::{AttemptId, Timestamp};

use super::DriverStore;
use crate::ledger::recordings;
use crate::model::{
    Actor, AuditContext, KeptRecording, Page, RecordingState, StoredRecording, Visible,
    WantedRecording,
};
use crate::{KeptRecordings, Result};

#[async_trait]
impl KeptRecordings for DriverStore {
    async fn want_recording(&self, wanted: WantedRecording, now: Timestamp) -> Result<bool> {
        transact!(self, |tx| recordings::want(tx, &wanted, now))
    }

    async fn recordings_due(&self, now: Timestamp, limit: u32) -> Result<Vec<KeptRecording>> {
        read!(self, |reader| recordings::due(reader, now, limit))
    }

    async fn recording_stored(
        &self,
        id: i64,
        stored: StoredRecording,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool> {
        let on = AuditContext::new(by, now);
        transact!(self, |tx| recordings::stored(tx, id, &stored, &on))
    }

    async fn recording_failed(
        &self,
        id: i64,
        fault: String,
        next_try_at: Timestamp,
    ) -> Result<bool> {
        transact!(self, |tx| recordings::failed(tx, id, &fault, next_try_at))
    }

    async fn recording_missing(
        &self,
        id: i64,
        fault: String,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool> {
        let on = AuditContext::new(by, now);
        transact!(self, |tx| recordings::given_up(tx, id, &fault, &on))
    }

    async fn recording_left_carrier(&self, id: i64) -> Result<bool> {
        transact!(self, |tx| recordings::left_carrier(tx, id))
    }

    async fn recordings_stored_before(
        &self,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<KeptRecording>> {
        read!(self, |reader| recordings::stored_before(
            reader, before, limit
        ))
    }

    async fn recording_removed(&self, id: i64, by: Actor, now: Timestamp) -> Result<bool> {
        let on = AuditContext::new(by, now);
        transact!(self, |tx| recordings::removed(tx, id, &on))
    }

    async fn recording(&self, id: i64) -> Result<KeptRecording> {
        read!(self, |reader| recordings::recording(reader, id))
    }

    async fn recordings_of(&self, attempt: AttemptId) -> Result<Vec<KeptRecording>> {
        read!(self, |reader| recordings::of_attempt(reader, attempt))
    }

    async fn recordings(
        &self,
        state: Option<RecordingState>,
        visible: Visible,
        page: Page<i64>,
    ) -> Result<Vec<KeptRecording>> {
        read!(self, |reader| recordings::recordings(
            reader, state, visible, &page
        ))
    }
}
