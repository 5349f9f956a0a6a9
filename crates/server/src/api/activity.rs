//! Calls over time, and why a campaign makes no calls.

use axum::extract::State;
use ringonce_domain::plan::{Command, next_step};
use ringonce_domain::{CampaignId, CampaignState, Millis, Timestamp};
use ringonce_store::model::{Activity, Span, Waiting, WaitingFor};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::AppState;
use crate::api::wire::HoldView;
use crate::api::words;
use crate::extract::{Path, Query};
use crate::limits;
use crate::problem::Problem;

/// Which part of the figures over time.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Period {
    /// How long each bucket is: `quarter` of an hour, or `minute`.
    #[param(example = "quarter", pattern = "^(quarter|minute)$")]
    span: Option<String>,
    /// From this instant on, in ISO 8601 with its offset, or milliseconds since 1970; a day before `to`, or
    /// an hour for minutes, when absent.
    from: Option<Timestamp>,
    /// Up to this instant; the present when absent. At most 92 days after `from`, or 2 days for minutes.
    to: Option<Timestamp>,
}

/// Calls over time.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActivityOver {
    /// Minutes of a bucket.
    minutes: i32,
    /// The buckets in which calls ended, the oldest first; others are left out.
    items: Vec<Activity>,
}

/// Calls of a campaign by when and how they ended. Costs the number of buckets, not of calls.
#[utoipa::path(get, path = "/campaigns/{id}/activity", tag = "campaigns",
    params(("id" = i64, Path), Period),
    responses((status = 200, body = ActivityOver), (status = 404, body = Problem)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    Path(id): Path<CampaignId>,
    Query(period): Query<Period>,
) -> Result<axum::Json<ActivityOver>, Problem> {
    state.store.campaign(id).await?;
    let (span, usual, most) = match period.span.as_deref() {
        None | Some("" | "quarter") => (Span::Quarter, Millis::from_days(1), limits::QUARTERS),
        Some("minute") => (Span::Minute, Millis::from_hours(1), limits::MINUTES),
        Some(other) => {
            let advice = format!("{other:?} is no span; use quarter or minute");
            return Err(Problem::invalid(advice).in_field("span"));
        }
    };
    let to = period.to.unwrap_or_else(|| state.clock.now());
    let from = period.from.unwrap_or(to - usual);
    if to.since(from) > most {
        let advice = format!(
            "is more than {} days before the end",
            most.get() / 86_400_000
        );
        return Err(Problem::invalid(advice).in_field("from"));
    }
    let buckets = state.store.activity(id, span, from..to).await?;
    Ok(axum::Json(ActivityOver {
        minutes: span.minutes(),
        items: buckets,
    }))
}

/// Why a campaign makes no calls, or which contacts it calls next.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WaitingView {
    /// What holds the campaign as a whole; null when calls are made.
    hold: Option<HoldView>,
    /// How many contacts were looked at: the next 1,000 in line, or all that wait.
    looked_at: u64,
    /// How these wait, most first.
    waiting: Vec<WaitingFor>,
    /// Contacts that a rule has skipped for good.
    skipped: u64,
    /// Among them, those whose number an earlier campaign had called.
    skipped_duplicates: u64,
    /// Contacts whose number does not exist.
    bad_numbers: u64,
}

/// Why a campaign makes no calls: what holds it, and of the next contacts in line how many wait for what.
#[utoipa::path(get, path = "/campaigns/{id}/waiting", tag = "campaigns", params(("id" = i64, Path)),
    responses((status = 200, body = WaitingView), (status = 404, body = Problem)))]
pub(crate) async fn waiting(
    State(state): State<AppState>,
    Path(id): Path<CampaignId>,
) -> Result<axum::Json<WaitingView>, Problem> {
    use ringonce_domain::ContactState::{BadNumber, Skipped};
    let detail = state.store.campaign(id).await?;
    let now = state.clock.now();
    let Waiting { looked_at, reasons } = state.store.waiting(id, now).await?;
    Ok(axum::Json(WaitingView {
        hold: hold(&state, id, detail.state).await?.map(|hold| HoldView {
            reason: hold.reason,
            until: hold.until,
            text: words::hold(hold, &detail.settings.time_zone, now),
        }),
        looked_at,
        waiting: reasons,
        skipped: detail.contacts.get(Skipped),
        skipped_duplicates: detail.skipped_duplicates,
        bad_numbers: detail.contacts.get(BadNumber),
    }))
}

/// What holds a campaign as a whole at this moment, from the ledger; `None` when calls are made or it is
/// about to begin or to end.
pub(crate) async fn hold(
    state: &AppState,
    id: CampaignId,
    is: CampaignState,
) -> Result<Option<ringonce_domain::plan::Hold>, Problem> {
    use ringonce_domain::plan::{Hold, HoldReason};
    let not_running = Hold {
        reason: HoldReason::NotRunning,
        until: None,
    };
    if !is.is_active() {
        return Ok(Some(not_running));
    }
    let agenda = state.store.agenda().await?.snapshot;
    let Some(campaign) = agenda.campaigns.iter().find(|one| one.id == id) else {
        return Ok(Some(not_running));
    };
    let next: Result<Command, Hold> =
        next_step(campaign, agenda.stopped.as_ref(), state.clock.now());
    Ok(next.err())
}
