//! Calls, and one call with everything that happened to it.

use axum::Extension;
use axum::extract::State;
use ringonce_domain::{AttemptId, AttemptState, CampaignId};
use ringonce_store::model::{CallDetail, Visible};

use crate::AppState;
use crate::api::wire::Listing;
use crate::api::wire_calls::CallWithTimeline;
use crate::auth::Caller;
use crate::extract::{PageQuery, Path, Query};
use crate::problem::Problem;

/// Calls of all campaigns that you see, the latest first.
#[utoipa::path(get, path = "/calls", tag = "calls", params(PageQuery),
    responses((status = 200, body = Listing<CallDetail>)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Query(query): Query<PageQuery>,
) -> Result<axum::Json<Listing<CallDetail>>, Problem> {
    page(&state, None, caller.visible(), &query).await
}

/// Calls of a campaign, the latest first.
#[utoipa::path(get, path = "/campaigns/{id}/calls", tag = "calls", params(("id" = i64, Path), PageQuery),
    responses((status = 200, body = Listing<CallDetail>), (status = 404, body = Problem)))]
pub(crate) async fn list_of_campaign(
    State(state): State<AppState>,
    Path(id): Path<CampaignId>,
    Query(query): Query<PageQuery>,
) -> Result<axum::Json<Listing<CallDetail>>, Problem> {
    state.store.campaign(id).await?;
    page(&state, Some(id), Visible::Everything, &query).await
}

async fn page(
    state: &AppState,
    campaign: Option<CampaignId>,
    visible: Visible,
    query: &PageQuery,
) -> Result<axum::Json<Listing<CallDetail>>, Problem> {
    let page = query.page::<AttemptId>()?;
    let limit = page.limit;
    let rows = state
        .store
        .calls(campaign, query.state::<AttemptState>()?, visible, page)
        .await?;
    Ok(axum::Json(Listing::new(rows, limit, |row| {
        row.id.to_string()
    })))
}

/// One call and its timeline.
#[utoipa::path(get, path = "/calls/{id}", tag = "calls", params(("id" = String, Path)),
    responses((status = 200, body = CallWithTimeline), (status = 404, body = Problem)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    Path(id): Path<AttemptId>,
) -> Result<axum::Json<CallWithTimeline>, Problem> {
    let (call, timeline) = state.store.call(id).await?;
    Ok(axum::Json(CallWithTimeline { call, timeline }))
}
