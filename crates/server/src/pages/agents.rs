//! Agents: what callees hear. A list, and an editor for each with every version it had.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use ringonce_domain::Agent;
use ringonce_domain::ids::AgentId;
use ringonce_domain::script::speaking_seconds;
use ringonce_store::model::{AgentDetail, AgentRevision, Page};
use serde::Deserialize;

use crate::extract::{Path, Query};
use crate::language::Speech as _;
use crate::pages::frame::{Frame, Section};
use crate::pages::render;
use crate::problem::Problem;
use crate::{AppState, limits};

#[derive(Template)]
#[template(path = "agents.html")]
struct Shelf {
    frame: Frame,
    archived: bool,
    agents: Vec<Card>,
}

struct Card {
    id: i64,
    name: String,
    kind: String,
    text: String,
    voice: String,
    about: String,
}

#[derive(Template)]
#[template(path = "agent.html")]
struct Editor {
    frame: Frame,
    /// None of an agent that is to be created.
    id: Option<i64>,
    name: String,
    content: String,
    is_archived: bool,
    versions: Vec<Version>,
    keys: Vec<&'static str>,
}

struct Version {
    number: u32,
    about: String,
    /// What changed since the one before.
    changes: Vec<Change>,
    content: String,
    is_latest: bool,
}

struct Change {
    field: String,
    before: String,
    after: String,
}

/// The keys of a phone.
const KEYS: [&str; 12] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "*", "#"];

/// Which agents.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    #[serde(default)]
    archived: bool,
}

/// `GET /agents`
pub(crate) async fn page(
    State(state): State<AppState>,
    frame: Frame,
    Query(which): Query<Which>,
) -> Result<Response, Problem> {
    let frame = frame.page(Section::Agents, "nav-agents");
    let page = Page {
        after: None,
        limit: limits::PAGE_ROWS,
    };
    let agents = state.store.agents(which.archived, page).await?;
    Ok(render(&Shelf {
        archived: which.archived,
        agents: agents
            .iter()
            .map(|agent| Card::new(agent, &frame))
            .collect(),
        frame,
    }))
}

/// `GET /agents/new`
pub(crate) async fn blank(frame: Frame) -> Result<Response, Problem> {
    let frame = frame.page(Section::Agents, "agent-new");
    Ok(render(&Editor {
        id: None,
        name: String::new(),
        content: json(&Agent::Text {
            text: frame.say("agent-example"),
            language: frame.say("agent-example-language"),
            voice: None,
            opt_out: None,
            voicemail: None,
        }),
        is_archived: false,
        versions: Vec::new(),
        keys: KEYS.to_vec(),
        frame,
    }))
}

/// `GET /agents/{id}`
pub(crate) async fn editor(
    State(state): State<AppState>,
    frame: Frame,
    Path(id): Path<AgentId>,
) -> Result<Response, Problem> {
    let agent = state.store.agent(id).await?;
    let frame = frame.titled(Section::Agents, agent.name.clone());
    let page = Page {
        after: None,
        limit: limits::PAGE_ROWS,
    };
    let versions = state.store.agent_versions(id, page).await?;
    Ok(render(&Editor {
        id: Some(id.0),
        name: agent.name,
        content: json(&agent.content),
        is_archived: agent.archived_at.is_some(),
        versions: history(&versions, &frame),
        keys: KEYS.to_vec(),
        frame,
    }))
}

impl Card {
    fn new(agent: &AgentDetail, frame: &Frame) -> Self {
        let seconds = agent.content.text().map_or(0, speaking_seconds);
        Self {
            id: agent.id.0,
            name: agent.name.clone(),
            kind: frame.word("agent-kind", agent.content.kind()),
            text: agent.content.headline(),
            voice: match seconds {
                0 => String::new(),
                seconds => frame.say1("agent-seconds", "n", seconds),
            },
            about: about(agent.version, &agent.made_by.0, agent.made_at, frame),
        }
    }
}

fn about(version: u32, by: &str, at: ringonce_domain::Timestamp, frame: &Frame) -> String {
    let moment = frame.moment(at);
    let by = by.split_once(':').map_or(by, |(_, name)| name);
    frame.language.say_all(
        "agent-made",
        &[
            ("version", version.into()),
            ("by", by.into()),
            ("at", moment.into()),
        ],
    )
}

/// Each version with what it changed.
fn history(versions: &[AgentRevision], frame: &Frame) -> Vec<Version> {
    let latest = versions.first().map(|it| it.version);
    let each = versions.iter().enumerate().map(|(index, it)| Version {
        number: it.version,
        about: about(it.version, &it.made_by.0, it.made_at, frame),
        changes: versions.get(index + 1).map_or_else(Vec::new, |before| {
            changes(&before.content, &it.content, frame)
        }),
        content: json(&it.content),
        is_latest: Some(it.version) == latest,
    });
    each.collect()
}

fn changes(before: &Agent, after: &Agent, frame: &Frame) -> Vec<Change> {
    let fields = |agent| match serde_json::to_value(agent) {
        Ok(serde_json::Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    let (before, after) = (fields(before), fields(after));
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let shown = |value: Option<&serde_json::Value>| match value {
        None => "–".to_owned(),
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let changed = names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name));
    changed
        .map(|name| Change {
            field: frame.word("agent-field", name),
            before: shown(before.get(name)),
            after: shown(after.get(name)),
        })
        .collect()
}

fn json(content: &Agent) -> String {
    serde_json::to_string(content).unwrap_or_default()
}
