//! What callees hear.

use async_trait::async_trait;
use ringonce_domain::ids::AgentId;
use ringonce_domain::{Agent, Timestamp};
use serde_json::{Value, json};

use super::failure::{Done, Failure};
use super::session::Session;
use super::time::{At, at};
use super::tx::Tx;
use super::{PostgresStore, limit, sql, storable};
use crate::agents::{self, missing};
use crate::audit::Entry;
use crate::deed::Deed;
use crate::model::{Actor, AgentDetail, AgentRevision, Page};
use crate::row::Fields;
use crate::{Agents, Result, StoreError};

#[async_trait]
impl Agents for PostgresStore {
    async fn add_agent(
        &self,
        name: String,
        content: Agent,
        by: Actor,
        now: Timestamp,
    ) -> Result<AgentId> {
        transact!(self, |tx| add(tx, &name, &content, Deed { by: &by, now }))
    }

    async fn revise_agent(
        &self,
        id: AgentId,
        content: Agent,
        by: Actor,
        now: Timestamp,
    ) -> Result<u32> {
        transact!(self, |tx| revise(tx, id, &content, Deed { by: &by, now }))
    }

    async fn name_agent(&self, id: AgentId, name: String, by: Actor, now: Timestamp) -> Result<()> {
        transact!(self, |tx| rename(tx, id, &name, Deed { by: &by, now }))
    }

    async fn archive_agent(
        &self,
        id: AgentId,
        archived: bool,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool> {
        transact!(self, |tx| archive(tx, id, archived, Deed { by: &by, now }))
    }

    async fn agents(&self, archived: bool, page: Page<AgentId>) -> Result<Vec<AgentDetail>> {
        look!(self, |session| all(session, archived, &page))
    }

    async fn agent(&self, id: AgentId) -> Result<AgentDetail> {
        look!(self, |session| one(session, id))
    }

    async fn agent_versions(&self, id: AgentId, page: Page<u32>) -> Result<Vec<AgentRevision>> {
        look!(self, |session| versions(session, id, &page))
    }
}

async fn all(session: &Session, archived: bool, page: &Page<AgentId>) -> Done<Vec<AgentDetail>> {
    let before = page.after.map_or(i64::MAX, |id| id.0);
    let rows = session
        .rows(sql::AGENTS, &[&before, &archived, &limit(page)])
        .await?;
    let details = rows
        .iter()
        .map(|row| agents::detail(&Fields::of("agents", row)));
    Ok(details.collect::<Result<_>>()?)
}

async fn one(session: &Session, id: AgentId) -> Done<AgentDetail> {
    let row = session.row(sql::AGENT, &[&id.0]).await?;
    let row = row.ok_or_else(|| Failure::Store(missing(id)))?;
    Ok(agents::detail(&Fields::of("agents", &row))?)
}

async fn versions(session: &Session, id: AgentId, page: &Page<u32>) -> Done<Vec<AgentRevision>> {
    one(session, id).await?;
    let before = page.after.map_or(i64::MAX, i64::from);
    let rows = session
        .rows(sql::AGENT_VERSIONS, &[&id.0, &before, &limit(page)])
        .await?;
    let found = rows.iter();
    let found = found.map(|row| agents::revision(&Fields::of("agent_versions", row)));
    Ok(found.collect::<Result<_>>()?)
}

/// Locks an agent.
async fn locked(tx: &mut Tx, id: AgentId) -> Done<AgentDetail> {
    let row = tx.row(sql::AGENT_LOCK, &[&id.0]).await?;
    let row = row.ok_or_else(|| Failure::Store(missing(id)))?;
    Ok(agents::detail(&Fields::of("agents", &row))?)
}

async fn add(tx: &mut Tx, name: &str, content: &Agent, deed: Deed<'_>) -> Done<AgentId> {
    content.validate().map_err(StoreError::from)?;
    let made = tx
        .row(sql::AGENT_ADD, &[&storable(name), &At(deed.now)])
        .await?;
    let made = made.ok_or_else(|| StoreError::Database("no agent was made".to_owned()))?;
    let id = AgentId(Fields::of("agents", &made).int(0)?);
    add_version(tx, id, 1, content, deed).await?;
    let detail = json!({ "id": id, "name": name, "content": content });
    audit(tx, "agent.create", &detail, deed).await?;
    Ok(id)
}

async fn revise(tx: &mut Tx, id: AgentId, content: &Agent, deed: Deed<'_>) -> Done<u32> {
    content.validate().map_err(StoreError::from)?;
    let before = locked(tx, id).await?;
    if before.content == *content {
        return Ok(before.version);
    }
    let version = before.version + 1;
    add_version(tx, id, version, content, deed).await?;
    tx.execute(sql::AGENT_REVISED, &[&id.0, &i64::from(version)])
        .await?;
    let detail = json!({ "id": id, "version": version, "content": content });
    audit(tx, "agent.revise", &detail, deed).await?;
    Ok(version)
}

async fn add_version(
    tx: &mut Tx,
    id: AgentId,
    version: u32,
    content: &Agent,
    Deed { by, now }: Deed<'_>,
) -> Done<()> {
    let json = storable(&agents::json(content));
    let by = storable(&by.0);
    tx.execute(
        sql::AGENT_VERSION_ADD,
        &[&id.0, &i64::from(version), &json, &At(now), &by],
    )
    .await?;
    Ok(())
}

async fn rename(tx: &mut Tx, id: AgentId, name: &str, deed: Deed<'_>) -> Done<()> {
    let before = locked(tx, id).await?.name;
    tx.execute(sql::AGENT_NAMED, &[&id.0, &storable(name)])
        .await?;
    let detail = json!({ "id": id, "from": before, "to": name });
    audit(tx, "agent.name", &detail, deed).await
}

async fn archive(tx: &mut Tx, id: AgentId, archived: bool, deed: Deed<'_>) -> Done<bool> {
    if locked(tx, id).await?.archived_at.is_some() == archived {
        return Ok(false);
    }
    let since = at(archived.then_some(deed.now));
    tx.execute(sql::AGENT_ARCHIVED, &[&id.0, &since]).await?;
    let event = if archived {
        "agent.archive"
    } else {
        "agent.restore"
    };
    audit(tx, event, &json!({ "id": id }), deed).await?;
    Ok(true)
}

async fn audit(tx: &mut Tx, event: &str, detail: &Value, Deed { by, now }: Deed<'_>) -> Done<()> {
    let (campaign, number, attempt) = (None, None, None);
    tx.audit(&Entry {
        at: now,
        actor: by,
        event,
        campaign,
        number,
        attempt,
        detail: &detail.to_string(),
    })
    .await
}
