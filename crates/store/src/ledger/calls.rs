//! Listings of attempts: calls, live attempts, and possible rings.

use ringonce_domain::proof::Ring;
use ringonce_domain::{Attempt, AttemptId, AttemptState, CampaignId, ContactId, Number};
use uuid::Uuid;

use super::accounts::may_see;
use super::contacts;
use crate::listing::limit;
use crate::model::{Block, CONTACTS_ASKED, CallDetail, NumberDetail, Page, Visible};
use crate::row::{Fields, digits};
use crate::sql;
use crate::transaction::{Reader, Record, values};
use crate::{Result, StoreError};

/// Contacts and calls shown of a number.
const SHOWN_OF_NUMBER: u32 = 100;

/// See [`crate::Dialing::live_attempts`].
pub(crate) async fn live<L: Reader>(
    reader: &mut L,
    page: &Page<Number>,
) -> Result<Vec<Attempt>, L::Failure> {
    let after = page.after.map_or(0, digits);
    let rows = reader
        .rows(sql::ATTEMPTS_LIVE, values![after, limit(page)])
        .await?;
    let attempts = rows.iter().map(|row| Fields::of("attempts", row).attempt());
    Ok(attempts.collect::<Result<_>>()?)
}

/// See [`crate::Reports::calls`]. An index serves each list, the latest first; the caller has checked that
/// the campaign is visible.
pub(crate) async fn calls<L: Reader>(
    reader: &mut L,
    campaign: Option<CampaignId>,
    state: Option<AttemptState>,
    visible: Visible,
    page: &Page<AttemptId>,
) -> Result<Vec<CallDetail>, L::Failure> {
    if let Some(id) = campaign
        && !may_see(reader, id, visible).await?
    {
        return Ok(Vec::new());
    }
    let before = page.after.map_or(AttemptId(Uuid::max()), |id| id);
    let mut given = values![before, limit(page)];
    let word = state.map(AttemptState::as_str);
    let statement = match (state, campaign, visible) {
        (None, Some(id), _) => {
            given.extend(values![id]);
            sql::CALLS_OF_CAMPAIGN
        }
        (None | Some(AttemptState::Ended), None, Visible::To(user)) => {
            given.extend(values![word, user]);
            sql::CALLS_SEEN
        }
        (None, None, Visible::Everything) => sql::CALLS,
        (Some(AttemptState::Ended), ..) => {
            given.extend(values![campaign, word]);
            sql::CALLS_ENDED
        }
        (Some(state), ..) => {
            given.extend(values![campaign, word, visible.user()]);
            if state.is_live() {
                sql::CALLS_LIVE
            } else {
                sql::CALLS_NOT_RUNG
            }
        }
    };
    let rows = reader.rows(statement, given).await?;
    Ok(details(&rows)?)
}

fn details(rows: &[Record]) -> Result<Vec<CallDetail>> {
    rows.iter().map(detail).collect()
}

fn detail(row: &Record) -> Result<CallDetail> {
    let fields = Fields::of("attempts", row);
    Ok(CallDetail {
        id: AttemptId(fields.uuid("id")?),
        campaign: fields.campaign("campaign_id")?,
        contact: ContactId(fields.int("contact_id")?),
        number: fields.number("number")?,
        name: fields.maybe_text("name")?.unwrap_or_default(),
        made: fields.count("made")?,
        state: fields.word("state")?,
        outcome: fields.maybe_word("outcome")?,
        cause: fields.maybe_text("cause")?,
        call_id: fields.maybe_text("call_id")?,
        claimed_at: fields.instant("claimed_at")?,
        dialed_at: fields.maybe_instant("dialed_at")?,
        answered_at: fields.maybe_instant("answered_at")?,
        ended_at: fields.maybe_instant("ended_at")?,
        corrected_at: fields.maybe_instant("corrected_at")?,
        may_have_rung: fields.flag("may_have_rung")?,
        price: super::prices::price(&fields)?,
    })
}

