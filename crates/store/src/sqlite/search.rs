//! Searches for contacts and for entries of the audit audit: what [`crate::searching`] wants to know.

use ringonce_domain::{CampaignId, ContactId, Timestamp};
use rusqlite::{Row, params};

use super::failure::Done;
use super::ledger::View;
use super::sql;
use crate::listing::{AuditWalk, limit};
use crate::model::{
    AuditAbout, AuditFound, AuditPlace, AuditSearch, ContactDetail, ContactSearch, ContactsFound,
    Page, WAITING_LOOKED_AT, Waiting,
};
use crate::row::{Fields, digits};
use crate::searching::{Place, Search, Walk};
use crate::{Result, audit, rows};

/// See [`crate::Contacts::find_contacts`].
pub(super) fn contacts(
    view: &View,
    campaign: CampaignId,
    wanted: ContactSearch,
    page: &Page<ContactId>,
) -> Done<ContactsFound> {
    super::campaigns::steered(view, campaign)?;
    let after = match page.after {
        Some(id) => view.row(sql::CONTACT_PLACE, [id.0], place)?,
        None => None,
    };
    let back = wanted.descending;
    let mut search = Search::new(campaign, wanted, limit(page), after);
    while let Some((walk, rows)) = search.next() {
        search.take(walked(view, campaign, &walk, rows, back)?);
    }
    let (ids, next) = search.found();
    let mut contacts = view.rows(sql::CONTACTS_BY_ID, [audit::json(&ids)], |row| {
        rows::contact(&Fields::of("contacts", row))
    })?;
    in_order_of(&ids, &mut contacts);
    Ok(ContactsFound { contacts, next })
}

/// Contacts in the order in which they were found.
fn in_order_of(ids: &[i64], contacts: &mut [ContactDetail]) {
    contacts.sort_by_key(|contact| ids.iter().position(|id| *id == contact.id.0));
}

fn place(row: &Row<'_>) -> Result<Place> {
    Place::read(&Fields::of("contacts", row))
}

fn walked(
    view: &View,
    campaign: CampaignId,
    walk: &Walk,
    rows: usize,
    back: bool,
) -> Done<Vec<Place>> {
    let rows = i64::try_from(rows).unwrap_or(i64::MAX);
    let way = |forward, backward| if back { backward } else { forward };
    match walk {
        Walk::All(low, high) => view.rows(
            way(sql::CONTACTS_WALK, sql::CONTACTS_WALK_BACK),
            params![low, high, rows],
            place,
        ),
        Walk::State(state, low, high) => view.rows(
            way(sql::CONTACTS_WALK_STATE, sql::CONTACTS_WALK_STATE_BACK),
            params![low, high, rows, state.as_str()],
            place,
        ),
        Walk::Outcome(outcome, low, high) => view.rows(
            way(sql::CONTACTS_WALK_OUTCOME, sql::CONTACTS_WALK_OUTCOME_BACK),
            params![low, high, rows, outcome.as_str(), campaign.0],
            place,
        ),
        Walk::Number(low, high) => view.rows(
            way(sql::CONTACTS_WALK_NUMBER, sql::CONTACTS_WALK_NUMBER_BACK),
            params![low, high, rows, campaign.0],
            place,
        ),
        Walk::SameName(name, low, high) => view.rows(
            way(
                sql::CONTACTS_WALK_SAME_NAME,
                sql::CONTACTS_WALK_SAME_NAME_BACK,
            ),
            params![low, high, rows, campaign.0, name],
            place,
        ),
        Walk::Name(low, high) => view.rows(
            way(sql::CONTACTS_WALK_NAME, sql::CONTACTS_WALK_NAME_BACK),
            params![low, high, rows, campaign.0],
            place,
        ),
    }
}

/// See [`crate::Contacts::waiting`].
pub(super) fn waiting(view: &View, campaign: CampaignId, now: Timestamp) -> Done<Waiting> {
    super::campaigns::steered(view, campaign)?;
    let params = params![campaign.0, WAITING_LOOKED_AT, now.as_millis()];
    let reasons = view.rows(sql::CONTACTS_WAITING, params, |row| {
        rows::waiting_for(&Fields::of("contacts", row))
    })?;
    Ok(rows::waiting(reasons))
}

/// See [`crate::Reports::find_entries`].
pub(super) fn entries(
    view: &View,
    wanted: AuditSearch,
    page: &Page<AuditPlace>,
) -> Done<AuditFound> {
    let mut walk = AuditWalk::new(wanted, page);
    while let Some((before, rows)) = walk.next() {
        let (at, seq) = (before.at.as_millis(), before.seq);
        let read = |row: &Row<'_>| audit::entry(&Fields::of("audit", row));
        walk.take(match walk.about() {
            AuditAbout::Office => view.rows(sql::AUDIT_STAFF, params![at, seq, rows], read)?,
            AuditAbout::Campaign(id) => {
                view.rows(sql::AUDIT_OF_CAMPAIGN, params![at, seq, rows, id.0], read)?
            }
            AuditAbout::Number(number) => {
                let params = params![digits(number), rows, seq];
                view.rows(sql::AUDIT_OF_NUMBER, params, read)?
            }
        });
    }
    Ok(walk.found())
}
