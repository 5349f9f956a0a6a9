//! The time of day, by which the rig's notes are compared with those of other processes. [`crate::stopwatch`]
//! measures durations.

use std::time::{SystemTime, UNIX_EPOCH};

use ringonce_domain::Timestamp;

/// The clock of real processes.
#[expect(clippy::disallowed_methods, reason = "reads what real processes read")]
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
