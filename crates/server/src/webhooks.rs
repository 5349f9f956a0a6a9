//! Where carriers tell what happens to calls and ask what to do in them. Nobody signs in here: the address
//! holds a token that only a ledger's instances can make, one for each attempt, and the carrier's adapter
//! says whether its carrier sent the request.
//!
//! What a request tells is durable before it is answered, and so is what a callee answered: an opt-out is a
//! block by the time the callee hears that it was taken. What cannot be made durable is answered with 503,
//! and a carrier sends it again.

mod conversation;
mod verified_webhook;

use axum::extract::State;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use ringonce_carrier::{AnsweredBy, PickedUp, ReadyRecording, Step};
use ringonce_domain::machines::OnMachine;
use ringonce_store::StoreError;
use ringonce_store::model::{Actor, Answer, WantedRecording};

pub(crate) use self::verified_webhook::{RefusalCounts, Refusals};
use self::verified_webhook::{VerifiedWebhook, not_kept};
use crate::problem::Problem;
use crate::routes::{Routes, Rule};
use crate::{AppState, limits};

/// Where every carrier's webhooks come in.
const ROOT: &str = "/carriers/";

/// The carriers' routes.
pub(crate) fn routes() -> Routes {
    Routes::default().other(
        Rule::Open,
        Method::POST,
        "/carriers/{carrier}/{token}/{leaf}",
        post(receive),
    )
}

/// The path as it may be logged: tokens are secrets.
pub(crate) fn loggable(uri: &Uri) -> &str {
    let path = uri.path();
    if path.starts_with(ROOT) { ROOT } else { path }
}

/// Keeps what a carrier tells, and answers what it asks.
async fn receive(
    State(state): State<AppState>,
    webhook: VerifiedWebhook,
) -> Result<Response, Problem> {
    let received = &webhook.received;
    if let Some(event) = &received.event {
        match (webhook.keep(&state, event).await, &received.step) {
            (Ok(()), _) => {}
            (Err(problem), None) => return Err(problem),
            // A person on the phone does not wait until the ledger is mended.
            (Err(problem), Some(_)) => {
                tracing::error!(attempt = %webhook.attempt, ?problem, "an answered call was not noted; it is looked up");
            }
        }
    }
    if let Some(picked_up) = &received.picked_up {
        note_machine(&state, &webhook, picked_up).await;
    }
    if let Some(recording) = &received.recording {
        want(&state, &webhook, recording).await?;
    }
    if let Some(step) = &received.step {
        return conversation::reply(&state, &webhook, step).await;
    }
    if let Some(machine) = received.picked_up.as_ref().filter(|it| it.by.is_machine()) {
        meet_machine(&state, &webhook, machine.by).await?;
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Does what the call's campaign wants when a machine picked up and the agent speaks to it already.
async fn meet_machine(
    state: &AppState,
    webhook: &VerifiedWebhook,
    by: AnsweredBy,
) -> Result<(), Problem> {
    let (attempt, call_id) = (webhook.attempt, webhook.received.call_id.as_str());
    let done = match on_machine(machines(state, webhook).await?, by) {
        OnMachine::HangUp => webhook.carrier.hang_up(attempt, Some(call_id)).await,
        OnMachine::LeaveMessage => webhook.webhooks().leave_message(attempt, call_id).await,
        OnMachine::Ignore => Ok(()),
    };
    if let Err(words) = done {
        tracing::warn!(%attempt, %words, "the machine that picked up hears the message");
    }
    Ok(())
}

/// What is done once it is known what picked up. A fax takes no message, and a machine that still speaks takes it
/// later.
const fn on_machine(wanted: OnMachine, by: AnsweredBy) -> OnMachine {
    match (wanted, by) {
        (OnMachine::Ignore, _) => OnMachine::Ignore,
        (OnMachine::HangUp, _) | (_, AnsweredBy::Fax) => OnMachine::HangUp,
        (OnMachine::LeaveMessage, AnsweredBy::MachineEnd) => OnMachine::LeaveMessage,
        (OnMachine::LeaveMessage, _) => OnMachine::Ignore,
    }
}

/// What the call's campaign does about machines.
async fn machines(state: &AppState, webhook: &VerifiedWebhook) -> Result<OnMachine, Problem> {
    let Some(attempt) = state.store.attempt(webhook.attempt).await? else {
        return Ok(OnMachine::Ignore);
    };
    let settings = state.store.settings(attempt.campaign).await?;
    Ok(settings.map_or(OnMachine::Ignore, |it| it.machines.then))
}

/// Whether a call ends at once because a machine picked up.
async fn ends_for_machine(
    state: &AppState,
    webhook: &VerifiedWebhook,
    step: &Step,
) -> Result<bool, Problem> {
    let Step::Opening { answered_by } = step else {
        return Ok(false);
    };
    Ok(answered_by.is_machine() && machines(state, webhook).await? == OnMachine::HangUp)
}

/// Lets a recording be fetched that is ready. Its call may be one that the ledger does not know.
async fn want(
    state: &AppState,
    webhook: &VerifiedWebhook,
    recording: &ReadyRecording,
) -> Result<(), Problem> {
    let wanted = WantedRecording {
        attempt: webhook.attempt,
        carrier: webhook.carrier.name().to_owned(),
        call_id: webhook.received.call_id.clone(),
        recording_id: recording.id.clone(),
        seconds: recording.seconds,
    };
    let wanting = state.store.want_recording(wanted, state.clock.now());
    match tokio::time::timeout(limits::KEEPING, wanting).await {
        Ok(Ok(_) | Err(StoreError::NotFound { .. })) => Ok(()),
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(not_kept()),
    }
}

/// Keeps an answer; the callee is told only once it is durable.
async fn take(state: &AppState, webhook: &VerifiedWebhook, answer: Answer) -> Result<(), Problem> {
    let by = Actor::new(format!("carrier:{}", webhook.carrier.name()));
    let taking = state
        .store
        .answer(webhook.attempt, answer, by, state.clock.now());
    match tokio::time::timeout(limits::KEEPING, taking).await {
        Ok(taken) => Ok(taken.map(drop)?),
        Err(_) => Err(not_kept()),
    }
}

/// Notes who or what picked up. Nothing depends on it.
async fn note_machine(state: &AppState, webhook: &VerifiedWebhook, picked_up: &PickedUp) {
    let noted = take(state, webhook, Answer::Machine(picked_up.word.clone())).await;
    if let Err(problem) = noted {
        tracing::warn!(attempt = %webhook.attempt, ?problem, "who picked up was not noted");
    }
}

/// The answer to a request without a token, which is the one to any address that leads nowhere.
fn nothing_here() -> Problem {
    Problem::not_found("there is nothing at this address")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fax_is_hung_up_on_and_a_machine_gets_its_message_after_the_tone() {
        use OnMachine::{HangUp, Ignore, LeaveMessage};
        for (wanted, by, done) in [
            (LeaveMessage, AnsweredBy::Fax, HangUp),
            (HangUp, AnsweredBy::Fax, HangUp),
            (LeaveMessage, AnsweredBy::MachineEnd, LeaveMessage),
            (LeaveMessage, AnsweredBy::MachineStart, Ignore),
            (HangUp, AnsweredBy::MachineStart, HangUp),
            (Ignore, AnsweredBy::Fax, Ignore),
        ] {
            assert_eq!(on_machine(wanted, by), done, "{wanted} {by:?}");
        }
    }
}
