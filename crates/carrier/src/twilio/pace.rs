//! Calls per second, kept on our side: what is asked faster the carrier queues, for up to a day, and a
//! queued call rings later than planned.
//!
//! Calls pass one door in the order in which they came, a slot apart. A call whose slot lies behind its
//! deadline is turned away at once. So that few come to be turned away, whoever claims calls asks for
//! [`Pace::room`] before, and says how many it claimed.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ringonce_domain::{Millis, Timestamp};

use crate::{Clock, Load};

/// Calls that were announced and did not come within this long will not come.
const EXPECTED_FOR: Millis = Millis::from_secs(3);
/// A slot that is further away than this is none to be claimed for.
const NEAR: Millis = Millis::from_secs(2);
/// By how many microseconds a sleeper may wake late for no other reason than how clocks count.
const GRAIN: i64 = 2_000;
/// How long nothing leaves after the carrier asked us to slow down.
const RESPITE: Millis = Millis::from_secs(2);

/// The door.
pub(super) struct Pace {
    clock: Arc<dyn Clock>,
    per_second: f64,
    at_once: u32,
    /// Held by the call that is next; others queue for it in order.
    door: tokio::sync::Mutex<()>,
    waiting: AtomicU32,
    book: Mutex<Book>,
}

struct Book {
    /// The next slot, in microseconds since 1970: a call lasts no whole milliseconds at most paces.
    next: i64,
    sharers: u32,
    expected: VecDeque<Timestamp>,
}

impl Pace {
    /// So many calls per second, and so many under way, over all who share the account.
    pub(super) fn new(per_second: f64, at_once: u32, clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            per_second,
            at_once,
            door: tokio::sync::Mutex::default(),
            waiting: AtomicU32::new(0),
            book: Mutex::new(Book {
                next: 0,
                sharers: 1,
                expected: VecDeque::new(),
            }),
        }
    }

    /// How many calls may be claimed: those that leave within about a second and find a line.
    pub(super) fn room(&self, load: Load) -> u32 {
        let now = self.clock.now();
        let mut book = self.book();
        book.sharers = load.sharers.max(1);
        while book
            .expected
            .front()
            .is_some_and(|at| *at + EXPECTED_FOR <= now)
        {
            book.expected.pop_front();
        }
        if book.next > micros(now + NEAR) {
            return 0;
        }
        let lines = self.at_once.saturating_sub(load.live);
        let announced = u32::try_from(book.expected.len()).unwrap_or(u32::MAX);
        let coming = announced.saturating_add(self.waiting.load(Ordering::Relaxed));
        lines
            .div_ceil(book.sharers)
            .min(in_a_second(self.per_second, book.sharers).saturating_sub(coming))
    }

    /// Announces calls that were claimed.
    pub(super) fn reserve(&self, calls: usize) {
        let now = self.clock.now();
        self.book().expected.extend((0..calls).map(|_| now));
    }

    /// Waits for a slot. False when there is none before the deadline.
    pub(super) async fn enter(&self, before: Timestamp) -> bool {
        self.book().expected.pop_front();
        let _waiting = Waiting::one(&self.waiting);
        let _door = tokio::select! {
            biased;
            door = self.door.lock() => door,
            () = self.clock.sleep_until(before) => return false,
        };
        let slot = self.book().next;
        if slot >= micros(before) {
            return false;
        }
        self.clock.sleep_until(at_or_after(slot)).await;
        let mut book = self.book();
        let now = micros(self.clock.now());
        // A sleeper wakes on whole milliseconds: what it was late by is not lost.
        let begun = if slot + GRAIN >= now { slot } else { now };
        book.next = begun + apart(self.per_second, book.sharers);
        true
    }

    /// The carrier asked us to slow down.
    pub(super) fn slow_down(&self) {
        let until = micros(self.clock.now() + RESPITE);
        let mut book = self.book();
        book.next = book.next.max(until);
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts a call that waits for its turn, until it is dropped.
struct Waiting<'a>(&'a AtomicU32);

impl<'a> Waiting<'a> {
    fn one(count: &'a AtomicU32) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn micros(at: Timestamp) -> i64 {
    at.as_millis().saturating_mul(1_000)
}

fn at_or_after(micros: i64) -> Timestamp {
    Timestamp::from_millis(micros.div_euclid(1_000) + i64::from(micros.rem_euclid(1_000) > 0))
}

/// How many microseconds lie between two calls of one of so many sharers.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a pace is above 0 and checked; the cast saturates"
)]
fn apart(per_second: f64, sharers: u32) -> i64 {
    (1_000_000.0 * f64::from(sharers) / per_second).ceil() as i64
}

