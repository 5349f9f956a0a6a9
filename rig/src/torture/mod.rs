//! Torture: several real instances, a real PostgreSQL and a carrier in its own process, disturbed in an order
//! that a seed gives, while campaigns run. Then the faults end, everything has to come to rest, and is
//! judged.
//!
//! The judge reads the carrier's log and the rules that the rig asked for: 0 numbers rung twice, 0 contacts
//! forgotten, no campaign faster than it may be, no call while held.

mod ends;
mod evidence;
mod fault;
mod fault_injector;
mod judge;
mod lists;
mod operators;
mod timeline;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use comfy_table::{Table, presets};
use ringonce_domain::{Millis, Timestamp};

use self::evidence::Calls;
use self::fault::{Fault, Schedule};
use self::fault_injector::{FaultInjector, Order, Tally};
use self::judge::{Case, Verdict};
use self::lists::Lists;
use self::operators::Operators;
use self::timeline::{Timeline, story};
use crate::site::{DATABASE, Instance, Plan, Site};
use crate::stopwatch::{pause, show};
use crate::time_of_day::now;
use crate::workspace::{debug_binary, target};

/// The duration and the faults.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How long faults go on; coming to rest takes some minutes more.
    #[arg(long, default_value_t = 4)]
    minutes: u64,
    /// The seed of the order of faults, the lists and rules, and the carrier's faults.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many instances share the database.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=9))]
    instances: u64,
    /// The program to torture, instead of building it in release.
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

impl Args {
    /// Long enough for every kind of fault.
    pub(crate) const fn for_ci() -> Self {
        Self {
            minutes: 4,
            seed: 1,
            instances: 3,
            program: None,
        }
    }
}

/// Everything has come to rest this long after the last fault: lost calls are looked up twice, at
/// least a minute apart, and may be retried.
const REST: Duration = Duration::from_mins(8);
/// How many times as fast as usual calls go by.
const HURRY: u32 = 4;
/// The most calls at once of one campaign.
const LINES: u32 = 100;
/// How long operators wait for an answer of the API.
const PATIENCE: Duration = Duration::from_secs(4);
/// How often operators look whether there is enough to call.
const LOOK: Duration = Duration::from_secs(2);
/// How often a line is printed.
const REPORT: Duration = Duration::from_secs(10);

/// Injects faults, lets everything come to rest, and judges.
pub(crate) fn run(args: &Args) -> Result<()> {
    let program = if let Some(program) = &args.program {
        let absent = || format!("{}", program.display());
        program.canonicalize().with_context(absent)?
    } else {
        debug_binary("ringonce")
    };
    let folder = target().join("torture").join(format!("seed-{}", args.seed));
    println!(
        "torture: {} instances, {} min, seed {}; logs in {}",
        args.instances,
        args.minutes,
        args.seed,
        folder.display()
    );
    let plan = Plan {
        folder: folder.clone(),
        instances: usize::try_from(args.instances)?,
        seed: args.seed,
        carrier: FAULTS,
        hurry: HURRY,
        clocks: true,
        program,
    };
    tortured(&plan, Duration::from_secs(args.minutes * 60)).with_context(|| {
        format!(
            "seed {}: the timeline and all logs are in {}",
            args.seed,
            folder.display()
        )
    })
}

/// Every kind of fault at the carrier. Of the create requests some place the call and are not answered, some
/// are answered too late, with an error or with 429; callbacks come late, in any order, up to six times, some
/// never and in the first two minutes none; look-ups fail and lag. What comes and goes is the schedule's.
const FAULTS: &[&str] = &[
    "--lost-create-responses=0.45",
    "--failed-creates=0.05",
    "--failed-creates-placed=0.5",
    "--refused-creates=0.03",
    "--slow-creates=0.1",
    "--slow-creates-ms=20000",
    "--failed-look-ups=0.1",
    "--hidden-calls=0.1",
    "--hidden-calls-for-ms=10000",
    "--callbacks-lost-for-ms=120000",
    "--lost-callbacks=0.1",
    "--callback-repetitions=5",
    "--callback-delay-ms=10000",
    "--forged-callbacks=0.02",
    "--late-truths-ms=45000",
];

