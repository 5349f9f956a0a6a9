//! What a draft's contacts have of the fields that its agent says, before it is started.

use axum::extract::State;
use ringonce_domain::CampaignId;
use ringonce_domain::agent::FieldReport;
use ringonce_engine::fields::survey;

use crate::AppState;
use crate::extract::Path;
use crate::problem::Problem;

/// Says what the contacts of a campaign that wait have of the fields that its agent says, and what can
/// be said. Looks at each of them once when a text has a field.
#[utoipa::path(get, path = "/campaigns/{id}/fields", tag = "campaigns", params(("id" = i64, Path)),
    responses((status = 200, body = FieldReport), (status = 404, body = Problem)))]
pub(crate) async fn of_campaign(
    State(state): State<AppState>,
    Path(id): Path<CampaignId>,
) -> Result<axum::Json<FieldReport>, Problem> {
    let campaign = state.store.campaign(id).await?;
    let report = survey(&state.store, id, &campaign.settings.agent).await?;
    Ok(axum::Json(report))
}
