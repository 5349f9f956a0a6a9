//! Where Twilio, and carriers that speak its words, tell of calls and ask what to say in them.
//!
//! Every request carries the token of its call in its address and the account's signature in its head;
//! neither alone is believed. What it tells is kept before it is answered, and so is what a callee
//! answered: an opt-out is a block by the time the callee hears that it was taken.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use ringonce_carrier::Carrier as _;
use ringonce_carrier::twilio::AnsweredBy;
use ringonce_carrier::twiml::{Call, Links, Press, Step, Twiml, TwimlRoute, press, render};
use ringonce_domain::machines::OnMachine;
use ringonce_domain::script::Fields;
use ringonce_domain::{Agent, Number};
use ringonce_engine::fields::fields_of;
use ringonce_store::StoreError;
use ringonce_store::model::{Actor, Answer, WantedRecording};

use super::verified_webhook::{VerifiedWebhook, not_kept};
use crate::problem::Problem;
use crate::routes::{Routes, Rule};
use crate::{AppState, limits};

/// Adds the carriers' routes.
pub(super) fn routes(routes: Routes) -> Routes {
    let leaves: [(&str, MethodRouter<AppState>); 6] = [
        ("status", post(status)),
        ("twiml", post(twiml)),
        ("key", post(key)),
        ("transfer", post(transfer)),
        ("machine", post(machine)),
        ("recording", post(recording)),
    ];
    leaves.into_iter().fold(routes, |routes, (leaf, handler)| {
        let path = format!("/carriers/{{carrier}}/{{token}}/{leaf}");
        routes.other(Rule::Open, Method::POST, &path, handler)
    })
}

