//! Listings of attempts: calls, live ones, and what may have rung.

use ringonce_domain::proof::Ring;
use ringonce_domain::{Attempt, AttemptId, AttemptState, CampaignId, ContactId, Number};
use rusqlite::{Row, params};

use super::failure::Done;
use super::ledger::View;
use super::transaction::{Reading, at_once};
use super::{audit, lists, sql};
use crate::ledger::accounts::may_see;
use crate::listing::{CallsOf, SHOWN_OF_NUMBER, TIMELINE, in_order, limit, number_detail};
use crate::model::{AuditEntry, CONTACTS_ASKED, CallDetail, NumberDetail, Page, Visible};
use crate::row::{Fields, digits};
use crate::{Result, StoreError, rows};

/// See [`crate::Dialing::attempt`].
pub(super) fn attempt(view: &View, id: AttemptId) -> Done<Option<Attempt>> {
    view.row(sql::ATTEMPT, [id.0.into_bytes()], |row| {
        Fields::of("attempts", row).attempt()
    })
}

/// See [`crate::Dialing::live_attempts`].
pub(super) fn live(view: &View, page: &Page<Number>) -> Done<Vec<Attempt>> {
    let after = page.after.map_or(0, digits);
    view.rows(sql::ATTEMPTS_LIVE, params![after, limit(page)], |row| {
        Fields::of("attempts", row).attempt()
    })
}

/// See [`crate::Reports::calls`].
pub(super) fn calls(
    view: &View,
    campaign: Option<CampaignId>,
    state: Option<AttemptState>,
    visible: Visible,
    page: &Page<AttemptId>,
) -> Done<Vec<CallDetail>> {
    if let Some(id) = campaign
        && !at_once(may_see(&mut Reading(view), id, visible))?
    {
        return Ok(Vec::new());
    }
    let before = page.after.map_or([0xff; 16], |id| id.0.into_bytes());
    let (limit, of) = (limit(page), campaign.map(|id| id.0));
    let state_word = state.map(AttemptState::as_str);
    let in_state = |statement| {
        let viewer = visible.user().map(|user| user.0);
        let params = params![before, limit, of, state_word, viewer];
        view.rows(statement, params, call_in)
    };
    match CallsOf::of(campaign, state, visible) {
        CallsOf::Seen(user) => {
            let params = params![before, limit, state_word, user.0];
            view.rows(sql::CALLS_SEEN, params, call_in)
        }
        CallsOf::Everybody => view.rows(sql::CALLS, params![before, limit], call_in),
        CallsOf::Campaign(id) => view.rows(
            sql::CALLS_OF_CAMPAIGN,
            params![before, limit, id.0],
            call_in,
        ),
        CallsOf::Live => in_state(sql::CALLS_LIVE),
        CallsOf::Ended => {
            let params = params![before, limit, of, state_word];
            view.rows(sql::CALLS_ENDED, params, call_in)
        }
        CallsOf::NotRung => in_state(sql::CALLS_NOT_RUNG),
    }
}

/// See [`crate::Reports::call`].
pub(super) fn call(view: &View, id: AttemptId) -> Done<(CallDetail, Vec<AuditEntry>)> {
    let found = view.row(sql::CALL, [id.0.into_bytes()], call_in)?;
    let detail = found.ok_or_else(|| StoreError::NotFound {
        what: "call",
        id: id.to_string(),
    })?;
    let entries = audit::timeline(view, detail.number, Some(id), TIMELINE)?;
    Ok((detail, entries))
}

/// See [`crate::Reports::number_timeline`].
pub(super) fn number_timeline(view: &View, number: Number) -> Done<Vec<AuditEntry>> {
    audit::timeline(view, number, None, TIMELINE)
}

/// See [`crate::Reports::number`].
pub(super) fn number(view: &View, number: Number) -> Done<Option<NumberDetail>> {
    let live_attempt = view.row(sql::NUMBER_LIVE, [digits(number)], |row| {
        Ok(AttemptId(Fields::of("attempts", row).uuid(0)?))
    })?;
    let contacts = lists::contacts_of_number(view, number, SHOWN_OF_NUMBER)?;
    let mut calls = view.rows(
        sql::CALLS_OF_NUMBER,
        params![digits(number), SHOWN_OF_NUMBER],
        call_in,
    )?;
    if let Some(live) = live_attempt
        && calls.iter().all(|call| call.id != live)
    {
        calls.extend(view.row(sql::CALL, [live.0.into_bytes()], call_in)?);
    }
    let mut statement = view.prepare(sql::NUMBER)?;
    let mut rows = statement.query([digits(number)])?;
    let row = rows.next()?.map(|row| Fields::of("numbers", row));
    Ok(number_detail(number, row, live_attempt, contacts, calls)?)
}

/// See [`crate::Reports::last_calls`].
pub(super) fn last(view: &View, contacts: &[ContactId]) -> Done<Vec<CallDetail>> {
    let ids: Vec<_> = contacts
        .iter()
        .take(CONTACTS_ASKED)
        .map(|id| id.0)
        .collect();
    view.rows(sql::CALLS_LAST, [crate::audit::json(&ids)], call_in)
}

fn call_in(row: &Row<'_>) -> Result<CallDetail> {
    rows::call(&Fields::of("attempts", row))
}

/// See [`crate::Reports::rings`]. Stops at the first number that begins after the page is full.
pub(super) fn rings(view: &View, page: &Page<Number>) -> Done<Vec<Ring>> {
    let mut statement = view.prepare(sql::RINGS)?;
    let mut rows = statement.query([page.after.map_or(0, digits)])?;
    let full = usize::try_from(limit(page)).unwrap_or(usize::MAX);
    let mut rings: Vec<Ring> = Vec::new();
    while let Some(row) = rows.next()? {
        let ring = rows::ring(&Fields::of("attempts", row))?;
        if rings.len() >= full && rings.last().is_some_and(|last| last.number != ring.number) {
            break;
        }
        rings.push(ring);
    }
    Ok(in_order(rings))
}

/// The latest rings of one number, in order of time.
pub(super) fn rings_of(view: &View, number: Number, limit: u32) -> Done<Vec<Ring>> {
    let rings = view.rows(
        sql::RINGS_OF_NUMBER,
        params![digits(number), limit],
        |row| rows::ring(&Fields::of("attempts", row)),
    )?;
    Ok(in_order(rings))
}
