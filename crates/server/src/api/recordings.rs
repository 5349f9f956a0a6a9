//! Recordings of calls: the list, what is missing, and the audio of one.
//!
//! A caller with the permission to read calls hears recordings of the campaigns that they see. Listening is
//! logged; browsers and proxies are told not to store the audio.

use std::sync::Arc;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures::stream;
use ringonce_domain::{AttemptId, CampaignId, Timestamp};
use ringonce_engine::recordings::archive::Archive;
use ringonce_store::model::{KeptRecording, RecordingState};
use serde::Serialize;
use utoipa::ToSchema;

use crate::AppState;
use crate::api::wire::Listing;
use crate::auth::Caller;
use crate::extract::{PageQuery, Path, Query};
use crate::media::{Wanted, set, wanted};
use crate::problem::Problem;
use crate::token::hex;

/// Bytes that are read from the archive at a time.
const PIECE: u64 = 256 << 10;

/// A recording of a call.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordingView {
    /// Its id.
    id: i64,
    /// Its call.
    call: AttemptId,
    /// Its campaign.
    campaign: CampaignId,
    /// Where it stands: `wanted`, `stored`, `missing` or `removed`.
    state: RecordingState,
    /// The carrier's name for it; null while only the call is known.
    recording_id: Option<String>,
    /// How long it is, in seconds.
    seconds: Option<u32>,
    /// How many bytes it has, once stored.
    bytes: Option<u64>,
    /// Their SHA-256, in hexadecimal digits.
    sha256: Option<String>,
    /// What it is, once stored.
    #[schema(example = "audio/x-wav")]
    content_type: Option<String>,
    /// Where it is heard, while it is stored.
    #[schema(example = "/api/v1/recordings/7/audio")]
    audio: Option<String>,
    /// Why the last try to fetch it was in vain.
    fault: Option<String>,
    /// When there is another try.
    next_try_at: Option<Timestamp>,
    /// Since when it is wanted.
    wanted_at: Timestamp,
    /// When it was stored.
    stored_at: Option<Timestamp>,
    /// When it was removed, after its time.
    removed_at: Option<Timestamp>,
}

impl From<KeptRecording> for RecordingView {
    fn from(kept: KeptRecording) -> Self {
        Self {
            audio: audio_path(&kept),
            id: kept.id,
            call: kept.wanted.attempt,
            campaign: kept.campaign,
            state: kept.state,
            recording_id: kept.wanted.recording_id,
            seconds: kept.wanted.seconds,
            bytes: kept.bytes,
            sha256: kept.sha256.map(|hash| hex(&hash)),
            content_type: kept.content_type,
            fault: kept.fault,
            next_try_at: kept.next_try_at,
            wanted_at: kept.wanted_at,
            stored_at: kept.stored_at,
            removed_at: kept.removed_at,
        }
    }
}

/// Where a recording is heard, while it is stored.
pub(crate) fn audio_path(kept: &KeptRecording) -> Option<String> {
    (kept.state == RecordingState::Stored).then(|| format!("/api/v1/recordings/{}/audio", kept.id))
}

/// The recordings of a call.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordingList {
    /// In the order in which they became known.
    items: Vec<RecordingView>,
}

/// Recordings of the campaigns that you see, the latest first; with `state=missing` those that the
/// carrier never gave.
#[utoipa::path(get, path = "/recordings", tag = "calls", params(PageQuery),
    responses((status = 200, body = Listing<RecordingView>)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Query(query): Query<PageQuery>,
) -> Result<axum::Json<Listing<RecordingView>>, Problem> {
    let page = query.page::<i64>()?;
    let limit = page.limit;
    let wanted = query.state::<RecordingState>()?;
    let found = state
        .store
        .recordings(wanted, caller.visible(), page)
        .await?;
    Ok(axum::Json(Listing::new(found, limit, |it| {
        it.id.to_string()
    })))
}

/// The recordings of one call.
#[utoipa::path(get, path = "/calls/{id}/recordings", tag = "calls", params(("id" = String, Path)),
    responses((status = 200, body = RecordingList), (status = 404, body = Problem)))]
pub(crate) async fn of_call(
    State(state): State<AppState>,
    Path(id): Path<AttemptId>,
) -> Result<axum::Json<RecordingList>, Problem> {
    if state.store.attempt(id).await?.is_none() {
        return Err(Problem::not_found(format!("there is no call {id}")));
    }
    let found = state.store.recordings_of(id).await?;
    let items = found.into_iter().map(Into::into).collect();
    Ok(axum::Json(RecordingList { items }))
}

