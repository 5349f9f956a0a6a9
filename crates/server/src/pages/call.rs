//! One call: what became of it and on what evidence, which rules were asked before it was made, and the
//! whole history of its number. A page of its own, which campaign pages open as a dialog.

mod answer;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use ringonce_domain::hours::Zone;
use ringonce_domain::{AttemptId, CampaignId, Millis, Outcome, Settings, Timestamp};
use ringonce_engine::fields::fields_of;
use ringonce_store::StoreError;
use ringonce_store::model::{AuditEntry, CallDetail, NumberDetail, RecordingState};
use serde_json::{Map, Value};

use crate::AppState;
use crate::api::recordings::audio_path;
use crate::extract::Path;
use crate::language::{Language, Speech as _};
use crate::pages::call_row::{CallRow, CampaignNames};
use crate::pages::campaign::reason;
use crate::pages::frame::{Frame, Section};
use crate::pages::{number_choice, render, times};
use crate::problem::Problem;
use crate::visibility;

#[derive(Template)]
#[template(path = "call.html")]
struct CallPage {
    frame: Frame,
    /// The zone of the times shown: the campaign's.
    zone: Zone,
    call: CallRow,
    title: String,
    e164: String,
    /// Where everything about the number is told.
    lookup: String,
    recordings: Vec<PreviewStep>,
    /// Where the agent's texts had nothing to say for this contact.
    silent: Vec<String>,
    cause: Option<String>,
    carrier_id: Option<String>,
    facts: Vec<(String, String)>,
    rules: Vec<Checked>,
    steps: Vec<Step>,
    history: Vec<CallRow>,
    /// When and why the number was blocked.
    blocked: Option<(String, String)>,
    /// The number's country, and what was done about it so far.
    country: String,
    told: String,
}

/// A recording of the call, or why there is none to play.
struct PreviewStep {
    id: i64,
    audio: Option<String>,
    words: String,
}

/// A rule that was asked before the call was made.
struct Checked {
    rule: String,
    found: String,
}

/// A step of the call.
struct Step {
    class: &'static str,
    words: String,
    time: String,
    machine: String,
    actor: String,
    /// Names and values of the evidence.
    detail: Vec<(String, String)>,
}

/// `GET /calls/{id}`
pub(crate) async fn page(
    State(state): State<AppState>,
    frame: Frame,
    Path(id): Path<AttemptId>,
) -> Result<Response, Problem> {
    let (call, timeline) = state.store.call(id).await?;
    let settings = state.store.settings(call.campaign).await?;
    let silent = silent(&state, &frame, &call, settings.as_deref()).await?;
    let tells_prices = settings.as_deref().is_some_and(|it| state.tells_prices(it));
    let records = settings.as_ref().is_some_and(|it| it.record);
    let zone = settings.map_or_else(Zone::utc, |settings| settings.time_zone.clone());
    let number = visibility::number(&state, &frame.caller, call.number).await?;
    let (history, names) = history(&state, call.campaign, number.as_ref()).await?;
    let number_shown = call.number.international();
    let title = if call.name.is_empty() {
        number_shown
    } else {
        call.name.clone()
    };
    let mut frame = frame.titled(Section::Calls, title.clone());
    // Every time on this page is told in the campaign's zone, which the page names.
    frame.zone = zone.clone();
    let told = number_choice::history(&frame, number.as_ref());
    let country = number_choice::country(&frame, call.number);
    let block = number.and_then(|number| number.blocked);
    Ok(render(&CallPage {
        e164: call.number.to_string(),
        lookup: format!("/numbers?number=%2B{}", call.number.digits()),
        recordings: recordings(&state, &frame, &call, records).await?,
        silent,
        cause: call.cause.clone().filter(|cause| !cause.is_empty()),
        carrier_id: call.call_id.clone(),
        facts: facts(&frame, &call, &timeline, tells_prices),
        rules: rules(&frame, &timeline),
        steps: timeline
            .iter()
            .map(|entry| Step::new(&frame, entry))
            .collect(),
        history: history
            .into_iter()
            .map(|call| CallRow::new(call, &names, &frame))
            .collect(),
        country,
        told,
        blocked: block.map(|block| (frame.moment(block.at), block.reason)),
        call: CallRow::new(call, &names, &frame),
        title,
        zone,
        frame,
    }))
}

