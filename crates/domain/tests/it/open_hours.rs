//! The quarters of an hour in which a phone may ring, on one day in each month of 2027: compares
//! zones by their effect, whatever their names.

use ringonce_domain::hours::{CalleeHours, Zone};
use ringonce_domain::{Millis, Timestamp};

/// 2027-01-15T00:00:00Z.
const JANUARY: Timestamp = Timestamp::from_millis(1_799_971_200_000);
const QUARTERS: u64 = 96;

/// Whether the phone may ring in each of them, when it may be in any of the zones.
pub(crate) fn open_quarters(zones: &[Zone]) -> Vec<bool> {
    let hours = CalleeHours::default();
    let days = (0..12).map(|month| JANUARY + Millis::from_days(month * 30));
    days.flat_map(|day| (0..QUARTERS).map(move |quarter| day + Millis::from_secs(quarter * 900)))
        .map(|at| hours.next_open(zones, at) == Some(at))
        .collect()
}

/// Whether every quarter that is open in `zones` is open in `others` too.
pub(crate) fn is_within(zones: &[Zone], others: &[Zone]) -> bool {
    let (inner, outer) = (open_quarters(zones), open_quarters(others));
    inner
        .iter()
        .zip(&outer)
        .all(|(inner, outer)| !inner || *outer)
}
