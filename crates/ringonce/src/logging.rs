//! The server's log: to standard error, for people or for machines.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;
use crate::failure::{Exit, Failure};

/// Starts logging, for the rest of the process.
pub(crate) fn start(filter: &str, format: LogFormat) -> Result<(), Failure> {
    let wanted = EnvFilter::try_new(filter).map_err(|error| {
        Failure::new(
            Exit::Input,
            format!("log.filter: `{filter}` cannot be used: {error}"),
        )
        .help("use error, warn, info, debug or trace, or per part: info,ringonce_engine=debug")
    })?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(wanted)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let started = match format {
        LogFormat::Text => log.with_target(false).try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    started
        .map_err(|error| Failure::new(Exit::Failed, format!("logging cannot be started: {error}")))
}
