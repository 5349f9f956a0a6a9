//! The instances that share the ledger.

use axum::extract::State;
use ringonce_domain::{CampaignId, InstanceId, Timestamp};
use ringonce_engine::instances::{self, Instance};
use serde::Serialize;
use utoipa::ToSchema;

use crate::AppState;
use crate::problem::Problem;

/// A process that runs campaigns on this ledger, or did within a day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InstanceView {
    /// Its id, fresh for every start.
    id: InstanceId,
    /// What it is called: its machine's name unless it was given another.
    name: String,
    /// Its process id on its machine.
    process: u32,
    /// Its program's version.
    version: String,
    /// Where it is reached.
    address: Option<String>,
    /// Whether it works.
    state: ringonce_engine::instances::InstanceStatus,
    /// The campaigns that it runs.
    campaigns: Vec<CampaignId>,
    /// When it started.
    joined_at: Timestamp,
    /// When it was last heard of.
    heard_at: Timestamp,
    /// When it ended in order.
    left_at: Option<Timestamp>,
    /// When it was found gone without having left.
    gone_at: Option<Timestamp>,
}

impl From<Instance> for InstanceView {
    fn from(member: Instance) -> Self {
        let Instance {
            instance,
            state,
            campaigns,
        } = member;
        Self {
            id: instance.id,
            name: instance.name,
            process: instance.process,
            version: instance.version,
            address: instance.address,
            state,
            campaigns,
            joined_at: instance.joined_at,
            heard_at: instance.heard_at,
            left_at: instance.left_at,
            gone_at: instance.gone_at,
        }
    }
}

/// The instances that share the ledger, the eldest first: at most 200 that do not live any more.
#[utoipa::path(get, path = "/instances", tag = "instances",
    responses((status = 200, body = Vec<InstanceView>)))]
pub(crate) async fn list(
    State(state): State<AppState>,
) -> Result<axum::Json<Vec<InstanceView>>, Problem> {
    let members = instances::list(state.store.as_ref(), state.clock.now()).await?;
    Ok(axum::Json(members.into_iter().map(Into::into).collect()))
}
