//! Instances that share the ledger: each method is one rule.

use async_trait::async_trait;
use ringonce_domain::{InstanceId, Timestamp};

use super::{DriverStore, clock, joining};
use crate::ledger::instances;
use crate::model::{InstanceDetail, NewInstance};
use crate::{Instances, Result};

#[async_trait]
impl Instances for DriverStore {
    async fn join(&self, instance: NewInstance, now: Timestamp, until: Timestamp) -> Result<()> {
        transact!(self, |tx| async {
            let schema = joining(tx).await?;
            instances::join(tx, &instance, schema, now, until).await
        })
    }

    async fn heartbeat(
        &self,
        id: InstanceId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<InstanceDetail>> {
        transact!(self, |tx| instances::heartbeat(tx, id, now, until))
    }

    async fn leave(&self, id: InstanceId, now: Timestamp) -> Result<()> {
        transact!(self, |tx| instances::leave(tx, id, now))
    }

    async fn declare_gone(&self, id: InstanceId, now: Timestamp) -> Result<bool> {
        transact!(self, |tx| instances::declare_gone(tx, id, now))
    }

    async fn instances(&self) -> Result<Vec<InstanceDetail>> {
        read!(self, |reader| instances::instances(reader))
    }

    async fn database_time(&self) -> Result<Option<Timestamp>> {
        clock(self).await
    }
}