/// One call.
///
/// # Errors
/// [`StoreError::NotFound`].
pub(crate) async fn call<L: Reader>(
    reader: &mut L,
    id: AttemptId,
) -> Result<CallDetail, L::Failure> {
    let row = reader.row(sql::CALL, values![id]).await?;
    let row = row.ok_or_else(|| StoreError::NotFound {
        what: "call",
        id: id.to_string(),
    })?;
    Ok(detail(&row)?)
}

/// See [`crate::Reports::number`]. The attempt that is live is among the calls.
pub(crate) async fn number<L: Reader>(
    reader: &mut L,
    number: Number,
) -> Result<Option<NumberDetail>, L::Failure> {
    let answers = reader
        .together(vec![
            (sql::NUMBER, values![number]),
            (sql::NUMBER_LIVE, values![number]),
            (sql::CONTACTS_OF_NUMBER, values![number, SHOWN_OF_NUMBER]),
            (sql::CALLS_OF_NUMBER, values![number, SHOWN_OF_NUMBER]),
        ])
        .await?;
    let [row, live, contacts, calls] = answers.as_slice() else {
        return Ok(None);
    };
    let live_attempt = live
        .first()
        .map(|row| Fields::of("attempts", row).uuid("id"));
    let live_attempt = live_attempt.transpose()?.map(AttemptId);
    let contacts = contacts::details(contacts)?;
    let mut calls = details(calls)?;
    if let Some(live) = live_attempt
        && calls.iter().all(|call| call.id != live)
    {
        calls.extend(details(&reader.rows(sql::CALL, values![live]).await?)?);
    }
    if row.is_empty() && contacts.is_empty() && calls.is_empty() {
        return Ok(None);
    }
    calls.sort_by_key(|call| std::cmp::Reverse(call.id));
    calls.truncate(SHOWN_OF_NUMBER as usize);
    let mut detail = NumberDetail {
        number,
        blocked: None,
        live_attempt,
        called: 0,
        answered: 0,
        last_called_at: None,
        contacts,
        calls,
    };
    if let Some(row) = row.first() {
        let fields = Fields::of("numbers", row);
        let reason = fields.maybe_text("block_reason")?.unwrap_or_default();
        let blocked = fields.maybe_instant("blocked_at")?;
        detail.blocked = blocked.map(|at| Block { at, reason });
        detail.last_called_at = fields.maybe_instant("last_called_at")?;
        detail.called = fields.count("called")?;
        detail.answered = fields.count("answered")?;
    }
    Ok(Some(detail))
}

/// See [`crate::Reports::last_calls`].
pub(crate) async fn last<L: Reader>(
    reader: &mut L,
    contacts: &[ContactId],
) -> Result<Vec<CallDetail>, L::Failure> {
    let some = contacts.iter().take(CONTACTS_ASKED);
    let ids: Vec<i64> = some.map(|id| id.0).collect();
    let rows = reader.rows(sql::CALLS_LAST, values![ids]).await?;
    Ok(details(&rows)?)
}

/// See [`crate::Reports::rings`].
pub(crate) async fn rings<L: Reader>(
    reader: &mut L,
    page: &Page<Number>,
) -> Result<Vec<Ring>, L::Failure> {
    let after = page.after.map_or(0, digits);
    let rows = reader.rows(sql::RINGS, values![after, limit(page)]).await?;
    Ok(rings_in(&rows)?)
}

/// Rings in the order in which they are judged: by number, then by time.
pub(super) fn rings_in(rows: &[Record]) -> Result<Vec<Ring>> {
    let read = rows.iter().map(|row| {
        let fields = Fields::of("attempts", row);
        Ok(Ring {
            attempt: AttemptId(fields.uuid("id")?),
            number: fields.number("number")?,
            at: fields.instant("rang_at")?,
            ended_at: fields.maybe_instant("ended_at")?,
            outcome: fields.maybe_word("outcome")?,
            corrected_at: fields.maybe_instant("corrected_at")?,
            campaign: fields.campaign("campaign_id")?,
        })
    });
    let mut rings: Vec<Ring> = read.collect::<Result<_>>()?;
    rings.sort_by_key(|ring| (ring.number, ring.at, ring.attempt));
    Ok(rings)
}