/// The sound of a recording, in parts if `Range` asks for one.
#[utoipa::path(get, path = "/recordings/{id}/audio", tag = "calls",
    params(("id" = i64, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "audio/x-wav"),
        (status = 206, description = "The part that was asked for"),
        (status = 404, body = Problem)))]
pub(crate) async fn audio(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<i64>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let gone = || Problem::not_found(format!("there is no recording {id} to hear"));
    let kept = state.store.recording(id).await?;
    if !state.store.may_see(kept.campaign, caller.visible()).await? {
        return Err(gone());
    }
    let archive = state.archive.as_ref().ok_or_else(gone)?;
    let (RecordingState::Stored, Some(path), Some(bytes)) = (kept.state, &kept.path, kept.bytes)
    else {
        return Err(gone());
    };
    let length = u32::try_from(bytes).unwrap_or(u32::MAX);
    let range = headers.get(header::RANGE).and_then(|it| it.to_str().ok());
    let (status, from, to) = match range.map_or(Wanted::Whole, |it| wanted(it, length)) {
        Wanted::Whole => (StatusCode::OK, 0, length.saturating_sub(1)),
        Wanted::Part(from, to) => (StatusCode::PARTIAL_CONTENT, from, to),
        Wanted::Nothing => {
            let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
            let all = format!("bytes */{length}");
            set(&mut response, header::CONTENT_RANGE, &all);
            return Ok(response);
        }
    };
    let (from_place, after) = (u64::from(from), u64::from(to) + 1);
    // Whether it is there is known before anything is promised.
    let first = piece(archive.as_ref(), path, from_place, after).await;
    let first = first.map_err(|error| {
        tracing::error!(recording = id, %error, "a stored recording cannot be read");
        Problem::unavailable("the recording cannot be read; try again")
    })?;
    tracing::info!(recording = id, by = %caller.actor().0, from, to, "a recording is heard");
    let body = Body::from_stream(pieces(
        Arc::clone(archive),
        path.clone(),
        first,
        from_place,
        after,
    ));
    let mut response = (status, body).into_response();
    if status == StatusCode::PARTIAL_CONTENT {
        let part = format!("bytes {from}-{to}/{length}");
        set(&mut response, header::CONTENT_RANGE, &part);
    }
    let kind = kept.content_type.as_deref().unwrap_or_default();
    for (name, value) in [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_LENGTH, (after - from_place).to_string()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::CONTENT_DISPOSITION, disposition(path)),
    ] {
        set(&mut response, name, &value);
    }
    Ok(response)
}

/// What the browser is to call the file. The archive's names may have letters that a header has not.
fn disposition(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || "-_.".contains(c) {
            c
        } else {
            '_'
        }
    };
    let name: String = name.chars().map(plain).collect();
    format!("inline; filename=\"{name}\"")
}

/// The next piece of what is left; an error when the archive lacks it.
async fn piece(
    archive: &dyn Archive,
    path: &str,
    from: u64,
    after: u64,
) -> Result<Bytes, std::io::Error> {
    let length = (after - from).min(PIECE);
    let read = archive.read(path, from, length).await;
    let read = read.map_err(std::io::Error::other)?;
    match read {
        Some(bytes) if !bytes.is_empty() => Ok(bytes),
        _ => Err(std::io::Error::other("the archive lacks it")),
    }
}

/// A part of a file, piece by piece, as fast as it is taken.
fn pieces(
    archive: Arc<dyn Archive>,
    path: String,
    first: Bytes,
    from: u64,
    after: u64,
) -> impl futures::Stream<Item = Result<Bytes, std::io::Error>> {
    stream::try_unfold((archive, path, Some(first), from), move |it| async move {
        let (archive, path, read, from) = it;
        if from >= after {
            return Ok(None);
        }
        let bytes = match read {
            Some(bytes) => bytes,
            None => piece(archive.as_ref(), &path, from, after).await?,
        };
        let next = from + bytes.len() as u64;
        Ok(Some((bytes, (archive, path, None, next))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_name_that_a_header_can_hold() {
        for (path, name) in [
            ("7-Spring/2026-11-21/31_0193.wav", "31_0193.wav"),
            ("Ana \"López\"\r\n.wav", "Ana__L_pez___.wav"),
        ] {
            let expected = format!("inline; filename=\"{name}\"");
            assert_eq!(disposition(path), expected);
        }
    }
}
