//! Rules of an import and of its removal. Each driver inserts the rows in its own way (`imports.rs` there):
//! one by one through the index on SQLite, by COPY on a server.
//!
//! An import is not audited row by row: the rows themselves are kept, with their line and list.

use ringonce_domain::{CampaignEvent, CampaignId, ContactState, ListId, Timestamp};
use serde_json::json;

use super::campaigns::{
    CONTACTS_PER_CAMPAIGN, audit, contacts_of, count_contacts, steered, totals,
};
use super::keys;
use crate::model::{AuditContext, DuplicateRow, HeldKey, ImportTotals, NewList, RowProblem};
use crate::row::Fields;
use crate::sql;
use crate::transaction::{Reader, Transaction, values};
use crate::{Result, StoreError};

/// Contacts removed in one transaction at most.
const CLEARED_AT_ONCE: i64 = 10_000;

/// The id of the first of `more` contacts, in a campaign that has had so many.
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

/// A campaign or a list whose contacts are to be removed.
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
    /// Whether it is an unfinished import, not a deleted campaign.
    pub(crate) const fn is_unfinished(self) -> bool {
        !matches!(self, Self::Deleted(_))
    }

    /// The campaign, and the list when the others stay.
    const fn of(self) -> (CampaignId, Option<ListId>) {
        match self {
            Self::Campaign(campaign) | Self::Deleted(campaign) => (campaign, None),
            Self::List(campaign, list) => (campaign, Some(list)),
        }
    }
}

/// A list that is being imported; the lock of its campaign is held.
pub(crate) struct Open {
    pub(crate) campaign: CampaignId,
    pub(crate) created_at: Timestamp,
    pub(crate) contacts_made: i64,
}

/// Locks the campaign of a list whose import is not finished.
pub(crate) async fn open<D: Transaction>(tx: &mut D, list: ListId) -> Result<Open, D::Failure> {
    let row = tx.row(sql::LIST_OPEN, values![list]).await?;
    let row = row.ok_or_else(|| StoreError::NotFound {
        what: "open import",
        id: list.to_string(),
    })?;
    let fields = Fields::of("lists", &row);
    Ok(Open {
        campaign: fields.campaign("campaign_id")?,
        created_at: fields.instant("created_at")?,
        contacts_made: fields.int("contacts_made")?,
    })
}

/// See [`crate::Campaigns::begin_import`].
pub(crate) async fn begin<D: Transaction>(
    tx: &mut D,
    campaign: CampaignId,
    list: &NewList,
    now: Timestamp,
) -> Result<ListId, D::Failure> {
    let start = steered(tx, campaign).await?.state.on(CampaignEvent::Start);
    start.map_err(StoreError::from)?;
    let given = values![campaign, list.file_name.as_str(), list.layout.as_str(), now];
    let added = tx.row(sql::LIST_ADD, given).await?;
    let added = added.ok_or_else(|| StoreError::Database("no list was made".to_owned()))?;
    tx.importing(true)?;
    Ok(ListId(Fields::of("lists", &added).int("id")?))
}

/// See [`crate::Campaigns::finish_import`].
pub(crate) async fn finish<D: Transaction>(
    tx: &mut D,
    list: ListId,
    rows: u64,
    on: &AuditContext,
) -> Result<ImportTotals, D::Failure> {
    let campaign = open(tx, list).await?.campaign;
    let answers = tx
        .together(vec![
            (sql::LIST_FINISH, values![list, rows, on.now]),
            (sql::CAMPAIGN_IMPORTED, values![campaign, on.now]),
            (sql::VIEWERS_BEGIN, values![campaign]),
            (sql::LIST_TOTALS, values![list]),
        ])
        .await?;
    let totals = match answers.iter().flatten().next() {
        Some(row) => totals(&Fields::of("lists", row))?,
        None => ImportTotals::default(),
    };
    let detail = json!({ "list": list, "totals": totals });
    audit(tx, campaign, "campaign.import", &detail, on).await?;
    tx.importing(false)?;
    Ok(totals)
}

/// See [`crate::RequestKeys::finish_import_under`].
pub(crate) async fn finish_under<D: Transaction>(
    tx: &mut D,
    key: &HeldKey,
    list: ListId,
    rows: u64,
    on: &AuditContext,
) -> Result<ImportTotals, D::Failure> {
    let campaign = open(tx, list).await?.campaign;
    keys::made(tx, key, campaign).await?;
    finish(tx, list, rows, on).await
}

/// Leftovers of failed imports and deleted campaigns, of all or of one campaign.
pub(crate) async fn leftovers<L: Reader>(
    reader: &mut L,
    of: Option<CampaignId>,
) -> Result<Vec<Leftover>, L::Failure> {
    let mut all = Vec::new();
    for row in reader.rows(sql::LEFTOVER_CAMPAIGNS, values![of]).await? {
        let fields = Fields::of("campaigns", &row);
        let id = fields.campaign("id")?;
        all.push(if fields.flag("deleted")? {
            Leftover::Deleted(id)
        } else {
            Leftover::Campaign(id)
        });
    }
    for row in reader.rows(sql::LEFTOVER_LISTS, values![of]).await? {
        let fields = Fields::of("lists", &row);
        let (list, campaign) = (fields.int("id")?, fields.campaign("campaign_id")?);
        all.push(Leftover::List(campaign, ListId(list)));
    }
    Ok(all)
}

/// Removes a bounded number of leftover rows. False when nothing is left to remove: all rows are gone, or the
/// import was finished meanwhile, as the campaign's lock shows.
pub(crate) async fn clear<D: Transaction>(tx: &mut D, what: Leftover) -> Result<bool, D::Failure> {
    let (campaign, list) = what.of();
    tx.lock(sql::CAMPAIGN_LOCK, values![campaign]).await?;
    if !leftovers(tx, Some(campaign)).await?.contains(&what) {
        return Ok(false);
    }
    let (first, past) = contacts_of(campaign);
    let given = values![first, past, list, CLEARED_AT_ONCE];
    let gone = tx.rows(sql::CONTACTS_CLEAR, given).await?;
    let states = gone
        .iter()
        .map(|row| Fields::of("contacts", row).word("state"));
    let states: Vec<ContactState> = states.collect::<Result<_>>()?;
    for state in ContactState::ALL {
        let removed = states.iter().filter(|removed| *removed == state).count();
        let removed = i64::try_from(removed).unwrap_or(i64::MAX);
        count_contacts(tx, campaign, *state, -removed).await?;
    }
    let given = values![campaign, list, CLEARED_AT_ONCE];
    let problems = tx.change(sql::PROBLEMS_CLEAR, given).await?;
    if !states.is_empty() || problems > 0 {
        return Ok(true);
    }
    tx.importing(false)?;
    if let Some(list) = list {
        tx.at_end(sql::LIST_REMOVE, values![list]).await?;
        return Ok(true);
    }
    // A campaign that was never visible leaves only its audit entry; a deleted one keeps its row, because
    // attempts refer to it.
    for statement in [
        sql::LISTS_REMOVE,
        sql::CONTACT_COUNTS_REMOVE,
        sql::OUTCOME_COUNTS_REMOVE,
        sql::ACTIVITY_REMOVE,
        sql::CAMPAIGN_REMOVE,
    ] {
        tx.at_end(statement, values![campaign]).await?;
    }
    Ok(true)
}
