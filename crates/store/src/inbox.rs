//! What both databases know of what carriers tell.

use ringonce_domain::{AttemptId, Timestamp};

use crate::model::{
    Answer, Answered, Comparison, KeptEvent, MAX_DIFFERENCES, MAX_EVENT, MAX_EVENT_NAME,
    NewCarrierEvent, Ours,
};
use crate::row::Fields;
use crate::{Result, StoreError};

/// How many events, or answers, of one attempt are listed.
pub(crate) const OF_ATTEMPT: i64 = 1_000;

/// Refuses what is too long to be kept, and names that are none: they stand in a key.
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

/// There is no such attempt.
pub(crate) fn missing(id: AttemptId) -> StoreError {
    StoreError::NotFound {
        what: "call",
        id: id.to_string(),
    }
}

/// The columns of `events_waiting` and `events_of_attempt`.
pub(crate) fn kept(fields: &Fields<'_>) -> Result<KeptEvent> {
    Ok(KeptEvent {
        id: fields.int(0)?,
        told: NewCarrierEvent {
            carrier: fields.str(1)?.into(),
            call_id: fields.text(2)?,
            source: fields.str(3)?.into(),
            sequence: fields.int(4)?,
            attempt: AttemptId(fields.uuid(5)?),
            at: fields.instant(6)?,
            body: fields.str(7)?.into(),
        },
        fault: fields.maybe_text(8)?,
    })
}

/// The columns of `answers_of_attempt`.
pub(crate) fn answered(fields: &Fields<'_>) -> Result<Answered> {
    let kind = fields.str(0)?;
    let answer = Answer::of(kind, fields.text(1)?)
        .ok_or_else(|| fields.corrupt(0, &"it is no kind of answer"))?;
    Ok(Answered {
        answer,
        at: fields.instant(2)?,
    })
}

/// The columns of `attempts_between`.
pub(crate) fn ours(fields: &Fields<'_>) -> Result<Ours> {
    Ok(Ours {
        id: AttemptId(fields.uuid(0)?),
        number: fields.number(1)?,
        state: fields.word(2)?,
        outcome: fields.maybe_word(3)?,
        call_id: fields.maybe_text(4)?,
        dialed_at: fields.maybe_instant(5)?,
        campaign: fields.campaign(6)?,
    })
}

/// The columns of `comparisons`.
pub(crate) fn comparison(fields: &Fields<'_>) -> Result<Comparison> {
    let differences = serde_json::from_str(fields.str(5)?);
    Ok(Comparison {
        carrier: fields.text(0)?,
        day: fields.text(1)?,
        compared_at: fields.instant(2)?,
        ours: fields.count(3)?,
        theirs: fields.count(4)?,
        differences: differences.map_err(|error| fields.corrupt(5, &error))?,
    })
}

/// The differences as they are stored.
pub(crate) fn differences(comparison: &Comparison) -> String {
    let kept = comparison.differences.len().min(MAX_DIFFERENCES);
    serde_json::to_string(&comparison.differences[..kept]).unwrap_or_else(|_| "[]".into())
}

/// The ids that attempts claimed between two instants have: those after the first, before the second.
pub(crate) fn ids_between(
    from: Timestamp,
    until: Timestamp,
    after: Option<AttemptId>,
) -> (AttemptId, AttemptId) {
    let first = AttemptId(uuid::Builder::from_u128(millis(from) << 80).into_uuid());
    let last = AttemptId(uuid::Builder::from_u128(millis(until) << 80).into_uuid());
    (after.map_or(first, |after| after.max(first)), last)
}

/// The time as the first 48 bits of a UUID of version 7 have it.
fn millis(at: Timestamp) -> u128 {
    u128::from(at.as_millis().max(0).unsigned_abs() & 0xffff_ffff_ffff)
}

/// Why a number is blocked whose callee asked for it.
pub(crate) fn opted_out(key: &str) -> String {
    format!("asked by key {key} never to be called again")
}

/// The fact that stands for a stream that was taken over; the key of facts lets it be set once.
pub(crate) fn stream_taken(attempt: AttemptId) -> String {
    format!("stream_taken:{attempt}")
}
