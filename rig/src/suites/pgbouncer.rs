//! Ringonce behind PgBouncer. A pool of sessions is as good as none. A pool of transactions loses
//! notifications and settings between two transactions of one client, so a start behind one is refused, with
//! the reason and the remedy.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use crate::debian;
use crate::postgres::{Account, Postgres, Setup, free_port, url};
use crate::process::Ended;
use crate::site::{TWILIO_ACCOUNT, TWILIO_TOKEN};
use crate::stopwatch::{Stopwatch, pause};
use crate::workspace::debug_binary;
use xtask::suite::Tally;

const PATIENCE: Duration = Duration::from_mins(1);
/// The words that the refusal must have.
const REFUSAL: &str = "pool";

/// Starts an instance behind each kind of pool.
pub(super) fn run() -> Result<Tally> {
    let postgres = Postgres::start(Setup::default())?;
    for mode in ["session", "transaction"] {
        postgres.create_database(mode)?;
    }
    let bouncer = Bouncer::start(&postgres, "session")?;
    let served = serve(bouncer.port, "session")?;
    ensure!(
        served.answered,
        "no start behind a pool of sessions:\n{}",
        served.printed
    );
    println!("behind a pool of sessions: serves");
    drop(bouncer);

    let bouncer = Bouncer::start(&postgres, "transaction")?;
    let refused = serve(bouncer.port, "transaction")?;
    ensure!(
        !refused.answered && refused.printed.contains(REFUSAL),
        "a pool of transactions is not refused by name:\n{}",
        refused.printed
    );
    println!("behind a pool of transactions: {}", refused.printed.trim());
    Ok(Tally::passed(2))
}

/// The result of a start.
struct Start {
    /// Whether it served; otherwise it ended by itself.
    answered: bool,
    printed: String,
}

/// Starts an instance on a database behind a port, until it answers or ends.
fn serve(port: u16, database: &str) -> Result<Start> {
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("printed.log");
    let output = File::create(&log)?;
    let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
    let program = debug_binary("ringonce");
    let child = Command::new(program)
        .args(["serve", "--listen", &address.to_string(), "--data"])
        .arg(folder.path().join("data"))
        .args(["--database", &url(port, database)])
        // No call is made, so the carrier need not run.
        .env("RINGONCE_PUBLIC_URL", format!("http://{address}"))
        .env("RINGONCE_TWILIO_ACCOUNT_SID", TWILIO_ACCOUNT)
        .env("RINGONCE_TWILIO_AUTH_TOKEN", TWILIO_TOKEN)
        .env("RINGONCE_TWILIO_BASE_URL", "http://127.0.0.1:9")
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        .spawn()
        .context("starting `ringonce serve`")?;
    let mut child = Ended(child);
    let watch = Stopwatch::start();
    let answered = loop {
        if child.0.try_wait()?.is_some() {
            break false;
        }
        if TcpStream::connect(address).is_ok() {
            break true;
        }
        ensure!(
            watch.elapsed() < PATIENCE,
            "`ringonce serve` neither answers nor ends:\n{}",
            fs::read_to_string(&log)?
        );
        pause(Duration::from_millis(20));
    };
    drop(child);
    Ok(Start {
        answered,
        printed: fs::read_to_string(&log)?,
    })
}

/// A running PgBouncer, until it is dropped.
struct Bouncer {
    port: u16,
    _process: Ended,
    _folder: TempDir,
}

impl Bouncer {
    fn start(postgres: &Postgres, mode: &str) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("ringonce-pgb-").tempdir()?;
        let port = free_port()?;
        let settings = folder.path().join("pgbouncer.ini");
        fs::write(&settings, ini(postgres.port(), port, mode, folder.path()))?;
        fs::write(folder.path().join("users.txt"), "\"postgres\" \"\"\n")?;
        let log = folder.path().join("pgbouncer.log");
        let output = File::create(&log)?;
        let mut command = Command::new(copy_program(folder.path())?);
        command
            .arg(&settings)
            .env("LD_LIBRARY_PATH", folder.path())
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output);
        if let Some(account) = Account::for_server(folder.path())? {
            account.own(folder.path())?;
            command.uid(account.user).gid(account.group);
        }
        let mut process = Ended(command.spawn().context("starting `pgbouncer`")?);
        let watch = Stopwatch::start();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = process.0.try_wait()?;
            if ended.is_some() || watch.elapsed() > PATIENCE {
                bail!("`pgbouncer` does not run:\n{}", fs::read_to_string(&log)?);
            }
            pause(Duration::from_millis(20));
        }
        Ok(Self {
            port,
            _process: process,
            _folder: folder,
        })
    }
}

fn ini(postgres: u16, port: u16, mode: &str, folder: &Path) -> String {
    let users = folder.join("users.txt");
    format!(
        "[databases]\n\
         * = host=127.0.0.1 port={postgres}\n\
         [pgbouncer]\n\
         listen_addr = 127.0.0.1\n\
         listen_port = {port}\n\
         unix_socket_dir =\n\
         auth_type = trust\n\
         auth_file = {}\n\
         pool_mode = {mode}\n\
         default_pool_size = 40\n",
        users.display()
    )
}

/// Copies the program and its library to a folder that its account may read: the installed one, or Debian's
/// package, unpacked.
fn copy_program(to: &Path) -> Result<PathBuf> {
    const LIBRARY: &str = "libcares.so.2";
    let program = to.join("pgbouncer");
    let installed = Path::new("/usr/sbin/pgbouncer");
    if installed.is_file() {
        fs::copy(installed, &program)?;
        return Ok(program);
    }
    let folder = debian::unpacked(&["pgbouncer", "libc-ares2"], &["pgbouncer"])?;
    let unpacked = debian::find(&folder.join("usr/sbin"), "pgbouncer").context("pgbouncer")?;
    let library = debian::find(&folder, LIBRARY).context(LIBRARY)?;
    fs::copy(unpacked, &program)?;
    fs::copy(library, to.join(LIBRARY))?;
    Ok(program)
}
