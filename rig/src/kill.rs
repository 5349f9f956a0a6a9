//! `kill -9` at random moments of a real campaign of the real binary, again and again, until the campaign is
//! over; then judges by the simulated carrier's log and by the settled contacts.
//!
//! The moments come from a seed, but processes do not repeat themselves: a seed tells where to
//! look, not what will happen. `cargo xtask simulate` is the one that replays.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use ringonce_carrier::simulator::log;
use ringonce_carrier::simulator::truth::{self, Truth};
use ringonce_domain::{ContactCounts, Number, Settings};
use serde::Deserialize;

use crate::callees::csv;
use crate::stopwatch::{Stopwatch, pause, show};
use crate::workspace::{debug_binary, output, target};

/// How often to kill.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many processes to kill; when a campaign ends before, another begins.
    #[arg(long, default_value_t = 200)]
    times: u32,
    /// The seed of the moments.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Contacts of a campaign; at most 2,000.
    #[arg(long, default_value_t = 2_000)]
    contacts: usize,
}

impl Args {
    /// Few enough kills for every change.
    pub(crate) const fn for_ci() -> Self {
        Self {
            times: 20,
            seed: 1,
            contacts: 2_000,
        }
    }
}

/// Area codes whose 555-0100 to 555-0199 are reserved for fiction: 100 contacts each.
const AREAS: [u64; 20] = [
    201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225,
    228,
];

/// Simulated seconds per second: days of retries pass in less than a minute, and the engine still
/// keeps its deadlines.
const SPEED: &str = "1000";

/// A process that is not over by then hangs.
const PATIENCE: Duration = Duration::from_mins(10);

/// A campaign as `ringonce campaign list --json` shows it; other fields are left out.
#[derive(Deserialize)]
struct Campaign {
    state: String,
    settings: Settings,
    contacts: ContactCounts,
}

/// Kills so many processes, and judges every campaign.
pub(crate) fn run(args: &Args) -> Result<()> {
    let mut dice = ChaCha8Rng::seed_from_u64(args.seed);
    let watch = Stopwatch::start();
    let (mut kills, mut campaigns, mut rings) = (0, 0, 0);
    while kills < args.times {
        let folder = fresh_folder(args.seed, campaigns)?;
        let numbers = contacts(args.contacts);
        write_list(&folder.join("contacts.csv"), &numbers)?;
        let wanted = args.times - kills;
        let died = until_complete(&folder, wanted, &mut dice)
            .with_context(|| format!("the evidence is in {}", folder.display()))?;
        let truth = judge(&folder, &numbers).with_context(|| {
            format!(
                "after {died} kills; the evidence is in {}",
                folder.display()
            )
        })?;
        println!(
            "killed {died} times: {} contacts settled, {} numbers rung {} times, 0 rung twice",
            numbers.len(),
            truth.numbers,
            truth.rings
        );
        kills += died;
        campaigns += 1;
        rings += truth.rings;
        fs::remove_dir_all(&folder)?;
    }
    println!(
        "{kills} kills in {campaigns} campaigns, {rings} rings, {}: nobody forgotten, 0 numbers rung twice",
        show(watch.elapsed())
    );
    Ok(())
}

