//! Nanoseconds per phone number: parse, validate and write in E.164; and the look-up of its zones.
//!
//! `cargo bench -p ringonce-domain --bench number`

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench measures and prints"
)]

use std::hint::black_box;
use std::time::Instant;

use ringonce_domain::number::{Number, Region};
use ringonce_domain::zones::zones_of;

const NUMBERS: u32 = 100_000;
const ROUNDS: u32 = 5;

fn main() {
    let sample: Vec<(String, Option<Region>)> = (0..NUMBERS).map(spelled).collect();
    let read: Vec<Number> = sample
        .iter()
        .filter_map(|(raw, region)| parse(raw, *region))
        .collect();
    assert!(
        read.len() > sample.len() * 9 / 10,
        "the sample is meant to be mostly valid"
    );

    let parsing = best_of(|| {
        for (raw, region) in &sample {
            black_box(parse(raw, *region).map(|number| number.to_string()));
        }
    });
    println!(
        "number: parse + validate + format {:>6.0} ns per number",
        parsing / f64::from(NUMBERS)
    );

    let zones = best_of(|| {
        for number in &read {
            black_box(zones_of(*number));
        }
    });
    println!(
        "number: candidate zones           {:>6.0} ns per number",
        zones / f64::from(NUMBERS)
    );
}

fn parse(raw: &str, region: Option<Region>) -> Option<Number> {
    Number::parse(raw, region).ok().map(|parsed| parsed.number)
}

/// The fastest of a few rounds, in nanoseconds: the one that other programs disturbed least.
fn best_of(mut round: impl FnMut()) -> f64 {
    let rounds = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        round();
        start.elapsed().as_secs_f64() * 1e9
    });
    rounds.fold(f64::INFINITY, f64::min)
}

/// Four countries in five spellings, 3 % too short.
fn spelled(i: u32) -> (String, Option<Region>) {
    let line = i % 100;
    let (country_code, trunk, region, area, line) = match i % 4 {
        0 => (
            "1",
            "",
            "US",
            [202, 212, 312][i as usize % 3],
            format!("55501{line:02}"),
        ),
        1 => ("44", "0", "GB", 20, format!("794600{line:02}")),
        2 => ("49", "0", "DE", 30, format!("231250{line:02}")),
        _ => ("91", "0", "IN", 81, format!("234567{line:02}")),
    };
    let line = if i.is_multiple_of(33) {
        &line[..4]
    } else {
        &line
    };
    let (head, tail) = line.split_at(3);
    let raw = match i / 4 % 5 {
        0 => format!("+{country_code}{area}{line}"),
        1 => format!("{trunk}{area}{line}"),
        2 => format!("({trunk}{area}) {head}-{tail}"),
        3 => format!("+{country_code} {area} {head} {tail}"),
        _ => format!("{trunk}{area}.{head}.{tail}"),
    };
    (raw, region.parse().ok())
}
