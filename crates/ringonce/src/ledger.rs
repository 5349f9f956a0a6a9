//! The ledger, the simulated carrier's log beside it, and the time according to both.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ringonce_carrier::Clock as _;
use ringonce_carrier::clock::{SystemClock, VirtualClock};
use ringonce_carrier::simulator::{Log, log};
use ringonce_domain::{Region, Timestamp};
use ringonce_store::Store;
use ringonce_store::model::{Actor, AuditContext, Page};
use ringonce_store::postgres::{self, PostgresStore};
use ringonce_store::sqlite::{self, EngineLock, SqliteStore};

use crate::config::Config;
use crate::database::Database;
use crate::failure::{Exit, Failure};

/// The simulated carrier's own log.
const SIMULATOR_LOG: &str = "simulator.log";
/// Bytes read at its end to find its latest instant: hundreds of lines.
const TAIL_BYTES: u64 = 64 << 10;
/// The fact that says with which kind of carrier a ledger calls.
const CARRIER_KIND: &str = "carrier_kind";

/// The kind of carrier with which a ledger calls. A carrier is asked about every call that has not
/// ended, so each must be asked only about its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The simulated carrier.
    Simulator,
    /// Carriers that ring phones.
    Real,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Simulator => "simulator",
            Self::Real => "real",
        }
    }
}

/// An open ledger and the files beside it.
pub(crate) struct Ledger {
    pub(crate) store: Arc<dyn Store>,
    database: Database,
    /// The same store when it is SQLite's, for operations that only a file has.
    sqlite: Option<Arc<SqliteStore>>,
    folder: PathBuf,
    simulator_log: PathBuf,
}

/// The actor of a command, for the audit trail.
pub(crate) fn actor() -> Actor {
    Actor::new("cli")
}

impl Ledger {
    /// Opens the ledger, creating it when it is missing; for a file also its folder.
    pub(crate) async fn open(config: &Config) -> Result<Self, Failure> {
        let database = Database::of(config)?;
        let folder = config.data.clone();
        let (store, sqlite) = match &database {
            Database::File(path) => {
                make_folder(&folder)?;
                let sqlite = Arc::new(SqliteStore::open(path, sqlite::Options::default())?);
                (Arc::clone(&sqlite) as Arc<dyn Store>, Some(sqlite))
            }
            Database::Server(url) => (server(url).await?, None),
        };
        Ok(Self {
            store,
            database,
            sqlite,
            simulator_log: folder.join(SIMULATOR_LOG),
            folder,
        })
    }

    /// Opens a ledger that must exist.
    pub(crate) async fn existing(config: &Config) -> Result<Self, Failure> {
        match Database::of(config)? {
            Database::File(path) if !path.exists() => {
                let what = match &config.database {
                    None => format!("there is no ledger in {}", config.data.display()),
                    Some(_) => format!("there is no ledger at {}", path.display()),
                };
                Err(Failure::new(Exit::Ledger, what)
                    .help("`ringonce dial FILE` makes one; `--data DIR` names another folder"))
            }
            _ => Self::open(config).await,
        }
    }

