//! Uploads that are looked at, and corrected, before a campaign is made of them.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use ringonce_domain::{Region, Timestamp};
use ringonce_import::errors_csv;
use ringonce_import::{ImportError, Options, Reader};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use utoipa::ToSchema;

use crate::api::check::{self, CheckForm, CheckView};
use crate::api::reading::Reading;
use crate::api::skips::SkipsView;
use crate::auth::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::skip_preview::{self, Source};
use crate::staged::Sent;
use crate::token::random_hex;
use crate::upload::Upload;
use crate::{AppState, limits};

/// An upload that waits to become a campaign.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UploadView {
    /// Its id: give it as `upload` when you create a campaign.
    pub(crate) id: String,
    /// The file's name.
    pub(crate) file: String,
    /// The file's length.
    pub(crate) bytes: u64,
    /// When it is deleted if nothing is made of it.
    expires_at: Timestamp,
    /// What was understood; null when it cannot be read so.
    pub(crate) report: Option<CheckView>,
    /// Why it cannot be read so.
    pub(crate) problem: Option<Problem>,
    /// The columns that the file has, when none of them could be taken for phone numbers.
    pub(crate) columns: Vec<String>,
}

/// Takes a file, keeps it for a day for you alone, and reports what it holds. It is kept too when no
/// column was taken for phone numbers, so that you can say which it is.
#[utoipa::path(post, path = "/uploads", tag = "campaigns",
    request_body(content = CheckForm, content_type = "multipart/form-data"),
    responses((status = 201, body = UploadView), (status = 413, body = Problem),
              (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn take(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    body: Result<Multipart, MultipartRejection>,
) -> Result<(StatusCode, axum::Json<Arc<UploadView>>), Problem> {
    let body = body.map_err(|_| Upload::no_form())?;
    let upload = Upload::receive(&state, body, &Reading::PARTS).await?;
    let reading = Reading::of(&upload)?;
    let id = random_hex(state.entropy.as_ref());
    let now = state.wall_clock();
    let usual = state.store.usual_region().await?;
    let view = Arc::new(report(id.clone(), upload.sent(), &reading, usual, now).await?);
    let understood = (reading, Arc::clone(&view));
    state
        .staged
        .keep(id, caller.key(), upload.sent().clone(), understood, now)?;
    Ok((StatusCode::CREATED, axum::Json(view)))
}

/// Reads an upload in another way.
#[utoipa::path(post, path = "/uploads/{id}/check", tag = "campaigns", request_body = Reading,
    params(("id" = String, Path)),
    responses((status = 200, body = UploadView), (status = 404, body = Problem),
              (status = 422, body = Problem)))]
pub(crate) async fn check_again(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Json(reading): Json<Reading>,
) -> Result<axum::Json<Arc<UploadView>>, Problem> {
    let now = state.wall_clock();
    let (sent, _) = state.staged.find(&id, caller.key(), now)?;
    let usual = state.store.usual_region().await?;
    let view = Arc::new(report(id.clone(), &sent, &reading, usual, now).await?);
    state.staged.read_as(&id, reading, Arc::clone(&view));
    Ok(axum::Json(view))
}

async fn report(
    id: String,
    sent: &Sent,
    reading: &Reading,
    usual: Option<Region>,
    now: Timestamp,
) -> Result<UploadView, Problem> {
    let options = reading.options(&sent.file_name, usual)?;
    let mut view = UploadView {
        id,
        file: sent.file_name.clone(),
        bytes: sent.bytes,
        expires_at: now + limits::STAGED_KEPT,
        report: None,
        problem: None,
        columns: Vec::new(),
    };
    match check::view(sent.path().to_owned(), options).await? {
        Ok(report) => view.report = Some(report),
        Err(ImportError::NoPhoneColumn { columns }) => {
            view.columns.clone_from(&columns);
            view.problem = Some(ImportError::NoPhoneColumn { columns }.into());
        }
        Err(error) => return Err(error.into()),
    }
    Ok(view)
}

/// What a count of an upload's numbers goes by.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct UploadSkipsRequest {
    /// As in the settings; never again when absent.
    repeat: ringonce_domain::RepeatRule,
}

/// Says how many of an upload's numbers, as it was read last, a campaign would skip at this moment,
/// and why. A large file takes a while: ask again until it is done.
#[utoipa::path(post, path = "/uploads/{id}/skips", tag = "campaigns", request_body = UploadSkipsRequest,
    params(("id" = String, Path)),
    responses((status = 200, body = SkipsView), (status = 404, body = Problem),
              (status = 422, body = Problem)))]
pub(crate) async fn skips(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Json(request): Json<UploadSkipsRequest>,
) -> Result<axum::Json<SkipsView>, Problem> {
    let (sent, reading) = state.staged.find(&id, caller.key(), state.wall_clock())?;
    let usual = state.store.usual_region().await?;
    let options = reading.options(&sent.file_name, usual)?;
    let region = options.region;
    let key = format!("upload {id} {:?} {region:?} {reading:?}", request.repeat);
    let source = Source::File(sent.path().to_owned(), Box::new(options));
    let count = skip_preview::ask(&state, key, source, request.repeat).await?;
    Ok(axum::Json(count.into()))
}

/// Deletes an upload.
#[utoipa::path(delete, path = "/uploads/{id}", tag = "campaigns", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub(crate) async fn delete(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    state.staged.forget(&id, caller.key())?;
    Ok(StatusCode::NO_CONTENT)
}

/// The rows of an upload, as it was read last, that cannot be used, as CSV.
#[utoipa::path(get, path = "/uploads/{id}/problems.csv", tag = "campaigns",
    params(("id" = String, Path)),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 404, body = Problem)))]
pub(crate) async fn problems_csv(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (sent, reading) = state.staged.find(&id, caller.key(), state.wall_clock())?;
    let usual = state.store.usual_region().await?;
    let options = reading.options(&sent.file_name, usual)?;
    // What cannot be read is told before anything is sent.
    open(sent.path().to_owned(), options.clone()).await?;
    let (filled, mut pieces) = mpsc::channel(4);
    tokio::task::spawn_blocking(move || {
        // Held until it was read to its end.
        let open = || ringonce_import::open(sent.path(), &options);
        let pieces = Pieces(filled.clone());
        let out = io::BufWriter::with_capacity(limits::CSV_PIECE, pieces);
        if let Err(error) = errors_csv::write(open, out) {
            let _ = filled.blocking_send(Err(error));
        }
    });
    let pieces = futures::stream::poll_fn(move |context| pieces.poll_recv(context));
    let mut response = Body::from_stream(pieces).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8"),
    );
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"problems.csv\""),
    );
    Ok(response)
}

async fn open(path: PathBuf, options: Options) -> Result<Reader, Problem> {
    let opened = tokio::task::spawn_blocking(move || ringonce_import::open(&path, &options));
    Ok(opened.await.map_err(|error| Problem::fault(&error))??)
}

/// Passes on what is written, as fast as the client takes it.
struct Pieces(mpsc::Sender<io::Result<Bytes>>);

impl io::Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = Bytes::copy_from_slice(bytes);
        let sent = self.0.blocking_send(Ok(piece));
        sent.map_err(|_| io::Error::other("the client has gone away"))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
