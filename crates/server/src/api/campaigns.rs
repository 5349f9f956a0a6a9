//! Campaigns: list, look at, start, pause, resume, delete.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use ringonce_domain::agent::FieldReport;
use ringonce_domain::{CampaignEvent, CampaignId, CampaignState, Settings};
use ringonce_engine::intake::{StartedCampaign, start_campaign};
use ringonce_store::model::{DraftEdit, Started};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::api::wire::{CampaignView, Listing};
use crate::api::{agents, carriers};
use crate::auth::Caller;
use crate::extract::{Json, PageQuery, Path, Query};
use crate::problem::Problem;
use crate::{AppState, limits};

/// Lists the campaigns that you see, the latest first.
#[utoipa::path(get, path = "/campaigns", tag = "campaigns", params(PageQuery),
    responses((status = 200, body = Listing<CampaignView>)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Query(query): Query<PageQuery>,
) -> Result<axum::Json<Listing<CampaignView>>, Problem> {
    let page = query.page::<CampaignId>()?;
    let limit = page.limit;
    let rows = state
        .store
        .campaigns(query.state::<CampaignState>()?, caller.visible(), page)
        .await?;
    let views = rows
        .into_iter()
        .map(|row| CampaignView::new(row, &state))
        .collect();
    Ok(axum::Json(Listing::new(
        views,
        limit,
        |view: &CampaignView| view.id.to_string(),
    )))
}

/// One campaign with its figures, its settings, and why it starts no call.
#[utoipa::path(get, path = "/campaigns/{id}", tag = "campaigns", params(("id" = i64, Path)),
    responses((status = 200, body = CampaignView), (status = 404, body = Problem)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    Path(id): Path<CampaignId>,
) -> Result<axum::Json<CampaignView>, Problem> {
    Ok(axum::Json(view(&state, id).await?))
}

/// The campaign as it stands.
pub(crate) async fn view(state: &AppState, id: CampaignId) -> Result<CampaignView, Problem> {
    Ok(CampaignView::with_settings(
        state.store.campaign(id).await?,
        state,
    ))
}

/// How a campaign was started.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StartedView {
    /// In words.
    #[schema(example = "Campaign started with 1910 calls (skipped 171 duplicates)")]
    pub(crate) message: String,
    /// Contacts that will be called.
    pub(crate) calls: u64,
    /// Contacts skipped because an earlier campaign called their number.
    pub(crate) skipped: u64,
    /// `running`, or `pending` until its start time.
    pub(crate) state: CampaignState,
    /// What its contacts have of the fields that its agent says.
    pub(crate) fields: FieldReport,
}

impl From<StartedCampaign> for StartedView {
    fn from(StartedCampaign { started, fields }: StartedCampaign) -> Self {
        let Started {
            calls,
            skipped,
            state,
        } = started;
        let message = format!("Campaign started with {calls} calls (skipped {skipped} duplicates)");
        Self {
            message,
            calls,
            skipped,
            state,
            fields,
        }
    }
}

/// Starts a draft: numbers that an earlier campaign called are skipped, as the repeat rule says. A
/// text with a field that no contact has keeps it from starting.
#[utoipa::path(post, path = "/campaigns/{id}/start", tag = "campaigns", params(("id" = i64, Path)),
    responses((status = 200, body = StartedView), (status = 404, body = Problem),
              (status = 409, body = Problem, description = "Not a draft"),
              (status = 422, body = Problem, description = "No contact has a field that its agent says")))]
pub(crate) async fn start(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<CampaignId>,
) -> Result<axum::Json<StartedView>, Problem> {
    Ok(axum::Json(start_now(&state, id, &caller).await?))
}

/// Starts a draft. Goes on when the client disconnects: otherwise only a part would be marked.
pub(crate) async fn start_now(
    state: &AppState,
    id: CampaignId,
    caller: &Caller,
) -> Result<StartedView, Problem> {
    carriers::must_be_there(state, id).await?;
    let (state, by) = (state.clone(), caller.actor());
    let started = tokio::spawn(async move {
        start_campaign(&state.store, state.clock.as_ref(), id, by, &|_| {}).await
    });
    Ok(started
        .await
        .map_err(|error| Problem::fault(&error))??
        .into())
}

