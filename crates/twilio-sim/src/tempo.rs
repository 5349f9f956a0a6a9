//! Time: the one file of this crate that reads the clock or sleeps.
//!
//! Dates are real, so that a list of today's calls is today's. Waits of a call (ringing, conversation,
//! the queue) pass `speed` times as fast; those of HTTP do not.
#![expect(
    clippy::disallowed_methods,
    reason = "this crate shares no code with Ringonce, and this is where it touches the clock"
)]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The speed of calls.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tempo {
    speed: f64,
}

impl Tempo {
    /// The slowest and the fastest.
    const SPEEDS: (f64, f64) = (0.01, 100_000.0);

    pub(crate) fn new(speed: f64) -> Self {
        let (slowest, fastest) = Self::SPEEDS;
        Self {
            speed: speed.max(slowest).min(fastest),
        }
    }

    /// Milliseconds since 1970.
    pub(crate) fn now() -> i64 {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    /// Waits for this many of a call's seconds.
    pub(crate) async fn pause(self, seconds: f64) {
        Self::real_pause(Duration::from_secs_f64(
            (seconds / self.speed).clamp(0.0, 1e8),
        ))
        .await;
    }

    /// Waits in real time.
    pub(crate) async fn real_pause(span: Duration) {
        tokio::time::sleep(span).await;
    }

    /// How many of a call's seconds passed between two instants.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a process's life in milliseconds is far below 2^53"
    )]
    pub(crate) fn seconds(self, from: i64, until: i64) -> f64 {
        until.saturating_sub(from).max(0) as f64 / 1_000.0 * self.speed
    }
}