/// How many calls of one of so many sharers leave in a second; at least one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a pace is above 0 and checked; the cast saturates"
)]
fn in_a_second(per_second: f64, sharers: u32) -> u32 {
    (per_second / f64::from(sharers)).max(1.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::VirtualClock;

    const START: Timestamp = Timestamp::from_millis(1_795_446_000_000);

    fn pace(per_second: f64, at_once: u32) -> Arc<Pace> {
        let clock = Arc::new(VirtualClock::new(START, 1.0));
        Arc::new(Pace::new(per_second, at_once, clock))
    }

    fn alone(live: u32) -> Load {
        Load { live, sharers: 1 }
    }

    /// When each of so many calls that come at once passes the door.
    async fn passed(pace: &Arc<Pace>, calls: u32) -> Vec<(u32, u64)> {
        let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
        for nth in 0..calls {
            let (pace, told) = (Arc::clone(pace), told.clone());
            tokio::spawn(async move {
                let before = START + Millis::from_hours(1);
                assert!(pace.enter(before).await);
                told.send((nth, pace.clock.now().since(START).get()))
                    .unwrap();
            });
            tokio::task::yield_now().await;
        }
        drop(told);
        let mut all = Vec::new();
        while let Some(one) = heard.recv().await {
            all.push(one);
        }
        all
    }

    #[tokio::test(start_paused = true)]
    async fn calls_leave_in_their_order_and_no_faster_than_agreed() {
        for (per_second, calls) in [(1.0, 5), (30.0, 91), (0.5, 3), (7.0, 50)] {
            let pace = pace(per_second, 1_000);
            let passed = passed(&pace, calls).await;
            let order: Vec<_> = passed.iter().map(|(nth, _)| *nth).collect();
            assert_eq!(order, (0..calls).collect::<Vec<_>>());
            let last = f64::from(calls - 1) * 1_000.0 / per_second;
            #[expect(clippy::cast_precision_loss, reason = "a few seconds")]
            let took = passed.last().unwrap().1 as f64;
            assert!(took >= last, "{per_second}/s: {took} ms are too few");
            assert!(took <= last * 1.01 + 2.0, "{per_second}/s: {took} ms");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_would_be_too_late_is_turned_away_and_takes_no_slot() {
        let pace = pace(1.0, 10);
        let soon = START + Millis::new(900);
        assert!(pace.enter(soon).await);
        assert!(!pace.enter(soon).await);
        assert_eq!(pace.clock.now(), START, "it waited for nothing");
        assert!(pace.enter(START + Millis::from_secs(5)).await);
        assert_eq!(pace.clock.now(), START + Millis::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn room_is_what_leaves_within_a_second_and_finds_a_line() {
        for (per_second, at_once, live, sharers, expected) in [
            (1.0, 100, 0, 1, 1),
            (30.0, 100, 0, 1, 30),
            (30.0, 100, 90, 1, 10),
            (30.0, 100, 100, 1, 0),
            (30.0, 100, 200, 1, 0),
            (30.0, 100, 0, 3, 10),
            (1.0, 100, 0, 3, 1),
            (30.0, 100, 95, 3, 2),
        ] {
            let room = pace(per_second, at_once).room(Load { live, sharers });
            assert_eq!(room, expected, "{per_second} {at_once} {live} {sharers}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_claimed_is_not_claimed_again_until_it_came_or_will_not() {
        let pace = pace(5.0, 100);
        pace.reserve(4);
        assert_eq!(pace.room(alone(4)), 1);
        assert!(pace.enter(START + Millis::from_secs(5)).await);
        assert_eq!(pace.room(alone(4)), 2);
        pace.clock.sleep_until(START + EXPECTED_FOR).await;
        assert_eq!(pace.room(alone(4)), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn sharers_divide_the_pace() {
        let pace = pace(4.0, 100);
        pace.room(Load {
            live: 0,
            sharers: 2,
        });
        let passed = passed(&pace, 5).await;
        assert_eq!(passed.last().unwrap().1, 2_000);
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_leaves_for_a_while_after_the_carrier_asked_to_slow_down() {
        let pace = pace(10.0, 100);
        pace.slow_down();
        assert_eq!(pace.room(alone(0)), 10, "they wait a little at the door");
        assert!(pace.enter(START + Millis::from_secs(9)).await);
        assert!(pace.clock.now() >= START + RESPITE);
    }
}
