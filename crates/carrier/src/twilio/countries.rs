//! Countries that the account may not call: asking for each of their numbers would only burden both
//! sides.
//!
//! A few refusals in a row hold a country for an hour, after which one call asks again. Nothing is kept
//! beyond the process: after a restart the carrier is asked again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ringonce_domain::{Millis, Region, Timestamp};

use crate::Clock;

/// Refusals in a row that hold a country.
const ENOUGH: u32 = 3;
/// How long it is held.
const HELD_FOR: Millis = Millis::from_hours(1);

/// What is known of countries.
pub(super) struct Countries {
    clock: Arc<dyn Clock>,
    refused: Mutex<HashMap<Region, (u32, Timestamp)>>,
}

impl Countries {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            refused: Mutex::default(),
        }
    }

    /// Whether calls there need not be asked for.
    pub(super) fn is_held(&self, region: Option<Region>) -> bool {
        let now = self.clock.now();
        region
            .and_then(|region| self.refused().get(&region).copied())
            .is_some_and(|(times, last)| times >= ENOUGH && now < last + HELD_FOR)
    }

    /// The carrier may not call there.
    pub(super) fn refuse(&self, region: Option<Region>) {
        let now = self.clock.now();
        if let Some(region) = region {
            let mut refused = self.refused();
            let (times, last) = refused.entry(region).or_insert((0, now));
            (*times, *last) = (times.saturating_add(1), now);
        }
    }

    /// The carrier calls there.
    pub(super) fn admit(&self, region: Option<Region>) {
        if let Some(region) = region {
            self.refused().remove(&region);
        }
    }

    fn refused(&self) -> MutexGuard<'_, HashMap<Region, (u32, Timestamp)>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::VirtualClock;

    #[tokio::test(start_paused = true)]
    async fn a_country_is_held_after_refusals_in_a_row_and_asked_again_after_an_hour() {
        let start = Timestamp::from_millis(1_795_446_000_000);
        let clock = Arc::new(VirtualClock::new(start, 1.0));
        let countries = Countries::new(Arc::clone(&clock) as Arc<dyn Clock>);
        let [here, there] = ["GB", "FR"].map(|code| code.parse::<Region>().ok());
        countries.refuse(here);
        countries.refuse(here);
        countries.admit(here);
        for _ in 0..ENOUGH {
            assert!(!countries.is_held(here));
            countries.refuse(here);
        }
        assert!(countries.is_held(here));
        assert!(!countries.is_held(there) && !countries.is_held(None));
        clock.advance_to(start + HELD_FOR);
        assert!(!countries.is_held(here));
        countries.refuse(here);
        assert!(countries.is_held(here), "one refusal more is enough");
    }
}
