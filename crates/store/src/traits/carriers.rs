//! Carrier events, and answers of callees.

use std::collections::BTreeSet;

use async_trait::async_trait;
use ringonce_domain::{AttemptId, Number, Timestamp};

use crate::Result;
use crate::model::{
    Actor, Answer, Answered, Applied, Comparison, Difference, DifferenceAt, KeptEvent,
    NewCarrierEvent, Ours, Page, Priced, Unpriced,
};
#[cfg(doc)]
use crate::model::{MAX_DIFFERENCES, MAX_EVENT};

/// Events of carriers. An event is kept first and applied later: in between it may be applied twice, which
/// changes nothing, and is never lost.
#[async_trait]
pub trait Inbox: Send + Sync {
    /// Keeps an event. Returns its place, and `None` when it was kept before; durable in either case.
    ///
    /// # Errors
    /// [`crate::StoreError::Setting`] for a body longer than [`MAX_EVENT`].
    async fn keep(&self, told: NewCarrierEvent) -> Result<Option<i64>>;

    /// Events that were kept before an instant and are not applied, the oldest first; those after
    /// `page.after`.
    async fn waiting_events(
        &self,
        kept_before: Timestamp,
        page: Page<i64>,
    ) -> Result<Vec<KeptEvent>>;

    /// Marks events as applied; those that are marked already stay as they are.
    async fn applied(&self, events: Vec<Applied>) -> Result<()>;

    /// Events of an attempt, the oldest first; the first 1,000.
    async fn events_of(&self, attempt: AttemptId) -> Result<Vec<KeptEvent>>;

    /// Keeps an answer of an attempt's callee; an opt-out blocks the number in the same transaction. Returns
    /// whether it is new.
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

    /// The answers of an attempt's callee, in order.
    async fn answers_of(&self, attempt: AttemptId) -> Result<Vec<Answered>>;

    /// Notes that a voice agent takes over the stream of an attempt's call. Returns whether it is the first:
    /// of many requests at once, on any instances, one is.
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

    /// Keeps the comparison of a day with a carrier's list, in place of an earlier one. The first
    /// [`MAX_DIFFERENCES`] differences are kept.
    async fn compared(
        &self,
        comparison: Comparison,
        differences: Vec<Difference>,
        by: Actor,
    ) -> Result<()>;

    /// The latest comparisons with a carrier's list, the latest first.
    async fn comparisons(&self, carrier: &str, limit: u32) -> Result<Vec<Comparison>>;

    /// The differences of a day, in order of their places, those after `page.after`.
    async fn differences(
        &self,
        carrier: &str,
        day: &str,
        page: Page<u64>,
    ) -> Result<Vec<DifferenceAt>>;

    /// The caller ids that campaigns with a carrier name, deleted campaigns included.
    async fn caller_ids(&self, carrier: &str) -> Result<BTreeSet<Number>>;

    /// Answered calls with a carrier that were claimed between two instants and whose price is not known, in order
    /// of id, those after `page.after`.
    async fn unpriced(
        &self,
        carrier: &str,
        from: Timestamp,
        until: Timestamp,
        page: Page<AttemptId>,
    ) -> Result<Vec<Unpriced>>;

    /// Keeps what a carrier charges for some calls, one transaction for all, and counts it in their campaigns'
    /// sums. A call that is not over, has another name at the carrier or a price already stays as it is. Returns
    /// how many prices are new.
    async fn learn_prices(
        &self,
        carrier: &str,
        prices: Vec<Priced>,
        by: Actor,
        now: Timestamp,
    ) -> Result<u64>;
}
