//! Contacts come in by chunks, and go out by chunks when an import failed or a campaign is deleted.
//!
//! An import is not audited row by row: the rows themselves are kept, with their line and list. Whoever
//! adds or removes contacts of a campaign holds the lock of its row: so a look tells which numbers
//! stand in it already, and the others go in by COPY, without being asked one by one.

use std::collections::HashMap;

use ringonce_domain::{CampaignEvent, CampaignId, ContactState, ListId, Timestamp};

use super::binary::Rows;
use super::failure::{Done, Failure};
use super::session::Session;
use super::time::At;
use super::tx::{Tx, owned};
use super::{campaigns, count_contacts, sql, storable};
use crate::deed::Deed;
pub(super) use crate::importing::Leftover;
use crate::importing::{CLEARED_AT_ONCE, contacts_of, first_id, name_key, problem};
use crate::ledger::keys;
use crate::model::{DuplicateRow, HeldKey, ImportTotals, NewContact, NewList, RowProblem};
use crate::row::{Fields, digits};
use crate::{StoreError, rows};

/// A list that is being imported; the lock of its campaign is held.
struct Open {
    campaign: CampaignId,
    created_at: Timestamp,
    contacts_made: i64,
}

/// See [`crate::Campaigns::begin_import`].
pub(super) async fn begin(
    tx: &mut Tx,
    campaign: CampaignId,
    list: &NewList,
    now: Timestamp,
) -> Done<ListId> {
    let steered = campaigns::steered(tx, campaign).await?;
    steered.state.on(CampaignEvent::Start)?;
    let (name, now) = (storable(&list.file_name), At(now));
    let row: super::session::Params<'_> = &[&campaign.0, &name, &list.layout, &now];
    let added = tx.row(sql::LIST_ADD, row).await?;
    let added = added.ok_or_else(|| StoreError::Database("no list was made".to_owned()))?;
    Ok(ListId(Fields::of("lists", &added).int(0)?))
}

async fn open(tx: &mut Tx, list: ListId) -> Done<Open> {
    let row = tx.row(sql::LIST_OPEN, &[&list.0]).await?;
    let row = row.ok_or_else(|| {
        Failure::Store(StoreError::NotFound {
            what: "open import",
            id: list.to_string(),
        })
    })?;
    let fields = Fields::of("lists", &row);
    Ok(Open {
        campaign: fields.campaign(1)?,
        created_at: fields.instant(2)?,
        contacts_made: fields.int(3)?,
    })
}

/// See [`crate::RequestKeys::finish_import_under`].
pub(super) async fn finish_under(
    tx: &mut Tx,
    key: &HeldKey,
    list: ListId,
    rows: u64,
    deed: Deed<'_>,
) -> Done<ImportTotals> {
    let campaign = open(tx, list).await?.campaign;
    keys::made(tx, key, campaign).await?;
    finish(tx, list, rows, deed).await
}

/// See [`crate::Campaigns::add_contacts`].
pub(super) async fn add(
    tx: &mut Tx,
    list: ListId,
    contacts: &[NewContact],
    problems: &[RowProblem],
) -> Done<Vec<DuplicateRow>> {
    let open = open(tx, list).await?;
    let first = first_id(open.campaign, open.contacts_made, contacts.len())?;
    let (fresh, duplicates) = sift(tx, open.campaign, contacts).await?;
    insert(tx, list, &open, first, &fresh).await?;
    let all = problems
        .iter()
        .cloned()
        .chain(duplicates.iter().map(problem));
    add_problems(tx, list, all);
    let count = |rows: usize| i64::try_from(rows).unwrap_or(i64::MAX);
    let made = open.contacts_made + count(contacts.len());
    tx.at_end(sql::CAMPAIGN_CONTACTS_MADE, owned![open.campaign.0, made]);
    tx.at_end(
        sql::LIST_COUNT,
        owned![
            list.0,
            count(fresh.len()),
            count(duplicates.len()),
            count(problems.len()),
        ],
    );
    count_contacts(
        tx,
        open.campaign,
        &[(ContactState::Pending, count(fresh.len()))],
    );
    Ok(duplicates)
}

/// A row of a chunk with its place in it.
type Placed<'a> = (i64, &'a NewContact);

/// Parts the rows whose number is not in the campaign from the others; both in file order. Of equal
/// numbers the first line wins.
async fn sift<'a>(
    tx: &mut Tx,
    campaign: CampaignId,
    contacts: &'a [NewContact],
) -> Done<(Vec<Placed<'a>>, Vec<DuplicateRow>)> {
    let mut numbers: Vec<i64> = contacts
        .iter()
        .map(|contact| digits(contact.number))
        .collect();
    // In order, so that the look goes through the index once, from left to right.
    numbers.sort_unstable();
    let known = tx.rows(sql::CONTACT_LINE, &[&campaign.0, &numbers]).await?;
    let mut lines = HashMap::with_capacity(contacts.len());
    for row in &known {
        let fields = Fields::of("contacts", row);
        lines.insert(fields.number(0)?, fields.count(1)?);
    }
    let mut fresh = Vec::with_capacity(contacts.len());
    let mut duplicates = Vec::new();
    for (place, contact) in (0..).zip(contacts) {
        match lines.get(&contact.number) {
            None => {
                lines.insert(contact.number, contact.line);
                fresh.push((place, contact));
            }
            Some(&first_line) => duplicates.push(DuplicateRow {
                line: contact.line,
                number: contact.number,
                first_line,
            }),
        }
    }
    Ok((fresh, duplicates))
}

