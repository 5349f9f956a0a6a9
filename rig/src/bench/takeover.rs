//! Takeover: an instance that leads running campaigns loses its power, again and again. Measures the time
//! until the next call of its campaigns, and the longest gap of the others, by the carrier's log.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use ringonce_carrier::simulator::log::Event;
use ringonce_domain::{CampaignId, Pacing, Settings, Timestamp};
use serde_json::Value;

use super::{Measure, Size};
use crate::callees::{csv, fictitious_numbers};
use crate::site::{CARRIER, DATABASE, Plan, Site};
use crate::stopwatch::pause;
use crate::time_of_day::now;
use crate::workspace::{build_release, release_binary, target};

const INSTANCES: usize = 3;
const CAMPAIGNS: usize = 6;
/// Calls a second of each campaign, so that a gap shows to a fifth of a second.
const RATE: u32 = 5;
/// How long the log is read after a kill.
const LOOK: Duration = Duration::from_secs(20);
/// The time after an instance has come back until campaigns are spread again.
const SETTLE: Duration = Duration::from_secs(10);
/// The targets, in milliseconds.
const TARGET: f64 = 10_000.0;
/// The leader of each campaign, and its epoch.
const LEADERS: &str = "SELECT id, lease_epoch FROM campaigns ORDER BY id";

/// Times from a kill, in milliseconds.
#[derive(Debug, Default)]
struct Times {
    /// To the next call of a campaign that the killed instance led.
    led: Vec<f64>,
    /// The longest gap of each other campaign.
    others: Vec<f64>,
}

/// Kills leaders, and measures.
pub(super) fn run(extent: Size) -> Result<Vec<Measure>> {
    build_release()?;
    let kills = if extent.quick { 3 } else { 9 };
    let mut site = Site::start(&Plan {
        folder: target().join("takeover"),
        instances: INSTANCES,
        seed: 1,
        carrier: &[],
        hurry: 10,
        clocks: false,
        program: release_binary("ringonce"),
    })?;
    start_campaigns(&site)?;
    pause(SETTLE);
    let mut times = Times::default();
    for nth in 0..kills {
        kill_one(&mut site, nth % INSTANCES, &mut times)?;
    }
    ensure!(
        !times.led.is_empty(),
        "no killed instance led a campaign: {times:?}"
    );
    let (median, most) = spread(&mut times.led);
    let (_, gap) = spread(&mut times.others);
    Ok(vec![
        Measure::below(
            "takeover after kill -9, next call, median",
            "ms",
            median,
            TARGET,
        ),
        Measure::below(
            "takeover after kill -9, next call, longest",
            "ms",
            most,
            TARGET,
        ),
        Measure::below(
            "takeover after kill -9, longest gap of other campaigns",
            "ms",
            gap,
            1_000.0,
        ),
    ])
}

fn start_campaigns(site: &Site) -> Result<()> {
    let numbers = fictitious_numbers();
    let settings = Settings {
        pacing: Pacing {
            delay_seconds: 0.0,
            calls_per_second: Some(f64::from(RATE)),
            calls_at_once: 500,
        },
        carrier: CARRIER.into(),
        ..Settings::at_any_hour()
    };
    let json = settings.to_json();
    let client = &site.clients(Duration::from_mins(1))[0];
    let chunks = numbers.chunks(numbers.len() / CAMPAIGNS);
    for (nth, numbers) in chunks.take(CAMPAIGNS).enumerate() {
        let name = format!("campaign {nth}");
        let fields = [
            ("name", name.as_str()),
            ("settings", &json),
            ("start", "true"),
        ];
        client
            .post_file(
                "/api/v1/campaigns",
                &name,
                &fields,
                ("list.csv", &csv(numbers)),
            )?
            .read::<Value>()?;
    }
    Ok(())
}

fn kill_one(site: &mut Site, nth: usize, times: &mut Times) -> Result<()> {
    let before = leaders(site)?;
    let at = now();
    site.instances[nth].kill()?;
    pause(LOOK);
    let after = leaders(site)?;
    let moved: BTreeSet<CampaignId> = before
        .iter()
        .filter(|(id, epoch)| after.get(id) != Some(epoch))
        .map(|(id, _)| *id)
        .collect();
    let gaps = gaps(site, at)?;
    for id in before.keys() {
        let gap = *gaps
            .get(id)
            .with_context(|| format!("campaign {id} made no call after a kill"))?;
        if moved.contains(id) {
            times.led.push(gap);
        } else {
            times.others.push(gap);
        }
    }
    println!(
        "killed instance {}: {} campaigns moved",
        nth + 1,
        moved.len()
    );
    site.instances[nth].start()?;
    pause(SETTLE);
    Ok(())
}

fn leaders(site: &Site) -> Result<BTreeMap<CampaignId, i64>> {
    let rows = site.postgres.sql(DATABASE, LEADERS)?;
    rows.lines()
        .map(|row| {
            let (id, epoch) = row.split_once('|').context("two columns")?;
            Ok((CampaignId(id.parse()?), epoch.parse()?))
        })
        .collect()
}

/// The longest time without a call of each campaign, in the span after an instant.
fn gaps(site: &Site, after: Timestamp) -> Result<BTreeMap<CampaignId, f64>> {
    let mut last: BTreeMap<CampaignId, Timestamp> = BTreeMap::new();
    let mut gaps: BTreeMap<CampaignId, f64> = BTreeMap::new();
    for entry in site.calls()?.into_iter().map(|call| call.entry) {
        if !matches!(entry.event, Event::Placed | Event::Refuse) || entry.at < after {
            continue;
        }
        let before = last.insert(entry.campaign, entry.at).unwrap_or(after);
        let gap = millis(entry.at.since(before).get());
        let longest = gaps.entry(entry.campaign).or_default();
        *longest = longest.max(gap);
    }
    Ok(gaps)
}

/// Median and largest.
fn spread(times: &mut [f64]) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    (median, times.last().copied().unwrap_or_default())
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of a test run")]
const fn millis(gap: u64) -> f64 {
    gap as f64
}
