//! What a draft's contacts have of the fields that its agent says, before it is started.

use axum::extract::State;
use ringonce_domain::CampaignId;
use ringonce_domain::agent::FieldReport;
use ringonce_engine::fields::survey;
use utoipa::ToSchema;

use crate::AppState;
use crate::extract::Path;
use crate::problem::Problem;

/// What a campaign's contacts have of the fields that its agent says.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "the schema of a type of the domain, which knows no HTTP"
)]
pub(crate) struct FieldReportView {
    /// The contacts that wait and were asked; 0 when no text has a field.
    contacts: u64,
    /// What can be said: the name, the number, and every column that is kept.
    #[schema(example = json!(["name", "number", "First name", "Notes"]))]
    fields: Vec<String>,
    /// What no contact has; the campaign is not started while there is any.
    missing: Vec<MissingFieldView>,
    /// What some contacts lack.
    lacking: Vec<LackingFieldView>,
}

/// A field that no contact has.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "the schema of a type of the domain, which knows no HTTP"
)]
pub(crate) struct MissingFieldView {
    /// Which text of the agent says it.
    #[schema(example = "voicemail")]
    at: String,
    /// The field, as the text writes it.
    field: String,
    /// The field that was probably meant.
    nearest: Option<String>,
    /// All of this in words.
    #[schema(example = "no contact has {Frist name}; did you mean {First name}?")]
    text: String,
}

/// A field that some contacts lack.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "the schema of a type of the domain, which knows no HTTP"
)]
pub(crate) struct LackingFieldView {
    /// Which text of the agent says it.
    #[schema(example = "text")]
    at: String,
    /// The field, as the text writes it.
    field: String,
    /// How many lack it.
    contacts: u64,
    /// What the text provides for that, behind `|`; null when it provides nothing.
    otherwise: Option<String>,
    /// What the first of them hears there, with some words on each side.
    hears: String,
    /// All of this in words.
    #[schema(example = "37 of 1,200 contacts have no {Notes}: they hear “This is about .”")]
    text: String,
}

/// Says what the contacts of a campaign that wait have of the fields that its agent says, and what can
/// be said. Looks at each of them once when a text has a field.
#[utoipa::path(get, path = "/campaigns/{id}/fields", tag = "campaigns", params(("id" = i64, Path)),
    responses((status = 200, body = FieldReportView), (status = 404, body = Problem)))]
pub(crate) async fn of_campaign(
    State(state): State<AppState>,
    Path(id): Path<CampaignId>,
) -> Result<axum::Json<FieldReport>, Problem> {
    let campaign = state.store.campaign(id).await?;
    let report = survey(&state.store, id, &campaign.settings.agent).await?;
    Ok(axum::Json(report))
}
