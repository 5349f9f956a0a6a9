//! The emergency stop: look at it, trip it, re-arm it.

use axum::Extension;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::AppState;
use crate::api::reason::Reason;
use crate::api::wire::SafetyView;
use crate::auth::Caller;
use crate::extract::Json;
use crate::problem::Problem;

/// Why everything is stopped, or may go on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReasonRequest {
    /// For the audit trail; required.
    reason: String,
}

/// The emergency stop and its counters.
#[utoipa::path(get, path = "/safety", tag = "safety", responses((status = 200, body = SafetyView)))]
pub(crate) async fn show(State(state): State<AppState>) -> Result<axum::Json<SafetyView>, Problem> {
    Ok(axum::Json(state.store.safety().await?.into()))
}

/// Trips the emergency stop: no campaign starts another call.
#[utoipa::path(post, path = "/safety/stop", tag = "safety", request_body = ReasonRequest,
    responses((status = 200, body = SafetyView), (status = 422, body = Problem)))]
pub(crate) async fn stop(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Json(request): Json<ReasonRequest>,
) -> Result<axum::Json<SafetyView>, Problem> {
    let Reason(reason) = Reason::read(&request.reason)?;
    state
        .store
        .stop_all(reason, caller.actor(), state.clock.now())
        .await?;
    show(State(state)).await
}

/// Re-arms the emergency stop: running campaigns go on.
#[utoipa::path(post, path = "/safety/resume", tag = "safety", request_body = ReasonRequest,
    responses((status = 200, body = SafetyView), (status = 409, body = Problem, description = "It had not tripped"),
              (status = 422, body = Problem)))]
pub(crate) async fn resume(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Json(request): Json<ReasonRequest>,
) -> Result<axum::Json<SafetyView>, Problem> {
    let Reason(reason) = Reason::read(&request.reason)?;
    if !state
        .store
        .resume_all(reason, caller.actor(), state.clock.now())
        .await?
    {
        return Err(Problem::conflict(
            "the emergency stop has not tripped; there is nothing to resume",
        ));
    }
    show(State(state)).await
}
