//! Contacts of a campaign, and the rows of its file that were not taken.

use axum::extract::State;
use axum::response::Response;
use ringonce_domain::CampaignId;
use ringonce_store::model::{ContactDetail, RowProblem};

use crate::AppState;
use crate::api::csv_stream::{self, Rows};
use crate::api::searching::ContactQuery;
use crate::api::wire::Listing;
use crate::extract::{PageQuery, Path, Query};
use crate::problem::Problem;

/// Contacts of a campaign, by any filter in any order.
#[utoipa::path(get, path = "/campaigns/{id}/contacts", tag = "contacts",
    params(("id" = i64, Path), ContactQuery),
    responses((status = 200, body = Listing<ContactDetail>), (status = 404, body = Problem)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Path(id): Path<CampaignId>,
    Query(query): Query<ContactQuery>,
) -> Result<axum::Json<Listing<ContactDetail>>, Problem> {
    let campaign = state.store.campaign(id).await?;
    let wanted = query.wanted(campaign.settings.region)?;
    let found = state.store.find_contacts(id, wanted, query.page()?).await?;
    Ok(axum::Json(Listing {
        items: found.contacts,
        next: found.next.map(|id| id.to_string()),
    }))
}

/// Rows of a campaign's file that were not taken, duplicates included, in order of the file.
#[utoipa::path(get, path = "/campaigns/{id}/problems", tag = "contacts",
    params(("id" = i64, Path), PageQuery),
    responses((status = 200, body = Listing<RowProblem>), (status = 404, body = Problem)))]
pub(crate) async fn problems(
    State(state): State<AppState>,
    Path(id): Path<CampaignId>,
    Query(query): Query<PageQuery>,
) -> Result<axum::Json<Listing<RowProblem>>, Problem> {
    let page = query.page::<u32>()?;
    let limit = page.limit;
    state.store.campaign(id).await?;
    let rows = state.store.problems(id, page).await?;
    Ok(axum::Json(Listing::new(rows, limit, |row| {
        row.line.to_string()
    })))
}

/// The same as an error file: CSV with line, column, value and reason, and all that stands in the row.
/// Rows can be mended there and the file be uploaded as a list; what is noted about them is not read.
#[utoipa::path(get, path = "/campaigns/{id}/problems.csv", tag = "contacts",
    params(("id" = i64, Path)),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 404, body = Problem)))]
pub(crate) async fn problems_csv(
    State(state): State<AppState>,
    Path(id): Path<CampaignId>,
) -> Result<Response, Problem> {
    csv_stream::answer(&state, id, Rows::Problems).await
}

/// Contacts of a campaign as CSV, safe to open in a spreadsheet: all of them, or exactly those that the
/// listing with the same filter has. Every column of the list is a column; uploaded again, the file gives
/// the same contacts.
#[utoipa::path(get, path = "/campaigns/{id}/export.csv", tag = "contacts",
    params(("id" = i64, Path), ContactQuery),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 404, body = Problem)))]
pub(crate) async fn export(
    State(state): State<AppState>,
    Path(id): Path<CampaignId>,
    Query(query): Query<ContactQuery>,
) -> Result<Response, Problem> {
    let campaign = state.store.campaign(id).await?;
    let wanted = query.wanted(campaign.settings.region)?;
    csv_stream::answer(&state, id, Rows::Contacts(wanted)).await
}
