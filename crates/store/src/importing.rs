//! What an import and its removal mean, whichever database they happen in.

use ringonce_domain::{CampaignId, ListId};

use crate::campaigns::CONTACTS_PER_CAMPAIGN;
use crate::model::{DuplicateRow, RowProblem};
use crate::{Result, StoreError};

/// Contacts removed in one transaction at most.
pub(crate) const CLEARED_AT_ONCE: i64 = 10_000;

/// Below the ids of a campaign's contacts, and above them.
pub(crate) const fn contacts_of(campaign: CampaignId) -> (i64, i64) {
    let first = campaign.0 * CONTACTS_PER_CAMPAIGN;
    (first, first + CONTACTS_PER_CAMPAIGN)
}

/// The id of the first of `more` contacts of a campaign that has made so many.
///
/// # Errors
/// When a campaign cannot hold so many.
pub(crate) fn first_id(campaign: CampaignId, made: i64, more: usize) -> Result<i64> {
    let more = i64::try_from(more).unwrap_or(i64::MAX);
    if made.saturating_add(more) >= CONTACTS_PER_CAMPAIGN {
        return Err(StoreError::Database(format!(
            "a campaign holds at most {} contacts",
            CONTACTS_PER_CAMPAIGN - 1
        )));
    }
    Ok(contacts_of(campaign).0 + made + 1)
}

/// Characters of a name by which contacts are found and ordered.
const NAME_KEY: usize = 40;

/// The beginning of a name as it is looked for: case tells nothing apart, nor does space around it.
pub(crate) fn name_key(name: &str) -> String {
    let folded = name.trim().chars().flat_map(char::to_lowercase);
    folded.take(NAME_KEY).collect()
}

/// A row that repeats a number, as a problem of the file.
pub(crate) fn problem(duplicate: &DuplicateRow) -> RowProblem {
    RowProblem {
        line: duplicate.line,
        column: String::new(),
        value: duplicate.number.to_string(),
        reason: format!("the same number stands in line {}", duplicate.first_line),
        fields: "{}".to_owned(),
    }
}

/// Something whose contacts have to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leftover {
    /// A campaign whose import was never finished.
    Campaign(CampaignId),
    /// A campaign that was deleted.
    Deleted(CampaignId),
    /// A list that was never finished, in a campaign that has others.
    List(CampaignId, ListId),
}

impl Leftover {
    /// The campaign, and the list when the others stay.
    pub(crate) const fn of(self) -> (CampaignId, Option<ListId>) {
        match self {
            Self::Campaign(campaign) | Self::Deleted(campaign) => (campaign, None),
            Self::List(campaign, list) => (campaign, Some(list)),
        }
    }
}
