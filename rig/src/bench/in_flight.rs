//! Ten thousand calls in flight on one instance: its memory, and whether it keeps the pace meanwhile.
//!
//! Every callee picks up and talks for so long that, at the pace set, ten thousand talk at once. When the
//! first calls end, the load is steady; for a minute from then on the carrier's own log tells how many calls
//! began, and the fewest that were under way.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use ringonce_carrier::simulator::log::{Event, entries};
use ringonce_domain::{Agent, Millis, Pacing, Settings, Timestamp};
use serde_json::Value;

use super::process::memory_mb;
use super::serve::{self, everybody_talks, free_address};
use super::{Measure, Size, grouped};
use crate::callees::{csv, fictitious_numbers};
use crate::http::Client;
use crate::site::{CARRIER, Plan, Site, token_in};
use crate::stopwatch::pause;
use crate::time_of_day::now;
use crate::workspace::{build_release, output, program, release_binary, target};

/// The target for the process's memory, in megabytes.
const MEMORY: f64 = 300.0;
/// The longest time from a call's start to its answer.
const ANSWERED_WITHIN: u32 = 33;
const PATIENCE: Duration = Duration::from_secs(30);

/// The size of a run.
#[derive(Clone, Copy)]
struct Load {
    /// Calls a second.
    rate: u32,
    /// How long each callee talks.
    talk_seconds: u32,
    /// How many calls have to be under way at any moment.
    live: u32,
    /// How long the steady load is measured.
    window: Duration,
}

const FULL: Load = Load {
    rate: 100,
    talk_seconds: 105,
    live: 10_000,
    window: Duration::from_mins(1),
};
const QUICK: Load = Load {
    rate: 50,
    talk_seconds: 20,
    live: 1_000,
    window: Duration::from_secs(20),
};

/// On SQLite with the carrier inside the process, then on PostgreSQL with the carrier in its own process.
pub(super) fn run(size: Size) -> Result<Vec<Measure>> {
    build_release()?;
    let load = if size.quick { QUICK } else { FULL };
    let mut measures = on_sqlite(load)?;
    measures.extend(on_postgres(load)?);
    Ok(measures)
}

fn on_sqlite(load: Load) -> Result<Vec<Measure>> {
    let data = tempfile::tempdir_in(target())?;
    let mut token = program(release_binary("ringonce"));
    token.args(["token", "create", "bench", "--data"]);
    let printed = output(token.arg(data.path()))?;
    let token = token_in(&printed).context("no token was printed")?;
    let address = free_address()?;
    let (server, _) = serve::start(data.path(), address, &everybody_talks(load.talk_seconds))?;
    let client = Client::new(address, &token, PATIENCE);
    let log = data.path().join("simulator.log");
    let log = || Ok(fs::read_to_string(&log)?);
    let settings = settings(load);
    observe("SQLite", load, &settings, &client, server.0.id(), log)
}

fn on_postgres(load: Load) -> Result<Vec<Measure>> {
    let site = Site::start(&Plan {
        folder: target().join("in-flight"),
        instances: 1,
        seed: 1,
        carrier: &["--everyone-answers"],
        hurry: 1,
        clocks: false,
        program: release_binary("ringonce"),
    })?;
    let client = &site.clients(PATIENCE)[0];
    let process = site.instances[0].process().context("it has ended")?;
    let settings = Settings {
        carrier: CARRIER.into(),
        agent: Agent::say("la ".repeat(words(load.talk_seconds))),
        ..settings(load)
    };
    observe("PostgreSQL", load, &settings, client, process, || {
        site.judged_log()
    })
}

