//! Generates realistic lists of any size, for benches and tests; the same seed gives the same list.
//!
//! Four countries, numbers written in many ways, 3 % bad rows, 10 % duplicates. The numbers are made up
//! but valid, and some may be in use: such a list is for reading and for the simulated carrier, never
//! to be dialled.

use std::io::{self, Write};

/// The header of a sample.
pub const HEADER: [&str; 6] = ["Name", "Phone", "City", "Plan", "Signed up", "Note"];

/// The region that numbers without a country code belong to.
pub const REGION: &str = "US";

/// The rows of a sample, one text for each column of [`HEADER`].
pub fn rows(count: u32, seed: u64) -> impl Iterator<Item = [String; 6]> {
    let mut dice = Dice(seed);
    let mut known: Vec<Person> = Vec::new();
    (0..count).map(move |index| {
        let percent = dice.below(100);
        let number = if percent < 3 {
            dice.pick(&BAD).to_owned()
        } else if percent < 13 && !known.is_empty() {
            known[dice.index(known.len())].written(&mut dice)
        } else {
            let person = Person {
                country: dice.index(4),
                serial: index,
            };
            known.push(person);
            person.written(&mut dice)
        };
        [
            format!("{} {}", dice.pick(&FIRST_NAMES), dice.pick(&LAST_NAMES)),
            number,
            dice.pick(&CITIES).to_owned(),
            dice.pick(&PLANS).to_owned(),
            format!("2024-{:02}-{:02}", 1 + dice.below(12), 1 + dice.below(28)),
            dice.pick(&NOTES).to_owned(),
        ]
    })
}

/// Writes a sample as CSV.
pub fn write_csv(count: u32, seed: u64, out: impl Write) -> io::Result<()> {
    let mut out = csv::Writer::from_writer(out);
    out.write_record(HEADER)?;
    for row in rows(count, seed) {
        out.write_record(row)?;
    }
    out.flush()
}

const FIRST_NAMES: [&str; 10] = [
    "Ada", "Grace", "Alan", "Lin", "José", "Jürgen", "Priya", "Chloë", "Søren", "Mai",
];
const LAST_NAMES: [&str; 8] = [
    "Specimen", "Mockford", "Testwell", "García", "Müller", "Sharma", "O'Brien", "Nguyen",
];
const CITIES: [&str; 6] = [
    "New York", "London", "Berlin", "Mumbai", "Denver", "München",
];
const PLANS: [&str; 4] = ["basic", "plus", "pro", ""];
const NOTES: [&str; 5] = [
    "",
    "prefers mornings",
    "asked for \"Premium\", call back",
    "speaks German; some English",
    "VIP",
];
/// Fields that are not phone numbers, in the ways that real lists have them.
const BAD: [&str; 6] = [
    "555-012",
    "n/a",
    "1.2E+10",
    "",
    "not known",
    "+1 202 555 0123 4567 89",
];

/// A person with a number that no other person in the sample has.
#[derive(Clone, Copy)]
struct Person {
    country: usize,
    serial: u32,
}

impl Person {
    /// The number in one of the ways in which people of the country write it.
    fn written(self, dice: &mut Dice) -> String {
        // Spreads consecutive numbers over the range; one to one because the factor is coprime to it.
        let spread = |range: u64| u64::from(self.serial) * 7_654_321 % range;
        match self.country {
            0 => {
                let local = spread(7_000_000) + 2_000_000;
                let (exchange, line) = (local / 10_000, local % 10_000);
                match dice.below(7) {
                    0 => format!("+1212{local}"),
                    1 => format!("(212) {exchange}-{line:04}"),
                    2 => format!("212-{exchange}-{line:04}"),
                    3 => format!("212.{exchange}.{line:04}"),
                    4 => format!("1 212 {exchange} {line:04}"),
                    5 => format!("1212{local}.0"),
                    _ => format!("212{local}"),
                }
            }
            1 => {
                let local = spread(30_000_000);
                let (head, tail) = (local / 1_000_000, local % 1_000_000);
                match dice.below(3) {
                    0 => format!("+4474{head:02}{tail:06}"),
                    1 => format!("+44 74{head:02} {tail:06}"),
                    _ => format!("+44 (0) 74{head:02} {tail:06}"),
                }
            }
            2 => {
                let local = 20_000_000 + spread(70_000_000);
                match dice.below(3) {
                    0 => format!("+49151{local}"),
                    1 => format!("+49 151 {local}"),
                    _ => format!("0049 151/{local}").replacen("00", "011 ", 1),
                }
            }
            _ => {
                let local = spread(10_000_000);
                match dice.below(3) {
                    0 => format!("+91981{local:07}"),
                    1 => format!("+91 981{:02} {:05}", local / 100_000, local % 100_000),
                    _ => format!("+91-981{:02}-{:05}", local / 100_000, local % 100_000),
                }
            }
        }
    }
}

/// Pseudo-random numbers (`SplitMix64`), the same on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u32) -> u32 {
        u32::try_from(self.next() % u64::from(limit)).unwrap_or(0)
    }

    fn index(&mut self, length: usize) -> usize {
        self.below(u32::try_from(length).unwrap_or(u32::MAX)) as usize
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.index(choices.len())]
    }
}
