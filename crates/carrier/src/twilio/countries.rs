//! Countries that the account may not call: asking for each of their numbers would only burden both
//! sides.
//!
//! A refusal holds a country for a minute, after which one call asks again. Nothing is kept beyond the
//! process: after a restart the carrier is asked again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ringonce_domain::{Millis, Region, Timestamp};

use crate::Clock;

/// How long a country is held.
const HELD_FOR: Millis = Millis::from_minutes(1);

/// What is known of countries.
pub(super) struct Countries {
    clock: Arc<dyn Clock>,
    refused: Mutex<HashMap<Region, Timestamp>>,
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
            .is_some_and(|last| now < last + HELD_FOR)
    }

    /// The carrier may not call there.
    pub(super) fn refuse(&self, region: Option<Region>) {
        let now = self.clock.now();
        if let Some(region) = region {
            self.refused().insert(region, now);
        }
    }

    /// The carrier calls there.
    pub(super) fn admit(&self, region: Option<Region>) {
        if let Some(region) = region {
            self.refused().remove(&region);
        }
    }

    fn refused(&self) -> MutexGuard<'_, HashMap<Region, Timestamp>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::VirtualClock;

    #[tokio::test(start_paused = true)]
    async fn a_country_is_held_after_a_refusal_and_asked_again_after_a_minute() {
        let start = Timestamp::from_millis(1_795_446_000_000);
        let clock = Arc::new(VirtualClock::new(start, 1.0));
        let countries = Countries::new(Arc::clone(&clock) as Arc<dyn Clock>);
        let [here, there] = ["GB", "FR"].map(|code| code.parse::<Region>().ok());
        countries.refuse(here);
        countries.admit(here);
        assert!(!countries.is_held(here));
        countries.refuse(here);
        assert!(countries.is_held(here));
        assert!(!countries.is_held(there) && !countries.is_held(None));
        clock.advance_to(start + HELD_FOR);
        assert!(!countries.is_held(here));
    }
}
