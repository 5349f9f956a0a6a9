//! The carrier, the look-alike of Twilio, as a process of its own. Its log is the truth, so the rig never
//! harms it: faults at the carrier are its own, drawn from its seed.

use std::fs::File;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use super::{PATIENCE, Plan, last_lines};
use crate::http::Client;
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
        let process = command
            .arg("twilio-sim")
            .args(["--speed", &plan.hurry.to_string()])
            .args(["--cps", "1000", "--concurrency", "100000"])
            .args(["--requests-per-second", "100000"])
            .args(["--account", TWILIO_ACCOUNT, "--auth-token", TWILIO_TOKEN])
            .args(["--number", TWILIO_NUMBER])
            .args(plan.carrier)
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

    /// Changes some of its faults, by a JSON object.
    pub(super) fn change_faults(&self, change: &str) -> Result<()> {
        let answer = Client::new(self.address, "", PATIENCE).post("/_sim/faults", change)?;
        ensure!(answer.is_granted(), "{change}: {}", answer.body);
        Ok(())
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

impl Drop for Carrier {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
