//! All tests, suite by suite: sets up what each needs, runs it, and says what passed, what failed
//! and what took how long.
//!
//! A suite that cannot run has failed: nothing is skipped in silence.

mod api_judge;
mod cargo_tests;
mod pgbouncer;
mod phone_judge;
mod readme;
mod simulation;

use std::time::Duration;

use anyhow::{Result, bail};
use comfy_table::{Table, presets};

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
}

/// How many checks held and how many did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    passed: u64,
    failed: u64,
}

/// A set of tests with one way to run them.
struct Suite {
    name: &'static str,
    about: &'static str,
    run: fn() -> Result<Tally>,
}

const SUITES: &[Suite] = &[
    Suite {
        name: "tidy",
        about: "the house rules",
        run: || tidy::run().map(|()| Tally::ONE),
    },
    Suite {
        name: "regenerate",
        about: "generated files are what the code makes",
        run: || regenerate::check().map(|()| Tally::ONE),
    },
    Suite {
        name: "unit",
        about: "tests of every crate, and the examples in its documentation",
        run: cargo_tests::workspace,
    },
    Suite {
        name: "phone-judge",
        about: "every decision about a phone number, against Google's rules as Python has them",
        run: phone_judge::run,
    },
    Suite {
        name: "simulate",
        about: "2,000 worlds of the whole system on virtual time, each with crashes and faults",
        run: simulation::run_all,
    },
    Suite {
        name: "kill",
        about: "kill -9 at random moments of a campaign of 2,000 contacts",
        run: || kill::run(&kill::Args::for_ci()).map(|()| Tally::ONE),
    },
    Suite {
        name: "stalled",
        about: "an instance that freezes between its durable intent and its request, and wakes late",
        run: || stalled::run(&stalled::Args { program: None }).map(|()| Tally::ONE),
    },
    Suite {
        name: "torture",
        about: "3 instances, PostgreSQL and the carrier under fire for 3 minutes",
        run: || torture::run(&torture::Args::for_ci()).map(|()| Tally::ONE),
    },
    Suite {
        name: "pgbouncer",
        about: "behind a pool of sessions, which serves, and of transactions, which is refused",
        run: pgbouncer::run,
    },
    Suite {
        name: "browser",
        about: "the pages in Chromium, as people live through them",
        run: || {
            let (passed, failed) = browser::tell(&browser::Args::default())?;
            Ok(Tally { passed, failed })
        },
    },
    Suite {
        name: "axe",
        about: "axe-core on every page, light and dark",
        run: || {
            let (passed, failed) = browser::judge()?;
            Ok(Tally { passed, failed })
        },
    },
    Suite {
        name: "api-judge",
        about: "Schemathesis: no fault and no answer that the API does not describe",
        run: api_judge::run,
    },
    Suite {
        name: "book",
        about: "the book's pages, and every link in them",
        run: || book::build().map(Tally::passed),
    },
    Suite {
        name: "packaging",
        about: "the systemd unit, the Debian package, the container's recipe",
        run: || packaging::check().map(Tally::passed),
    },
    Suite {
        name: "readme",
        about: "the commands of README.md, in an empty folder",
        run: readme::run,
    },
];

/// What became of a suite.
struct Report {
    name: &'static str,
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
    let reports: Vec<Report> = chosen(&args.suites)?.into_iter().map(run_suite).collect();
    let total = reports
        .iter()
        .fold(Tally::default(), |sum, report| sum.plus(report.tally));
    println!("\n{}", table(&reports));
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed > 0 {
        bail!("tests failed");
    }
    Ok(())
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
        Tally {
            passed: 0,
            failed: 1,
        }
    });
    Report {
        name: suite.name,
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
            report.name.to_owned(),
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
        Self { passed, failed: 0 }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
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
        assert_eq!(
            run_suite(&suite).tally,
            Tally {
                passed: 0,
                failed: 1
            }
        );
    }

    #[test]
    fn an_unknown_suite_is_refused_and_no_name_means_all() {
        assert!(chosen(&["unti".to_owned()]).is_err());
        assert_eq!(chosen(&[]).unwrap().len(), SUITES.len());
        assert_eq!(chosen(&["unit".to_owned()]).unwrap().len(), 1);
    }
}