fn tortured(plan: &Plan, lasts: Duration) -> Result<()> {
    let mut site = Site::start(plan)?;
    for usual in Fault::usual_carrier() {
        site.change_carrier(&usual)?;
    }
    let timeline = Timeline::begin(plan.folder.join("timeline.txt"))?;
    let log = site.carrier_log().to_owned();
    let mut office = Operators::new(
        site.clients(PATIENCE),
        Lists::new(plan.seed, LINES),
        &timeline,
    );
    office.keep_busy();
    let remaining = AtomicU64::new(0);
    let (orders, ordered) = channel();
    let (tally, faults_until, came_to_rest) = thread::scope(|scope| -> Result<_> {
        let (office, remaining) = (&mut office, &remaining);
        let people = scope.spawn(move || work(office, &ordered, remaining));
        let schedule = Schedule::new(plan.seed, plan.instances);
        let mut siege = FaultInjector::new(&mut site, schedule, &timeline, orders);
        let mut reported = Duration::ZERO;
        siege.last(lasts, |tally, in_trouble| {
            if timeline.elapsed() >= reported + REPORT {
                reported = timeline.elapsed();
                let remaining = remaining.load(Ordering::Relaxed);
                println!(
                    "{}",
                    progress(&timeline, tally, in_trouble, &log, remaining)
                );
            }
        })?;
        let faults_until = now();
        timeline.note("the last fault is mended");
        println!(
            "{}: no further fault; waiting for rest",
            show(timeline.elapsed())
        );
        siege.leave_office();
        while !people.is_finished() {
            siege.supervise()?;
            pause(Duration::from_millis(50));
        }
        let came_to_rest = people
            .join()
            .map_err(|_| anyhow!("the people at the office panicked"))?;
        Ok((std::mem::take(&mut siege.tally), faults_until, came_to_rest))
    })?;
    let (took, campaigns) = came_to_rest?;
    let rest = now();
    let mut contacts = std::collections::BTreeMap::new();
    for campaign in &campaigns {
        contacts.insert(campaign.id, office.contacts(campaign.id)?);
    }
    let log = log.with_file_name("carrier-judged.log");
    std::fs::write(&log, site.judged_log()?)?;
    let mut findings = ends::differences(&site)?;
    let case = Case {
        campaigns: office.by_id(&campaigns)?,
        contacts,
        held: &office.held,
        rest,
    };
    let mut verdict = case.judge(&log)?;
    verdict.findings.append(&mut findings);
    println!("{}", faults_table(&tally));
    let takeovers = site
        .postgres
        .sql(DATABASE, TAKEOVERS)
        .unwrap_or_else(|error| format!("unknown ({error:#})"));
    println!(
        "{}",
        summary(&verdict, &log, faults_until, took, &takeovers)?
    );
    told(&verdict, &tally, &log, &timeline)?;
    site.instances.iter().try_for_each(no_panic)
}

/// No task of an instance ended by a panic.
fn no_panic(instance: &Instance) -> Result<()> {
    let printed = std::fs::read_to_string(instance.log())?;
    match printed.lines().find(|line| line.contains("panicked at")) {
        None => Ok(()),
        Some(line) => bail!("{} panicked: {line}", instance.name()),
    }
}

/// Leases that went to another instance, over all campaigns.
const TAKEOVERS: &str = "SELECT coalesce(sum(greatest(lease_epoch - 1, 0)), 0) FROM campaigns";

