//! The data folder: the ledger, the simulated carrier's log, and the time that both allow.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ringonce_carrier::Clock as _;
use ringonce_carrier::clock::{SystemClock, VirtualClock};
use ringonce_carrier::simulator::{Log, log};
use ringonce_domain::Timestamp;
use ringonce_store::Store;
use ringonce_store::model::Actor;
use ringonce_store::sqlite::{Options, SqliteStore};

use crate::config::Config;
use crate::failure::{Exit, Failure};

/// The ledger's file in the data folder.
const DATABASE: &str = "ringonce.db";
/// The simulated carrier's own log.
const SIMULATOR_LOG: &str = "simulator.log";
/// How much of its end is read to learn its latest instant: hundreds of lines.
const TAIL_BYTES: u64 = 64 << 10;
/// The fact that says whose calls a ledger holds.
const CARRIER_KIND: &str = "carrier_kind";
/// What it says for simulated calls.
const SIMULATOR: &str = "simulator";

/// An open ledger and what lies beside it.
pub(crate) struct Ledger {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) sqlite: Arc<SqliteStore>,
    folder: PathBuf,
}

/// Who acts when a command does, for the audit trail.
pub(crate) fn actor() -> Actor {
    Actor::new("cli")
}

impl Ledger {
    /// Opens the ledger, making it and its folder when they are missing.
    pub(crate) fn open(config: &Config) -> Result<Self, Failure> {
        let folder = config.data.clone();
        std::fs::create_dir_all(&folder).map_err(|error| {
            Failure::new(
                Exit::Ledger,
                format!("the folder {} cannot be made: {error}", folder.display()),
            )
            .help("choose another with `--data DIR`")
        })?;
        let sqlite = SqliteStore::open(folder.join(DATABASE), Options::default())?;
        let sqlite = Arc::new(sqlite);
        let store: Arc<dyn Store> = Arc::clone(&sqlite) as Arc<dyn Store>;
        Ok(Self {
            store,
            sqlite,
            folder,
        })
    }

    /// Opens a ledger that must be there.
    pub(crate) fn existing(config: &Config) -> Result<Self, Failure> {
        if !config.data.join(DATABASE).exists() {
            let what = format!("there is no ledger in {}", config.data.display());
            return Err(Failure::new(Exit::Ledger, what)
                .help("`ringonce dial FILE` makes one; `--data DIR` names another folder"));
        }
        Self::open(config)
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The ledger's file.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.join(DATABASE)
    }

    /// The simulated carrier's log.
    pub(crate) fn simulator_log(&self) -> PathBuf {
        self.folder.join(SIMULATOR_LOG)
    }

    /// The same for reading; `None` when no call was ever simulated.
    pub(crate) fn simulator_log_if_any(&self) -> Option<Log> {
        let path = self.simulator_log();
        path.exists().then_some(Log::File(path))
    }

    /// The latest instant of the simulated carrier's log. Lines are written in order of time, so
    /// its end tells, whatever its length.
    pub(crate) fn end_of_simulator_log(&self) -> Result<Option<Timestamp>, Failure> {
        let path = self.simulator_log();
        let tail = match tail(&path, TAIL_BYTES) {
            Ok(tail) => tail,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::of_file(&path, &error)),
        };
        // The first line is cut, and no damage is judged here: who opens the log does that.
        Ok(log::entries(tail.as_slice())
            .flatten()
            .map(|entry| entry.at)
            .max())
    }

    /// The machine's time, unless the ledger has seen a later one: simulated calls run ahead of
    /// the clock, and what is written must not be older than what stands there.
    pub(crate) async fn now(&self) -> Result<Timestamp, Failure> {
        let latest = self.store.latest_instant().await?;
        Ok(latest.map_or_else(|| SystemClock.now(), |latest| latest.max(SystemClock.now())))
    }

    /// A clock that starts at [`Self::now`] and keeps the machine's pace.
    pub(crate) async fn clock(&self) -> Result<VirtualClock, Failure> {
        Ok(VirtualClock::new(self.now().await?, 1.0))
    }

    /// Makes sure that a ledger with simulated calls never meets a real carrier, nor the reverse:
    /// numbers that were only pretended to be rung must not count as called, or as not called.
    pub(crate) async fn claim_for_simulator(&self) -> Result<(), Failure> {
        match self.store.fact(CARRIER_KIND).await?.as_deref() {
            Some(SIMULATOR) => Ok(()),
            None => Ok(self.store.set_fact(CARRIER_KIND, SIMULATOR).await?),
            Some(other) => Err(Failure::new(
                Exit::Failed,
                format!("{} holds calls of the carrier `{other}`; simulated calls must not mix with them", self.database().display()),
            )
            .help("simulate in a folder of its own, with `--data DIR`")),
        }
    }

    /// Closes the ledger; what was written is on disk.
    pub(crate) async fn close(&self) -> Result<(), Failure> {
        Ok(self.store.close().await?)
    }
}

/// The last bytes of a file.
fn tail(path: &Path, bytes: u64) -> std::io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let from = file.metadata()?.len().saturating_sub(bytes);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    file.take(bytes).read_to_end(&mut tail)?;
    Ok(tail)
}

/// A carrier's log that cannot be read or written.
pub(crate) fn log_failure(error: &log::LogError) -> Failure {
    let text = error.to_string();
    let parts = match error {
        log::LogError::Io { .. } => None,
        log::LogError::InUse(_) => text.split_once(": "),
        log::LogError::Damaged { .. } => text.rsplit_once(": "),
    };
    let (what, advice) = parts.unwrap_or((&text, ""));
    Failure::new(Exit::Ledger, what).help(advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn simulated_calls_never_mix_with_real_ones() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::load(None).unwrap();
        config.data = folder.path().join("data");
        let ledger = Ledger::open(&config).unwrap();
        ledger.claim_for_simulator().await.unwrap();
        ledger.claim_for_simulator().await.unwrap();
        ledger.store.set_fact(CARRIER_KIND, "twilio").await.unwrap();
        let refused = ledger.claim_for_simulator().await.unwrap_err();
        assert!(refused.what.contains("carrier `twilio`"), "{refused}");
        assert!(refused.help.contains("--data"), "{refused}");
    }

    #[test]
    fn the_end_of_a_log_tells_its_latest_instant_whatever_its_length() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::load(None).unwrap();
        config.data = folder.path().to_owned();
        let ledger = Ledger::open(&config).unwrap();
        assert_eq!(ledger.end_of_simulator_log().unwrap(), None);
        let line = |at: i64| {
            format!(
                r#"{{"at":{at},"event":"ring","attempt":"019f9a44-d3e0-7707-8707-070707070707","campaign":1,"number":"+12025550123","call_id":"sim-1"}}"#
            )
        };
        for lines in [1, 3_000] {
            let text: Vec<String> = (1..=lines).map(line).collect();
            std::fs::write(ledger.simulator_log(), text.join("\n") + "\n{\"at\":9").unwrap();
            assert_eq!(
                ledger.end_of_simulator_log().unwrap(),
                Some(Timestamp::from_millis(lines))
            );
        }
    }
}
