//! Agents: what callees hear. A list, and an editor for each with every version it had.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use ringonce_domain::Agent;
use ringonce_domain::agent::{Action, Shown, Transfer};
use ringonce_domain::ids::AgentId;
use ringonce_domain::script::speaking_seconds;
use ringonce_store::model::{AgentDetail, AgentRevision, Page};
use serde::Deserialize;

use crate::api::media::MediaView;
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
    kinds: [&'static str; 5],
    media: Vec<MediaView>,
    keys: [&'static str; 12],
    rows: Vec<Row>,
    /// What the parts of a preview are called, as JSON.
    words: String,
}

/// A key of a menu, or that none was pressed.
struct Row {
    key: &'static str,
    is_silence: bool,
    words: String,
    actions: &'static [&'static str],
    /// What its fields are called for those who do not see where they stand.
    does: String,
    with: String,
    says: String,
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

const KINDS: [&str; 5] = ["text", "audio", "menu", "stream", "transfer"];
/// What a key may do; nothing is first.
const ACTIONS: [&str; 7] = [
    "",
    "opt_out",
    "disposition",
    "record",
    "transfer",
    "repeat",
    "hang_up",
];
/// What may happen without one.
const WITHOUT_KEY: [&str; 4] = ["hang_up", "disposition", "record", "transfer"];

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
pub(crate) async fn blank(
    State(state): State<AppState>,
    frame: Frame,
) -> Result<Response, Problem> {
    let frame = frame.page(Section::Agents, "agent-new");
    let content = Agent::Text {
        text: frame.say("agent-example"),
        language: frame.say("agent-example-language"),
        voice: None,
        opt_out: "9".parse().ok(),
        voicemail: None,
    };
    let editor = Editor::new(&state, frame, &content).await?;
    Ok(render(&editor))
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
    let versions = history(&versions, &frame);
    let editor = Editor {
        id: Some(id.0),
        name: agent.name,
        is_archived: agent.archived_at.is_some(),
        versions,
        ..Editor::new(&state, frame, &agent.content).await?
    };
    Ok(render(&editor))
}

impl Editor {
    /// Of an agent that is to be created.
    async fn new(state: &AppState, frame: Frame, content: &Agent) -> Result<Self, Problem> {
        let media = state.store.all_media().await?;
        let mut media: Vec<MediaView> = media.into_iter().map(MediaView::from).collect();
        // An archived file that the agent plays stays chosen.
        if let Some(id) = content.media()
            && !media.iter().any(|file| file.id == id)
            && let Ok(file) = state.store.media(id).await
        {
            media.push(file.into());
        }
        Ok(Self {
            id: None,
            name: String::new(),
            content: json(content),
            is_archived: false,
            versions: Vec::new(),
            kinds: KINDS,
            media,
            keys: KEYS,
            rows: rows(&frame),
            words: words(&frame),
            frame,
        })
    }
}

fn rows(frame: &Frame) -> Vec<Row> {
    let row = |key: &'static str, actions| {
        let words = match key {
            "" => frame.say("agent-no-key"),
            key => frame.say1("agent-key-name", "key", key),
        };
        let about = |id: &str| frame.say1(id, "key", words.clone());
        Row {
            key,
            is_silence: key.is_empty(),
            actions,
            does: about("agent-key"),
            with: about("agent-key-with"),
            says: about("agent-key-says"),
            words,
        }
    };
    let keys = KEYS.iter().map(|key| row(key, &ACTIONS[..]));
    keys.chain([row("", &WITHOUT_KEY[..])]).collect()
}

