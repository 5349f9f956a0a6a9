//! What callees hear, as the ledger keeps it.

use ringonce_domain::ids::AgentId;
use ringonce_domain::{Agent, Timestamp};
use serde::Serialize;

use super::Actor;

/// An agent with its latest version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AgentDetail {
    /// Its id.
    pub id: AgentId,
    /// Its name.
    pub name: String,
    /// Its latest version; 1 is the first.
    pub version: u32,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was archived.
    pub archived_at: Option<Timestamp>,
    /// What it says.
    pub content: Agent,
    /// When the latest version was made.
    pub made_at: Timestamp,
    /// Who made it.
    pub made_by: Actor,
}

/// One version of an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AgentRevision {
    /// Its number.
    pub version: u32,
    /// What it says.
    pub content: Agent,
    /// When it was made.
    pub made_at: Timestamp,
    /// Who made it.
    pub made_by: Actor,
}
