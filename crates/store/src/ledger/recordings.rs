//! Recordings of calls: expected, then stored or given up, and removed after their time.
//!
//! Each step happens once; a late one changes nothing and is not audited.

use std::fmt::Write as _;

use ringonce_domain::{AttemptId, Timestamp};
use serde_json::json;

use super::attempts;
use crate::audit::Entry;
use crate::listing::limit;
use crate::model::{
    AuditContext, KeptRecording, Page, RecordingState, StoredRecording, Visible, WantedRecording,
};
use crate::row::Fields;
use crate::sql::{self, Statement};
use crate::transaction::{Reader, Record, Transaction, Value, values};
use crate::{Result, StoreError};

/// How many recordings of one call are listed.
const OF_ATTEMPT: u32 = 100;

/// A recording's row.
fn kept(row: &Record) -> Result<KeptRecording> {
    let fields = Fields::of("recordings", row);
    Ok(KeptRecording {
        id: fields.int("id")?,
        campaign: fields.campaign("campaign_id")?,
        wanted: WantedRecording {
            attempt: AttemptId(fields.uuid("attempt")?),
            carrier: fields.text("carrier")?,
            call_id: fields.text("call_id")?,
            recording_id: fields.maybe_text("recording_id")?,
            seconds: fields.maybe_count("seconds")?,
        },
        state: fields.word("state")?,
        bytes: fields.maybe_count("bytes")?,
        sha256: fields.maybe_hash("sha256")?,
        path: fields.maybe_text("path")?,
        content_type: fields.maybe_text("content_type")?,
        tries: fields.count("tries")?,
        next_try_at: fields.maybe_instant("next_try_at")?,
        fault: fields.maybe_text("fault")?,
        wanted_at: fields.instant("wanted_at")?,
        stored_at: fields.maybe_instant("stored_at")?,
        removed_at: fields.maybe_instant("removed_at")?,
    })
}

async fn list<R: Reader>(
    reader: &mut R,
    statement: Statement,
    values: Vec<Value>,
) -> Result<Vec<KeptRecording>, R::Failure> {
    let rows = reader.rows(statement, values).await?;
    Ok(rows.iter().map(kept).collect::<Result<_>>()?)
}

/// See [`crate::KeptRecordings::recording`].
pub(crate) async fn recording<R: Reader>(
    reader: &mut R,
    id: i64,
) -> Result<KeptRecording, R::Failure> {
    let row = reader.row(sql::RECORDING, values![id]).await?;
    let missing = || StoreError::NotFound {
        what: "recording",
        id: id.to_string(),
    };
    Ok(kept(&row.ok_or_else(missing)?)?)
}

/// See [`crate::KeptRecordings::recordings`].
pub(crate) async fn recordings<R: Reader>(
    reader: &mut R,
    state: Option<RecordingState>,
    visible: Visible,
    page: &Page<i64>,
) -> Result<Vec<KeptRecording>, R::Failure> {
    let (before, limit, viewer) = (page.after.unwrap_or(i64::MAX), limit(page), visible.user());
    match state {
        None => list(reader, sql::RECORDINGS, values![before, limit, viewer]).await,
        Some(state) => {
            let asked = values![before, limit, viewer, state.as_str()];
            list(reader, sql::RECORDINGS_IN_STATE, asked).await
        }
    }
}

/// See [`crate::KeptRecordings::recordings_of`].
pub(crate) async fn of_attempt<R: Reader>(
    reader: &mut R,
    attempt: AttemptId,
) -> Result<Vec<KeptRecording>, R::Failure> {
    let asked = values![attempt, OF_ATTEMPT];
    list(reader, sql::RECORDINGS_OF_ATTEMPT, asked).await
}