/// The fields that a text says and that this contact does not have, each with what was heard there.
async fn silent(
    state: &AppState,
    frame: &Frame,
    call: &CallDetail,
    settings: Option<&Settings>,
) -> Result<Vec<String>, Problem> {
    let attempt = state.store.attempt(call.id).await?;
    let (Some(settings), Some(attempt)) = (settings, attempt) else {
        return Ok(Vec::new());
    };
    let contact = match state.contact_of(&attempt).await {
        Ok(contact) => contact,
        // Its campaign was deleted, and its contacts with it.
        Err(StoreError::NotFound { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let silent = contact.map(|contact| settings.agent.silent_for(&fields_of(&contact)));
    let told = silent.into_iter().flatten().map(|it| {
        let (id, hears) = if it.hears.is_empty() {
            ("call-silent-whole", String::new())
        } else {
            ("call-silent", it.hears)
        };
        let values = [("field", it.field.into()), ("hears", hears.into())];
        frame.language.say_all(id, &values)
    });
    Ok(told.collect())
}

/// The number's calls of campaigns that the viewer may see, and what these are called.
async fn history(
    state: &AppState,
    own: CampaignId,
    number: Option<&NumberDetail>,
) -> Result<(Vec<CallDetail>, CampaignNames), Problem> {
    let calls: Vec<CallDetail> = number.map_or_else(Vec::new, |number| number.calls.clone());
    let mut campaigns = vec![own];
    campaigns.extend(calls.iter().map(|call| call.campaign));
    campaigns.sort_unstable();
    campaigns.dedup();
    Ok((calls, CampaignNames::of(state, campaigns).await?))
}

/// The recordings of a call, and a placeholder while one is expected that the carrier has not announced.
async fn recordings(
    state: &AppState,
    frame: &Frame,
    call: &CallDetail,
    records: bool,
) -> Result<Vec<PreviewStep>, Problem> {
    let found = state.store.recordings_of(call.id).await?;
    if found.is_empty() && records && call.answered_at.is_some() {
        return Ok(vec![PreviewStep {
            id: 0,
            audio: None,
            words: frame.word("recording", RecordingState::Wanted.as_str()),
        }]);
    }
    let heard = found.into_iter().map(|it| PreviewStep {
        id: it.id,
        audio: audio_path(&it),
        words: match (it.state, it.wanted.seconds) {
            (RecordingState::Stored, Some(seconds)) => {
                times::duration(Millis::from_secs(seconds.into()))
            }
            (state, _) => frame.word("recording", state.as_str()),
        },
    });
    Ok(heard.collect())
}

fn facts(
    frame: &Frame,
    call: &CallDetail,
    timeline: &[AuditEntry],
    tells_prices: bool,
) -> Vec<(String, String)> {
    let pair = |name: &str, value: String| (frame.say(name), value);
    let mut facts = vec![pair("call-attempt", frame.number(call.made))];
    if let Some(dialed) = call.dialed_at {
        facts.push(pair("call-dialled", frame.moment(dialed)));
        if let Some(end) = call.answered_at.or(call.ended_at) {
            facts.push(pair("call-rang", times::duration(end.since(dialed))));
        }
    }
    if let Some((from, to)) = call.answered_at.zip(call.ended_at) {
        facts.push(pair("call-talked", times::duration(to.since(from))));
    }
    if let Some(price) = call.price {
        facts.push(pair("call-price", frame.language.price(price)));
    } else if tells_prices && call.outcome == Some(Outcome::Answered) {
        facts.push(pair("call-price", frame.say("call-price-unknown")));
    }
    let answers = timeline.iter().filter_map(answer::told);
    facts.extend(answers.map(|it| answer::fact(&it, frame)));
    if call.ended_at.is_some() && !call.may_have_rung {
        facts.push(pair("call-rung", frame.say("call-not-rung")));
    }
    facts
}

fn object(entry: &AuditEntry) -> Map<String, Value> {
    serde_json::from_str(&entry.detail).unwrap_or_default()
}

/// What the claim asked, from the trail: the inputs of its decision.
fn rules(frame: &Frame, timeline: &[AuditEntry]) -> Vec<Checked> {
    let Some(claimed) = timeline
        .iter()
        .find(|entry| entry.event == "attempt.claimed")
    else {
        return Vec::new();
    };
    let found = object(claimed);
    let flag = |name: &str| found.get(name).and_then(Value::as_bool).unwrap_or(false);
    let word = |is: bool, yes: &str, no: &str| frame.say(if is { yes } else { no });
    let by_others = found.get("called_by_others").and_then(Value::as_i64);
    let recent = found.get("recent").and_then(Value::as_u64).unwrap_or(0);
    let checked = |rule: &str, found: String| Checked {
        rule: frame.say(rule),
        found,
    };
    vec![
        checked(
            "rule-block",
            word(flag("blocked"), "rule-blocked", "rule-free"),
        ),
        checked(
            "rule-once",
            word(flag("live"), "rule-in-call", "rule-not-in-call"),
        ),
        checked(
            "rule-repeat",
            match by_others {
                Some(at) => {
                    let at = frame.moment(Timestamp::from_millis(at));
                    frame.say1("rule-called-before", "time", at)
                }
                None => frame.say("rule-never-called"),
            },
        ),
        checked("rule-caps", frame.say1("rule-recent", "n", recent)),
        checked("rule-hours", frame.say("rule-open")),
    ]
}

/// The steps of a call that have words of their own.
const STEPS: [(&str, &str); 11] = [
    ("attempt.claimed", ""),
    ("attempt.dialing", "run"),
    ("attempt.unknown", "warn"),
    ("attempt.ringing", "run"),
    ("attempt.answered", "good"),
    ("attempt.ended", ""),
    ("attempt.refused", "bad"),
    ("attempt.released", ""),
    ("attempt.never_placed", "warn"),
    ("attempt.superseded", "bad"),
    ("attempt.noted", ""),
];

/// What a step tells of a recording; its name at the carrier and its checksum are in the trail.
const RECORDING_TELLS: [&str; 2] = ["path", "reason"];

impl Step {
    fn new(frame: &Frame, entry: &AuditEntry) -> Self {
        if let Some(answer) = answer::told(entry) {
            let (class, words) = answer::step(&answer, frame);
            let detail = answer::detail(&answer, frame);
            return Self::of(frame, entry, class, words, detail);
        }
        if let Some(word) = entry.event.strip_prefix("recording.") {
            let mut found = object(entry);
            found.retain(|name, _| RECORDING_TELLS.contains(&name.as_str()));
            let words = frame.word("step-recording", word);
            return Self::of(frame, entry, "", words, evidence(frame, &found));
        }
        let known = STEPS.iter().find(|(event, _)| *event == entry.event);
        let detail = if entry.event == "attempt.claimed" {
            Vec::new()
        } else {
            evidence(frame, &object(entry))
        };
        let class = known.map_or("", |(_, class)| class);
        let words = match known {
            Some((event, _)) => frame.word("step", event.trim_start_matches("attempt.")),
            None => entry.event.clone(),
        };
        Self::of(frame, entry, class, words, detail)
    }

    fn of(
        frame: &Frame,
        entry: &AuditEntry,
        class: &'static str,
        words: String,
        detail: Vec<(String, String)>,
    ) -> Self {
        Self {
            class,
            words,
            time: times::exact(entry.at, &frame.zone),
            machine: times::machine(entry.at),
            actor: entry.actor.0.to_string(),
            detail,
        }
    }
}

/// What a step rests on, as names and values.
fn evidence(frame: &Frame, detail: &Map<String, Value>) -> Vec<(String, String)> {
    let language = frame.language;
    let mut pairs = Vec::new();
    for (name, value) in detail {
        let words = match (name.as_str(), value) {
            ("dial_before" | "due_at", Value::Number(at)) => {
                let at = at.as_i64().unwrap_or_default();
                frame.moment(Timestamp::from_millis(at))
            }
            ("outcome", Value::String(word)) => language.word("outcome", word),
            ("contact", Value::String(word)) => language.word("contact", word),
            ("reason", Value::String(words)) => reason(language, words),
            (_, Value::String(words)) => words.clone(),
            (_, other) => other.to_string(),
        };
        pairs.push((detail_name(language, name), words));
    }
    pairs
}

const NAMES: [&str; 8] = [
    "evidence",
    "call_id",
    "reason",
    "class",
    "dial_before",
    "outcome",
    "contact",
    "path",
];

fn detail_name(language: Language, name: &str) -> String {
    if NAMES.contains(&name) || name == "due_at" {
        language.word("detail", name)
    } else {
        name.to_owned()
    }
}
