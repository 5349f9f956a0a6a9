//! Chromium's driver and its sessions: each is a browser of its own with an empty profile, which ends with
//! its page.

use std::cell::{Cell, RefCell};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use thirtyfour::{Capabilities, WebDriver};
use tokio::runtime::{Builder, Runtime};

use super::chromium::Chromium;
use super::page::Page;
use crate::postgres::free_port;
use crate::process::Ended;
use crate::served::Served;
use crate::stopwatch::{Stopwatch, pause};
use crate::workspace::{debug_binary, target};

/// Errors in a server's log that are not its fault: a story caused them, or the machine is busy.
const FORGIVEN: [&str; 2] = ["emergency stop", "trying again"];
const PATIENCE: Duration = Duration::from_secs(30);

/// A running driver, and the story that is being told with it.
pub(crate) struct Browser {
    address: SocketAddr,
    /// Waits for the driver's answers.
    pub(super) runtime: Runtime,
    chromium: Chromium,
    /// Problems on pages, as the browser reports them.
    pub(super) problems: RefCell<Vec<String>>,
    /// The folder of the story's servers.
    folder: RefCell<PathBuf>,
    servers: Cell<u32>,
    _process: Ended,
}

impl Browser {
    /// Fetches Chromium unless it is there, and starts its driver.
    pub(crate) fn start() -> Result<Self> {
        let chromium = Chromium::ready()?;
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let mut command = Command::new(&chromium.driver);
        chromium.lend(&mut command);
        command
            .arg(format!("--port={}", address.port()))
            .arg("--log-level=OFF")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let process = Ended(command.spawn().context("starting `chromedriver`")?);
        let watch = Stopwatch::start();
        while TcpStream::connect(address).is_err() {
            ensure!(watch.elapsed() < PATIENCE, "`chromedriver` does not answer");
            pause(Duration::from_millis(10));
        }
        Ok(Self {
            address,
            runtime: Builder::new_current_thread().enable_all().build()?,
            chromium,
            problems: RefCell::default(),
            folder: RefCell::new(target().join("browser")),
            servers: Cell::default(),
            _process: process,
        })
    }

    /// The browser.
    pub(crate) const fn chromium(&self) -> &Chromium {
        &self.chromium
    }

    /// Begins a story with an empty folder and no problem.
    pub(crate) fn begin(&self, story: &str) -> Result<()> {
        let folder = target().join("browser").join(story);
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        self.folder.replace(folder);
        self.servers.set(0);
        self.problems.take();
        Ok(())
    }

    /// Problems since the story began: on pages, and in the servers' logs.
    pub(crate) fn problems(&self) -> Result<Vec<String>> {
        let mut problems = self.problems.take();
        for nth in 1..=self.servers.get() {
            let log = std::fs::read_to_string(self.server_folder(nth).join("serve.log"))?;
            let bad = |line: &&str| {
                let forgiven = FORGIVEN.iter().any(|words| line.contains(words));
                line.contains("panicked") || (line.contains(" ERROR ") && !forgiven)
            };
            problems.extend(log.lines().filter(bad).map(|line| format!("log: {line}")));
        }
        Ok(problems)
    }

    /// Starts a server for the story.
    pub(crate) fn serve(&self, options: &[&str]) -> Result<Served> {
        self.serve_at(SocketAddr::from(([127, 0, 0, 1], free_port()?)), options)
    }

    /// The same, at an address that its options speak of.
    pub(crate) fn serve_at(&self, address: SocketAddr, options: &[&str]) -> Result<Served> {
        self.servers.set(self.servers.get() + 1);
        let folder = self.server_folder(self.servers.get());
        Served::start_at(address, &debug_binary("ringonce"), &folder, options)
    }

    /// The story's own folder.
    pub(crate) fn folder(&self) -> Result<PathBuf> {
        let folder = self.folder.borrow().clone();
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    fn server_folder(&self, nth: u32) -> PathBuf {
        self.folder.borrow().join(format!("server-{nth}"))
    }

    /// Pictures of failures go here.
    pub(super) fn evidence(&self) -> PathBuf {
        self.folder.borrow().join("failed.png")
    }

    /// Opens an empty window of `width` × `height` for pages of a server.
    pub(crate) fn page(&self, server: &Served, width: u32, height: u32) -> Result<Page<'_>> {
        let driver = self.runtime.block_on(self.session(width, height))?;
        Page::new(self, driver, server.address, (width, height))
    }

    async fn session(&self, width: u32, height: u32) -> Result<WebDriver> {
        let mut arguments: Vec<String> = Chromium::arguments().iter().map(|&a| a.into()).collect();
        arguments.push(format!("--window-size={width},{height}"));
        arguments.push("--lang=en-US".to_owned());
        arguments.push("--force-prefers-reduced-motion".to_owned());
        let mut wanted = Capabilities::new();
        wanted.set("browserName", "chrome")?;
        wanted.set("goog:loggingPrefs", json!({ "browser": "ALL" }))?;
        wanted.set(
            "goog:chromeOptions",
            json!({ "binary": self.chromium.program, "args": arguments }),
        )?;
        // Its client requires a TLS provider, though it uses none. One that is installed already is the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        WebDriver::new(format!("http://{}", self.address), wanted)
            .await
            .context("starting Chromium")
    }
}

/// Pictures of pages go here.
pub(crate) fn picture(name: &str) -> Result<PathBuf> {
    let folder = target().join("screenshots");
    std::fs::create_dir_all(&folder)?;
    Ok(folder.join(Path::new(name).with_extension("png")))
}
