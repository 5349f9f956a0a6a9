//! The latest calls of all campaigns.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use ringonce_domain::{AttemptId, CampaignId};
use ringonce_store::model::{CallDetail, Page};
use serde::Deserialize;

use crate::extract::Query;
use crate::pages::frame::{Frame, Section};
use crate::pages::{render, times};
use crate::problem::Problem;
use crate::{AppState, limits};

#[derive(Template)]
#[template(path = "calls.html")]
struct Calls {
    frame: Frame,
    calls: Vec<CallRow>,
    next: Option<String>,
}

struct CallRow {
    id: AttemptId,
    number: String,
    name: String,
    /// The outcome when there is one, else the state; for its colour.
    word: &'static str,
    outcome: String,
    duration: String,
    time: String,
    moment: String,
    instant: String,
    campaign: CampaignId,
    campaign_name: String,
}

/// Which calls.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    after: Option<String>,
}

/// `GET /calls`
pub(crate) async fn page(
    State(state): State<AppState>,
    frame: Frame,
    Query(which): Query<Which>,
) -> Result<Response, Problem> {
    let frame = frame.page(Section::Calls, "nav-calls");
    let page = Page {
        after: which.after.as_deref().and_then(|id| id.parse().ok()),
        limit: limits::CALLS_SHOWN,
    };
    let rows = state.store.calls(None, None, page).await?;
    let next = rows
        .last()
        .filter(|_| rows.len() >= limits::CALLS_SHOWN as usize)
        .map(|last| format!("/calls?after={}", last.id));
    let names = names(&state, &rows).await?;
    let calls = rows
        .into_iter()
        .map(|row| CallRow::new(row, &names, &frame))
        .collect();
    Ok(render(&Calls { frame, calls, next }))
}

/// The names of the campaigns of these calls; those of deleted campaigns are not known.
async fn names(
    state: &AppState,
    calls: &[CallDetail],
) -> Result<HashMap<CampaignId, String>, Problem> {
    let mut names = HashMap::new();
    for call in calls {
        if !names.contains_key(&call.campaign) {
            let name = match state.store.campaign(call.campaign).await {
                Ok(detail) => Some(detail.name),
                Err(ringonce_store::StoreError::NotFound { .. }) => None,
                Err(error) => return Err(error.into()),
            };
            names.insert(call.campaign, name.unwrap_or_default());
        }
    }
    Ok(names)
}

impl CallRow {
    fn new(call: CallDetail, names: &HashMap<CampaignId, String>, frame: &Frame) -> Self {
        let at = call.dialed_at.unwrap_or(call.claimed_at);
        let (word, outcome) = match call.outcome {
            Some(outcome) => (outcome.as_str(), frame.word("outcome", outcome.as_str())),
            None => (call.state.as_str(), frame.word("call", call.state.as_str())),
        };
        let talk = call.answered_at.zip(call.ended_at);
        let name = names.get(&call.campaign).filter(|name| !name.is_empty());
        Self {
            number: call.number.international(),
            name: call.name,
            word,
            outcome,
            duration: talk.map_or_else(String::new, |(from, to)| times::duration(to.since(from))),
            time: times::exact(at, &frame.zone),
            moment: frame.moment(at),
            instant: times::machine(at),
            campaign_name: name
                .cloned()
                .unwrap_or_else(|| frame.say1("campaign-number", "id", call.campaign.to_string())),
            campaign: call.campaign,
            id: call.id,
        }
    }
}
