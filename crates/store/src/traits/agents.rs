//! Agents: what callees hear.

use async_trait::async_trait;
use ringonce_domain::ids::AgentId;
use ringonce_domain::{Agent, Timestamp};

use crate::Result;
use crate::model::{Actor, AgentDetail, AgentRevision, Page};

/// Agents and their versions. A version never changes; each change of an agent is audited.
#[async_trait]
pub trait Agents: Send + Sync {
    /// Creates an agent with its first version.
    ///
    /// # Errors
    /// [`crate::StoreError::Setting`] for content that cannot be used.
    async fn add_agent(
        &self,
        name: String,
        content: Agent,
        by: Actor,
        now: Timestamp,
    ) -> Result<AgentId>;

    /// Makes another version, unless the latest is the same; returns the latest version.
    ///
    /// # Errors
    /// [`crate::StoreError::NotFound`], [`crate::StoreError::Setting`].
    async fn revise_agent(
        &self,
        id: AgentId,
        content: Agent,
        by: Actor,
        now: Timestamp,
    ) -> Result<u32>;

    /// Gives an agent another name.
    async fn name_agent(&self, id: AgentId, name: String, by: Actor, now: Timestamp) -> Result<()>;

    /// Archives an agent, or restores it. Returns whether that changed anything.
    async fn archive_agent(
        &self,
        id: AgentId,
        archived: bool,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool>;

    /// Agents in use, or archived ones, by descending id.
    async fn agents(&self, archived: bool, page: Page<AgentId>) -> Result<Vec<AgentDetail>>;

    /// One agent.
    async fn agent(&self, id: AgentId) -> Result<AgentDetail>;

    /// Its versions, the latest first; those before `page.after`.
    async fn agent_versions(&self, id: AgentId, page: Page<u32>) -> Result<Vec<AgentRevision>>;
}
