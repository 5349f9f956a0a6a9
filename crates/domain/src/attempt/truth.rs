//! What corrects what was known of an attempt: the true name of its call, and its true end.

use super::{Attempt, Evidence, Outcome, Timestamp};

impl Attempt {
    /// Whether `evidence` names the call where it had no name, or only a guessed one.
    pub(super) fn names_better(&self, evidence: &Evidence) -> bool {
        match evidence {
            Evidence::Accepted { .. } => self.call_id.is_none() || self.guessed,
            Evidence::Found { .. } => self.call_id.is_none(),
            _ => false,
        }
    }

    /// Whether `evidence` names another call than the one that was guessed.
    pub(super) fn corrects_guess(&self, evidence: &Evidence) -> bool {
        matches!(evidence, Evidence::Accepted { call_id }
            if self.guessed && self.call_id.as_ref() != Some(call_id))
    }

    /// Whether `evidence` is a guess that came too late: the attempt is over, or is known to be another call,
    /// since the look-up was asked. The call may be a later attempt's, and so may all that is told with it.
    pub fn outgrew(&self, evidence: &Evidence) -> bool {
        match (evidence, &self.call_id) {
            (Evidence::Found { call_id }, Some(ours)) => call_id != ours,
            (Evidence::Found { .. }, None) => !self.state.is_live(),
            _ => false,
        }
    }

    /// The attempt with the carrier's name for its call that `evidence` gives, if that is better.
    pub(super) fn named(&self, evidence: &Evidence) -> Self {
        let (Evidence::Accepted { call_id } | Evidence::Found { call_id }) = evidence else {
            return self.clone();
        };
        if !self.names_better(evidence) {
            return self.clone();
        }
        Self {
            call_id: Some(call_id.clone()),
            guessed: matches!(evidence, Evidence::Found { .. }),
            ..self.clone()
        }
    }

    /// Whether `evidence` shows that an ended attempt did not end as was concluded. That a phone
    /// rings contradicts only ends which do not say that it rang: the word may be late.
    pub(super) fn contradicted_by(&self, evidence: &Evidence) -> bool {
        let outcome = self.outcome.unwrap_or(Outcome::Unknown);
        match evidence {
            Evidence::Accepted { .. } => self.corrects_guess(evidence),
            Evidence::Ringing => matches!(outcome, Outcome::Canceled | Outcome::Unknown),
            Evidence::Answered => outcome != Outcome::Answered,
            Evidence::Ended { outcome: told, .. } => told.weight() > outcome.weight(),
            _ => false,
        }
    }

    /// The attempt that ended, with better evidence of its end. It keeps the instant of that, unless a person
    /// was on the line: then the call is over only now as far as is known, and so it is after its name has
    /// changed. A phone that rings may have rung long ago.
    pub(crate) fn corrected(&self, evidence: &Evidence, now: Timestamp) -> Self {
        let (outcome, cause) = match evidence {
            Evidence::Answered => (Some(Outcome::Answered), self.cause.clone()),
            Evidence::Ended { outcome, cause } => (Some(*outcome), Some(cause.clone())),
            _ => (self.outcome, self.cause.clone()),
        };
        let is_answered = outcome == Some(Outcome::Answered);
        let over_now = is_answered || matches!(evidence, Evidence::Accepted { .. });
        Self {
            ended_at: if over_now { Some(now) } else { self.ended_at },
            corrected_at: if outcome == self.outcome {
                self.corrected_at
            } else {
                Some(now)
            },
            outcome,
            cause,
            ..self.named(evidence)
        }
    }
}
