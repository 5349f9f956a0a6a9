//! Who picks up the phone: a persona by number, and how it behaves this time.
//!
//! Whose phone it is depends on the seed and the number alone; how a call is met also depends on
//! the attempt, so that a callee who was busy may answer the next time.

use std::collections::HashMap;

use ringonce_domain::{AttemptId, Number};
use serde::Deserialize;

use super::dice::{Dice, Purpose};

/// How one call is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Behaviour {
    /// A person picks up and talks.
    Answers,
    /// A machine picks up late: for a carrier without answer detection, an answered call.
    Voicemail,
    /// It rings until the caller gives up.
    NoAnswer,
    /// The line is in use.
    Busy,
    /// The callee declines.
    Rejects,
    /// The path breaks, before or while it rings.
    Fails,
    /// No circuit is free; the callee's line is never reached.
    Congested,
    /// The carrier knows that the number does not exist and refuses the call.
    BadAtOnce,
    /// The carrier takes the call, it rings, and then the number proves to be out of service.
    BadAfterRinging,
}

/// Whose phone is where.
///
/// The first that says something decides: `numbers`, `everyone`, the last four digits, and else a
/// population in which about 58 % of first calls are answered, 21 % are not, and 10 % find the line
/// busy. The last four digits are for trying things out, whatever the seed:
///
/// | last four digits | every call |
/// |---|---|
/// | 0101 | is answered |
/// | 0102 | is answered by voicemail |
/// | 0103 | is not answered |
/// | 0104 | finds the line busy |
/// | 0105 | is declined |
/// | 0106 | fails on the way |
/// | 0107 | meets congestion |
/// | 0108 | is refused at once: bad number |
/// | 0109 | rings, and then turns out to be a bad number |
#[derive(Clone, Debug, Default)]
pub struct Personas {
    /// Numbers whose every call is met in one way.
    pub numbers: HashMap<Number, Behaviour>,
    /// How every other call is met, if all in one way.
    pub everyone: Option<Behaviour>,
}

impl Personas {
    /// Every call is met in one way.
    pub fn all(behaviour: Behaviour) -> Self {
        Self {
            everyone: Some(behaviour),
            ..Self::default()
        }
    }

    /// How the call of this attempt to this number is met.
    pub(super) fn meet(&self, seed: Dice, attempt: AttemptId, number: Number) -> Behaviour {
        self.numbers
            .get(&number)
            .copied()
            .or(self.everyone)
            .or_else(|| by_last_four(number))
            .or_else(|| by_population(seed, attempt, number))
            .unwrap_or(Behaviour::Answers)
    }
}

fn by_last_four(number: Number) -> Option<Behaviour> {
    match number.digits() % 10_000 {
        101 => Some(Behaviour::Answers),
        102 => Some(Behaviour::Voicemail),
        103 => Some(Behaviour::NoAnswer),
        104 => Some(Behaviour::Busy),
        105 => Some(Behaviour::Rejects),
        106 => Some(Behaviour::Fails),
        107 => Some(Behaviour::Congested),
        108 => Some(Behaviour::BadAtOnce),
        109 => Some(Behaviour::BadAfterRinging),
        _ => None,
    }
}

fn by_population(seed: Dice, attempt: AttemptId, number: Number) -> Option<Behaviour> {
    let persona = seed.number(number).pick(Purpose::Persona, POPULATION)?;
    seed.attempt(attempt).pick(Purpose::Behaviour, persona)
}

/// Behaviours of one persona, with their weights.
type Persona = &'static [(u64, Behaviour)];

/// The share of each persona, in percent of all numbers. Orders of magnitude of a clean consumer
/// list; nothing depends on their exactness.
const POPULATION: &[(u64, Persona)] = &[
    (70, SOMEBODY),
    (12, MOSTLY_VOICEMAIL),
    (8, SELDOM_THERE),
    (4, OFTEN_ENGAGED),
    (2, BAD_COVERAGE),
    (2, &[(1, Behaviour::BadAtOnce)]),
    (2, &[(1, Behaviour::BadAfterRinging)]),
];