/// See [`crate::KeptRecordings::recordings_due`].
pub(crate) async fn due<R: Reader>(
    reader: &mut R,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<KeptRecording>, R::Failure> {
    list(reader, sql::RECORDINGS_DUE, values![now, limit]).await
}

/// See [`crate::KeptRecordings::recordings_stored_before`].
pub(crate) async fn stored_before<R: Reader>(
    reader: &mut R,
    before: Timestamp,
    limit: u32,
) -> Result<Vec<KeptRecording>, R::Failure> {
    let asked = values![before, limit];
    list(reader, sql::RECORDINGS_STORED_BEFORE, asked).await
}

/// See [`crate::KeptRecordings::want_recording`].
pub(crate) async fn want<T: Transaction>(
    tx: &mut T,
    wanted: &WantedRecording,
    now: Timestamp,
) -> Result<bool, T::Failure> {
    let call = attempts::known(tx, wanted.attempt).await?;
    if wanted.recording_id.is_some() {
        tx.change(sql::RECORDING_NAMED, values![call.id]).await?;
    }
    let row = values![
        call.id,
        call.campaign,
        &*wanted.carrier,
        &*wanted.call_id,
        wanted.recording_id.as_deref(),
        wanted.seconds,
        now,
    ];
    Ok(tx.change(sql::RECORDING_WANT, row).await? > 0)
}

/// See [`crate::KeptRecordings::recording_stored`].
pub(crate) async fn stored<T: Transaction>(
    tx: &mut T,
    id: i64,
    stored: &StoredRecording,
    on: &AuditContext,
) -> Result<bool, T::Failure> {
    let row = values![
        id,
        &*stored.path,
        &*stored.content_type,
        stored.bytes,
        stored.sha256,
        stored.seconds,
        stored.remove_there_at,
        on.now,
    ];
    let kept = recording(tx, id).await?;
    let hash = stored.sha256.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _written = write!(hex, "{byte:02x}");
        hex
    });
    let detail = json!({ "bytes": stored.bytes, "sha256": hash, "path": stored.path });
    let step = ("recording.store", sql::RECORDING_STORED, row);
    take(tx, &kept, step, detail, on).await
}

/// See [`crate::KeptRecordings::recording_missing`].
pub(crate) async fn given_up<T: Transaction>(
    tx: &mut T,
    id: i64,
    fault: &str,
    on: &AuditContext,
) -> Result<bool, T::Failure> {
    let kept = recording(tx, id).await?;
    let detail = json!({ "fault": fault });
    let step = (
        "recording.missing",
        sql::RECORDING_MISSING,
        values![id, fault],
    );
    take(tx, &kept, step, detail, on).await
}

/// See [`crate::KeptRecordings::recording_removed`].
pub(crate) async fn removed<T: Transaction>(
    tx: &mut T,
    id: i64,
    on: &AuditContext,
) -> Result<bool, T::Failure> {
    let kept = recording(tx, id).await?;
    let detail = json!({ "path": kept.path });
    let step = (
        "recording.remove",
        sql::RECORDING_REMOVED,
        values![id, on.now],
    );
    take(tx, &kept, step, detail, on).await
}

/// See [`crate::KeptRecordings::recording_failed`].
pub(crate) async fn failed<T: Transaction>(
    tx: &mut T,
    id: i64,
    fault: &str,
    next_try_at: Timestamp,
) -> Result<bool, T::Failure> {
    let row = values![id, next_try_at, fault];
    Ok(tx.change(sql::RECORDING_FAILED, row).await? > 0)
}

/// See [`crate::KeptRecordings::recording_left_carrier`].
pub(crate) async fn left_carrier<T: Transaction>(tx: &mut T, id: i64) -> Result<bool, T::Failure> {
    Ok(tx.change(sql::RECORDING_LEFT_CARRIER, values![id]).await? > 0)
}

/// Takes a step unless it is too late, and audits it. `detail` is an object, to which the recording is added.
async fn take<T: Transaction>(
    tx: &mut T,
    kept: &KeptRecording,
    (event, statement, row): (&str, Statement, Vec<Value>),
    mut detail: serde_json::Value,
    on: &AuditContext,
) -> Result<bool, T::Failure> {
    if tx.change(statement, row).await? == 0 {
        return Ok(false);
    }
    detail["id"] = json!(kept.id);
    detail["recording"] = json!(kept.wanted.recording_id);
    let call = attempts::attempt(tx, kept.wanted.attempt).await?;
    tx.audit(&Entry {
        at: on.now,
        actor: &on.by,
        event,
        campaign: Some(kept.campaign),
        number: call.map(|call| call.number),
        attempt: Some(kept.wanted.attempt),
        detail: &detail.to_string(),
    })
    .await?;
    Ok(true)
}
