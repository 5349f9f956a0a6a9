//! The time of a ledger that several machines share.
//!
//! It runs on the monotonic clock and is set by what the database says, so that all instances
//! share one time, and a machine whose wall clock is wrong or is set disturbs no other. It never goes
//! back: when it is ahead it runs at half its pace until it is right.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use ringonce_domain::{Millis, Timestamp};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::Clock;
use crate::clock::{SystemClock, monotonic, pause};

/// An answer that took longer says too little about the time.
const LONGEST_QUESTION: Millis = Millis::from_secs(1);
/// A machine whose wall clock differs by more is named in the log.
const WORTH_TELLING: i64 = 2_000;

/// A clock that shows a database's time.
#[derive(Debug)]
pub struct LedgerClock {
    course: Mutex<Course>,
    stepped: Notify,
}

/// How the time goes on from an instant.
#[derive(Debug)]
struct Course {
    /// Whether the database's time was read.
    told: bool,
    from: Instant,
    /// What it showed then, in microseconds since 1970.
    showed: i64,
    /// By how many microseconds it was ahead then.
    ahead: i64,
    /// Whether the log knows that the machine's wall clock is wrong.
    complained: bool,
}

impl Course {
    /// What it shows, in microseconds.
    fn now(&self) -> i64 {
        let passed = micros(self.from.elapsed());
        let half_pace = passed.min(2 * self.ahead);
        self.showed + passed - half_pace / 2
    }

    fn goes_on(&mut self, showed: i64, ahead: i64) {
        (self.from, self.showed, self.ahead) = (monotonic(), showed, ahead);
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX / 4)
}

impl Default for LedgerClock {
    fn default() -> Self {
        Self::starting_at(SystemClock.now())
    }
}

impl LedgerClock {
    /// A clock that shows `start` until the database's time is read; the first reading may set it back too.
    pub fn starting_at(start: Timestamp) -> Self {
        let course = Course {
            told: false,
            from: monotonic(),
            showed: start.as_millis().saturating_mul(1_000),
            ahead: 0,
            complained: false,
        };
        Self {
            course: Mutex::new(course),
            stepped: Notify::new(),
        }
    }

    /// By how many milliseconds the machine's wall clock is ahead of the ledger's time.
    pub fn machine_is_ahead_by(&self) -> i64 {
        SystemClock.now().as_millis() - self.now().as_millis()
    }

    fn course(&self) -> MutexGuard<'_, Course> {
        self.course.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn learn(&self, asked_at: Timestamp, theirs: Timestamp) {
        let mut course = self.course();
        let shows = course.now();
        let question = shows.saturating_sub(asked_at.as_millis().saturating_mul(1_000));
        if question > micros(LONGEST_QUESTION.to_std()) && course.told {
            return;
        }
        // The database looked at its clock at some time in between, most likely half way.
        let doubt = question.max(0) / 2 + 1_000;
        let is = theirs
            .as_millis()
            .saturating_mul(1_000)
            .saturating_add(question.max(0) / 2);
        let behind = is.saturating_sub(shows);
        if !course.told {
            course.goes_on(is, 0);
            course.told = true;
        } else if behind > doubt {
            course.goes_on(is, 0);
        } else if behind < -doubt {
            course.goes_on(shows, behind.saturating_neg());
            return;
        } else {
            return;
        }
        drop(course);
        self.stepped.notify_waiters();
    }

    /// Says once when the machine's wall clock is wrong, and once when it is right again.
    fn compare(&self) {
        let ahead = self.machine_is_ahead_by();
        let wrong = ahead.abs() > WORTH_TELLING;
        let mut course = self.course();
        if std::mem::replace(&mut course.complained, wrong) == wrong {
            return;
        }
        drop(course);
        if wrong {
            tracing::warn!(
                milliseconds = ahead,
                "this machine's clock differs from the database's; calls follow the database. Check its time service"
            );
        } else {
            tracing::info!("this machine's clock agrees with the database's again");
        }
    }
}

