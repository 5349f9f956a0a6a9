//! Migrations, and the check that every guard still stands.
//!
//! Migrations are numbered and frozen once released; the file knows its number
//! (`PRAGMA user_version`). A database whose tables, indexes or triggers are not word for word those
//! of a fresh one is refused: the promises rest on them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use super::connection::{self, APPLICATION_ID, integer};
use super::failure::{Done, Failure};
use super::lock::EngineLock;
use super::wait::Wait;
use crate::StoreError;
use crate::ledger::FIRST_SCHEMA;

/// Every migration; the first is number [`FIRST_SCHEMA`].
pub(super) const MIGRATIONS: &[&str] = &[include_str!("../../migrations/sqlite/0009_ledger.sql")];

/// The schema that a program with these migrations knows.
pub(super) fn latest(migrations: &[&str]) -> u32 {
    (FIRST_SCHEMA - 1) + u32::try_from(migrations.len()).unwrap_or(0)
}

/// How long to wait for another process that brings an older ledger up to date.
const PATIENCE: Duration = Duration::from_mins(10);
/// Within this time a process that has taken the lock notes what for.
const A_MOMENT: Duration = Duration::from_secs(1);

#[cfg(test)]
#[path = "upgrade.rs"]
mod upgrade;

/// Kind and name of a schema object, with the statement that made it.
type Objects = BTreeMap<(String, String), String>;

/// Brings the database to the last of `migrations` in one transaction: no process sees a schema in between,
/// and a failed step leaves the file as it was.
pub(super) fn migrate(conn: &mut Connection, path: &Path, migrations: &[&str]) -> Done<()> {
    let latest = latest(migrations);
    if require_known(conn, path, migrations)? == latest {
        return Ok(());
    }
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Read again under the write lock: two processes may open a new file at once.
    let version = known(&tx, path, migrations)?;
    if version == latest {
        return Ok(());
    }
    for (number, step) in (FIRST_SCHEMA..).zip(migrations) {
        if number > version {
            tx.execute_batch(step)?;
        }
    }
    tx.execute_batch(&format!(
        "PRAGMA user_version = {latest}; PRAGMA application_id = {APPLICATION_ID};"
    ))?;
    Ok(tx.commit()?)
}

/// The lock under which an older ledger is brought up to date, so that no process calls from it meanwhile.
/// `None` when the ledger is not older, or another process has brought it up to date during the wait.
///
/// # Errors
/// [`StoreError::InstanceRunning`] when a process calls from the older ledger, or still upgrades it after
/// [`PATIENCE`].
pub(super) fn lock_if_older(
    conn: &Connection,
    path: &Path,
    migrations: &[&str],
) -> Done<Option<EngineLock>> {
    let is_older = || {
        let version = require_known(conn, path, migrations)?;
        Ok::<_, Failure>(version != 0 && version != latest(migrations))
    };
    let wait = Wait::begin();
    let mut waits = false;
    loop {
        if !is_older()? {
            return Ok(None);
        }
        let refused = match EngineLock::take_to_upgrade(path) {
            // The process that had the lock before may have done it.
            Ok(lock) => return Ok(is_older()?.then_some(lock)),
            Err(refused) => refused,
        };
        let upgraded = EngineLock::is_for_an_upgrade(path);
        if upgraded && !waits {
            tracing::info!("waiting for another process, which upgrades the ledger");
            waits = true;
        }
        let patience = if upgraded { PATIENCE } else { A_MOMENT };
        if !matches!(refused, StoreError::InstanceRunning { .. }) || !wait.goes_on(patience) {
            return Err(refused.into());
        }
    }
}

/// The schema version of a ledger, 0 of an empty file; refuses what another program, or a later
/// version of this one, or a build before the first schema, wrote.
fn require_known(conn: &Connection, path: &Path, migrations: &[&str]) -> Done<u32> {
    // In one snapshot: another process may be making the tables.
    let moment = conn.unchecked_transaction()?;
    known(&moment, path, migrations)
}

/// [`require_known`] within a transaction.
fn known(conn: &Connection, path: &Path, migrations: &[&str]) -> Done<u32> {
    let foreign = |reason: &str| StoreError::Damaged {
        path: path.display().to_string(),
        reason: reason.to_owned(),
    };
    let version = integer(conn, "PRAGMA user_version")?;
    let ours = integer(conn, "PRAGMA application_id")? == i64::from(APPLICATION_ID);
    let empty = integer(conn, "SELECT count(*) FROM sqlite_schema")? == 0;
    if !ours && (!empty || version != 0) {
        return Err(foreign("another program wrote it").into());
    }
    let version = u32::try_from(version).map_err(|_| foreign("its schema version is negative"))?;
    let (path, found, known) = (path.display().to_string(), version, latest(migrations));
    if found > known {
        return Err(StoreError::TooNew { path, found, known }.into());
    }
    let first = FIRST_SCHEMA;
    if found != 0 && found < first {
        return Err(StoreError::TooOld { path, found, first }.into());
    }
    Ok(version)
}

/// Refuses a database that lacks one of our tables, indexes or triggers, or has a changed one.
pub(super) fn require_guards(conn: &Connection, path: &Path) -> Done<()> {
    match missing_guards(conn)?.into_iter().next() {
        None => Ok(()),
        Some((kind, name)) => Err(StoreError::Unguarded {
            path: path.display().to_string(),
            kind,
            name,
        }
        .into()),
    }
}

/// Kind and name of everything that differs from a fresh ledger.
pub(super) fn missing_guards(conn: &Connection) -> Done<Vec<(&'static str, String)>> {
    let expected = expected()?;
    let found = objects(conn)?;
    let differs = expected
        .iter()
        .filter(|(key, made_by)| found.get(*key) != Some(*made_by));
    Ok(differs
        .map(|((kind, name), _)| (kind_word(kind), name.clone()))
        .collect())
}

fn kind_word(kind: &str) -> &'static str {
    match kind {
        "trigger" => "trigger",
        "index" => "index",
        _ => "table",
    }
}

fn expected() -> Done<&'static Objects> {
    static FRESH: OnceLock<Objects> = OnceLock::new();
    if let Some(objects) = FRESH.get() {
        return Ok(objects);
    }
    let mut conn = connection::in_memory()?;
    migrate(&mut conn, Path::new(":memory:"), MIGRATIONS)?;
    let objects = objects(&conn)?;
    Ok(FRESH.get_or_init(|| objects))
}

fn objects(conn: &Connection) -> Done<Objects> {
    let mut statement = conn.prepare(
        "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'",
    )?;
    let rows = statement.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
