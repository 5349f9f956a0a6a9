//! The configuration of a deployment: few settings, each with a default, each documented here.
//!
//! Command-line options override the environment, the environment overrides the file. Campaigns
//! have settings of their own; they are in the ledger, not here.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use confique::Config as _;
use ringonce_domain::SafetyLimits;
use serde::{Deserialize, Serialize};

use crate::archive;
use crate::carriers::sections::{self, Sections};
use crate::failure::{Exit, Failure};

/// Ringonce's configuration. Give the file with `--config FILE` or `RINGONCE_CONFIG=FILE`; what it
/// leaves out has the default shown. Options on the command line override environment variables,
/// and those override this file.
#[derive(Clone, Debug, confique::Config)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct Config {
    /// The folder that holds the ledger (`ringonce.db`) and the simulated carrier's own log
    /// (`simulator.log`). It is made when missing. Relative to the working directory.
    #[config(env = "RINGONCE_DATA", default = "ringonce-data")]
    pub(crate) data: PathBuf,

    /// The database that holds the ledger: `sqlite:PATH`, or `postgres://user@host/database` for
    /// any number of instances. Without it, `ringonce.db` in the data folder. A password is better
    /// kept in the environment than in this file.
    #[config(env = "RINGONCE_DATABASE")]
    pub(crate) database: Option<String>,

    /// The carrier of campaigns that name none. Without it, the first of `carriers` in the order of names.
    #[config(env = "RINGONCE_CARRIER")]
    pub(crate) carrier: Option<String>,

    /// Carriers that ring real phones: a section `[carriers.NAME]` for each account or subaccount, by whose name
    /// campaigns choose it. `kind = "twilio"` or `kind = "signalwire"` says what it is, and is not needed where
    /// the name says it; below is a section of each kind. Every setting can be given in the environment too:
    /// `RINGONCE_TWILIO_AUTH_TOKEN` for `carriers.twilio`, `RINGONCE_CLINIC_A_AUTH_TOKEN` for
    /// `carriers.clinic-a`, several values separated by commas; secrets are better kept there than in this
    /// file. A ledger with simulated calls takes no real ones: give them a data folder or a database of
    /// their own.
    #[config(default = {})]
    pub(crate) carriers: Sections,

    /// The server, `ringonce serve`.
    #[config(nested)]
    pub(crate) server: Server,

    /// Recordings of calls, of campaigns that record: fetched from the carrier, and kept.
    #[config(nested)]
    pub(crate) recordings: archive::Recordings,

    /// When the emergency stop trips and holds every campaign until a person re-arms it with
    /// `ringonce resume-all --reason …`.
    #[config(nested)]
    pub(crate) safety: Safety,

    /// What the server logs, to standard error.
    #[config(nested)]
    pub(crate) log: Log,
}

#[derive(Clone, Debug, confique::Config)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct Server {
    /// The address on which the API and the pages are served.
    #[config(env = "RINGONCE_LISTEN", default = "127.0.0.1:8000")]
    pub(crate) listen: SocketAddr,

    /// Whether `listen` may be an address that other machines can reach. The server speaks plain
    /// HTTP: put a proxy that speaks TLS before it, or tokens and phone numbers can be read on
    /// the way.
    #[config(env = "RINGONCE_ALLOW_REMOTE", default = false)]
    pub(crate) allow_remote: bool,

    /// The address under which people reach the server, such as `https://calls.example.com`;
    /// used in links, and by real carriers, which need one that begins with `https://`. Without it, links
    /// use `listen`. It may be a load balancer's, for any instance can take any webhook.
    #[config(env = "RINGONCE_PUBLIC_URL")]
    pub(crate) public_url: Option<String>,

    /// The name of this instance among those that share the database. Without it, the name of the
    /// machine.
    #[config(env = "RINGONCE_NAME")]
    pub(crate) name: Option<String>,
}

