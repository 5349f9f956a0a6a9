//! Carrier events: each method is one rule; keeping an event is with the driver.

use std::collections::BTreeSet;

use async_trait::async_trait;
use ringonce_domain::{AttemptId, Number, Timestamp};

use super::{DriverStore, event_writer};
use crate::ledger::{comparisons, inbox, prices};
use crate::model::{
    Actor, Answer, Answered, Applied, AuditContext, Comparison, Difference, DifferenceAt,
    KeptEvent, NewCarrierEvent, Ours, Page, Priced, Unpriced,
};
use crate::{Inbox, Result};

#[async_trait]
impl Inbox for DriverStore {
    async fn keep(&self, told: NewCarrierEvent) -> Result<Option<i64>> {
        inbox::check(&told)?;
        event_writer::keep(self, told).await
    }

    async fn waiting_events(
        &self,
        kept_before: Timestamp,
        page: Page<i64>,
    ) -> Result<Vec<KeptEvent>> {
        read!(self, |reader| inbox::waiting(reader, kept_before, &page))
    }

    async fn applied(&self, events: Vec<Applied>) -> Result<()> {
        transact!(self, |tx| inbox::applied(tx, &events))
    }

    async fn events_of(&self, attempt: AttemptId) -> Result<Vec<KeptEvent>> {
        read!(self, |reader| inbox::events_of(reader, attempt))
    }

    async fn answer(
        &self,
        attempt: AttemptId,
        answer: Answer,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool> {
        let on = AuditContext::new(by, now);
        transact_promptly!(self, |tx| inbox::answer(tx, attempt, &answer, &on))
    }

    async fn answers_of(&self, attempt: AttemptId) -> Result<Vec<Answered>> {
        read!(self, |reader| inbox::answers_of(reader, attempt))
    }

    async fn take_stream(&self, attempt: AttemptId, by: Actor, now: Timestamp) -> Result<bool> {
        let on = AuditContext::new(by, now);
        transact_promptly!(self, |tx| inbox::take_stream(tx, attempt, &on))
    }

    async fn attempts_between(
        &self,
        from: Timestamp,
        until: Timestamp,
        page: Page<AttemptId>,
    ) -> Result<Vec<Ours>> {
        read!(self, |reader| inbox::attempts_between(
            reader, from, until, &page
        ))
    }

    async fn compared(
        &self,
        comparison: Comparison,
        differences: Vec<Difference>,
        by: Actor,
    ) -> Result<()> {
        transact!(self, |tx| comparisons::compared(
            tx,
            &comparison,
            &differences,
            &by
        ))
    }

    async fn comparisons(&self, carrier: &str, limit: u32) -> Result<Vec<Comparison>> {
        let carrier = carrier.to_owned();
        read!(self, |reader| comparisons::comparisons(
            reader, &carrier, limit
        ))
    }

    async fn differences(
        &self,
        carrier: &str,
        day: &str,
        page: Page<u64>,
    ) -> Result<Vec<DifferenceAt>> {
        let (carrier, day) = (carrier.to_owned(), day.to_owned());
        read!(self, |reader| comparisons::differences(
            reader, &carrier, &day, &page
        ))
    }

    async fn caller_ids(&self, carrier: &str) -> Result<BTreeSet<Number>> {
        let carrier = carrier.to_owned();
        read!(self, |reader| comparisons::caller_ids(reader, &carrier))
    }

    async fn unpriced(
        &self,
        carrier: &str,
        from: Timestamp,
        until: Timestamp,
        page: Page<AttemptId>,
    ) -> Result<Vec<Unpriced>> {
        let carrier = carrier.to_owned();
        read!(self, |reader| prices::unpriced(
            reader, &carrier, from, until, &page
        ))
    }

    async fn learn_prices(
        &self,
        carrier: &str,
        learned: Vec<Priced>,
        by: Actor,
        now: Timestamp,
    ) -> Result<u64> {
        let (carrier, on) = (carrier.to_owned(), AuditContext::new(by, now));
        transact!(self, |tx| prices::learn(tx, &carrier, &learned, &on))
    }
}