/// What the operators do until the faults end; then they see to it that everything comes to rest.
fn work(
    office: &mut Operators<'_>,
    ordered: &Receiver<Order>,
    remaining: &AtomicU64,
) -> Result<(Duration, Vec<operators::Shown>)> {
    let mut held = false;
    loop {
        match ordered.recv_timeout(LOOK) {
            Ok(Order::Pause(nth)) => {
                held = true;
                office.pause_one(nth);
            }
            Ok(Order::StopAll) => {
                held = true;
                office.stop_all();
            }
            Ok(Order::Release) => held = false,
            Err(RecvTimeoutError::Timeout) => office.keep_busy(),
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if !held {
            // An instance that does not answer is asked again in the next round.
            let _ = office.release();
        }
        remaining.store(office.remaining, Ordering::Relaxed);
    }
    office.rest(REST)
}

fn progress(
    timeline: &Timeline,
    tally: &Tally,
    in_trouble: usize,
    log: &Path,
    remaining: u64,
) -> String {
    let is_ring =
        |line: &&str| line.contains(r#""event":"ring"#) && line.contains(r#""foreign":false"#);
    let rings = std::fs::read_to_string(log)
        .map(|text| text.lines().filter(is_ring).count())
        .unwrap_or_default();
    format!(
        "{}: {} faults, {in_trouble} under way; {rings} rings, {remaining} contacts to go",
        show(timeline.elapsed()),
        tally.faults.values().sum::<u32>()
    )
}

fn faults_table(tally: &Tally) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::ASCII_MARKDOWN)
        .set_header(["fault", "times"]);
    for (kind, times) in &tally.faults {
        table.add_row([kind.words().to_owned(), times.to_string()]);
    }
    table.add_row(["all", &tally.faults.values().sum::<u32>().to_string()]);
    table
}

fn summary(
    verdict: &Verdict,
    log: &Path,
    faults_until: Timestamp,
    took: Duration,
    takeovers: &str,
) -> Result<String> {
    let calls = Calls::read(std::io::BufReader::new(std::fs::File::open(log)?))?;
    let pause = calls.longest_pause(faults_until).map(|(millis, _)| millis);
    let truth = &verdict.truth;
    Ok(format!(
        "{} calls, {} rings of {} numbers, {} answered; {} contacts\n\
         takeovers {takeovers}; longest pause of dialling {}; at rest {} after the last fault\n\
         most calls at once: {}\n\
         against the rules / never called / tries lost / wrong outcome: {} / {} / {} / {}; pace: {}",
        calls.all.len(),
        truth.rings,
        truth.numbers,
        truth.answered,
        verdict.contacts,
        Millis::new(pause.unwrap_or_default()),
        show(took),
        at_once(verdict.closest),
        truth.numbers_rung_twice,
        verdict.numbers(judge::Kind::NeverCalled),
        verdict.numbers(judge::Kind::TryLost),
        verdict.numbers(judge::Kind::WrongOutcome),
        verdict.numbers(judge::Kind::Pace),
    ))
}

/// How near any campaign came to its limit of calls at once.
fn at_once(closest: i64) -> String {
    match closest {
        0 => "what was asked for".to_owned(),
        below @ ..0 => format!("{} below what was asked for", below.unsigned_abs()),
        above => format!("{above} above what was asked for"),
    }
}

/// An error with the whole story of the first finding.
fn told(verdict: &Verdict, tally: &Tally, log: &Path, timeline: &Timeline) -> Result<()> {
    const SHOWN: usize = 30;
    if let Some(first) = verdict.truth.violations.first() {
        bail!(
            "{} numbers were rung against the rules. {} at {}: {}\n{}",
            verdict.truth.numbers_rung_twice,
            first.number,
            first.at.as_millis(),
            first.rule,
            story(first.number, log, timeline)?
        );
    }
    if let Some(first) = verdict.findings.first() {
        let all: Vec<&str> = verdict
            .findings
            .iter()
            .take(SHOWN)
            .map(|finding| finding.what.as_str())
            .collect();
        let story = first
            .number
            .map_or(Ok(String::new()), |number| story(number, log, timeline))?;
        bail!(
            "{} findings:\n{}\n{story}",
            verdict.findings.len(),
            all.join("\n")
        );
    }
    println!(
        "0 numbers rung twice, 0 contacts forgotten ({} instances ended by themselves, {} did not end in order)",
        tally.ended_by_themselves, tally.not_in_order
    );
    Ok(())
}
