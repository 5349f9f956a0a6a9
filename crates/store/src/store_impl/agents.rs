//! Agents: each method is one rule.

use async_trait::async_trait;
use ringonce_domain::ids::AgentId;
use ringonce_domain::{Agent, Timestamp};

use super::DriverStore;
use crate::ledger::agents;
use crate::model::{Actor, AgentDetail, AgentRevision, AuditContext, Page};
use crate::{Agents, Result};

#[async_trait]
impl Agents for DriverStore {
    async fn add_agent(
        &self,
        name: String,
        content: Agent,
        by: Actor,
        now: Timestamp,
    ) -> Result<AgentId> {
        let on = AuditContext::new(by, now);
        transact!(self, |tx| agents::add(tx, &name, &content, &on))
    }

    async fn revise_agent(
        &self,
        id: AgentId,
        content: Agent,
        by: Actor,
        now: Timestamp,
    ) -> Result<u32> {
        let on = AuditContext::new(by, now);
        transact!(self, |tx| agents::revise(tx, id, &content, &on))
    }

    async fn name_agent(&self, id: AgentId, name: String, by: Actor, now: Timestamp) -> Result<()> {
        let on = AuditContext::new(by, now);
        transact!(self, |tx| agents::rename(tx, id, &name, &on))
    }

    async fn archive_agent(
        &self,
        id: AgentId,
        archived: bool,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool> {
        let on = AuditContext::new(by, now);
        transact!(self, |tx| agents::archive(tx, id, archived, &on))
    }

    async fn agents(&self, archived: bool, page: Page<AgentId>) -> Result<Vec<AgentDetail>> {
        read!(self, |reader| agents::agents(reader, archived, &page))
    }

    async fn agent(&self, id: AgentId) -> Result<AgentDetail> {
        read!(self, |reader| agents::agent(reader, id))
    }

    async fn agent_versions(&self, id: AgentId, page: Page<u32>) -> Result<Vec<AgentRevision>> {
        read!(self, |reader| agents::versions(reader, id, &page))
    }
}
