//! All tests, suite by suite: sets up what each needs, runs it, and says what passed, what failed
//! and what took how long.
//!
//! A suite that cannot run has failed: nothing is skipped in silence. Suites that mostly wait run in a
//! process of their own beside those that compute, which shows what it printed once it has ended.

mod api_judge;
mod beside;
mod cargo_tests;
mod pgbouncer;
mod phone_judge;
mod readme;
mod recordings_judge;
mod simulation;
mod twilio_judge;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};
use comfy_table::{Table, presets};
use serde::{Deserialize, Serialize};

use crate::stopwatch::{Stopwatch, show};
use crate::{book, browser, kill, packaging, regenerate, stalled, tidy, torture};

/// Which suites to run.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Names of suites; all when none is given.
    suites: Vec<String>,
    /// Only list the suites.
    #[arg(long)]
    list: bool,
    /// A file for what came of them, for the process beside which this one runs.
    #[arg(long, hide = true)]
    report: Option<PathBuf>,
}

/// How many checks held and how many did not, and which those were.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tally {
    passed: u64,
    failed: u64,
    /// A line for each that failed.
    failures: Vec<String>,
}

/// A set of tests with one way to run them.
struct Suite {
    name: &'static str,
    about: &'static str,
    run: fn() -> Result<Tally>,
    when: When,
}

/// When a suite runs, if all of them do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// In its turn: it keeps the processors busy.
    Busy,
    /// Beside those: it mostly waits.
    Beside,
    /// When nothing else runs: others would be in its way.
    Alone,
}

const SUITES: &[Suite] = &[
    Suite {
        name: "tidy",
        about: "the house rules",
        run: || tidy::run().map(|()| Tally::ONE),
        when: When::Busy,
    },
    Suite {
        name: "regenerate",
        about: "generated files are what the code makes",
        run: || regenerate::check().map(|()| Tally::ONE),
        when: When::Busy,
    },
    Suite {
        name: "unit",
        about: "tests of every crate, and the examples in its documentation",
        run: cargo_tests::workspace,
        when: When::Busy,
    },
    Suite {
        name: "phone-judge",
        about: "every decision about a phone number, against Google's rules as Python has them",
        run: phone_judge::run,
        when: When::Busy,
    },
    Suite {
        name: "twilio-judge",
        about: "Twilio's own package: its client drives the look-alike, its validator checks callbacks",
        run: twilio_judge::run,
        when: When::Beside,
    },
    Suite {
        name: "recordings-judge",
        about: "moto, a look-alike of S3: recordings in a bucket, byte for byte, and what keeps them out",
        run: recordings_judge::run,
        when: When::Beside,
    },
    Suite {
        name: "simulate",
        about: "2,000 worlds of the whole system on virtual time, each with crashes and faults",
        run: simulation::run_all,
        when: When::Busy,
    },
    Suite {
        name: "kill",
        about: "kill -9 at random moments of a campaign of 2,000 contacts",
        run: || kill::run(&kill::Args::for_ci()).map(|()| Tally::ONE),
        when: When::Busy,
    },
    Suite {
        name: "stalled",
        about: "an instance that freezes between its durable intent and its request, and wakes late",
        run: || stalled::run(&stalled::Args { program: None }).map(|()| Tally::ONE),
        when: When::Beside,
    },
    Suite {
        name: "torture",
        about: "3 instances, PostgreSQL and the carrier under fire for 3 minutes",
        run: || {
            torture::run(&torture::Args::for_ci(torture::Through::Simulator)).map(|()| Tally::ONE)
        },
        when: When::Alone,
    },
    Suite {
        name: "torture-twilio",
        about: "the same through the adapter to Twilio, whose answers and webhooks get lost",
        run: || torture::run(&torture::Args::for_ci(torture::Through::Twilio)).map(|()| Tally::ONE),
        when: When::Alone,
    },
    Suite {
        name: "pgbouncer",
        about: "behind a pool of sessions, which serves, and of transactions, which is refused",
        run: pgbouncer::run,
        when: When::Beside,
    },
    Suite {
        name: "browser",
        about: "the pages in Chromium, as people live through them",
        run: || {
            let (passed, failures) = browser::tell(&browser::Args::default())?;
            Ok(Tally::of(passed, failures))
        },
        when: When::Beside,
    },
    Suite {
        name: "axe",
        about: "axe-core on every page, light and dark",
        run: || {
            let (passed, failures) = browser::judge()?;
            Ok(Tally::of(passed, failures))
        },
        when: When::Beside,
    },
    Suite {
        name: "api-judge",
        about: "Schemathesis: no fault and no answer that the API does not describe",
        run: api_judge::run,
        when: When::Beside,
    },
    Suite {
        name: "book",
        about: "the book's pages, and every link in them",
        run: || book::build().map(Tally::passed),
        when: When::Busy,
    },
    Suite {
        name: "packaging",
        about: "the systemd unit, the Debian package, the container's recipe",
        run: || packaging::check().map(Tally::passed),
        when: When::Busy,
    },
    Suite {
        name: "readme",
        about: "the commands of README.md, in an empty folder",
        run: readme::run,
        when: When::Alone,
    },
];

