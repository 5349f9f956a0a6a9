//! Decides what a claim does with each due contact, before anything is written.
//!
//! A store gathers facts, asks here what `ringonce_domain` decides about them, and writes it in the
//! transaction in which the facts cannot change.

use std::borrow::Cow;

use ringonce_domain::caps::{CapKind, PastCall};
use ringonce_domain::claim::{Decision, Facts, decide};
use ringonce_domain::hours::Zone;
use ringonce_domain::plan::may_start;
use ringonce_domain::repeat::LastCalls;
use ringonce_domain::zones::words::of_stored;
use ringonce_domain::zones::zones_of;
use ringonce_domain::{
    Attempt, AttemptId, CampaignState, Caps, ContactId, Epoch, InstanceId, Number, Settings,
    Stopped, Timestamp,
};
use serde::Serialize;

use crate::Result;
use crate::audit::json;
use crate::model::ClaimRequest;
use crate::row::Fields;

/// Contacts judged in one transaction at most, which bounds how long other commands wait.
pub(crate) const JUDGED: usize = 256;
/// Candidates read at once at least, because some may be skipped or deferred.
pub(crate) const PAGE: usize = 16;

/// The columns of a campaign that a claim needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Campaign {
    pub(crate) state: CampaignState,
    pub(crate) live: u32,
    pub(crate) next_slot: Timestamp,
    owner: Option<InstanceId>,
    epoch: Epoch,
}

impl Campaign {
    /// The columns of `claim_campaign`.
    pub(crate) fn read(fields: &Fields<'_>) -> Result<Self> {
        Ok(Self {
            state: fields.word("state")?,
            live: fields.count("live")?,
            next_slot: fields.instant("next_slot_at")?,
            owner: fields.maybe_uuid("lease_owner")?.map(InstanceId),
            epoch: Epoch(fields.int("lease_epoch")?),
        })
    }

    /// Why this instance may not claim for the campaign at all.
    pub(crate) fn refuses(&self, request: &ClaimRequest) -> Option<String> {
        if self.state != CampaignState::Running {
            Some(format!("the campaign is {}", self.state))
        } else if self.owner != Some(request.instance) || self.epoch != request.epoch {
            Some("another instance runs the campaign".to_owned())
        } else {
            None
        }
    }

    /// How many calls may start, or what holds them.
    pub(crate) fn room(
        &self,
        settings: &Settings,
        stopped: Option<&Stopped>,
        now: Timestamp,
    ) -> Result<u32, String> {
        if let Some(stopped) = stopped {
            return Err(format!("emergency stop: {}", stopped.reason));
        }
        may_start(settings, self.live, self.next_slot, now).map_err(|hold| hold.reason.to_string())
    }

    /// The campaign after `started` calls were claimed.
    #[must_use]
    pub(crate) fn after(&self, settings: &Settings, started: u32, now: Timestamp) -> Self {
        Self {
            live: self.live + started,
            next_slot: settings
                .pacing
                .slot_after_starts(self.next_slot, started, now),
            ..*self
        }
    }
}

/// A due contact and what is known about its number.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) contact: ContactId,
    pub(crate) number: Number,
    pub(crate) attempts: u32,
    zone: Option<String>,
    blocked: bool,
    last_calls: LastCalls,
    /// Whether the number has calls that the caps may count.
    pub(crate) was_called: bool,
    live: bool,
}

impl Candidate {
    /// The columns of `claim_candidates`.
    pub(crate) fn read(fields: &Fields<'_>) -> Result<Self> {
        let (blocked, last_calls) = (fields.flag("blocked")?, fields.last_calls()?);
        Ok(Self {
            live: fields.flag("live")?,
            contact: ContactId(fields.int("id")?),
            number: fields.number("number")?,
            attempts: fields.count("attempts")?,
            zone: fields.maybe_text("zone")?,
            blocked,
            was_called: last_calls.last.is_some(),
            last_calls,
        })
    }

    /// Whether the contact may be called, with the inputs of that decision for the audit trail.
    /// `recent` are the number's calls that the caps may count.
    pub(crate) fn judge(
        &self,
        request: &ClaimRequest,
        settings: &Settings,
        recent: &[PastCall],
    ) -> (Decision, String) {
        let (zones, is_unclear) = self.zones(settings);
        let decision = decide(
            &Facts {
                campaign: request.campaign,
                settings,
                zones: &zones,
                blocked: self.blocked,
                live: self.live,
                last_calls: self.last_calls,
                recent,
            },
            request.now,
        );
        let decision = if is_unclear {
            decision.with_unclear_zone()
        } else {
            decision
        };
        let (calls, reason, until) = match &decision {
            Decision::Call => (true, None, None),
            Decision::Skip(reason) => (false, Some(reason.0), None),
            Decision::Defer(until, reason) => (false, Some(reason.0), Some(*until)),
        };
        let judged = Judged {
            contact: self.contact,
            made: self.attempts + u32::from(calls),
            reason,
            until,
            blocked: self.blocked,
            live: self.live,
            called_by_others: self.last_calls.by_others(request.campaign),
            recent: self.was_called.then_some(recent.len()),
        };
        (decision, json(&judged))
    }

    /// The attempt that a claim makes of the contact.
    pub(crate) fn attempt(&self, id: AttemptId, request: &ClaimRequest) -> Attempt {
        Attempt::claimed(
            id,
            request.campaign,
            self.contact,
            self.number,
            self.attempts + 1,
            request.instance,
            request.now,
        )
    }

    /// The zones in which the callee may be: the row's, else the number's; and whether the row's was unclear.
    fn zones(&self, settings: &Settings) -> (Cow<'static, [Zone]>, bool) {
        if !settings.callee_hours.enabled {
            return (Cow::Borrowed(&[]), false);
        }
        match &self.zone {
            Some(stored) => {
                let (zones, is_unclear) = of_stored(stored, self.number);
                (Cow::Owned(zones), is_unclear)
            }
            None => (Cow::Borrowed(zones_of(self.number)), false),
        }
    }
}

/// The decision about a contact, for the audit trail.
#[derive(Serialize)]
struct Judged<'a> {
    contact: ContactId,
    made: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    blocked: bool,
    live: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    called_by_others: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recent: Option<usize>,
}

/// How many of a number's latest calls decide every cap.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EnoughCalls {
    attempts: usize,
    answered: usize,
    calls_seen: usize,
    answered_seen: usize,
}

impl EnoughCalls {
    pub(crate) fn of(caps: &Caps) -> Self {
        let largest = |kind| {
            let of_kind = caps.as_slice().iter().filter(|cap| cap.count == kind);
            of_kind.map(|cap| cap.max as usize).max().unwrap_or(0)
        };
        Self {
            attempts: largest(CapKind::Attempts),
            answered: largest(CapKind::Answered),
            calls_seen: 0,
            answered_seen: 0,
        }
    }

    /// Whether calls before the ones seen could still matter.
    pub(crate) const fn wants_more(&self) -> bool {
        self.calls_seen < self.attempts || self.answered_seen < self.answered
    }

    pub(crate) fn see(&mut self, call: &PastCall) {
        self.calls_seen += 1;
        self.answered_seen += usize::from(call.answered);
    }
}
