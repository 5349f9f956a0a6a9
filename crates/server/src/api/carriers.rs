//! The carriers that are configured, and whether calls can be made with them.

use axum::extract::State;
use ringonce_carrier::{Absent, Carrier, Check};
use ringonce_domain::CampaignId;
use ringonce_store::model::{Comparison, DifferenceAt, Page};
use serde::Serialize;
use utoipa::ToSchema;

use crate::AppState;
use crate::api::wire::Listing;
use crate::extract::{Path, Query, RowsQuery};
use crate::problem::Problem;
use crate::webhooks::RefusalCounts;

/// A carrier as it is configured. Secrets are not shown.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CarrierView {
    /// Its name, as campaigns' settings spell it.
    pub(crate) name: String,
    /// Its name for people; the simulator has none.
    pub(crate) title: Option<String>,
    /// Whether it rings phones; the simulator does not.
    pub(crate) is_real: bool,
    /// Whether campaigns that name none have it.
    pub(crate) is_usual: bool,
    /// The account in whose name calls are made.
    pub(crate) account: Option<String>,
    /// Where it reaches this server.
    pub(crate) public_url: Option<String>,
    /// Calls begun per second at most, over all instances.
    pub(crate) calls_per_second: Option<f64>,
    /// Calls under way at most, over all instances.
    pub(crate) calls_at_once: Option<u32>,
    /// Numbers shown to callees by campaigns that name none.
    pub(crate) caller_ids: Vec<String>,
    /// Why it denies this instance, and what to do; null while it does not. Its campaigns are paused.
    pub(crate) denied: Option<String>,
    /// Webhooks that this instance refused since it started.
    pub(crate) refused: RefusalCounts,
}

impl CarrierView {
    fn of(state: &AppState, carrier: &dyn Carrier) -> Self {
        let summary = carrier.summary();
        let summary = summary.as_ref();
        let ids = carrier.caller_ids().iter();
        Self {
            name: carrier.name().to_owned(),
            title: summary.map(|it| it.named(carrier.name())),
            is_real: summary.is_some(),
            is_usual: carrier.name() == state.usual_carrier(),
            account: summary.map(|it| it.account.clone()),
            public_url: summary.map(|it| it.public_url.clone()),
            calls_per_second: summary.map(|it| it.calls_per_second),
            calls_at_once: summary.map(|it| it.calls_at_once),
            caller_ids: ids.map(ToString::to_string).collect(),
            denied: state.denials.of(carrier.name()),
            refused: state.refusals.counts(),
        }
    }
}

/// What was looked at before any call.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CarrierCheckView)]
pub(crate) struct CheckView {
    /// What: `credentials`, `clock`, `account`, `balance`, `countries`, `caller_id:+12025550123`,
    /// `public_url`, `pace`.
    name: String,
    /// `ok`, `warn` when something should be known, `fail` when no call can be made.
    verdict: &'static str,
    /// The same in words, with what to do about it.
    words: String,
}

impl From<Check> for CheckView {
    fn from(check: Check) -> Self {
        Self {
            verdict: check.verdict.as_str(),
            name: check.name,
            words: check.words,
        }
    }
}

/// The carriers of this server.
pub(crate) fn views(state: &AppState) -> Vec<CarrierView> {
    let each = state.carriers.iter();
    each.map(|it| CarrierView::of(state, it.as_ref())).collect()
}

/// The carriers that are configured.
#[utoipa::path(get, path = "/carriers", tag = "carriers",
    responses((status = 200, body = Vec<CarrierView>)))]
pub(crate) async fn list(State(state): State<AppState>) -> axum::Json<Vec<CarrierView>> {
    axum::Json(views(&state))
}

/// Asks a carrier about credentials, caller ids and limits, and this server at its public address. No
/// call is made.
#[utoipa::path(post, path = "/carriers/{name}/test", tag = "carriers", params(("name" = String, Path)),
    responses((status = 200, body = Vec<CheckView>), (status = 404, body = Problem)))]
pub(crate) async fn test(
    State(state): State<AppState>,
    Path(name): Path<String>,
) -> Result<axum::Json<Vec<CheckView>>, Problem> {
    let found = state.carrier(&name).filter(|it| it.summary().is_some());
    let carrier = found.ok_or_else(|| {
        Problem::not_found(format!(
            "no carrier `{name}` is configured that could be asked"
        ))
    })?;
    let checks = carrier.check().await;
    Ok(axum::Json(checks.into_iter().map(Into::into).collect()))
}

/// Refuses to let calls of a campaign begin whose carrier is not there.
pub(crate) async fn must_be_there(state: &AppState, campaign: CampaignId) -> Result<(), Problem> {
    match state.store.settings(campaign).await? {
        Some(settings) => must_be_configured(state, &settings.carrier),
        None => Ok(()),
    }
}

/// Refuses a carrier with which no call can be made.
pub(crate) fn must_be_configured(state: &AppState, carrier: &str) -> Result<(), Problem> {
    Absent::unless_among(carrier, &state.carrier_names()).map_err(|absent| {
        let words = format!("{absent}. To go on, {}", absent.advice());
        Problem::conflict(words).in_field("carrier")
    })
}

/// The days that were held against a carrier's own list, the latest first; the last 30.
#[utoipa::path(get, path = "/carriers/{name}/comparisons", tag = "carriers",
    params(("name" = String, Path)),
    responses((status = 200, body = Vec<Comparison>)))]
pub(crate) async fn comparisons(
    State(state): State<AppState>,
    Path(name): Path<String>,
) -> Result<axum::Json<Vec<Comparison>>, Problem> {
    Ok(axum::Json(compared(&state, &name).await?))
}

/// What differs of one of these days, in pages: first what concerns calls of ours.
#[utoipa::path(get, path = "/carriers/{name}/comparisons/{day}", tag = "carriers",
    params(("name" = String, Path), ("day" = String, Path, example = "2026-11-21"), RowsQuery),
    responses((status = 200, body = Listing<DifferenceAt>)))]
pub(crate) async fn differences(
    State(state): State<AppState>,
    Path((name, day)): Path<(String, String)>,
    Query(rows): Query<RowsQuery>,
) -> Result<axum::Json<Listing<DifferenceAt>>, Problem> {
    let page: Page<u64> = rows.page()?;
    let limit = page.limit;
    let found = state.store.differences(&name, &day, page).await?;
    Ok(axum::Json(Listing::new(
        found,
        limit,
        |it: &DifferenceAt| it.place.to_string(),
    )))
}

/// The last 30 comparisons.
pub(crate) async fn compared(state: &AppState, name: &str) -> Result<Vec<Comparison>, Problem> {
    Ok(state.store.comparisons(name, 30).await?)
}
