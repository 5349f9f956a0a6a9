//! The arithmetic of one weekly window in one zone, and of its intersection over several.
//!
//! Between two changes of a zone's offset local time is linear, so openings are found by integer
//! arithmetic inside such a stretch and the search continues at the next change. No local time is
//! ever converted back to an instant across a change: that is where gaps and folds give wrong
//! answers.

use super::{Days, HORIZON, LocalTime, Zone};
use crate::Timestamp;

const DAY: i64 = 86_400_000;
/// 1970-01-01 was a Thursday, three days after Monday.
const EPOCH_WEEKDAY: i64 = 3;

/// A daily window on some weekdays. When `end` is not after `start` it ends on the next day.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) days: Days,
    pub(super) start: LocalTime,
    pub(super) end: LocalTime,
}

/// Milliseconds since 1970-01-01T00:00 in local time.
type Local = i64;

impl Window {
    pub(super) fn is_open(self, zone: &Zone, now: Timestamp) -> bool {
        zone.offset_millis(now)
            .is_some_and(|offset| self.holds(now.as_millis() + offset))
    }

    pub(super) fn next_open(self, zone: &Zone, now: Timestamp) -> Option<Timestamp> {
        first(zone, now, |local| self.opening(local))
    }

    pub(super) fn closes_at(self, zone: &Zone, now: Timestamp) -> Option<Timestamp> {
        if !self.is_open(zone, now) {
            return None;
        }
        first(zone, now, |local| self.closing(local))
    }

    /// The first local time at or after `local` that the window holds.
    fn opening(self, local: Local) -> Option<Local> {
        if self.holds(local) {
            return Some(local);
        }
        let today = local.div_euclid(DAY);
        (today..=today + 7)
            .filter(|day| self.days.contains_index(weekday(*day)))
            .map(|day| day * DAY + self.start.millis())
            .find(|start| *start >= local)
    }

    /// The first local time at or after `local` that the window does not hold.
    fn closing(self, local: Local) -> Option<Local> {
        let mut at = local;
        let limit = local + 8 * DAY;
        while self.holds(at) {
            let day = at.div_euclid(DAY);
            let end_today = day * DAY + self.end.millis();
            at = if end_today > at {
                end_today
            } else {
                end_today + DAY
            };
            if at > limit {
                return None;
            }
        }
        Some(at)
    }

    fn holds(self, local: Local) -> bool {
        let (day, time) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        let (start, end) = (self.start.millis(), self.end.millis());
        let opened_on = |day| self.days.contains_index(weekday(day));
        if start < end {
            start <= time && time < end && opened_on(day)
        } else {
            (start <= time && opened_on(day)) || (time < end && opened_on(day - 1))
        }
    }
}

/// The first instant from `now` on whose local time `find` returns when it is given the local time
/// at the beginning of a stretch: the same or a later local time, if any.
fn first(zone: &Zone, now: Timestamp, find: impl Fn(Local) -> Option<Local>) -> Option<Timestamp> {
    let limit = now + HORIZON;
    let mut from = now;
    while from <= limit {
        let offset = zone.offset_millis(from)?;
        let local = from.as_millis() + offset;
        let found = find(local);
        if found == Some(local) {
            return Some(from);
        }
        let change = zone.next_change(from);
        if let Some(found) = found {
            let at = Timestamp::from_millis(found - offset);
            if change.is_none_or(|change| at < change) {
                return Some(at).filter(|at| *at <= limit);
            }
        }
        from = change?;
    }
    None
}

/// The first instant from `now` on at which the window is open in every zone.
///
/// Each round moves to the latest of the zones' openings, so the search only goes forward; it
/// ends at the horizon when the windows never meet.
pub(super) fn next_open_in_all(
    window: Window,
    zones: &[Zone],
    now: Timestamp,
) -> Option<Timestamp> {
    let limit = now + HORIZON;
    let mut from = now;
    while from <= limit {
        let mut latest = from;
        for zone in zones {
            latest = window.next_open(zone, latest)?;
        }
        if latest == from {
            return Some(from);
        }
        from = latest;
    }
    None
}

/// Days since Monday of the day that comes `day` days after 1970-01-01.
fn weekday(day: i64) -> u8 {
    u8::try_from((day + EPOCH_WEEKDAY).rem_euclid(7)).unwrap_or(0)
}
