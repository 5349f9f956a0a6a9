//! Agents: what callees hear, in versions that never change.

use ringonce_domain::Agent;
use ringonce_domain::ids::AgentId;
use serde_json::json;

use crate::listing::limit;
use crate::model::{Actor, AgentDetail, AgentRevision, AuditContext, Page};
use crate::row::Fields;
use crate::sql;
use crate::transaction::{Reader, Record, Transaction, values};
use crate::{Result, StoreError};

fn missing(id: AgentId) -> StoreError {
    StoreError::NotFound {
        what: "agent",
        id: id.to_string(),
    }
}

fn detail(row: &Record) -> Result<AgentDetail> {
    let fields = Fields::of("agents", row);
    Ok(AgentDetail {
        id: AgentId(fields.int("id")?),
        name: fields.text("name")?,
        version: fields.count("version")?,
        created_at: fields.instant("created_at")?,
        archived_at: fields.maybe_instant("archived_at")?,
        content: content(&fields)?,
        made_at: fields.instant("made_at")?,
        made_by: Actor::new(fields.str("made_by")?),
    })
}

fn revision(row: &Record) -> Result<AgentRevision> {
    let fields = Fields::of("agent_versions", row);
    Ok(AgentRevision {
        version: fields.count("version")?,
        content: content(&fields)?,
        made_at: fields.instant("made_at")?,
        made_by: Actor::new(fields.str("made_by")?),
    })
}

fn content(fields: &Fields<'_>) -> Result<Agent> {
    let json = fields.str("content")?;
    serde_json::from_str(json).map_err(|error| fields.corrupt("content", &error))
}

/// See [`crate::Agents::agent`].
pub(crate) async fn agent<R: Reader>(
    reader: &mut R,
    id: AgentId,
) -> Result<AgentDetail, R::Failure> {
    let row = reader.row(sql::AGENT, values![id]).await?;
    Ok(detail(&row.ok_or_else(|| missing(id))?)?)
}

/// See [`crate::Agents::agents`].
pub(crate) async fn agents<R: Reader>(
    reader: &mut R,
    archived: bool,
    page: &Page<AgentId>,
) -> Result<Vec<AgentDetail>, R::Failure> {
    let before = page.after.map_or(i64::MAX, |id| id.0);
    let rows = reader
        .rows(sql::AGENTS, values![before, archived, limit(page)])
        .await?;
    Ok(rows.iter().map(detail).collect::<Result<_>>()?)
}

/// See [`crate::Agents::agent_versions`].
pub(crate) async fn versions<R: Reader>(
    reader: &mut R,
    id: AgentId,
    page: &Page<u32>,
) -> Result<Vec<AgentRevision>, R::Failure> {
    agent(reader, id).await?;
    let before = page.after.map_or(i64::MAX, i64::from);
    let rows = reader
        .rows(sql::AGENT_VERSIONS, values![id, before, limit(page)])
        .await?;
    Ok(rows.iter().map(revision).collect::<Result<_>>()?)
}

/// An agent whose row no other transaction can change meanwhile.
async fn locked<T: Transaction>(tx: &mut T, id: AgentId) -> Result<AgentDetail, T::Failure> {
    let row = tx.row(sql::AGENT_LOCK, values![id]).await?;
    Ok(detail(&row.ok_or_else(|| missing(id))?)?)
}

/// See [`crate::Agents::add_agent`].
pub(crate) async fn add<T: Transaction>(
    tx: &mut T,
    name: &str,
    content: &Agent,
    on: &AuditContext,
) -> Result<AgentId, T::Failure> {
    content.validate_given().map_err(StoreError::from)?;
    let made = tx.row(sql::AGENT_ADD, values![name, on.now]).await?;
    let made = made.ok_or_else(|| StoreError::Database("no agent was made".to_owned()))?;
    let id = AgentId(Fields::of("agents", &made).int("id")?);
    add_version(tx, id, 1, content, on).await?;
    let detail = json!({ "id": id, "name": name, "content": content });
    tx.audit_plain("agent.create", &detail, on).await?;
    Ok(id)
}

/// See [`crate::Agents::revise_agent`]. An unchanged agent gets no new version.
pub(crate) async fn revise<T: Transaction>(
    tx: &mut T,
    id: AgentId,
    content: &Agent,
    on: &AuditContext,
) -> Result<u32, T::Failure> {
    content.validate_given().map_err(StoreError::from)?;
    let before = locked(tx, id).await?;
    if before.content == *content {
        return Ok(before.version);
    }
    let version = before.version + 1;
    add_version(tx, id, version, content, on).await?;
    tx.at_end(sql::AGENT_REVISED, values![id, version]).await?;
    let detail = json!({ "id": id, "version": version, "content": content });
    tx.audit_plain("agent.revise", &detail, on).await?;
    Ok(version)
}

async fn add_version<T: Transaction>(
    tx: &mut T,
    id: AgentId,
    version: u32,
    content: &Agent,
    on: &AuditContext,
) -> Result<(), T::Failure> {
    let json = serde_json::to_string(content).unwrap_or_default();
    let row = values![id, version, json, on.now, &on.by];
    tx.at_end(sql::AGENT_VERSION_ADD, row).await
}

/// See [`crate::Agents::name_agent`].
pub(crate) async fn rename<T: Transaction>(
    tx: &mut T,
    id: AgentId,
    name: &str,
    on: &AuditContext,
) -> Result<(), T::Failure> {
    let before = locked(tx, id).await?.name;
    tx.at_end(sql::AGENT_NAMED, values![id, name]).await?;
    let detail = json!({ "id": id, "from": before, "to": name });
    tx.audit_plain("agent.name", &detail, on).await
}

/// See [`crate::Agents::archive_agent`].
pub(crate) async fn archive<T: Transaction>(
    tx: &mut T,
    id: AgentId,
    archived: bool,
    on: &AuditContext,
) -> Result<bool, T::Failure> {
    if locked(tx, id).await?.archived_at.is_some() == archived {
        return Ok(false);
    }
    let since = archived.then_some(on.now);
    tx.at_end(sql::AGENT_ARCHIVED, values![id, since]).await?;
    let event = if archived {
        "agent.archive"
    } else {
        "agent.restore"
    };
    tx.audit_plain(event, &json!({ "id": id }), on).await?;
    Ok(true)
}
