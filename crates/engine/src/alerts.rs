//! Alerts: what people must know at once.
//!
//! The log is one receiver; mail and chat are others of the same trait. An emergency stop stands in the
//! ledger until it was raised (see `announcements`); the others are raised by the part that finds them.

use ringonce_domain::{AttemptId, Timestamp};

/// Something that a person should know at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alert {
    /// Nothing is called until a person re-arms.
    EmergencyStop {
        /// When it tripped.
        at: Timestamp,
        /// Who tripped it: a person, or the part that learned of failures or duplicates.
        by: String,
        /// Why.
        reason: String,
    },
    /// A number was rung against the rules.
    Duplicate {
        /// Which number, under which attempt, against which rule.
        what: String,
    },
    /// Our calls of a day and the carrier's own list of them differ.
    Comparison {
        /// Which carrier.
        carrier: String,
        /// The UTC day.
        day: String,
        /// How many differences there are.
        differences: u64,
        /// The first of them.
        first: String,
    },
    /// A carrier refuses our credentials, or its webhooks are signed otherwise than is configured.
    Denied {
        /// Which carrier.
        carrier: String,
        /// Why, and what to do.
        words: String,
        /// How many campaigns were paused for it.
        paused: usize,
    },
    /// A carrier with which calls are under way is not configured any more: nothing is learned of them.
    Absent {
        /// Which carrier.
        carrier: String,
        /// One of its calls.
        attempt: AttemptId,
    },
    /// A carrier may not call a country for us; its contacts wait.
    Country {
        /// Which carrier.
        carrier: String,
        /// The country's code, if the number says it.
        country: Option<String>,
        /// The carrier's words.
        reason: String,
    },
    /// Recordings that carriers never gave.
    RecordingsMissing {
        /// How many.
        count: usize,
        /// The call of the first, and why.
        first: String,
    },
    /// Recordings cannot be kept.
    Archive {
        /// Why.
        error: String,
    },
    /// The ledger cannot be written or read.
    Ledger {
        /// The database's words.
        error: String,
    },
}

/// A receiver of alerts.
pub trait Alerts: Send + Sync {
    /// Raises it; must not block.
    fn raise(&self, alert: &Alert);
}

/// Writes alerts to the log.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogAlerts;

impl Alerts for LogAlerts {
    fn raise(&self, alert: &Alert) {
        match alert {
            Alert::EmergencyStop { at, by, reason } => {
                tracing::error!(%at, %by, %reason, "emergency stop: nothing is called until `ringonce resume-all`");
            }
            Alert::Duplicate { what } => {
                tracing::error!(%what, "a number was rung against the rules");
            }
            Alert::Comparison {
                carrier,
                day,
                differences,
                first,
            } => {
                tracing::error!(%carrier, %day, differences, %first, "our calls and the carrier's list differ");
            }
            Alert::Denied {
                carrier,
                words,
                paused,
            } => {
                tracing::error!(%carrier, paused, "{words}");
            }
            Alert::Absent { carrier, attempt } => {
                tracing::error!(%carrier, %attempt, "a call is under way with a carrier that is not configured any more: nothing is learned of it, and its number stays frozen; configure the carrier again until its calls have ended");
            }
            Alert::Country {
                carrier,
                country,
                reason,
            } => {
                let country = country.as_deref().unwrap_or("unknown");
                tracing::error!(%carrier, country, %reason, "the carrier may not call this country for us; allow it in the voice geographic permissions of its console, and its contacts are called");
            }
            Alert::RecordingsMissing { count, first } => {
                tracing::error!(count, %first, "recordings are missing: `ringonce recordings list --state missing`");
            }
            Alert::Archive { error } => {
                tracing::error!(%error, "recordings cannot be kept; trying again");
            }
            Alert::Ledger { error } => {
                tracing::error!(%error, "the ledger does not answer; trying again");
            }
        }
    }
}
