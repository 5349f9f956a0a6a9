//! Uploaded audio: what agents play.

use axum::Extension;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use ringonce_domain::Timestamp;
use ringonce_domain::agent::{Audio, sound_type};
use ringonce_domain::ids::MediaId;
use ringonce_store::model::{MAX_MEDIA_BYTES, MediaDetail, MediaRemoved, NewMedia};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::AppState;
use crate::auth::Caller;
use crate::extract::Path;
use crate::media;
use crate::problem::Problem;
use crate::token::hex;
use crate::upload::Upload;

/// An uploaded file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MediaView {
    /// Its id.
    pub(crate) id: MediaId,
    /// What people call it.
    pub(crate) name: String,
    /// What `audio` of an agent is to be, to play it.
    #[schema(example = "media:f6e1c2a0-5f0b-4b53-9f0e-2f3d6c1a7b10")]
    pub(crate) audio: Audio,
    /// Where it is served, to every client that knows the address.
    pub(crate) path: String,
    /// What it is, found out from its content.
    #[schema(example = "audio/mpeg")]
    pub(crate) content_type: String,
    /// How many bytes it has.
    pub(crate) bytes: u64,
    /// Its SHA-256, in hexadecimal digits.
    pub(crate) sha256: String,
    /// When it was uploaded.
    pub(crate) made_at: Timestamp,
    /// By whom.
    pub(crate) made_by: String,
}

impl From<MediaDetail> for MediaView {
    fn from(file: MediaDetail) -> Self {
        Self {
            path: media::path(&file),
            audio: Audio::Uploaded(file.id),
            id: file.id,
            name: file.name,
            content_type: file.content_type,
            bytes: file.length,
            sha256: hex(&file.sha256),
            made_at: file.made_at,
            made_by: file.made_by.0.to_string(),
        }
    }
}

/// Uploaded files.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MediaList {
    /// Those in use, the latest first; 500 at most.
    items: Vec<MediaView>,
}

/// The multipart body of an upload.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "the schema of a multipart body, which is read part by part"
)]
pub(crate) struct MediaForm {
    /// The audio: MP3, WAV, AIFF or AU, at most 10 MiB. Its content decides what it is.
    #[schema(value_type = String, format = Binary)]
    file: String,
}

/// Lists uploaded audio.
#[utoipa::path(get, path = "/media", tag = "agents",
    responses((status = 200, body = MediaList)))]
pub(crate) async fn list(State(state): State<AppState>) -> Result<axum::Json<MediaList>, Problem> {
    let files = state.store.all_media().await?;
    let items = files.into_iter().map(MediaView::from).collect();
    Ok(axum::Json(MediaList { items }))
}

/// Uploads audio for agents to play.
#[utoipa::path(post, path = "/media", tag = "agents",
    request_body(content = MediaForm, content_type = "multipart/form-data"),
    responses((status = 201, body = MediaView), (status = 413, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn add(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    body: Result<Multipart, MultipartRejection>,
) -> Result<(StatusCode, axum::Json<MediaView>), Problem> {
    let body = body.map_err(|_| Upload::no_form())?;
    let upload = Upload::receive_at_most(MAX_MEDIA_BYTES as u64, &state, body, &[]).await?;
    let content = tokio::fs::read(upload.path()).await?;
    let content_type = sound_type(&content).ok_or_else(no_sound)?;
    let mut random = [0; 16];
    state.entropy.fill(&mut random);
    let id = MediaId::new(random);
    let new = NewMedia {
        id,
        name: upload.file_name().to_owned(),
        content_type,
        sha256: Sha256::digest(&content).into(),
        content,
    };
    let now = state.clock.now();
    state.store.add_media(new, caller.actor(), now).await?;
    let made = state.store.media(id).await?;
    Ok((StatusCode::CREATED, axum::Json(made.into())))
}

fn no_sound() -> Problem {
    Problem::invalid(
        "the file is no audio that carriers play; send MP3, WAV, AIFF or AU, whatever its name",
    )
    .in_field("file")
}

/// What became of a file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemovedView {
    /// False when an agent or a campaign plays it: then it is archived, and still played.
    deleted: bool,
}

/// Deletes uploaded audio, or archives it when any version of an agent or any campaign plays it.
#[utoipa::path(delete, path = "/media/{media}", tag = "agents",
    params(("media" = String, Path, description = "Its id")),
    responses((status = 200, body = RemovedView), (status = 404, body = Problem)))]
pub(crate) async fn remove(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<MediaId>,
) -> Result<axum::Json<RemovedView>, Problem> {
    let now = state.clock.now();
    let how = state.store.remove_media(id, caller.actor(), now).await?;
    Ok(axum::Json(RemovedView {
        deleted: how == MediaRemoved::Deleted,
    }))
}
