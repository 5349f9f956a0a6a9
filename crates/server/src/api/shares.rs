//! With whom a campaign is shared.

use axum::Extension;
use axum::extract::State;
use ringonce_domain::{CampaignId, Email, UserId};
use ringonce_store::model::SharedWith;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::AppState;
use crate::auth::Caller;
use crate::extract::{Json, Path};
use crate::problem::Problem;

/// How a campaign is shared with every user.
const EVERYONE: &str = "everyone";

/// With whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShareRequest {
    /// A person's e-mail address, or `everyone`.
    #[schema(example = "bo@example.com")]
    with: String,
}

/// With whom a campaign is shared, besides its owner.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SharesView {
    /// Whether with every user.
    everyone: bool,
    /// With whom else.
    people: Vec<ReaderView>,
}

/// A person with whom a campaign is shared.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReaderView {
    /// Their id.
    id: UserId,
    /// What people call them.
    name: String,
    /// Under which they sign in.
    email: String,
}

/// With whom a campaign is shared.
#[utoipa::path(get, path = "/campaigns/{id}/shares", tag = "campaigns", params(("id" = i64, Path)),
    responses((status = 200, body = SharesView), (status = 404, body = Problem)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Path(id): Path<CampaignId>,
) -> Result<axum::Json<SharesView>, Problem> {
    let mut view = SharesView {
        everyone: false,
        people: Vec::new(),
    };
    for share in state.store.shares(id).await? {
        match share.user {
            None => view.everyone = true,
            Some(user) => view.people.push(ReaderView {
                id: user.id,
                name: user.name,
                email: user.email.to_string(),
            }),
        }
    }
    Ok(axum::Json(view))
}

/// Shares a campaign with a person or with every user: they see it, and may do with it what their role
/// allows.
#[utoipa::path(post, path = "/campaigns/{id}/shares", tag = "campaigns", params(("id" = i64, Path)),
    request_body = ShareRequest,
    responses((status = 200, body = SharesView), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn share(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<CampaignId>,
    Json(request): Json<ShareRequest>,
) -> Result<axum::Json<SharesView>, Problem> {
    set(&state, &caller, id, &request.with, true).await
}

/// Ends sharing a campaign with a person or with every user.
#[utoipa::path(post, path = "/campaigns/{id}/shares/end", tag = "campaigns", params(("id" = i64, Path)),
    request_body = ShareRequest,
    responses((status = 200, body = SharesView), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn end(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<CampaignId>,
    Json(request): Json<ShareRequest>,
) -> Result<axum::Json<SharesView>, Problem> {
    set(&state, &caller, id, &request.with, false).await
}

async fn set(
    state: &AppState,
    caller: &Caller,
    id: CampaignId,
    with: &str,
    shared: bool,
) -> Result<axum::Json<SharesView>, Problem> {
    let with = audience(state, with).await?;
    let (by, now) = (caller.actor(), state.clock.now());
    state.store.share(id, with, shared, by, now).await?;
    list(State(state.clone()), Path(id)).await
}

async fn audience(state: &AppState, with: &str) -> Result<SharedWith, Problem> {
    if with.trim() == EVERYONE {
        return Ok(SharedWith::Everyone);
    }
    let unknown = || {
        let advice = "nobody signs in under this address; write somebody's, or `everyone`";
        Problem::invalid(advice).in_field("with")
    };
    let email: Email = with.parse().map_err(|_| unknown())?;
    let found = state.store.credentials(&email).await?;
    Ok(SharedWith::User(found.ok_or_else(unknown)?.user.id))
}
