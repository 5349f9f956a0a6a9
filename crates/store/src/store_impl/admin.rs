//! Commands of operators: each method is one rule; copying, checking and closing are with the driver.

use std::path::Path;

use async_trait::async_trait;
use ringonce_domain::{Number, Region, Timestamp};

use super::DriverStore;
use crate::ledger::{facts, safety};
use crate::model::{Actor, AuditContext, Finding, SafetyStatus};
use crate::{Admin, Result};

#[async_trait]
impl Admin for DriverStore {
    async fn safety(&self) -> Result<SafetyStatus> {
        let safety = read!(self, |reader| safety::safety(reader))?;
        Ok(SafetyStatus {
            stopped: safety.stopped.clone(),
            safety,
        })
    }

    async fn stop_all(&self, reason: String, by: Actor, now: Timestamp) -> Result<()> {
        let on = AuditContext::new(by, now);
        transact!(self, |tx| safety::stop_all(tx, &reason, &on))
    }

    async fn resume_all(&self, reason: String, by: Actor, now: Timestamp) -> Result<bool> {
        let on = AuditContext::new(by, now);
        transact!(self, |tx| safety::resume_all(tx, &reason, &on))
    }

    async fn block(
        &self,
        number: Number,
        reason: String,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool> {
        let on = AuditContext::new(by, now);
        transact!(self, |tx| safety::block(tx, number, &reason, None, &on))
    }

    async fn fact(&self, name: &str) -> Result<Option<String>> {
        let name = name.to_owned();
        read!(self, |reader| facts::fact(reader, &name))
    }

    async fn fact_or_set(&self, name: &str, value: &str) -> Result<String> {
        let (name, value) = (name.to_owned(), value.to_owned());
        transact!(self, |tx| facts::fact_or_set(tx, &name, &value))
    }

    async fn replace_fact(&self, name: &str, held: Option<&str>, value: &str) -> Result<bool> {
        let held = held.map(ToOwned::to_owned);
        let (name, value) = (name.to_owned(), value.to_owned());
        transact!(self, |tx| facts::replace(
            tx,
            &name,
            held.as_deref(),
            &value
        ))
    }

    async fn usual_region(&self) -> Result<Option<Region>> {
        read!(self, |reader| facts::usual_region(reader))
    }

    async fn set_usual_region(
        &self,
        region: Option<Region>,
        by: Actor,
        now: Timestamp,
    ) -> Result<bool> {
        let on = AuditContext::new(by, now);
        transact!(self, |tx| facts::set_usual_region(tx, region, &on))
    }

    async fn backup(&self, to: &Path) -> Result<()> {
        self.copy_to(to).await
    }

    async fn doctor(&self, now: Timestamp) -> Result<Vec<Finding>> {
        self.examine(now).await
    }

    async fn close(&self) -> Result<()> {
        self.shut().await;
        Ok(())
    }
}
