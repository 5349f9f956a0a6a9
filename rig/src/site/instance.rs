//! One instance: a process of the real binary with proxies before its database and its carrier,
//! and a wall clock that can be made to jump.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::carrier::{TWILIO_ACCOUNT, TWILIO_NUMBER, TWILIO_TOKEN};
use super::clock::Clock;
use super::{DATABASE, Plan, last_lines};
use crate::http::Client;
use crate::postgres::{free_port, url};
use crate::process::signal;
use crate::proxy::{Flow, Proxy};
use crate::stopwatch::Stopwatch;

/// How long an orderly end may take.
const ORDERLY: Duration = Duration::from_secs(40);
/// Consecutive failures after which the emergency stop trips. The rig breaks calls all the time, and calling
/// is to go on.
const MOST_FAILURES: &str = "100000";

/// One of an instance's connections to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// To the database.
    Database,
    /// To the carrier, for requests.
    Requests,
    /// From the carrier, for events.
    Events,
}

/// The result of asking an instance to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It still runs.
    UnderWay,
    /// It ended by itself, and took so long.
    InOrder(Duration),
    /// It took too long, and was killed.
    Killed,
}

/// One instance; it need not run.
pub(crate) struct Instance {
    name: String,
    program: PathBuf,
    folder: PathBuf,
    log: PathBuf,
    address: SocketAddr,
    database: Proxy,
    requests: Proxy,
    events: Proxy,
    clock: Option<Clock>,
    process: Option<Child>,
    /// When it was asked to end.
    asked: Option<Stopwatch>,
}

impl Instance {
    /// An instance that does not run yet.
    pub(super) fn new(nth: usize, plan: &Plan, postgres: u16, carrier: SocketAddr) -> Result<Self> {
        let name = format!("instance {nth}");
        let folder = plan.folder.join(format!("instance-{nth}"));
        fs::create_dir_all(&folder)?;
        let address = loopback(free_port()?);
        let clock = if plan.clocks {
            Some(Clock::new(folder.join("clock"))?)
        } else {
            None
        };
        Ok(Self {
            name,
            program: plan.program.clone(),
            log: plan.folder.join(format!("instance-{nth}.log")),
            folder,
            address,
            database: Proxy::to(loopback(postgres))?,
            requests: Proxy::to(carrier)?,
            events: Proxy::to(address)?,
            clock,
            process: None,
            asked: None,
        })
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Where its API is; the rig itself goes through no proxy.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// All its output.
    pub(crate) fn log(&self) -> &Path {
        &self.log
    }

    /// Its last output.
    pub(crate) fn last_words(&self) -> String {
        last_lines(&self.log)
    }

    /// Starts it, and does not wait for an answer.
    pub(crate) fn start(&mut self) -> Result<()> {
        let log = File::options().create(true).append(true).open(&self.log)?;
        let mut command = Command::new(&self.program);
        command
            .arg("serve")
            .args(["--listen", &self.address.to_string()])
            .arg("--data")
            .arg(self.folder.join("data"))
            .args(["--database", &url(self.database.address().port(), DATABASE)])
            .env(
                "RINGONCE_PUBLIC_URL",
                format!("http://{}", self.events.address()),
            )
            .env("RINGONCE_CONSECUTIVE_FAILURES", MOST_FAILURES)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        let carrier = format!("http://{}", self.requests.address());
        command
            .env("RINGONCE_TWILIO_ACCOUNT_SID", TWILIO_ACCOUNT)
            .env("RINGONCE_TWILIO_AUTH_TOKEN", TWILIO_TOKEN)
            .env("RINGONCE_TWILIO_CALLER_IDS", TWILIO_NUMBER)
            .env("RINGONCE_TWILIO_CALLS_PER_SECOND", "200")
            .env("RINGONCE_TWILIO_CALLS_AT_ONCE", "100000")
            .env("RINGONCE_TWILIO_BASE_URL", &carrier);
        if let Some(clock) = &self.clock {
            clock.wind(&mut command);
        }
        self.process = Some(command.spawn().context("starting `ringonce serve`")?);
        self.asked = None;
        Ok(())
    }

    /// Whether it answers an HTTP request.
    pub(crate) fn answers(&self) -> bool {
        TcpStream::connect(self.address).is_ok()
            && Client::new(self.address, "", Duration::from_secs(2))
                .post("/", "")
                .is_ok()
    }

    /// Whether it runs, frozen or not.
    pub(crate) const fn is_started(&self) -> bool {
        self.process.is_some()
    }

    /// Its process, while it runs.
    pub(crate) fn process(&self) -> Option<u32> {
        self.process.as_ref().map(Child::id)
    }

    /// An error when it has ended without being asked to.
    pub(crate) fn lives(&mut self) -> Result<()> {
        match self.ended()? {
            None => Ok(()),
            Some(status) => bail!("{} ended ({status}):\n{}", self.name, self.last_words()),
        }
    }

    /// How it ended, once, if it has ended without being asked to.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        let Some(process) = &mut self.process else {
            return Ok(None);
        };
        let (id, status) = (process.id(), process.try_wait()?);
        if status.is_some() {
            self.process = None;
            Clock::clear(id);
        }
        Ok(status)
    }

    /// Kills it, as a loss of power does.
    pub(crate) fn kill(&mut self) -> Result<()> {
        if let Some(mut process) = self.process.take() {
            process.kill()?;
            process.wait()?;
            Clock::clear(process.id());
        }
        Ok(())
    }

    /// Asks it to end in order, and does not wait.
    pub(crate) fn ask_to_end(&mut self) -> Result<()> {
        if let Some(process) = self.process() {
            signal(process, "TERM")?;
            self.asked = Some(Stopwatch::start());
        }
        Ok(())
    }

    /// The result so far of asking it to end. One that takes too long is killed.
    pub(crate) fn ending(&mut self) -> Result<Ending> {
        let took = self.asked.map(Stopwatch::elapsed).unwrap_or_default();
        if !self.is_started() || self.ended()?.is_some() {
            return Ok(Ending::InOrder(took));
        }
        if took > ORDERLY {
            self.kill()?;
            return Ok(Ending::Killed);
        }
        Ok(Ending::UnderWay)
    }

    /// Freezes it.
    pub(crate) fn freeze(&self) -> Result<()> {
        self.hold("STOP")
    }

    /// Lets it go on.
    pub(crate) fn thaw(&self) -> Result<()> {
        self.hold("CONT")
    }

    fn hold(&self, name: &str) -> Result<()> {
        if let Some(process) = self.process() {
            signal(process, name)?;
        }
        Ok(())
    }

    /// Disturbs one of its connections, or mends it.
    pub(crate) fn order(&self, line: Line, flow: Flow) {
        self.proxy(line).order(flow);
    }

    /// Disturbs the answers on one of its connections, or mends it.
    pub(crate) fn order_answers(&self, line: Line, flow: Flow) {
        self.proxy(line).order_answers(flow);
    }

    const fn proxy(&self, line: Line) -> &Proxy {
        match line {
            Line::Database => &self.database,
            Line::Requests => &self.requests,
            Line::Events => &self.events,
        }
    }

    /// Sets its wall clock so many seconds ahead of the right time, or behind.
    pub(crate) fn jump_to(&self, seconds: i64) -> Result<()> {
        match &self.clock {
            Some(clock) => clock.jump_to(seconds),
            None => bail!("the clock of {} cannot be set", self.name),
        }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        if let Err(error) = self.kill() {
            println!("{} could not be ended: {error:#}", self.name);
        }
    }
}

const fn loopback(port: u16) -> SocketAddr {
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), port)
}
