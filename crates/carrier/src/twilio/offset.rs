//! How far the carrier's clock is from ours.
//!
//! Its calls are dated by its own clock, which need not agree with ours. Each of its answers is dated too,
//! so the difference is learned from those, and from the dates of calls that it named to us. What is learned
//! only widens the time in which a call may have been made: no clock that is not ours decides that there
//! was none.

use std::sync::{Mutex, MutexGuard, PoisonError};

use ringonce_domain::{Millis, Timestamp};

/// A date without a fraction of a second may be this much later.
const GRAIN: i64 = 1_000;

/// The carrier's clock minus ours, in milliseconds: at least and at most, by what was seen last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    least: i64,
    most: i64,
}

/// What was learned of the carrier's clock.
#[derive(Debug, Default)]
pub(super) struct Offset(Mutex<(Option<Span>, Option<Span>)>);

impl Offset {
    /// An answer to a question that was sent and read at these instants has this date.
    pub(super) fn answered(&self, sent: Timestamp, date: Timestamp, read: Timestamp) {
        self.seen().0 = Some(span(sent, date, read));
    }

    /// A call that was asked for between these instants was created at this date.
    pub(super) fn created(&self, from: Timestamp, date: Timestamp, until: Timestamp) {
        self.seen().1 = Some(span(from, date, until));
    }

    /// The times, by the carrier's clock, at which something that happened between these instants may have
    /// been dated.
    pub(super) fn window(
        &self,
        from: Timestamp,
        until: Timestamp,
        slack: Millis,
    ) -> std::ops::RangeInclusive<Timestamp> {
        let (by_answers, by_calls) = *self.seen();
        let seen = || [by_answers, by_calls].into_iter().flatten();
        let least = seen().map(|span| span.least).fold(0, i64::min);
        let most = seen().map(|span| span.most).fold(0, i64::max);
        let shifted =
            |at: Timestamp, by: i64| Timestamp::from_millis(at.as_millis().saturating_add(by));
        shifted(from, least) - slack..=shifted(until, most) + slack
    }

    fn seen(&self) -> MutexGuard<'_, (Option<Span>, Option<Span>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn span(from: Timestamp, date: Timestamp, until: Timestamp) -> Span {
    let date = date.as_millis();
    Span {
        least: date.saturating_sub(until.as_millis()),
        most: date.saturating_add(GRAIN).saturating_sub(from.as_millis()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::from_millis(1_795_290_304_000);
    const SLACK: Millis = Millis::from_secs(60);

    #[test]
    fn the_window_is_wider_by_what_is_known_and_never_narrower() {
        for seconds in [-3_600_i64, -300, -80, 0, 45, 150, 3_600] {
            let theirs = Timestamp::from_millis(AT.as_millis() + seconds * 1_000);
            for by_call in [false, true] {
                let offset = Offset::default();
                let before = offset.window(AT, AT, SLACK);
                if by_call {
                    offset.created(AT, theirs, AT + Millis::from_secs(2));
                } else {
                    offset.answered(AT, theirs, AT + Millis::from_secs(2));
                }
                let window = offset.window(AT, AT, SLACK);
                assert!(window.contains(&theirs), "{seconds} s");
                assert!(window.contains(before.start()) && window.contains(before.end()));
            }
        }
    }
}
