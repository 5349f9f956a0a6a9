//! What an attempt's step means for its contact, its number, its campaign and the emergency stop.
//!
//! A store applies all of it in the transaction that moves the attempt.

use crate::contact::{AfterAttempt, Reason, after_attempt};
use crate::{
    Attempt, AttemptState, ContactState, Evidence, FailureClass, LeadStatus, Millis, Outcome,
    RetryPolicy, StaleAttempt, Step, Timestamp, Trust,
};

/// A contact whose tries did not reach the carrier this many times in a row is given up.
pub const MAX_NEVER_LEFT: u32 = 14;
/// Waits of such a contact, the first and the longest; each is twice the one before.
const NEVER_LEFT_WAITS: (Millis, Millis) = (Millis::from_secs(15), Millis::from_hours(1));
/// Waits of a contact in a country that the carrier may not call for us, and how many of them count: the
/// country may be allowed on any day, and the contact must then have tries left.
const COUNTRY_TIMES: u32 = 9;
const COUNTRY_WAITS: (Millis, Millis) = (Millis::from_minutes(1), Millis::from_hours(4));

/// What the ledger knows beside the attempt, when evidence about it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts that do not exclude each other"
)]
pub struct Known {
    /// The contact's state; `None` when its campaign was deleted.
    pub contact: Option<ContactState>,
    /// How many attempts count for the contact, this one among them.
    pub made: u32,
    /// How many of its tries in a row did not reach the carrier.
    pub never_left: u32,
    /// Whether the contact was answered in any call.
    pub answered: bool,
    /// How the contact's last call ended, and when, as it is known now.
    pub last: Option<(Outcome, Timestamp)>,
    /// Whether another attempt for the contact rang after this one.
    pub rung_later: bool,
    /// Whether another attempt to the number is live.
    pub other_live: bool,
    /// Whether the campaign is over: none of its contacts is called again.
    pub over: bool,
}

impl Known {
    /// What is known in the ordinary life of an attempt: it is its contact's latest, and all is well.
    pub const fn ordinary(attempt: &Attempt) -> Self {
        let contact = match attempt.state {
            AttemptState::Answered => ContactState::Connected,
            _ => ContactState::Calling,
        };
        Self {
            contact: Some(contact),
            made: attempt.made,
            never_left: 0,
            answered: false,
            last: None,
            rung_later: false,
            other_live: false,
            over: false,
        }
    }

    /// Whether the contact stands as it does because `attempt` ended as it did.
    fn is_concluded_from(&self, attempt: &Attempt, contact: ContactState) -> bool {
        !self.rung_later
            && match contact {
                ContactState::Completed => attempt.outcome == Some(Outcome::Answered),
                _ => is_open_to_truth(contact),
            }
    }

    /// Whether `over` decides what becomes of a contact that rang again later: it was answered, or its number
    /// does not exist. All else was concluded from the later attempt, which was allowed to follow.
    fn is_outdone_by(&self, over: &Attempt, contact: ContactState) -> bool {
        let decides = matches!(over.outcome, Some(Outcome::Answered | Outcome::BadNumber));
        self.rung_later && decides && is_open_to_truth(contact)
    }

    /// What the policy says today of a contact with a claimed attempt, from the end of the call before it.
    pub fn due_after_last(&self, retry: &RetryPolicy) -> Option<AfterAttempt> {
        let (outcome, at) = self.last?;
        let before = self.made.saturating_sub(1).max(1);
        Some(after_attempt(outcome, before, retry, at))
    }
}

/// The whole effect of one piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// The attempt's step.
    pub step: Step,
    /// The contact's change.
    pub contact: Option<ContactChange>,
    /// What becomes of the number and the line.
    pub line: Line,
    /// The number counts as called, because the attempt's end is known and it may have rung.
    pub called: bool,
    /// The number may never be rung again, for this reason.
    pub blocks: Option<String>,
    /// The campaign must be held for a person, for this reason.
    pub pauses: Option<String>,
    /// What the emergency stop counts.
    pub signal: Option<Signal>,
}

/// What becomes of the number and the line of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// They stay as they are.
    Stays,
    /// They are free again.
    Freed,
    /// They are taken again: what was counted when they were freed is taken back.
    Retaken,
}

/// A contact's change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContactChange {
    /// Next state, lead status and due time.
    pub after: AfterAttempt,
    /// The attempt does not count: it never reached the carrier.
    pub uncounted: bool,
    /// How many tries in a row did not reach the carrier.
    pub never_left: u32,
    /// Why the contact waits, or is given up.
    pub reason: Option<Reason>,
}