/// Starts a campaign, waits until as many calls end as begin, and measures.
fn observe(
    database: &str,
    load: Load,
    settings: &Settings,
    client: &Client,
    process: u32,
    log: impl FnOnce() -> Result<String>,
) -> Result<Vec<Measure>> {
    start_campaign(settings, client)?;
    pause(Duration::from_secs(
        (load.talk_seconds + ANSWERED_WITHIN).into(),
    ));
    let from = now();
    pause(load.window);
    let memory = memory_mb(process, "VmHWM")?;
    let calls = Calls::between(&log()?, from, from + millis(load.window))?;
    let pace = f64::from(calls.begun) / load.window.as_secs_f64();
    let named = |what: &str| {
        format!(
            "{} live calls on {database}: {what}",
            grouped(load.live.into())
        )
    };
    Ok(vec![
        Measure::at_least(
            &named("fewest"),
            "calls",
            f64::from(calls.fewest),
            f64::from(load.live),
            1.0,
        ),
        Measure::below(&named("memory at its peak"), "MB", memory, MEMORY),
        Measure::within(&named("pace"), "calls/s", pace, f64::from(load.rate), 0.02),
    ])
}

fn settings(load: Load) -> Settings {
    Settings {
        pacing: Pacing {
            delay_seconds: 0.0,
            calls_per_second: Some(f64::from(load.rate)),
            calls_at_once: 2 * load.live,
        },
        ..Settings::at_any_hour()
    }
}

/// How many words the look-alike speaks in this time.
const fn words(seconds: u32) -> usize {
    const HALVES_OF_A_WORD_PER_SECOND: usize = 5;
    seconds as usize * HALVES_OF_A_WORD_PER_SECOND / 2
}

fn start_campaign(settings: &Settings, client: &Client) -> Result<()> {
    let fields = [
        ("name", "in flight"),
        ("settings", &settings.to_json()),
        ("start", "true"),
    ];
    let list = csv(&fictitious_numbers());
    client
        .post_file(
            "/api/v1/campaigns",
            "in flight",
            &fields,
            ("list.csv", &list),
        )?
        .read::<Value>()
        .map(drop)
}

/// The calls of a carrier's log in a span of time.
#[derive(Debug, Default, PartialEq, Eq)]
struct Calls {
    /// Calls that began.
    begun: u32,
    /// The fewest that were under way at any moment.
    fewest: u32,
}

impl Calls {
    fn between(log: &str, from: Timestamp, until: Timestamp) -> Result<Self> {
        let (mut live, mut fewest, mut begun) = (0_u32, None::<u32>, 0);
        for entry in entries(log.as_bytes()) {
            let entry = entry?;
            if entry.at >= until {
                break;
            }
            if entry.at >= from {
                fewest = Some(fewest.map_or(live, |fewest| fewest.min(live)));
            }
            match entry.event {
                Event::Placed => {
                    live += 1;
                    begun += u32::from(entry.at >= from);
                }
                Event::End => live = live.saturating_sub(1),
                _ => {}
            }
        }
        ensure!(begun > 0, "no call began in the span that was looked at");
        Ok(Self {
            begun,
            fewest: fewest.unwrap_or(live).min(live),
        })
    }
}

fn millis(span: Duration) -> Millis {
    Millis::new(u64::try_from(span.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_by_the_carriers_log() {
        let line = |at: u32, event: &str, call: u32| {
            format!(
                r#"{{"at":{at},"event":"{event}","attempt":"01a1d7a0-0000-7000-8000-00000000000{call}","campaign":1,"number":"+12025550123","call_id":"sim-{call}"}}"#
            )
        };
        let lines = [
            line(1, "placed", 1),
            line(2, "placed", 2),
            line(10, "placed", 3),
            line(12, "end", 1),
            line(13, "end", 2),
            line(19, "placed", 4),
            line(20, "placed", 5),
        ];
        let log = lines.join("\n");
        let at = Timestamp::from_millis;
        let calls = Calls::between(&log, at(10), at(20)).unwrap();
        assert_eq!(
            calls,
            Calls {
                begun: 2,
                fewest: 1
            }
        );
        assert!(Calls::between(&log, at(30), at(40)).is_err());
    }
}
