//! How many contacts a start would skip, and why, before anything is started.

use axum::extract::State;
use ringonce_domain::contact::Reason;
use ringonce_domain::{CampaignId, RepeatRule};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::AppState;
use crate::api::forecast::SkippedView;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::skip_preview::{self, Count, Source};

/// Under which repeat rule.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SkipsRequest {
    /// As in the settings; of a campaign, its own when absent.
    pub(crate) repeat: Option<RepeatRule>,
}

/// How many contacts would be skipped.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SkipsView {
    /// Whether all were looked at; ask again while not.
    done: bool,
    /// Different numbers looked at so far.
    contacts: u64,
    /// Those that would be called.
    calls: u64,
    /// Those that would be skipped, by reason.
    skipped: Vec<SkippedView>,
}

impl From<Count> for SkipsView {
    fn from(count: Count) -> Self {
        let skipped = [
            (Reason::ALREADY_CALLED.0, count.foreseen.called),
            (Reason::BLOCKED.0, count.foreseen.blocked),
        ];
        let sum: u64 = skipped.iter().map(|(_, contacts)| contacts).sum();
        let some = skipped.into_iter().filter(|(_, contacts)| *contacts > 0);
        Self {
            done: count.done,
            contacts: count.numbers,
            calls: count.numbers.saturating_sub(sum),
            skipped: some
                .map(|(reason, contacts)| SkippedView { reason, contacts })
                .collect(),
        }
    }
}

/// Says how many contacts of a draft a start would skip at this moment, and why. A large list takes
/// a while: ask again until it is done.
#[utoipa::path(post, path = "/campaigns/{id}/skips", tag = "campaigns", request_body = SkipsRequest,
    params(("id" = i64, Path)),
    responses((status = 200, body = SkipsView), (status = 404, body = Problem),
              (status = 422, body = Problem)))]
pub(crate) async fn of_draft(
    State(state): State<AppState>,
    Path(id): Path<CampaignId>,
    Json(request): Json<SkipsRequest>,
) -> Result<axum::Json<SkipsView>, Problem> {
    let campaign = state.store.campaign(id).await?;
    let repeat = request.repeat.unwrap_or(campaign.settings.repeat);
    let key = format!("campaign {id} {repeat:?}");
    let count = skip_preview::ask(&state, key, Source::Draft(id), repeat).await?;
    Ok(axum::Json(count.into()))
}
