//! Agents: what callees hear, version by version, and how it sounds for a contact.

use std::collections::BTreeMap;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use ringonce_domain::agent::{self, AgentVersion, PreviewStep};
use ringonce_domain::ids::AgentId;
use ringonce_domain::script::{Fields, Script, speaking_seconds};
use ringonce_domain::{Agent, CampaignId};
use ringonce_engine::fields::fields_of;
use ringonce_store::StoreError;
use ringonce_store::model::{AgentDetail, AgentRevision, Page};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::{IntoParams, ToSchema};

use crate::AppState;
use crate::api::campaigns::named;
use crate::api::wire::Listing;
use crate::auth::Caller;
use crate::extract::{Json, PageQuery, Path, Query};
use crate::limits;
use crate::problem::Problem;

/// Which agents.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Shelf {
    /// True lists archived agents.
    #[serde(default)]
    archived: bool,
}

/// Lists agents, the latest first.
#[utoipa::path(get, path = "/agents", tag = "agents", params(PageQuery, Shelf),
    responses((status = 200, body = Listing<AgentDetail>)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Query(query): Query<PageQuery>,
    Query(shelf): Query<Shelf>,
) -> Result<axum::Json<Listing<AgentDetail>>, Problem> {
    let page = query.page::<AgentId>()?;
    let limit = page.limit;
    let rows = state.store.agents(shelf.archived, page).await?;
    let key = |row: &AgentDetail| row.id.to_string();
    Ok(axum::Json(Listing::new(rows, limit, key)))
}

/// One agent.
#[utoipa::path(get, path = "/agents/{id}", tag = "agents", params(("id" = i64, Path)),
    responses((status = 200, body = AgentDetail), (status = 404, body = Problem)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    Path(id): Path<AgentId>,
) -> Result<axum::Json<AgentDetail>, Problem> {
    Ok(axum::Json(state.store.agent(id).await?))
}

/// The versions of an agent, the latest first.
#[utoipa::path(get, path = "/agents/{id}/versions", tag = "agents",
    params(("id" = i64, Path), PageQuery),
    responses((status = 200, body = Listing<AgentRevision>), (status = 404, body = Problem)))]
pub(crate) async fn versions(
    State(state): State<AppState>,
    Path(id): Path<AgentId>,
    Query(query): Query<PageQuery>,
) -> Result<axum::Json<Listing<AgentRevision>>, Problem> {
    let page = query.page::<u32>()?;
    let limit = page.limit;
    let rows = state.store.agent_versions(id, page).await?;
    let key = |row: &AgentRevision| row.version.to_string();
    Ok(axum::Json(Listing::new(rows, limit, key)))
}

/// An agent to be created.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAgent {
    /// What people call it.
    name: String,
    /// What it says, as `agent` in the settings of a campaign.
    #[schema(value_type = Agent)]
    content: Value,
}

/// Creates an agent.
#[utoipa::path(post, path = "/agents", tag = "agents", request_body = NewAgent,
    responses((status = 201, body = AgentDetail), (status = 422, body = Problem)))]
pub(crate) async fn create(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Json(request): Json<NewAgent>,
) -> Result<(StatusCode, axum::Json<AgentDetail>), Problem> {
    let name = named(&request.name)?;
    let content = playable(&state, read(request.content)?).await?;
    let now = state.clock.now();
    let id = state
        .store
        .add_agent(name, content, caller.actor(), now)
        .await?;
    let made = state.store.agent(id).await?;
    Ok((StatusCode::CREATED, axum::Json(made)))
}

/// What changes in an agent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgentChange {
    /// Another name.
    name: Option<String>,
    /// What it says from here on: another version. Campaigns keep the one that they were given.
    #[schema(value_type = Option<Agent>)]
    content: Option<Value>,
}

/// Renames an agent, or makes another version of it.
#[utoipa::path(patch, path = "/agents/{id}", tag = "agents", request_body = AgentChange,
    params(("id" = i64, Path)),
    responses((status = 200, body = AgentDetail), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn change(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<AgentId>,
    Json(request): Json<AgentChange>,
) -> Result<axum::Json<AgentDetail>, Problem> {
    let name = request.name.map(|name| named(&name)).transpose()?;
    let content = match request.content {
        Some(content) => Some(playable(&state, read(content)?).await?),
        None => None,
    };
    let (now, by) = (state.clock.now(), caller.actor());
    if let Some(content) = content {
        state
            .store
            .revise_agent(id, content, by.clone(), now)
            .await?;
    }
    if let Some(name) = name {
        state.store.name_agent(id, name, by, now).await?;
    }
    Ok(axum::Json(state.store.agent(id).await?))
}

/// Archives an agent. Campaigns that use it go on.
#[utoipa::path(post, path = "/agents/{id}/archive", tag = "agents", params(("id" = i64, Path)),
    responses((status = 200, body = AgentDetail), (status = 404, body = Problem)))]
pub(crate) async fn archive(
    state: State<AppState>,
    caller: Extension<Caller>,
    id: Path<AgentId>,
) -> Result<axum::Json<AgentDetail>, Problem> {
    shelve(state, caller, id, true).await
}

/// Restores an archived agent.
#[utoipa::path(post, path = "/agents/{id}/restore", tag = "agents", params(("id" = i64, Path)),
    responses((status = 200, body = AgentDetail), (status = 404, body = Problem)))]
pub(crate) async fn restore(
    state: State<AppState>,
    caller: Extension<Caller>,
    id: Path<AgentId>,
) -> Result<axum::Json<AgentDetail>, Problem> {
    shelve(state, caller, id, false).await
}

