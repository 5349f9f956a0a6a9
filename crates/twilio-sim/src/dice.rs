//! Repeatable random numbers: a draw is a hash of the seed, of its subject and of a word for its
//! purpose. No draw depends on how many were made before it.

/// A random source for one subject.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(mix(seed))
    }

    pub(crate) const fn about(self, number: u64) -> Self {
        Self(mix(self.0 ^ mix(number)))
    }

    /// A source for a narrower subject: FNV-1a, then mixed.
    pub(crate) fn of(self, text: &str) -> Self {
        let hash = text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
        self.about(hash)
    }

    /// The bits themselves.
    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    /// Evenly between 0 and 1, which is excluded.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are what an f64 holds")]
    pub(crate) fn unit(self) -> f64 {
        const STEPS: f64 = (1_u64 << 53) as f64;
        (self.0 >> 11) as f64 / STEPS
    }

    pub(crate) fn chance(self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Evenly from 0 up to `below`, which is excluded.
    pub(crate) fn below(self, below: u64) -> u64 {
        u64::try_from((u128::from(self.0) * u128::from(below)) >> 64).unwrap_or(0)
    }
}

/// The output function of `SplitMix64` (Steele, Lea and Flood 2014).
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
    fn a_seed_repeats_and_another_differs() {
        let draw = |seed| Dice::new(seed).of("+12025550123").bits();
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn a_chance_of_nought_never_comes_and_of_one_always() {
        for word in 0..1_000 {
            let dice = Dice::new(7).about(word);
            assert!(!dice.chance(0.0) && dice.chance(1.0));
            assert!(dice.below(6) < 6);
        }
    }
}
