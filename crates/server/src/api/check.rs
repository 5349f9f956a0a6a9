//! What a file would give, without importing it.

use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use ringonce_domain::Region;
use ringonce_import::{Options, Use};
use ringonce_import::check::{Report, check};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
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
    /// The sheet of a workbook to read; otherwise the first with a phone column.
    sheet: Option<String>,
    /// What columns are for, as a JSON object by their titles or places: `{"Mobile": "phone",
    /// "column_2": "ignored"}`. Uses: phone, name, zone, metadata, ignored; what is not named is
    /// found out.
    columns: Option<String>,
}

/// The parts of a body that say how to read its file.
pub(crate) const READING: [&str; 3] = ["region", "sheet", "columns"];

/// How to read the file of a body.
pub(crate) fn options(upload: &Upload) -> Result<Options, Problem> {
    let region = upload.field("region").map(|text| {
        text.parse::<Region>()
            .map_err(|error| Problem::invalid(error.to_string()).in_field("region"))
    });
    Ok(Options {
        region: region.transpose()?,
        sheet: upload.field("sheet").map(str::to_owned),
        uses: upload.field("columns").map_or(Ok(Vec::new()), uses)?,
        file_name: Some(upload.file_name.clone()),
        ..Options::default()
    })
}

/// What columns are for, from JSON.
fn uses(json: &str) -> Result<Vec<(String, Use)>, Problem> {
    let wrong = |words: String| Problem::invalid(words).in_field("columns");
    let InOrder(fields) = serde_json::from_str(json)
        .map_err(|_| wrong("give a JSON object such as {\"Mobile\": \"phone\"}".into()))?;
    if fields.len() > limits::COLUMNS_NAMED {
        let most = limits::COLUMNS_NAMED;
        return Err(wrong(format!("names more than {most} columns")));
    }
    let read = |(title, use_): (String, String)| Ok((title, use_.parse().map_err(wrong)?));
    fields.into_iter().map(read).collect()
}

/// The fields of a JSON object in the order in which they stand there: parts of a name are joined in
/// the order in which they were given.
struct InOrder(Vec<(String, String)>);

impl<'de> Deserialize<'de> for InOrder {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = InOrder;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<InOrder, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(InOrder(fields))
            }
        }

        deserializer.deserialize_map(Fields)
    }
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
    let upload = Upload::receive(&state, body, &READING).await?;
    let options = options(&upload)?;
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
