//! A campaign's contacts and bad rows as tables, page by page, as a CSV has them that can be read again
//! as a list: every field of the list in a column of its own, what Ringonce notes in columns that are
//! not read (see [`ringonce_import::titles`]).
//!
//! A table's columns are those of all its rows, so the rows are gone through once before. What is in
//! memory is a page and the titles.

use ringonce_domain::{CampaignId, Timestamp};
use ringonce_import::errors_csv::{Problem, ProblemTable};
use ringonce_import::fields::FieldTitles;
use ringonce_import::guard::harmless;
use ringonce_import::titles;
use ringonce_store::model::{ContactDetail, ContactSearch, Page, RowProblem};
use ringonce_store::{Store, StoreError};

use crate::list_columns;

/// The table of a campaign's contacts.
#[derive(Debug)]
pub struct ContactTable {
    titles: FieldTitles,
    zone: Option<String>,
}

impl ContactTable {
    /// The table of all contacts of a campaign, looked at by pages of so many.
    ///
    /// # Errors
    /// When the ledger fails.
    pub async fn read(
        store: &dyn Store,
        campaign: CampaignId,
        limit: u32,
    ) -> Result<Self, StoreError> {
        let lists = list_columns::of(store, campaign).await?;
        let mut titles = FieldTitles::default();
        for columns in &lists {
            columns.kept().for_each(|title| titles.add(title));
        }
        let mut after = None;
        loop {
            let page = Page { after, limit };
            let wanted = ContactSearch::default();
            let found = store.find_contacts(campaign, wanted, page).await?;
            for contact in &found.contacts {
                titles.add_row(&contact.metadata);
            }
            after = found.next;
            if after.is_none() {
                break;
            }
        }
        let zone = lists.into_iter().find_map(|columns| columns.zone);
        Ok(Self { titles, zone })
    }

    /// The header.
    pub fn header(&self) -> Vec<String> {
        let zone = self.zone.as_deref();
        let fields = self.titles.as_slice().iter();
        [titles::LINE, titles::NUMBER, titles::NAME]
            .map(Into::into)
            .into_iter()
            .chain(fields.map(|title| titles::of_field(title, zone)))
            .chain(titles::OF_CONTACTS.map(Into::into))
            .map(|cell| harmless(&cell).into_owned())
            .collect()
    }

    /// The line of a contact.
    pub fn cells(&self, contact: &ContactDetail) -> Vec<String> {
        let outcome = contact.last_outcome.map(|outcome| outcome.to_string());
        let noted = [
            contact.state.to_string(),
            contact.lead.to_string(),
            harmless(contact.reason.as_deref().unwrap_or_default()).into_owned(),
            contact.attempts.to_string(),
            contact.answered.to_string(),
            outcome.unwrap_or_default(),
            instant(contact.last_attempt_at),
            instant(contact.due_at),
        ];
        let fields = self.titles.cells(&contact.metadata);
        // A number in E.164 is a plus and digits: nothing that a formula could do with.
        [contact.line.to_string(), contact.number.to_string()]
            .into_iter()
            .chain([harmless(&contact.name).into_owned()])
            .chain(fields.map(|cell| harmless(&cell).into_owned()))
            .chain(noted)
            .collect()
    }
}

/// The table of the rows of a campaign's lists that were not taken, looked at by pages of so many.
///
/// # Errors
/// When the ledger fails.
pub async fn problem_table(
    store: &dyn Store,
    campaign: CampaignId,
    limit: u32,
) -> Result<ProblemTable, StoreError> {
    let columns = list_columns::of(store, campaign).await?.into_iter().next();
    let mut table = ProblemTable::new(columns.unwrap_or_default());
    let mut after = None;
    loop {
        let rows = store.problems(campaign, Page { after, limit }).await?;
        for row in &rows {
            table.add_row(&row.fields);
        }
        match rows.last() {
            Some(last) => after = Some(last.line),
            None => return Ok(table),
        }
    }
}

/// The line of a row that was not taken.
pub fn problem_cells(table: &ProblemTable, row: &RowProblem) -> Vec<String> {
    table.cells(Problem {
        line: row.line,
        column: &row.column,
        value: &row.value,
        reason: &row.reason,
        fields: &row.fields,
    })
}

fn instant(at: Option<Timestamp>) -> String {
    at.map(|at| at.to_string()).unwrap_or_default()
}
