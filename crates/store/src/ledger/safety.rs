//! What keeps numbers from being called: blocks, for good.

use ringonce_domain::{CampaignId, Number};
use serde_json::json;

use crate::audit::Entry;
use crate::model::AuditContext;
use crate::sql;
use crate::transaction::{Transaction, values};

/// See [`crate::Admin::block`]; `campaign` is the one in whose call the number's owner asked for it.
pub(crate) async fn block<T: Transaction>(
    tx: &mut T,
    number: Number,
    reason: &str,
    campaign: Option<CampaignId>,
    on: &AuditContext,
) -> Result<bool, T::Failure> {
    let row = values![number, on.now, reason];
    if tx.change(sql::NUMBER_BLOCK, row).await? == 0 {
        return Ok(false);
    }
    tx.audit(&Entry {
        at: on.now,
        actor: &on.by,
        event: "number.block",
        campaign,
        number: Some(number),
        attempt: None,
        detail: &json!({ "reason": reason }).to_string(),
    })
    .await?;
    Ok(true)
}
