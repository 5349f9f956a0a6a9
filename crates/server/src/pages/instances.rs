//! The instances that share the ledger, and which campaigns each runs.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use ringonce_domain::CampaignId;
use ringonce_engine::instances::{self, Instance};

use crate::AppState;
use crate::pages::frame::{Frame, Section};
use crate::pages::render;
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "instances.html")]
struct Instances {
    frame: Frame,
    members: Vec<Row>,
}

struct Row {
    name: String,
    process: u32,
    version: String,
    address: String,
    /// For its colour.
    class: &'static str,
    state: String,
    is_this: bool,
    campaigns: Vec<CampaignId>,
    since: String,
    heard: String,
}

/// `GET /instances`
pub(crate) async fn page(State(state): State<AppState>, frame: Frame) -> Result<Response, Problem> {
    let frame = frame.page(Section::Instances, "nav-instances");
    let members = instances::list(state.store.as_ref(), frame.now).await?;
    let members = members
        .into_iter()
        .map(|member| Row::new(member, &state, &frame))
        .collect();
    Ok(render(&Instances { frame, members }))
}

impl Row {
    fn new(member: Instance, state: &AppState, frame: &Frame) -> Self {
        let Instance {
            instance,
            state: standing,
            campaigns,
        } = member;
        let word = standing.as_str();
        Self {
            class: match word {
                "living" => "good",
                "left" => "",
                _ => "bad",
            },
            state: frame.word("instance", word),
            is_this: state.about.instance == Some(instance.id),
            since: frame.moment(instance.joined_at),
            heard: frame.moment(instance.heard_at),
            name: instance.name,
            process: instance.process,
            version: instance.version,
            address: instance.address.unwrap_or_default(),
            campaigns,
        }
    }
}
