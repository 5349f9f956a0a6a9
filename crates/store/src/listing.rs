//! How listings are asked for and put together, whichever database they come from.

use crate::Result;
use crate::model::{
    AuditAbout, AuditEntry, AuditFound, AuditPlace, AuditSearch, CallDetail, ContactDetail,
    ENTRIES_LOOKED_AT, NumberDetail, Page, Visible,
};
use crate::row::Fields;
use crate::rows;
use ringonce_domain::proof::Ring;
use ringonce_domain::{AttemptId, AttemptState, CampaignId, Number, Timestamp, UserId};

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

/// A walk over entries of the audit trail, the latest first, that ends with what it has found after a
/// bounded number of them.
pub(crate) struct AuditWalk {
    wanted: AuditSearch,
    limit: usize,
    before: AuditPlace,
    rows: u32,
    looked_at: usize,
    found: AuditFound,
    ended: bool,
}

impl AuditWalk {
    /// A walk to the entries of a page.
    pub(crate) fn new(wanted: AuditSearch, page: &Page<AuditPlace>) -> Self {
        let last = AuditPlace {
            at: Timestamp::from_millis(i64::MAX),
            seq: i64::MAX,
        };
        let limit = limit(page);
        Self {
            rows: if wanted.actor.is_some() {
                PAGE_ROWS
            } else {
                limit + 1
            },
            wanted,
            limit: limit as usize,
            before: page.after.unwrap_or(last),
            looked_at: 0,
            found: AuditFound::default(),
            ended: false,
        }
    }

    /// What the entries are about.
    pub(crate) fn about(&self) -> AuditAbout {
        self.wanted.about
    }

    /// Before which place to read, and how many entries; `None` when the walk is over.
    pub(crate) fn next(&self) -> Option<(AuditPlace, u32)> {
        (!self.ended).then_some((self.before, self.rows))
    }

    /// Takes what was read.
    pub(crate) fn take(&mut self, entries: Vec<AuditEntry>) {
        self.ended = entries.len() < self.rows as usize;
        for entry in entries {
            let place = AuditPlace {
                at: entry.at,
                seq: entry.seq,
            };
            let wanted = self.wanted.actor.as_deref();
            if wanted.is_none_or(|actor| *entry.actor.0 == *actor) {
                if self.found.entries.len() == self.limit {
                    (self.found.next, self.ended) = (Some(self.before), true);
                    return;
                }
                self.found.entries.push(entry);
            }
            self.before = place;
            self.looked_at += 1;
        }
        if !self.ended && self.looked_at >= ENTRIES_LOOKED_AT {
            (self.found.next, self.ended) = (Some(self.before), true);
        }
    }

    /// What was found.
    pub(crate) fn found(self) -> AuditFound {
        self.found
    }
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
        detail.blocked = rows::block(&fields, 1)?;
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
