//! What carriers tell, and what callees answer.

use async_trait::async_trait;
use ringonce_domain::{AttemptId, Timestamp};
use rusqlite::params;
use serde_json::json;

use super::failure::Done;
use super::ledger::Ledger;
use super::writer::Lane::{Hot, Prompt};
use super::{SqliteStore, calls, sql};
use crate::audit::Entry;
use crate::deed::Deed;
use crate::inbox::{self, OF_ATTEMPT};
use crate::listing::limit;
use crate::model::{
    Actor, Answer, Answered, Applied, Comparison, KeptEvent, NewCarrierEvent, Ours, Page,
};
use crate::row::Fields;
use crate::{Inbox, Result};

#[async_trait]
impl Inbox for SqliteStore {
    async fn keep(&self, told: NewCarrierEvent) -> Result<Option<i64>> {
        inbox::check(&told)?;
        self.write(Prompt, move |ledger| {
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
                Fields::of("carrier_events", row).int(0)
            })?;
            if let Some(id) = kept {
                ledger.view.execute(sql::EVENT_WAITS, [id])?;
            }
            Ok(kept)
        })
        .await
    }

    async fn waiting_events(
        &self,
        kept_before: Timestamp,
        page: Page<i64>,
    ) -> Result<Vec<KeptEvent>> {
        self.read(move |view| {
            let after = page.after.unwrap_or(0);
            let params = params![after, kept_before.as_millis(), limit(&page)];
            view.rows(sql::EVENTS_WAITING, params, |row| {
                inbox::kept(&Fields::of("carrier_events", row))
            })
        })
        .await
    }

    async fn applied(&self, events: Vec<Applied>) -> Result<()> {
        self.write(Hot, move |ledger| {
            for Applied { id, fault } in &events {
                let waited = ledger.view.execute(sql::EVENT_APPLIED, [id])? > 0;
                if let Some(fault) = fault.as_ref().filter(|_| waited) {
                    ledger.view.execute(sql::EVENT_FAULTY, params![id, fault])?;
                }
            }
            Ok(())
        })
        .await
    }

    async fn events_of(&self, attempt: AttemptId) -> Result<Vec<KeptEvent>> {
        self.read(move |view| {
            let params = params![attempt.0.into_bytes(), OF_ATTEMPT];
            view.rows(sql::EVENTS_OF_ATTEMPT, params, |row| {
                inbox::kept(&Fields::of("carrier_events", row))
            })
        })
        .await
    }

    async fn answer(
        &self,
        attempt: AttemptId,
        answer: Answer,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool> {
        self.write(Prompt, move |ledger| {
            take_answer(ledger, attempt, &answer, Deed { by: &by, now })
        })
        .await
    }

    async fn answers_of(&self, attempt: AttemptId) -> Result<Vec<Answered>> {
        self.read(move |view| {
            view.rows(sql::ANSWERS_OF_ATTEMPT, [attempt.0.into_bytes()], |row| {
                inbox::answered(&Fields::of("answers", row))
            })
        })
        .await
    }

    async fn take_stream(&self, attempt: AttemptId, by: Actor, now: Timestamp) -> Result<bool> {
        self.write(Prompt, move |ledger| {
            take_stream(ledger, attempt, Deed { by: &by, now })
        })
        .await
    }

    async fn attempts_between(
        &self,
        from: Timestamp,
        until: Timestamp,
        page: Page<AttemptId>,
    ) -> Result<Vec<Ours>> {
        self.read(move |view| {
            let (after, before) = inbox::ids_between(from, until, page.after);
            let params = params![after.0.into_bytes(), before.0.into_bytes(), limit(&page)];
            view.rows(sql::ATTEMPTS_BETWEEN, params, |row| {
                inbox::ours(&Fields::of("attempts", row))
            })
        })
        .await
    }

    async fn compared(&self, comparison: Comparison, by: Actor) -> Result<()> {
        self.write(Hot, move |ledger| {
            let row = params![
                comparison.carrier,
                comparison.day,
                comparison.compared_at.as_millis(),
                i64::try_from(comparison.ours).unwrap_or(i64::MAX),
                i64::try_from(comparison.theirs).unwrap_or(i64::MAX),
                inbox::differences(&comparison)
            ];
            ledger.view.execute(sql::COMPARISON_SET, row)?;
            let detail = json!({ "carrier": comparison.carrier, "day": comparison.day,
                "ours": comparison.ours, "theirs": comparison.theirs,
                "differences": comparison.differences.len() });
            ledger.audit(&Entry {
                at: comparison.compared_at,
                actor: &by,
                event: "carrier.compare",
                campaign: None,
                number: None,
                attempt: None,
                detail: &detail.to_string(),
            })
        })
        .await
    }

    async fn comparisons(&self, carrier: &str, limit: u32) -> Result<Vec<Comparison>> {
        let carrier = carrier.to_owned();
        self.read(move |view| {
            view.rows(sql::COMPARISONS, params![carrier, limit], |row| {
                inbox::comparison(&Fields::of("comparisons", row))
            })
        })
        .await
    }
}

fn take_answer(ledger: &mut Ledger, id: AttemptId, answer: &Answer, deed: Deed<'_>) -> Done<bool> {
    let attempt = calls::attempt(&ledger.view, id)?.ok_or_else(|| inbox::missing(id))?;
    let (kind, word) = answer.parts();
    let row = params![id.0.into_bytes(), deed.now.as_millis(), kind, word];
    if ledger.view.execute(sql::ANSWER_ADD, row)? == 0 {
        return Ok(false);
    }
    ledger.audit(&Entry {
        at: deed.now,
        actor: deed.by,
        event: "call.answer",
        campaign: Some(attempt.campaign),
        number: Some(attempt.number),
        attempt: Some(id),
        detail: &json!({ "kind": kind, "word": word }).to_string(),
    })?;
    if let Answer::OptOut(key) = answer {
        let reason = inbox::opted_out(key);
        ledger.block(attempt.number, &reason, Some(attempt.campaign), deed)?;
    }
    Ok(true)
}

fn take_stream(ledger: &mut Ledger, id: AttemptId, deed: Deed<'_>) -> Done<bool> {
    let attempt = calls::attempt(&ledger.view, id)?.ok_or_else(|| inbox::missing(id))?;
    let fact = params![inbox::stream_taken(id), deed.now.as_millis().to_string()];
    if ledger.view.execute(sql::FACT_ADD, fact)? == 0 {
        return Ok(false);
    }
    ledger.audit(&Entry {
        at: deed.now,
        actor: deed.by,
        event: "call.stream",
        campaign: Some(attempt.campaign),
        number: Some(attempt.number),
        attempt: Some(id),
        detail: "{}",
    })?;
    Ok(true)
}
