//! The endpoint in Python that the server is measured against, on the same PostgreSQL.

use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use super::{AUTH_TOKEN, PUBLIC};
use crate::postgres::free_port;
use crate::process::Ended;
use crate::stopwatch::{Stopwatch, pause};
use crate::workspace::root;

const PATIENCE: Duration = Duration::from_secs(30);

/// One process of uvicorn.
pub(super) struct Endpoint {
    pub(super) address: SocketAddr,
    _process: Ended,
}

impl Endpoint {
    /// Starts it; `mode` says how it reaches the database.
    pub(super) fn start(python: &Path, mode: &str, database: &str) -> Result<Self> {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let child = Command::new(python)
            .args(["-m", "uvicorn", "endpoint:app", "--no-access-log"])
            .args([
                "--log-level",
                "warning",
                "--loop",
                "uvloop",
                "--http",
                "httptools",
            ])
            .args(["--host", "127.0.0.1", "--port", &address.port().to_string()])
            .current_dir(root().join("tools/webhook-bench"))
            .env("MODE", mode)
            .env("DATABASE", database)
            .env("AUTH_TOKEN", AUTH_TOKEN)
            .env("PUBLIC_URL", PUBLIC)
            .stdin(Stdio::null())
            .spawn()
            .context("starting uvicorn")?;
        let mut process = Ended(child);
        let watch = Stopwatch::start();
        while TcpStream::connect(address).is_err() {
            if let Some(status) = process.0.try_wait()? {
                bail!("uvicorn ended ({status})");
            }
            ensure!(watch.elapsed() < PATIENCE, "uvicorn does not answer");
            pause(Duration::from_millis(20));
        }
        Ok(Self {
            address,
            _process: process,
        })
    }
}

/// Signatures of requests, by Twilio's own package.
pub(super) fn sign(python: &Path, requests: &[(String, String)]) -> Result<Vec<String>> {
    use std::io::Write as _;
    let folder = tempfile::tempdir()?;
    let asked = folder.path().join("asked.txt");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&asked)?);
    for (url, form) in requests {
        writeln!(file, "{url}\t{form}")?;
    }
    drop(file.into_inner()?);
    let signed = Command::new(python)
        .arg(root().join("tools/webhook-bench/sign.py"))
        .env("AUTH_TOKEN", AUTH_TOKEN)
        .stdin(std::fs::File::open(&asked)?)
        .stderr(Stdio::inherit())
        .output()
        .context("signing requests")?;
    ensure!(signed.status.success(), "requests could not be signed");
    let signatures: Vec<_> = String::from_utf8(signed.stdout)?
        .lines()
        .map(str::to_owned)
        .collect();
    ensure!(
        signatures.len() == requests.len(),
        "{} of {} requests were signed",
        signatures.len(),
        requests.len()
    );
    Ok(signatures)
}
