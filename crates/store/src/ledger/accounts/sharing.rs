//! Who sees which campaign.

use ringonce_domain::{CampaignId, Timestamp, UserId};
use serde_json::json;

use super::users::{locked, missing, user_in};
use crate::Result;
use crate::audit::Entry;
use crate::ledger::campaigns::missing as no_campaign;
use crate::model::{Actor, Share, SharedWith, Visible};
use crate::row::Fields;
use crate::sql;
use crate::transaction::{Reader, Transaction, values};

/// Whom everybody is among the viewers of a campaign.
const EVERYBODY: UserId = UserId(0);
/// Shares that a campaign shows.
const SHARES_SHOWN: u32 = 1_000;

/// See [`crate::Sharing::may_see`].
pub(crate) async fn may_see<L: Reader>(
    look: &mut L,
    campaign: CampaignId,
    who: Visible,
) -> Result<bool, L::Failure> {
    match who {
        Visible::Everything => Ok(true),
        Visible::To(user) => {
            let given = values![campaign.0, user];
            Ok(look.row(sql::CAMPAIGN_SEEN, given).await?.is_some())
        }
    }
}

/// See [`crate::Sharing::shares`].
pub(crate) async fn shares<L: Reader>(
    look: &mut L,
    campaign: CampaignId,
) -> Result<Vec<Share>, L::Failure> {
    let rows = look
        .rows(sql::SHARES, values![campaign.0, SHARES_SHOWN])
        .await?;
    let mut shares = Vec::with_capacity(rows.len());
    for row in &rows {
        let fields = Fields::of("campaign_viewers", row);
        let user = match UserId(fields.int("viewer")?) {
            EVERYBODY => None,
            _ => Some(user_in(row)?),
        };
        shares.push(Share { campaign, user });
    }
    Ok(shares)
}

/// See [`crate::Sharing::share`].
pub(crate) async fn share<D: Transaction>(
    tx: &mut D,
    campaign: CampaignId,
    with: SharedWith,
    shared: bool,
    by: &Actor,
    now: Timestamp,
) -> Result<bool, D::Failure> {
    let row = tx.row(sql::CAMPAIGN_TO_SHARE, values![campaign.0]).await?;
    let row = row.ok_or_else(|| no_campaign(campaign))?;
    let owner = Fields::of("campaigns", &row)
        .maybe_int("owner")?
        .map(UserId);
    let (viewer, detail) = match with {
        SharedWith::Everyone => (EVERYBODY, json!({ "with": "everyone" })),
        SharedWith::User(id) => {
            let person = locked(tx, id).await?.ok_or_else(|| missing(id))?;
            let detail = json!({ "with": "user", "user": id, "email": person.user.email });
            (id, detail)
        }
    };
    // Who sees it anyway is not taken away: its owner, and everybody when it has none.
    if owner.unwrap_or(EVERYBODY) == viewer {
        return Ok(false);
    }
    let (statement, event) = if shared {
        (sql::VIEWER_ADD, "campaign.share")
    } else {
        (sql::VIEWER_REMOVE, "campaign.unshare")
    };
    if tx.change(statement, values![campaign.0, viewer]).await? == 0 {
        return Ok(false);
    }
    tx.audit(&Entry {
        at: now,
        actor: by,
        event,
        campaign: Some(campaign),
        number: None,
        attempt: None,
        detail: &detail.to_string(),
    })
    .await?;
    Ok(true)
}
