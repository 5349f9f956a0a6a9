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
use serde::Deserialize;

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
    let mut count = FieldCount::new(agent, columns(&store.layouts(campaign).await?));
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

/// As much of a file's layout as says what can be said.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Read {
    columns: ReadColumns,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ReadColumns {
    phone: Option<String>,
    name: Vec<String>,
    metadata: Vec<String>,
    zone: Option<String>,
    ignored: Vec<String>,
}

/// The columns of some files, by their layouts.
fn columns(layouts: &[String]) -> Columns {
    let mut all = Columns::default();
    for layout in layouts {
        let Read { columns: read } = serde_json::from_str(layout).unwrap_or_default();
        all.phone.extend(read.phone);
        all.kept.extend(read.name);
        all.kept.extend(read.metadata);
        all.kept.extend(read.zone);
        all.ignored.extend(read.ignored);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_layout_says_of_columns_is_read_and_what_it_does_not_say_is_none() {
        let layout = r#"{"file": "a.csv", "columns": {"phone": "Mobile", "name": ["First", "Last"],
            "zone": "tz", "metadata": ["City"], "ignored": ["Id"]}}"#;
        let all = columns(&[layout.to_owned(), "{}".to_owned(), "[]".to_owned()]);
        assert_eq!(all.kept, ["First", "Last", "City", "tz"]);
        assert_eq!(
            (all.phone, all.ignored),
            (vec!["Mobile".into()], vec!["Id".into()])
        );
    }
}
