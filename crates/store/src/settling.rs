//! What evidence about an attempt changes, before any of it is written.
//!
//! `ringonce_domain::settle` says what follows for the attempt and its contact; here that becomes
//! the rows of a ledger. A store gathers a [`Found`], asks [`conclude`], and writes the
//! [`Conclusion`] in the same transaction, guarded by the state from which it was concluded.

use ringonce_domain::contact::Reason;
use ringonce_domain::proof::Violation;
use ringonce_domain::repeat::LastCalls;
use ringonce_domain::settle::{ContactChange, Settlement, Signal, settle};
use ringonce_domain::{
    Attempt, AttemptId, AttemptState, CampaignState, ContactState, Evidence, InstanceId,
    LeadStatus, Outcome, Settings, StaleAttempt, Step, Stopped, Timestamp,
};
use serde::Serialize;

use crate::audit::json;
use crate::model::{Actor, Judgement, Recorded};
use crate::row::Fields;
use crate::{Result, StoreError};

/// One call of [`crate::Dialing::record`].
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) attempt: AttemptId,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) by: Actor,
    pub(crate) judgement: Judgement,
    pub(crate) now: Timestamp,
}

/// An attempt with the rows that its settlement changes.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) attempt: Attempt,
    /// `None` when the campaign was deleted.
    pub(crate) contact: Option<ContactState>,
    pub(crate) campaign: CampaignState,
    pub(crate) next_slot: Timestamp,
    pub(crate) runs: Option<InstanceId>,
    pub(crate) blocked: bool,
    pub(crate) last_calls: LastCalls,
}

/// What a contact's row becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ContactSettled {
    pub(crate) before: ContactState,
    pub(crate) after: ContactState,
    /// `None` leaves the lead status.
    pub(crate) lead: Option<LeadStatus>,
    pub(crate) due_at: Option<Timestamp>,
    pub(crate) reason: Option<&'static str>,
    /// The attempt does not count: it never got as far as the carrier.
    pub(crate) uncounted: bool,
    pub(crate) answered: bool,
    /// `None` leaves the last outcome.
    pub(crate) outcome: Option<Outcome>,
    /// `None` leaves the instant of the last attempt.
    pub(crate) attempt_at: Option<Timestamp>,
}

/// What a campaign's figures become when a line is free again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LineFreed {
    pub(crate) next_slot: Timestamp,
    pub(crate) talk_millis: i64,
    pub(crate) outcome: Option<Outcome>,
}

/// A call that counts where it ended, or no longer counts there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) at: Timestamp,
    pub(crate) outcome: Outcome,
    pub(crate) calls: i64,
    pub(crate) talk_millis: i64,
}

/// Everything that a piece of evidence changes.
#[derive(Clone, Debug)]
pub(crate) struct Conclusion {
    /// The state from which it was concluded.
    pub(crate) before: AttemptState,
    pub(crate) next: Attempt,
    pub(crate) contact: Option<ContactSettled>,
    /// The campaign has sent a call.
    pub(crate) dialed: bool,
    pub(crate) freed: Option<LineFreed>,
    /// What changes in the figures over time.
    pub(crate) activity: [Option<Counted>; 2],
    /// The number counts as called.
    pub(crate) called: Option<LastCalls>,
    pub(crate) event: &'static str,
    /// A JSON object for the audit trail.
    pub(crate) detail: String,
    /// The call had been given up, and the carrier had it after all.
    pub(crate) superseded: bool,
    pub(crate) blocks: Option<String>,
    pub(crate) signal: Option<Signal>,
    pub(crate) pauses: Option<String>,
}

/// The rule under which a superseded call is reported.
pub(crate) const SUPERSEDED: &str = "the call was given up, and the carrier had it after all";

/// The report of an attempt for which the carrier has another call too: two phones rang.
pub(crate) fn two_calls(attempt: &Attempt, other: &str, now: Timestamp) -> Violation {
    let ours = attempt.call_id.as_deref().unwrap_or_default();
    Violation {
        number: attempt.number,
        at: now,
        attempt: attempt.id,
        rule: format!("one call for one attempt: the carrier has {other} beside {ours}"),
    }
}

