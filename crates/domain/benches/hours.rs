//! Nanoseconds to decide whether a phone may ring: the cost of a claim for each contact.
//!
//! `cargo bench -p ringonce-domain --bench hours`

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench measures and prints"
)]

use std::hint::black_box;
use std::time::Instant;

use ringonce_domain::Timestamp;
use ringonce_domain::hours::{BusinessHours, CalleeHours, Zone};

const QUESTIONS: u32 = 100_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let berlin: Zone = "Europe/Berlin".parse()?;
    let coasts: Vec<Zone> = vec!["America/New_York".parse()?, "America/Los_Angeles".parse()?];
    let friday_noon = at("2026-11-20T12:00:00Z")?;
    let friday_night = at("2026-11-20T23:00:00Z")?;
    let evening_utc = at("2026-11-20T20:00:00Z")?;

    let business = BusinessHours::default();
    let callee = CalleeHours::default();
    report("business hours, open", friday_noon, |now| {
        business.next_open(&berlin, now)
    });
    report("business hours, closed", friday_night, |now| {
        business.next_open(&berlin, now)
    });
    report("callee hours, two zones, open", evening_utc, |now| {
        callee.next_open(&coasts, now)
    });
    report("callee hours, two zones, closed", friday_noon, |now| {
        callee.next_open(&coasts, now)
    });
    Ok(())
}

fn at(utc: &str) -> Result<Timestamp, jiff::Error> {
    Ok(Timestamp::from_millis(
        utc.parse::<jiff::Timestamp>()?.as_millisecond(),
    ))
}

fn report(what: &str, now: Timestamp, question: impl Fn(Timestamp) -> Option<Timestamp>) {
    let start = Instant::now();
    for _ in 0..QUESTIONS {
        black_box(question(black_box(now)));
    }
    let nanos = start.elapsed().as_secs_f64() * 1e9 / f64::from(QUESTIONS);
    println!("hours: {what:<32} {nanos:>6.0} ns");
}