/// What the parts of a preview are called.
fn words(frame: &Frame) -> String {
    let mut words = serde_json::Map::new();
    for action in &ACTIONS[1..] {
        words.insert((*action).to_owned(), frame.word("does", action).into());
    }
    for part in ["key", "no-key", "machine", "machine-nothing", "streams"] {
        words.insert(part.to_owned(), frame.say(&format!("heard-{part}")).into());
    }
    serde_json::Value::Object(words).to_string()
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
    let (before, after) = (facts(before, frame), facts(after, frame));
    let value = |facts: &[(String, String)], field: &str| {
        let found = facts.iter().find(|(name, _)| name == field);
        found.map_or_else(|| "–".to_owned(), |(_, value)| value.clone())
    };
    let mut fields: Vec<&String> = Vec::new();
    for (field, _) in before.iter().chain(&after) {
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    let each = fields.into_iter().map(|field| Change {
        field: field.clone(),
        before: value(&before, field),
        after: value(&after, field),
    });
    each.filter(|change| change.before != change.after)
        .collect()
}

/// Everything that an agent holds, in words.
fn facts(agent: &Agent, frame: &Frame) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let mut fact = |field: &str, value: Option<String>| {
        facts.extend(value.map(|value| (frame.word("agent-field", field), value)));
    };
    fact("kind", Some(frame.word("agent-kind", agent.kind())));
    fact("text", agent.text().map(str::to_owned));
    fact("audio", agent.audio().map(ToString::to_string));
    fact("voicemail", agent.voicemail().map(str::to_owned));
    fact("language", Some(agent.language().to_owned()));
    fact("voice", agent.voice().map(str::to_owned));
    match agent {
        Agent::Menu {
            keys,
            repeats,
            timeout_seconds,
            no_key,
            ..
        } => {
            fact("repeats", Some(repeats.to_string()));
            fact("timeout_seconds", Some(timeout_seconds.to_string()));
            fact("no_key", no_key.as_ref().map(|does| doing(does, frame)));
            facts.extend(keys.iter().map(|(key, does)| {
                let name = frame.say1("agent-key-name", "key", key.to_string());
                (name, doing(does, frame))
            }));
        }
        Agent::Stream {
            url,
            parameters,
            token_parameter,
            ..
        } => {
            fact("url", Some(url.clone()));
            let told = parameters.iter();
            let told: Vec<_> = told
                .map(|(name, value)| format!("{name}: {value}"))
                .collect();
            fact(
                "parameters",
                Some(told.join(", ")).filter(|it| !it.is_empty()),
            );
            fact("token_parameter", token_parameter.clone());
            fact("opt_out", agent.opt_out().map(|key| key.to_string()));
        }
        Agent::Transfer { to, .. } => {
            fact("to", Some(whom(to, frame)));
            fact("opt_out", agent.opt_out().map(|key| key.to_string()));
        }
        Agent::Text { .. } | Agent::Audio { .. } => {
            fact("opt_out", agent.opt_out().map(|key| key.to_string()));
        }
    }
    facts
}

/// What a key does, with what it does it.
fn doing(action: &Action, frame: &Frame) -> String {
    let does = frame.word("does", action.as_str());
    match action {
        Action::Transfer(to) => format!("{does} {}", whom(to, frame)),
        Action::Disposition { word } => format!("{does}: {word}"),
        Action::Record { text, seconds } => {
            let text = text.as_deref().unwrap_or_default();
            format!("{does} ({seconds} s) {text}").trim_end().to_owned()
        }
        Action::OptOut | Action::Repeat | Action::HangUp => does,
    }
}

fn whom(to: &Transfer, frame: &Frame) -> String {
    let mut parts = vec![to.number.to_string(), format!("{} s", to.ring_seconds)];
    if to.caller_id == Shown::Callee {
        parts.push(frame.say("agent-shown-callee"));
    }
    for (name, text) in [
        ("agent-whisper", &to.whisper),
        ("agent-fallback", &to.fallback),
    ] {
        parts.extend(
            text.as_ref()
                .map(|text| format!("{}: {text}", frame.say(name))),
        );
    }
    parts.join(" · ")
}

fn json(content: &Agent) -> String {
    serde_json::to_string(content).unwrap_or_default()
}