/// The columns of `attempt_to_settle`.
pub(crate) fn found(fields: &Fields<'_>) -> Result<Found> {
    Ok(Found {
        attempt: fields.attempt()?,
        contact: fields.maybe_word("contact_state")?,
        campaign: fields.word("campaign_state")?,
        next_slot: fields.instant("next_slot_at")?,
        runs: fields.maybe_uuid("lease_owner")?.map(InstanceId),
        blocked: fields.flag("blocked")?,
        last_calls: fields.last_calls()?,
    })
}

/// Says what evidence changes; `None` when nothing that matters.
///
/// # Errors
/// [`StoreError::Stale`] when somebody asks to dial what is not theirs.
pub(crate) fn conclude(
    found: &Found,
    evidence: &Evidence,
    settings: &Settings,
    stopped: Option<&Stopped>,
    judgement: Judgement,
    now: Timestamp,
) -> Result<Option<Conclusion>> {
    let withdrawn = why_not_dial(found, evidence, stopped);
    let given_up = Evidence::OwnerGone;
    let applied = if withdrawn.is_some() {
        &given_up
    } else {
        evidence
    };
    let settled = settle(
        &found.attempt,
        applied,
        &settings.retry,
        judgement.trust,
        now,
    )?;
    let next = match &settled.step {
        Step::Unchanged => return Ok(None),
        Step::Moved(next) | Step::Noted(next) | Step::Superseded(next) => next.clone(),
    };
    let (event, detail) = filed(&next, applied, &settled, withdrawn.as_deref());
    let freed = settled.frees.then(|| freed(found, &next, settings, now));
    Ok(Some(Conclusion {
        activity: activity(found, &next, &settled, freed.as_ref()),
        before: found.attempt.state,
        contact: contact(found, &next, &settled, now),
        dialed: next.state == AttemptState::Dialing,
        freed,
        called: settled.called.then(|| {
            let ended_at = next.ended_at.unwrap_or(next.claimed_at);
            found.last_calls.after_call(next.campaign, ended_at)
        }),
        event,
        detail,
        superseded: matches!(settled.step, Step::Superseded(_)),
        blocks: settled.blocks,
        signal: settled.signal,
        pauses: settled
            .pauses
            .filter(|_| found.campaign == CampaignState::Running),
        next,
    }))
}

impl Recorded {
    /// What the caller is told of a piece of evidence and the one after it.
    pub(crate) fn then(self, next: Self) -> Self {
        match (self, next) {
            (Self::Superseded(_), Self::Moved(attempt)) => Self::Superseded(attempt),
            (_, next) => next,
        }
    }
}

impl Conclusion {
    /// What the caller is told.
    pub(crate) fn recorded(self) -> Recorded {
        if self.superseded {
            Recorded::Superseded(self.next)
        } else {
            Recorded::Moved(self.next)
        }
    }
}

/// Evidence about an attempt that nobody knows, as it is kept.
///
/// # Errors
/// [`StoreError::Stale`] when it is a wish to dial: there is nothing to dial.
pub(crate) fn unmatched(id: AttemptId, evidence: &Evidence) -> Result<String> {
    if matches!(evidence, Evidence::Dial { .. }) {
        return Err(StoreError::Stale(StaleAttempt {
            attempt: id,
            state: AttemptState::Released,
            evidence: evidence.kind(),
        }));
    }
    Ok(json(&StepDetail::of(evidence)))
}

/// Why a call that its owner is about to make must not be made after all: what has changed since
/// the claim. The attempt is then given up.
fn why_not_dial(found: &Found, evidence: &Evidence, stopped: Option<&Stopped>) -> Option<String> {
    let Evidence::Dial { by, .. } = evidence else {
        return None;
    };
    let attempt = &found.attempt;
    if attempt.state != AttemptState::Claimed || attempt.owner != *by {
        return None;
    }
    if let Some(stopped) = stopped {
        Some(format!("emergency stop: {stopped}"))
    } else if found.campaign != CampaignState::Running {
        Some(format!("the campaign is {}", found.campaign))
    } else if found.runs != Some(*by) {
        Some("another instance runs the campaign".to_owned())
    } else if found.blocked {
        Some(Reason::BLOCKED.words().to_owned())
    } else {
        None
    }
}

