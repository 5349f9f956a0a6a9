//! Recordings of calls.

use async_trait::async_trait;
use ringonce_domain::{AttemptId, Timestamp};
use rusqlite::{Params, params};
use serde_json::Value;

use super::failure::Done;
use super::ledger::{Ledger, View};
use super::writer::Lane::Hot;
use super::{SqliteStore, calls, sql};
use crate::audit::Entry;
use crate::deed::Deed;
use crate::listing::limit;
use crate::model::{
    Actor, KeptRecording, Page, RecordingState, StoredRecording, Visible, WantedRecording,
};
use crate::recordings::{self, OF_ATTEMPT};
use crate::row::Fields;
use crate::{KeptRecordings, Result, inbox};

#[async_trait]
impl KeptRecordings for SqliteStore {
    async fn want_recording(&self, wanted: WantedRecording, now: Timestamp) -> Result<bool> {
        self.write(Hot, move |ledger| want(&ledger.view, &wanted, now))
            .await
    }

    async fn recordings_due(&self, now: Timestamp, limit: u32) -> Result<Vec<KeptRecording>> {
        self.read(move |view| list(view, sql::RECORDINGS_DUE, params![now.as_millis(), limit]))
            .await
    }

    async fn recording_stored(
        &self,
        id: i64,
        stored: StoredRecording,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool> {
        self.write(Hot, move |ledger| {
            let row = params![
                id,
                stored.path,
                stored.content_type,
                i64::try_from(stored.bytes).unwrap_or(i64::MAX),
                stored.sha256,
                stored.seconds,
                stored.remove_there_at.map(Timestamp::as_millis),
                now.as_millis()
            ];
            let kept = one(&ledger.view, id)?;
            let detail = recordings::stored(&kept, &stored);
            let deed = Deed { by: &by, now };
            step(
                ledger,
                (sql::RECORDING_STORED, row),
                &kept,
                "recording.store",
                &detail,
                deed,
            )
        })
        .await
    }

    async fn recording_failed(
        &self,
        id: i64,
        fault: String,
        next_try_at: Timestamp,
    ) -> Result<bool> {
        self.write(Hot, move |ledger| {
            let row = params![id, next_try_at.as_millis(), fault];
            Ok(ledger.view.execute(sql::RECORDING_FAILED, row)? > 0)
        })
        .await
    }

    async fn recording_missing(
        &self,
        id: i64,
        fault: String,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool> {
        self.write(Hot, move |ledger| {
            let kept = one(&ledger.view, id)?;
            let detail = recordings::given_up(&kept, &fault);
            let deed = Deed { by: &by, now };
            let row = params![id, fault];
            step(
                ledger,
                (sql::RECORDING_MISSING, row),
                &kept,
                "recording.missing",
                &detail,
                deed,
            )
        })
        .await
    }

    async fn recording_left_carrier(&self, id: i64) -> Result<bool> {
        self.write(Hot, move |ledger| {
            Ok(ledger.view.execute(sql::RECORDING_LEFT_CARRIER, [id])? > 0)
        })
        .await
    }

    async fn recordings_stored_before(
        &self,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<KeptRecording>> {
        self.read(move |view| {
            let params = params![before.as_millis(), limit];
            list(view, sql::RECORDINGS_STORED_BEFORE, params)
        })
        .await
    }

    async fn recording_removed(&self, id: i64, by: Actor, now: Timestamp) -> Result<bool> {
        self.write(Hot, move |ledger| {
            let kept = one(&ledger.view, id)?;
            let detail = recordings::removed(&kept);
            let deed = Deed { by: &by, now };
            let row = params![id, now.as_millis()];
            step(
                ledger,
                (sql::RECORDING_REMOVED, row),
                &kept,
                "recording.remove",
                &detail,
                deed,
            )
        })
        .await
    }

    async fn recording(&self, id: i64) -> Result<KeptRecording> {
        self.read(move |view| one(view, id)).await
    }

    async fn recordings_of(&self, attempt: AttemptId) -> Result<Vec<KeptRecording>> {
        self.read(move |view| {
            let params = params![attempt.0.into_bytes(), OF_ATTEMPT];
            list(view, sql::RECORDINGS_OF_ATTEMPT, params)
        })
        .await
    }

    async fn recordings(
        &self,
        state: Option<RecordingState>,
        visible: Visible,
        page: Page<i64>,
    ) -> Result<Vec<KeptRecording>> {
        self.read(move |view| {
            let before = page.after.unwrap_or(i64::MAX);
            let (limit, viewer) = (limit(&page), visible.user().map(|user| user.0));
            match state {
                None => list(view, sql::RECORDINGS, params![before, limit, viewer]),
                Some(state) => {
                    let params = params![before, limit, viewer, state.as_str()];
                    list(view, sql::RECORDINGS_IN_STATE, params)
                }
            }
        })
        .await
    }
}

fn want(view: &View, wanted: &WantedRecording, now: Timestamp) -> Done<bool> {
    let id = wanted.attempt;
    let attempt = calls::attempt(view, id)?.ok_or_else(|| inbox::missing(id))?;
    if wanted.recording_id.is_some() {
        view.execute(sql::RECORDING_NAMED, [id.0.into_bytes()])?;
    }
    let row = params![
        id.0.into_bytes(),
        attempt.campaign.0,
        wanted.carrier,
        wanted.call_id,
        wanted.recording_id,
        wanted.seconds,
        now.as_millis()
    ];
    Ok(view.execute(sql::RECORDING_WANT, row)? > 0)
}

fn one(view: &View, id: i64) -> Done<KeptRecording> {
    let found = view.row(sql::RECORDING, [id], |row| {
        recordings::kept(&Fields::of("recordings", row))
    })?;
    found.ok_or_else(|| recordings::missing(id).into())
}

fn list(
    view: &View,
    statement: crate::sql::Statement,
    params: impl Params,
) -> Done<Vec<KeptRecording>> {
    view.rows(statement, params, |row| {
        recordings::kept(&Fields::of("recordings", row))
    })
}

/// Takes a step, if it is not too late for it, and notes it in the trail.
fn step(
    ledger: &mut Ledger,
    (statement, row): (crate::sql::Statement, impl Params),
    kept: &KeptRecording,
    event: &str,
    detail: &Value,
    deed: Deed<'_>,
) -> Done<bool> {
    if ledger.view.execute(statement, row)? == 0 {
        return Ok(false);
    }
    let attempt = calls::attempt(&ledger.view, kept.wanted.attempt)?;
    ledger.audit(&Entry {
        at: deed.now,
        actor: deed.by,
        event,
        campaign: Some(kept.campaign),
        number: attempt.map(|it| it.number),
        attempt: Some(kept.wanted.attempt),
        detail: &detail.to_string(),
    })?;
    Ok(true)
}
