//! Webhooks of a carrier, durable and recognised when they are repeated: how many a second one instance
//! takes, on PostgreSQL and on SQLite, against an endpoint in Python that checks the same signature and makes
//! one UPDATE on the same server.
//!
//! Twilio's own package signs every request beforehand. Each call sends four, as at Twilio. While requests
//! come, their events are applied to the calls; the time that this takes afterwards is printed too.

mod fixtures;
mod load;
mod python;

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use ringonce_store::Store;
use ringonce_store::postgres::PostgresStore;
use ringonce_store::sqlite::SqliteStore;

use self::fixtures::Call;
use self::load::LoadResult;
use self::python::Endpoint;
use super::serve::free_address;
use super::{Measure, Size};
use crate::postgres::{Postgres, Setup};
use crate::process::Ended;
use crate::python::environment;
use crate::stopwatch::{Stopwatch, pause};
use crate::workspace::{build_release, program, release_binary, target};

/// The carrier's name in campaigns.
const CARRIER: &str = "twilio";
/// Where the carrier sends webhooks.
const PUBLIC: &str = "https://calls.example.com";
const ACCOUNT: &str = "AC00000000000000000000000000000000";
const AUTH_TOKEN: &str = "0123456789abcdef0123456789abcdef";
const CONNECTIONS: usize = 32;
/// The longest that an answer may take, in milliseconds, except for one in a hundred.
const SLOWEST: f64 = 10.0;
/// The same for `FastAPI` with asyncpg, on a machine on which Ringonce is to keep to its own.
const SLOWEST_OF_ASYNCPG: f64 = 25.0;
const PATIENCE: Duration = Duration::from_mins(3);
/// Files of the server's log, of 16 MB each: more than a load fills.
const LOG_FILES: u32 = 32;
const REQUIREMENTS: &str = "tools/webhook-bench/requirements.txt";

/// Webhooks a second, and the slowest of a hundred.
pub(super) fn run(size: Size) -> Result<Vec<Measure>> {
    build_release()?;
    let python = environment(REQUIREMENTS)?;
    let calls = if size.quick { 4_000 } else { 20_000 };
    let postgres = Postgres::start(Setup::default())?;
    for name in ["ringonce", "python"] {
        postgres.create_database(name)?;
    }
    let mut measures = Vec::new();
    let sqlalchemy = baseline(&python, &postgres, "sqlalchemy", calls / 10)?;
    let asyncpg = baseline(&python, &postgres, "asyncpg", calls / 2)?;
    let_rest(&postgres, "python")?;
    let url = postgres.url("ringonce");
    let rest = || let_rest(&postgres, "ringonce");
    let on_postgres = told_by_ringonce(&python, Where::Server(&url), calls, rest)?;
    let folder = target().join("bench").join("webhooks");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let on_sqlite = told_by_ringonce(&python, Where::File(&folder), calls, || Ok(()))?;
    for (name, told) in [("PostgreSQL", &on_postgres), ("SQLite", &on_sqlite)] {
        let (rate, slowest) = (told.rate(), told.within(0.99));
        measures.extend([
            Measure::at_least(
                &format!("webhooks, {name}, against FastAPI and SQLAlchemy"),
                "/s",
                rate,
                sqlalchemy.rate(),
                10.0,
            ),
            Measure::at_least(
                &format!("webhooks, {name}, against FastAPI and asyncpg"),
                "/s",
                rate,
                asyncpg.rate(),
                3.0,
            ),
            Measure::below(
                &format!("webhooks, {name}, {CONNECTIONS} connections, 99th percentile"),
                "ms",
                slowest,
                SLOWEST,
            ),
            Measure::at_most(
                &format!("webhooks, {name}, 99th percentile, against FastAPI and asyncpg"),
                "ms",
                slowest,
                asyncpg.within(0.99),
                SLOWEST / SLOWEST_OF_ASYNCPG,
            ),
        ]);
    }
    Ok(measures)
}

