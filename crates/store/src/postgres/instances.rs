//! Who shares the ledger, and what time it is for all of them.

use async_trait::async_trait;
use ringonce_domain::{InstanceId, Timestamp};
use serde_json::json;
use tokio_postgres::Row;

use super::failure::Done;
use super::session::Session;
use super::time::At;
use super::tx::Tx;
use super::{PostgresStore, schema, sql, storable};
use crate::audit::Entry;
use crate::model::{Actor, INSTANCES_REMEMBERED, InstanceDetail, MEMORY_OF_INSTANCES, NewInstance};
use crate::row::Fields;
use crate::{Instances, Result, StoreError, rows};

#[async_trait]
impl Instances for PostgresStore {
    async fn join(&self, instance: NewInstance, now: Timestamp, until: Timestamp) -> Result<()> {
        transact!(self, |tx| join(tx, &instance, now, until))
    }

    async fn heartbeat(
        &self,
        id: InstanceId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<InstanceDetail>> {
        transact!(self, |tx| heartbeat(tx, id, now, until))
    }

    async fn leave(&self, id: InstanceId, now: Timestamp) -> Result<()> {
        transact!(self, |tx| leave(tx, id, now))
    }

    async fn declare_gone(&self, id: InstanceId, now: Timestamp) -> Result<bool> {
        transact!(self, |tx| declare_gone(tx, id, now))
    }

    async fn instances(&self) -> Result<Vec<InstanceDetail>> {
        look!(self, |session| all(session))
    }

    async fn database_time(&self) -> Result<Option<Timestamp>> {
        look!(self, |session| time(session))
    }
}

async fn time(session: &Session) -> Done<Option<Timestamp>> {
    Ok(match session.row(sql::DATABASE_TIME, &[]).await? {
        Some(row) => Some(Fields::of("the clock", &row).instant(0)?),
        None => None,
    })
}

async fn join(tx: &mut Tx, new: &NewInstance, now: Timestamp, until: Timestamp) -> Done<()> {
    super::moving::require_here(tx).await?;
    declare_the_overdue_gone(tx, now).await?;
    let long_ago = At(now - MEMORY_OF_INSTANCES);
    let remembered = i64::from(INSTANCES_REMEMBERED);
    tx.execute(sql::INSTANCES_FORGET, &[&long_ago, &remembered])
        .await?;
    let schema = schema::latest();
    tx.execute(
        sql::INSTANCE_JOIN,
        &[
            &new.id.0,
            &storable(&new.name),
            &i64::from(new.process),
            &new.version,
            &new.address,
            &At(now),
            &At(until),
            &schema,
        ],
    )
    .await?;
    tx.tell_at_once();
    let detail = json!({
        "instance": new.id, "name": new.name, "process": new.process,
        "version": new.version, "address": new.address,
    });
    audit(tx, "instance.join", &detail, now).await
}

async fn heartbeat(
    tx: &mut Tx,
    id: InstanceId,
    now: Timestamp,
    until: Timestamp,
) -> Done<Vec<InstanceDetail>> {
    let before = one(tx, id).await?;
    let Some(before) = before.filter(|before| before.left_at.is_none()) else {
        return Err(StoreError::NotFound {
            what: "instance",
            id: id.to_string(),
        }
        .into());
    };
    tx.execute(sql::INSTANCE_HEARD, &[&id.0, &At(now), &At(until)])
        .await?;
    if let Some(gone_at) = before.gone_at {
        let detail = json!({ "instance": id, "name": before.name, "gone_at": gone_at });
        audit(tx, "instance.back", &detail, now).await?;
    }
    let mut known = declare_the_overdue_gone(tx, now).await?;
    known.retain(|instance| instance.until > now - MEMORY_OF_INSTANCES);
    Ok(known)
}

async fn leave(tx: &mut Tx, id: InstanceId, now: Timestamp) -> Done<()> {
    let there = one(tx, id).await?.filter(|there| there.left_at.is_none());
    let Some(there) = there else { return Ok(()) };
    tx.execute(sql::INSTANCE_LEAVE, &[&id.0, &At(now)]).await?;
    tx.execute(sql::LEASES_RELEASE, &[&id.0]).await?;
    tx.tell_at_once();
    let detail = json!({ "instance": id, "name": there.name });
    audit(tx, "instance.leave", &detail, now).await
}

/// Declares gone whose time has run out; returns everybody. Whose row somebody holds is being heard
/// of: nobody waits, so that instances that come back together do not wait for each other.
async fn declare_the_overdue_gone(tx: &mut Tx, now: Timestamp) -> Done<Vec<InstanceDetail>> {
    for row in tx.rows(sql::INSTANCES_OVERDUE, &[&At(now)]).await? {
        gone(tx, &detail(&row)?, now).await?;
    }
    all(tx.session()?).await
}

/// Writes that an instance is gone, unless that is known or it left.
async fn declare_gone(tx: &mut Tx, id: InstanceId, now: Timestamp) -> Done<bool> {
    let there = one(tx, id).await?;
    let there = there.filter(|it| it.left_at.is_none() && it.gone_at.is_none());
    if let Some(there) = &there {
        gone(tx, there, now).await?;
    }
    Ok(there.is_some())
}

/// Writes that an instance, whose row is locked, is gone, and frees its leases.
async fn gone(tx: &mut Tx, there: &InstanceDetail, now: Timestamp) -> Done<()> {
    tx.execute(sql::INSTANCE_GONE, &[&there.id.0, &At(now)])
        .await?;
    tx.execute(sql::LEASES_RELEASE, &[&there.id.0]).await?;
    tx.tell_at_once();
    let detail = json!({ "instance": there.id, "name": there.name, "heard_at": there.heard_at });
    audit(tx, "instance.gone", &detail, now).await
}

/// One instance, locked.
async fn one(tx: &mut Tx, id: InstanceId) -> Done<Option<InstanceDetail>> {
    let row = tx.row(sql::INSTANCE, &[&id.0]).await?;
    row.as_ref().map(detail).transpose()
}

async fn all(session: &Session) -> Done<Vec<InstanceDetail>> {
    let rows = session.rows(sql::INSTANCES, &[]).await?;
    rows.iter().map(detail).collect()
}

fn detail(row: &Row) -> Done<InstanceDetail> {
    Ok(rows::instance(&Fields::of("instances", row))?)
}

async fn audit(tx: &mut Tx, event: &str, detail: &serde_json::Value, now: Timestamp) -> Done<()> {
    tx.audit(&Entry {
        at: now,
        actor: &Actor::new("engine"),
        event,
        campaign: None,
        number: None,
        attempt: None,
        detail: &detail.to_string(),
    })
    .await
}