/// Holds a running campaign; calls under way go on to their end.
#[utoipa::path(post, path = "/campaigns/{id}/pause", tag = "campaigns", params(("id" = i64, Path)),
    responses((status = 200, body = CampaignView), (status = 404, body = Problem),
              (status = 409, body = Problem, description = "Not running")))]
pub(crate) async fn pause(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<CampaignId>,
) -> Result<axum::Json<CampaignView>, Problem> {
    on(&state, id, CampaignEvent::Pause, &caller).await
}

/// Lets a paused campaign go on.
#[utoipa::path(post, path = "/campaigns/{id}/resume", tag = "campaigns", params(("id" = i64, Path)),
    responses((status = 200, body = CampaignView), (status = 404, body = Problem),
              (status = 409, body = Problem, description = "Not paused")))]
pub(crate) async fn resume(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<CampaignId>,
) -> Result<axum::Json<CampaignView>, Problem> {
    carriers::must_be_there(&state, id).await?;
    on(&state, id, CampaignEvent::Resume, &caller).await
}

async fn on(
    state: &AppState,
    id: CampaignId,
    event: CampaignEvent,
    caller: &Caller,
) -> Result<axum::Json<CampaignView>, Problem> {
    let now = state.clock.now();
    state
        .store
        .transition(id, event, caller.actor(), None, now)
        .await?;
    Ok(axum::Json(view(state, id).await?))
}

/// What changes in a draft.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EditRequest {
    /// Another name.
    name: Option<String>,
    /// The settings that change, each whole; the others stay as they are.
    #[serde(default)]
    #[schema(value_type = Option<Settings>)]
    settings: serde_json::Map<String, serde_json::Value>,
}

/// Changes the name or the settings of a draft. Once it was started a campaign keeps its settings.
#[utoipa::path(patch, path = "/campaigns/{id}", tag = "campaigns", params(("id" = i64, Path)),
    request_body = EditRequest,
    responses((status = 200, body = CampaignView), (status = 404, body = Problem),
              (status = 409, body = Problem, description = "Started already"),
              (status = 422, body = Problem, description = "A setting cannot be used")))]
pub(crate) async fn edit(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<CampaignId>,
    Json(request): Json<EditRequest>,
) -> Result<axum::Json<CampaignView>, Problem> {
    let name = request.name.map(|name| named(&name)).transpose()?;
    let mut settings = request.settings;
    agents::fill_in(&state, &mut settings).await?;
    if let Some(start) = settings.get("start_at") {
        // Only when it is given: a start that was fine when it was chosen may be past by now.
        let given = json!({ "start_at": start }).to_string();
        Settings::from_json(&given)?.validate_start(state.clock.now())?;
    }
    let edit = DraftEdit { name, settings };
    state
        .store
        .edit(id, edit, caller.actor(), state.clock.now())
        .await?;
    Ok(axum::Json(view(&state, id).await?))
}

/// A campaign's name, if people can read it.
pub(crate) fn named(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::invalid("is empty; give the campaign a name").in_field("name"));
    }
    if text.chars().count() > limits::NAME_CHARS {
        let advice = format!("is longer than {} characters", limits::NAME_CHARS);
        return Err(Problem::invalid(advice).in_field("name"));
    }
    Ok(text.to_owned())
}

/// Deletes a campaign that is not running and has no call under way. Its calls stay in the ledger.
#[utoipa::path(delete, path = "/campaigns/{id}", tag = "campaigns", params(("id" = i64, Path)),
    responses((status = 204), (status = 404, body = Problem),
              (status = 409, body = Problem, description = "Running, or calls are under way")))]
pub(crate) async fn delete(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<CampaignId>,
) -> Result<StatusCode, Problem> {
    state
        .store
        .delete(id, caller.actor(), state.clock.now())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
