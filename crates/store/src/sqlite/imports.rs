//! Contacts come in by chunks, and go out by chunks when an import failed or a campaign is deleted.
//!
//! An import is not audited row by row: the rows themselves are kept, with their line and list.

use ringonce_domain::{CampaignId, ContactState, ListId, Timestamp};
use rusqlite::params;

use super::campaigns::steered;
use super::failure::Done;
use super::ledger::{Ledger, View};
use super::sql;
use crate::deed::Deed;
pub(super) use crate::importing::Leftover;
use crate::importing::{CLEARED_AT_ONCE, contacts_of, first_id, name_key, problem};
use crate::ledger::keys;
use crate::model::{DuplicateRow, HeldKey, ImportTotals, NewContact, NewList, RowProblem};
use crate::row::{Fields, digits};
use crate::{StoreError, rows};

/// A list that is being imported.
struct Open {
    campaign: CampaignId,
    created_at: Timestamp,
    contacts_made: i64,
}

/// See [`crate::Campaigns::begin_import`].
pub(super) fn begin(
    ledger: &Ledger,
    campaign: CampaignId,
    list: &NewList,
    now: Timestamp,
) -> Done<ListId> {
    steered(&ledger.view, campaign)?
        .state
        .on(ringonce_domain::CampaignEvent::Start)?;
    let params = params![campaign.0, list.file_name, list.layout, now.as_millis()];
    ledger.view.execute(sql::LIST_ADD, params)?;
    ledger.widen_cache(true)?;
    Ok(ListId(ledger.conn().last_insert_rowid()))
}

fn open(view: &View, list: ListId) -> Done<Open> {
    view.row(sql::LIST_OPEN, [list.0], |row| {
        let fields = Fields::of("lists", row);
        Ok(Open {
            campaign: fields.campaign(1)?,
            created_at: fields.instant(2)?,
            contacts_made: fields.int(3)?,
        })
    })?
    .ok_or_else(|| {
        StoreError::NotFound {
            what: "open import",
            id: list.to_string(),
        }
        .into()
    })
}

/// See [`crate::RequestKeys::finish_import_under`].
pub(super) async fn finish_under(
    ledger: &mut Ledger,
    key: &HeldKey,
    list: ListId,
    rows: u64,
    deed: Deed<'_>,
) -> Done<ImportTotals> {
    let campaign = open(&ledger.view, list)?.campaign;
    keys::made(ledger, key, campaign).await?;
    finish(ledger, list, rows, deed)
}

/// See [`crate::Campaigns::add_contacts`].
pub(super) fn add(
    ledger: &Ledger,
    list: ListId,
    contacts: &[NewContact],
    problems: &[RowProblem],
) -> Done<Vec<DuplicateRow>> {
    let view = &ledger.view;
    let open = open(view, list)?;
    let (accepted, duplicates) = insert(view, list, &open, contacts)?;
    for one in problems {
        add_problem(view, list, one)?;
    }
    for duplicate in &duplicates {
        add_problem(view, list, &problem(duplicate))?;
    }
    let made = open.contacts_made + i64::try_from(contacts.len()).unwrap_or(i64::MAX);
    view.execute(sql::CAMPAIGN_CONTACTS_MADE, params![open.campaign.0, made])?;
    view.execute(
        sql::LIST_COUNT,
        params![
            list.0,
            accepted,
            i64::try_from(duplicates.len()).unwrap_or(i64::MAX),
            i64::try_from(problems.len()).unwrap_or(i64::MAX)
        ],
    )?;
    super::count_contacts(view, open.campaign, ContactState::Pending, accepted)?;
    Ok(duplicates)
}

/// Inserts what is not there yet; returns how many that were, and the others in file order. Ids
/// follow the order of the file. Rows go in by number, so that neighbours in the index by number
/// are written together; of equal numbers the first line wins.
fn insert(
    view: &View,
    list: ListId,
    open: &Open,
    contacts: &[NewContact],
) -> Done<(i64, Vec<DuplicateRow>)> {
    let first = first_id(open.campaign, open.contacts_made, contacts.len())?;
    let mut by_number: Vec<(i64, &NewContact)> = (first..).zip(contacts).collect();
    by_number.sort_unstable_by_key(|(id, contact)| (contact.number, *id));
    let mut inserted = 0;
    let mut duplicates = Vec::new();
    let mut statement = view.prepare(sql::CONTACT_ADD)?;
    statement.raw_bind_parameter(1, open.campaign.0)?;
    statement.raw_bind_parameter(2, list.0)?;
    statement.raw_bind_parameter(3, open.created_at.as_millis())?;
    for (id, contact) in by_number {
        statement.raw_bind_parameter(4, id)?;
        statement.raw_bind_parameter(5, contact.line)?;
        statement.raw_bind_parameter(6, digits(contact.number))?;
        statement.raw_bind_parameter(7, contact.zone.as_deref())?;
        statement.raw_bind_parameter(8, contact.name.as_str())?;
        statement.raw_bind_parameter(9, contact.metadata.as_str())?;
        statement.raw_bind_parameter(10, name_key(&contact.name))?;
        if statement.raw_execute()? == 1 {
            inserted += 1;
        } else {
            let params = params![open.campaign.0, digits(contact.number)];
            let first_line = view.row(sql::CONTACT_LINE, params, |row| {
                Fields::of("contacts", row).count(1)
            })?;
            let (line, number) = (contact.line, contact.number);
            duplicates.push(DuplicateRow {
                line,
                number,
                first_line: first_line.unwrap_or(0),
            });
        }
    }
    duplicates.sort_unstable_by_key(|duplicate| duplicate.line);
    Ok((inserted, duplicates))
}

