//! Twilio's own package from Python's index against the code that speaks Twilio's protocol here: its REST
//! client drives the look-alike, its `RequestValidator` checks every callback, its `TwiML` is executed.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::postgres::free_port;
use crate::process::Ended;
use crate::python;
use crate::stopwatch::{Stopwatch, pause};
use crate::workspace::{debug_binary, program, target};
use xtask::suite::Tally;

const TOOL: &str = "tools/twilio-judge";
/// How long the look-alike may take to listen.
const PATIENCE: Duration = Duration::from_secs(30);
const ACCOUNT: &str = "AC00000000000000000000000000000001";
const TOKEN: &str = "00000000000000000000000000000002";
const KEY: &str = "SK00000000000000000000000000000003:secret";

/// Starts a look-alike with short calls, and runs the judge.
pub(super) fn run() -> Result<Tally> {
    let python = python::environment(&format!("{TOOL}/requirements.txt"))?;
    let (_sim, url) = start()?;
    let judged = program(python)
        .args(["-B", &format!("{TOOL}/judge.py"), &url, ACCOUNT, TOKEN, KEY])
        .stdin(Stdio::null())
        .output()
        .context("the judge could not be started")?;
    self::judged(&judged)
}

/// Counts a judge's lines: `ok` or `FAILED`, and what was judged.
pub(super) fn judged(judged: &Output) -> Result<Tally> {
    let said = String::from_utf8_lossy(&judged.stdout);
    print!("{said}");
    let failures: Vec<String> = said
        .lines()
        .filter_map(|line| line.strip_prefix("FAILED "))
        .map(|name| name.trim().to_owned())
        .collect();
    let passed = said.lines().filter(|line| line.starts_with("ok ")).count();
    ensure!(
        judged.status.success() || !failures.is_empty(),
        "the judge broke:\n{}",
        String::from_utf8_lossy(&judged.stderr)
    );
    Ok(Tally::of(passed as u64, failures))
}

/// A running look-alike, until it is dropped.
fn start() -> Result<(Ended, String)> {
    let folder = target().join("twilio-judge");
    fs::create_dir_all(&folder)?;
    let printed = File::create(folder.join("twilio-sim.log"))?;
    let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
    let child = Command::new(debug_binary("ringonce"))
        .args(["twilio-sim", "--listen", &address.to_string()])
        .args(["--account", ACCOUNT, "--auth-token", TOKEN])
        .args(["--api-key", KEY, "--verified", "+12025550199"])
        .args(["--number", "+12025550100", "--number", "+12025550198"])
        .args(["--speed", "100", "--cps", "1000"])
        .args(["--requests-per-second", "100000"])
        .current_dir(&folder)
        .stdin(Stdio::null())
        .stdout(printed.try_clone()?)
        .stderr(printed)
        .spawn()
        .context("starting `ringonce twilio-sim`")?;
    let mut sim = Ended(child);
    let watch = Stopwatch::start();
    while TcpStream::connect(address).is_err() {
        if let Some(status) = sim.0.try_wait()? {
            bail!("`ringonce twilio-sim` ended ({status})");
        }
        ensure!(
            watch.elapsed() < PATIENCE,
            "`ringonce twilio-sim` does not listen"
        );
        pause(Duration::from_millis(20));
    }
    Ok((sim, format!("http://{address}")))
}
