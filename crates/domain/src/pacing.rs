//! How fast and how many at once a campaign calls.

use serde::{Deserialize, Serialize};

use crate::{Millis, Timestamp};

/// The most calls that one campaign may have at once.
pub const MAX_CALLS_AT_ONCE: u32 = 20_000;
/// The most calls that one campaign may start in a second.
pub const MAX_CALLS_PER_SECOND: f64 = 2_000.0;
/// The longest delay between calls, in seconds.
pub const MAX_DELAY_SECONDS: f64 = 86_400.0;

/// Pace of a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Pacing {
    /// Seconds between calls, 0 to 86,400: from the end of one to the start of the next when calls are strictly
    /// sequential, from start to start otherwise. Decimals are allowed.
    pub delay_seconds: f64,
    /// Starts per second at most, up to 2,000; unlimited when null.
    pub calls_per_second: Option<f64>,
    /// Calls under way at most, 1 to 20,000; 1 is strictly sequential.
    pub calls_at_once: u32,
}

impl Default for Pacing {
    fn default() -> Self {
        Self {
            delay_seconds: 5.0,
            calls_per_second: None,
            calls_at_once: 1,
        }
    }
}

/// What the pace allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// This many calls may start.
    Calls(u32),
    /// All lines are in use; the end of a call makes room.
    LinesBusy,
    /// The next call may start then.
    NotBefore(Timestamp),
}

impl Pacing {
    /// Least milliseconds from one start to the next.
    fn interval(&self) -> f64 {
        let per_second = self.calls_per_second.map_or(0.0, |rate| 1_000.0 / rate);
        per_second.max(self.delay_seconds * 1_000.0)
    }

    /// Calls that start together: slots are stored in whole milliseconds, so a fast pace counts
    /// slots of several calls, long enough for rounding to stay below 2 %.
    fn group(&self) -> f64 {
        const LEAST_SLOT_MILLIS: f64 = 40.0;
        (LEAST_SLOT_MILLIS / self.interval()).ceil().max(1.0)
    }

    /// Milliseconds from one start to the next, on average, while calls of this length follow each
    /// other without a pause.
    pub(crate) fn cadence(&self, call: Millis) -> f64 {
        let held = if self.calls_at_once == 1 {
            count(call.get()) + self.delay_seconds * 1_000.0
        } else {
            count(call.get()) / f64::from(self.calls_at_once)
        };
        held.max(self.interval())
    }

    /// How many calls may start at `now`, with `live` under way and the next start not before
    /// `next_slot`. A pace that fell behind catches up one second's worth of calls at most.
    pub fn room(&self, live: u32, next_slot: Timestamp, now: Timestamp) -> Room {
        let lines = self.calls_at_once.saturating_sub(live);
        if lines == 0 {
            return Room::LinesBusy;
        }
        if next_slot > now {
            return Room::NotBefore(next_slot);
        }
        if self.interval() == 0.0 {
            return Room::Calls(lines);
        }
        let behind = now.since(self.caught_up(next_slot, now)).get();
        let slots = (count(behind) / (self.interval() * self.group())).floor() + 1.0;
        Room::Calls(
            lines.min(u32::try_from(millis(slots * self.group()).get()).unwrap_or(u32::MAX)),
        )
    }

    /// The next slot after `started` calls began at `now`.
    #[must_use]
    pub fn slot_after_starts(
        &self,
        next_slot: Timestamp,
        started: u32,
        now: Timestamp,
    ) -> Timestamp {
        let spent = millis(self.interval() * f64::from(started));
        if started == 0 {
            next_slot
        } else {
            self.caught_up(next_slot, now) + spent
        }
    }

    /// The next slot after a call ended at `now`.
    #[must_use]
    pub fn slot_after_end(&self, next_slot: Timestamp, now: Timestamp) -> Timestamp {
        if self.calls_at_once == 1 {
            next_slot.max(now + millis(self.delay_seconds * 1_000.0))
        } else {
            next_slot
        }
    }

    /// The slot from which the pace counts on: an idle campaign does not save up its slots.
    fn caught_up(&self, next_slot: Timestamp, now: Timestamp) -> Timestamp {
        let saved = if self.interval() < 1_000.0 {
            Millis::from_secs(1)
        } else {
            Millis::ZERO
        };
        next_slot.max(now - saved)
    }

    /// What is wrong, as (field, advice).
    pub(crate) fn problem(&self) -> Option<(&'static str, String)> {
        if !(0.0..=MAX_DELAY_SECONDS).contains(&self.delay_seconds) {
            return Some((
                "pacing.delay_seconds",
                format!(
                    "{} is not between 0 and {MAX_DELAY_SECONDS} seconds",
                    self.delay_seconds
                ),
            ));
        }
        if let Some(rate) = self.calls_per_second
            && !(rate > 0.0 && rate <= MAX_CALLS_PER_SECOND)
        {
            return Some((
                "pacing.calls_per_second",
                format!("{rate} is not above 0 and at most {MAX_CALLS_PER_SECOND}"),
            ));
        }
        if !(1..=MAX_CALLS_AT_ONCE).contains(&self.calls_at_once) {
            return Some((
                "pacing.calls_at_once",
                format!(
                    "{} is not between 1 and {MAX_CALLS_AT_ONCE}",
                    self.calls_at_once
                ),
            ));
        }
        None
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "validated to lie between 0 and a day"
)]
fn millis(value: f64) -> Millis {
    Millis::new(value.max(0.0).round() as u64)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a gap between two instants, far below 2^53 ms"
)]
const fn count(millis: u64) -> f64 {
    millis as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millis(1_000_000 + ms)
    }

    #[test]
    fn a_sequential_campaign_rests_after_each_call() {
        let pace = Pacing::default();
        let slot = pace.slot_after_starts(at(0), 1, at(0));
        assert_eq!(pace.room(1, slot, at(9_000)), Room::LinesBusy);
        let slot = pace.slot_after_end(slot, at(30_000));
        assert_eq!(pace.room(0, slot, at(30_001)), Room::NotBefore(at(35_000)));
        assert_eq!(pace.room(0, slot, at(35_000)), Room::Calls(1));
    }

    #[test]
    fn idle_time_is_not_saved_up() {
        let pace = Pacing {
            calls_at_once: 100,
            ..Pacing::default()
        };
        assert_eq!(pace.room(0, at(0), at(3_600_000)), Room::Calls(1));
    }

    proptest! {
        #[test]
        fn a_rate_is_kept_within_two_percent_however_the_scheduler_wakes(
            rate in 1.0_f64..1_500.0,
            naps in prop::collection::vec(1_i64..400, 50..200),
        ) {
            let pace = Pacing { delay_seconds: 0.0, calls_per_second: Some(rate), calls_at_once: 20_000 };
            let (mut now, mut slot, mut started) = (at(0), at(0), 0_u32);
            for nap in naps {
                if let Room::Calls(n) = pace.room(0, slot, now) {
                    slot = pace.slot_after_starts(slot, n, now);
                    started += n;
                }
                now = now + Millis::new(nap.unsigned_abs());
            }
            let exact = count(now.since(at(0)).get()) * rate / 1_000.0;
            let (one_slot, last_nap) = (pace.group(), 0.4 * rate);
            prop_assert!(f64::from(started) <= exact * 1.02 + one_slot, "{started} of {exact}");
            prop_assert!(f64::from(started) >= exact * 0.98 - last_nap - one_slot, "{started} of {exact}");
        }
    }
}