fn contact(
    found: &Found,
    next: &Attempt,
    settled: &Settlement,
    now: Timestamp,
) -> Option<ContactSettled> {
    let retires = settled
        .retires
        .filter(|_| found.contact == Some(ContactState::Pending))
        .map(|after| ContactChange {
            after,
            uncounted: false,
        });
    let (change, before) = (settled.contact.or(retires)?, found.contact?);
    let after = change.after;
    let outcome = next.outcome.filter(|_| !change.uncounted);
    let waits = after.state == ContactState::Pending && outcome.is_some();
    Some(ContactSettled {
        before,
        after: after.state,
        lead: after.lead,
        due_at: after.due_at,
        reason: waits.then_some(Reason::RETRY.0),
        uncounted: change.uncounted,
        answered: outcome == Some(Outcome::Answered),
        outcome,
        attempt_at: (!change.uncounted).then(|| next.dialed_at.unwrap_or(now)),
    })
}

fn freed(found: &Found, next: &Attempt, settings: &Settings, now: Timestamp) -> LineFreed {
    let next_slot = match next.state {
        AttemptState::Released => found.next_slot,
        _ => settings.pacing.slot_after_end(found.next_slot, now),
    };
    let talk = next
        .answered_at
        .map_or(0, |answered| now.since(answered).get());
    LineFreed {
        next_slot,
        talk_millis: i64::try_from(talk).unwrap_or(i64::MAX),
        outcome: next.outcome,
    }
}

/// The figures over time: a call counts once it has ended; one that was refused and existed after all
/// has ended later than was thought.
fn activity(
    found: &Found,
    next: &Attempt,
    settled: &Settlement,
    freed: Option<&LineFreed>,
) -> [Option<Counted>; 2] {
    let at = |at: Option<Timestamp>, calls| {
        Some(Counted {
            at: at?,
            outcome: next.outcome?,
            calls,
            talk_millis: freed.map_or(0, |freed| freed.talk_millis),
        })
    };
    let superseded = matches!(settled.step, Step::Superseded(_));
    if freed.is_some() {
        [at(next.ended_at, 1), None]
    } else if superseded && found.contact.is_some() {
        [at(found.attempt.ended_at, -1), at(next.ended_at, 1)]
    } else {
        [None, None]
    }
}

/// What is filed about a step.
#[derive(Serialize)]
struct StepDetail<'a> {
    evidence: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    call_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dial_before: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<ContactState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<Timestamp>,
}

/// The event and the detail of a step for the audit trail.
fn filed(
    next: &Attempt,
    evidence: &Evidence,
    settled: &Settlement,
    withdrawn: Option<&str>,
) -> (&'static str, String) {
    let event = match settled.step {
        Step::Superseded(_) => "attempt.superseded",
        Step::Noted(_) => "attempt.noted",
        _ => event_of(next.state),
    };
    let mut detail = StepDetail::of(evidence);
    detail.reason = detail.reason.or(withdrawn);
    detail.outcome = next.outcome;
    detail.contact = settled.contact.map(|change| change.after.state);
    detail.due_at = settled.contact.and_then(|change| change.after.due_at);
    (event, json(&detail))
}

fn event_of(state: AttemptState) -> &'static str {
    match state {
        AttemptState::Claimed => "attempt.claimed",
        AttemptState::Dialing => "attempt.dialing",
        AttemptState::Unknown => "attempt.unknown",
        AttemptState::Ringing => "attempt.ringing",
        AttemptState::Answered => "attempt.answered",
        AttemptState::Ended => "attempt.ended",
        AttemptState::Refused => "attempt.refused",
        AttemptState::Released => "attempt.released",
        AttemptState::NeverPlaced => "attempt.never_placed",
    }
}

impl<'a> StepDetail<'a> {
    fn of(evidence: &'a Evidence) -> Self {
        let mut detail = Self {
            evidence: evidence.kind(),
            call_id: None,
            reason: None,
            class: None,
            dial_before: None,
            outcome: None,
            contact: None,
            due_at: None,
        };
        match evidence {
            Evidence::Dial { dial_before, .. } => detail.dial_before = Some(*dial_before),
            Evidence::Accepted { call_id } => detail.call_id = Some(call_id),
            Evidence::Refused { class, reason } => {
                (detail.class, detail.reason) = (Some(class.as_str()), Some(reason.as_str()));
            }
            Evidence::Unclear { reason } => detail.reason = Some(reason),
            Evidence::Ended { outcome, cause } => {
                (detail.outcome, detail.reason) = (Some(*outcome), Some(cause.as_str()));
            }
            Evidence::OwnerGone
            | Evidence::NotSent
            | Evidence::Ringing
            | Evidence::Answered
            | Evidence::NotSeen { .. } => {}
        }
        detail
    }
}