/// What the emergency stop counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signal {
    /// The carrier took or reported a call: failures are no longer consecutive.
    Placed,
    /// A call could not be placed, or the carrier gave no clear answer.
    Failure(String),
    /// A number was, or may have been, rung against the rules.
    Duplicate(String),
}

/// Applies evidence to an attempt and returns everything that follows from it.
///
/// An attempt that is [`Step::Reopened`] is to be given the same evidence once more. Where its number
/// is in another call meanwhile it cannot be live again, and an end is no call that goes on: it is
/// [`Step::Corrected`].
///
/// # Errors
/// As [`Attempt::apply`].
pub fn settle(
    attempt: &Attempt,
    evidence: &Evidence,
    known: &Known,
    retry: &RetryPolicy,
    trust: Trust,
    now: Timestamp,
) -> Result<Settlement, StaleAttempt> {
    let step = match attempt.apply(evidence, trust, now)? {
        Step::Reopened(_) if known.other_live || matches!(evidence, Evidence::Ended { .. }) => {
            Step::Corrected(attempt.corrected(evidence, now))
        }
        step => step,
    };
    let mut settlement = Settlement {
        signal: signal(&step, evidence),
        contact: None,
        line: Line::Stays,
        called: false,
        blocks: None,
        pauses: None,
        step,
    };
    match &settlement.step {
        Step::Moved(next) if !next.state.is_live() => {
            settlement.line = Line::Freed;
            settlement.called = next.may_have_rung;
            settlement.contact = known
                .contact
                .filter(|contact| contact.is_live() || known.is_outdone_by(next, *contact))
                .map(|_| contact_after(next, evidence, known, retry, now));
            settlement.blocks = blocked_by(next);
            if let Evidence::Refused {
                class: FailureClass::Configuration,
                reason,
            } = evidence
            {
                settlement.pauses = Some(format!("the carrier refuses our calls: {reason}"));
            }
        }
        Step::Moved(next) if next.state == AttemptState::Answered => {
            settlement.contact = live(known, ContactState::Connected);
        }
        Step::Moved(_) if attempt.state == AttemptState::Answered => {
            settlement.contact = live(known, ContactState::Calling);
        }
        Step::Reopened(_) => {
            settlement.line = Line::Retaken;
            settlement.contact = known
                .contact
                .filter(|contact| known.is_concluded_from(attempt, *contact))
                .map(|_| going_on(ContactState::Calling));
        }
        Step::Superseded(next) => {
            settlement.called = true;
            settlement.contact = known
                .contact
                .filter(|contact| *contact == ContactState::Pending)
                .map(|_| retired(next.outcome));
        }
        Step::Corrected(next) => {
            settlement.called = true;
            settlement.blocks = blocked_by(next);
            settlement.contact = match known.contact {
                // It is in another call, or about to be: `due_after_last` says whether it may still be.
                Some(state) if state.is_live() => Some(going_on(state)),
                Some(state)
                    if next.outcome != attempt.outcome
                        && (known.is_concluded_from(attempt, state)
                            || known.is_outdone_by(next, state)) =>
                {
                    Some(contact_after(next, evidence, known, retry, now))
                }
                _ => None,
            };
        }
        _ => {}
    }
    Ok(settlement)
}

/// Whether better evidence of a call may change a contact's state.
const fn is_open_to_truth(contact: ContactState) -> bool {
    !matches!(
        contact,
        ContactState::Completed
            | ContactState::Calling
            | ContactState::Connected
            | ContactState::Skipped
    )
}

/// Why an attempt that is over blocks its number, if it does.
fn blocked_by(over: &Attempt) -> Option<String> {
    let cause = over.cause.as_deref().unwrap_or("no cause given");
    (over.outcome == Some(Outcome::BadNumber))
        .then(|| format!("the carrier reports a bad number: {cause}"))
}

fn live(known: &Known, state: ContactState) -> Option<ContactChange> {
    let contact = known.contact.filter(|contact| contact.is_live());
    contact.map(|_| going_on(state))
}

/// A contact with a live attempt.
fn going_on(state: ContactState) -> ContactChange {
    let is_answered = state == ContactState::Connected;
    counted(AfterAttempt {
        state,
        lead: is_answered.then_some(LeadStatus::Contacted),
        due_at: None,
    })
}

fn counted(after: AfterAttempt) -> ContactChange {
    ContactChange {
        after,
        uncounted: false,
        never_left: 0,
        reason: (after.state == ContactState::Pending).then_some(Reason::RETRY),
    }
}

