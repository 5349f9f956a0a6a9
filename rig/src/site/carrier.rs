//! The carrier as a process of its own. Its log is the truth, so nobody here ever harms it: what goes
//! wrong at a carrier is its own faults, by its own dice.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use super::{Exchange, PATIENCE, Plan, last_lines};
use crate::postgres::free_port;
use crate::stopwatch::{Stopwatch, pause};

/// The account at the look-alike, for both sides.
pub(crate) const TWILIO_ACCOUNT: &str = "AC00000000000000000000000000000001";
pub(crate) const TWILIO_TOKEN: &str = "00112233445566778899aabbccddeeff";
pub(crate) const TWILIO_NUMBER: &str = "+12025550100";

/// A running carrier, until it is dropped.
pub(super) struct Carrier {
    address: SocketAddr,
    log: PathBuf,
    printed: PathBuf,
    process: Child,
}

impl Carrier {
    pub(super) fn start(plan: &Plan) -> Result<Self> {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let log = plan.folder.join("carrier.log");
        let printed = plan.folder.join("carrier-printed.log");
        let output = File::create(&printed)?;
        let mut command = Command::new(&plan.program);
        match plan.exchange {
            Exchange::Simulator => simulator(&mut command, plan)?,
            Exchange::Twilio => twilio(&mut command, plan),
        }
        let process = command
            .args(["--listen", &address.to_string()])
            .args(["--seed", &plan.seed.to_string()])
            .arg("--log")
            .arg(&log)
            .current_dir(&plan.folder)
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()
            .context("starting the carrier")?;
        let mut carrier = Self {
            address,
            log,
            printed,
            process,
        };
        let watch = Stopwatch::start();
        while TcpStream::connect(address).is_err() {
            carrier.lives()?;
            ensure!(
                watch.elapsed() < PATIENCE,
                "the carrier does not listen on {address}"
            );
            pause(Duration::from_millis(20));
        }
        Ok(carrier)
    }

    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn log(&self) -> &Path {
        &self.log
    }

    pub(super) fn lives(&mut self) -> Result<()> {
        match self.process.try_wait()? {
            None => Ok(()),
            Some(status) => bail!(
                "the carrier ended ({status}):\n{}",
                last_lines(&self.printed)
            ),
        }
    }
}

fn simulator(command: &mut Command, plan: &Plan) -> Result<()> {
    let faults = plan.folder.join("faults.json");
    fs::write(&faults, serde_json::to_string_pretty(&plan.faults)?)?;
    let talk = plan.talk_seconds.map(everybody_talks);
    command
        .arg("simulator")
        .args(talk.iter().flatten())
        .args(["--hurry", &plan.hurry.to_string()])
        .arg("--faults")
        .arg(&faults);
    Ok(())
}

/// A fifth of the answers to create requests is lost, every callback of the first two minutes too, and
/// each comes up to six times in any order.
fn twilio(command: &mut Command, plan: &Plan) {
    command
        .arg("twilio-sim")
        .args(["--speed", &plan.hurry.to_string()])
        .args(["--cps", "1000", "--concurrency", "100000"])
        .args(["--requests-per-second", "100000"])
        .args(["--account", TWILIO_ACCOUNT, "--auth-token", TWILIO_TOKEN])
        .args(["--number", TWILIO_NUMBER])
        .args(["--lost-create-responses", "0.2"])
        .args(["--callbacks-lost-for-ms", "120000"])
        .args(["--callback-repetitions", "5", "--callback-delay-ms", "3000"])
        .args(["--forged-callbacks", "0.02"]);
}

/// The options of a simulated world in which everybody picks up, and talks for so long.
pub(crate) fn everybody_talks(seconds: u32) -> [String; 2] {
    [
        "--everyone=answers".into(),
        format!("--talk-seconds={seconds}"),
    ]
}

impl Drop for Carrier {
    fn drop(&mut self) {
        // Both fail only when it is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
