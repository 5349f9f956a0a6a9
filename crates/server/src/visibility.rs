//! What somebody sees of a number that several campaigns have: that it was called, blocked or is busy
//! is everybody's to know, so that nobody rings it again; names, calls and history belong to the
//! campaigns that they see.

use std::collections::HashSet;

use ringonce_domain::{CampaignId, Number};
use ringonce_store::model::{AuditEntry, NumberDetail, Visible};

use crate::AppState;
use crate::auth::Caller;
use crate::problem::Problem;

/// A number with as much of its history as somebody may see; `None` when it was never seen.
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

/// Which of these campaigns somebody does not see. There are as many to ask about as a listing is long,
/// at most.
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