#[derive(Clone, Copy, Debug, confique::Config)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct Safety {
    /// Consecutive calls that could not be placed (refused for account, configuration or network
    /// reasons), or to which the carrier gave no clear answer. Busy, no answer and a bad number are
    /// outcomes, not failures. At least 1.
    #[config(env = "RINGONCE_CONSECUTIVE_FAILURES", default = 3)]
    pub(crate) consecutive_failures: u32,

    /// Numbers found rung against the rules. At least 1.
    #[config(env = "RINGONCE_DUPLICATES", default = 2)]
    pub(crate) duplicates: u32,
}

#[derive(Clone, Debug, confique::Config)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub(crate) struct Log {
    /// `text` for people, `json` for machines: one object a line.
    #[config(env = "RINGONCE_LOG_FORMAT", default = "text")]
    pub(crate) format: LogFormat,

    /// What is logged: `error`, `warn`, `info`, `debug`, `trace`, or per part as in
    /// `info,ringonce_engine=debug`.
    #[config(env = "RINGONCE_LOG", default = "info")]
    pub(crate) filter: String,
}

/// The readers of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// For machines, one object a line.
    Json,
}

impl Config {
    /// Reads the environment and, if one is given, a file.
    pub(crate) fn load(file: Option<&Path>) -> Result<Self, Failure> {
        let mut sources = Self::builder().env();
        if let Some(path) = file {
            // A named file that is missing must not count as an empty one.
            std::fs::metadata(path).map_err(|error| Failure::of_file(path, &error))?;
            sources = sources.file(path);
        }
        let invalid = |text: String| {
            Failure::new(Exit::Input, text)
                .help("`ringonce config` prints every setting with its default")
        };
        let mut config = sources
            .load()
            .map_err(|error| invalid(one_line(&format!("{error:#}"))))?;
        config.carriers = config.carriers.with(|name| std::env::var(name).ok())?;
        config.carriers.sections(config.carrier.as_deref())?;
        for (name, value) in [
            ("consecutive_failures", config.safety.consecutive_failures),
            ("duplicates", config.safety.duplicates),
        ] {
            if value == 0 {
                return Err(invalid(format!(
                    "safety.{name}: 0 would stop everything at once; give at least 1"
                )));
            }
        }
        Ok(config)
    }

    /// The limits of the emergency stop.
    pub(crate) const fn limits(&self) -> SafetyLimits {
        SafetyLimits {
            consecutive_failures: self.safety.consecutive_failures,
            duplicates: self.safety.duplicates,
        }
    }
}

/// The documented default configuration.
pub(crate) fn template() -> String {
    let settings = confique::toml::template::<Config>(confique::toml::FormatOptions::default());
    // The sections of carriers are given as such, below.
    settings.replace("#\n# Default value: {  }\n#carriers = {  }\n", "") + &sections::template()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(toml: &str) -> Result<Config, Failure> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ringonce.toml");
        std::fs::write(&path, toml).unwrap();
        Config::load(Some(&path))
    }

    #[test]
    fn the_template_is_valid_and_says_the_defaults() {
        let config = load(&template()).unwrap();
        assert_eq!(config.limits(), SafetyLimits::default());
        assert!(config.server.listen.ip().is_loopback());
        assert!(
            template().contains("#listen = \"127.0.0.1:8000\""),
            "{}",
            template()
        );
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for (toml, word) in [
            ("colour = 1", "colour"),
            ("[server]\nlisten = \"everywhere\"", "listen"),
            ("[safety]\nduplicates = 0", "safety.duplicates"),
            ("[log]\nformat = \"xml\"", "xml"),
            ("data =", "ringonce.toml"),
        ] {
            let failure = load(toml).expect_err(toml);
            assert_eq!(failure.exit, Exit::Input);
            assert!(failure.what.contains(word), "{toml}: {failure}");
            assert!(!failure.what.contains('\n'), "{failure}");
        }
    }

    #[test]
    fn a_file_that_is_missing_is_not_taken_for_an_empty_one() {
        assert!(Config::load(Some("no-such-file.toml".as_ref())).is_err());
    }
}
