//! Searches for contacts and for entries of the audit audit: what [`crate::searching`] wants to know.

use ringonce_domain::{CampaignId, ContactId, Timestamp};
use tokio_postgres::Row;

use super::failure::Done;
use super::session::{Params, Session};
use super::time::At;
use super::{lists, sql};
use crate::campaigns::missing;
use crate::listing::{AuditWalk, limit};
use crate::model::{
    AuditAbout, AuditFound, AuditPlace, AuditSearch, ContactSearch, ContactsFound, Page,
    WAITING_LOOKED_AT, Waiting,
};
use crate::row::{Fields, digits};
use crate::searching::{Place, Search, Walk};
use crate::{Result, audit, rows};

async fn require_there(session: &Session, campaign: CampaignId) -> Done<()> {
    match session.row(sql::CAMPAIGN_THERE, &[&campaign.0]).await? {
        Some(_) => Ok(()),
        None => Err(missing(campaign).into()),
    }
}

/// See [`crate::Contacts::find_contacts`].
pub(super) async fn contacts(
    session: &Session,
    campaign: CampaignId,
    wanted: ContactSearch,
    page: &Page<ContactId>,
) -> Done<ContactsFound> {
    require_there(session, campaign).await?;
    let after = match page.after {
        Some(id) => session.row(sql::CONTACT_PLACE, &[&id.0]).await?,
        None => None,
    };
    let after = after.as_ref().map(place).transpose()?;
    let back = wanted.descending;
    let mut search = Search::new(campaign, wanted, limit(page), after);
    while let Some((walk, rows)) = search.next() {
        let read = walked(session, campaign, &walk, rows, back).await?;
        search.take(read.iter().map(place).collect::<Result<_>>()?);
    }
    let (ids, next) = search.found();
    let read = session.rows(sql::CONTACTS_BY_ID, &[&ids]).await?;
    let contacts = read.iter().map(lists::contact_in);
    let mut contacts = contacts.collect::<Result<Vec<_>>>()?;
    contacts.sort_by_key(|contact| ids.iter().position(|id| *id == contact.id.0));
    Ok(ContactsFound { contacts, next })
}

fn place(row: &Row) -> Result<Place> {
    Place::read(&Fields::of("contacts", row))
}

async fn walked(
    session: &Session,
    campaign: CampaignId,
    walk: &Walk,
    rows: usize,
    back: bool,
) -> Done<Vec<Row>> {
    let rows = i64::try_from(rows).unwrap_or(i64::MAX);
    let way = |forward, backward| if back { backward } else { forward };
    let id = campaign.0;
    match walk {
        Walk::All(low, high) => {
            let statement = way(sql::CONTACTS_WALK, sql::CONTACTS_WALK_BACK);
            session.rows(statement, &[low, high, &rows]).await
        }
        Walk::State(state, low, high) => {
            let statement = way(sql::CONTACTS_WALK_STATE, sql::CONTACTS_WALK_STATE_BACK);
            let params: Params<'_> = &[low, high, &rows, &state.as_str(), &id];
            session.rows(statement, params).await
        }
        Walk::Outcome(outcome, low, high) => {
            let statement = way(sql::CONTACTS_WALK_OUTCOME, sql::CONTACTS_WALK_OUTCOME_BACK);
            let params: Params<'_> = &[low, high, &rows, &outcome.as_str(), &id];
            session.rows(statement, params).await
        }
        Walk::Number(low, high) => {
            let statement = way(sql::CONTACTS_WALK_NUMBER, sql::CONTACTS_WALK_NUMBER_BACK);
            session.rows(statement, &[low, high, &rows, &id]).await
        }
        Walk::SameName(name, low, high) => {
            let statement = way(
                sql::CONTACTS_WALK_SAME_NAME,
                sql::CONTACTS_WALK_SAME_NAME_BACK,
            );
            let params: Params<'_> = &[low, high, &rows, &id, name];
            session.rows(statement, params).await
        }
        Walk::Name(low, high) => {
            let statement = way(sql::CONTACTS_WALK_NAME, sql::CONTACTS_WALK_NAME_BACK);
            session.rows(statement, &[low, high, &rows, &id]).await
        }
    }
}

/// See [`crate::Contacts::waiting`].
pub(super) async fn waiting(
    session: &Session,
    campaign: CampaignId,
    now: Timestamp,
) -> Done<Waiting> {
    require_there(session, campaign).await?;
    let params: Params<'_> = &[&campaign.0, &i64::from(WAITING_LOOKED_AT), &At(now)];
    let read = session.rows(sql::CONTACTS_WAITING, params).await?;
    let reasons = read
        .iter()
        .map(|row| rows::waiting_for(&Fields::of("contacts", row)));
    Ok(rows::waiting(reasons.collect::<Result<_>>()?))
}

/// See [`crate::Reports::find_entries`].
pub(super) async fn entries(
    session: &Session,
    wanted: AuditSearch,
    page: &Page<AuditPlace>,
) -> Done<AuditFound> {
    let mut walk = AuditWalk::new(wanted, page);
    while let Some((before, rows)) = walk.next() {
        let (at, seq, rows) = (At(before.at), before.seq, i64::from(rows));
        let read = match walk.about() {
            AuditAbout::Office => session.rows(sql::AUDIT_STAFF, &[&at, &seq, &rows]).await?,
            AuditAbout::Campaign(id) => {
                let params: Params<'_> = &[&at, &seq, &rows, &id.0];
                session.rows(sql::AUDIT_OF_CAMPAIGN, params).await?
            }
            AuditAbout::Number(number) => {
                let params: Params<'_> = &[&digits(number), &rows, &seq];
                session.rows(sql::AUDIT_OF_NUMBER, params).await?
            }
        };
        let entries = read
            .iter()
            .map(|row| audit::entry(&Fields::of("audit", row)));
        walk.take(entries.collect::<Result<_>>()?);
    }
    Ok(walk.found())
}