/// Makes the server finish now what the load before has left to do, so that none pays for another, and makes
/// the files of its log: a server in use overwrites its old ones, a new one stops to make each.
fn let_rest(postgres: &Postgres, database: &str) -> Result<()> {
    let log_files = format!(
        "SELECT count(*) FROM (SELECT pg_logical_emit_message(false, '', ''), pg_switch_wal()
         FROM generate_series(1, {LOG_FILES})) made"
    );
    for statement in ["VACUUM ANALYZE", &log_files, "CHECKPOINT"] {
        postgres.sql(database, statement)?;
    }
    Ok(())
}

/// The database of the ledger.
#[derive(Clone, Copy)]
enum Where<'a> {
    /// On a server.
    Server(&'a str),
    /// In a folder.
    File(&'a Path),
}

impl Where<'_> {
    async fn open(self) -> Result<Arc<dyn Store>> {
        Ok(match self {
            Self::Server(url) => {
                let opened = PostgresStore::open(url, ringonce_store::postgres::Options::default());
                Arc::new(opened.await?)
            }
            Self::File(folder) => {
                let file = folder.join("ringonce.db");
                Arc::new(SqliteStore::open(
                    file,
                    ringonce_store::sqlite::Options::default(),
                )?)
            }
        })
    }
}

/// The webhooks that one instance takes on a ledger at rest.
fn told_by_ringonce(
    python: &Path,
    place: Where<'_>,
    calls: u64,
    rest: impl FnOnce() -> Result<()>,
) -> Result<LoadResult> {
    let calls = fixtures::furnish(place, calls)?;
    rest()?;
    let requests = requests(python, &calls)?;
    let address = free_address()?;
    let server = serve(place, address)?;
    let told = load::send(address, requests, CONNECTIONS)?;
    tell(&server_name(place), &told);
    let watch = Stopwatch::start();
    fixtures::until_applied(place, PATIENCE)?;
    println!(
        "  applied to the calls {:.1} s after the last",
        watch.elapsed().as_secs_f64()
    );
    drop(server);
    Ok(told)
}

fn server_name(place: Where<'_>) -> String {
    match place {
        Where::Server(_) => "Ringonce on PostgreSQL".into(),
        Where::File(_) => "Ringonce on SQLite".into(),
    }
}

/// The webhooks that the endpoint in Python takes.
fn baseline(python: &Path, postgres: &Postgres, mode: &str, calls: u64) -> Result<LoadResult> {
    postgres.sql(
        "python",
        "DROP TABLE IF EXISTS calls; CREATE TABLE calls (sid text PRIMARY KEY, status text NOT NULL, sequence int NOT NULL)",
    )?;
    let fill = format!(
        "INSERT INTO calls SELECT 'CA' || lpad(to_hex(n), 32, '0'), 'queued', -1 FROM generate_series(1, {calls}) n"
    );
    postgres.sql("python", &fill)?;
    let calls: Vec<Call> = (1..=calls).map(made_up).collect::<Result<_>>()?;
    let requests = requests(python, &calls)?;
    let_rest(postgres, "python")?;
    let endpoint = Endpoint::start(python, mode, &postgres.url("python"))?;
    let told = load::send(endpoint.address, requests, CONNECTIONS)?;
    tell(&format!("FastAPI, uvicorn and {mode}"), &told);
    let wrong = postgres.sql(
        "python",
        "SELECT count(*) FROM calls WHERE status <> 'completed'",
    )?;
    ensure!(
        wrong == "0",
        "the endpoint in Python lost the end of {wrong} calls"
    );
    Ok(told)
}

fn made_up(n: u64) -> Result<Call> {
    Ok(Call {
        sid: format!("CA{n:032x}"),
        path: format!("/carriers/{CARRIER}/{n:096x}/status"),
        number: ringonce_domain::Number::from_digits(12_025_550_100).context("a number")?,
    })
}

