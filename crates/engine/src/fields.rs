//! Before a campaign starts: whether its contacts have what its agent says of them.
//!
//! Every contact that waits is looked at once, page by page and outside any transaction, and only
//! when a text has a field at all. The rule is the domain's (`agent::FieldCount`).

use std::sync::Arc;

use ringonce_domain::agent::{Columns, FieldCount, FieldReport};
use ringonce_domain::script::Fields;
use ringonce_domain::{Agent, CampaignId, ContactState};
use ringonce_store::model::{ContactDetail, Page};
use ringonce_store::{Store, StoreError};

use crate::list_columns;

/// Contacts that are looked at in one go; the most that a ledger gives.
const PAGE: u32 = 1_000;

/// What the contacts that wait have of the fields that an agent says.
///
/// # Errors
/// When the ledger fails, or has no such campaign.
pub async fn survey(
    store: &Arc<dyn Store>,
    campaign: CampaignId,
    agent: &Agent,
) -> Result<FieldReport, StoreError> {
    let mut count = FieldCount::new(
        agent,
        columns(&list_columns::of(store.as_ref(), campaign).await?),
    );
    let mut after = None;
    while count.is_needed() {
        let page = Page { after, limit: PAGE };
        let waiting = Some(ContactState::Pending);
        let contacts = store.contacts(campaign, waiting, page).await?;
        let Some(last) = contacts.last() else { break };
        after = Some(last.id);
        for contact in &contacts {
            count.add(&fields_of(contact));
        }
    }
    Ok(count.report())
}

/// What can be said of a contact.
pub fn fields_of(contact: &ContactDetail) -> Fields {
    Fields::of_metadata(contact.name.as_str(), &contact.metadata).with_number(contact.number)
}

/// The columns of some files by what became of them.
fn columns(lists: &[ringonce_import::Columns]) -> Columns {
    let mut all = Columns::default();
    for read in lists {
        all.phone.extend_from_slice(&read.phone);
        all.kept
            .extend(read.name.iter().chain(read.kept()).cloned());
        all.ignored.extend_from_slice(&read.ignored);
    }
    all
}
