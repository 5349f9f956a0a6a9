//! The lists: they overlap, under rules that matter within minutes.
//!
//! The rig judges by what it asked for, so it keeps every list and every setting.

use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use ringonce_domain::caps::{Cap, CapKind};
use ringonce_domain::{Caps, Number, Pacing, RepeatRule, RetryPolicy, Settings};

use crate::callees::fictitious_numbers;
use crate::site::{CARRIER, TWILIO_NUMBER};

/// How long a phone may ring, in seconds of the accelerated carrier.
const RING_SECONDS: u32 = 12;
/// Waits before a retry, in hours: a few seconds.
const BACKOFF_HOURS: [f64; 2] = [0.001, 0.003];
/// The most retries.
const RETRIES: u32 = 2;
/// Of ten numbers of a list, how many have stood on no list before.
const FRESH_OF_TEN: usize = 6;

/// A campaign as the rig asked for it.
#[derive(Clone, Debug)]
pub(super) struct Submitted {
    /// Its name, which no other has.
    pub(super) name: String,
    pub(super) settings: Settings,
    pub(super) numbers: Vec<Number>,
    /// Whether the server has confirmed it.
    pub(super) acknowledged: bool,
}

/// Makes lists, one after the other, all of them from a seed.
pub(super) struct Lists {
    dice: ChaCha8Rng,
    numbers: Vec<Number>,
    used: usize,
    made: u32,
    /// Calls at once of one campaign.
    lines: u32,
}

impl Lists {
    pub(super) fn new(seed: u64, lines: u32) -> Self {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let mut numbers = fictitious_numbers();
        numbers.shuffle(&mut dice);
        // No carrier calls a number from itself: it would be a bad number without a call.
        numbers.retain(|number| number.to_string() != TWILIO_NUMBER);
        Self {
            dice,
            numbers,
            used: 0,
            made: 0,
            lines,
        }
    }

    /// The next list, of so many contacts; `None` when all numbers have stood on a list.
    pub(super) fn next(&mut self, contacts: usize) -> Option<Submitted> {
        if self.used + contacts > self.numbers.len() {
            return None;
        }
        self.made += 1;
        let before = self.used;
        let fresh = if before == 0 {
            contacts
        } else {
            contacts * FRESH_OF_TEN / 10
        };
        self.used = before + fresh;
        let mut numbers = self.numbers[before..self.used].to_vec();
        let known = &self.numbers[..before];
        numbers.extend(known.sample(&mut self.dice, contacts - numbers.len()));
        numbers.shuffle(&mut self.dice);
        Some(Submitted {
            name: format!("list {}", self.made),
            settings: self.settings(),
            numbers,
            acknowledged: false,
        })
    }

    fn settings(&mut self) -> Settings {
        let repeat = match self.dice.random_range(0..4) {
            0 => RepeatRule::AfterDays(1),
            1 | 2 => RepeatRule::OnlyThisCampaign,
            _ => RepeatRule::NeverAgain,
        };
        let cap = |count, max| Cap {
            count,
            max,
            hours: 1,
        };
        let caps = match self.dice.random_range(0..3) {
            0 => Caps::default(),
            1 => Caps::List(vec![cap(CapKind::Attempts, 3), cap(CapKind::Answered, 1)]),
            _ => Caps::List(vec![cap(CapKind::Attempts, 5), cap(CapKind::Answered, 2)]),
        };
        let calls_per_second = match self.dice.random_range(0..3) {
            0 => None,
            _ => Some(f64::from(self.dice.random_range(4..20_u32))),
        };
        Settings {
            carrier: CARRIER.into(),
            pacing: Pacing {
                delay_seconds: 0.0,
                calls_per_second,
                calls_at_once: self.dice.random_range(self.lines / 2..=self.lines),
            },
            retry: RetryPolicy {
                max_retries: RETRIES,
                backoff_hours: BACKOFF_HOURS.to_vec(),
                ..RetryPolicy::default()
            },
            repeat,
            caps,
            ring_seconds: RING_SECONDS,
            ..Settings::at_any_hour()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn lists_overlap_and_hold_no_number_twice() {
        let mut lists = Lists::new(7, 40);
        let mut seen = BTreeSet::new();
        let mut overlap = 0;
        for nth in 0..20 {
            let asked = lists.next(500).unwrap();
            let numbers: BTreeSet<_> = asked.numbers.iter().copied().collect();
            assert_eq!(numbers.len(), 500, "list {nth}");
            overlap += numbers.intersection(&seen).count();
            seen.extend(numbers);
            asked.settings.validate().unwrap();
        }
        assert_eq!(overlap, 19 * 200);
    }

    #[test]
    fn the_same_seed_asks_for_the_same() {
        let ask = |seed| {
            let mut lists = Lists::new(seed, 40);
            (0..3)
                .map(|_| format!("{:?}", lists.next(50)))
                .collect::<Vec<_>>()
        };
        assert_eq!(ask(3), ask(3));
        assert_ne!(ask(3), ask(4));
    }
}
