//! A server that calls through the look-alike of Twilio, each a process of the real program.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::Browser;
use crate::postgres::free_port;
use crate::process::Ended;
use crate::served::Served;
use crate::site::{TWILIO_ACCOUNT, TWILIO_NUMBER, TWILIO_TOKEN};
use crate::stopwatch::{Stopwatch, pause};
use crate::workspace::debug_binary;

const PATIENCE: Duration = Duration::from_secs(20);

/// Both, until they are dropped.
pub(crate) struct Exchange {
    pub(crate) server: Served,
    _twilio: Ended,
}

impl Exchange {
    /// Starts both; the server knows the right auth token, or `another`.
    pub(crate) fn open(browser: &Browser, another: Option<&str>) -> Result<Self> {
        let folder = browser.folder()?;
        let here = || Ok::<_, anyhow::Error>(SocketAddr::from(([127, 0, 0, 1], free_port()?)));
        let (twilio, server) = (here()?, here()?);
        let printed = File::create(folder.join("twilio-sim.log"))?;
        let process = Command::new(debug_binary("ringonce"))
            .args(["twilio-sim", "--speed", "20", "--cps", "100"])
            .args(["--listen", &twilio.to_string()])
            .args(["--account", TWILIO_ACCOUNT, "--auth-token", TWILIO_TOKEN])
            .args(["--number", TWILIO_NUMBER])
            // Some send webhooks in the carrier's name, and are refused.
            .args(["--forged-callbacks", "0.5"])
            .current_dir(&folder)
            .stdin(Stdio::null())
            .stdout(printed.try_clone()?)
            .stderr(printed)
            .spawn()
            .context("starting the look-alike")?;
        let process = Ended(process);
        let watch = Stopwatch::start();
        while TcpStream::connect(twilio).is_err() {
            ensure!(watch.elapsed() < PATIENCE, "the look-alike does not answer");
            pause(Duration::from_millis(20));
        }
        let token = another.unwrap_or(TWILIO_TOKEN);
        let config = format!(
            "[server]\npublic_url = \"http://{server}\"\n\
             [carriers.twilio]\naccount_sid = \"{TWILIO_ACCOUNT}\"\nauth_token = \"{token}\"\n\
             base_url = \"http://{twilio}\"\ncaller_ids = [\"{TWILIO_NUMBER}\"]\n\
             calls_per_second = 50.0\n"
        );
        let path = folder.join("ringonce.toml");
        fs::write(&path, config)?;
        let path = path.to_str().context("a path in UTF-8")?;
        Ok(Self {
            server: browser.serve_at(server, &["--config", path])?,
            _twilio: process,
        })
    }
}
