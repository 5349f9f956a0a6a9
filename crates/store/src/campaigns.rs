//! What both databases know of campaigns.

use ringonce_domain::CampaignId;

use crate::StoreError;

/// Contact ids are campaign * this + place in the campaign: a campaign's contacts are one range.
pub(crate) const CONTACTS_PER_CAMPAIGN: i64 = 1_000_000_000;

/// There is no such campaign, or it was deleted.
pub(crate) fn missing(id: CampaignId) -> StoreError {
    StoreError::NotFound {
        what: "campaign",
        id: id.to_string(),
    }
}
