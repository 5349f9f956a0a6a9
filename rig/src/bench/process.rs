//! A child process under observation: how long it took, and how much memory it had at its peak.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::stopwatch::{Stopwatch, pause};
use crate::workspace::show;

/// The cost of a child.
pub(super) struct Observed {
    /// From its start to its end.
    pub(super) took: Duration,
    /// The largest resident memory seen, in megabytes of a million bytes.
    pub(super) peak_mb: f64,
    /// Its standard output.
    pub(super) printed: String,
}

/// Runs a program to its end. Its output has to be small enough for a pipe's buffer.
pub(super) fn observe(command: &mut Command) -> Result<Observed> {
    let line = show(command);
    println!("$ {line}");
    let watch = Stopwatch::start();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting `{line}`"))?;
    let mut peak_mb: f64 = 0.0;
    while child.try_wait()?.is_none() {
        // A child that has just ended has no figure; the last one stands.
        peak_mb = memory_mb(child.id(), "VmHWM")
            .unwrap_or_default()
            .max(peak_mb);
        pause(Duration::from_millis(2));
    }
    let took = watch.elapsed();
    let output = child.wait_with_output()?;
    ensure!(
        output.status.success(),
        "`{line}` failed ({})",
        output.status
    );
    ensure!(
        peak_mb > 0.0,
        "no memory figure for `{line}`: this needs /proc, as on Linux"
    );
    Ok(Observed {
        took,
        peak_mb,
        printed: String::from_utf8_lossy(&output.stdout).into_owned(),
    })
}

/// A figure of `/proc/PID/status`, such as `VmRSS` or `VmHWM`, in megabytes.
pub(super) fn memory_mb(pid: u32, field: &str) -> Result<f64> {
    let path = format!("/proc/{pid}/status");
    let status = fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
    match in_kib(&status, field) {
        Some(kib) => Ok(kib * 1_024.0 / 1e6),
        None => bail!("{path} has no {field}"),
    }
}

fn in_kib(status: &str, field: &str) -> Option<f64> {
    status
        .lines()
        .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?
        .trim()
        .strip_suffix(" kB")?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_from_the_kernels_words() {
        let status = "Name:\tringonce\nVmHWM:\t  123456 kB\nVmRSS:\t    1000 kB\n";
        assert_eq!(in_kib(status, "VmHWM"), Some(123_456.0));
        assert_eq!(in_kib(status, "VmRSS"), Some(1_000.0));
        assert_eq!(in_kib(status, "Vm"), None);
    }
}
