//! Idempotency keys of requests.

use async_trait::async_trait;
use ringonce_domain::{ListId, Timestamp};

use crate::Result;
use crate::model::{Actor, HeldKey, ImportTotals, KeyTurn, KeyedRequest};

/// Idempotency keys: of the requests under one key, one makes a campaign.
///
/// The first request takes the key and holds it while it works; a key whose hold has expired is taken over.
/// Only the current holder can finish its import, in the transaction that notes the campaign for the key, so
/// that two requests never do, however slow the first is.
#[async_trait]
pub trait RequestKeys: Send + Sync {
    /// Takes a key, or says what is known of it. Removes a bounded number of old ones.
    async fn take_key(&self, request: KeyedRequest, now: Timestamp) -> Result<KeyTurn>;

    /// Holds a key until then. Returns whether the holder still had it. The change wakes no waiter.
    async fn hold_key(&self, key: &HeldKey, until: Timestamp) -> Result<bool>;

    /// [`crate::Campaigns::finish_import`], which also notes the campaign for the key, in one transaction.
    ///
    /// # Errors
    /// [`crate::StoreError::KeyLost`] when another request has taken the key over: discard the import.
    async fn finish_import_under(
        &self,
        key: HeldKey,
        list: ListId,
        rows: u64,
        by: Actor,
        now: Timestamp,
    ) -> Result<ImportTotals>;

    /// Gives a key up. One without a campaign is free again. Does nothing for a key that was taken over.
    async fn release_key(&self, key: HeldKey) -> Result<()>;
}
