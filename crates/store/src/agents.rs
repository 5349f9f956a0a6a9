//! What both databases know of agents.

use ringonce_domain::Agent;
use ringonce_domain::ids::AgentId;

use crate::model::{Actor, AgentDetail, AgentRevision};
use crate::row::Fields;
use crate::{Result, StoreError};

/// There is no such agent.
pub(crate) fn missing(id: AgentId) -> StoreError {
    StoreError::NotFound {
        what: "agent",
        id: id.to_string(),
    }
}

/// The columns of `agent` and `agents`.
pub(crate) fn detail(fields: &Fields<'_>) -> Result<AgentDetail> {
    Ok(AgentDetail {
        id: AgentId(fields.int(0)?),
        name: fields.text(1)?,
        version: fields.count(2)?,
        created_at: fields.instant(3)?,
        archived_at: fields.maybe_instant(4)?,
        content: content(fields, 5)?,
        made_at: fields.instant(6)?,
        made_by: Actor::new(fields.str(7)?),
    })
}

/// The columns of `agent_versions`.
pub(crate) fn revision(fields: &Fields<'_>) -> Result<AgentRevision> {
    Ok(AgentRevision {
        version: fields.count(0)?,
        content: content(fields, 1)?,
        made_at: fields.instant(2)?,
        made_by: Actor::new(fields.str(3)?),
    })
}

fn content(fields: &Fields<'_>, column: usize) -> Result<Agent> {
    let json = fields.str(column)?;
    serde_json::from_str(json).map_err(|error| StoreError::Corrupt {
        table: "agent_versions",
        column: "content".into(),
        row: String::new(),
        value: json.to_owned(),
        reason: error.to_string(),
    })
}

/// As it is stored.
pub(crate) fn json(content: &Agent) -> String {
    serde_json::to_string(content).unwrap_or_default()
}
