//! Recordings of calls.

use async_trait::async_trait;
use ringonce_domain::{AttemptId, Timestamp};
use serde_json::Value;

use super::failure::{Done, Failure};
use super::session::{Params, Session};
use super::time::At;
use super::tx::Tx;
use super::{PostgresStore, calls, limit, sql, storable};
use crate::audit::Entry;
use crate::deed::Deed;
use crate::model::{
    Actor, KeptRecording, Page, RecordingState, StoredRecording, Visible, WantedRecording,
};
use crate::recordings::{self, OF_ATTEMPT};
use crate::row::Fields;
use crate::{KeptRecordings, Result, inbox};

#[async_trait]
impl KeptRecordings for PostgresStore {
    async fn want_recording(&self, wanted: WantedRecording, now: Timestamp) -> Result<bool> {
        transact!(self, |tx| want(tx, &wanted, now))
    }

    async fn recordings_due(&self, now: Timestamp, limit: u32) -> Result<Vec<KeptRecording>> {
        let limit = i64::from(limit);
        look!(self, |session| list(
            session,
            sql::RECORDINGS_DUE,
            &[&At(now), &limit]
        ))
    }

    async fn recording_stored(
        &self,
        id: i64,
        stored: StoredRecording,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool> {
        transact!(self, |tx| store(tx, id, &stored, Deed { by: &by, now }))
    }

    async fn recording_failed(
        &self,
        id: i64,
        fault: String,
        next_try_at: Timestamp,
    ) -> Result<bool> {
        look!(self, |session| async {
            let row: Params<'_> = &[&id, &At(next_try_at), &storable(&fault)];
            Ok(session.execute(sql::RECORDING_FAILED, row).await? > 0)
        })
    }

    async fn recording_missing(
        &self,
        id: i64,
        fault: String,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool> {
        transact!(self, |tx| give_up(
            tx,
            id,
            &storable(&fault),
            Deed { by: &by, now }
        ))
    }

    async fn recording_left_carrier(&self, id: i64) -> Result<bool> {
        look!(self, |session| async {
            Ok(session.execute(sql::RECORDING_LEFT_CARRIER, &[&id]).await? > 0)
        })
    }

    async fn recordings_stored_before(
        &self,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<KeptRecording>> {
        let limit = i64::from(limit);
        look!(self, |session| list(
            session,
            sql::RECORDINGS_STORED_BEFORE,
            &[&At(before), &limit]
        ))
    }

    async fn recording_removed(&self, id: i64, by: Actor, now: Timestamp) -> Result<bool> {
        transact!(self, |tx| remove(tx, id, Deed { by: &by, now }))
    }

    async fn recording(&self, id: i64) -> Result<KeptRecording> {
        look!(self, |session| one(session, id))
    }

    async fn recordings_of(&self, attempt: AttemptId) -> Result<Vec<KeptRecording>> {
        look!(self, |session| list(
            session,
            sql::RECORDINGS_OF_ATTEMPT,
            &[&attempt.0, &OF_ATTEMPT]
        ))
    }

    async fn recordings(
        &self,
        state: Option<RecordingState>,
        visible: Visible,
        page: Page<i64>,
    ) -> Result<Vec<KeptRecording>> {
        let before = page.after.unwrap_or(i64::MAX);
        let (limit, viewer) = (limit(&page), visible.user().map(|user| user.0));
        look!(self, |session| async {
            match state {
                None => list(session, sql::RECORDINGS, &[&before, &limit, &viewer]).await,
                Some(state) => {
                    let params: Params<'_> = &[&before, &limit, &viewer, &state.as_str()];
                    list(session, sql::RECORDINGS_IN_STATE, params).await
                }
            }
        })
    }
}

async fn want(tx: &mut Tx, wanted: &WantedRecording, now: Timestamp) -> Done<bool> {
    let id = wanted.attempt;
    let attempt = calls::attempt(tx.session()?, id)
        .await?
        .ok_or_else(|| Failure::Store(inbox::missing(id)))?;
    if wanted.recording_id.is_some() {
        tx.execute(sql::RECORDING_NAMED, &[&id.0]).await?;
    }
    let added = tx
        .execute(
            sql::RECORDING_WANT,
            &[
                &id.0,
                &attempt.campaign.0,
                &storable(&wanted.carrier),
                &storable(&wanted.call_id),
                &wanted.recording_id.as_deref().map(storable),
                &wanted.seconds.map(i64::from),
                &At(now),
            ],
        )
        .await?;
    Ok(added > 0)
}

async fn one(session: &Session, id: i64) -> Done<KeptRecording> {
    let row = session.row(sql::RECORDING, &[&id]).await?;
    let row = row.ok_or_else(|| Failure::Store(recordings::missing(id)))?;
    Ok(recordings::kept(&Fields::of("recordings", &row))?)
}

async fn list(
    session: &Session,
    statement: crate::sql::Statement,
    params: Params<'_>,
) -> Done<Vec<KeptRecording>> {
    let rows = session.rows(statement, params).await?;
    let rows = rows.iter();
    let found = rows.map(|row| recordings::kept(&Fields::of("recordings", row)));
    Ok(found.collect::<Result<_>>()?)
}

async fn store(tx: &mut Tx, id: i64, it: &StoredRecording, deed: Deed<'_>) -> Done<bool> {
    let kept = one(tx.session()?, id).await?;
    let detail = recordings::stored(&kept, it);
    let row: Params<'_> = &[
        &id,
        &storable(&it.path),
        &storable(&it.content_type),
        &i64::try_from(it.bytes).unwrap_or(i64::MAX),
        &it.sha256.as_slice(),
        &it.seconds.map(i64::from),
        &it.remove_there_at.map(At),
        &At(deed.now),
    ];
    if tx.execute(sql::RECORDING_STORED, row).await? == 0 {
        return Ok(false);
    }
    audit(tx, &kept, "recording.store", &detail, deed).await
}

async fn give_up(tx: &mut Tx, id: i64, fault: &str, deed: Deed<'_>) -> Done<bool> {
    let kept = one(tx.session()?, id).await?;
    if tx.execute(sql::RECORDING_MISSING, &[&id, &fault]).await? == 0 {
        return Ok(false);
    }
    let detail = recordings::given_up(&kept, fault);
    audit(tx, &kept, "recording.missing", &detail, deed).await
}

async fn remove(tx: &mut Tx, id: i64, deed: Deed<'_>) -> Done<bool> {
    let kept = one(tx.session()?, id).await?;
    if tx
        .execute(sql::RECORDING_REMOVED, &[&id, &At(deed.now)])
        .await?
        == 0
    {
        return Ok(false);
    }
    let detail = recordings::removed(&kept);
    audit(tx, &kept, "recording.remove", &detail, deed).await
}

/// Notes a step that was taken.
async fn audit(
    tx: &mut Tx,
    kept: &KeptRecording,
    event: &str,
    detail: &Value,
    deed: Deed<'_>,
) -> Done<bool> {
    let attempt = calls::attempt(tx.session()?, kept.wanted.attempt).await?;
    tx.audit(&Entry {
        at: deed.now,
        actor: deed.by,
        event,
        campaign: Some(kept.campaign),
        number: attempt.map(|it| it.number),
        attempt: Some(kept.wanted.attempt),
        detail: &detail.to_string(),
    })
    .await?;
    Ok(true)
}
