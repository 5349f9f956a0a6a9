//! `backup` and `doctor`: copying the ledger while it is in use, and examining it for damage.

use std::path::{Path, PathBuf};

use ringonce_carrier::Clock as _;
use ringonce_carrier::clock::SystemClock;
use ringonce_domain::Millis;
use ringonce_store::model::Finding;
use serde_json::json;

use crate::Context;
use crate::database::Database;
use crate::failure::{Exit, Failure};
use crate::ledger::Ledger;
use crate::output::{grouped, table};

/// A larger difference between the clocks is reported.
const CLOCKS_APART: Millis = Millis::from_secs(2);

/// Copy the whole ledger to a file, also while it is in use
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  ringonce backup ringonce-2026-11-21.db

To restore, stop Ringonce and put the copy in place of ringonce.db in the data folder. A PostgreSQL
database is copied with pg_dump; the command says how.")]
pub(crate) struct Backup {
    /// The copy; must not exist
    file: PathBuf,
}

/// Look for what is wrong with the ledger; exits with 1 when something is
#[derive(Debug, clap::Args)]
pub(crate) struct Doctor {}

/// Copies the ledger.
pub(crate) async fn backup(args: Backup, context: &Context) -> Result<(), Failure> {
    let database = Database::of(&context.config)?;
    let Some(path) = database.file() else {
        return Err(not_from_a_server(&database, &args.file));
    };
    let ledger = Ledger::existing(&context.config).await?;
    if args.file.exists() {
        let exists = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
        return Err(Failure::of_file(&args.file, &exists));
    }
    ledger.store.backup(&args.file).await?;
    context.out.line(format!(
        "{} is copied to {}",
        path.display(),
        args.file.display()
    ));
    context
        .out
        .document(&json!({ "database": path, "copy": args.file }));
    Ok(())
}

/// Refuses: PostgreSQL comes with a program that does this better.
fn not_from_a_server(database: &Database, copy: &Path) -> Failure {
    let database = database.shown();
    let copy = copy.display();
    Failure::new(Exit::Usage, format!("`backup` copies a file, and {database} is a server's"))
        .help(format!(
            "pg_dump --format=custom --file='{copy}' '{database}'   # restore: pg_restore --dbname=… '{copy}'"
        ))
}

/// Examines the ledger.
pub(crate) async fn doctor(context: &Context) -> Result<(), Failure> {
    let ledger = Ledger::existing(&context.config).await?;
    let mut findings = vec![which(&ledger)];
    findings.extend(clock(&ledger).await?);
    findings.extend(ledger.store.doctor(ledger.now().await?).await?);
    context.out.document(&findings);
    let mut rows = table(["", "check", "found", "what to do"]);
    for finding in &findings {
        let advice = if finding.ok {
            ""
        } else {
            finding.advice.as_str()
        };
        rows.add_row([
            if finding.ok { "ok" } else { "!!" },
            finding.check,
            &finding.found,
            advice,
        ]);
    }
    context.out.table(&rows);
    match findings.iter().filter(|finding| !finding.ok).count() {
        0 => Ok(()),
        n => Err(Failure::new(
            Exit::Failed,
            format!("{n} of {} checks found something", findings.len()),
        )),
    }
}

/// Which database this is.
fn which(ledger: &Ledger) -> Finding {
    Finding {
        check: "database",
        ok: true,
        found: ledger.database().shown(),
        advice: String::new(),
    }
}

/// How far this machine's clock is from the database's, where there are two.
async fn clock(ledger: &Ledger) -> Result<Option<Finding>, Failure> {
    let asked_at = SystemClock.now();
    let Some(theirs) = ledger.store.database_time().await? else {
        return Ok(None);
    };
    let way = SystemClock.now().since(asked_at);
    let mine = asked_at + Millis::new(way.get() / 2);
    let apart = mine.as_millis() - theirs.as_millis();
    let direction = if apart < 0 { "behind" } else { "ahead of" };
    let found = format!(
        "this machine is {} ms {direction} the database",
        grouped(apart.unsigned_abs())
    );
    Ok(Some(Finding {
        check: "clock",
        ok: apart.unsigned_abs() <= CLOCKS_APART.get().max(way.get()),
        found,
        advice: "check the time service of this machine and of the server; calls follow the server"
            .to_owned(),
    }))
}
