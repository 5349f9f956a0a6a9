//! An uploaded file becomes a campaign.

use axum::extract::{Extension, Multipart, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ringonce_carrier::simulator;
use ringonce_domain::account::Permission;
use ringonce_domain::agent::FieldReport;
use ringonce_domain::{CampaignId, CampaignState, Settings};
use ringonce_engine::intake::{Intake, IntakeError, IntakeRequest, SHOWN, create_from_file};
use ringonce_import::{Layout, Options};
use ringonce_store::model::{DuplicateRow, HeldKey, Page, RowProblem};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::api::campaigns::{StartedView, named, start_now, view};
use crate::api::reading::Reading;
use crate::api::wire::CampaignView;
use crate::api::{agents, carriers};
use crate::auth::Caller;
use crate::idempotency::{self, KeyedUpload, Turn};
use crate::problem::Problem;
use crate::upload::Upload;
use crate::{AppState, limits};

/// The multipart body of a creation.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "the schema of a multipart body, which is read part by part"
)]
pub(crate) struct CreateForm {
    /// The contacts: CSV, XLSX, XLS or TXT, at most 1 GiB.
    #[schema(value_type = Option<String>, format = Binary)]
    file: Option<String>,
    /// In place of `file`: the id of an upload that you made before.
    upload: Option<String>,
    /// What people call the campaign; the file's name when absent.
    name: Option<String>,
    /// Settings as JSON.
    #[schema(value_type = Option<Settings>)]
    settings: Option<String>,
    /// `true` starts it at once.
    start: Option<bool>,
    /// The sheet of a workbook to read, as in a check.
    sheet: Option<String>,
    /// The line with the header, as in a check.
    header_line: Option<u32>,
    /// Whether hidden rows are read, as in a check.
    hidden_rows: Option<bool>,
    /// What columns are for, as in a check.
    columns: Option<String>,
    /// Which rows are left out, as in a check.
    leave_out: Option<String>,
    /// `true` calls rows that are marked as not to be called, as in a check.
    call_marked: Option<bool>,
    /// `true` calls numbers that no plan assigns, as in a check.
    insist: Option<bool>,
}

/// A campaign that was made from a file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CreatedView {
    /// The campaign.
    campaign: CampaignView,
    /// What was detected in the file: format, encoding, delimiter, sheet, the header's line and
    /// what each column is for; null when the campaign was made by an earlier request under the same key.
    layout: Option<Layout>,
    /// The first 100 rows whose number stood in the file before.
    duplicates: Vec<DuplicateRow>,
    /// The first 100 rows that could not be used.
    rejected: Vec<RowProblem>,
    /// What its contacts have of the fields that its agent says; null when the campaign was made by an
    /// earlier request under the same key.
    fields: Option<FieldReport>,
    /// How it was started, when that was asked for.
    started: Option<StartedView>,
}

/// The text parts of a creation.
const PARTS: [&str; 10] = [
    "name",
    "settings",
    "start",
    "sheet",
    "header_line",
    "hidden_rows",
    "columns",
    "leave_out",
    "call_marked",
    "insist",
];

/// Makes a draft campaign from an uploaded file, and starts it if asked to.
#[utoipa::path(post, path = "/campaigns", tag = "campaigns",
    params(("Idempotency-Key" = Option<String>, Header,
        description = "The same request under the same key makes one campaign; kept for a day")),
    request_body(content = CreateForm, content_type = "multipart/form-data"),
    responses((status = 201, body = CreatedView),
              (status = 200, body = CreatedView, description = "Made by an earlier request under the same key"),
              (status = 409, body = Problem), (status = 413, body = Problem),
              (status = 422, body = Problem, description = "The file or a setting cannot be used")))]
