//! What an attempt's step means for its contact, its number, its campaign and the emergency stop.
//!
//! A store applies all of it in the transaction that moves the attempt.

use crate::contact::{AfterAttempt, after_attempt};
use crate::{
    Attempt, AttemptState, ContactState, Evidence, FailureClass, LeadStatus, Outcome, RetryPolicy,
    StaleAttempt, Step, Timestamp, Trust,
};

/// The whole effect of one piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// The attempt's step.
    pub step: Step,
    /// The contact's change.
    pub contact: Option<ContactChange>,
    /// The contact's change if it is already `pending` again, and only then: it must not be
    /// retried, because a call to it that had been given up reached the carrier after all.
    pub retires: Option<AfterAttempt>,
    /// Whether the number and the line are free again.
    pub frees: bool,
    /// The number counts as called, because the attempt's end is known and it may have rung.
    pub called: bool,
    /// The number may never be rung again, for this reason.
    pub blocks: Option<String>,
    /// The campaign must be held for a person, for this reason.
    pub pauses: Option<String>,
    /// What the emergency stop counts.
    pub signal: Option<Signal>,
}

/// A contact's change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContactChange {
    /// Next state, lead status and due time.
    pub after: AfterAttempt,
    /// The attempt does not count: it never reached the carrier.
    pub uncounted: bool,
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
/// # Errors
/// As [`Attempt::apply`].
pub fn settle(
    attempt: &Attempt,
    evidence: &Evidence,
    retry: &RetryPolicy,
    trust: Trust,
    now: Timestamp,
) -> Result<Settlement, StaleAttempt> {
    let step = attempt.apply(evidence, trust, now)?;
    let mut settlement = Settlement {
        signal: signal(&step, evidence),
        step,
        contact: None,
        retires: None,
        frees: false,
        called: false,
        blocks: None,
        pauses: None,
    };
    match &settlement.step {
        Step::Moved(next) if next.state == AttemptState::Answered => {
            let after = AfterAttempt {
                state: ContactState::Connected,
                lead: Some(LeadStatus::Contacted),
                due_at: None,
            };
            settlement.contact = Some(ContactChange {
                after,
                uncounted: false,
            });
        }
        Step::Moved(next) if !next.state.is_live() => {
            settlement.frees = true;
            settlement.called = next.may_have_rung;
            settlement.contact = Some(contact_after(next, evidence, retry, now));
            if next.outcome == Some(Outcome::BadNumber) {
                let cause = next.cause.as_deref().unwrap_or("no cause given");
                settlement.blocks = Some(format!("the carrier reports a bad number: {cause}"));
            }
            if let Evidence::Refused {
                class: FailureClass::Configuration,
                reason,
            } = evidence
            {
                settlement.pauses = Some(format!("the carrier refuses our calls: {reason}"));
            }
        }
        Step::Superseded(_) => {
            settlement.called = true;
            settlement.retires = Some(AfterAttempt {
                state: ContactState::Failed,
                lead: Some(LeadStatus::Failed),
                due_at: None,
            });
        }
        _ => {}
    }
    Ok(settlement)
}

fn contact_after(
    next: &Attempt,
    evidence: &Evidence,
    retry: &RetryPolicy,
    now: Timestamp,
) -> ContactChange {
    let refused_for_us = matches!(
        evidence,
        Evidence::Refused {
            class: FailureClass::Configuration,
            ..
        }
    );
    if let Evidence::Refused { class, .. } = evidence
        && !class.may_pass()
    {
        return ContactChange {
            after: AfterAttempt {
                state: ContactState::Failed,
                lead: Some(LeadStatus::Failed),
                due_at: None,
            },
            uncounted: false,
        };
    }
    match next.outcome {
        Some(outcome) if !refused_for_us => ContactChange {
            after: after_attempt(outcome, next.made, retry, now),
            uncounted: false,
        },
        _ => ContactChange {
            after: AfterAttempt {
                state: ContactState::Pending,
                lead: None,
                due_at: Some(now),
            },
            uncounted: true,
        },
    }
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
        (
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
