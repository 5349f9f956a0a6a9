//! What callers may ask about recordings of calls.

use async_trait::async_trait;
use ringonce_domain::{AttemptId, Timestamp};

use crate::Result;
use crate::model::{
    Actor, KeptRecording, Page, RecordingState, StoredRecording, Visible, WantedRecording,
};

/// For whoever hears of recordings, fetches, plays and removes them.
///
/// A recording is wanted first, so that one that a carrier promised and never gave is known to be
/// missing. Each further step happens once; one that comes too late returns `false`.
#[async_trait]
pub trait KeptRecordings: Send + Sync {
    /// Expects a recording, to be fetched at once. One with a name takes the place of the call's one
    /// without. Returns whether it was not known; one without a name is not when the call has any.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`] for an attempt that is not in the ledger.
    async fn want_recording(&self, wanted: WantedRecording, now: Timestamp) -> Result<bool>;

    /// Recordings for which something is to be done, the longest due first.
    async fn recordings_due(&self, now: Timestamp, limit: u32) -> Result<Vec<KeptRecording>>;

    /// A wanted recording is stored.
    async fn recording_stored(
        &self,
        id: i64,
        stored: StoredRecording,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool>;

    /// What is due was tried in vain and is tried again.
    async fn recording_failed(
        &self,
        id: i64,
        fault: String,
        next_try_at: Timestamp,
    ) -> Result<bool>;

    /// A wanted recording is given up.
    async fn recording_missing(
        &self,
        id: i64,
        fault: String,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool>;

    /// Nothing is left to be done at the carrier for a recording that is or was stored.
    async fn recording_left_carrier(&self, id: i64) -> Result<bool>;

    /// Recordings that were stored before an instant and are not removed, the oldest first.
    async fn recordings_stored_before(
        &self,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<KeptRecording>>;

    /// A stored recording is removed. One that is to leave the carrier is still to.
    async fn recording_removed(&self, id: i64, by: Actor, now: Timestamp) -> Result<bool>;

    /// One recording.
    async fn recording(&self, id: i64) -> Result<KeptRecording>;

    /// The recordings of a call, in the order in which they became known; the first 100.
    async fn recordings_of(&self, attempt: AttemptId) -> Result<Vec<KeptRecording>>;

    /// Recordings of campaigns that somebody sees, the latest first; those before `page.after`.
    async fn recordings(
        &self,
        state: Option<RecordingState>,
        visible: Visible,
        page: Page<i64>,
    ) -> Result<Vec<KeptRecording>>;
}
