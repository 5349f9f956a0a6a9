//! The calls of each day, as a series of few points.

use std::collections::BTreeMap;

use super::{MOST_POINTS, Point};
use crate::Timestamp;
use crate::hours::{Zone, date};

/// Calls by day of the campaign's zone.
pub(super) struct Days {
    zone: Zone,
    /// By days since 1970.
    calls: BTreeMap<i32, u64>,
}

impl Days {
    pub(super) const fn new(zone: Zone) -> Self {
        Self {
            zone,
            calls: BTreeMap::new(),
        }
    }

    pub(super) fn add(&mut self, at: Timestamp, calls: u64) {
        if let Some(day) = self.zone.day(at) {
            *self.calls.entry(day.since_1970).or_default() += calls;
        }
    }

    /// How many days a point stands for, and the points.
    pub(super) fn points(&self) -> (u32, Vec<Point>) {
        let (Some((first, _)), Some((last, _))) =
            (self.calls.first_key_value(), self.calls.last_key_value())
        else {
            return (1, Vec::new());
        };
        let days = usize::try_from(last - first).unwrap_or(0) + 1;
        let width = i32::try_from(days.div_ceil(MOST_POINTS)).unwrap_or(i32::MAX);
        let mut points = Vec::new();
        let mut from = *first;
        while from <= *last {
            let to = from.saturating_add(width);
            points.push(Point {
                date: date(from),
                calls: self.calls.range(from..to).map(|(_, calls)| calls).sum(),
            });
            from = to;
        }
        (width.unsigned_abs(), points)
    }
}
