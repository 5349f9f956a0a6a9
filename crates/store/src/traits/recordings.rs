//! Recordings of calls.

use async_trait::async_trait;
use ringonce_domain::{AttemptId, Timestamp};

use crate::Result;
use crate::model::{
    Actor, KeptRecording, Page, RecordingState, StoredRecording, Visible, WantedRecording,
};

/// Recordings of calls: expected, fetched, played and removed.
///
/// A recording is entered when it is expected, so that one that a carrier promised and never gave is known to
/// be missing. Each further step happens once; a late one returns `false`.
#[async_trait]
pub trait KeptRecordings: Send + Sync {
    /// Expects a recording, to be fetched at once. One with a name takes the place of the call's one without.
    /// Returns whether it is new; one without a name is not when the call has any.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`] for an attempt that is not in the ledger.
    async fn want_recording(&self, wanted: WantedRecording, now: Timestamp) -> Result<bool>;

    /// Recordings whose next step is due, the longest due first.
    async fn recordings_due(&self, now: Timestamp, limit: u32) -> Result<Vec<KeptRecording>>;

    /// An expected recording is stored.
    async fn recording_stored(
        &self,
        id: i64,
        stored: StoredRecording,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool>;

    /// The due step has failed and is tried again.
    async fn recording_failed(
        &self,
        id: i64,
        fault: String,
        next_try_at: Timestamp,
    ) -> Result<bool>;

    /// An expected recording is given up.
    async fn recording_missing(
        &self,
        id: i64,
        fault: String,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool>;

    /// Nothing is left to do at the carrier for a recording that is or was stored.
    async fn recording_left_carrier(&self, id: i64) -> Result<bool>;

    /// Recordings that were stored before an instant and are not removed, the oldest first.
    async fn recordings_stored_before(
        &self,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<KeptRecording>>;

    /// A stored recording is removed. Its removal at the carrier stays due.
    async fn recording_removed(&self, id: i64, by: Actor, now: Timestamp) -> Result<bool>;

    /// One recording.
    async fn recording(&self, id: i64) -> Result<KeptRecording>;

    /// The recordings of a call, in the order in which they became known; the first 100.
    async fn recordings_of(&self, attempt: AttemptId) -> Result<Vec<KeptRecording>>;

    /// Recordings of visible campaigns, the latest first; those before `page.after`.
    async fn recordings(
        &self,
        state: Option<RecordingState>,
        visible: Visible,
        page: Page<i64>,
    ) -> Result<Vec<KeptRecording>>;
}
