//! Streams to voice agents: redeeming the token that came with a stream.

use axum::Extension;
use axum::extract::State;
use ringonce_domain::{AttemptId, CampaignId, ContactId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::AppState;
use crate::auth::Caller;
use crate::extract::Json;
use crate::problem::Problem;

/// What came with a stream. It has no `Debug`, so that no log shows it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RedeemRequest {
    /// The token of the stream's `start` message: the parameter that the agent's `token_parameter` names.
    token: String,
}

/// The call whose stream it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StreamView {
    /// The attempt's id.
    call: AttemptId,
    /// Its campaign.
    campaign: CampaignId,
    /// Its contact.
    contact: ContactId,
    /// The contact's name.
    name: String,
    /// Every other column of the contact's row.
    #[schema(value_type = Object)]
    metadata: Box<RawValue>,
}

/// Redeems the token of a voice agent's stream. It is told once whose call it is: a stream that comes with
/// the same token again was replayed.
#[utoipa::path(post, path = "/streams/redeem", tag = "calls", request_body = RedeemRequest,
    responses((status = 200, body = StreamView),
              (status = 404, body = Problem, description = "No call that you see has this token"),
              (status = 409, body = Problem, description = "It was redeemed before"),
              (status = 410, body = Problem, description = "The call is over")))]
pub(crate) async fn redeem(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Json(RedeemRequest { token }): Json<RedeemRequest>,
) -> Result<axum::Json<StreamView>, Problem> {
    let unknown = || Problem::not_found("no call has this token; hang up on whoever brought it");
    let mut webhooks = state.carriers.iter().filter_map(|it| it.webhooks());
    let call = webhooks.find_map(|it| it.stream_of(&token));
    let call = call.ok_or_else(unknown)?;
    let attempt = state.store.attempt(call).await?.ok_or_else(unknown)?;
    caller.see_call(&state, call).await?;
    if !attempt.state.is_live() {
        return Err(Problem::gone(format!(
            "call {call} is over, and so is its stream"
        )));
    }
    // Before the token is spent: a caller that is refused for a fault of ours may ask again.
    let contact = state.contact_of(&attempt).await?;
    let taking = state
        .store
        .take_stream(call, caller.actor(), state.clock.now());
    if !taking.await? {
        return Err(Problem::conflict(format!(
            "the stream of call {call} was redeemed before; hang up on whoever brings its token again"
        )));
    }
    let (name, metadata) = contact.map_or_else(
        || (String::new(), "{}".to_owned()),
        |it| (it.name, it.metadata),
    );
    Ok(axum::Json(StreamView {
        call,
        campaign: attempt.campaign,
        contact: attempt.contact,
        name,
        // The ledger holds checked JSON; anything else shows as null rather than breaking the answer.
        metadata: RawValue::from_string(metadata).unwrap_or_else(|_| RawValue::NULL.to_owned()),
    }))
}
