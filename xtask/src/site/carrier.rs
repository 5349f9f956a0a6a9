//! The simulated carrier as a process of its own. Its log is the truth, so nobody here ever harms
//! it: what goes wrong at a carrier is its own faults, by its own dice.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use super::{PATIENCE, Plan, last_lines};
use crate::postgres::free_port;
use crate::stopwatch::{Stopwatch, pause};

/// A running `ringonce simulator`, until it is dropped.
pub(super) struct Carrier {
    address: SocketAddr,
    log: PathBuf,
    printed: PathBuf,
    process: Child,
}

impl Carrier {
    pub(super) fn start(plan: &Plan) -> Result<Self> {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let faults = plan.folder.join("faults.json");
        fs::write(&faults, serde_json::to_string_pretty(&plan.faults)?)?;
        let log = plan.folder.join("carrier.log");
        let printed = plan.folder.join("carrier-printed.log");
        let output = File::create(&printed)?;
        let talk = plan.talk_seconds.map(everybody_talks);
        let process = Command::new(&plan.program)
            .arg("simulator")
            .args(talk.iter().flatten())
            .args(["--listen", &address.to_string()])
            .args(["--seed", &plan.seed.to_string()])
            .args(["--hurry", &plan.hurry.to_string()])
            .arg("--log")
            .arg(&log)
            .arg("--faults")
            .arg(&faults)
            .current_dir(&plan.folder)
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()
            .context("starting `ringonce simulator`")?;
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
