//! `db`: moving the ledger from a file to a PostgreSQL database, and undoing the move.

use clap::Subcommand;
use indicatif::ProgressBar;
use ringonce_store::moving::{self, Moved};
use ringonce_store::postgres::{self, PostgresStore};
use ringonce_store::sqlite::{self, SqliteStore};
use ringonce_store::{Admin as _, Instances as _};
use serde_json::json;

use crate::Context;
use crate::database::Database;
use crate::failure::{Exit, Failure};
use crate::ledger::actor;
use crate::output::{Output, count, grouped, table};

/// Digits of a SHA-256 that people compare.
const SHOWN: usize = 16;

/// Move the ledger to another database.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Copy a SQLite ledger into an empty PostgreSQL database, verify every row, and call from there
    #[command(after_help = "Example:
  ringonce db copy sqlite:ringonce-data/ringonce.db postgres://ringonce@db.example.com/ringonce
  ringonce serve --database postgres://ringonce@db.example.com/ringonce

Stop the server first. Calls in flight are kept and settled by the other side. Afterwards the file is
kept as it is, and nobody can call from it. A copy that is interrupted leaves both sides as they were;
run it again.")]
    Copy(Sides),
    /// Undo a copy: call from the file again, as long as nothing has happened in the other database
    #[command(after_help = "Example:
  ringonce db back sqlite:ringonce-data/ringonce.db postgres://ringonce@db.example.com/ringonce")]
    Back(Sides),
}

/// The two databases.
#[derive(Debug, clap::Args)]
pub(crate) struct Sides {
    /// The file: sqlite:PATH
    #[arg(value_name = "SQLITE")]
    from: String,
    /// The empty database: `postgres://user@host/database`
    #[arg(value_name = "POSTGRES")]
    to: String,
}

/// Carries out one of the commands.
pub(crate) async fn run(command: Command, context: &Context) -> Result<(), Failure> {
    match command {
        Command::Copy(sides) => copy(sides, context.out).await,
        Command::Back(sides) => back(sides, context.out).await,
    }
}

async fn copy(sides: Sides, out: Output) -> Result<(), Failure> {
    let (from, to) = open(&sides).await?;
    let lock = from.lock_for_move()?;
    let now = to.database_time().await?.unwrap_or_default();
    let progress = Progress::of(out);
    let mut told = |moved: &Moved| progress.show(moved);
    let done = moving::copy(&from, &lock, &to, actor(), now, &mut told).await?;
    progress.end();
    let mut rows = table(["table", "rows ", "SHA-256", ""]);
    for moved in &done.tables {
        let hash = moved.verified.as_deref().unwrap_or_default();
        let hash = hash.get(..SHOWN).unwrap_or(hash);
        rows.add_row([moved.table, &grouped(moved.rows), hash, "verified"]);
    }
    out.table(&rows);
    let all = count(done.tables.iter().map(|moved| moved.rows).sum(), "row");
    out.line(if done.was_there {
        format!("\nEverything was there already: {all}, verified.")
    } else {
        format!("\n{all} copied and verified.")
    });
    out.line(format!(
        "Call from there: ringonce serve --database {}",
        to.shown()
    ));
    out.document(&json!({
        "from": from.path(), "to": to.shown(), "was_there": done.was_there, "tables": done.tables,
    }));
    to.close().await?;
    Ok(())
}

async fn back(sides: Sides, out: Output) -> Result<(), Failure> {
    let (from, to) = open(&sides).await?;
    let lock = from.lock_for_move()?;
    let progress = Progress::of(out);
    let mut told = |moved: &Moved| progress.show(moved);
    moving::back(&from, &lock, &to, &mut told).await?;
    progress.end();
    out.line(format!(
        "Call from {} again; no instance can join {} any more.",
        from.path().display(),
        to.shown()
    ));
    out.document(&json!({ "from": from.path(), "given_up": to.shown() }));
    to.close().await?;
    Ok(())
}

async fn open(sides: &Sides) -> Result<(SqliteStore, PostgresStore), Failure> {
    let (from, to) = (Database::named(&sides.from)?, Database::named(&sides.to)?);
    let (Database::File(path), Database::Server(url)) = (&from, &to) else {
        return Err(
            Failure::new(Exit::Input, "a ledger moves from SQLite to PostgreSQL")
                .help("write `ringonce db copy sqlite:PATH postgres://user@host/database`"),
        );
    };
    if !path.exists() {
        return Err(Failure::new(
            Exit::Ledger,
            format!("there is no ledger at {}", path.display()),
        )
        .help("name the file: `sqlite:ringonce-data/ringonce.db`"));
    }
    let file = SqliteStore::open(path, sqlite::Options::default())?;
    let server = PostgresStore::open(url, postgres::Options::default()).await?;
    Ok((file, server))
}

/// A progress line that is redrawn in place.
struct Progress(Option<ProgressBar>);

impl Progress {
    fn of(out: Output) -> Self {
        Self(out.draws().then(ProgressBar::new_spinner))
    }

    fn show(&self, moved: &Moved) {
        if let Some(bar) = &self.0 {
            let done = match moved.verified {
                Some(_) => "verified",
                None => "copied",
            };
            bar.set_message(format!(
                "{}: {} {done}",
                moved.table,
                count(moved.rows, "row")
            ));
            bar.tick();
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
