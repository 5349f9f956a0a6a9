//! What carriers tell, and what callees answer.

use async_trait::async_trait;
use ringonce_domain::{AttemptId, Timestamp};
use serde_json::json;

use super::failure::{Done, Failure};
use super::time::At;
use super::tx::Tx;
use super::{PostgresStore, calls, limit, safety, sql, storable};
use crate::audit::Entry;
use crate::deed::Deed;
use crate::inbox::{self, OF_ATTEMPT};
use crate::model::{
    Actor, Answer, Answered, Applied, Comparison, KeptEvent, NewCarrierEvent, Ours, Page,
};
use crate::row::Fields;
use crate::{Inbox, Result};

#[async_trait]
impl Inbox for PostgresStore {
    async fn keep(&self, told: NewCarrierEvent) -> Result<Option<i64>> {
        inbox::check(&told)?;
        self.event_writer.put(told).await
    }

    async fn waiting_events(
        &self,
        kept_before: Timestamp,
        page: Page<i64>,
    ) -> Result<Vec<KeptEvent>> {
        look!(self, |session| async {
            let after = page.after.unwrap_or(0);
            let rows = session
                .rows(
                    sql::EVENTS_WAITING,
                    &[&after, &At(kept_before), &limit(&page)],
                )
                .await?;
            let rows = rows.iter();
            let events = rows.map(|row| inbox::kept(&Fields::of("carrier_events", row)));
            Ok(events.collect::<Result<_>>()?)
        })
    }

    async fn applied(&self, events: Vec<Applied>) -> Result<()> {
        let ids: Vec<i64> = events.iter().map(|it| it.id).collect();
        let wrong = events
            .into_iter()
            .filter_map(|it| Some((it.id, storable(&it.fault?))));
        let (broken, faults): (Vec<i64>, Vec<String>) = wrong.unzip();
        look!(self, |session| async {
            if !broken.is_empty() {
                session
                    .execute(sql::EVENTS_FAULTY, &[&broken, &faults])
                    .await?;
            }
            session.execute(sql::EVENTS_APPLIED, &[&ids]).await?;
            Ok(())
        })
    }

    async fn events_of(&self, attempt: AttemptId) -> Result<Vec<KeptEvent>> {
        look!(self, |session| async {
            let rows = session
                .rows(sql::EVENTS_OF_ATTEMPT, &[&attempt.0, &OF_ATTEMPT])
                .await?;
            let rows = rows.iter();
            let events = rows.map(|row| inbox::kept(&Fields::of("carrier_events", row)));
            Ok(events.collect::<Result<_>>()?)
        })
    }

    async fn answer(
        &self,
        attempt: AttemptId,
        answer: Answer,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool> {
        transact!(self, |tx| take_answer(
            tx,
            attempt,
            &answer,
            Deed { by: &by, now }
        ))
    }

    async fn answers_of(&self, attempt: AttemptId) -> Result<Vec<Answered>> {
        look!(self, |session| async {
            let rows = session.rows(sql::ANSWERS_OF_ATTEMPT, &[&attempt.0]).await?;
            let rows = rows.iter();
            let answers = rows.map(|row| inbox::answered(&Fields::of("answers", row)));
            Ok(answers.collect::<Result<_>>()?)
        })
    }

    async fn take_stream(&self, attempt: AttemptId, by: Actor, now: Timestamp) -> Result<bool> {
        transact!(self, |tx| take_stream(tx, attempt, Deed { by: &by, now }))
    }

    async fn attempts_between(
        &self,
        from: Timestamp,
        until: Timestamp,
        page: Page<AttemptId>,
    ) -> Result<Vec<Ours>> {
        let (after, before) = inbox::ids_between(from, until, page.after);
        look!(self, |session| async {
            let rows = session
                .rows(sql::ATTEMPTS_BETWEEN, &[&after.0, &before.0, &limit(&page)])
                .await?;
            let rows = rows.iter();
            let attempts = rows.map(|row| inbox::ours(&Fields::of("attempts", row)));
            Ok(attempts.collect::<Result<_>>()?)
        })
    }

    async fn compared(&self, comparison: Comparison, by: Actor) -> Result<()> {
        transact!(self, |tx| keep_comparison(tx, &comparison, &by))
    }

    async fn comparisons(&self, carrier: &str, limit: u32) -> Result<Vec<Comparison>> {
        look!(self, |session| async {
            let rows = session
                .rows(sql::COMPARISONS, &[&carrier, &i64::from(limit)])
                .await?;
            let rows = rows.iter();
            let comparisons = rows.map(|row| inbox::comparison(&Fields::of("comparisons", row)));
            Ok(comparisons.collect::<Result<_>>()?)
        })
    }
}

async fn take_answer(tx: &mut Tx, id: AttemptId, answer: &Answer, deed: Deed<'_>) -> Done<bool> {
    let attempt = calls::attempt(tx.session()?, id)
        .await?
        .ok_or_else(|| Failure::Store(inbox::missing(id)))?;
    let (kind, word) = answer.parts();
    let added = tx
        .execute(
            sql::ANSWER_ADD,
            &[&id.0, &At(deed.now), &kind, &storable(word)],
        )
        .await?;
    if added == 0 {
        return Ok(false);
    }
    tx.audit(&Entry {
        at: deed.now,
        actor: deed.by,
        event: "call.answer",
        campaign: Some(attempt.campaign),
        number: Some(attempt.number),
        attempt: Some(id),
        detail: &json!({ "kind": kind, "word": word }).to_string(),
    })
    .await?;
    if let Answer::OptOut(key) = answer {
        safety::block(tx, attempt.number, &inbox::opted_out(key), deed).await?;
    }
    Ok(true)
}

async fn take_stream(tx: &mut Tx, id: AttemptId, deed: Deed<'_>) -> Done<bool> {
    let attempt = calls::attempt(tx.session()?, id)
        .await?
        .ok_or_else(|| Failure::Store(inbox::missing(id)))?;
    let (name, at) = (inbox::stream_taken(id), deed.now.as_millis().to_string());
    if tx.execute(sql::FACT_ADD, &[&name, &at]).await? == 0 {
        return Ok(false);
    }
    tx.audit(&Entry {
        at: deed.now,
        actor: deed.by,
        event: "call.stream",
        campaign: Some(attempt.campaign),
        number: Some(attempt.number),
        attempt: Some(id),
        detail: "{}",
    })
    .await?;
    Ok(true)
}

async fn keep_comparison(tx: &mut Tx, comparison: &Comparison, by: &Actor) -> Done<()> {
    let count = |calls: u64| i64::try_from(calls).unwrap_or(i64::MAX);
    tx.execute(
        sql::COMPARISON_SET,
        &[
            &comparison.carrier,
            &comparison.day,
            &At(comparison.compared_at),
            &count(comparison.ours),
            &count(comparison.theirs),
            &storable(&inbox::differences(comparison)),
        ],
    )
    .await?;
    let detail = json!({ "carrier": comparison.carrier, "day": comparison.day,
        "ours": comparison.ours, "theirs": comparison.theirs,
        "differences": comparison.differences.len() });
    tx.audit(&Entry {
        at: comparison.compared_at,
        actor: by,
        event: "carrier.compare",
        campaign: None,
        number: None,
        attempt: None,
        detail: &detail.to_string(),
    })
    .await
}