/// A contact that must not be tried again: a call to it that was given up reached the carrier after all.
fn retired(outcome: Option<Outcome>) -> ContactChange {
    let (state, lead) = match outcome {
        Some(Outcome::Answered) => (ContactState::Completed, LeadStatus::Contacted),
        _ => (ContactState::Failed, LeadStatus::Failed),
    };
    counted(AfterAttempt {
        state,
        lead: Some(lead),
        due_at: None,
    })
}

fn contact_after(
    next: &Attempt,
    evidence: &Evidence,
    known: &Known,
    retry: &RetryPolicy,
    now: Timestamp,
) -> ContactChange {
    if known.answered && next.outcome != Some(Outcome::Answered) {
        return ContactChange {
            uncounted: next.outcome.is_none(),
            ..retired(Some(Outcome::Answered))
        };
    }
    let refused = match evidence {
        Evidence::Refused { class, .. } => Some(*class),
        _ => None,
    };
    match (refused, next.outcome) {
        (None, None) if next.state == AttemptState::Released => released(known, retry, now),
        (Some(FailureClass::Configuration), _) | (None, None) => {
            uncounted(known.never_left, None, now)
        }
        (Some(FailureClass::Country), _) => {
            let times = known.never_left.saturating_add(1).min(COUNTRY_TIMES);
            let due_at = now + wait(COUNTRY_WAITS, times);
            uncounted(times, Some(Reason::COUNTRY), due_at)
        }
        (Some(FailureClass::Ambiguous), _) => retired(None),
        (Some(class), _) if class.is_passing() => never_left(known, now),
        (None, _) if next.state == AttemptState::NeverPlaced => never_left(known, now),
        (Some(_), None) => retired(None),
        (_, Some(outcome)) => {
            let never = RetryPolicy {
                max_retries: 0,
                ..RetryPolicy::default()
            };
            let retry = if known.over { &never } else { retry };
            counted(after_attempt(outcome, known.made, retry, now))
        }
    }
}

/// A contact whose claim was taken back: it waits for what it waited for, or for longer when a late word
/// about the call before changed what follows from it.
fn released(known: &Known, retry: &RetryPolicy, now: Timestamp) -> ContactChange {
    match known.due_after_last(retry) {
        Some(after) if after.due_at.is_none_or(|due_at| due_at > now) => ContactChange {
            uncounted: true,
            never_left: known.never_left,
            ..counted(after)
        },
        _ => uncounted(known.never_left, None, now),
    }
}

/// A contact that waits as if the try had not been.
fn uncounted(never_left: u32, reason: Option<Reason>, due_at: Timestamp) -> ContactChange {
    ContactChange {
        after: AfterAttempt {
            state: ContactState::Pending,
            lead: None,
            due_at: Some(due_at),
        },
        uncounted: true,
        never_left,
        reason,
    }
}

/// A contact whose try is proved not to have reached the carrier. That is no try, however few the
/// policy allows; but it does not go on for ever.
fn never_left(known: &Known, now: Timestamp) -> ContactChange {
    let times = known.never_left.saturating_add(1);
    if times > MAX_NEVER_LEFT {
        return ContactChange {
            reason: Some(Reason::NEVER_LEFT),
            ..retired(None)
        };
    }
    let due_at = now + wait(NEVER_LEFT_WAITS, times);
    uncounted(times, Some(Reason::NEVER_LEFT), due_at)
}

/// How long to wait after so many tries in a row that did not leave.
fn wait((first, longest): (Millis, Millis), times: u32) -> Millis {
    let doubled = first
        .get()
        .saturating_mul(1 << times.saturating_sub(1).min(31));
    Millis::new(doubled.min(longest.get()))
}

fn signal(step: &Step, evidence: &Evidence) -> Option<Signal> {
    match (step, evidence) {
        (Step::Superseded(attempt), _) => Some(Signal::Duplicate(format!(
            "attempt {} was given up as {} and the carrier has the call after all",
            attempt.id, attempt.state
        ))),
        (Step::Moved(_), Evidence::Refused { class, reason }) if class.is_our_failure() => {
            Some(Signal::Failure(format!("{class}: {reason}")))
        }
        (Step::Moved(_), Evidence::Unclear { reason }) => Some(Signal::Failure(format!(
            "no clear answer of the carrier: {reason}"
        ))),
        (Step::Reopened(_) | Step::Corrected(_), _)
        | (
            Step::Moved(_),
            Evidence::Accepted { .. }
            | Evidence::Refused { .. }
            | Evidence::Ringing
            | Evidence::Answered
            | Evidence::Ended { .. },
        ) => Some(Signal::Placed),
        _ => None,
    }
}
