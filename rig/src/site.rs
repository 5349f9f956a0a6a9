//! A whole installation on this machine: a PostgreSQL server, the look-alike of Twilio in a process of its
//! own with its own log, and instances of the real binary, each behind proxies that can disturb its
//! connections.
//!
//! ```text
//! instance ──▶ proxy ──▶ PostgreSQL
//!     │  ▲
//!     │  └──── proxy ◀── events ── carrier ── its own log
//!     └──────▶ proxy ── requests ──▶ ┘
//! ```
//! Everything that it starts ends with it, also when a test fails half-way.

mod calls;
mod carrier;
mod clock;
mod instance;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

pub(crate) use self::calls::PlacedCall;
use self::carrier::Carrier;
pub(crate) use self::carrier::{TWILIO_ACCOUNT, TWILIO_NUMBER, TWILIO_TOKEN};
pub(crate) use self::instance::{Ending, Instance, Line};
use crate::http::Client;
use crate::postgres::{Postgres, Setup};
use crate::stopwatch::{Stopwatch, pause};

/// The database that all instances share.
pub(crate) const DATABASE: &str = "ringonce";
/// How long an instance may take until it answers.
const PATIENCE: Duration = Duration::from_mins(1);

/// The carrier of the campaigns, as settings spell it.
pub(crate) const CARRIER: &str = "twilio";

/// The parts of a site.
pub(crate) struct Plan {
    /// Where all logs go; emptied first.
    pub(crate) folder: PathBuf,
    /// How many instances.
    pub(crate) instances: usize,
    /// The seed of the callees and of the carrier's faults.
    pub(crate) seed: u64,
    /// Further options of the look-alike: faults, callees.
    pub(crate) carrier: &'static [&'static str],
    /// How many times as fast as usual calls go by.
    pub(crate) hurry: u32,
    /// Whether the instances' clocks can be made to jump.
    pub(crate) clocks: bool,
    /// The program.
    pub(crate) program: PathBuf,
}

/// A running installation, until it is dropped.
pub(crate) struct Site {
    /// The instances; dropped first.
    pub(crate) instances: Vec<Instance>,
    carrier: Carrier,
    /// The database server.
    pub(crate) postgres: Postgres,
    token: String,
}

impl Site {
    /// Starts everything and waits until every instance answers.
    pub(crate) fn start(plan: &Plan) -> Result<Self> {
        let folder = &plan.folder;
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        let postgres = Postgres::start(Setup {
            careless: false,
            log: Some(folder.join("postgres.log")),
        })?;
        postgres.create_database(DATABASE)?;
        let carrier = Carrier::start(plan)?;
        let mut instances = Vec::new();
        for nth in 1..=plan.instances {
            let mut instance = Instance::new(nth, plan, postgres.port(), carrier.address())?;
            // One after the other: the first migrates, and only it prints the first token.
            instance.start()?;
            until_it_answers(&mut instance)?;
            instances.push(instance);
        }
        let first = fs::read_to_string(instances[0].log())?;
        let token = token_in(&first)
            .with_context(|| format!("the first instance showed no token:\n{first}"))?;
        Ok(Self {
            instances,
            carrier,
            postgres,
            token,
        })
    }

    /// The carrier's own log.
    pub(crate) fn carrier_log(&self) -> &Path {
        self.carrier.log()
    }

    /// The calls of the carrier's log, in the order of their events.
    pub(crate) fn calls(&self) -> Result<Vec<PlacedCall>> {
        calls::read(self.carrier.log(), &self.postgres)
    }

    /// The same in the form of a simulated carrier's log, which the judges read.
    pub(crate) fn judged_log(&self) -> Result<String> {
        calls::as_log(&self.calls()?)
    }

    /// A client of each instance's API.
    pub(crate) fn clients(&self, patience: Duration) -> Vec<Client> {
        self.instances
            .iter()
            .map(|instance| Client::new(instance.address(), &self.token, patience))
            .collect()
    }

    /// Changes some of the carrier's faults, by a JSON object.
    pub(crate) fn change_carrier(&self, change: &str) -> Result<()> {
        self.carrier.change_faults(change)
    }

    /// Whether the carrier still runs; without it nothing can be judged.
    pub(crate) fn carrier_lives(&mut self) -> Result<()> {
        self.carrier.lives()
    }
}

fn until_it_answers(instance: &mut Instance) -> Result<()> {
    let watch = Stopwatch::start();
    while !instance.answers() {
        instance.lives()?;
        ensure!(
            watch.elapsed() < PATIENCE,
            "{} does not answer:\n{}",
            instance.name(),
            instance.last_words()
        );
        pause(Duration::from_millis(20));
    }
    Ok(())
}

/// The API token that an instance printed.
pub(crate) fn token_in(printed: &str) -> Option<String> {
    let from = printed.find("rgo_")?;
    let token: String = printed[from..]
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect();
    Some(token)
}

/// The last lines of a log.
fn last_lines(path: &Path) -> String {
    const LINES: usize = 15;
    let text = fs::read_to_string(path).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_read_from_what_a_first_start_prints() {
        let printed = "Ringonce serves on http://127.0.0.1:1\nAPI token, shown only this once: rgo_0a1b\nSign in";
        assert_eq!(token_in(printed).as_deref(), Some("rgo_0a1b"));
        assert_eq!(token_in("Ringonce serves"), None);
    }
}
