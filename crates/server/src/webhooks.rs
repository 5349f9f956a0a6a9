//! Where carriers tell what happens to calls. Nobody signs in here: the last part of the address is a
//! token that only a ledger's instances can make, one for each attempt.
//!
//! An event is durable before its bearer is told so; one that cannot be made durable is answered
//! with 503, and a carrier that means well brings it again.

mod twilio;
mod verified_webhook;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{Method, StatusCode, Uri};
use axum::routing::post;
use ringonce_carrier::remote::Heard;

pub(crate) use self::verified_webhook::{RefusalCounts, Refusals};
use crate::auth::Peer;
use crate::extract::Path;
use crate::problem::Problem;
use crate::routes::{Routes, Rule};
use crate::{AppState, limits};

/// Where every carrier's events come in.
const ROOT: &str = "/carriers/";
/// Where the simulated carrier's events come in; a token follows.
pub const SIMULATOR_EVENTS: &str = "/carriers/simulator/events";

/// The carriers' routes.
pub(crate) fn routes() -> Routes {
    let small = DefaultBodyLimit::max(limits::CARRIER_EVENT_BYTES);
    let routes = Routes::default().other(
        Rule::Open,
        Method::POST,
        "/carriers/simulator/events/{token}",
        post(simulator_event).layer(small),
    );
    twilio::routes(routes)
}

/// The path as it may be logged: tokens are secrets.
pub(crate) fn loggable(uri: &Uri) -> &str {
    let path = uri.path();
    if path.starts_with(ROOT) { ROOT } else { path }
}

async fn simulator_event(
    State(state): State<AppState>,
    peer: Option<Extension<Peer>>,
    Path(token): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let Some(simulator) = &state.simulator else {
        return Err(nothing_here());
    };
    match simulator.hear(&token, &body).await {
        Heard::Recorded => Ok(StatusCode::NO_CONTENT),
        Heard::Forged => {
            let Extension(Peer(address)) = peer.unwrap_or_default();
            tracing::warn!(%address, "an event without the token of its call was refused");
            state.rates.failure(address)?;
            Err(nothing_here())
        }
        Heard::Malformed(problem) => Err(Problem::malformed(problem)),
        Heard::NotRecorded => Err(Problem::unavailable(
            "the event could not be recorded; bring it again",
        )
        .retry_after(1)),
    }
}

/// The answer to whoever has no token, which is the one to any address that leads nowhere.
fn nothing_here() -> Problem {
    Problem::not_found("there is nothing at this address")
}
