//! What a file would give, without importing it.

use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use ringonce_domain::Region;
use ringonce_import::Options;
use ringonce_import::check::{Report, check};
use serde::Serialize;
use utoipa::ToSchema;

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
    /// Two letters: where numbers without a country code belong.
    region: Option<String>,
}

/// What `ringonce check --json` reports, with at most 1,000 duplicates and bad rows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckView {
    #[serde(flatten)]
    #[schema(value_type = Object, inline)]
    report: Report,
    /// How many duplicates there are in all.
    duplicates_total: usize,
    /// How many bad rows there are in all.
    rejected_total: usize,
}

/// Reports what a file holds: columns, contacts, duplicates, bad rows with line and reason.
#[utoipa::path(post, path = "/check", tag = "campaigns",
    request_body(content = CheckForm, content_type = "multipart/form-data"),
    responses((status = 200, body = CheckView), (status = 413, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn report(
    State(state): State<AppState>,
    body: Result<Multipart, MultipartRejection>,
) -> Result<axum::Json<CheckView>, Problem> {
    let body = body.map_err(|_| {
        Problem::wrong_media("send `multipart/form-data`; with curl: `-F file=@contacts.csv`")
    })?;
    let upload = Upload::receive(&state, body, &["region"]).await?;
    let region = upload.field("region").map(|text| {
        text.parse::<Region>()
            .map_err(|error| Problem::invalid(error.to_string()).in_field("region"))
    });
    let options = Options {
        region: region.transpose()?,
        file_name: Some(upload.file_name.clone()),
        ..Options::default()
    };
    let checked =
        tokio::task::spawn_blocking(move || check(upload.path(), &options, false, |_, _| {}));
    let mut report = checked.await.map_err(|error| Problem::fault(&error))??;
    let (duplicates_total, rejected_total) = (report.duplicates.len(), report.rejected.len());
    report.duplicates.truncate(limits::PROBLEMS_SHOWN);
    report.rejected.truncate(limits::PROBLEMS_SHOWN);
    Ok(axum::Json(CheckView {
        report,
        duplicates_total,
        rejected_total,
    }))
}
