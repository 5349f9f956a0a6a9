//! Listings of attempts: calls, live ones, and what may have rung.

use ringonce_domain::proof::Ring;
use ringonce_domain::{Attempt, AttemptId, AttemptState, CampaignId, ContactId, Number};
use tokio_postgres::Row;
use uuid::Uuid;

use super::failure::Done;
use super::session::Session;
use super::transaction::Reading;
use super::{audit, limit, lists, sql};
use crate::ledger::accounts::may_see;
use crate::listing::{CallsOf, SHOWN_OF_NUMBER, TIMELINE, in_order, number_detail};
use crate::model::{AuditEntry, CONTACTS_ASKED, CallDetail, NumberDetail, Page, Visible};
use crate::row::{Fields, digits};
use crate::{Result, StoreError, rows};

/// See [`crate::Dialing::attempt`].
pub(super) async fn attempt(session: &Session, id: AttemptId) -> Done<Option<Attempt>> {
    let row = session.row(sql::ATTEMPT, &[&id.0]).await?;
    Ok(row.as_ref().map(attempt_in).transpose()?)
}

/// See [`crate::Dialing::live_attempts`].
pub(super) async fn live(session: &Session, page: &Page<Number>) -> Done<Vec<Attempt>> {
    let (after, limit) = (page.after.map_or(0, digits), limit(page));
    let rows = session.rows(sql::ATTEMPTS_LIVE, &[&after, &limit]).await?;
    Ok(rows.iter().map(attempt_in).collect::<Result<_>>()?)
}

fn attempt_in(row: &Row) -> Result<Attempt> {
    Fields::of("attempts", row).attempt()
}

/// See [`crate::Reports::calls`].
pub(super) async fn calls(
    session: &Session,
    campaign: Option<CampaignId>,
    state: Option<AttemptState>,
    visible: Visible,
    page: &Page<AttemptId>,
) -> Done<Vec<CallDetail>> {
    if let Some(id) = campaign
        && !may_see(&mut Reading(session), id, visible).await?
    {
        return Ok(Vec::new());
    }
    let before = page.after.map_or(Uuid::max(), |id| id.0);
    let (limit, of) = (limit(page), campaign.map(|id| id.0));
    let state_word = state.map(AttemptState::as_str);
    let viewer = visible.user().map(|user| user.0);
    let in_state = async |statement| {
        let params: super::session::Params<'_> = &[&before, &limit, &of, &state_word, &viewer];
        session.rows(statement, params).await
    };
    let rows = match CallsOf::of(campaign, state, visible) {
        CallsOf::Seen(user) => {
            let params: super::session::Params<'_> = &[&before, &limit, &state_word, &user.0];
            session.rows(sql::CALLS_SEEN, params).await
        }
        CallsOf::Everybody => session.rows(sql::CALLS, &[&before, &limit]).await,
        CallsOf::Campaign(id) => {
            let of = id.0;
            session
                .rows(sql::CALLS_OF_CAMPAIGN, &[&before, &limit, &of])
                .await
        }
        CallsOf::Live => in_state(sql::CALLS_LIVE).await,
        CallsOf::Ended => {
            let params: super::session::Params<'_> = &[&before, &limit, &of, &state_word];
            session.rows(sql::CALLS_ENDED, params).await
        }
        CallsOf::NotRung => in_state(sql::CALLS_NOT_RUNG).await,
    };
    Ok(rows?.iter().map(call_in).collect::<Result<_>>()?)
}

/// See [`crate::Reports::call`].
pub(super) async fn call(session: &Session, id: AttemptId) -> Done<(CallDetail, Vec<AuditEntry>)> {
    let found = session.row(sql::CALL, &[&id.0]).await?;
    let found = found.ok_or_else(|| StoreError::NotFound {
        what: "call",
        id: id.to_string(),
    })?;
    let detail = call_in(&found)?;
    let entries = audit::timeline(session, detail.number, Some(id), TIMELINE).await?;
    Ok((detail, entries))
}

/// See [`crate::Reports::number_timeline`].
pub(super) async fn number_timeline(session: &Session, number: Number) -> Done<Vec<AuditEntry>> {
    audit::timeline(session, number, None, TIMELINE).await
}

/// See [`crate::Reports::number`].
pub(super) async fn number(session: &Session, number: Number) -> Done<Option<NumberDetail>> {
    let (key, shown) = (digits(number), i64::from(SHOWN_OF_NUMBER));
    let found = session
        .together(&[
            (sql::NUMBER_LIVE.postgres, &[&key]),
            (sql::CALLS_OF_NUMBER.postgres, &[&key, &shown]),
            (sql::NUMBER.postgres, &[&key]),
            (sql::CONTACTS_OF_NUMBER.postgres, &[&key, &shown]),
        ])
        .await?;
    let live_attempt = match found[0].first() {
        Some(row) => Some(AttemptId(Fields::of("attempts", row).uuid(0)?)),
        None => None,
    };
    let mut calls = found[1].iter().map(call_in).collect::<Result<Vec<_>>>()?;
    if let Some(live) = live_attempt
        && calls.iter().all(|call| call.id != live)
    {
        let row = session.row(sql::CALL, &[&live.0]).await?;
        calls.extend(row.as_ref().map(call_in).transpose()?);
    }
    let contacts = found[3].iter().map(lists::contact_in);
    let contacts = contacts.collect::<Result<Vec<_>>>()?;
    let row = found[2].first().map(|row| Fields::of("numbers", row));
    Ok(number_detail(number, row, live_attempt, contacts, calls)?)
}

/// See [`crate::Reports::last_calls`].
pub(super) async fn last(session: &Session, contacts: &[ContactId]) -> Done<Vec<CallDetail>> {
    let ids: Vec<_> = contacts
        .iter()
        .take(CONTACTS_ASKED)
        .map(|id| id.0)
        .collect();
    let rows = session.rows(sql::CALLS_LAST, &[&ids]).await?;
    Ok(rows.iter().map(call_in).collect::<Result<_>>()?)
}

fn call_in(row: &Row) -> Result<CallDetail> {
    rows::call(&Fields::of("attempts", row))
}

/// See [`crate::Reports::rings`].
pub(super) async fn rings(session: &Session, page: &Page<Number>) -> Done<Vec<Ring>> {
    let (after, limit) = (page.after.map_or(0, digits), limit(page));
    let rows = session.rows(sql::RINGS, &[&after, &limit]).await?;
    rings_in(&rows)
}

/// The latest rings of each of these numbers, in order of number and time.
pub(super) async fn rings_of(
    session: &Session,
    numbers: impl IntoIterator<Item = Number>,
    limit: u32,
) -> Done<Vec<Vec<Ring>>> {
    let limit = i64::from(limit);
    let looks = numbers.into_iter().map(async |number| {
        let rows = session
            .rows(sql::RINGS_OF_NUMBER, &[&digits(number), &limit])
            .await?;
        rings_in(&rows)
    });
    futures::future::try_join_all(looks).await
}

fn rings_in(rows: &[Row]) -> Done<Vec<Ring>> {
    let rings = rows
        .iter()
        .map(|row| rows::ring(&Fields::of("attempts", row)));
    Ok(in_order(rings.collect::<Result<_>>()?))
}