fn add_problem(view: &View, list: ListId, problem: &RowProblem) -> Done<()> {
    let RowProblem {
        line,
        column,
        value,
        reason,
        fields,
    } = problem;
    view.execute(
        sql::PROBLEM_ADD,
        params![list.0, line, column, value, reason, fields],
    )?;
    Ok(())
}

/// See [`crate::Campaigns::finish_import`].
pub(super) fn finish(
    ledger: &mut Ledger,
    list: ListId,
    rows: u64,
    deed: Deed<'_>,
) -> Done<ImportTotals> {
    let open = open(&ledger.view, list)?;
    let rows = i64::try_from(rows).unwrap_or(i64::MAX);
    let now = deed.now.as_millis();
    ledger
        .view
        .execute(sql::LIST_FINISH, params![list.0, rows, now])?;
    ledger
        .view
        .execute(sql::CAMPAIGN_IMPORTED, params![open.campaign.0, now])?;
    ledger.view.execute(sql::VIEWERS_BEGIN, [open.campaign.0])?;
    let totals = ledger.view.row(sql::LIST_TOTALS, [list.0], |row| {
        rows::totals(&Fields::of("lists", row), 1)
    })?;
    let totals = totals.unwrap_or_default();
    let detail = serde_json::json!({ "list": list, "totals": totals });
    ledger.audit_campaign(open.campaign, "campaign.import", &detail, deed)?;
    ledger.widen_cache(false)?;
    Ok(totals)
}

/// What failed imports and deleted campaigns have left, or what is left of one campaign.
pub(super) fn leftovers(view: &View, of: Option<CampaignId>) -> Done<Vec<Leftover>> {
    let of = of.map(|id| id.0);
    let mut all = view.rows(sql::LEFTOVER_CAMPAIGNS, [of], |row| {
        let fields = Fields::of("campaigns", row);
        let id = fields.campaign(0)?;
        Ok(if fields.flag(1)? {
            Leftover::Deleted(id)
        } else {
            Leftover::Campaign(id)
        })
    })?;
    all.extend(view.rows(sql::LEFTOVER_LISTS, [of], |row| {
        let fields = Fields::of("lists", row);
        Ok(Leftover::List(fields.campaign(1)?, ListId(fields.int(0)?)))
    })?);
    Ok(all)
}

/// Removes a bounded number of rows. True when nothing is left to remove.
pub(super) fn clear(ledger: &Ledger, what: Leftover) -> Done<bool> {
    let view = &ledger.view;
    let (campaign, list) = what.of();
    let list = list.map(|list| list.0);
    let (first, past) = contacts_of(campaign);
    let states = view.rows(
        sql::CONTACTS_CLEAR,
        params![first, past, list, CLEARED_AT_ONCE],
        |row| Fields::of("contacts", row).word::<ContactState>(0),
    )?;
    for &state in ContactState::ALL {
        let removed = states.iter().filter(|removed| **removed == state).count();
        super::count_contacts(view, campaign, state, -i64::try_from(removed).unwrap_or(0))?;
    }
    let problems = view.execute(
        sql::PROBLEMS_CLEAR,
        params![campaign.0, list, CLEARED_AT_ONCE],
    )?;
    if !states.is_empty() || problems > 0 {
        return Ok(false);
    }
    ledger.widen_cache(false)?;
    if let Some(list) = list {
        view.execute(sql::LIST_REMOVE, [list])?;
        return Ok(true);
    }
    // A campaign that nobody ever saw leaves only its entry in the audit trail; one that was deleted
    // keeps its row, because its attempts refer to it.
    for statement in [
        sql::LISTS_REMOVE,
        sql::CONTACT_COUNTS_REMOVE,
        sql::OUTCOME_COUNTS_REMOVE,
        sql::ACTIVITY_REMOVE,
        sql::CAMPAIGN_REMOVE,
    ] {
        view.execute(statement, [campaign.0])?;
    }
    Ok(true)
}