const SOMEBODY: Persona = &[
    (62, Behaviour::Answers),
    (20, Behaviour::NoAnswer),
    (10, Behaviour::Busy),
    (5, Behaviour::Rejects),
    (2, Behaviour::Fails),
    (1, Behaviour::Congested),
];

const MOSTLY_VOICEMAIL: Persona = &[(90, Behaviour::Voicemail), (10, Behaviour::Answers)];

const SELDOM_THERE: Persona = &[(88, Behaviour::NoAnswer), (12, Behaviour::Answers)];

const OFTEN_ENGAGED: Persona = &[(65, Behaviour::Busy), (35, Behaviour::Answers)];

const BAD_COVERAGE: Persona = &[
    (50, Behaviour::Fails),
    (15, Behaviour::Congested),
    (35, Behaviour::Answers),
];

#[cfg(test)]
mod tests {
    use ringonce_domain::Timestamp;

    use super::*;

    fn attempt(n: u16) -> AttemptId {
        let [high, low] = n.to_be_bytes();
        AttemptId::new(
            Timestamp::from_millis(1_795_000_000_000),
            [0, 0, 0, 0, 0, 0, 0, 0, high, low],
        )
    }

    fn number(n: u64) -> Number {
        Number::from_digits(12_020_000_000 + n).unwrap()
    }

    fn is_answered(behaviour: Behaviour) -> bool {
        matches!(behaviour, Behaviour::Answers | Behaviour::Voicemail)
    }

    #[test]
    fn first_calls_are_met_in_realistic_proportions() {
        let personas = Personas::default();
        let met: Vec<_> = (0..20_000_u16)
            .map(|n| personas.meet(Dice::new(1), attempt(n), number(u64::from(n) * 7)))
            .collect();
        let percent = |wanted: fn(Behaviour) -> bool| {
            met.iter().filter(|behaviour| wanted(**behaviour)).count() * 100 / met.len()
        };
        assert!((56..=61).contains(&percent(is_answered)));
        assert!((19..=23).contains(&percent(|met| met == Behaviour::NoAnswer)));
        assert!((8..=11).contains(&percent(|met| met == Behaviour::Busy)));
        assert!((1..=3).contains(&percent(|met| met == Behaviour::BadAtOnce)));
    }

    #[test]
    fn retries_reach_most_of_those_who_were_missed() {
        let personas = Personas::default();
        let meet = |to: u64, nth: u16| {
            let id = attempt(u16::try_from(to).unwrap() * 4 + nth);
            personas.meet(Dice::new(3), id, number(to * 11))
        };
        let missed: Vec<_> = (0..5_000).filter(|to| !is_answered(meet(*to, 0))).collect();
        let reached = missed
            .iter()
            .filter(|to| (1..4).any(|nth| is_answered(meet(**to, nth))))
            .count();
        assert!(reached * 2 > missed.len(), "{reached} of {}", missed.len());
    }

    #[test]
    fn a_bad_number_stays_bad() {
        let personas = Personas::default();
        for to in 0..2_000 {
            let met: Vec<_> = (0..5)
                .map(|nth| personas.meet(Dice::new(1), attempt(nth), number(to)))
                .collect();
            let bad = met
                .iter()
                .filter(|met| **met == Behaviour::BadAtOnce)
                .count();
            assert!(bad == 0 || bad == met.len(), "{to}: {met:?}");
        }
    }

    #[test]
    fn tables_come_before_last_digits_and_last_digits_before_chance() {
        let to = Number::from_digits(12_025_550_104).unwrap();
        let meet = |personas: &Personas| personas.meet(Dice::new(9), attempt(1), to);
        let mut personas = Personas::default();
        assert_eq!(meet(&personas), Behaviour::Busy);
        personas.everyone = Some(Behaviour::NoAnswer);
        assert_eq!(meet(&personas), Behaviour::NoAnswer);
        personas.numbers.insert(to, Behaviour::Answers);
        assert_eq!(meet(&personas), Behaviour::Answers);
    }
}