async fn shelve(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<AgentId>,
    archived: bool,
) -> Result<axum::Json<AgentDetail>, Problem> {
    let now = state.clock.now();
    state
        .store
        .archive_agent(id, archived, caller.actor(), now)
        .await?;
    Ok(axum::Json(state.store.agent(id).await?))
}

fn read(content: Value) -> Result<Agent, Problem> {
    let content: Agent = serde_json::from_value(content)
        .map_err(|error| Problem::invalid(error.to_string()).in_field("content"))?;
    content.validate_given()?;
    Ok(content)
}

/// The agent, when the file that it plays is there.
async fn playable(state: &AppState, content: Agent) -> Result<Agent, Problem> {
    let Some(id) = content.media() else {
        return Ok(content);
    };
    match state.store.media(id).await {
        Ok(_) => Ok(content),
        Err(StoreError::NotFound { .. }) => Err(Problem::invalid(
            "there is no such uploaded file; choose one of `GET /api/v1/media`",
        )
        .in_field("audio")),
        Err(error) => Err(error.into()),
    }
}

/// For whom an agent is to be heard.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreviewRequest {
    /// What it says, as `agent` in the settings of a campaign.
    #[schema(value_type = Agent)]
    content: Value,
    /// The contact's name.
    #[serde(default)]
    name: String,
    /// The other columns of its file.
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

/// How an agent sounds for one contact.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PreviewView {
    /// The contact's name.
    name: String,
    /// Its number, when it is a contact of a campaign.
    #[schema(value_type = Option<ringonce_domain::Number>)]
    number: Option<String>,
    /// What is said first; null where nothing is, and when that is a problem.
    text: Option<String>,
    /// What is left on an answering machine, where that is something else.
    voicemail: Option<String>,
    /// About how many seconds the text takes.
    seconds: u32,
    /// Everything that happens, in order; empty when there is a problem.
    heard: Vec<PreviewStep>,
    /// Why it cannot be said to this contact.
    problem: Option<String>,
}

/// Says how an agent would sound for a contact.
#[utoipa::path(post, path = "/agents/preview", tag = "agents", request_body = PreviewRequest,
    responses((status = 200, body = PreviewView), (status = 422, body = Problem)))]
pub(crate) async fn preview(
    Json(request): Json<PreviewRequest>,
) -> Result<axum::Json<PreviewView>, Problem> {
    let content = read(request.content)?;
    let contact = Fields::new(request.name, request.fields);
    Ok(axum::Json(heard(&content, &contact, None)))
}

/// Says how the agent of a campaign, or another, would sound for its first three contacts.
#[utoipa::path(post, path = "/campaigns/{id}/preview", tag = "agents",
    params(("id" = i64, Path)), request_body = CampaignPreview,
    responses((status = 200, body = [PreviewView]), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn preview_campaign(
    State(state): State<AppState>,
    Path(id): Path<CampaignId>,
    Json(request): Json<CampaignPreview>,
) -> Result<axum::Json<Vec<PreviewView>>, Problem> {
    let content = match request.content {
        Some(content) => read(content)?,
        None => state.store.campaign(id).await?.settings.agent.clone(),
    };
    let page = Page {
        after: None,
        limit: limits::PREVIEWS,
    };
    let contacts = state.store.contacts(id, None, page).await?;
    let heard = contacts.into_iter().map(|contact| {
        let number = contact.number.to_string();
        heard(&content, &fields_of(&contact), Some(number))
    });
    Ok(axum::Json(heard.collect()))
}

/// What the first contacts of a campaign are to hear.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CampaignPreview {
    /// In place of the campaign's own agent.
    #[schema(value_type = Option<Agent>)]
    content: Option<Value>,
}

fn heard(content: &Agent, contact: &Fields, number: Option<String>) -> PreviewView {
    let say = |text: Option<&str>| Script::parse(text?).ok()?.render(contact).ok();
    let text = say(content.text());
    let (heard, problem) = match agent::preview(content, contact) {
        Ok(heard) => (heard, None),
        Err(problem) => (Vec::new(), Some(problem.problem)),
    };
    PreviewView {
        seconds: text.as_deref().map_or(0, speaking_seconds),
        name: contact.name().to_owned(),
        number,
        text,
        voicemail: say(content.voicemail()),
        heard,
        problem,
    }
}

/// Puts the content of a stored agent into settings that name one by its version.
pub(crate) async fn fill_in(
    state: &AppState,
    settings: &mut Map<String, Value>,
) -> Result<(), Problem> {
    let wanted = settings.get("agent_version").filter(|it| !it.is_null());
    let Some(wanted) = wanted.cloned() else {
        if settings.contains_key("agent") {
            settings.insert("agent_version".into(), Value::Null);
        }
        return Ok(());
    };
    let unknown = |words: &str| Problem::invalid(words).in_field("agent_version");
    let AgentVersion { id, version } =
        serde_json::from_value(wanted).map_err(|error| unknown(&error.to_string()))?;
    let page = Page {
        after: version.checked_add(1),
        limit: 1,
    };
    let found = state.store.agent_versions(id, page).await;
    let found = found.map_err(|_| unknown("there is no such agent"))?;
    let found = found.into_iter().find(|found| found.version == version);
    let found = found.ok_or_else(|| unknown("the agent has no such version"))?;
    let content = json!(found.content);
    if settings.get("agent").is_some_and(|given| *given != content) {
        return Err(unknown(
            "this version says something else than `agent`; give one of them",
        ));
    }
    settings.insert("agent".into(), content);
    Ok(())
}
