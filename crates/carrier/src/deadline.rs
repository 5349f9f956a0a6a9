//! The last look before a request leaves: the one question that every adapter asks immediately
//! before it writes.
//!
//! A process may sleep for any time between its durable `dialing` and its request: it is stopped,
//! its machine is suspended, its clock is set. So the question is put to three clocks, and any one
//! of them may say no. Saying no is always safe: nothing rings, and the contact is called later.

use std::time::{Duration, SystemTime};

use ringonce_domain::{Millis, Timestamp};
use tokio::time::Instant;

use crate::Clock;

/// What the machine's own clocks show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machine {
    /// The wall clock: it runs on while the machine is suspended, and may be set.
    pub wall: SystemTime,
    /// The monotonic clock, which cannot be set.
    pub monotonic: Instant,
}

impl Machine {
    /// The longer of the two times that have passed since `earlier`.
    fn since(&self, earlier: &Self) -> Duration {
        let wall = self.wall.duration_since(earlier.wall).unwrap_or_default();
        let monotonic = self.monotonic.saturating_duration_since(earlier.monotonic);
        wall.max(monotonic)
    }
}

/// The instant from which on a request must not leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    before: Timestamp,
    window: Millis,
    made: Machine,
}

impl Deadline {
    /// A deadline `window` from now.
    pub fn after(window: Millis, clock: &dyn Clock) -> Self {
        Self {
            before: clock.now() + window,
            window,
            made: clock.machine(),
        }
    }

    /// The instant, as the ledger keeps it.
    pub fn before(&self) -> Timestamp {
        self.before
    }

    /// Whether it has passed by the clock that made it, or by either of the machine's. Nothing that
    /// can wait may stand between this question and the write.
    pub fn has_passed(&self, clock: &dyn Clock) -> bool {
        clock.now() >= self.before || clock.machine().since(&self.made) >= self.window.to_std()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;

    use super::*;

    const WINDOW: Millis = Millis::from_secs(10);
    const START: Timestamp = Timestamp::from_millis(1_795_446_000_000);

    /// Three clocks that a test sets one by one.
    struct Clocks(Mutex<(Timestamp, Machine)>);

    impl Clocks {
        fn new() -> Self {
            let machine = Machine {
                wall: SystemTime::UNIX_EPOCH + Duration::from_hours(498_735),
                monotonic: crate::clock::VirtualClock::new(START, 1.0)
                    .machine()
                    .monotonic,
            };
            Self(Mutex::new((START, machine)))
        }

        fn set(&self, change: impl Fn(&mut Timestamp, &mut Machine)) {
            let mut clocks = self.0.lock().unwrap();
            let (now, machine) = &mut *clocks;
            change(now, machine);
        }
    }

    #[async_trait]
    impl Clock for Clocks {
        fn now(&self) -> Timestamp {
            self.0.lock().unwrap().0
        }

        async fn sleep_until(&self, _: Timestamp) {}

        fn machine(&self) -> Machine {
            self.0.lock().unwrap().1
        }
    }

    #[test]
    fn each_of_the_three_clocks_alone_makes_it_pass() {
        type Change = fn(&mut Timestamp, &mut Machine, Duration);
        let changes: [(&str, Change); 3] = [
            ("the ledger's", |now, _, by| {
                *now = *now + Millis::new(u64::try_from(by.as_millis()).unwrap());
            }),
            ("the wall clock", |_, machine, by| machine.wall += by),
            ("the monotonic clock", |_, machine, by| {
                machine.monotonic += by;
            }),
        ];
        for (name, change) in changes {
            let clocks = Clocks::new();
            let deadline = Deadline::after(WINDOW, &clocks);
            assert_eq!(deadline.before(), START + WINDOW);
            clocks.set(|now, machine| change(now, machine, Duration::from_millis(9_999)));
            assert!(!deadline.has_passed(&clocks), "{name}: there is time left");
            clocks.set(|now, machine| change(now, machine, Duration::from_millis(1)));
            assert!(deadline.has_passed(&clocks), "{name}");
        }
    }

    #[test]
    fn a_wall_clock_that_is_set_back_gives_no_time_and_takes_none() {
        let clocks = Clocks::new();
        let deadline = Deadline::after(WINDOW, &clocks);
        clocks.set(|_, machine| machine.wall -= Duration::from_mins(2));
        assert!(!deadline.has_passed(&clocks));
        clocks.set(|_, machine| machine.monotonic += Duration::from_secs(10));
        assert!(deadline.has_passed(&clocks));
    }

    #[test]
    fn a_wall_clock_that_is_set_ahead_makes_it_pass_which_is_safe() {
        let clocks = Clocks::new();
        let deadline = Deadline::after(WINDOW, &clocks);
        clocks.set(|_, machine| machine.wall += Duration::from_mins(2));
        assert!(deadline.has_passed(&clocks));
    }
}
