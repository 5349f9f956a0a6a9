//! A draft: what callees hear, when and how fast they are called, what a start would do. Each change is
//! saved as it is made; the page's script fills the fields from the settings.

use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use ringonce_carrier::Carrier;
use ringonce_domain::ContactState;
use ringonce_domain::caps::{CapPreset, Caps};
use ringonce_domain::hours::{Weekday, Zone};
use ringonce_domain::machines::{Detection, OnMachine};
use ringonce_domain::recording::Channels;
use ringonce_store::model::{CampaignDetail, Page};

use crate::pages::frame::{Frame, Section};
use crate::pages::render;
use crate::problem::Problem;
use crate::{AppState, limits};

#[derive(Template)]
#[template(path = "draft.html")]
struct Draft {
    frame: Frame,
    id: i64,
    name: String,
    settings: String,
    contacts: u64,
    contacts_shown: String,
    rejected: u64,
    zones: Vec<String>,
    agents: Vec<Choice>,
    /// A stored agent, or a version of one, that is in no list.
    has_other_agent: bool,
    days: Vec<Day>,
    outcomes: Vec<Outcome>,
    has_own_caps: bool,
    on_machine: Vec<&'static str>,
    detections: Vec<&'static str>,
    channels: Vec<&'static str>,
    carrier: String,
    carriers: Vec<Offered>,
    /// Whether the carrier that it names is not configured.
    is_carrier_absent: bool,
}

/// A carrier that may be chosen, or the chosen one when it is not configured.
struct Offered {
    name: String,
    words: String,
    is_absent: bool,
}

struct Choice {
    id: i64,
    version: u32,
    words: String,
    is_chosen: bool,
}

struct Day {
    word: &'static str,
    words: String,
    short: String,
}

struct Outcome {
    word: &'static str,
    words: String,
}

/// Outcomes after which a contact may be tried again.
const RETRIED: [ringonce_domain::Outcome; 4] = [
    ringonce_domain::Outcome::NoAnswer,
    ringonce_domain::Outcome::Busy,
    ringonce_domain::Outcome::Failed,
    ringonce_domain::Outcome::Congestion,
];

/// The page of a campaign that is a draft.
pub(crate) async fn show(
    state: &AppState,
    frame: Frame,
    campaign: CampaignDetail,
) -> Result<Response, Problem> {
    let frame = frame.titled(Section::Campaigns, campaign.name.clone());
    let page = Page {
        after: None,
        limit: limits::PAGE_ROWS,
    };
    let chosen = campaign.settings.agent_version;
    let agents = state.store.agents(false, page).await?;
    let agents: Vec<Choice> = agents
        .into_iter()
        .map(|agent| Choice {
            id: agent.id.0,
            version: agent.version,
            is_chosen: chosen.is_some_and(|it| it.id == agent.id && it.version == agent.version),
            words: agent.name,
        })
        .collect();
    let is_listed = agents.iter().any(|agent| agent.is_chosen);
    let is_plain =
        matches!(campaign.settings.agent, ringonce_domain::Agent::Text { .. }) && chosen.is_none();
    let carriers = carriers(state, &frame, &campaign.settings.carrier);
    Ok(render(&Draft {
        id: campaign.id.0,
        name: campaign.name.clone(),
        settings: campaign.settings.to_json(),
        contacts: campaign.contacts.get(ContactState::Pending),
        contacts_shown: frame.number(campaign.contacts.get(ContactState::Pending)),
        rejected: campaign.import.rejected,
        zones: Zone::names(),
        has_other_agent: !is_listed && !is_plain,
        agents,
        days: Weekday::ALL
            .iter()
            .map(|day| Day {
                word: day.as_str(),
                words: frame.word("weekday-long", day.as_str()),
                short: frame.word("weekday", day.as_str()),
            })
            .collect(),
        outcomes: RETRIED
            .iter()
            .map(|outcome| Outcome {
                word: outcome.as_str(),
                words: frame.word("outcome", outcome.as_str()),
            })
            .collect(),
        on_machine: OnMachine::ALL.iter().map(|it| it.as_str()).collect(),
        channels: Channels::ALL.iter().map(|it| it.as_str()).collect(),
        detections: Detection::ALL.iter().map(|it| it.as_str()).collect(),
        is_carrier_absent: carriers.iter().any(|it| it.is_absent),
        carriers,
        carrier: campaign.settings.carrier.clone(),
        has_own_caps: !matches!(
            campaign.settings.caps,
            Caps::Preset(CapPreset::Default | CapPreset::Strict)
        ),
        frame,
    }))
}

/// The carriers that are configured, and the one that was chosen although it is not.
fn carriers(state: &AppState, frame: &Frame, chosen: &str) -> Vec<Offered> {
    let offer = |carrier: &Arc<dyn Carrier>| Offered {
        name: carrier.name().to_owned(),
        words: carrier.summary().map_or_else(
            || frame.say("carrier-simulator"),
            |summary| summary.named(carrier.name()),
        ),
        is_absent: false,
    };
    let mut offered: Vec<Offered> = state.carriers.iter().map(offer).collect();
    if !offered.iter().any(|it| it.name == chosen) {
        offered.push(Offered {
            name: chosen.to_owned(),
            words: frame.say1("carrier-absent", "carrier", chosen),
            is_absent: true,
        });
    }
    offered
}
