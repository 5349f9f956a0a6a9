//! A throwaway PostgreSQL server: in a temporary folder, reachable on the loopback interface only, and gone
//! when its value is dropped, also when a test fails half-way.
//!
//! Durability is under test, so `fsync` and `synchronous_commit` are on unless a caller asks otherwise. The
//! server can be killed like a machine that loses its power, and started again on the same folder and port.

mod programs;

use std::ffi::OsString;
use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

pub(crate) use self::programs::Account;
use self::programs::server_programs;
use crate::process::{children, is_running, signal, signal_all};
use crate::stopwatch::{Stopwatch, pause};
use crate::workspace::{output, program};

/// Where tests of the store find a server: a URL whose role may create databases.
pub(crate) const TEST_POSTGRES: &str = "RINGONCE_TEST_POSTGRES";

/// The role that owns everything on the server.
const ROLE: &str = "postgres";
/// A server that has not answered by then will not: after a crash it writes all its files to disk.
const PATIENCE: Duration = Duration::from_mins(5);

/// How long an abrupt end may take.
const AT_ONCE: Duration = Duration::from_secs(5);

/// The purpose of a server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Setup {
    /// Nothing survives a crash, and commits cost nothing: for tests that kill no server.
    pub(crate) careless: bool,
    /// The file of the server's log; without one the log is in its folder, and is removed with it.
    pub(crate) log: Option<PathBuf>,
}

/// A running server, until it is dropped.
pub(crate) struct Postgres {
    programs: PathBuf,
    account: Option<Account>,
    folder: TempDir,
    log: PathBuf,
    careless: bool,
    port: u16,
    server: Option<Child>,
}

