//! Who shares the ledger. On SQLite one process runs campaigns at a time, so the list is short; it
//! says who that is, and who it was before.

use async_trait::async_trait;
use ringonce_domain::{InstanceId, Timestamp};
use rusqlite::{Row, params};
use serde_json::json;

use super::failure::Done;
use super::ledger::{Ledger, View};
use super::writer::Lane::Hot;
use super::{SqliteStore, sql};
use crate::audit::Entry;
use crate::model::{Actor, INSTANCES_REMEMBERED, InstanceDetail, MEMORY_OF_INSTANCES, NewInstance};
use crate::row::Fields;
use crate::{Instances, Result, StoreError, rows};

#[async_trait]
impl Instances for SqliteStore {
    async fn join(&self, instance: NewInstance, now: Timestamp, until: Timestamp) -> Result<()> {
        self.write(Hot, move |ledger| join(ledger, &instance, now, until))
            .await
    }

    async fn heartbeat(
        &self,
        id: InstanceId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<InstanceDetail>> {
        self.write(Hot, move |ledger| heartbeat(ledger, id, now, until))
            .await
    }

    async fn leave(&self, id: InstanceId, now: Timestamp) -> Result<()> {
        self.write(Hot, move |ledger| leave(ledger, id, now)).await
    }

    async fn declare_gone(&self, id: InstanceId, now: Timestamp) -> Result<bool> {
        self.write(Hot, move |ledger| declare_gone(ledger, id, now))
            .await
    }

    async fn instances(&self) -> Result<Vec<InstanceDetail>> {
        self.read(all).await
    }

    /// Everybody who opens the file is on its machine.
    async fn database_time(&self) -> Result<Option<Timestamp>> {
        Ok(None)
    }
}

fn join(ledger: &mut Ledger, new: &NewInstance, now: Timestamp, until: Timestamp) -> Done<()> {
    declare_the_overdue_gone(ledger, now)?;
    let long_ago = now - MEMORY_OF_INSTANCES;
    ledger.view.execute(
        sql::INSTANCES_FORGET,
        params![long_ago.as_millis(), INSTANCES_REMEMBERED],
    )?;
    ledger.view.execute(
        sql::INSTANCE_JOIN,
        params![
            new.id.0.into_bytes(),
            new.name,
            new.process,
            new.version,
            new.address,
            now.as_millis(),
            until.as_millis(),
        ],
    )?;
    let detail = json!({
        "instance": new.id, "name": new.name, "process": new.process,
        "version": new.version, "address": new.address,
    });
    audit(ledger, "instance.join", &detail, now)
}

fn heartbeat(
    ledger: &mut Ledger,
    id: InstanceId,
    now: Timestamp,
    until: Timestamp,
) -> Done<Vec<InstanceDetail>> {
    let Some(before) = one(&ledger.view, id)?.filter(|before| before.left_at.is_none()) else {
        return Err(unknown(id).into());
    };
    ledger.execute_unheard(
        sql::INSTANCE_HEARD,
        params![id.0.into_bytes(), now.as_millis(), until.as_millis()],
    )?;
    if let Some(gone_at) = before.gone_at {
        let detail = json!({ "instance": id, "name": before.name, "gone_at": gone_at });
        audit(ledger, "instance.back", &detail, now)?;
    }
    declare_the_overdue_gone(ledger, now)?;
    let mut known = all(&ledger.view)?;
    known.retain(|instance| instance.until > now - MEMORY_OF_INSTANCES);
    Ok(known)
}

fn leave(ledger: &mut Ledger, id: InstanceId, now: Timestamp) -> Done<()> {
    let there = one(&ledger.view, id)?.filter(|there| there.left_at.is_none());
    let Some(there) = there else { return Ok(()) };
    let key = id.0.into_bytes();
    ledger
        .view
        .execute(sql::INSTANCE_LEAVE, params![key, now.as_millis()])?;
    ledger.view.execute(sql::LEASES_RELEASE, [key])?;
    let detail = json!({ "instance": id, "name": there.name });
    audit(ledger, "instance.leave", &detail, now)
}

fn declare_the_overdue_gone(ledger: &mut Ledger, now: Timestamp) -> Done<()> {
    let overdue = ledger
        .view
        .rows(sql::INSTANCES_OVERDUE, [now.as_millis()], |row| {
            Fields::of("instances", row).uuid(0).map(InstanceId)
        })?;
    for id in overdue {
        declare_gone(ledger, id, now)?;
    }
    Ok(())
}

/// Writes that an instance is gone, unless that is known or it left, and frees its leases.
fn declare_gone(ledger: &mut Ledger, id: InstanceId, now: Timestamp) -> Done<bool> {
    let there = one(&ledger.view, id)?;
    let Some(there) = there.filter(|it| it.left_at.is_none() && it.gone_at.is_none()) else {
        return Ok(false);
    };
    let key = id.0.into_bytes();
    ledger
        .view
        .execute(sql::INSTANCE_GONE, params![key, now.as_millis()])?;
    ledger.view.execute(sql::LEASES_RELEASE, [key])?;
    let detail = json!({ "instance": id, "name": there.name, "heard_at": there.heard_at });
    audit(ledger, "instance.gone", &detail, now)?;
    Ok(true)
}

fn unknown(id: InstanceId) -> StoreError {
    StoreError::NotFound {
        what: "instance",
        id: id.to_string(),
    }
}

fn one(view: &View, id: InstanceId) -> Done<Option<InstanceDetail>> {
    view.row(sql::INSTANCE, [id.0.into_bytes()], detail)
}

fn all(view: &View) -> Done<Vec<InstanceDetail>> {
    view.rows(sql::INSTANCES, [], detail)
}

fn detail(row: &Row<'_>) -> Result<InstanceDetail> {
    rows::instance(&Fields::of("instances", row))
}

fn audit(ledger: &mut Ledger, event: &str, detail: &serde_json::Value, now: Timestamp) -> Done<()> {
    ledger.audit(&Entry {
        at: now,
        actor: &Actor::new("engine"),
        event,
        campaign: None,
        number: None,
        attempt: None,
        detail: &detail.to_string(),
    })
}
