//! All tests, suite by suite: sets up what each needs, runs it, and prints what passed, what failed and how
//! long each took.
//!
//! Each suite says what it proves that no cheaper one does; none repeats the proof of another. Suites that
//! mostly wait run in a second process beside those that compute; its output is shown at its end.

mod api_judge;
mod beside;
mod pgbouncer;
mod phone_judge;
mod readme;
mod recordings_judge;
mod simulation;
mod twilio_judge;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};
use xtask::cargo_tests;
use xtask::suite::{FORMAT, LINT, Report, Suite, TIDY, Tally, conclude};

use crate::postgres::{Postgres, Setup, TEST_POSTGRES};
use crate::{book, browser, kill, packaging, stalled, torture};

/// The suites to run.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Names of suites; all when none is given.
    suites: Vec<String>,
    /// Only list the suites.
    #[arg(long)]
    list: bool,
    /// A file for the results, for the process beside which this one runs.
    #[arg(long, hide = true)]
    report: Option<PathBuf>,
}

/// Before all others: everything that they run is built once.
const FIRST: &[Suite] = &[
    FORMAT,
    TIDY,
    LINT,
    Suite {
        name: "build",
        about: "every test and the program, in the one build that all suites use",
        run: || cargo_tests::build(&mut cargo_tests::workspace()),
    },
];

/// One after the other: they keep the processors busy.
const BUSY: &[Suite] = &[
    Suite {
        name: "unit",
        about: "tests of every crate, on SQLite and PostgreSQL, and the examples in its documentation; \
                the model checker: every order of the steps of two engines",
        run: unit,
    },
    Suite {
        name: "phone-judge",
        about: "every decision about a phone number, against Google's rules as Python has them: an \
                error that our library, too, takes for right",
        run: phone_judge::run,
    },
    Suite {
        name: "simulate",
        about: "2,000 worlds of the whole system on virtual time, with crashes and faults: orders of \
                events over whole campaigns, each repeatable by its seed",
        run: simulation::run_all,
    },
    Suite {
        name: "kill",
        about: "kill -9 at random moments of a campaign of 2,000 contacts: that what the real program \
                and SQLite have written is enough to go on",
        run: || kill::run(&kill::Args::for_ci()).map(|()| Tally::ONE),
    },
    Suite {
        name: "book",
        about: "the book's pages, and every link in them: that the chapters become pages",
        run: || book::build().map(Tally::passed),
    },
    Suite {
        name: "packaging",
        about: "the systemd unit, the Debian package, the container's recipe: that what they name exists",
        run: || packaging::check().map(Tally::passed),
    },
];

/// Beside those, in a second process: they mostly wait.
const BESIDE: &[Suite] = &[
    Suite {
        name: "twilio-judge",
        about: "Twilio's own package: its client drives the look-alike, its validator checks callbacks; \
                an error that adapter and look-alike share",
        run: twilio_judge::run,
    },
    Suite {
        name: "recordings-judge",
        about: "moto, a look-alike of S3: recordings in a bucket, byte for byte, and what keeps them out",
        run: recordings_judge::run,
    },
    Suite {
        name: "stalled",
        about: "an instance that freezes between its durable intent and its request, and wakes late: \
                the deadline of a request, in a real process",
        run: || stalled::run(&stalled::Args { program: None }).map(|()| Tally::ONE),
    },
    Suite {
        name: "pgbouncer",
        about: "behind a pool of sessions, which serves, and of transactions, which is refused",
        run: pgbouncer::run,
    },
    Suite {
        name: "browser",
        about: "the pages in Chromium, as people live through them: what scripts do to the pages",
        run: || {
            let (passed, failures) = browser::tell(&browser::Args::default())?;
            Ok(Tally::of(passed, failures))
        },
    },
    Suite {
        name: "axe",
        about: "axe-core on every page, light and dark: colours, names and roles as a browser has them",
        run: || {
            let (passed, failures) = browser::judge()?;
            Ok(Tally::of(passed, failures))
        },
    },
    Suite {
        name: "api-judge",
        about: "Schemathesis: no fault and no answer that the API does not describe, whatever is asked",
        run: api_judge::run,
    },
];

/// Alone, because others would disturb them.
const ALONE: &[Suite] = &[
    Suite {
        name: "torture",
        about: "3 instances, PostgreSQL and a carrier that loses answers and webhooks under fire for 4 minutes: \
                real processes, clocks and connections that fail together",
        run: || torture::run(&torture::Args::for_ci()).map(|()| Tally::ONE),
    },
    Suite {
        name: "readme",
        about: "the commands of README.md, in an empty folder: that a newcomer gets what it says",
        run: readme::run,
    },
];

fn suites() -> impl Iterator<Item = &'static Suite> {
    [FIRST, BUSY, BESIDE, ALONE].into_iter().flatten()
}

/// Runs the suites asked for; fails when any check failed. Building this rig and the program took
/// `built_in`, and has a line of its own.
pub(crate) fn run(args: &Args, built_in: Option<Duration>) -> Result<()> {
    if args.list {
        println!(
            "{:16} the tests of a minute or two, of the suites format, lint, tidy and unit",
            "quick"
        );
        for suite in suites() {
            println!("{:16} {}", suite.name, suite.about);
        }
        return Ok(());
    }
    let mut reports: Vec<Report> = built_in
        .map(|took| Report {
            name: "build of the rig".to_owned(),
            took,
            tally: Tally::ONE,
        })
        .into_iter()
        .collect();
    reports.extend(if args.suites.is_empty() {
        all()?
    } else {
        chosen(&args.suites)?
            .into_iter()
            .map(Suite::report)
            .collect()
    });
    if let Some(file) = &args.report {
        return beside::report(file, &reports);
    }
    conclude(&reports)
}

/// Every suite, some beside others.
fn all() -> Result<Vec<Report>> {
    let mut reports: Vec<Report> = FIRST.iter().map(Suite::report).collect();
    let beside = beside::Beside::start(BESIDE.iter().map(|suite| suite.name))?;
    reports.extend(BUSY.iter().map(Suite::report));
    reports.extend(beside.wait()?);
    reports.extend(ALONE.iter().map(Suite::report));
    Ok(reports)
}

fn chosen(names: &[String]) -> Result<Vec<&'static Suite>> {
    let find = |name: &String| match suites().find(|suite| suite.name == name) {
        Some(suite) => Ok(suite),
        None => bail!("there is no suite `{name}`; `cargo xtask test --list` names them"),
    };
    names.iter().map(find).collect()
}

/// Every test of every crate. Those of the store on PostgreSQL get a server.
fn unit() -> Result<Tally> {
    let server = Postgres::start(Setup::default())?;
    cargo_tests::run(
        cargo_tests::workspace()
            .arg("--no-fail-fast")
            .env(TEST_POSTGRES, server.url("postgres")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suite_is_found_by_its_name_and_an_unknown_one_refused() {
        assert!(chosen(&["unti".to_owned()]).is_err());
        assert_eq!(chosen(&["unit".to_owned()]).unwrap().len(), 1);
        let names: std::collections::HashSet<_> = suites().map(|suite| suite.name).collect();
        assert_eq!(names.len(), suites().count());
    }
}
