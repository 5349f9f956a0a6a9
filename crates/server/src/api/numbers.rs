//! Numbers: everything known about one, and blocking it for good.

use axum::Extension;
use axum::extract::State;
use ringonce_domain::number::Meaning;
use ringonce_domain::{Language, Number, Region, Timestamp};
use ringonce_store::model::NumberDetail;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::AppState;
use crate::api::reason::Reason;
use crate::api::wire_calls::NumberView;
use crate::auth::Caller;
use crate::extract::{Json, Path, Query};
use crate::problem::Problem;
use crate::{typed_number, visibility};

/// A number as a person types it.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TextQuery {
    /// The text, with or without a country code.
    text: String,
}

/// What a typed text means.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadView {
    /// The number that is meant; null when only the person who typed it can say which of the readings.
    number: Option<Number>,
    /// Why it is that one: `country_code` (the text has it), `ledger` (of the numbers that are written
    /// so, the ledger holds this one), or `usual_region`; null without a number.
    ground: Option<&'static str>,
    /// Every number that the text can mean, the likelier ones first.
    readings: Vec<ReadingView>,
}

/// A number that a text can mean.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadingView {
    /// The number.
    number: Number,
    /// As it is written for the whole world.
    international: String,
    #[serde(flatten)]
    place: PlaceView,
    /// Whether its country writes it just so, or it is read in the usual region.
    is_likely: bool,
    /// What the ledger holds of it; null when that is nothing, or was not asked because it is unlikely.
    history: Option<HistoryView>,
}

/// Where a number belongs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlaceView {
    /// Two letters; null for a code of the whole world.
    region: Option<Region>,
    /// The English name of the region.
    country: Option<&'static str>,
}

impl PlaceView {
    /// Where it belongs.
    pub(crate) fn of(number: Number) -> Self {
        let region = number.region();
        Self {
            region,
            country: region.map(|region| region.name(Language::English)),
        }
    }
}

/// What was done about a number so far.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryView {
    /// Whether it is blocked for good.
    blocked: bool,
    /// Calls that may have rung.
    called: u64,
    /// When the last call ended.
    last_called_at: Option<Timestamp>,
}

impl From<&NumberDetail> for HistoryView {
    fn from(detail: &NumberDetail) -> Self {
        Self {
            blocked: detail.blocked.is_some(),
            called: detail.called,
            last_called_at: detail.last_called_at,
        }
    }
}

/// Reads a number as a person types it, and says in which country. Without a country code it is the one
/// that the ledger holds, or else the one of the usual region, or else it has to be asked which.
#[utoipa::path(get, path = "/numbers", tag = "numbers", params(TextQuery),
    responses((status = 200, body = ReadView),
              (status = 422, body = Problem, description = "It is no number of any country")))]
pub(crate) async fn read_text(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Query(query): Query<TextQuery>,
) -> Result<axum::Json<ReadView>, Problem> {
    let typed = typed_number::read(&state, &caller, &query.text).await?;
    let typed = typed.map_err(|error| Problem::invalid(error.to_string()).in_field("text"))?;
    let (number, ground) = match typed.meaning {
        Meaning::One(number, ground) => (Some(number), Some(ground.as_str())),
        Meaning::Several(_) => (None, None),
    };
    let likely = typed.likely.max(1);
    let readings = typed.readings.iter().enumerate();
    let readings = readings.map(|(place, (number, detail))| ReadingView {
        number: *number,
        international: number.international(),
        place: PlaceView::of(*number),
        is_likely: place < likely,
        history: detail.as_ref().map(Into::into),
    });
    Ok(axum::Json(ReadView {
        number,
        ground,
        readings: readings.collect(),
    }))
}

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
    let Some(detail) = visibility::number(&state, &caller, number).await? else {
        return Err(Problem::not_found(format!(
            "{number} was never imported, called or blocked"
        )));
    };
    let timeline = visibility::timeline(&state, &caller, number).await?;
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
    /// The number.
    number: Number,
    #[serde(flatten)]
    place: PlaceView,
    /// What was done about it before; null when that is nothing.
    history: Option<HistoryView>,
    /// True when it was blocked before.
    already: bool,
}

/// Blocks a number: it is never rung again, and that cannot be undone. It is taken in E.164 alone, so
/// that no country is guessed; `GET /numbers` reads what people type.
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
    let history = visibility::number(&state, &caller, number).await?;
    let fresh = state
        .store
        .block(number, reason, caller.actor(), state.clock.now())
        .await?;
    let place = PlaceView::of(number);
    let country = place.country.unwrap_or("of no single country");
    let message = if fresh {
        format!("{number} ({country}) is blocked for good")
    } else {
        format!("{number} ({country}) was blocked before; the first reason stays")
    };
    Ok(axum::Json(BlockedView {
        message,
        number,
        place,
        history: history.as_ref().map(Into::into),
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