impl Postgres {
    /// Makes a database cluster and starts its server.
    pub(crate) fn start(setup: Setup) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("ringonce-pg-").tempdir()?;
        let mut postgres = Self {
            programs: server_programs()?,
            account: Account::for_server(folder.path())?,
            log: setup
                .log
                .unwrap_or_else(|| folder.path().join("server.log")),
            careless: setup.careless,
            port: free_port()?,
            server: None,
            folder,
        };
        postgres.make_cluster()?;
        postgres.start_again()?;
        Ok(postgres)
    }

    /// The URL of a database on this server, such as `postgres`, which is always there.
    pub(crate) fn url(&self, database: &str) -> String {
        url(self.port, database)
    }

    /// The port on 127.0.0.1.
    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// Makes an empty database.
    pub(crate) fn create_database(&self, name: &str) -> Result<()> {
        self.sql("postgres", &format!("CREATE DATABASE {name}"))
            .map(drop)
    }

    /// The answer to a statement: a line for each row, columns separated by `|`.
    pub(crate) fn sql(&self, database: &str, statement: &str) -> Result<String> {
        let mut psql = Command::new(self.program("psql"));
        psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"])
            .args(["--set", "ON_ERROR_STOP=1", "--command", statement])
            .arg(self.url(database))
            .env("PGCONNECT_TIMEOUT", "5");
        Ok(output(&mut psql)?.trim_end().to_owned())
    }

    /// Kills every process of the server at once, as a loss of power does.
    pub(crate) fn kill(&mut self) -> Result<()> {
        let Some(mut server) = self.server.take() else {
            return Ok(());
        };
        // Its first process is stopped first, or it would see its children die and start to recover.
        signal_all(&[server.id()], "STOP");
        let workers = children(server.id());
        signal_all(&workers, "KILL");
        server.kill()?;
        server.wait()?;
        // The folder is not used again while one of them still has it open.
        let watch = Stopwatch::start();
        while workers.iter().any(|worker| is_running(*worker)) {
            ensure!(
                watch.elapsed() < PATIENCE,
                "killed processes of the server still run"
            );
            pause(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Starts the server on its folder and port, and waits until it answers.
    pub(crate) fn start_again(&mut self) -> Result<()> {
        self.spawn()?;
        self.until_it_answers()
    }

    /// Starts the server on its folder and port. What a crash left behind is mended first, which
    /// can take seconds.
    pub(crate) fn spawn(&mut self) -> Result<()> {
        ensure!(self.server.is_none(), "the server runs already");
        let log = File::options().create(true).append(true).open(&self.log)?;
        let socket_folder = self.folder.path();
        let mut server = self.command("postgres");
        server.arg("-D").arg(self.data());
        for (name, value) in self.settings() {
            server.arg("-c").arg(format!("{name}={value}"));
        }
        server
            .arg("-c")
            .arg(format!(
                "unix_socket_directories={}",
                socket_folder.display()
            ))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        self.server = Some(server.spawn().context("starting `postgres`")?);
        Ok(())
    }

    /// An error when the server has ended without a kill by the rig.
    pub(crate) fn lives(&mut self) -> Result<()> {
        if self.server.is_some()
            && let Some(status) = self.ended()?
        {
            bail!("`postgres` ended ({status}):\n{}", self.last_words());
        }
        Ok(())
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        let durable = if self.careless { "off" } else { "on" };
        vec![
            ("listen_addresses", "127.0.0.1".into()),
            ("port", self.port.to_string()),
            ("fsync", durable.into()),
            ("synchronous_commit", durable.into()),
            ("full_page_writes", durable.into()),
            ("max_connections", "300".into()),
            ("shared_buffers", "256MB".into()),
            // In its folder, so that what a kill leaves behind goes with it.
            ("dynamic_shared_memory_type", "mmap".into()),
            ("max_wal_size", "2GB".into()),
            // As on a server in use: files of its log that wait to be overwritten.
            ("min_wal_size", "1GB".into()),
            ("log_line_prefix", "%m [%p] %d ".into()),
            ("timezone", "UTC".into()),
        ]
    }

    fn until_it_answers(&mut self) -> Result<()> {
        let watch = Stopwatch::start();
        let ready = self.program("pg_isready");
        loop {
            if let Some(status) = self.ended()? {
                self.server = None;
                bail!(
                    "`postgres` ended ({status}) before it answered:\n{}",
                    self.last_words()
                );
            }
            let answers = Command::new(&ready)
                .args(["--quiet", "--host", "127.0.0.1", "--port"])
                .arg(self.port.to_string())
                .status()
                .with_context(|| format!("running {}", ready.display()))?;
            if answers.success() {
                return Ok(());
            }
            ensure!(
                watch.elapsed() < PATIENCE,
                "`postgres` does not answer on port {}:\n{}",
                self.port,
                self.last_words()
            );
            pause(Duration::from_millis(20));
        }
    }

    fn ended(&mut self) -> Result<Option<ExitStatus>> {
        match &mut self.server {
            Some(server) => Ok(server.try_wait()?),
            None => bail!("the server was not started"),
        }
    }

    fn last_words(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(15)..].join("\n")
    }

    fn make_cluster(&self) -> Result<()> {
        if let Some(account) = self.account {
            account.own(self.folder.path())?;
        }
        fs::set_permissions(self.folder.path(), fs::Permissions::from_mode(0o700))?;
        output(
            self.command("initdb")
                .args(["--auth", "trust", "--username", ROLE])
                .args([
                    "--encoding",
                    "UTF8",
                    "--locale",
                    "C",
                    "--no-sync",
                    "--pgdata",
                ])
                .arg(self.data()),
        )
        .map(drop)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// One of the server's programs, under the account that may run it.
    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.program(name));
        command.current_dir(self.folder.path());
        if let Some(account) = self.account {
            command.uid(account.user).gid(account.group);
        }
        command
    }

    /// A program beside the server; client programs may also be elsewhere on the `PATH`.
    fn program(&self, name: &str) -> PathBuf {
        let beside = self.programs.join(name);
        if beside.is_file() {
            beside
        } else {
            name.into()
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Only its shared memory in the kernel would be kept, which the server itself gives back.
        if let Some(server) = &mut self.server
            && signal(server.id(), "QUIT").is_ok()
        {
            let watch = Stopwatch::start();
            while watch.elapsed() < AT_ONCE && matches!(server.try_wait(), Ok(None)) {
                pause(Duration::from_millis(5));
            }
        }
        if let Err(error) = self.kill() {
            println!("a PostgreSQL server could not be stopped: {error:#}");
        }
    }
}

/// A URL of a server on this machine.
pub(crate) fn url(port: u16, database: &str) -> String {
    format!("postgres://{ROLE}@127.0.0.1:{port}/{database}")
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Runs a command beside a server of its own.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Commits do not wait for the disk: faster, and the ledger's doctor reports it.
    #[arg(long)]
    careless: bool,
    /// The command; it finds the server by `RINGONCE_TEST_POSTGRES`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    command: Vec<OsString>,
}

/// Starts a server, runs the command, and throws the server away.
pub(crate) fn run(args: &Args) -> Result<()> {
    let [name, rest @ ..] = args.command.as_slice() else {
        bail!("give a command, as in `cargo xtask postgres -- cargo test -p ringonce-store`");
    };
    let server = Postgres::start(Setup {
        careless: args.careless,
        log: None,
    })?;
    let url = server.url("postgres");
    println!("{TEST_POSTGRES}={url}");
    let status = program(Path::new(name))
        .args(rest)
        .env(TEST_POSTGRES, url)
        .status()
        .with_context(|| format!("`{}` could not be started", name.display()))?;
    ensure!(status.success(), "the command failed ({status})");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_committed_survives_a_kill_and_nothing_stays_behind() {
        let mut server = Postgres::start(Setup::default()).unwrap();
        server.create_database("kept").unwrap();
        server
            .sql("kept", "CREATE TABLE t AS SELECT 7 AS x")
            .unwrap();
        server.kill().unwrap();
        assert!(server.sql("kept", "SELECT x FROM t").is_err());
        server.start_again().unwrap();
        assert_eq!(server.sql("kept", "SELECT x FROM t").unwrap(), "7");
        assert_eq!(server.sql("kept", "SHOW fsync").unwrap(), "on");
        let (folder, first) = (
            server.folder.path().to_owned(),
            server.server.as_ref().map(Child::id).unwrap(),
        );
        drop(server);
        assert!(!folder.exists());
        assert!(!is_running(first));
    }
}
