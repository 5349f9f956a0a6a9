//! When a campaign would end, before it is started.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use ringonce_domain::forecast::{Assumptions, Forecast, Group, Never, forecast};
use ringonce_domain::hours::Zone;
use ringonce_domain::{CampaignId, ContactState, Settings, Timestamp, zones};
use ringonce_store::model::Page;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::words;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::{AppState, limits};

/// What to forecast.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForecastRequest {
    /// How many contacts there are, at most 10 million; of a campaign, those that wait when absent.
    contacts: Option<u64>,
    /// Settings to try out; the defaults when absent, of a campaign its own.
    #[schema(value_type = Option<Settings>)]
    settings: Option<serde_json::Value>,
    /// What is assumed about calls.
    #[serde(default)]
    assume: Assumptions,
}

/// What would happen if the campaign were started at this moment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ForecastView {
    /// When the first call would start.
    begins_at: Option<Timestamp>,
    /// When the last call would be over; null when that never comes.
    ends_at: Option<Timestamp>,
    /// `never_open` or `too_long` (more than ten years), when it does not end.
    never: Option<Never>,
    /// The same in words, with the zone.
    #[schema(example = "ends Tue 24 Nov 2026, 14:05 Europe/Berlin, after 2,865 calls")]
    text: String,
    /// The contacts that were counted.
    contacts: u64,
    /// Calls in all, tries after the first included.
    calls: u64,
    /// Contacts that no call would be made to, and why.
    skipped: Vec<SkippedView>,
    /// How many days each of `days` stands for.
    days_per_point: u32,
    /// Calls over time, at most 60 points.
    days: Vec<ringonce_domain::forecast::Point>,
    /// What was assumed.
    assumed: Assumptions,
    /// Where the callees were assumed to be.
    #[schema(example = "in the zones of the first 1,000 numbers")]
    assumed_zones: String,
}

/// Contacts that no call would be made to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SkippedView {
    /// Why.
    #[schema(value_type = ringonce_domain::contact::Reason)]
    pub(crate) reason: &'static str,
    /// How many.
    pub(crate) contacts: u64,
}

impl ForecastRequest {
    /// The settings that are tried out, else those of a campaign.
    fn settings(&self, own: Arc<Settings>) -> Result<Arc<Settings>, Problem> {
        self.assume.validate()?;
        match &self.settings {
            Some(json) => Ok(Arc::new(Settings::given(&json.to_string())?)),
            None => Ok(own),
        }
    }

    /// How many contacts, unless that is too many.
    fn contacts(&self, otherwise: u64) -> Result<u64, Problem> {
        let contacts = self.contacts.unwrap_or(otherwise);
        if contacts > limits::FORECAST_CONTACTS {
            let advice = format!("{contacts} is more than {}", limits::FORECAST_CONTACTS);
            return Err(Problem::invalid(advice).in_field("contacts"));
        }
        Ok(contacts)
    }
}

/// Says when a campaign would end, by the rules that would run it. Contacts of which nothing is
/// known live where the campaign is at home.
#[utoipa::path(post, path = "/forecast", tag = "campaigns", request_body = ForecastRequest,
    responses((status = 200, body = ForecastView), (status = 422, body = Problem)))]
pub(crate) async fn predict(
    State(state): State<AppState>,
    Json(request): Json<ForecastRequest>,
) -> Result<axum::Json<ForecastView>, Problem> {
    let settings = request.settings(Arc::default())?;
    let group = Group {
        zones: vec![settings.time_zone.clone()],
        contacts: request.contacts(0)?,
    };
    let zones = "in the campaign's own zone".to_owned();
    answer(&state, settings, vec![group], zones, request.assume).await
}

/// Says when this campaign would end if it were started at this moment, as it is or with other
/// settings.
#[utoipa::path(post, path = "/campaigns/{id}/forecast", tag = "campaigns",
    params(("id" = i64, Path)), request_body = ForecastRequest,
    responses((status = 200, body = ForecastView), (status = 404, body = Problem),
              (status = 422, body = Problem)))]
pub(crate) async fn predict_campaign(
    State(state): State<AppState>,
    Path(id): Path<CampaignId>,
    Json(request): Json<ForecastRequest>,
) -> Result<axum::Json<ForecastView>, Problem> {
    let campaign = state.store.campaign(id).await?;
    let waiting = campaign.contacts.get(ContactState::Pending);
    let contacts = request.contacts(waiting)?;
    let settings = request.settings(campaign.settings)?;
    let (groups, zones) = sampled(&state, id, contacts).await?;
    answer(&state, settings, groups, zones, request.assume).await
}

async fn answer(
    state: &AppState,
    settings: Arc<Settings>,
    groups: Vec<Group>,
    assumed_zones: String,
    assume: Assumptions,
) -> Result<axum::Json<ForecastView>, Problem> {
    let now = state.clock.now();
    let told = (Arc::clone(&settings), groups.clone());
    // Years of days take milliseconds: not on a thread that answers others.
    let found = tokio::task::spawn_blocking(move || forecast(&told.0, &told.1, assume, now));
    let found = found.await.map_err(|error| Problem::fault(&error))?;
    Ok(axum::Json(ForecastView {
        text: text(&found, &settings.time_zone, now),
        contacts: groups.iter().map(|group| group.contacts).sum(),
        begins_at: found.begins_at,
        ends_at: found.ends_at,
        never: found.never,
        calls: found.calls,
        skipped: found
            .skipped
            .into_iter()
            .map(|(reason, contacts)| SkippedView { reason, contacts })
            .collect(),
        days_per_point: found.days_per_point,
        days: found.days,
        assumed: found.assumed,
        assumed_zones,
    }))
}

/// The contacts that wait, spread over zones as the first of them are.
async fn sampled(
    state: &AppState,
    campaign: CampaignId,
    waiting: u64,
) -> Result<(Vec<Group>, String), Problem> {
    let page = Page {
        after: None,
        limit: limits::MOST_PAGE_ROWS,
    };
    let first = state
        .store
        .contacts(campaign, Some(ContactState::Pending), page)
        .await?;
    let mut found: BTreeMap<Vec<&str>, (Vec<Zone>, u64)> = BTreeMap::new();
    for contact in &first {
        let zones = zones::zones_of(contact.number);
        let names = zones.iter().map(Zone::name).collect();
        found.entry(names).or_insert((zones.to_vec(), 0)).1 += 1;
    }
    let sample = (first.len() as u64).max(1);
    let mut groups: Vec<Group> = found
        .into_values()
        .map(|(zones, contacts)| Group {
            zones,
            contacts: contacts * waiting / sample,
        })
        .collect();
    let counted: u64 = groups.iter().map(|group| group.contacts).sum();
    if let Some(largest) = groups.iter_mut().max_by_key(|group| group.contacts) {
        largest.contacts += waiting.saturating_sub(counted);
    }
    let words = if waiting <= sample {
        "in the zones of their numbers".to_owned()
    } else {
        format!("in the zones of the first {sample} numbers")
    };
    Ok((groups, words))
}

fn text(found: &Forecast, zone: &Zone, now: Timestamp) -> String {
    let calls = found.calls;
    match (found.never, found.ends_at) {
        (Some(Never::NeverOpen), _) => {
            "never ends: its business hours never open; choose a day".into()
        }
        (Some(Never::TooLong), _) => {
            "takes more than ten years; call faster or more at once".into()
        }
        (None, Some(end)) => format!(
            "ends {}, after {calls} calls",
            words::moment(end, zone, now)
        ),
        (None, None) => "calls nobody".into(),
    }
}
