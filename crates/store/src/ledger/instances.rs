//! The instances that share the ledger. On SQLite one process runs campaigns at a time, so the list has that
//! one and its predecessors.

use ringonce_domain::{InstanceId, Timestamp};
use serde_json::json;

use super::leases::GIVEN_UP;
use crate::model::{
    Actor, AuditContext, INSTANCES_REMEMBERED, InstanceDetail, MEMORY_OF_INSTANCES, NewInstance,
};
use crate::row::Fields;
use crate::sql;
use crate::transaction::{Reader, Record, Transaction, values};
use crate::{Result, StoreError};

/// See [`crate::Instances::join`]. `schema` is the latest that the instance knows, given where several
/// versions may work at once.
pub(crate) async fn join<D: Transaction>(
    tx: &mut D,
    new: &NewInstance,
    schema: i64,
    now: Timestamp,
    until: Timestamp,
) -> Result<(), D::Failure> {
    declare_the_overdue_gone(tx, now).await?;
    let long_ago = now - MEMORY_OF_INSTANCES;
    let forgotten = values![long_ago, INSTANCES_REMEMBERED];
    tx.change(sql::INSTANCES_FORGET, forgotten).await?;
    let given = values![
        new.id,
        new.name.as_str(),
        new.process,
        new.version.as_str(),
        new.address.as_deref(),
        now,
        until,
        schema,
    ];
    tx.change(sql::INSTANCE_JOIN, given).await?;
    tx.tell_at_once();
    let detail = json!({
        "instance": new.id, "name": new.name, "process": new.process,
        "version": new.version, "address": new.address,
    });
    audit(tx, "instance.join", &detail, now).await
}

/// See [`crate::Instances::heartbeat`].
pub(crate) async fn heartbeat<D: Transaction>(
    tx: &mut D,
    id: InstanceId,
    now: Timestamp,
    until: Timestamp,
) -> Result<Vec<InstanceDetail>, D::Failure> {
    let before = one(tx, id).await?;
    let before = before.filter(|before| before.left_at.is_none());
    let before = before.ok_or_else(|| StoreError::NotFound {
        what: "instance",
        id: id.to_string(),
    })?;
    tx.change_unheard(sql::INSTANCE_HEARD, values![id, now, until])
        .await?;
    if let Some(gone_at) = before.gone_at {
        let detail = json!({ "instance": id, "name": before.name, "gone_at": gone_at });
        audit(tx, "instance.back", &detail, now).await?;
    }
    declare_the_overdue_gone(tx, now).await?;
    let mut known = instances(tx).await?;
    known.retain(|instance| instance.until > now - MEMORY_OF_INSTANCES);
    Ok(known)
}

/// See [`crate::Instances::leave`].
pub(crate) async fn leave<D: Transaction>(
    tx: &mut D,
    id: InstanceId,
    now: Timestamp,
) -> Result<(), D::Failure> {
    let there = one(tx, id).await?.filter(|there| there.left_at.is_none());
    let Some(there) = there else { return Ok(()) };
    tx.change(sql::INSTANCE_LEAVE, values![id, now]).await?;
    tx.change(sql::LEASES_RELEASE, values![id, GIVEN_UP])
        .await?;
    tx.tell_at_once();
    let detail = json!({ "instance": id, "name": there.name });
    audit(tx, "instance.leave", &detail, now).await
}

/// Declares instances gone whose time has run out. A locked row belongs to a heartbeat or is being declared
/// gone already: it is skipped, so that instances that come back together do not wait for each other.
async fn declare_the_overdue_gone<D: Transaction>(
    tx: &mut D,
    now: Timestamp,
) -> Result<(), D::Failure> {
    for row in tx.rows(sql::INSTANCES_OVERDUE, values![now]).await? {
        gone(tx, &detail(&row)?, now).await?;
    }
    Ok(())
}

/// See [`crate::Instances::declare_gone`].
pub(crate) async fn declare_gone<D: Transaction>(
    tx: &mut D,
    id: InstanceId,
    now: Timestamp,
) -> Result<bool, D::Failure> {
    let there = one(tx, id).await?;
    let there = there.filter(|it| it.left_at.is_none() && it.gone_at.is_none());
    if let Some(there) = &there {
        gone(tx, there, now).await?;
    }
    Ok(there.is_some())
}

/// Writes that an instance, whose row is locked, is gone, and frees its leases.
async fn gone<D: Transaction>(
    tx: &mut D,
    there: &InstanceDetail,
    now: Timestamp,
) -> Result<(), D::Failure> {
    tx.change(sql::INSTANCE_GONE, values![there.id, now])
        .await?;
    tx.change(sql::LEASES_RELEASE, values![there.id, GIVEN_UP])
        .await?;
    tx.tell_at_once();
    let detail = json!({ "instance": there.id, "name": there.name, "heard_at": there.heard_at });
    audit(tx, "instance.gone", &detail, now).await
}

/// One instance, locked.
async fn one<D: Transaction>(
    tx: &mut D,
    id: InstanceId,
) -> Result<Option<InstanceDetail>, D::Failure> {
    let row = tx.row(sql::INSTANCE, values![id]).await?;
    Ok(row.as_ref().map(detail).transpose()?)
}

/// See [`crate::Instances::instances`].
pub(crate) async fn instances<L: Reader>(
    reader: &mut L,
) -> Result<Vec<InstanceDetail>, L::Failure> {
    let rows = reader.rows(sql::INSTANCES, values![]).await?;
    Ok(rows.iter().map(detail).collect::<Result<_>>()?)
}

fn detail(row: &Record) -> Result<InstanceDetail> {
    let fields = Fields::of("instances", row);
    Ok(InstanceDetail {
        id: InstanceId(fields.uuid("id")?),
        name: fields.text("name")?,
        process: fields.count("process")?,
        version: fields.text("version")?,
        address: fields.maybe_text("address")?,
        joined_at: fields.instant("joined_at")?,
        heard_at: fields.instant("heard_at")?,
        until: fields.instant("until")?,
        left_at: fields.maybe_instant("left_at")?,
        gone_at: fields.maybe_instant("gone_at")?,
    })
}

async fn audit<D: Transaction>(
    tx: &mut D,
    event: &str,
    detail: &serde_json::Value,
    now: Timestamp,
) -> Result<(), D::Failure> {
    let on = AuditContext::new(Actor::new("engine"), now);
    tx.audit_plain(event, detail, &on).await
}