async fn insert(
    tx: &mut Tx,
    list: ListId,
    open: &Open,
    first: i64,
    contacts: &[Placed<'_>],
) -> Done<()> {
    if contacts.is_empty() {
        return Ok(());
    }
    let mut rows = Rows::new(13);
    for (place, contact) in contacts {
        rows.row()
            .int8(first + place)
            .int8(open.campaign.0)
            .int8(list.0)
            .int8(i64::from(contact.line))
            .int8(digits(contact.number))
            .at(open.created_at)
            .at(open.created_at)
            .text(ContactState::Pending.as_str())
            .text("new");
        match &contact.zone {
            Some(zone) => rows.text(zone),
            None => rows.null(),
        };
        rows.text(&contact.name)
            .text(&contact.metadata)
            .text(&name_key(&contact.name));
    }
    rows.copy(tx.session()?, sql::CONTACT_ADD.postgres).await?;
    Ok(())
}

fn add_problems(tx: &mut Tx, list: ListId, problems: impl Iterator<Item = RowProblem>) {
    let (mut lines, mut columns, mut values) = (vec![], vec![], vec![]);
    let (mut reasons, mut fields) = (vec![], vec![]);
    for problem in problems {
        lines.push(i64::from(problem.line));
        columns.push(storable(&problem.column));
        values.push(storable(&problem.value));
        reasons.push(storable(&problem.reason));
        fields.push(storable(&problem.fields));
    }
    if !lines.is_empty() {
        tx.at_end(
            sql::PROBLEM_ADD,
            owned![list.0, lines, columns, values, reasons, fields],
        );
    }
}

/// See [`crate::Campaigns::finish_import`].
pub(super) async fn finish(
    tx: &mut Tx,
    list: ListId,
    rows: u64,
    deed: Deed<'_>,
) -> Done<ImportTotals> {
    let open = open(tx, list).await?;
    let (rows, now) = (i64::try_from(rows).unwrap_or(i64::MAX), At(deed.now));
    let done = tx
        .together(&[
            (sql::LIST_FINISH.postgres, &[&list.0, &rows, &now]),
            (sql::CAMPAIGN_IMPORTED.postgres, &[&open.campaign.0, &now]),
            (sql::LIST_TOTALS.postgres, &[&list.0]),
            (sql::VIEWERS_BEGIN.postgres, &[&open.campaign.0]),
        ])
        .await?;
    let totals = match done[2].first() {
        Some(row) => rows::totals(&Fields::of("lists", row), 1)?,
        None => ImportTotals::default(),
    };
    let detail = serde_json::json!({ "list": list, "totals": totals });
    campaigns::audit(tx, open.campaign, "campaign.import", &detail, deed).await?;
    Ok(totals)
}

/// What failed imports and deleted campaigns have left, or what is left of one campaign.
pub(super) async fn leftovers(session: &Session, of: Option<CampaignId>) -> Done<Vec<Leftover>> {
    let of = of.map(|id| id.0);
    let found = session
        .together(&[
            (sql::LEFTOVER_CAMPAIGNS.postgres, &[&of]),
            (sql::LEFTOVER_LISTS.postgres, &[&of]),
        ])
        .await?;
    let mut all = Vec::new();
    for row in &found[0] {
        let fields = Fields::of("campaigns", row);
        let id = fields.campaign(0)?;
        all.push(if fields.flag(1)? {
            Leftover::Deleted(id)
        } else {
            Leftover::Campaign(id)
        });
    }
    for row in &found[1] {
        let fields = Fields::of("lists", row);
        all.push(Leftover::List(fields.campaign(1)?, ListId(fields.int(0)?)));
    }
    Ok(all)
}

/// Removes a bounded number of rows of what is left over. False when it is not: all is removed, or an
/// import was finished meanwhile, which the campaign's lock tells.
pub(super) async fn clear(tx: &mut Tx, what: Leftover) -> Done<bool> {
    let (campaign, list) = what.of();
    let list = list.map(|list| list.0);
    tx.row(sql::CAMPAIGN_LOCK, &[&campaign.0]).await?;
    if !leftovers(tx.session()?, Some(campaign))
        .await?
        .contains(&what)
    {
        return Ok(false);
    }
    let (first, past) = contacts_of(campaign);
    let mut removed = Vec::new();
    for row in tx
        .rows(
            sql::CONTACTS_CLEAR,
            &[&first, &past, &list, &CLEARED_AT_ONCE],
        )
        .await?
    {
        let fields = Fields::of("contacts", &row);
        removed.push((fields.word::<ContactState>(0)?, -fields.int(1)?));
    }
    count_contacts(tx, campaign, &removed);
    let problems = tx
        .execute(sql::PROBLEMS_CLEAR, &[&campaign.0, &list, &CLEARED_AT_ONCE])
        .await?;
    if !removed.is_empty() || problems > 0 {
        return Ok(true);
    }
    if let Some(list) = list {
        tx.execute(sql::LIST_REMOVE, &[&list]).await?;
        return Ok(true);
    }
    // A campaign that nobody ever saw leaves only its entry in the audit trail; one that was deleted
    // keeps its row, because its attempts refer to it.
    let id: super::session::Params<'_> = &[&campaign.0];
    tx.together(&[
        (sql::LISTS_REMOVE.postgres, id),
        (sql::CONTACT_COUNTS_REMOVE.postgres, id),
        (sql::OUTCOME_COUNTS_REMOVE.postgres, id),
        (sql::ACTIVITY_REMOVE.postgres, id),
        (sql::CAMPAIGN_REMOVE.postgres, id),
    ])
    .await?;
    Ok(true)
}
