//! The time, as a parameter: the one file that may read the system's clock or sleep.
//!
//! Everything that waits, waits on a [`Clock`], so that a night of calling can be tested in a
//! second and a test gives the same result twice. A clock never decides anything.
#![expect(
    clippy::disallowed_methods,
    reason = "this is where the injected clock touches the real one"
)]

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use ringonce_domain::{Millis, Timestamp};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::deadline::Machine;
pub use crate::ledger_clock::LedgerClock;

/// The time, as everything outside `domain` sees it.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The wall clock.
    fn now(&self) -> Timestamp;

    /// Returns at `instant` or as soon afterwards as possible; at once when it has passed.
    async fn sleep_until(&self, instant: Timestamp);

    /// Takes note of what time it is for all who share a ledger: `theirs`, in answer to a question
    /// put when this clock showed `asked_at`. Clocks that cannot be set ignore it.
    fn set_by(&self, _asked_at: Timestamp, _theirs: Timestamp) {}

    /// What the machine's own clocks show.
    fn machine(&self) -> Machine {
        Machine {
            wall: SystemTime::now(),
            monotonic: Instant::now(),
        }
    }
}

/// What the monotonic clock shows.
pub(crate) fn monotonic() -> Instant {
    Instant::now()
}

/// Sleeps on the monotonic clock.
pub(crate) async fn pause(span: Duration) {
    tokio::time::sleep(span).await;
}

/// The machine's wall clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl SystemClock {
    /// The longest sleep between two looks at the wall clock: how late a sleeper may wake after
    /// the clock was set forward or the machine slept.
    const LONGEST_STEP: Millis = Millis::new(500);
}

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since_1970 = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX))
    }

    async fn sleep_until(&self, instant: Timestamp) {
        loop {
            let left = instant.since(self.now());
            if left == Millis::ZERO {
                return;
            }
            tokio::time::sleep(left.min(Self::LONGEST_STEP).to_std()).await;
        }
    }
}

/// A clock that starts when it is told, runs `speed` times as fast as tokio's, and can be sent
/// ahead across a gap in which nothing is due. It never goes back.
///
/// Under tokio's paused clock it is exact and repeatable. Otherwise tokio's timers, which count
/// whole milliseconds, make a sleeper late by up to `speed` milliseconds of this clock.
#[derive(Debug)]
pub struct VirtualClock {
    start: Timestamp,
    speed: f64,
    created: Instant,
    /// Milliseconds by which the clock was sent ahead.
    skipped: AtomicI64,
    jumps: Notify,
}

impl VirtualClock {
    /// The slowest and the fastest speed.
    const SPEEDS: (f64, f64) = (0.001, 1_000_000.0);

    /// A clock that shows `start`, and then runs `speed` seconds for each of tokio's, between
    /// 0.001 and 1,000,000.
    pub fn new(start: Timestamp, speed: f64) -> Self {
        let (slowest, fastest) = Self::SPEEDS;
        Self {
            start,
            speed: speed.max(slowest).min(fastest),
            created: Instant::now(),
            skipped: AtomicI64::new(0),
            jumps: Notify::new(),
        }
    }

    /// Goes ahead to `instant` and wakes whoever slept until then or earlier; does nothing when
    /// it has passed.
    pub fn advance_to(&self, instant: Timestamp) {
        let unskipped = self.start + self.run();
        let ahead = instant.as_millis().saturating_sub(unskipped.as_millis());
        if self.skipped.fetch_max(ahead, Ordering::AcqRel) < ahead {
            self.jumps.notify_waiters();
        }
    }

    /// How far the clock ran by itself.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "microseconds of a process's life are far below 2^53; the cast saturates"
    )]
    fn run(&self) -> Millis {
        let real_micros = self.created.elapsed().as_micros() as f64;
        Millis::new((real_micros * self.speed / 1_000.0) as u64)
    }

    /// How long `left` on this clock takes on tokio's.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a sleep that is too short is slept again"
    )]
    fn real(&self, left: Millis) -> Duration {
        /// Longer than any process lives, and far from what tokio's timers cannot hold.
        const YEAR: f64 = 365.0 * 86_400.0;
        Duration::from_secs_f64((left.get() as f64 / 1_000.0 / self.speed).min(YEAR))
    }
}

#[async_trait]
impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        let skipped = self.skipped.load(Ordering::Acquire).max(0).unsigned_abs();
        self.start + self.run() + Millis::new(skipped)
    }

    async fn sleep_until(&self, instant: Timestamp) {
        loop {
            // Before the look at the time, so that a jump between the two is not missed.
            let jumped = self.jumps.notified();
            let left = instant.since(self.now());
            if left == Millis::ZERO {
                return;
            }
            tokio::select! {
                biased;
                () = tokio::time::sleep(self.real(left)) => {}
                () = jumped => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_795_000_000_000);

    #[tokio::test(start_paused = true)]
    async fn a_sleeper_wakes_at_the_very_millisecond() {
        for (speed, grain) in [(1.0, 1), (60.0, 60)] {
            let clock = VirtualClock::new(START, speed);
            for wait in [0, 1, 17, 3_600_000] {
                let due = clock.now() + Millis::new(wait);
                clock.sleep_until(due).await;
                let late = clock.now().since(due).get();
                assert!(clock.now() >= due, "speed {speed}, {wait} ms: too early");
                assert!(late < grain, "speed {speed}, {wait} ms: {late} ms late");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn speed_multiplies_tokios_time() {
        let clock = VirtualClock::new(START, 1_000.0);
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert_eq!(clock.now(), START + Millis::from_secs(2_000));
    }

    #[tokio::test(start_paused = true)]
    async fn a_jump_wakes_the_sleepers_that_are_due_and_no_others() {
        let clock = Arc::new(VirtualClock::new(START, 1.0));
        let sleeper = |hours| {
            let clock = Arc::clone(&clock);
            tokio::spawn(async move { clock.sleep_until(START + Millis::from_hours(hours)).await })
        };
        let (soon, later) = (sleeper(1), sleeper(3));
        tokio::task::yield_now().await;
        clock.advance_to(START + Millis::from_hours(2));
        soon.await.unwrap();
        assert_eq!(clock.now(), START + Millis::from_hours(2));
        assert!(!later.is_finished());
        later.await.unwrap();
        assert_eq!(clock.now(), START + Millis::from_hours(3));
    }

    #[tokio::test(start_paused = true)]
    async fn it_never_goes_back() {
        let clock = VirtualClock::new(START, 1.0);
        clock.advance_to(START + Millis::from_hours(2));
        clock.advance_to(START + Millis::from_hours(1));
        clock.advance_to(START - Millis::from_hours(1));
        assert_eq!(clock.now(), START + Millis::from_hours(2));
    }

    #[test]
    fn a_speed_that_makes_no_sense_is_brought_into_range() {
        for speed in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let clock = VirtualClock::new(START, speed);
            assert!(clock.speed.is_finite() && clock.speed > 0.0, "{speed}");
        }
    }

    #[tokio::test]
    async fn the_system_clock_shows_this_century_and_sleeps_on_it() {
        let before = SystemClock.now();
        assert!(before > Timestamp::from_millis(1_700_000_000_000));
        SystemClock.sleep_until(before + Millis::new(5)).await;
        assert!(SystemClock.now() >= before + Millis::new(5));
    }
}
