//! Where Twilio, and carriers that speak its words, tell of calls and ask what to say in them.
//!
//! Every request carries the token of its call in its address and the account's signature in its head;
//! neither alone is believed. What it tells is kept before it is answered, and so is what a callee
//! answered: an opt-out is a block by the time the callee hears that it was taken.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::routing::post;

use super::heard::Heard;
use crate::doors::{Doors, Rule};
use crate::extract::Path;
use crate::problem::Problem;
use crate::{AppState, limits};

/// Adds the carriers' doors.
pub(super) fn doors(doors: Doors) -> Doors {
    let small = || DefaultBodyLimit::max(limits::WEBHOOK_BYTES);
    let at = |leaf: &str| format!("/carriers/{{carrier}}/{{token}}/{leaf}");
    doors.other(
        Rule::Open,
        Method::POST,
        &at("status"),
        post(status).layer(small()),
    )
}

/// The carrier and the token.
type Where = Path<(String, String)>;

/// How the call goes.
async fn status(
    State(state): State<AppState>,
    Path((carrier, token)): Where,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let heard = Heard::of(&state, (&carrier, &token), &uri, &headers, &body)?;
    let source = heard.told.source.as_deref().unwrap_or("status").to_owned();
    heard.keep(&state, &source, place(&heard)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The telling's place: a carrier that does not number them has one for each state.
fn place(heard: &Heard) -> i64 {
    if let Some(sequence) = heard.told.sequence {
        return i64::from(sequence);
    }
    match heard.told.field("CallStatus") {
        Some("queued" | "initiated") => 1_000,
        Some("ringing") => 1_001,
        Some("in-progress" | "answered") => 1_002,
        _ => 1_003,
    }
}