    /// The region of numbers without a country code where nothing else gives one; none where there is
    /// no ledger yet.
    pub(crate) async fn usual_region(config: &Config) -> Result<Option<Region>, Failure> {
        if let Database::File(path) = Database::of(config)?
            && !path.exists()
        {
            return Ok(None);
        }
        let ledger = Self::open(config).await?;
        let region = ledger.store.usual_region().await?;
        ledger.store.close().await?;
        Ok(region)
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the ledger is.
    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// Makes sure that no other process runs campaigns on a file. `None` on a server, where any
    /// number of instances may.
    pub(crate) fn lock_engine(&self) -> Result<Option<EngineLock>, Failure> {
        Ok(match &self.sqlite {
            Some(sqlite) => Some(sqlite.lock_engine()?),
            None => None,
        })
    }

    /// The simulated carrier's log.
    pub(crate) fn simulator_log(&self) -> PathBuf {
        self.simulator_log.clone()
    }

    /// Uses this file, which must exist, as the carrier's log.
    pub(crate) fn judge_by(&mut self, log: PathBuf) -> Result<(), Failure> {
        std::fs::metadata(&log).map_err(|error| Failure::of_file(&log, &error))?;
        self.simulator_log = log;
        Ok(())
    }

    /// That log for reading; `None` when no call was ever simulated.
    pub(crate) fn simulator_log_if_any(&self) -> Option<Log> {
        let path = self.simulator_log();
        path.exists().then_some(Log::File(path))
    }

    /// The latest instant of the simulated carrier's log. Lines are in order of time, so its end
    /// suffices, whatever its length.
    pub(crate) fn end_of_simulator_log(&self) -> Result<Option<Timestamp>, Failure> {
        let path = self.simulator_log();
        let tail = match tail(&path, TAIL_BYTES) {
            Ok(tail) => tail,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::of_file(&path, &error)),
        };
        // The first line is cut; damage is reported when the whole log is opened.
        Ok(log::entries(tail.as_slice())
            .flatten()
            .map(|entry| entry.at)
            .max())
    }

    /// The audit context of changes to accounts at the command line.
    pub(crate) async fn occasion(&self) -> Result<AuditContext, Failure> {
        Ok(AuditContext {
            by: actor(),
            now: self.now().await?,
            wall: SystemClock.now(),
        })
    }

    /// The database's time, or else the machine's; but not before the ledger's latest entry: simulated
    /// calls run ahead of the clock, and a new entry must not be older than the existing ones.
    pub(crate) async fn now(&self) -> Result<Timestamp, Failure> {
        let told = self.store.database_time().await?;
        let now = told.unwrap_or_else(|| SystemClock.now());
        let latest = self.store.latest_instant().await?;
        Ok(latest.map_or(now, |latest| latest.max(now)))
    }

    /// A clock that starts at [`Self::now`] and keeps the machine's pace.
    pub(crate) async fn clock(&self) -> Result<VirtualClock, Failure> {
        Ok(VirtualClock::new(self.now().await?, 1.0))
    }

    /// Whether its calls ring phones.
    pub(crate) async fn is_real(&self) -> Result<bool, Failure> {
        let kind = self.store.fact(CARRIER_KIND).await?;
        Ok(kind.as_deref() == Some(Kind::Real.word()))
    }

    /// Makes sure that a ledger with calls of one carrier never meets another: numbers that were
    /// only pretended to be rung must not count as called, nor may a carrier be asked about calls
    /// of another and say that there never were any. A ledger may change from the one to the other
    /// before the first call.
    pub(crate) async fn claim_for(&self, kind: Kind) -> Result<(), Failure> {
        let holds = self.store.fact_or_set(CARRIER_KIND, kind.word()).await?;
        if holds == kind.word() {
            return Ok(());
        }
        let refuse = |what: String, help: &str| {
            let database = self.database.shown();
            Err(Failure::new(Exit::Failed, format!("{database} holds {what}")).help(help))
        };
        let one = Page {
            after: None,
            limit: 1,
        };
        if !self.store.rings(one.clone()).await?.is_empty() {
            return if kind == Kind::Simulator {
                refuse(
                    "real calls; simulated ones must not mix with them".into(),
                    "simulate in a folder of its own, with `--data DIR`",
                )
            } else {
                refuse(
                    "simulated calls; real ones must not mix with them".into(),
                    "call in a folder or a database of its own, with `--data DIR` or `--database URL`",
                )
            };
        }
        if self.store.live_attempts(one).await?.is_empty() {
            let held = Some(holds.as_str());
            let replaced = self.store.replace_fact(CARRIER_KIND, held, kind.word());
            if replaced.await? {
                return Ok(());
            }
            return refuse(
                "calls of a carrier that another process has chosen in this moment".into(),
                "start again, with the same carrier as that one",
            );
        }
        refuse(
            format!(
                "calls of the carrier `{holds}` that are under way, of which only that one can tell"
            ),
            "serve with that carrier until they have ended",
        )
    }