/// How the call goes.
async fn status(
    State(state): State<AppState>,
    heard: VerifiedWebhook,
) -> Result<StatusCode, Problem> {
    let source = heard.told.source.as_deref().unwrap_or("status");
    heard.keep(&state, source, place(&heard)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The telling's place: a carrier that does not number them has one for each word, as the second of
/// two words that shared a place would be taken for the first brought again.
fn place(heard: &VerifiedWebhook) -> i64 {
    if let Some(sequence) = heard.told.sequence {
        return i64::from(sequence);
    }
    match heard.told.field("CallStatus").unwrap_or_default() {
        "queued" => 1_000,
        "initiated" => 1_001,
        "ringing" => 1_002,
        "answered" => 1_003,
        "in-progress" => 1_004,
        "completed" => 1_005,
        "busy" => 1_006,
        "no-answer" => 1_007,
        "canceled" => 1_008,
        "failed" => 1_009,
        // An unknown word says nothing.
        _ => 1_010,
    }
}

/// What is said first, or to whom a callee is transferred.
async fn twiml(State(state): State<AppState>, heard: VerifiedWebhook) -> Result<Response, Problem> {
    let step = Step::read(TwimlRoute::Twiml, |name| heard.given(name));
    if matches!(step, Step::Opening { .. }) {
        // That it asks says that the call was answered. Whoever is on the phone does not wait for us
        // to mend the ledger.
        if let Err(problem) = heard.keep(&state, "twiml", 0).await {
            tracing::error!(attempt = %heard.attempt, ?problem, "an answered call was not noted; it is looked up");
        }
        note_machine(&state, &heard).await;
        if heard.told.answered_by.is_some_and(AnsweredBy::is_machine)
            && machines(&state, &heard).await? == OnMachine::HangUp
        {
            return Ok(xml(Twiml::hang_up()));
        }
    }
    say(&state, &heard, &step).await
}

/// Keys that were pressed, or were waited for in vain.
async fn key(State(state): State<AppState>, heard: VerifiedWebhook) -> Result<Response, Problem> {
    let step = Step::read(TwimlRoute::Key, |name| heard.given(name));
    let Some(scene) = Scene::of(&state, &heard).await? else {
        return Ok(xml(Twiml::hang_up()));
    };
    let digits = heard.given("Digits").unwrap_or_default().to_owned();
    let answer = match press(&scene.agent, &step) {
        Press::OptOut => Some(Answer::OptOut(digits)),
        Press::Disposition(word) => Some(Answer::Disposition(word)),
        Press::Transfer(to) => Some(Answer::Transfer(to.number.to_string())),
        Press::Unknown => Some(Answer::Key(digits)),
        Press::Record | Press::Repeat | Press::HangUp | Press::Nothing => None,
    };
    if let Some(answer) = answer {
        take(&state, &heard, answer).await?;
    }
    Ok(xml(render(&step, &scene.agent, &scene.call(&heard))))
}

/// A transfer is over.
async fn transfer(
    State(state): State<AppState>,
    heard: VerifiedWebhook,
) -> Result<Response, Problem> {
    let step = Step::read(TwimlRoute::Transfer, |name| heard.given(name));
    say(&state, &heard, &step).await
}

/// Who or what picked up, told beside the call.
async fn machine(
    State(state): State<AppState>,
    heard: VerifiedWebhook,
) -> Result<StatusCode, Problem> {
    heard.keep(&state, "machine", 0).await?;
    note_machine(&state, &heard).await;
    let Some(by) = heard.told.answered_by.filter(|by| by.is_machine()) else {
        return Ok(StatusCode::NO_CONTENT);
    };
    let call_id = heard.told.call_id.as_str();
    let asked = match machines(&state, &heard).await? {
        OnMachine::HangUp => heard.twilio.hang_up(heard.attempt, Some(call_id)).await,
        OnMachine::LeaveMessage if by == AnsweredBy::MachineEnd => {
            let leaf = "twiml?step=voicemail";
            heard.twilio.go_to(heard.attempt, call_id, leaf).await
        }
        OnMachine::LeaveMessage | OnMachine::Ignore => Ok(()),
    };
    if let Err(words) = asked {
        tracing::warn!(attempt = %heard.attempt, %words, "the machine that picked up hears the message");
    }
    Ok(StatusCode::NO_CONTENT)
}

/// What the call's campaign does about machines.
async fn machines(state: &AppState, heard: &VerifiedWebhook) -> Result<OnMachine, Problem> {
    let Some(attempt) = state.store.attempt(heard.attempt).await? else {
        return Ok(OnMachine::Ignore);
    };
    let settings = state.store.settings(attempt.campaign).await?;
    Ok(settings.map_or(OnMachine::Ignore, |it| it.machines.then))
}

/// A recording is ready, or will never be.
async fn recording(
    State(state): State<AppState>,
    heard: VerifiedWebhook,
) -> Result<StatusCode, Problem> {
    let place = match heard.told.field("RecordingStatus") {
        Some("in-progress") => 0,
        Some("completed") => 1,
        _ => 2,
    };
    let source = format!(
        "recording:{}",
        heard.given("RecordingSid").unwrap_or_default()
    );
    heard.keep(&state, &source, place).await?;
    if place == 1 {
        want(&state, &heard).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a recording be fetched that is ready. Its call may be one that the ledger does not know.
async fn want(state: &AppState, heard: &VerifiedWebhook) -> Result<(), Problem> {
    let seconds = heard.given("RecordingDuration").map(str::parse);
    let wanted = WantedRecording {
        attempt: heard.attempt,
        carrier: heard.twilio.name().to_owned(),
        call_id: heard.told.call_id.clone(),
        recording_id: heard.given("RecordingSid").map(str::to_owned),
        seconds: seconds.and_then(Result::ok),
    };
    let wanting = state.store.want_recording(wanted, state.clock.now());
    match tokio::time::timeout(limits::KEEPING, wanting).await {
        Ok(Ok(_) | Err(StoreError::NotFound { .. })) => Ok(()),
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(not_kept()),
    }
}

/// Keeps an answer; whoever gave it is told only once it is durable.
async fn take(state: &AppState, heard: &VerifiedWebhook, answer: Answer) -> Result<(), Problem> {
    let by = Actor::new(format!("carrier:{}", heard.twilio.name()));
    let taking = state
        .store
        .answer(heard.attempt, answer, by, state.clock.now());
    match tokio::time::timeout(limits::KEEPING, taking).await {
        Ok(taken) => Ok(taken.map(drop)?),
        Err(_) => Err(not_kept()),
    }
}

/// Notes who or what picked up, if the carrier looked. Nothing depends on it.
async fn note_machine(state: &AppState, heard: &VerifiedWebhook) {
    if let Some(word) = heard.told.field("AnsweredBy") {
        let noted = take(state, heard, Answer::Machine(word.to_owned())).await;
        if let Err(problem) = noted {
            tracing::warn!(attempt = %heard.attempt, ?problem, "who picked up was not noted");
        }
    }
}

async fn say(state: &AppState, heard: &VerifiedWebhook, step: &Step) -> Result<Response, Problem> {
    let said = match Scene::of(state, heard).await? {
        Some(scene) => render(step, &scene.agent, &scene.call(heard)),
        None => Twiml::hang_up(),
    };
    Ok(xml(said))
}

/// What is said in a call, and to whom.
struct Scene {
    agent: Agent,
    contact: Fields,
    callee: Number,
}

impl Scene {
    /// `None` for a call that the ledger does not know.
    async fn of(state: &AppState, heard: &VerifiedWebhook) -> Result<Option<Self>, Problem> {
        let Some(attempt) = state.store.attempt(heard.attempt).await? else {
            return Ok(None);
        };
        let Some(settings) = state.store.settings(attempt.campaign).await? else {
            return Ok(None);
        };
        // Of a campaign that was deleted under way nobody is known by name.
        let contact = state.contact_of(&attempt).await?.map_or_else(
            || Fields::new("", BTreeMap::new()).with_number(attempt.number),
            |it| fields_of(&it),
        );
        Ok(Some(Self {
            agent: settings.agent.clone(),
            contact,
            callee: attempt.number,
        }))
    }

    fn call(&self, heard: &VerifiedWebhook) -> Call {
        let public = &heard.twilio.account().public_url;
        let from = heard.told.field("From");
        Call {
            links: Links::new(public, heard.twilio.name(), &heard.token),
            contact: self.contact.clone(),
            callee: self.callee,
            caller_id: from.and_then(|it| it.parse().ok()),
            stream_token: heard.twilio.stream_token(heard.attempt),
        }
    }
}

fn xml(Twiml(text): Twiml) -> Response {
    let kind = "text/xml; charset=utf-8";
    (
        [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, "no-store"),
        ],
        text,
    )
        .into_response()
}
