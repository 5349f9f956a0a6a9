//! What a caller sees of a number that is in several campaigns. That it was called, is blocked or is in a
//! call is visible to every caller, because the repeat rule and blocks hold for all; names, calls and
//! history are visible only for the campaigns that the caller sees.

use std::collections::HashSet;

use ringonce_domain::{CampaignId, Number};
use ringonce_store::model::{AuditEntry, NumberDetail, Visible};

use crate::AppState;
use crate::auth::Caller;
use crate::problem::Problem;

/// A number with the part of its history that the caller sees; `None` when the ledger does not have it.
pub(crate) async fn number(
    state: &AppState,
    caller: &Caller,
    number: Number,
) -> Result<Option<NumberDetail>, Problem> {
    let Some(mut detail) = state.store.number(number).await? else {
        return Ok(None);
    };
    let contacts = detail.contacts.iter().map(|contact| contact.campaign);
    let calls = detail.calls.iter().map(|call| call.campaign);
    let hidden = hidden(state, caller, contacts.chain(calls).collect()).await?;
    let sees = |campaign| !hidden.contains(&campaign);
    detail.contacts.retain(|contact| sees(contact.campaign));
    detail.calls.retain(|call| sees(call.campaign));
    Ok(Some(detail))
}

/// The audit trail of a number, without what other people's campaigns did.
pub(crate) async fn timeline(
    state: &AppState,
    caller: &Caller,
    number: Number,
) -> Result<Vec<AuditEntry>, Problem> {
    let mut entries = state.store.number_timeline(number).await?;
    let campaigns = entries.iter().filter_map(|entry| entry.campaign);
    let hidden = hidden(state, caller, campaigns.collect()).await?;
    entries.retain(|entry| entry.campaign.is_none_or(|id| !hidden.contains(&id)));
    Ok(entries)
}

/// Which of these campaigns the caller does not see; at most as many queries as a listing has rows.
async fn hidden(
    state: &AppState,
    caller: &Caller,
    campaigns: HashSet<CampaignId>,
) -> Result<HashSet<CampaignId>, Problem> {
    let who = caller.visible();
    let mut hidden = HashSet::new();
    if who == Visible::Everything {
        return Ok(hidden);
    }
    for id in campaigns {
        if !state.store.may_see(id, who).await? {
            hidden.insert(id);
        }
    }
    Ok(hidden)
}
