//! Chance without a random source: every decision is a hash of the seed, of what it is about and
//! of its purpose.
//!
//! No draw depends on how many were made before it, so that the order in which tasks happen to run
//! changes nothing, and a process that was killed finds the same fates when it comes back.

use std::ops::RangeInclusive;

use ringonce_domain::{AttemptId, Millis, Number};

/// What a draw decides. Two purposes never share a draw.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    Persona = 1,
    Behaviour,
    Dialling,
    Ringing,
    Talking,
    BreaksEarly,
    Latency,
    OutageIsSilent,
    LostRequest,
    LostResponse,
    SlowResponse,
    SlowResponseBy,
    Refusal,
    LostEvent,
    EventLatency,
    LateEvent,
    LateEventBy,
    RepeatedEvent,
    EventCopies,
    ReorderedEvent,
    LookUpFailure,
    LookUpLag,
    LookUpLagBy,
    FaultIsPresent,
    FaultSize,
}

/// Dice that are about something; [`Dice::about`] narrows what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) const fn new(seed: u64) -> Self {
        Self(mix(seed))
    }

    pub(super) const fn about(self, word: u64) -> Self {
        Self(mix(self.0 ^ mix(word)))
    }

    pub(super) fn attempt(self, attempt: AttemptId) -> Self {
        let (high, low) = attempt.0.as_u64_pair();
        self.about(high).about(low)
    }

    pub(super) fn number(self, number: Number) -> Self {
        self.about(number.digits())
    }

    /// Evenly between 0 and 1, which is excluded.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are what an f64 holds")]
    pub(super) fn unit(self, purpose: Purpose) -> f64 {
        const STEPS: f64 = (1_u64 << 53) as f64;
        (self.about(purpose as u64).0 >> 11) as f64 / STEPS
    }

    pub(super) fn chance(self, purpose: Purpose, probability: f64) -> bool {
        self.unit(purpose) < probability
    }

    /// Evenly within `range`; the bias of the reduction is below one in 2^32 for any range here.
    pub(super) fn between(self, purpose: Purpose, range: RangeInclusive<u64>) -> u64 {
        let width = u128::from(range.end().saturating_sub(*range.start())) + 1;
        let scaled = (u128::from(self.about(purpose as u64).0) * width) >> 64;
        range.start() + u64::try_from(scaled).unwrap_or(0)
    }

    pub(super) fn millis(self, purpose: Purpose, range: RangeInclusive<u64>) -> Millis {
        Millis::new(self.between(purpose, range))
    }

    /// Within `range`, and short more often than long, as rings and talks are.
    pub(super) fn mostly_short(self, purpose: Purpose, range: RangeInclusive<u64>) -> Millis {
        let one = self.about(1).between(purpose, range.clone());
        Millis::new(one.min(self.about(2).between(purpose, range)))
    }

    /// One of `choices`, each as often as its weight says.
    pub(super) fn pick<T: Copy>(self, purpose: Purpose, choices: &[(u64, T)]) -> Option<T> {
        let total: u64 = choices.iter().map(|(weight, _)| weight).sum();
        let mut left = self.between(purpose, 0..=total.saturating_sub(1));
        choices
            .iter()
            .find(|(weight, _)| {
                let here = left < *weight;
                left = left.saturating_sub(*weight);
                here
            })
            .map(|(_, choice)| *choice)
    }
}

/// The output function of `SplitMix64` (Steele, Lea and Flood 2014), one step on from `state`.
const fn mix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mixer_is_splitmix64() {
        // First outputs of the reference implementation for seed 1234567.
        assert_eq!(mix(1_234_567), 6_457_827_717_110_365_317);
        assert_eq!(
            mix(1_234_567_u64.wrapping_add(0x9E37_79B9_7F4A_7C15)),
            3_203_168_211_198_807_973
        );
    }

    #[test]
    fn draws_spread_evenly_and_keep_their_ends() {
        let mut seen = [0_u32; 6];
        for word in 0..60_000 {
            let draw = Dice::new(7).about(word).between(Purpose::Ringing, 10..=15);
            seen[usize::try_from(draw - 10).unwrap()] += 1;
        }
        for count in seen {
            assert!((9_500..10_500).contains(&count), "{seen:?}");
        }
    }

    #[test]
    fn a_chance_of_nought_never_comes_and_of_one_always() {
        for word in 0..1_000 {
            let dice = Dice::new(7).about(word);
            assert!(!dice.chance(Purpose::LostEvent, 0.0));
            assert!(dice.chance(Purpose::LostEvent, 1.0));
        }
    }

    #[test]
    fn a_pick_follows_the_weights() {
        let choices = [(1, 'a'), (0, 'b'), (3, 'c')];
        let picks = |wanted| {
            (0..40_000)
                .filter(|word| {
                    Dice::new(1).about(*word).pick(Purpose::Persona, &choices) == Some(wanted)
                })
                .count()
        };
        assert!((9_500..10_500).contains(&picks('a')));
        assert_eq!(picks('b'), 0);
        assert!((29_500..30_500).contains(&picks('c')));
    }
}
