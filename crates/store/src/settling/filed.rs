//! What the audit trail holds of a step of an attempt.

use ringonce_domain::settle::Settlement;
use ringonce_domain::{Attempt, AttemptState, ContactState, Evidence, Outcome, Step, Timestamp};
use serde::Serialize;

use crate::audit::json;

/// Evidence alone, as a JSON object.
pub(super) fn step_detail(evidence: &Evidence) -> String {
    json(&StepDetail::of(evidence))
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
pub(super) fn filed(
    next: &Attempt,
    evidence: &Evidence,
    settled: &Settlement,
    withdrawn: Option<&str>,
) -> (&'static str, String) {
    let event = match settled.step {
        Step::Superseded(_) => "attempt.superseded",
        Step::Reopened(_) => "attempt.reopened",
        Step::Corrected(_) => "attempt.corrected",
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
            Evidence::Accepted { call_id } | Evidence::Found { call_id } => {
                detail.call_id = Some(call_id);
            }
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
