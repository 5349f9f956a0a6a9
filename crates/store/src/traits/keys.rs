//! What callers may ask about requests that may come twice.

use async_trait::async_trait;
use ringonce_domain::{ListId, Timestamp};

use crate::Result;
use crate::model::{Actor, HeldKey, ImportTotals, KeyTurn, KeyedRequest};

/// For a request that may come twice: of those under one key, one makes a campaign.
///
/// The first takes the key and holds it while it works; a key that is not held any longer is taken over.
/// Only the holder of that moment can finish its import, in the transaction in which the key learns of the
/// campaign, so that two never do, however slow the first is.
#[async_trait]
pub trait RequestKeys: Send + Sync {
    /// Takes a key, or says what is known of it. Removes a bounded number of old ones.
    async fn take_key(&self, request: KeyedRequest, now: Timestamp) -> Result<KeyTurn>;

    /// Holds a key until then. Returns whether the holder still had it. That alone is no change that wakes
    /// anybody.
    async fn hold_key(&self, key: &HeldKey, until: Timestamp) -> Result<bool>;

    /// [`crate::Campaigns::finish_import`], and the key learns of the campaign in the same transaction.
    ///
    /// # Errors
    /// [`crate::StoreError::KeyLost`] when another request has taken the key over: the import is to be
    /// discarded.
    async fn finish_import_under(
        &self,
        key: HeldKey,
        list: ListId,
        rows: u64,
        by: Actor,
        now: Timestamp,
    ) -> Result<ImportTotals>;

    /// Gives a key up. One that came to nothing is free again. Does nothing for one that was taken over.
    async fn release_key(&self, key: HeldKey) -> Result<()>;
}
