//! What evidence about an attempt changes, before any of it is written.
//!
//! `ringonce_domain::settle` says what follows for the attempt and its contact; here that becomes
//! the rows of a ledger. A store gathers a [`Found`], asks [`conclude`], and writes the
//! [`Conclusion`] in the same transaction, guarded by the state from which it was concluded.

mod filed;
mod found;

use ringonce_domain::proof::Violation;
use ringonce_domain::repeat::LastCalls;
use ringonce_domain::settle::{Line, Settlement, Signal, settle};
use ringonce_domain::{
    Attempt, AttemptId, AttemptState, CampaignState, ContactState, Evidence, LeadStatus, Millis,
    Outcome, Settings, StaleAttempt, Step, Stopped, Timestamp,
};

use self::filed::{filed, step_detail};
pub(crate) use self::found::{Found, FoundContact, found};
use self::found::{known, why_not_dial};
use crate::model::{Actor, Judgement, Recorded};
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
    pub(crate) never_left: u32,
    /// By how much its answered calls become more.
    pub(crate) answered: i32,
    /// `None` leaves the last outcome.
    pub(crate) outcome: Option<Outcome>,
    /// `None` leaves the instant of the last attempt.
    pub(crate) attempt_at: Option<Timestamp>,
}

/// What a campaign's figures become when a line is free again, or is taken again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LineMoved {
    /// By how much the free lines become more: 1, or -1 for one that is taken again.
    pub(crate) freed: i64,
    pub(crate) next_slot: Timestamp,
    pub(crate) talk_millis: i64,
}

/// What a number's row becomes when a call to it is over, or is not over after all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NumberCalled {
    pub(crate) last: LastCalls,
    /// By how much its calls become more.
    pub(crate) times: i64,
    /// By how much its answered calls become more.
    pub(crate) answered: i64,
}

