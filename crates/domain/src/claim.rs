//! Whether a contact may be called at this moment: every rule about one number, in one place.
//!
//! A store gathers [`Facts`] inside the claim's own transaction and acts on the [`Decision`] in the
//! same transaction, so no rule is ever judged on facts that have changed since.

use crate::caps::PastCall;
use crate::contact::Reason;
use crate::hours::{HORIZON, Zone};
use crate::repeat::LastCalls;
use crate::{CampaignId, Settings, Timestamp};

/// What is known about a contact that is due, and about its number.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The campaign that would call.
    pub campaign: CampaignId,
    /// Its settings.
    pub settings: &'a Settings,
    /// The candidate zones of the callee; empty when none is known.
    pub zones: &'a [Zone],
    /// Whether the number is blocked.
    pub blocked: bool,
    /// Whether an attempt to the number is live, for any contact of any campaign.
    pub live: bool,
    /// Which campaigns called the number last.
    pub last_calls: LastCalls,
    /// The number's calls within [`crate::Caps::horizon`], the latest first.
    pub recent: &'a [PastCall],
}

/// What to do with a contact that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Call it.
    Call,
    /// Never call it in this campaign.
    Skip(Reason),
    /// Not before this instant.
    Defer(Timestamp, Reason),
}

impl Decision {
    /// The same decision for a contact whose row names an unclear time zone: a deferral for the
    /// callee's hours gives that as its reason.
    #[must_use]
    pub fn with_unclear_zone(self) -> Self {
        match self {
            Self::Defer(until, Reason::CALLEE_HOURS) => Self::Defer(until, Reason::ZONE_UNCLEAR),
            other => other,
        }
    }
}

/// How long a contact waits whose number is in another call.
pub const NUMBER_BUSY_WAIT: crate::Millis = crate::Millis::from_secs(15);

/// Judges every rule about the number; the strictest answer wins: a skip before a deferral, and the
/// longest of the deferrals.
pub fn decide(facts: &Facts<'_>, now: Timestamp) -> Decision {
    if facts.blocked {
        return Decision::Skip(Reason::BLOCKED);
    }
    if let Some(last) = facts.last_calls.by_others(facts.campaign)
        && facts.settings.repeat.forbids(last, now)
    {
        return Decision::Skip(Reason::ALREADY_CALLED);
    }
    let mut wait: Option<(Timestamp, Reason)> = None;
    let mut defer = |until: Timestamp, reason| {
        if wait.is_none_or(|(longest, _)| until > longest) {
            wait = Some((until, reason));
        }
    };
    if facts.live {
        defer(now + NUMBER_BUSY_WAIT, Reason::NUMBER_BUSY);
    }
    if let Some((free, _)) = facts.settings.caps.frees_at(facts.recent, now) {
        defer(free, Reason::CAPPED);
    }
    let callee = &facts.settings.callee_hours;
    if callee.enabled {
        if facts.zones.is_empty() {
            return Decision::Skip(Reason::NO_ZONE);
        }
        match callee.next_open(facts.zones, now) {
            Some(open) if open <= now => {}
            Some(open) => match next_common_opening(facts, open) {
                Some(open) => defer(open, Reason::CALLEE_HOURS),
                None => return Decision::Skip(Reason::HOURS_NEVER_MEET),
            },
            None => return Decision::Skip(Reason::NEVER_OPEN),
        }
    }
    wait.map_or(Decision::Call, |(until, reason)| {
        Decision::Defer(until, reason)
    })
}

/// The first instant from `from` on when both the campaign and the callee are open. A contact that
/// waited for the callee's hours only could find the campaign closed each time, and never end.
fn next_common_opening(facts: &Facts<'_>, from: Timestamp) -> Option<Timestamp> {
    let Settings {
        business_hours,
        callee_hours,
        time_zone,
        ..
    } = facts.settings;
    let mut at = from;
    while at <= from + HORIZON {
        let callee = callee_hours.next_open(facts.zones, at)?;
        let both = business_hours.next_open(time_zone, callee)?;
        if both == callee {
            return Some(both);
        }
        at = both;
    }
    None
}
