//! The first page: the emergency stop, every campaign with its progress, the latest calls, and a
//! form that makes a campaign of a file.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use ringonce_domain::hours::Zone;
use ringonce_domain::{CampaignId, CampaignState, Timestamp};
use ringonce_store::model::{CallDetail, Page};

use crate::api::wire::{CampaignView, LiveView, SafetyView};
use crate::api::words;
use crate::pages::figures::{Segment, bar, grouped, whole_percent};
use crate::pages::{assets, render};
use crate::problem::Problem;
use crate::{AppState, limits};

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    assets: String,
    zones: Vec<String>,
    live: Live,
}

/// The part that changes by itself; `live.js` fetches it again after an event.
#[derive(Template)]
#[template(path = "live.html")]
struct Live {
    stop: Option<Stop>,
    fault: bool,
    /// Those that live, when they are more than this one.
    instances: Option<usize>,
    running: usize,
    calling: u32,
    failures: u32,
    duplicates: u32,
    campaigns: Vec<Card>,
    calls: Vec<CallRow>,
}

struct Stop {
    reason: String,
    since: String,
}

struct Card {
    id: i64,
    name: String,
    state: &'static str,
    created: String,
    zone: String,
    bar: Vec<Segment>,
    summary: String,
    calls: String,
    answered: String,
    success: String,
    remaining: String,
    live: u32,
    wait: Option<String>,
    reason: Option<String>,
    last_called: Option<String>,
    rejected: u64,
    rejected_shown: String,
}

struct CallRow {
    number: String,
    name: String,
    campaign: String,
    time: String,
    instant: String,
    zone: String,
    /// The outcome when there is one, else the state.
    word: &'static str,
    shown: String,
    cause: String,
}

/// `GET /`
pub(crate) async fn page(State(state): State<AppState>) -> Result<Response, Problem> {
    let live = Live::read(&state).await?;
    Ok(render(&Home {
        assets: assets::folder(),
        zones: Zone::names(),
        live,
    }))
}

/// `GET /live`
pub(crate) async fn live(State(state): State<AppState>) -> Result<Response, Problem> {
    Ok(render(&Live::read(&state).await?))
}

impl Live {
    async fn read(state: &AppState) -> Result<Self, Problem> {
        let LiveView { campaigns, safety } = LiveView::read(state).await?;
        let page = Page {
            after: None,
            limit: limits::CALLS_SHOWN,
        };
        let calls = state.store.calls(None, None, page).await?;
        let now = state.clock.now();
        let known = state.store.instances().await?;
        let living = known.iter().filter(|instance| instance.lives(now)).count();
        let by_id: HashMap<_, _> = campaigns.iter().map(|view| (view.id, view)).collect();
        Ok(Self {
            fault: state.engine_fault().is_some(),
            instances: (living > 1).then_some(living),
            running: campaigns
                .iter()
                .filter(|view| view.state == CampaignState::Running)
                .count(),
            calling: campaigns.iter().map(|view| view.live).sum(),
            failures: safety.consecutive_failures,
            duplicates: safety.duplicates,
            calls: calls
                .into_iter()
                .map(|call| CallRow::new(call, &by_id))
                .collect(),
            campaigns: campaigns.iter().map(|view| Card::new(view, now)).collect(),
            stop: Stop::of(safety, now),
        })
    }
}

impl Stop {
    fn of(safety: SafetyView, now: Timestamp) -> Option<Self> {
        let since = safety
            .stopped_at
            .map(|at| words::moment(at, &Zone::utc(), now));
        Some(Self {
            reason: safety.reason?,
            since: since.unwrap_or_default(),
        })
    }
}

impl Card {
    fn new(view: &CampaignView, now: Timestamp) -> Self {
        let zone = zone(view);
        let bar = bar(&view.contacts);
        let parts: Vec<_> = bar
            .iter()
            .map(|part| format!("{} {}", part.count, part.words))
            .collect();
        Self {
            id: view.id.0,
            name: view.name.clone(),
            state: view.state.as_str(),
            created: words::date(view.created_at, &zone),
            zone: view.time_zone.clone(),
            summary: format!("{} contacts: {}", grouped(view.total), parts.join(", ")),
            bar,
            calls: grouped(view.calls),
            answered: grouped(view.answered),
            success: view.success_rate.map_or_else(|| "–".into(), whole_percent),
            remaining: grouped(view.remaining),
            live: view.live,
            wait: view.hold.as_ref().map(|hold| hold.text.clone()),
            reason: view
                .state_reason
                .clone()
                .filter(|_| view.state != CampaignState::Running),
            last_called: view.last_called_at.map(|at| words::moment(at, &zone, now)),
            rejected: view.import.rejected,
            rejected_shown: grouped(view.import.rejected),
        }
    }
}

impl CallRow {
    fn new(call: CallDetail, campaigns: &HashMap<CampaignId, &CampaignView>) -> Self {
        let campaign = campaigns.get(&call.campaign);
        let zone = campaign.map_or_else(Zone::utc, |view| zone(view));
        let at = call.dialed_at.unwrap_or(call.claimed_at);
        let word = call
            .outcome
            .map_or(call.state.as_str(), |outcome| outcome.as_str());
        Self {
            number: call.number.international(),
            name: call.name,
            campaign: campaign.map_or_else(
                || format!("Campaign {}", call.campaign),
                |view| view.name.clone(),
            ),
            time: words::clock(at, &zone),
            instant: at.to_string(),
            zone: zone.name().to_owned(),
            word,
            shown: word.replace('_', " "),
            cause: call.cause.unwrap_or_default(),
        }
    }
}

fn zone(view: &CampaignView) -> Zone {
    view.time_zone.parse().unwrap_or_else(|_| Zone::utc())
}