/// A call that counts under its outcome where it ended, or no longer counts there.
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
    pub(crate) line: Option<LineMoved>,
    /// What changes in the figures over time.
    pub(crate) activity: [Option<Counted>; 2],
    /// The number counts as called, or no longer.
    pub(crate) called: Option<NumberCalled>,
    pub(crate) event: &'static str,
    /// A JSON object for the audit trail.
    pub(crate) detail: String,
    /// The call had been given up, and the carrier had it after all.
    pub(crate) superseded: bool,
    /// The call goes on, and cannot be live again: its number is in another call. It is to be ended.
    pub(crate) stray: bool,
    /// The attempt is live again, and the same evidence is to be applied once more.
    pub(crate) reopened: bool,
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
    let known = known(found);
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
        &known,
        &settings.retry,
        judgement.trust,
        now,
    )?;
    let next = match &settled.step {
        Step::Unchanged => return Ok(None),
        Step::Moved(next)
        | Step::Noted(next)
        | Step::Superseded(next)
        | Step::Reopened(next)
        | Step::Corrected(next) => next.clone(),
    };
    let (event, detail) = filed(&next, applied, &settled, withdrawn.as_deref());
    let line = line(found, &next, &settled, settings, now);
    Ok(Some(Conclusion {
        activity: activity(found, &next, &settled, line.as_ref()),
        before: found.attempt.state,
        contact: contact(found, &next, &settled, now),
        line,
        called: called(found, &next, &settled),
        event,
        detail,
        superseded: matches!(settled.step, Step::Superseded(_)),
        stray: matches!(settled.step, Step::Corrected(_))
            && matches!(applied, Evidence::Answered | Evidence::Accepted { .. }),
        reopened: matches!(settled.step, Step::Reopened(_)),
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
    /// Whether the campaign has sent a call.
    pub(crate) fn dialed(&self) -> bool {
        self.next.state == AttemptState::Dialing
    }

    /// Whether the attempt's end no longer counts as it did; what it cost, if that was known, is withdrawn with it.
    pub(crate) fn takes_back_end(&self) -> bool {
        self.activity.iter().flatten().any(|it| it.calls < 0)
    }

    /// What the caller is told.
    pub(crate) fn recorded(self) -> Recorded {
        if self.superseded || self.stray {
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
    Ok(step_detail(evidence))
}

fn contact(
    found: &Found,
    next: &Attempt,
    settled: &Settlement,
    now: Timestamp,
) -> Option<ContactSettled> {
    let (change, before) = (settled.contact?, found.contact?.state);
    let after = change.after;
    let decides = |it: &Outcome| matches!(it, Outcome::Answered | Outcome::BadNumber);
    // The contact's last call is a later one.
    let is_older = found.rung_later && matches!(settled.step, Step::Corrected(_));
    let outcome = next
        .outcome
        .filter(|it| !change.uncounted && (!is_older || decides(it)));
    Some(ContactSettled {
        before,
        after: after.state,
        lead: after.lead,
        due_at: after.due_at,
        reason: change.reason.map(|reason| reason.0),
        uncounted: change.uncounted,
        never_left: change.never_left,
        answered: i32::from(outcome == Some(Outcome::Answered))
            - i32::from(undoes_answer(found, settled)),
        outcome,
        // A late word about a call is no new call.
        attempt_at: (!change.uncounted && !matches!(settled.step, Step::Corrected(_)))
            .then(|| next.dialed_at.unwrap_or(now)),
    })
}

/// Whether an attempt that counted as answered is live again, or is counted anew.
fn undoes_answer(found: &Found, settled: &Settlement) -> bool {
    let is_anew = settled.line == Line::Retaken || matches!(settled.step, Step::Corrected(_));
    is_anew && found.attempt.outcome == Some(Outcome::Answered)
}

fn line(
    found: &Found,
    next: &Attempt,
    settled: &Settlement,
    settings: &Settings,
    now: Timestamp,
) -> Option<LineMoved> {
    match settled.line {
        Line::Stays => None,
        Line::Freed => Some(LineMoved {
            freed: 1,
            next_slot: match next.state {
                AttemptState::Released => found.next_slot,
                _ => settings.pacing.slot_after_end(found.next_slot, now),
            },
            talk_millis: talk(next),
        }),
        Line::Retaken => Some(LineMoved {
            freed: -1,
            next_slot: found.next_slot,
            talk_millis: -talk(&found.attempt),
        }),
    }
}

/// How long an attempt that is over was in conversation.
fn talk(over: &Attempt) -> i64 {
    let talk = over
        .ended_at
        .zip(over.answered_at)
        .map_or(0, |(ended, answered)| ended.since(answered).get());
    i64::try_from(talk).unwrap_or(i64::MAX)
}

fn called(found: &Found, next: &Attempt, settled: &Settlement) -> Option<NumberCalled> {
    let answered = |attempt: &Attempt| i64::from(attempt.outcome == Some(Outcome::Answered));
    if settled.line == Line::Retaken {
        return Some(NumberCalled {
            last: found.last_calls,
            times: -1,
            answered: -answered(&found.attempt),
        });
    }
    let ended_at = next.ended_at.unwrap_or(next.claimed_at);
    // A claim that was made without this knowledge is not to be dialled: the call counts as over after it.
    let after_claim = found.other_claimed_at.map(|at| at + Millis::new(1));
    let ended_at = after_claim.map_or(ended_at, |at| at.max(ended_at));
    // One that ended, and whose end was told wrong, is counted already.
    let counted = found.attempt.state == AttemptState::Ended;
    settled.called.then(|| NumberCalled {
        last: found.last_calls.after_call(next.campaign, ended_at),
        times: i64::from(!counted),
        answered: answered(next) - if counted { answered(&found.attempt) } else { 0 },
    })
}

/// The figures over time: a call counts once it has ended; one that was refused and existed after all
/// has ended later than was thought, and one that goes on has not ended.
fn activity(
    found: &Found,
    next: &Attempt,
    settled: &Settlement,
    line: Option<&LineMoved>,
) -> [Option<Counted>; 2] {
    let counted = |attempt: &Attempt, calls: i64| {
        Some(Counted {
            at: attempt.ended_at?,
            outcome: attempt.outcome?,
            calls,
            talk_millis: line.map_or(0, |line| line.talk_millis),
        })
    };
    let moves = match settled.step {
        Step::Superseded(_) => found.contact.is_some(),
        Step::Corrected(_) => true,
        _ => false,
    };
    match settled.line {
        Line::Freed => [counted(next, 1), None],
        Line::Retaken => [counted(&found.attempt, -1), None],
        Line::Stays if moves => [counted(&found.attempt, -1), counted(next, 1)],
        Line::Stays => [None, None],
    }
}
