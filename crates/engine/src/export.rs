//! A campaign's contacts and bad rows as tables, page by page, as a CSV has them that can be read again
//! as a list: every field of the list in a column of its own, what Ringonce notes in columns that are
//! not read (see [`ringonce_import::titles`]).
//!
//! A table's columns are those of all its rows, so the rows are gone through once before. What is in
//! memory is a page and the titles.

use ringonce_domain::CampaignId;
use ringonce_import::errors_csv::{Problem, ProblemTable};
use ringonce_import::fields::FieldTitles;
use ringonce_import::guard::harmless;
use ringonce_import::titles;
use ringonce_store::model::{ContactDetail, ContactSearch, Page, RowProblem};
use ringonce_store::{Store, StoreError};

use crate::columns::{self, OF_CONTACTS};
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
        let fields = fields.map(|title| harmless(&titles::of_field(title, zone)).into_owned());
        between(columns::titles(OF_CONTACTS).map(Into::into), fields)
    }

    /// The line of a contact.
    pub fn cells(&self, contact: &ContactDetail) -> Vec<String> {
        let fields = self.titles.cells(&contact.metadata);
        let fields = fields.map(|cell| harmless(&cell).into_owned());
        between(columns::csv(OF_CONTACTS, contact), fields)
    }
}

/// The fields of the list between what a contact is, which comes first, and what is noted about it.
fn between(own: impl Iterator<Item = String>, fields: impl Iterator<Item = String>) -> Vec<String> {
    let noted = columns::titles(OF_CONTACTS).position(|title| title == titles::STATE);
    let mut cells: Vec<String> = own.collect();
    let place = noted.unwrap_or(cells.len());
    cells.splice(place..place, fields);
    cells
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
