//! Every decision about a number, against Google's rules as another program applies them.
//!
//! The decisions come from `tools/phone-judge/judge.py` through `cargo xtask test phone-judge`,
//! which names their file in `RINGONCE_PHONE_JUDGE`. Ringonce reads a text differently only where a
//! rule of its own says so: `tools/phone-judge/differences.tsv` counts these decisions by rule, and
//! lists those of the messy set. The differences found are written beside the decisions, to be
//! reviewed and copied when a rule has changed.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{BufRead, BufReader};

use ringonce_domain::hours::Zone;
use ringonce_domain::number::{Number, NumberError, Parsed, Region, with_ascii_digits};
use ringonce_domain::zones::zones_of;
use serde::Deserialize;

const DECISIONS: &str = "RINGONCE_PHONE_JUDGE";

/// One line of the judge's output.
#[derive(Debug, Deserialize)]
struct Decision {
    raw: String,
    region: Option<Region>,
    /// A text of the messy set, not a spelling of an example.
    is_messy: bool,
    e164: Option<String>,
    extension: Option<String>,
    national: Option<String>,
    international: Option<String>,
    belongs: Option<String>,
    zones: Option<Vec<String>>,
}

#[test]
#[ignore = "needs the decisions of another program: cargo xtask test phone-judge"]
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
    let found = tally.on_purpose.join();
    std::fs::write(format!("{path}.differences.tsv"), &found).unwrap();
    let written = include_str!("../../../../tools/phone-judge/differences.tsv");
    let written: HashSet<&str> = written.lines().collect();
    let news: Vec<&str> = found
        .lines()
        .filter(|line| !written.contains(line))
        .collect();
    assert!(
        news.is_empty() && found.lines().count() == written.len(),
        "{} lines are in {path}.differences.tsv and not in tools/phone-judge/differences.tsv, or the \
         other way round, such as\n{}",
        news.len(),
        news[..news.len().min(40)].join("\n")
    );
}

/// Decisions that differ because of a rule of ours.
#[derive(Debug, Default)]
struct OnPurpose {
    /// By rule, spellings of examples.
    counts: BTreeMap<&'static str, usize>,
    /// Of the messy set: rule, text, region, and what we read.
    messy: Vec<String>,
}

impl OnPurpose {
    fn add(&mut self, rule: &'static str, decision: &Decision, ours: &str) {
        let region = decision
            .region
            .map(|region| region.to_string())
            .unwrap_or_default();
        let raw = decision.raw.escape_debug();
        if decision.is_messy {
            let theirs = decision.e164.as_deref().unwrap_or("refused");
            self.messy
                .push(format!("{rule}\t{raw}\t{region}\t{ours}\t{theirs}"));
        } else {
            *self.counts.entry(rule).or_default() += 1;
        }
    }

    /// In the file's format.
    fn join(&self) -> String {
        let mut text = String::from(
            "# Where Ringonce decides otherwise than libphonenumber, on purpose: rule, text, region, ours, \
             theirs.\n# Spellings of example numbers are counted by rule.\n",
        );
        for (rule, count) in &self.counts {
            let counted = format!("{rule}\t{count} spellings of examples\n");
            text.push_str(&counted);
        }
        for line in &self.messy {
            text.push_str(line);
            text.push('\n');
        }
        text
    }
}

/// The rule because of which we decide differently.
fn rule(ours: &Result<Parsed, NumberError>, decision: &Decision) -> Option<&'static str> {
    match (ours, &decision.e164) {
        (Err(refusal), Some(_)) => Some(match refusal {
            NumberError::ScientificNotation => "scientific notation",
            NumberError::Letters(_) => "letters",
            NumberError::Characters(_) => "characters",
            NumberError::Is(_) => "no phone number",
            NumberError::Several => "several numbers",
            NumberError::Unclear => "one number or several",
            NumberError::Fax => "fax",
            _ => return None,
        }),
        (Ok(ours), None) => {
            let text = decision.raw.trim_start();
            let typed: String = text.chars().filter(char::is_ascii_digit).collect();
            let digits = ours.number.digits().to_string();
            if text.starts_with("00")
                && typed.trim_start_matches('0').replacen(&digits, "", 1).len() <= 3
            {
                Some("two zeros lead abroad")
            } else if ours.label.is_some() {
                Some("label")
            } else if ours.extension.is_some() {
                Some("extension")
            } else if !text.is_ascii() || text.contains(|c: char| !c.is_ascii_digit()) {
                Some("punctuation")
            } else {
                None
            }
        }
        // The library reads the letters of a mark as digits, or reads on to more digits.
        (Ok(ours), Some(theirs)) if ours.number.to_string() != *theirs => {
            let has_letters = decision.raw.contains(char::is_alphabetic);
            has_letters.then_some("extension")
        }
        _ => None,
    }
}

#[derive(Debug, Default)]
struct Tally {
    accepted: usize,
    refused: usize,
    on_purpose: OnPurpose,
    same_zones: usize,
    /// Numbers for which we know of more zones than the judge.
    more_zones: usize,
    /// Numbers whose zones are corrected, by the prefix of the correction.
    corrected: BTreeMap<&'static str, usize>,
}

fn compare(decision: &Decision, tally: &mut Tally) -> Result<(), String> {
    let ours = Number::parse(&decision.raw, decision.region);
    let read = ours
        .as_ref()
        .map_or_else(|_| "refused".to_owned(), |ours| ours.number.to_string());
    if let Some(rule) = rule(&ours, decision) {
        tally.on_purpose.add(rule, decision, &read);
        return Ok(());
    }
    let Ok(ours) = ours else {
        tally.refused += 1;
        return same("number", &None, &decision.e164);
    };
    tally.accepted += 1;
    same("number", &Some(ours.number.to_string()), &decision.e164)?;
    let again = Number::parse(&ours.number.to_string(), None).map(|again| again.number);
    same("number read again", &again, &Ok(ours.number))?;
    let theirs = decision.extension.as_deref();
    let theirs = theirs.map(|digits| with_ascii_digits(digits).into_owned());
    same("extension", &ours.extension, &theirs)?;
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
    let lines = include_str!("../../src/zones/corrections.tsv").lines();
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
