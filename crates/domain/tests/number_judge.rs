//! Every decision about a number, against Google's rules as another program applies them.
//!
//! The decisions come from `tools/phone-judge/judge.py` through `cargo xtask test phone-judge`,
//! which names their file in `RINGONCE_PHONE_JUDGE`.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};

use ringonce_domain::hours::Zone;
use ringonce_domain::number::{Number, NumberError, Region};
use ringonce_domain::zones::zones_of;
use serde::Deserialize;

const DECISIONS: &str = "RINGONCE_PHONE_JUDGE";

/// One line of the judge.
#[derive(Debug, Deserialize)]
struct Decision {
    raw: String,
    region: Option<Region>,
    /// Refused on purpose, whatever the judge says.
    stricter: bool,
    e164: Option<String>,
    extension: Option<String>,
    national: Option<String>,
    international: Option<String>,
    belongs: Option<String>,
    zones: Option<Vec<String>>,
}

#[test]
fn no_decision_differs_from_the_judges() {
    let path = std::env::var(DECISIONS)
        .unwrap_or_else(|_| panic!("{DECISIONS} is not set: run `cargo xtask test phone-judge`"));
    let file = File::open(&path).unwrap_or_else(|err| panic!("{path}: {err}"));

    let mut tally = Tally::default();
    let mut differences = Vec::new();
    for line in BufReader::new(file).lines() {
        let decision: Decision = serde_json::from_str(&line.unwrap()).unwrap();
        if let Err(difference) = compare(&decision, &mut tally) {
            differences.push(format!(
                "{:?} in {:?}: {difference}",
                decision.raw, decision.region
            ));
        }
    }

    println!("{tally:?}, {} decisions differ", differences.len());
    assert!(
        tally.accepted > 50_000 && tally.refused > 50_000,
        "the judge's file is cut short"
    );
    assert!(
        tally.refused_on_purpose > 10,
        "the messy set was not judged"
    );
    assert!(
        tally.same_zones > tally.more_zones && tally.more_zones > 100,
        "unlisted exchanges were not judged"
    );
    let shown = &differences[..differences.len().min(40)];
    assert!(
        differences.is_empty(),
        "{} differ, such as\n{}",
        differences.len(),
        shown.join("\n")
    );
}

#[derive(Debug, Default)]
struct Tally {
    accepted: usize,
    refused: usize,
    refused_on_purpose: usize,
    same_zones: usize,
    /// Numbers for which we know of more zones than the judge.
    more_zones: usize,
    /// Numbers whose zones are corrected, by the prefix of the correction.
    corrected: BTreeMap<&'static str, usize>,
}

fn compare(decision: &Decision, tally: &mut Tally) -> Result<(), String> {
    let ours = Number::parse(&decision.raw, decision.region);
    if decision.stricter {
        tally.refused_on_purpose += 1;
        return match ours {
            Err(NumberError::ScientificNotation) => Ok(()),
            other => Err(format!(
                "refused for another reason, or not at all: {other:?}"
            )),
        };
    }
    let Ok(ours) = ours else {
        tally.refused += 1;
        return same("number", &None, &decision.e164);
    };
    tally.accepted += 1;
    same("number", &Some(ours.number.to_string()), &decision.e164)?;
    let again = Number::parse(&ours.number.to_string(), None).map(|again| again.number);
    same("number read again", &again, &Ok(ours.number))?;
    same("extension", &ours.extension, &decision.extension)?;
    same(
        "national format",
        &Some(ours.number.national()),
        &decision.national,
    )?;
    same(
        "international format",
        &Some(ours.number.international()),
        &decision.international,
    )?;
    let belongs = ours.number.region().map(|region| region.to_string());
    same("region", &belongs, &decision.belongs)?;
    let theirs = decision.zones.as_deref().unwrap_or_default();
    compare_zones(ours.number, theirs, tally)
}

/// Every zone of the judge's is one of ours: we may know of more, and of others where a correction
/// says why.
fn compare_zones(number: Number, theirs: &[String], tally: &mut Tally) -> Result<(), String> {
    let ours: Vec<&str> = zones_of(number).iter().map(Zone::name).collect();
    if ours == theirs {
        tally.same_zones += 1;
        return Ok(());
    }
    if let Some(correction) =
        corrections().find(|prefix| number.to_string()[1..].starts_with(prefix))
    {
        *tally.corrected.entry(correction).or_default() += 1;
        return Ok(());
    }
    if !ours.is_empty() && theirs.iter().all(|zone| ours.contains(&zone.as_str())) {
        tally.more_zones += 1;
        return Ok(());
    }
    Err(format!("zones: {ours:?}, the judge: {theirs:?}"))
}

/// The prefixes of which the judge's zones are corrected.
fn corrections() -> impl Iterator<Item = &'static str> {
    let lines = include_str!("../src/zones/corrections.tsv").lines();
    lines
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split('\t').nth(2))
        .flat_map(|prefixes| prefixes.split(','))
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, ours: &T, theirs: &T) -> Result<(), String> {
    if ours == theirs {
        Ok(())
    } else {
        Err(format!("{what}: {ours:?}, the judge: {theirs:?}"))
    }
}
