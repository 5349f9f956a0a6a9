//! What carriers tell and what callees answer.
//!
//! Each driver writes events in its own way (`event_writer`), because the carrier waits for it.

use ringonce_domain::{AttemptId, Timestamp};
use serde_json::json;

use super::{attempts, safety};
use crate::listing::limit;
use crate::model::{
    Answer, Answered, Applied, AuditContext, KeptEvent, MAX_EVENT, MAX_EVENT_NAME, NewCarrierEvent,
    Ours, Page,
};
use crate::row::Fields;
use crate::sql;
use crate::transaction::{Reader, Record, Transaction, values};
use crate::{Result, StoreError};

/// How many events, or answers, of one attempt are listed.
const OF_ATTEMPT: u32 = 1_000;

/// Refuses a body that is too long, and names that do not fit into a key.
pub(crate) fn check(told: &NewCarrierEvent) -> Result<()> {
    let wrong = |field: &str, problem: String| {
        Err(StoreError::Setting(ringonce_domain::InvalidSetting {
            field: field.into(),
            problem,
        }))
    };
    if told.body.len() > MAX_EVENT {
        let bytes = told.body.len();
        return wrong(
            "body",
            format!("is {bytes} bytes long; the limit is {MAX_EVENT}"),
        );
    }
    for (field, name) in [("call_id", &*told.call_id), ("source", &*told.source)] {
        if name.len() > MAX_EVENT_NAME || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
            return wrong(
                field,
                format!("is not at most {MAX_EVENT_NAME} visible characters of ASCII"),
            );
        }
    }
    Ok(())
}

fn kept(row: &Record) -> Result<KeptEvent> {
    let fields = Fields::of("carrier_events", row);
    Ok(KeptEvent {
        id: fields.int("id")?,
        told: NewCarrierEvent {
            carrier: fields.str("carrier")?.into(),
            call_id: fields.text("call_id")?,
            source: fields.str("source")?.into(),
            sequence: fields.int("sequence")?,
            attempt: AttemptId(fields.uuid("attempt")?),
            at: fields.instant("kept_at")?,
            body: fields.str("body")?.into(),
        },
        fault: fields.maybe_text("fault")?,
    })
}

fn answered(row: &Record) -> Result<Answered> {
    let fields = Fields::of("answers", row);
    let answer = Answer::of(fields.str("kind")?, fields.text("word")?);
    Ok(Answered {
        answer: answer.ok_or_else(|| fields.corrupt("kind", &"it is no kind of answer"))?,
        at: fields.instant("at")?,
    })
}

fn ours(row: &Record) -> Result<Ours> {
    let fields = Fields::of("attempts", row);
    Ok(Ours {
        id: AttemptId(fields.uuid("id")?),
        number: fields.number("number")?,
        state: fields.word("state")?,
        outcome: fields.maybe_word("outcome")?,
        call_id: fields.maybe_text("call_id")?,
        dialed_at: fields.maybe_instant("dialed_at")?,
        campaign: fields.campaign("campaign_id")?,
        price: super::prices::price(&fields)?,
    })
}

/// See [`crate::Inbox::waiting_events`].
pub(crate) async fn waiting<R: Reader>(
    reader: &mut R,
    kept_before: Timestamp,
    page: &Page<i64>,
) -> Result<Vec<KeptEvent>, R::Failure> {
    let asked = values![page.after.unwrap_or(0), kept_before, limit(page)];
    let rows = reader.rows(sql::EVENTS_WAITING, asked).await?;
    Ok(rows.iter().map(kept).collect::<Result<_>>()?)
}

/// See [`crate::Inbox::events_of`].
pub(crate) async fn events_of<R: Reader>(
    reader: &mut R,
    attempt: AttemptId,
) -> Result<Vec<KeptEvent>, R::Failure> {
    let asked = values![attempt, OF_ATTEMPT];
    let rows = reader.rows(sql::EVENTS_OF_ATTEMPT, asked).await?;
    Ok(rows.iter().map(kept).collect::<Result<_>>()?)
}

/// See [`crate::Inbox::answers_of`].
pub(crate) async fn answers_of<R: Reader>(
    reader: &mut R,
    attempt: AttemptId,
) -> Result<Vec<Answered>, R::Failure> {
    let asked = values![attempt, OF_ATTEMPT];
    let rows = reader.rows(sql::ANSWERS_OF_ATTEMPT, asked).await?;
    Ok(rows.iter().map(answered).collect::<Result<_>>()?)
}

/// See [`crate::Inbox::attempts_between`].
pub(crate) async fn attempts_between<R: Reader>(
    reader: &mut R,
    from: Timestamp,
    until: Timestamp,
    page: &Page<AttemptId>,
) -> Result<Vec<Ours>, R::Failure> {
    let first = first_id(from);
    let after = page.after.map_or(first, |after| after.max(first));
    let asked = values![after, first_id(until), limit(page)];
    let rows = reader.rows(sql::ATTEMPTS_BETWEEN, asked).await?;
    Ok(rows.iter().map(ours).collect::<Result<_>>()?)
}

/// The id before those of attempts that were claimed at an instant or later: the first 48 bits of a UUID of
/// version 7 are the time.
pub(super) fn first_id(at: Timestamp) -> AttemptId {
    let millis = u128::from(at.as_millis().max(0).unsigned_abs() & 0xffff_ffff_ffff);
    AttemptId(uuid::Builder::from_u128(millis << 80).into_uuid())
}

/// See [`crate::Inbox::applied`].
pub(crate) async fn applied<T: Transaction>(
    tx: &mut T,
    events: &[Applied],
) -> Result<(), T::Failure> {
    for Applied { id, fault } in events {
        if let Some(fault) = fault.as_deref() {
            tx.at_end(sql::EVENT_FAULTY, values![*id, fault]).await?;
        }
    }
    let ids: Vec<i64> = events.iter().map(|event| event.id).collect();
    tx.at_end(sql::EVENTS_APPLIED, values![ids]).await
}

/// See [`crate::Inbox::answer`].
pub(crate) async fn answer<T: Transaction>(
    tx: &mut T,
    attempt: AttemptId,
    answer: &Answer,
    on: &AuditContext,
) -> Result<bool, T::Failure> {
    let call = attempts::known(tx, attempt).await?;
    let (kind, word) = answer.parts();
    let row = values![call.id, on.now, kind, word];
    if tx.change(sql::ANSWER_ADD, row).await? == 0 {
        return Ok(false);
    }
    let detail = json!({ "kind": kind, "word": word });
    tx.audit_call("call.answer", &call, &detail, on).await?;
    if let Answer::OptOut(key) = answer {
        let reason = format!("asked by key {key} never to be called again");
        safety::block(tx, call.number, &reason, Some(call.campaign), on).await?;
    }
    Ok(true)
}

/// See [`crate::Inbox::take_stream`]. The stream is a fact, whose key lets it be taken once.
pub(crate) async fn take_stream<T: Transaction>(
    tx: &mut T,
    attempt: AttemptId,
    on: &AuditContext,
) -> Result<bool, T::Failure> {
    let call = attempts::known(tx, attempt).await?;
    let fact = format!("stream_taken:{attempt}");
    let at = on.now.as_millis().to_string();
    if tx.change(sql::FACT_ADD, values![fact, at]).await? == 0 {
        return Ok(false);
    }
    tx.audit_call("call.stream", &call, &json!({}), on).await?;
    Ok(true)
}
