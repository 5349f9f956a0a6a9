//! What callees hear.

use async_trait::async_trait;
use ringonce_domain::ids::AgentId;
use ringonce_domain::{Agent, Timestamp};
use rusqlite::params;
use serde_json::{Value, json};

use super::failure::Done;
use super::ledger::{Ledger, View};
use super::writer::Lane::Hot;
use super::{SqliteStore, sql};
use crate::agents::{self, missing};
use crate::audit::Entry;
use crate::deed::Deed;
use crate::listing::limit;
use crate::model::{Actor, AgentDetail, AgentRevision, Page};
use crate::row::Fields;
use crate::{Agents, Result, StoreError};

#[async_trait]
impl Agents for SqliteStore {
    async fn add_agent(
        &self,
        name: String,
        content: Agent,
        by: Actor,
        now: Timestamp,
    ) -> Result<AgentId> {
        self.write(Hot, move |ledger| {
            add(ledger, &name, &content, Deed { by: &by, now })
        })
        .await
    }

    async fn revise_agent(
        &self,
        id: AgentId,
        content: Agent,
        by: Actor,
        now: Timestamp,
    ) -> Result<u32> {
        self.write(Hot, move |ledger| {
            revise(ledger, id, &content, Deed { by: &by, now })
        })
        .await
    }

    async fn name_agent(&self, id: AgentId, name: String, by: Actor, now: Timestamp) -> Result<()> {
        self.write(Hot, move |ledger| {
            let before = agent(&ledger.view, id)?.name;
            ledger.view.execute(sql::AGENT_NAMED, params![id.0, name])?;
            let detail = json!({ "id": id, "from": before, "to": name });
            audit(ledger, "agent.name", &detail, Deed { by: &by, now })
        })
        .await
    }

    async fn archive_agent(
        &self,
        id: AgentId,
        archived: bool,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool> {
        self.write(Hot, move |ledger| {
            if agent(&ledger.view, id)?.archived_at.is_some() == archived {
                return Ok(false);
            }
            let at = archived.then_some(now.as_millis());
            ledger
                .view
                .execute(sql::AGENT_ARCHIVED, params![id.0, at])?;
            let event = if archived {
                "agent.archive"
            } else {
                "agent.restore"
            };
            audit(ledger, event, &json!({ "id": id }), Deed { by: &by, now })?;
            Ok(true)
        })
        .await
    }

    async fn agents(&self, archived: bool, page: Page<AgentId>) -> Result<Vec<AgentDetail>> {
        self.read(move |view| {
            let before = page.after.map_or(i64::MAX, |id| id.0);
            let params = params![before, archived, limit(&page)];
            view.rows(sql::AGENTS, params, |row| {
                agents::detail(&Fields::of("agents", row))
            })
        })
        .await
    }

    async fn agent(&self, id: AgentId) -> Result<AgentDetail> {
        self.read(move |view| agent(view, id)).await
    }

    async fn agent_versions(&self, id: AgentId, page: Page<u32>) -> Result<Vec<AgentRevision>> {
        self.read(move |view| {
            agent(view, id)?;
            let before = page.after.map_or(i64::MAX, i64::from);
            let params = params![id.0, before, limit(&page)];
            view.rows(sql::AGENT_VERSIONS, params, |row| {
                agents::revision(&Fields::of("agent_versions", row))
            })
        })
        .await
    }
}

fn agent(view: &View, id: AgentId) -> Done<AgentDetail> {
    let found = view.row(sql::AGENT, [id.0], |row| {
        agents::detail(&Fields::of("agents", row))
    })?;
    found.ok_or_else(|| missing(id).into())
}

fn add(ledger: &mut Ledger, name: &str, content: &Agent, deed: Deed<'_>) -> Done<AgentId> {
    content.validate().map_err(StoreError::from)?;
    let params = params![name, deed.now.as_millis()];
    let id = ledger.view.row(sql::AGENT_ADD, params, |row| {
        Fields::of("agents", row).int(0)
    })?;
    let id = AgentId(id.ok_or_else(|| StoreError::Database("no agent was made".to_owned()))?);
    add_version(ledger, id, 1, content, deed)?;
    let detail = json!({ "id": id, "name": name, "content": content });
    audit(ledger, "agent.create", &detail, deed)?;
    Ok(id)
}

fn revise(ledger: &mut Ledger, id: AgentId, content: &Agent, deed: Deed<'_>) -> Done<u32> {
    content.validate().map_err(StoreError::from)?;
    let before = agent(&ledger.view, id)?;
    if before.content == *content {
        return Ok(before.version);
    }
    let version = before.version + 1;
    add_version(ledger, id, version, content, deed)?;
    ledger
        .view
        .execute(sql::AGENT_REVISED, params![id.0, version])?;
    let detail = json!({ "id": id, "version": version, "content": content });
    audit(ledger, "agent.revise", &detail, deed)?;
    Ok(version)
}

fn add_version(
    ledger: &mut Ledger,
    id: AgentId,
    version: u32,
    content: &Agent,
    Deed { by, now }: Deed<'_>,
) -> Done<()> {
    let json = agents::json(content);
    let params = params![id.0, version, json, now.as_millis(), &*by.0];
    ledger.view.execute(sql::AGENT_VERSION_ADD, params)?;
    Ok(())
}

fn audit(ledger: &mut Ledger, event: &str, detail: &Value, deed: Deed<'_>) -> Done<()> {
    let (campaign, number, attempt) = (None, None, None);
    ledger.audit(&Entry {
        at: deed.now,
        actor: deed.by,
        event,
        campaign,
        number,
        attempt,
        detail: &detail.to_string(),
    })
}
