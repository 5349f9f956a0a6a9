//! What callers may ask about what carriers tell.

use async_trait::async_trait;
use ringonce_domain::{AttemptId, Timestamp};

use crate::Result;
use crate::model::{
    Actor, Answer, Answered, Applied, Comparison, KeptEvent, NewCarrierEvent, Ours, Page,
};
#[cfg(doc)]
use crate::model::{MAX_DIFFERENCES, MAX_EVENT};

/// For whoever hears carriers. An event is kept first and applied later: between the two it may
/// be applied twice, which changes nothing, and is never lost.
#[async_trait]
pub trait Inbox: Send + Sync {
    /// Keeps what a carrier told. Returns its place, and `None` when it was told before; durable in
    /// either case.
    ///
    /// # Errors
    /// [`crate::StoreError::Setting`] for a body longer than [`MAX_EVENT`].
    async fn keep(&self, told: NewCarrierEvent) -> Result<Option<i64>>;

    /// What was kept before an instant and is not applied, the oldest first; those after `page.after`.
    async fn waiting_events(
        &self,
        kept_before: Timestamp,
        page: Page<i64>,
    ) -> Result<Vec<KeptEvent>>;

    /// Marks events as applied; those that are stay as they are.
    async fn applied(&self, events: Vec<Applied>) -> Result<()>;

    /// What a carrier told of an attempt, the oldest first; the first 1,000.
    async fn events_of(&self, attempt: AttemptId) -> Result<Vec<KeptEvent>>;

    /// Keeps what the callee of an attempt answered; an opt-out blocks the number in the same
    /// transaction. Returns whether it was not known.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`] for an attempt that is not in the ledger.
    async fn answer(
        &self,
        attempt: AttemptId,
        answer: Answer,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool>;

    /// What the callee of an attempt answered, in order.
    async fn answers_of(&self, attempt: AttemptId) -> Result<Vec<Answered>>;

    /// Notes that a voice agent took over the stream of an attempt's call. Returns whether none had before:
    /// of many who ask at once, on whichever instance, one is told so.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`] for an attempt that is not in the ledger.
    async fn take_stream(&self, attempt: AttemptId, by: Actor, now: Timestamp) -> Result<bool>;

    /// Attempts that were claimed between two instants, in order of id, those after `page.after`.
    async fn attempts_between(
        &self,
        from: Timestamp,
        until: Timestamp,
        page: Page<AttemptId>,
    ) -> Result<Vec<Ours>>;

    /// Keeps how a day compares with a carrier's list, in place of an earlier comparison. The first
    /// [`MAX_DIFFERENCES`] differences are kept.
    async fn compared(&self, comparison: Comparison, by: Actor) -> Result<()>;

    /// The latest comparisons with a carrier's list, the latest first.
    async fn comparisons(&self, carrier: &str, limit: u32) -> Result<Vec<Comparison>>;
}