fn tell(who: &str, told: &LoadResult) {
    println!(
        "{who}: {} webhooks in {:.1} s, {:.0}/s; half within {:.1} ms, 99 % within {:.1} ms",
        told.answers.len(),
        told.took.as_secs_f64(),
        told.rate(),
        told.within(0.5),
        told.within(0.99)
    );
}

/// The requests that Twilio sends about each call, in its order, signed.
fn requests(python: &Path, calls: &[Call]) -> Result<Vec<Vec<u8>>> {
    let mut unsigned = Vec::with_capacity(calls.len() * 4);
    for (sequence, status) in ["initiated", "ringing", "in-progress", "completed"]
        .iter()
        .enumerate()
    {
        for call in calls {
            let form = form(call, sequence, status);
            unsigned.push((format!("{PUBLIC}{}", call.path), form));
        }
    }
    let signatures = python::sign(python, &unsigned)?;
    let whole = unsigned.iter().zip(signatures).map(|((url, form), signature)| {
        let path = url.strip_prefix(PUBLIC).unwrap_or(url);
        let host = PUBLIC.trim_start_matches("https://");
        format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nX-Twilio-Signature: {signature}\r\n\
             Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        )
        .into_bytes()
    });
    Ok(whole.collect())
}

/// The fields that Twilio sends with a call's progress.
fn form(call: &Call, sequence: usize, status: &str) -> String {
    let number = call.number.to_string().replace('+', "%2B");
    let duration = if status == "completed" {
        "&CallDuration=12&Duration=1"
    } else {
        ""
    };
    format!(
        "Called={number}&ToState=&CallerCountry=US&Direction=outbound-api&CallerState=DC&ToZip=\
         &CallSid={sid}&To={number}&CallerZip=20500&ToCountry=US&ApiVersion=2010-04-01&CalledZip=\
         &CalledCity=&CallStatus={status}&From=%2B12025550100&AccountSid={ACCOUNT}&CalledCountry=US\
         &CallerCity=WASHINGTON&Caller=%2B12025550100&FromCountry=US&ToCity=&FromCity=WASHINGTON\
         &CalledState=&FromZip=20500&FromState=DC&SequenceNumber={sequence}\
         &Timestamp=Sat%2C+21+Nov+2026+20%3A00%3A00+%2B0000&CallbackSource=call-progress-events{duration}",
        sid = call.sid
    )
}

/// One instance whose carrier cannot be reached and gets no request.
fn serve(place: Where<'_>, address: SocketAddr) -> Result<Ended> {
    let mut command = program(release_binary("ringonce"));
    command.args(["serve", "--listen", &address.to_string()]);
    match place {
        Where::Server(url) => command
            .args(["--database", url])
            .arg("--data")
            .arg(target().join("bench")),
        Where::File(folder) => command.arg("--data").arg(folder),
    };
    let child = command
        .env("RINGONCE_TWILIO_ACCOUNT_SID", ACCOUNT)
        .env("RINGONCE_TWILIO_AUTH_TOKEN", AUTH_TOKEN)
        .env("RINGONCE_TWILIO_CALLER_IDS", "+12025550100")
        .env("RINGONCE_TWILIO_BASE_URL", "http://127.0.0.1:9")
        .env("RINGONCE_PUBLIC_URL", PUBLIC)
        .env("RINGONCE_CONSECUTIVE_FAILURES", "1000000")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .context("starting `ringonce serve`")?;
    let mut server = Ended(child);
    let watch = Stopwatch::start();
    while std::net::TcpStream::connect(address).is_err() {
        if let Some(status) = server.0.try_wait()? {
            anyhow::bail!("`ringonce serve` ended ({status})");
        }
        ensure!(
            watch.elapsed() < PATIENCE,
            "`ringonce serve` does not answer"
        );
        pause(Duration::from_millis(20));
    }
    Ok(server)
}