fn fresh_folder(seed: u64, campaign: u32) -> Result<PathBuf> {
    let folder = target()
        .join("kill")
        .join(format!("seed-{seed}-{campaign}"));
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn contacts(count: usize) -> Vec<Number> {
    AREAS
        .iter()
        .flat_map(|area| (0..100).map(move |last| (1_000 + area) * 10_000_000 + 5_550_100 + last))
        .filter_map(Number::from_digits)
        .take(count)
        .collect()
}

fn write_list(path: &Path, numbers: &[Number]) -> Result<()> {
    fs::write(path, csv(numbers)).with_context(|| format!("writing {}", path.display()))
}

/// Starts and kills until the campaign is complete; at most so many kills. Returns how many.
fn until_complete(folder: &Path, most: u32, dice: &mut ChaCha8Rng) -> Result<u32> {
    let mut kills = 0;
    loop {
        let mut process = start(folder)?;
        let moment = if kills < most { moment(dice) } else { PATIENCE };
        match wait(&mut process, moment)? {
            Some(status) if status.success() => return Ok(kills),
            Some(status) => bail!(
                "`ringonce dial` failed ({status}) after {kills} kills:\n{}",
                printed(folder)
            ),
            None if kills == most => {
                process.kill()?;
                bail!(
                    "`ringonce dial` still runs after {}:\n{}",
                    show(PATIENCE),
                    printed(folder)
                );
            }
            None => {
                process.kill()?;
                process.wait()?;
                kills += 1;
            }
        }
    }
}

/// When to kill: mostly early, where the start, the import and the recovery are.
fn moment(dice: &mut ChaCha8Rng) -> Duration {
    let x: f64 = dice.random_range(0.0..1.0);
    Duration::from_millis(5) + Duration::from_secs(2).mul_f64(x * x * x)
}

fn start(folder: &Path) -> Result<Child> {
    let log = File::options()
        .create(true)
        .append(true)
        .open(folder.join("printed.txt"))?;
    Command::new(debug_binary("ringonce"))
        .args(["dial", "contacts.csv", "--data", "data", "--speed", SPEED])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .context("starting `ringonce dial`")
}

/// How the process ended, or `None` while it runs at that time.
fn wait(process: &mut Child, at_most: Duration) -> Result<Option<ExitStatus>> {
    let watch = Stopwatch::start();
    loop {
        if let Some(status) = process.try_wait()? {
            return Ok(Some(status));
        }
        if watch.elapsed() >= at_most {
            return Ok(None);
        }
        pause(Duration::from_millis(1));
    }
}

fn printed(folder: &Path) -> String {
    let text = fs::read_to_string(folder.join("printed.txt")).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

/// By the carrier's log no number was rung against the rules, every contact is settled, and every number on
/// the list reached the carrier.
fn judge(folder: &Path, numbers: &[Number]) -> Result<Truth> {
    let campaign = shown(folder)?;
    ensure!(
        campaign.state == "completed",
        "the campaign is {}",
        campaign.state
    );
    ensure!(
        campaign.contacts.remaining() == 0 && campaign.contacts.total() == numbers.len() as u64,
        "{} of {} contacts are not settled, {} were on the list",
        campaign.contacts.remaining(),
        campaign.contacts.total(),
        numbers.len()
    );
    let truth = truth::check(open_log(folder)?, |_| Some(&campaign.settings))?;
    ensure!(
        truth.violations.is_empty(),
        "{} numbers were rung against the rules, the first: {:?}",
        truth.numbers_rung_twice,
        truth.violations.first()
    );
    let reached = log::entries(open_log(folder)?)
        .map(|entry| entry.map(|entry| entry.number))
        .collect::<Result<BTreeSet<Number>, _>>()?;
    if let Some(forgotten) = numbers.iter().find(|number| !reached.contains(number)) {
        bail!("{forgotten} never reached the carrier");
    }
    Ok(truth)
}

/// The only campaign: an import that a kill broke off leaves nothing but a gap before its id.
fn shown(folder: &Path) -> Result<Campaign> {
    let json = output(
        Command::new(debug_binary("ringonce"))
            .args(["campaign", "list", "--json", "--data", "data"])
            .current_dir(folder),
    )?;
    let mut campaigns: Vec<Campaign> =
        serde_json::from_str(&json).context("reading what `ringonce campaign list` prints")?;
    ensure!(
        campaigns.len() == 1,
        "there are {} campaigns and not one",
        campaigns.len()
    );
    campaigns.pop().context("one campaign")
}

fn open_log(folder: &Path) -> Result<BufReader<File>> {
    let path = folder.join("data").join("simulator.log");
    Ok(BufReader::new(
        File::open(&path).with_context(|| format!("opening {}", path.display()))?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_as_many_different_fictitious_numbers_as_asked() {
        let numbers = contacts(2_000);
        assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), 2_000);
        for number in &numbers {
            let text = number.to_string();
            assert_eq!(&text[5..10], "55501", "{text}");
            assert!(Number::parse(&text, None).is_ok(), "{text} is no number");
        }
    }
}
