//! Waves of contacts, and the arithmetic of evenly spaced series.

use crate::caps::{Cap, PastCall};
use crate::{Caps, Millis, Timestamp};

/// Contacts that become due evenly, `gap` milliseconds apart.
#[derive(Clone, Debug)]
pub(super) struct Wave {
    pub(super) due: Timestamp,
    pub(super) gap: f64,
    pub(super) contacts: u64,
    /// How many attempts each contact already had.
    pub(super) made: u32,
    pub(super) group: usize,
    /// The first contact's place in its list, and the distance to the next: of contacts that are
    /// due together the first in the list is called first.
    pub(super) place: f64,
    pub(super) stride: f64,
    /// The past attempts of the first contact, the latest first, and how far apart those of the
    /// others are.
    pub(super) past: Vec<PastCall>,
    pub(super) past_gaps: Vec<f64>,
}

impl Wave {
    /// When the contact at `index` is due.
    pub(super) fn due_at(&self, index: u64) -> Timestamp {
        after(self.due, float(index) * self.gap)
    }

    /// How many are due before `instant`.
    pub(super) fn due_before(&self, instant: Timestamp) -> u64 {
        within(instant.since(self.due), self.gap).min(self.contacts)
    }

    /// Separates the first `count` contacts from the others.
    pub(super) fn split(mut self, count: u64) -> (Self, Option<Self>) {
        if count >= self.contacts {
            return (self, None);
        }
        let mut rest = self.clone();
        rest.due = self.due_at(count);
        rest.contacts -= count;
        rest.begins_with(float(count));
        self.contacts = count;
        (self, Some(rest))
    }

    /// Makes the contact this many places later the first of the wave.
    pub(super) fn begins_with(&mut self, places: f64) {
        self.place += places * self.stride;
        for (call, gap) in self.past.iter_mut().zip(&self.past_gaps) {
            call.ended_at = after(call.ended_at, places * gap);
        }
    }

    /// The gap between the past calls of which the first leaves a cap's window at `instant`: those
    /// that hold the wave until then.
    pub(super) fn gap_of_what_ended(&self, instant: Timestamp, caps: &Caps) -> f64 {
        let holds = |call: &PastCall| {
            let ends = |cap: &Cap| call.ended_at + cap.window() == instant;
            caps.as_slice().iter().any(ends)
        };
        let holding = self.past.iter().position(holds);
        holding.map_or(self.gap, |index| self.past_gaps[index])
    }
}

/// How many members of a series that begins at once and repeats every `gap` come within `span`.
pub(super) fn within(span: Millis, gap: f64) -> u64 {
    if span == Millis::ZERO {
        0
    } else if gap <= 0.0 {
        u64::MAX
    } else {
        whole((millis(span) / gap).ceil())
    }
}

pub(super) fn after(at: Timestamp, millis: f64) -> Timestamp {
    at + Millis::new(whole(millis.round()))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "spans of ten years and counts of millions are far below 2^53"
)]
pub(super) const fn float(count: u64) -> f64 {
    count as f64
}

pub(super) const fn millis(span: Millis) -> f64 {
    float(span.get())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "never negative; what is too large becomes the largest"
)]
pub(super) fn whole(value: f64) -> u64 {
    value.max(0.0) as u64
}
