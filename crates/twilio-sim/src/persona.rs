//! How a called number answers and behaves: by its last four digits, so that a test knows the result in
//! advance; by the seed for every other number.

use serde::Serialize;

use crate::dice::Dice;

/// The table, as the command's help prints it.
pub const TABLE: &str = "\
  0100-0139  a person, who listens to the end
  014n       a person, who presses key n at the first question
  0150-0154  busy
  0155-0159  nobody answers
  0160-0164  no such number (SIP 404)
  0165-0169  congested (SIP 503)
  0170-0179  voicemail
  0180-0184  a person, who hangs up after 2 seconds
  0185-0189  a person, who answers only after 25 seconds
  0190-0194  the network fails (SIP 500)
  0195-0196  a fax
  others     one of these, by the seed";

/// A phone, with its callee.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Persona {
    /// Seconds from the dialling to the outcome.
    pub(crate) after: f64,
    pub(crate) outcome: Outcome,
}

/// The result of the ringing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Answers(Callee),
    Busy,
    NoAnswer,
    /// The network refuses with this SIP code; nothing rings.
    Fails(u16),
}

/// The person or machine that has picked up.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Callee {
    pub(crate) machine: bool,
    /// A fax machine, which says nothing.
    pub(crate) fax: bool,
    /// The key pressed at the first question.
    pub(crate) key: Option<char>,
    /// Seconds after which the callee hangs up.
    pub(crate) patience: f64,
}

/// The length of a voicemail's greeting, in seconds.
pub(crate) const GREETING: f64 = 8.0;
/// How long it takes to tell a person from a machine, in seconds.
pub(crate) const RECOGNITION: f64 = 3.0;

const RINGS: f64 = 4.0;
const PATIENCE: f64 = 600.0;

pub(crate) const PERSON: Persona = answers(RINGS, None, PATIENCE);
const NOBODY: Persona = Persona {
    after: f64::INFINITY,
    outcome: Outcome::NoAnswer,
};
const BUSY: Persona = Persona {
    after: 2.0,
    outcome: Outcome::Busy,
};
const VOICEMAIL: Persona = Persona {
    after: 20.0,
    outcome: Outcome::Answers(Callee {
        machine: true,
        fax: false,
        key: None,
        patience: 120.0,
    }),
};
const FAX: Persona = Persona {
    after: RINGS,
    outcome: Outcome::Answers(Callee {
        machine: true,
        fax: true,
        key: None,
        patience: 40.0,
    }),
};

const fn answers(after: f64, key: Option<char>, patience: f64) -> Persona {
    Persona {
        after,
        outcome: Outcome::Answers(Callee {
            machine: false,
            fax: false,
            key,
            patience,
        }),
    }
}

const fn fails(code: u16) -> Persona {
    Persona {
        after: 1.0,
        outcome: Outcome::Fails(code),
    }
}

impl Persona {
    /// The persona of this number.
    pub(crate) fn of(number: &str, seed: u64) -> Self {
        // Of a SIP address, what stands before the host.
        let number = number.split('@').next().unwrap_or(number);
        let last: u64 = number
            .len()
            .checked_sub(4)
            .and_then(|from| number.get(from..)?.parse().ok())
            .unwrap_or(u64::MAX);
        by_digits(last).unwrap_or_else(|| by_chance(Dice::new(seed).of("persona").of(number)))
    }
}

fn by_digits(last: u64) -> Option<Persona> {
    Some(match last {
        100..=139 => PERSON,
        140..=149 => answers(RINGS, key(last % 10), PATIENCE),
        150..=154 => BUSY,
        155..=159 => NOBODY,
        160..=164 => fails(404),
        165..=169 => fails(503),
        170..=179 => VOICEMAIL,
        180..=184 => answers(RINGS, None, 2.0),
        185..=189 => answers(25.0, None, PATIENCE),
        190..=194 => fails(500),
        195..=196 => FAX,
        _ => return None,
    })
}

/// A person answers in six of ten cases.
fn by_chance(dice: Dice) -> Persona {
    match dice.below(100) {
        0..45 => PERSON,
        45..55 => answers(RINGS, key(dice.of("key").below(10)), PATIENCE),
        55..60 => answers(RINGS, None, 2.0),
        60..75 => VOICEMAIL,
        75..88 => NOBODY,
        88..95 => BUSY,
        95..98 => fails(404),
        _ => fails(503),
    }
}

fn key(digit: u64) -> Option<char> {
    char::from_digit(u32::try_from(digit).ok()?, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn callee(number: &str, seed: u64) -> Option<Callee> {
        match Persona::of(number, seed).outcome {
            Outcome::Answers(callee) => Some(callee),
            _ => None,
        }
    }

    #[test]
    fn the_last_digits_say_who_picks_up() {
        let key = |number| callee(number, 1).and_then(|callee| callee.key);
        assert_eq!(key("+12025550143"), Some('3'));
        assert_eq!(key("+12025550139"), None);
        for (number, outcome) in [
            ("+12025550150", Outcome::Busy),
            ("+12025550159", Outcome::NoAnswer),
            ("+12025550164", Outcome::Fails(404)),
            ("+12025550165", Outcome::Fails(503)),
            ("+12025550190", Outcome::Fails(500)),
        ] {
            assert_eq!(Persona::of(number, 1).outcome, outcome, "{number}");
            assert_eq!(Persona::of(number, 2).outcome, outcome, "{number}");
        }
        let machine = callee("+12025550170", 1);
        assert!(machine.is_some_and(|callee| callee.machine && !callee.fax));
        assert!(callee("+12025550195", 1).is_some_and(|callee| callee.fax));
    }

    #[test]
    fn the_seed_decides_about_the_others() {
        let answered = |seed| {
            (0..1_000)
                .filter(|n| callee(&format!("+61255501{n:03}"), seed).is_some())
                .count()
        };
        assert!((650..850).contains(&answered(1)), "{}", answered(1));
        assert_ne!(answered(1), answered(2));
    }
}
