//! An idle server on a large ledger: how soon it answers, and how much memory it keeps.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::process::memory_mb;
use super::{Measure, Size, import};
use crate::process::Ended;
use crate::stopwatch::{Stopwatch, pause};
use crate::workspace::{build_release, program, release_binary};

/// Long enough for caches and the first round of every loop.
const SETTLE: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(30);

/// Time until the first answer, and resident memory once all is quiet.
pub(super) fn idle(size: Size) -> Result<Vec<Measure>> {
    build_release()?;
    let rows = if size.quick { 100_000 } else { 1_000_000 };
    let ledger = import::ledger(rows)?;
    let address = free_address()?;
    // The first start makes the API token and warms nothing that counts; the second is measured.
    drop(start(ledger.path(), address, &[])?);
    let (server, ready) = start(ledger.path(), address, &[])?;
    pause(SETTLE);
    let resident = memory_mb(server.0.id(), "VmRSS")?;
    Ok(vec![
        Measure::below(
            &format!("serve with {rows} contacts, first answer"),
            "ms",
            ready.as_secs_f64() * 1_000.0,
            300.0,
        ),
        Measure::below(
            &format!("serve with {rows} contacts, idle, resident"),
            "MB",
            resident,
            40.0,
        ),
    ])
}

/// Starts a server with further options. Returns how long it took to answer.
pub(super) fn start(
    data: &std::path::Path,
    address: SocketAddr,
    options: &[String],
) -> Result<(Ended, Duration)> {
    let watch = Stopwatch::start();
    let child = program(release_binary("ringonce"))
        .arg("serve")
        .args(["--listen", &address.to_string(), "--data"])
        .arg(data)
        .args(options)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("starting `ringonce serve`")?;
    let mut server = Ended(child);
    while !answers(address) {
        if let Some(status) = server.0.try_wait()? {
            bail!("`ringonce serve` ended ({status}) before it answered");
        }
        if watch.elapsed() > PATIENCE {
            bail!("`ringonce serve` does not answer on {address}");
        }
        pause(Duration::from_millis(1));
    }
    Ok((server, watch.elapsed()))
}

/// Whether an HTTP answer of any kind comes.
fn answers(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(
            stream,
            "GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        )?;
        let mut start = [0; 5];
        stream.read_exact(&mut start)?;
        Ok(&start == b"HTTP/")
    };
    ask().unwrap_or(false)
}

pub(super) fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// The options of a simulated world in which every callee picks up and talks for so long.
pub(in crate::bench) fn everybody_talks(seconds: u32) -> [String; 2] {
    [
        "--everyone=answers".into(),
        format!("--talk-seconds={seconds}"),
    ]
}