    /// Closes the ledger; all writes are on disk.
    pub(crate) async fn close(&self) -> Result<(), Failure> {
        Ok(self.store.close().await?)
    }
}

fn make_folder(folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| {
        Failure::new(
            Exit::Ledger,
            format!("the folder {} cannot be made: {error}", folder.display()),
        )
        .help("choose another with `--data DIR`")
    })
}

/// A ledger on a PostgreSQL server.
async fn server(url: &str) -> Result<Arc<dyn Store>, Failure> {
    let store = PostgresStore::open(url, postgres::Options::default()).await?;
    Ok(Arc::new(store))
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
    use ringonce_domain::{
        AttemptId, Evidence, InstanceId, Millis, Outcome, SafetyLimits, Settings, Trust,
    };
    use ringonce_engine::intake::{IntakeRequest, create_from_file, start_campaign};
    use ringonce_import::Options;
    use ringonce_store::model::{ClaimRequest, Judgement};

    use super::*;

    async fn ledger() -> (tempfile::TempDir, Ledger) {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::load(None).unwrap();
        config.data = folder.path().join("data");
        let ledger = Ledger::open(&config).await.unwrap();
        (folder, ledger)
    }

    /// Records a ring, as far as the ledger is concerned.
    async fn ring(ledger: &Ledger) {
        let store = &ledger.store;
        let clock = ledger.clock().await.unwrap();
        let path = ledger.folder().join("one.csv");
        std::fs::write(&path, "phone\n+12025550123\n").unwrap();
        let settings = Settings::at_any_hour();
        let request = IntakeRequest {
            key: None,
            owner: None,
            name: "one".into(),
            options: Options::default(),
            settings,
            file_name: "one.csv".into(),
            path,
            starts: true,
        };
        let made = create_from_file(store, &clock, request, actor(), &|_| {}).await;
        let campaign = made.unwrap().campaign;
        let started = start_campaign(store, &clock, campaign, actor(), &|_| {}).await;
        started.unwrap();
        let now = clock.now();
        let instance = InstanceId::new(now, [1; 10]);
        let until = now + Millis::from_secs(6);
        let epoch = store.lease(campaign, instance, now, until).await.unwrap();
        let claim = ClaimRequest {
            campaign,
            instance,
            epoch: epoch.unwrap(),
            ids: vec![AttemptId::new(now, [2; 10])],
            now,
            lease_until: until,
        };
        let attempt = store.claim(claim).await.unwrap().attempts.remove(0);
        let judgement = Judgement {
            trust: Trust::default(),
            limits: SafetyLimits::default(),
        };
        let ended = Evidence::Ended {
            outcome: Outcome::Busy,
            cause: "busy".into(),
        };
        let told = store.record(attempt.id, vec![ended], actor(), judgement, now);
        told.await.unwrap();
    }

    #[tokio::test]
    async fn simulated_calls_never_mix_with_real_ones() {
        let (_folder, ledger) = ledger().await;
        let kinds = [Kind::Simulator, Kind::Real];
        for kind in kinds.into_iter().chain(kinds) {
            ledger.claim_for(kind).await.unwrap();
            ledger.claim_for(kind).await.unwrap();
        }
        ring(&ledger).await;
        for (held, refused, words) in [
            (Kind::Real, Kind::Simulator, "real calls"),
            (Kind::Simulator, Kind::Real, "simulated calls"),
        ] {
            let store = &ledger.store;
            let now = store.fact(CARRIER_KIND).await.unwrap();
            let set = store.replace_fact(CARRIER_KIND, now.as_deref(), held.word());
            assert!(set.await.unwrap());
            let refused = ledger.claim_for(refused).await.unwrap_err();
            assert!(refused.what.contains(words), "{refused}");
            assert!(refused.help.contains("--data"), "{refused}");
        }
    }

    #[tokio::test]
    async fn the_end_of_a_log_tells_its_latest_instant_whatever_its_length() {
        let (_folder, ledger) = ledger().await;
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
