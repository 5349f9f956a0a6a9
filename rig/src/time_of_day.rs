//! The time of day, for setting what the rig notes beside what other processes note. Durations are
//! measured by [`crate::stopwatch`].

use std::time::{SystemTime, UNIX_EPOCH};

use ringonce_domain::Timestamp;

/// The time that real processes read.
#[expect(clippy::disallowed_methods, reason = "reads what real processes read")]
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