#[async_trait]
impl Clock for LedgerClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.course().now().div_euclid(1_000))
    }

    async fn sleep_until(&self, instant: Timestamp) {
        loop {
            // Before the look at the time, so that a step between the two is not missed.
            let stepped = self.stepped.notified();
            let left = instant.since(self.now());
            if left == Millis::ZERO {
                return;
            }
            tokio::select! {
                biased;
                () = pause(left.to_std()) => {}
                () = stepped => {}
            }
        }
    }

    fn set_by(&self, asked_at: Timestamp, theirs: Timestamp) {
        self.learn(asked_at, theirs);
        self.compare();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::time::advance;

    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_795_446_000_000);

    /// A clock that was read to be right.
    fn clock() -> LedgerClock {
        let clock = LedgerClock::starting_at(START);
        clock.set_by(START, START);
        clock
    }

    fn secs(secs: u64) -> Millis {
        Millis::from_secs(secs)
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_word_sets_it_wherever_it_stands() {
        for theirs in [START + secs(3_600), START - secs(3_600)] {
            let clock = LedgerClock::starting_at(START);
            clock.set_by(clock.now(), theirs);
            assert_eq!(clock.now(), theirs);
            advance(Duration::from_secs(5)).await;
            assert_eq!(clock.now(), theirs + secs(5));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn half_of_the_time_that_the_answer_took_is_added() {
        let clock = clock();
        let asked_at = clock.now();
        advance(Duration::from_millis(400)).await;
        clock.set_by(asked_at, START + secs(60));
        assert_eq!(clock.now(), START + secs(60) + Millis::new(200));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_took_long_tells_nothing() {
        let clock = clock();
        let asked_at = clock.now();
        advance(Duration::from_millis(1_001)).await;
        clock.set_by(asked_at, START + secs(60));
        assert_eq!(clock.now(), START + Millis::new(1_001));
    }

    #[tokio::test(start_paused = true)]
    async fn a_difference_within_the_doubt_moves_nothing() {
        let clock = clock();
        let asked_at = clock.now();
        advance(Duration::from_millis(100)).await;
        for theirs in [START, START + Millis::new(100)] {
            clock.set_by(asked_at, theirs);
            assert_eq!(clock.now(), START + Millis::new(100));
        }
        advance(Duration::from_secs(1)).await;
        assert_eq!(clock.now(), START + Millis::new(1_100));
    }

    #[tokio::test(start_paused = true)]
    async fn it_never_goes_back_and_makes_up_for_being_ahead_at_half_its_pace() {
        let clock = clock();
        advance(Duration::from_secs(10)).await;
        clock.set_by(clock.now(), START);
        let mut before = clock.now();
        assert_eq!(before, START + secs(10));
        for _ in 0..40 {
            advance(Duration::from_millis(500)).await;
            assert_eq!(clock.now(), before + Millis::new(250));
            before = clock.now();
        }
        assert_eq!(clock.now(), START + secs(20), "20 s later it is right");
        advance(Duration::from_secs(5)).await;
        assert_eq!(clock.now(), START + secs(25), "and keeps the pace");
    }

    #[tokio::test(start_paused = true)]
    async fn whatever_it_is_told_it_goes_forward() {
        let clock = clock();
        let (mut before, mut dice) = (clock.now(), 7_u64);
        for _ in 0..2_000 {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let word = i64::try_from(dice >> 44).unwrap() - 500_000;
            advance(Duration::from_millis(dice % 700)).await;
            let theirs = Timestamp::from_millis(clock.now().as_millis() + word);
            clock.set_by(clock.now(), theirs);
            assert!(clock.now() >= before);
            before = clock.now();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_sleeper_wakes_in_time_whichever_way_the_clock_is_set() {
        for (word, sleeps) in [(0, 60), (50, 10), (90, 0)] {
            let clock = Arc::new(clock());
            let sleeper = {
                let clock = Arc::clone(&clock);
                tokio::spawn(async move { clock.sleep_until(START + secs(60)).await })
            };
            tokio::task::yield_now().await;
            clock.set_by(clock.now(), START + secs(word));
            let began = monotonic();
            sleeper.await.unwrap();
            assert_eq!(began.elapsed().as_secs(), sleeps, "told {word} s");
        }
        let clock = Arc::new(clock());
        advance(Duration::from_secs(10)).await;
        clock.set_by(clock.now(), START);
        let began = monotonic();
        clock.sleep_until(START + secs(20)).await;
        assert_eq!(began.elapsed().as_secs(), 20, "it sleeps on its own time");
    }
}
