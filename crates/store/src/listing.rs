//! How listings are asked for and put together, whichever database they come from.

use ringonce_domain::proof::Ring;
use ringonce_domain::{AttemptId, AttemptState, CampaignId, Number, UserId};

use crate::Result;
use crate::model::{CallDetail, ContactDetail, NumberDetail, Page, Visible};
use crate::row::Fields;
use crate::rows;

/// Rows of a page at most.
const PAGE_ROWS: u32 = 1_000;
/// Entries of a timeline at most.
pub(crate) const TIMELINE: u32 = 1_000;
/// Contacts and calls shown of a number.
pub(crate) const SHOWN_OF_NUMBER: u32 = 100;

/// The rows that a page may have.
pub(crate) fn limit<K>(page: &Page<K>) -> u32 {
    page.limit.clamp(1, PAGE_ROWS)
}

/// Calls that one index lists, the latest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallsOf {
    /// Every call.
    Everybody,
    /// Those that somebody sees, or of these the ones that ended.
    Seen(UserId),
    /// Every call of a campaign.
    Campaign(CampaignId),
    /// Those in a state that is live, of a campaign or of all.
    Live,
    /// Those that ended.
    Ended,
    /// Those that are over and never rang.
    NotRung,
}

impl CallsOf {
    /// Where the calls of a campaign, or of all, in a state, or in any, are listed. Whether a campaign is
    /// seen is asked before.
    pub(crate) fn of(
        campaign: Option<CampaignId>,
        state: Option<AttemptState>,
        visible: Visible,
    ) -> Self {
        match (state, campaign, visible) {
            (None, Some(id), _) => Self::Campaign(id),
            (None | Some(AttemptState::Ended), None, Visible::To(user)) => Self::Seen(user),
            (None, None, Visible::Everything) => Self::Everybody,
            (Some(state), ..) if state.is_live() => Self::Live,
            (Some(AttemptState::Ended), ..) => Self::Ended,
            (Some(_), ..) => Self::NotRung,
        }
    }
}

/// Everything about a number, from its row if it has one, and the calls that were found; `None` when
/// it was never seen. The attempt that is live is among the calls.
pub(crate) fn number_detail(
    number: Number,
    row: Option<Fields<'_>>,
    live_attempt: Option<AttemptId>,
    contacts: Vec<ContactDetail>,
    mut calls: Vec<CallDetail>,
) -> Result<Option<NumberDetail>> {
    if row.is_none() && contacts.is_empty() && calls.is_empty() {
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
    if let Some(fields) = row {
        detail.blocked = rows::block(fields, 1)?;
        detail.last_called_at = fields.maybe_instant(3)?;
        detail.called = fields.count(4)?;
        detail.answered = fields.count(5)?;
    }
    Ok(Some(detail))
}

/// Rings in the order in which they are judged: by number, then by time.
pub(crate) fn in_order(mut rings: Vec<Ring>) -> Vec<Ring> {
    rings.sort_by_key(|ring| (ring.number, ring.at, ring.attempt));
    rings
}
