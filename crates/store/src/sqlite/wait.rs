//! Waits for another process while a file is opened: SQLite's own timeout does not cover everything.

use std::time::{Duration, Instant};

/// How often to look whether the other process is done.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A wait that has begun.
pub(super) struct Wait(Instant);

#[expect(
    clippy::disallowed_methods,
    reason = "another process is at work, whose time no clock of a store tells"
)]
impl Wait {
    pub(super) fn begin() -> Self {
        Self(Instant::now())
    }

    /// Waits a little, and returns whether to look again.
    pub(super) fn goes_on(&self, patience: Duration) -> bool {
        std::thread::sleep(LOOK_AGAIN);
        self.0.elapsed() <= patience
    }
}
