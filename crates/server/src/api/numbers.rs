//! Numbers: everything known about one, and blocking it for good.

use axum::Extension;
use axum::extract::State;
use ringonce_domain::Number;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::AppState;
use crate::api::reason::Reason;
use crate::api::wire_calls::NumberView;
use crate::auth::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::sight;

/// Everything known about a number: contacts, calls, block and audit trail. Of campaigns that you do not
/// see, only that they called it.
#[utoipa::path(get, path = "/numbers/{number}", tag = "numbers",
    params(("number" = String, Path, description = "E.164, such as +12025550123")),
    responses((status = 200, body = NumberView), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(number): Path<String>,
) -> Result<axum::Json<NumberView>, Problem> {
    let number = read(&number)?;
    let Some(detail) = sight::number(&state, &caller, number).await? else {
        return Err(Problem::not_found(format!(
            "{number} was never imported, called or blocked"
        )));
    };
    let timeline = sight::timeline(&state, &caller, number).await?;
    Ok(axum::Json(NumberView::new(detail, timeline)))
}

/// Why a number is blocked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BlockRequest {
    /// For the audit trail; required.
    reason: String,
}

/// Whether a number was blocked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BlockedView {
    /// In words.
    message: String,
    /// True when it was blocked before.
    already: bool,
}

/// Blocks a number: it is never rung again, and nobody can take that back.
#[utoipa::path(post, path = "/numbers/{number}/block", tag = "numbers", request_body = BlockRequest,
    params(("number" = String, Path, description = "E.164, such as +12025550123")),
    responses((status = 200, body = BlockedView), (status = 422, body = Problem)))]
pub(crate) async fn block(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(number): Path<String>,
    Json(request): Json<BlockRequest>,
) -> Result<axum::Json<BlockedView>, Problem> {
    let number = read(&number)?;
    let Reason(reason) = Reason::read(&request.reason)?;
    let fresh = state
        .store
        .block(number, reason, caller.actor(), state.clock.now())
        .await?;
    let message = if fresh {
        format!("{number} is blocked for good")
    } else {
        format!("{number} was blocked before; the first reason stays")
    };
    Ok(axum::Json(BlockedView {
        message,
        already: !fresh,
    }))
}

fn read(number: &str) -> Result<Number, Problem> {
    number
        .parse()
        .map_err(|error: ringonce_domain::number::NotE164| {
            Problem::invalid(error.to_string()).in_field("number")
        })
}