pub(crate) async fn create(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<Response, Problem> {
    let key = key_of(&headers)?;
    let body = body.map_err(|_| Upload::no_form())?;
    let upload = Upload::receive_or_find(&state, &caller, body, &PARTS).await?;
    let order = Order::read(&upload, settings(&state, &upload).await?)?;
    if order.start {
        caller.must(Permission::CampaignsRun)?;
        carriers::must_be_configured(&state, &order.settings.carrier)?;
    }
    let turn = match key {
        Some(key) => Some(idempotency::take(&state, order.asked(&caller, key, &upload)).await?),
        None => None,
    };
    match turn {
        Some(Turn::Done(campaign)) => {
            caller.see(&state, campaign).await?;
            again(&state, campaign, order.start, &caller).await
        }
        turn => {
            let working = match turn {
                Some(Turn::First(working)) => Some(working),
                _ => None,
            };
            // On a task of its own: a client that hangs up does not leave half a campaign.
            let state = state.clone();
            let made = tokio::spawn(async move {
                let key = working.as_ref().map(|it| it.key().clone());
                let making = make(&state, &caller, &upload, &order, key);
                match working {
                    Some(working) => working.carry_out(making).await,
                    None => making.await,
                }
            });
            made.await.map_err(|error| Problem::fault(&error))?
        }
    }
}

/// The settings of a form, with the usual region if they say nothing of one.
async fn settings(state: &AppState, upload: &Upload) -> Result<Settings, Problem> {
    let mut settings = given_settings(state, upload).await?;
    let json = upload.field("settings").unwrap_or("{}");
    let given: Value = serde_json::from_str(json).unwrap_or_default();
    if given.get("region").is_none() {
        settings.region = state.store.usual_region().await?;
    }
    Ok(settings)
}

/// The settings of a form; a stored agent that they name is filled in, and a carrier if they name none.
async fn given_settings(state: &AppState, upload: &Upload) -> Result<Settings, Problem> {
    let json = upload.field("settings").unwrap_or("{}");
    let Ok(mut fields) = serde_json::from_str::<Map<String, Value>>(json) else {
        return Ok(Settings::given(json)?);
    };
    if !fields.contains_key("carrier") && state.usual_carrier() != simulator::NAME {
        fields.insert("carrier".into(), state.usual_carrier().into());
    } else if !fields.contains_key("agent_version") {
        // As it was written, so that what is wrong is named with its line.
        return Ok(Settings::given(json)?);
    }
    if fields.contains_key("agent_version") {
        agents::fill_in(state, &mut fields).await?;
    }
    Ok(Settings::given(&Value::Object(fields).to_string())?)
}

/// What is asked for, apart from the file.
struct Order {
    name: String,
    settings: Settings,
    start: bool,
    /// How to read the file.
    reading: Options,
}

impl Order {
    fn read(upload: &Upload, settings: Settings) -> Result<Self, Problem> {
        let name = named(upload.field("name").unwrap_or(upload.file_name()))?;
        let start = upload.flag("start")?;
        let reading = Options {
            region: settings.region,
            ..Reading::of(upload)?.options(upload.file_name(), settings.region)?
        };
        Ok(Self {
            name,
            settings,
            start,
            reading,
        })
    }

    fn asked(&self, caller: &Caller, key: &str, upload: &Upload) -> KeyedUpload {
        let start = if self.start { "start" } else { "" };
        let settings = self.settings.to_json();
        let mut parts = vec![
            self.name.as_str(),
            &settings,
            upload.file_name(),
            start,
            upload.field("sheet").unwrap_or_default(),
            upload.field("columns").unwrap_or_default(),
        ];
        // Only where they are said: requests without them are the same to versions that know neither.
        for name in [
            "header_line",
            "hidden_rows",
            "leave_out",
            "call_marked",
            "insist",
        ] {
            parts.extend(upload.field(name).iter().flat_map(|value| [name, *value]));
        }
        KeyedUpload::new(caller.key(), key, &upload.sent().fingerprint, &parts)
    }
}

async fn make(
    state: &AppState,
    caller: &Caller,
    upload: &Upload,
    order: &Order,
    key: Option<HeldKey>,
) -> Result<Response, Problem> {
    let intake = import(state, caller, upload, order, key).await?;
    if let Some(id) = upload.field("upload") {
        // The campaign exists; a staged file that was swept meanwhile is no loss.
        let _ = state.staged.forget(id, caller.key());
    }
    let started = if order.start {
        Some(start_now(state, intake.campaign, caller).await?)
    } else {
        None
    };
    let created = CreatedView {
        campaign: view(state, intake.campaign).await?,
        layout: Some(intake.layout),
        duplicates: intake.duplicates,
        rejected: intake.rejected,
        fields: Some(intake.fields),
        started,
    };
    Ok(answer(StatusCode::CREATED, &created))
}

async fn import(
    state: &AppState,
    caller: &Caller,
    upload: &Upload,
    order: &Order,
    key: Option<HeldKey>,
) -> Result<Intake, IntakeError> {
    let request = IntakeRequest {
        owner: caller.user().map(|user| user.id),
        name: order.name.clone(),
        settings: order.settings.clone(),
        path: upload.path().to_owned(),
        file_name: upload.file_name().to_owned(),
        options: order.reading.clone(),
        key,
        starts: order.start,
    };
    create_from_file(
        &state.store,
        state.clock.as_ref(),
        request,
        caller.actor(),
        &|_| {},
    )
    .await
}

/// Answers for a campaign that an earlier request under the same key made, and starts it if that
/// request did not get so far.
async fn again(
    state: &AppState,
    campaign: CampaignId,
    start: bool,
    caller: &Caller,
) -> Result<Response, Problem> {
    let mut campaign = view(state, campaign).await?;
    let mut started = None;
    if start && campaign.state == CampaignState::Draft {
        let starting = start_now(state, campaign.id, caller).await;
        campaign = view(state, campaign.id).await?;
        match starting {
            Ok(view) => started = Some(view),
            // Another request under the same key was faster.
            Err(_) if campaign.state != CampaignState::Draft => {}
            Err(problem) => return Err(problem),
        }
    }
    let limit = u32::try_from(SHOWN).unwrap_or(limits::PAGE_ROWS);
    let rejected = state
        .store
        .problems(campaign.id, Page { after: None, limit })
        .await?;
    let created = CreatedView {
        campaign,
        layout: None,
        duplicates: Vec::new(),
        rejected,
        fields: None,
        started,
    };
    Ok(answer(StatusCode::OK, &created))
}

fn answer(status: StatusCode, created: &CreatedView) -> Response {
    let mut response = (status, axum::Json(created)).into_response();
    if let Ok(location) =
        HeaderValue::from_str(&format!("/api/v1/campaigns/{}", created.campaign.id))
    {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

fn key_of(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    match value.to_str().map(str::trim) {
        Ok(key) if (1..=limits::KEY_CHARS).contains(&key.len()) => Ok(Some(key)),
        _ => Err(Problem::malformed(format!(
            "the Idempotency-Key must be 1 to {} characters of ASCII",
            limits::KEY_CHARS
        ))),
    }
}
