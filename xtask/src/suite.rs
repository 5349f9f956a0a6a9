//! A suite of tests: how it is named, run and counted, and the table that says what came of each and
//! what took how long.
//!
//! A suite that cannot run has failed: nothing is skipped in silence.

use std::time::Duration;

use anyhow::{Result, bail};
use comfy_table::{Table, presets};
use serde::{Deserialize, Serialize};

use crate::stopwatch::{Stopwatch, show};
use crate::tidy;
use crate::workspace::{cargo, run as run_to_end};

/// A set of tests with one way to run them.
pub struct Suite {
    /// What it is asked for by.
    pub name: &'static str,
    /// What it proves, in a line.
    pub about: &'static str,
    /// Runs it.
    pub run: fn() -> Result<Tally>,
}

/// How many checks held and how many did not, and which those were.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Checks that held.
    pub passed: u64,
    /// Checks that did not.
    pub failed: u64,
    /// A line for each that failed.
    pub failures: Vec<String>,
}

/// What became of a suite.
#[derive(Serialize, Deserialize)]
pub struct Report {
    /// The suite's name.
    pub name: String,
    /// How long it took.
    pub took: Duration,
    /// What it counted.
    pub tally: Tally,
}

/// The house's format.
pub const FORMAT: Suite = Suite {
    name: "format",
    about: "the house's format",
    run: || run_to_end(cargo().args(["fmt", "--all", "--check"])).map(|()| Tally::ONE),
};

/// What the compiler and clippy have to say.
pub const LINT: Suite = Suite {
    name: "lint",
    about: "clippy over everything, where a warning is an error",
    run: || {
        run_to_end(cargo().args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--quiet",
            "--",
            "-D",
            "warnings",
        ]))
        .map(|()| Tally::ONE)
    },
};

/// The house rules.
pub const TIDY: Suite = Suite {
    name: "tidy",
    about: "the house rules",
    run: || tidy::run().map(|()| Tally::ONE),
};

impl Suite {
    /// Runs it, and says what came of it.
    pub fn report(&self) -> Report {
        println!("\n== {}: {}", self.name, self.about);
        let watch = Stopwatch::start();
        let tally = (self.run)().unwrap_or_else(|error| {
            println!("error: {error:#}");
            Tally::of(0, vec![format!("{error:#}")])
        });
        Report {
            name: self.name.to_owned(),
            took: watch.elapsed(),
            tally,
        }
    }
}

/// Prints the table, a line for each failure, and the sum; fails when any check failed.
pub fn conclude(reports: &[Report]) -> Result<()> {
    println!("\n{}", table(reports));
    let failures = reports.iter().flat_map(|report| {
        let lines = report.tally.failures.iter();
        lines.map(|line| format!("FAILED {}: {line}", report.name))
    });
    for failure in failures {
        println!("{failure}");
    }
    let total = reports.iter().fold(Tally::default(), |sum, report| {
        sum.plus(report.tally.clone())
    });
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed > 0 {
        bail!("tests failed");
    }
    Ok(())
}

fn table(reports: &[Report]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::ASCII_MARKDOWN)
        .set_header(["suite", "time", "passed", "failed", ""]);
    for report in reports {
        let verdict = if report.tally.failed == 0 {
            "ok"
        } else {
            "FAILED"
        };
        table.add_row([
            report.name.clone(),
            show(report.took),
            report.tally.passed.to_string(),
            report.tally.failed.to_string(),
            verdict.to_owned(),
        ]);
    }
    table
}

impl Tally {
    /// One check that held.
    pub const ONE: Self = Self::passed(1);

    /// So many checks, all of which held.
    pub const fn passed(passed: u64) -> Self {
        Self {
            passed,
            failed: 0,
            failures: Vec::new(),
        }
    }

    /// So many that held, and these that did not.
    pub fn of(passed: u64, failures: Vec<String>) -> Self {
        Self {
            passed,
            failed: failures.len() as u64,
            failures,
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(mut self, other: Self) -> Self {
        self.failures.extend(other.failures);
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            failures: self.failures,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suite_that_cannot_run_has_failed() {
        let suite = Suite {
            name: "a",
            about: "b",
            run: || bail!("python3 is missing"),
        };
        let tally = suite.report().tally;
        assert_eq!(tally, Tally::of(0, vec!["python3 is missing".to_owned()]));
    }
}
