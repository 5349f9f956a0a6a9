//! One `ringonce serve` on a ledger of its own, with the simulated carrier inside, for tests and benches of
//! the pages and the API.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::http::Client;
use crate::postgres::free_port;
use crate::process::Ended;
use crate::site::token_in;
use crate::stopwatch::{Stopwatch, pause};
use crate::workspace::output;

/// How long it may take until it answers.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long it may take to answer one request.
const ANSWER: Duration = Duration::from_secs(30);

/// A running server, until it is dropped.
pub(crate) struct Served {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    program: PathBuf,
    data: PathBuf,
    log: PathBuf,
    process: Ended,
}

impl Served {
    /// Starts a program with further options; its ledger and its log are in `folder`. Returns when it
    /// answers.
    pub(crate) fn start(program: &Path, folder: &Path, options: &[&str]) -> Result<Self> {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        Self::start_at(address, program, folder, options)
    }

    /// The same, at an address that its options speak of.
    pub(crate) fn start_at(
        address: SocketAddr,
        program: &Path,
        folder: &Path,
        options: &[&str],
    ) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let (data, log) = (folder.join("data"), folder.join("serve.log"));
        let printed = File::create(&log)?;
        let child = Command::new(program)
            .args(["serve", "--listen", &address.to_string(), "--data"])
            .arg(&data)
            .args(options)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(printed.try_clone()?)
            .stderr(printed)
            .spawn()
            .with_context(|| format!("starting `{} serve`", program.display()))?;
        let mut server = Self {
            address,
            program: program.to_owned(),
            data,
            log,
            process: Ended(child),
        };
        server.until_it_answers()?;
        Ok(server)
    }

    fn until_it_answers(&mut self) -> Result<()> {
        let watch = Stopwatch::start();
        // What a first start prints comes after it listens.
        while TcpStream::connect(self.address).is_err() || !self.printed()?.contains("serves on") {
            if let Some(status) = self.process.0.try_wait()? {
                bail!("`ringonce serve` ended ({status}):\n{}", self.printed()?);
            }
            if watch.elapsed() > PATIENCE {
                bail!("`ringonce serve` does not answer:\n{}", self.printed()?);
            }
            pause(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Its output so far.
    pub(crate) fn printed(&self) -> Result<String> {
        Ok(fs::read_to_string(&self.log)?)
    }

    /// The way in that a first start prints: a link below its address.
    pub(crate) fn first_link(&self) -> Result<String> {
        let base = format!("http://{}/", self.address);
        let watch = Stopwatch::start();
        loop {
            let printed = self.printed()?;
            let link = printed
                .split_whitespace()
                .filter_map(|word| word.strip_prefix(&base))
                .find(|path| !path.is_empty());
            if let Some(path) = link {
                return Ok(format!("/{path}"));
            }
            if watch.elapsed() > ANSWER {
                bail!("the server printed no link that leads in:\n{printed}");
            }
            pause(Duration::from_millis(20));
        }
    }

    /// Runs a command of the program on the same ledger.
    pub(crate) fn command(&self, args: &[&str]) -> Result<String> {
        output(
            Command::new(&self.program)
                .args(args)
                .arg("--data")
                .arg(&self.data),
        )
    }

    /// A client of the API that may do everything.
    pub(crate) fn client(&self) -> Result<Client> {
        let printed = self.command(&["token", "create", "rig"])?;
        let token = token_in(&printed).context("`token create` printed no token")?;
        Ok(Client::new(self.address, &token, ANSWER))
    }

    /// The folder with its ledger's folder and its log.
    pub(crate) fn folder(&self) -> &Path {
        self.data.parent().unwrap_or(&self.data)
    }
}
