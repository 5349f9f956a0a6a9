//! The rows of an import go in by COPY. Every change of a campaign's contacts holds the lock of its row, so
//! one query tells which numbers it has already, and the others are copied without a check of each.

use std::collections::HashMap;

use ringonce_domain::{CampaignId, ContactState, ListId};
use tokio_postgres::types::Type;

use super::copy::{Text, copy_in};
use super::failure::Done;
use super::time::At;
use super::tx::{Tx, owned};
use super::{count_contacts, sql, storable};
use crate::ledger::contacts::name_key;
use crate::ledger::imports::{Open, first_id, open, problem};
use crate::model::{DuplicateRow, NewContact, RowProblem};
use crate::row::{Fields, digits};

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

/// A row of a chunk and its place in it.
type Placed<'a> = (i64, &'a NewContact);

/// Separates the rows whose number is not in the campaign from the others; both in file order. Of equal
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
    // Sorted, so that the query walks the index once.
    numbers.sort_unstable();
    let known = tx.rows(sql::CONTACT_LINE, &[&campaign.0, &numbers]).await?;
    let mut lines = HashMap::with_capacity(contacts.len());
    for row in &known {
        let fields = Fields::of("contacts", row);
        lines.insert(fields.number("number")?, fields.count("line")?);
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

/// The types of [`sql::CONTACT_ADD`].
const COLUMNS: [Type; 13] = [
    Type::INT8,
    Type::INT8,
    Type::INT8,
    Type::INT8,
    Type::INT8,
    Type::TIMESTAMPTZ,
    Type::TIMESTAMPTZ,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::JSON,
    Type::TEXT,
];

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
    let writer = copy_in(tx.session()?, sql::CONTACT_ADD.postgres, &COLUMNS).await?;
    futures::pin_mut!(writer);
    let at = At(open.created_at);
    for (place, contact) in contacts {
        writer
            .as_mut()
            .write(&[
                &(first + place),
                &open.campaign.0,
                &list.0,
                &i64::from(contact.line),
                &digits(contact.number),
                &at,
                &at,
                &ContactState::Pending.as_str(),
                &"new",
                &contact.zone.as_deref().map(Text),
                &Text(&contact.name),
                &Text(&contact.metadata),
                &Text(&name_key(&contact.name)),
            ])
            .await?;
    }
    writer.finish().await?;
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
