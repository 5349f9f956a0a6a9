//! When a contact that was not reached is tried again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Millis, Outcome};

/// The most retries that a campaign may ask for.
pub const MAX_RETRIES: u32 = 20;
/// The longest backoff, in hours (30 days).
pub const MAX_BACKOFF_HOURS: f64 = 720.0;

/// Retry policy of a campaign: after the `n`th unsuccessful attempt with a retryable outcome the
/// contact waits for the `n`th backoff (the last one repeats) and is called again, at most
/// `max_retries` times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RetryPolicy {
    /// How many attempts may follow the first, 0 to 20.
    pub max_retries: u32,
    /// Hours to wait before the first, second, … retry; the last repeats. Decimals are allowed.
    pub backoff_hours: Vec<f64>,
    /// The outcomes after which a contact is tried again: `no_answer`, `busy`, `failed`, `congestion`,
    /// `canceled`.
    pub outcomes: Vec<Outcome>,
    /// Hours to wait after a given outcome in place of `backoff_hours`, such as `{"busy": [0.25, 1]}`.
    pub backoff_hours_by_outcome: BTreeMap<Outcome, Vec<f64>>,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_retries: 3,
            backoff_hours: vec![1.0, 4.0, 24.0],
            outcomes: vec![
                Outcome::NoAnswer,
                Outcome::Busy,
                Outcome::Failed,
                Outcome::Congestion,
            ],
            backoff_hours_by_outcome: BTreeMap::new(),
        }
    }
}

impl RetryPolicy {
    /// How long to wait after the attempt number `made` (1 is the first) ended with `outcome`;
    /// `None` when the contact is not tried again.
    pub fn backoff(&self, outcome: Outcome, made: u32) -> Option<Millis> {
        if made == 0 || made > self.max_retries || !self.outcomes.contains(&outcome) {
            return None;
        }
        let hours = self
            .backoff_hours_by_outcome
            .get(&outcome)
            .unwrap_or(&self.backoff_hours);
        let nth = usize::try_from(made - 1).unwrap_or(usize::MAX);
        hours
            .get(nth)
            .or(hours.last())
            .map(|hours| from_hours(*hours))
    }

    /// What is wrong with the policy, as (field, advice).
    pub(crate) fn problem(&self) -> Option<(&'static str, String)> {
        if self.max_retries > MAX_RETRIES {
            return Some((
                "retry.max_retries",
                format!(
                    "{} is too many; the limit is {MAX_RETRIES}",
                    self.max_retries
                ),
            ));
        }
        if self.max_retries > 0 && self.backoff_hours.is_empty() {
            return Some((
                "retry.backoff_hours",
                "is empty; give at least one wait in hours, such as [1, 4, 24], or set max_retries to 0"
                    .into(),
            ));
        }
        if let Some(outcome) = self.outcomes.iter().find(|outcome| !may_retry(**outcome)) {
            return Some((
                "retry.outcomes",
                format!(
                    "`{outcome}` cannot be retried; use no_answer, busy, failed, congestion or canceled"
                ),
            ));
        }
        let lists =
            std::iter::once(&self.backoff_hours).chain(self.backoff_hours_by_outcome.values());
        for hours in lists {
            if let Some(wrong) = hours
                .iter()
                .find(|hours| !(0.0..=MAX_BACKOFF_HOURS).contains(*hours))
            {
                return Some((
                    "retry.backoff_hours",
                    format!("{wrong} is not between 0 and {MAX_BACKOFF_HOURS} hours"),
                ));
            }
        }
        None
    }
}

/// Whether any policy may ask for another call after this outcome: an answered call is done, a bad
/// number is blocked, and after an unknown end the callee may have been reached.
const fn may_retry(outcome: Outcome) -> bool {
    !matches!(
        outcome,
        Outcome::Answered | Outcome::BadNumber | Outcome::Unknown
    )
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "validated to lie between 0 and 720 hours"
)]
fn from_hours(hours: f64) -> Millis {
    Millis::new((hours.max(0.0) * 3_600_000.0).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_waits_one_four_and_twenty_four_hours() {
        let policy = RetryPolicy::default();
        let waits: Vec<_> = (1..=4)
            .map(|made| policy.backoff(Outcome::Busy, made))
            .collect();
        let hours = |n| Some(Millis::from_hours(n));
        assert_eq!(waits, [hours(1), hours(4), hours(24), None]);
    }

    #[test]
    fn outcomes_that_prove_contact_or_cannot_be_proved_are_never_retried() {
        for outcome in [Outcome::Answered, Outcome::BadNumber, Outcome::Unknown] {
            assert_eq!(
                RetryPolicy::default().backoff(outcome, 1),
                None,
                "{outcome}"
            );
            let asked = RetryPolicy {
                outcomes: vec![outcome],
                ..RetryPolicy::default()
            };
            assert_eq!(
                asked.problem().map(|(field, _)| field),
                Some("retry.outcomes")
            );
        }
    }

    #[test]
    fn the_last_backoff_repeats_and_an_outcome_may_have_its_own() {
        let policy = RetryPolicy {
            max_retries: 5,
            backoff_hours_by_outcome: BTreeMap::from([(Outcome::Busy, vec![0.25])]),
            ..RetryPolicy::default()
        };
        assert_eq!(
            policy.backoff(Outcome::NoAnswer, 5),
            Some(Millis::from_hours(24))
        );
        assert_eq!(
            policy.backoff(Outcome::Busy, 5),
            Some(Millis::from_minutes(15))
        );
    }
}
