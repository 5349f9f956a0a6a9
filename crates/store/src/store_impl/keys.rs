//! Idempotency keys: each method is one rule.

use async_trait::async_trait;
use ringonce_domain::{ListId, Timestamp};

use super::DriverStore;
use crate::ledger::{imports, keys};
use crate::model::{Actor, AuditContext, HeldKey, ImportTotals, KeyTurn, KeyedRequest};
use crate::{RequestKeys, Result};

#[async_trait]
impl RequestKeys for DriverStore {
    async fn take_key(&self, request: KeyedRequest, now: Timestamp) -> Result<KeyTurn> {
        transact!(self, |tx| keys::take(tx, &request, now))
    }

    async fn hold_key(&self, key: &HeldKey, until: Timestamp) -> Result<bool> {
        let key = key.clone();
        transact!(self, |tx| keys::hold(tx, &key, until))
    }

    async fn finish_import_under(
        &self,
        key: HeldKey,
        list: ListId,
        rows: u64,
        by: Actor,
        now: Timestamp,
    ) -> Result<ImportTotals> {
        let on = AuditContext::new(by, now);
        transact!(self, |tx| imports::finish_under(tx, &key, list, rows, &on))
    }

    async fn release_key(&self, key: HeldKey) -> Result<()> {
        transact!(self, |tx| keys::release(tx, &key))
    }
}
