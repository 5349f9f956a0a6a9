//! What a call does next: the agent, the contact and the campaign's settings, found in the ledger, and the
//! carrier's adapter, which writes the instructions.

use std::collections::BTreeMap;

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use ringonce_carrier::{Instructions, Press, Scene, Step, press};
use ringonce_domain::script::Fields;
use ringonce_engine::fields::fields_of;
use ringonce_store::model::Answer;

use super::verified_webhook::VerifiedWebhook;
use super::{ends_for_machine, take};
use crate::AppState;
use crate::problem::Problem;

/// Answers a carrier that asks what comes next, once what the callee asked for is kept.
pub(super) async fn reply(
    state: &AppState,
    webhook: &VerifiedWebhook,
    step: &Step,
) -> Result<Response, Problem> {
    if ends_for_machine(state, webhook, step).await? {
        return Ok(response(webhook.webhooks().ending()));
    }
    // A call that the ledger does not know ends.
    let Some(attempt) = state.store.attempt(webhook.attempt).await? else {
        return Ok(response(webhook.webhooks().ending()));
    };
    let Some(settings) = state.store.settings(attempt.campaign).await? else {
        return Ok(response(webhook.webhooks().ending()));
    };
    let step = &kept(state, webhook, step).await?;
    if let Some(answer) = answer(press(&settings.agent, step), step) {
        take(state, webhook, answer).await?;
    }
    // Of a campaign that was deleted under way nobody is known by name.
    let contact = state.contact_of(&attempt).await?.map_or_else(
        || Fields::new("", BTreeMap::new()).with_number(attempt.number),
        |it| fields_of(&it),
    );
    let scene = Scene {
        attempt: attempt.id,
        agent: &settings.agent,
        contact: &contact,
        callee: attempt.number,
        caller_id: webhook.received.caller_id,
    };
    Ok(response(webhook.webhooks().instructions(step, &scene)))
}

/// The step; and where the carrier asks again without the key, the one after an opt-out that was kept before
/// its answer was lost.
async fn kept(state: &AppState, webhook: &VerifiedWebhook, step: &Step) -> Result<Step, Problem> {
    if *step != Step::Resumed {
        return Ok(step.clone());
    }
    let answers = state.store.answers_of(webhook.attempt).await?;
    let digits = answers.into_iter().find_map(|it| match it.answer {
        Answer::OptOut(digits) => Some(digits),
        _ => None,
    });
    Ok(digits.map_or(Step::Resumed, |digits| Step::AfterKey { round: 0, digits }))
}

/// What is kept of what the callee asked for.
fn answer(press: Press, step: &Step) -> Option<Answer> {
    let digits = || match step {
        Step::AfterKey { digits, .. } => digits.clone(),
        _ => String::new(),
    };
    match press {
        Press::OptOut => Some(Answer::OptOut(digits())),
        Press::Disposition(word) => Some(Answer::Disposition(word)),
        Press::Transfer(to) => Some(Answer::Transfer(to.number.to_string())),
        Press::Unknown => Some(Answer::Key(digits())),
        Press::Record | Press::Repeat | Press::HangUp | Press::Nothing => None,
    }
}

fn response(instructions: Instructions) -> Response {
    let head = [
        (header::CONTENT_TYPE, instructions.content_type),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (head, instructions.body).into_response()
}
