//! A stalled process, for real: an instance is frozen between its durable `dialing` and its request, stays
//! frozen until another has found out that the call was never placed and has rung the number, and goes on. It
//! must not ring.
//!
//! The moment is not left to chance. The proxy delays the database's answers, so for half a second an attempt
//! is `dialing` for every session, while its owner does not know of its own commit. The rig sees that by SQL
//! and freezes the owner. Then the answer passes: when the owner wakes, it reads that it may dial.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use ringonce_carrier::simulator::log::{Entry, Event};
use ringonce_carrier::simulator::truth;
use ringonce_domain::{AttemptId, Number, Pacing, RetryPolicy, Settings};
use serde_json::Value;

use crate::callees::csv;
use crate::proxy::Flow;
use crate::site::{CARRIER, DATABASE, Line, Plan, Site};
use crate::stopwatch::{Stopwatch, pause, show};
use crate::workspace::{debug_binary, target};

/// The program under test.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The program, instead of building it in release.
    #[arg(long, value_name = "FILE")]
    pub(crate) program: Option<PathBuf>,
}

/// Area codes of the callees: 555-0101 always picks up at the look-alike.
const AREAS: [u64; 5] = [201, 202, 203, 205, 206];
/// How long the database's answers are delayed: time for the rig to look and to freeze.
const ON_THE_WAY: Duration = Duration::from_millis(500);
/// The time for an import into a database with such answers.
const IMPORTED: Duration = Duration::from_mins(5);
/// The time until the attempt is `dialing`.
const DIALS: Duration = Duration::from_mins(1);
/// The time until the other has taken over, looked twice and rung: the deadline, the carrier's settling time,
/// a minute between the looks, and room for a slow machine.
const RUNG_BY_ANOTHER: Duration = Duration::from_mins(5);
/// The time after the owner has woken within which a request would leave.
const AFTER_WAKING: Duration = Duration::from_secs(20);

/// Attempts that are `dialing`.
const DIALING: &str = "SELECT id FROM attempts WHERE state = 'dialing'";

/// Freezes, waits, wakes and judges.
pub(crate) fn run(args: &Args) -> Result<()> {
    let program = if let Some(program) = &args.program {
        program.canonicalize().context("the program")?
    } else {
        debug_binary("ringonce")
    };
    let folder = target().join("stalled");
    let plan = Plan {
        folder: folder.clone(),
        instances: 2,
        seed: 1,
        carrier: &[],
        hurry: 4,
        clocks: false,
        program,
    };
    stalled(&plan).with_context(|| format!("the logs are in {}", folder.display()))
}

fn stalled(plan: &Plan) -> Result<()> {
    let mut site = Site::start(plan)?;
    // The other starts when it is needed, so that no other instance can lead the campaign.
    site.instances[1].kill()?;
    let settings = settings();
    let numbers: Vec<Number> = AREAS
        .iter()
        .filter_map(|area| Number::from_digits((1_000 + area) * 10_000_000 + 5_550_101))
        .collect();
    site.instances[0].order_answers(Line::Database, Flow::Slow(ON_THE_WAY));
    start_campaign(&site, &settings, &numbers)?;

    let stalled = freeze_in_mid_dial(&mut site)?;
    let watch = Stopwatch::start();
    println!(
        "frozen with {} calls between `dialing` and their request",
        stalled.len()
    );
    site.instances[0].order(Line::Database, Flow::Open);
    site.instances[1].start()?;
    until_rung_by_another(&mut site, &numbers)?;
    println!(
        "every number was rung by another after {}",
        show(watch.elapsed())
    );

    site.instances[0].thaw()?;
    pause(AFTER_WAKING);
    site.instances[0].lives()?;
    let log = read(&site)?;
    if let Some(entry) = log.iter().find(|entry| stalled.contains(&entry.attempt)) {
        let story: Vec<String> = log
            .iter()
            .filter(|other| other.number == entry.number)
            .map(|entry| serde_json::to_string(entry).unwrap_or_default())
            .collect();
        anyhow::bail!(
            "after {} the stalled process asked for {} all the same:\n{}",
            show(watch.elapsed()),
            entry.number,
            story.join("\n")
        );
    }
    let truth = truth::check(site.judged_log()?.as_bytes(), |_| Some(&settings))?;
    ensure!(
        truth.violations.is_empty(),
        "rung against the rules: {:?}",
        truth.violations.first()
    );
    println!(
        "woken after {}: it rang nobody; {} numbers rung, 0 rung twice",
        show(watch.elapsed()),
        truth.numbers
    );
    Ok(())
}

fn settings() -> Settings {
    Settings {
        pacing: Pacing {
            delay_seconds: 0.0,
            calls_per_second: None,
            calls_at_once: 20,
        },
        retry: RetryPolicy {
            max_retries: 3,
            backoff_hours: vec![0.001],
            ..RetryPolicy::default()
        },
        carrier: CARRIER.into(),
        ..Settings::at_any_hour()
    }
}

fn start_campaign(site: &Site, settings: &Settings, numbers: &[Number]) -> Result<()> {
    let json = settings.to_json();
    let fields = [("name", "stalled"), ("settings", &json), ("start", "true")];
    let client = &site.clients(IMPORTED)[0];
    client
        .post_file(
            "/api/v1/campaigns",
            "stalled",
            &fields,
            ("list.csv", &csv(numbers)),
        )?
        .read::<Value>()
        .map(drop)
}

/// Freezes the owner as soon as an attempt is `dialing`, and returns the attempts for which the carrier has
/// not been asked.
fn freeze_in_mid_dial(site: &mut Site) -> Result<BTreeSet<AttemptId>> {
    let watch = Stopwatch::start();
    while site.postgres.sql(DATABASE, DIALING)?.is_empty() {
        site.instances[0].lives()?;
        ensure!(watch.elapsed() < DIALS, "nothing is dialled");
        pause(Duration::from_millis(5));
    }
    site.instances[0].freeze()?;
    let dialing = site.postgres.sql(DATABASE, DIALING)?;
    let asked: BTreeSet<AttemptId> = read(site)?.iter().map(|entry| entry.attempt).collect();
    let stalled: BTreeSet<AttemptId> = dialing
        .lines()
        .map(|line| line.parse().context("an attempt's id"))
        .collect::<Result<BTreeSet<_>>>()?
        .difference(&asked)
        .copied()
        .collect();
    ensure!(
        !stalled.is_empty(),
        "no call was caught between `dialing` and its request"
    );
    Ok(stalled)
}

fn until_rung_by_another(site: &mut Site, numbers: &[Number]) -> Result<()> {
    let watch = Stopwatch::start();
    loop {
        let rung: BTreeSet<Number> = read(site)?
            .iter()
            .filter(|entry| entry.event == Event::Ring)
            .map(|entry| entry.number)
            .collect();
        if numbers.iter().all(|number| rung.contains(number)) {
            return Ok(());
        }
        site.instances[1].lives()?;
        ensure!(
            watch.elapsed() < RUNG_BY_ANOTHER,
            "after {} only {} of {} numbers were rung by another",
            show(watch.elapsed()),
            rung.len(),
            numbers.len()
        );
        pause(Duration::from_millis(200));
    }
}

fn read(site: &Site) -> Result<Vec<Entry>> {
    Ok(site.calls()?.into_iter().map(|call| call.entry).collect())
}
