//! What a file would give, without importing it.

use std::path::PathBuf;

use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use ringonce_import::check::{Report, check};
use ringonce_import::{ImportError, Options};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::reading::Reading;
use crate::problem::Problem;
use crate::upload::Upload;
use crate::{AppState, limits};

/// The multipart body of a check.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "the schema of a multipart body, which is read part by part"
)]
pub(crate) struct CheckForm {
    /// The contacts: CSV, XLSX, XLS or TXT, at most 1 GiB.
    #[schema(value_type = String, format = Binary)]
    file: String,
    #[serde(flatten)]
    reading: Reading,
}

/// What `ringonce check --json` reports, with at most 1,000 duplicates and bad rows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckView {
    #[serde(flatten)]
    pub(crate) report: Report,
    /// How many duplicates there are in all.
    pub(crate) duplicates_total: usize,
    /// How many bad rows there are in all.
    pub(crate) rejected_total: usize,
}

/// Reports what a file holds: columns with samples, the first rows as read, contacts, duplicates, bad
/// rows with line and reason.
#[utoipa::path(post, path = "/check", tag = "campaigns",
    request_body(content = CheckForm, content_type = "multipart/form-data"),
    responses((status = 200, body = CheckView), (status = 413, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn report(
    State(state): State<AppState>,
    body: Result<Multipart, MultipartRejection>,
) -> Result<axum::Json<CheckView>, Problem> {
    let body = body.map_err(|_| Upload::no_form())?;
    let upload = Upload::receive(&state, body, &Reading::PARTS).await?;
    let usual = state.store.usual_region().await?;
    let options = Reading::of(&upload)?.options(upload.file_name(), usual)?;
    let view = view(upload.path().to_owned(), options).await?;
    Ok(axum::Json(view?))
}

/// Reads the file at `path` and reports on it.
pub(crate) async fn view(
    path: PathBuf,
    options: Options,
) -> Result<Result<CheckView, ImportError>, Problem> {
    let checked = tokio::task::spawn_blocking(move || check(&path, &options, false, |_, _| {}));
    let checked = checked.await.map_err(|error| Problem::fault(&error))?;
    Ok(checked.map(|mut report| {
        let (duplicates_total, rejected_total) = (report.duplicates.len(), report.rejected.len());
        report.duplicates.truncate(limits::PROBLEMS_SHOWN);
        report.rejected.truncate(limits::PROBLEMS_SHOWN);
        CheckView {
            report,
            duplicates_total,
            rejected_total,
        }
    }))
}