/// What became of a suite.
#[derive(Serialize, Deserialize)]
struct Report {
    name: String,
    took: Duration,
    tally: Tally,
}

/// Runs the suites asked for; fails when any check failed.
pub(crate) fn run(args: &Args) -> Result<()> {
    if args.list {
        for suite in SUITES {
            println!("{:12} {}", suite.name, suite.about);
        }
        return Ok(());
    }
    let reports = if args.suites.is_empty() {
        all()?
    } else {
        chosen(&args.suites)?.into_iter().map(run_suite).collect()
    };
    if let Some(file) = &args.report {
        return beside::report(file, &reports);
    }
    println!("\n{}", table(&reports));
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

/// Every suite, some beside others.
fn all() -> Result<Vec<Report>> {
    let when = |when| SUITES.iter().filter(move |suite| suite.when == when);
    let beside = beside::Beside::start(when(When::Beside).map(|suite| suite.name))?;
    let mut reports: Vec<Report> = when(When::Busy).map(run_suite).collect();
    reports.extend(beside.wait()?);
    reports.extend(when(When::Alone).map(run_suite));
    Ok(reports)
}

fn chosen(names: &[String]) -> Result<Vec<&'static Suite>> {
    if names.is_empty() {
        return Ok(SUITES.iter().collect());
    }
    let find = |name: &String| match SUITES.iter().find(|suite| suite.name == name) {
        Some(suite) => Ok(suite),
        None => bail!("there is no suite `{name}`; `cargo xtask test --list` names them"),
    };
    names.iter().map(find).collect()
}

fn run_suite(suite: &Suite) -> Report {
    println!("\n== {}: {}", suite.name, suite.about);
    let watch = Stopwatch::start();
    let tally = (suite.run)().unwrap_or_else(|error| {
        println!("error: {error:#}");
        Tally::of(0, vec![format!("{error:#}")])
    });
    Report {
        name: suite.name.to_owned(),
        took: watch.elapsed(),
        tally,
    }
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
    const ONE: Self = Self::passed(1);

    /// So many checks, all of which held.
    const fn passed(passed: u64) -> Self {
        Self {
            passed,
            failed: 0,
            failures: Vec::new(),
        }
    }

    /// So many that held, and these that did not.
    fn of(passed: u64, failures: Vec<String>) -> Self {
        Self {
            passed,
            failed: failures.len() as u64,
            failures,
        }
    }

    fn plus(mut self, other: Self) -> Self {
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
            when: When::Busy,
        };
        let tally = run_suite(&suite).tally;
        assert_eq!(tally, Tally::of(0, vec!["python3 is missing".to_owned()]));
    }

    #[test]
    fn an_unknown_suite_is_refused_and_no_name_means_all() {
        assert!(chosen(&["unti".to_owned()]).is_err());
        assert_eq!(chosen(&[]).unwrap().len(), SUITES.len());
        assert_eq!(chosen(&["unit".to_owned()]).unwrap().len(), 1);
    }
}
