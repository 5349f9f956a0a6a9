//! Migrations, and which programs may use which schema.
//!
//! # Rolling upgrades
//! Instances of two versions work on one database while an upgrade rolls over them. So a migration
//! either *expands*, adding what older programs do not look at, or *contracts*, removing or moving what
//! some do. Each says from which schema on a program may use the database after it
//! ([`Migration::usable_from`]): expanding leaves that as it was. A program that knows less is refused; and
//! a migration is refused while an instance lives that knows less.

use deadpool_postgres::Client;
use tokio_postgres::Row;

use super::connect::SESSION;
use super::failure::Done;
#[cfg(test)]
use super::failure::Failure;
use super::session::Session;
use super::{guards, sql};
use crate::StoreError;
use crate::ledger::FIRST_SCHEMA;

#[cfg(test)]
#[path = "upgrade.rs"]
mod upgrade;

/// A step of the schema.
#[derive(Clone, Copy, Debug)]
pub(super) struct Migration {
    name: &'static str,
    pub(super) sql: &'static str,
    /// The least schema that a program must know to use the database after this step.
    usable_from: i32,
}

/// Every migration; the first is number [`FIRST_SCHEMA`]. Frozen once released.
pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    name: "0009_ledger",
    sql: include_str!("../../migrations/postgres/0009_ledger.sql"),
    usable_from: FIRST,
}];

/// [`FIRST_SCHEMA`] as the database counts.
const FIRST: i32 = 9;
const _: () = assert!(FIRST_SCHEMA == 9);

/// The oldest server whose dialect the statements keep to.
const OLDEST_SERVER: i32 = 130_000;
/// One process migrates at a time.
const MIGRATING: i64 = 0x7269_6e67_0000;

/// The last migration that this program knows.
pub(super) fn latest() -> i32 {
    known(MIGRATIONS)
}

/// The schema that a program with these migrations knows.
fn known(migrations: &[Migration]) -> i32 {
    (FIRST - 1) + i32::try_from(migrations.len()).unwrap_or(0)
}

/// Brings the database to the last of `migrations`.
///
/// # Errors
/// [`StoreError::TooNew`], [`StoreError::TooOld`], [`StoreError::Unsuitable`]; the database is then as it
/// was, or at a step between.
pub(super) async fn migrate(session: &Session, shown: &str, migrations: &[Migration]) -> Done<()> {
    let client = session.client()?;
    require_server(session, shown).await?;
    let known = known(migrations);
    if usable(session, shown, known).await? >= known {
        // A command that only stops everything does not wait for a migration.
        return Ok(());
    }
    lock(client).await?;
    let migrated = steps(session, shown, migrations).await;
    if migrated.is_err() {
        // The failed step has left its transaction open; its error is the one to report.
        let _cut = client.batch_execute(sql::ROLLBACK.postgres).await;
    }
    let unlock = format!("SELECT pg_advisory_unlock({MIGRATING})");
    let unlocked = client.batch_execute(&unlock).await;
    migrated?;
    Ok(unlocked?)
}

async fn steps(session: &Session, shown: &str, migrations: &[Migration]) -> Done<()> {
    let client = session.client()?;
    let known = known(migrations);
    let found = usable(session, shown, known).await?;
    for (number, step) in (FIRST..).zip(migrations) {
        if number <= found {
            continue;
        }
        if number > FIRST {
            require_nobody_left_behind(session, shown, step).await?;
        }
        tracing::info!(step = step.name, "migrating the database");
        client
            .batch_execute(&format!(
                // A large ledger takes its time.
                "BEGIN; SET LOCAL statement_timeout = 0; {} {} COMMIT;",
                step.sql,
                recorded(number, step)
            ))
            .await?;
    }
    Ok(())
}

fn recorded(number: i32, step: &Migration) -> String {
    let table = if number == FIRST {
        "CREATE TABLE ringonce_schema (
           version     integer     PRIMARY KEY,
           name        text        NOT NULL,
           usable_from integer     NOT NULL,
           applied_at  timestamptz NOT NULL DEFAULT clock_timestamp()
         );"
    } else {
        ""
    };
    format!(
        "{table} INSERT INTO ringonce_schema (version, name, usable_from) VALUES ({number}, '{}', {});",
        step.name, step.usable_from
    )
}

/// Keeps others from migrating, for the whole session because every step is a transaction of its own. Another
/// process may take its time over a large ledger.
async fn lock(client: &Client) -> Done<()> {
    let free = format!("SELECT pg_try_advisory_lock({MIGRATING})");
    if client.query_one(&free, &[]).await?.try_get(0)? {
        return Ok(());
    }
    tracing::info!("waiting for another process, which migrates the database");
    let wait = format!(
        "SET lock_timeout = '10min'; SET statement_timeout = 0;
         SELECT pg_advisory_lock({MIGRATING}); {SESSION}"
    );
    Ok(client.batch_execute(&wait).await?)
}

/// The schema's version, if a program that knows migrations up to `known` may use it.
async fn usable(session: &Session, shown: &str, known: i32) -> Done<i32> {
    let (version, usable_from) = version(session, shown).await?;
    let (path, found) = (shown.to_owned(), version.unsigned_abs());
    if known < usable_from {
        let known = known.unsigned_abs();
        return Err(StoreError::TooNew { path, found, known }.into());
    }
    let first = FIRST_SCHEMA;
    if found != 0 && found < first {
        return Err(StoreError::TooOld { path, found, first }.into());
    }
    Ok(version)
}

/// The schema's version, 0 of an empty database, and from which schema on programs may use it.
async fn version(session: &Session, shown: &str) -> Done<(i32, i32)> {
    let one = |rows: Vec<Row>| rows.into_iter().next();
    let client = session.client()?;
    let row = one(client.query(sql::SCHEMA_TABLES.postgres, &[]).await?);
    let (ours, others): (bool, i64) = match row {
        Some(row) => (row.try_get(0)?, row.try_get(1)?),
        None => (false, 0),
    };
    if !ours {
        if others > 0 {
            return Err(StoreError::Unsuitable {
                database: shown.to_owned(),
                reason: format!("it holds {others} tables of another program; make a database for Ringonce alone"),
            }
            .into());
        }
        return Ok((0, 0));
    }
    match one(client.query(sql::SCHEMA_VERSION.postgres, &[]).await?) {
        Some(row) => Ok((row.try_get(0)?, row.try_get(1)?)),
        None => Ok((0, 0)),
    }
}

/// Refuses a database that lacks one of our guards, or has a changed one.
pub(super) async fn require_guards(session: &Session, shown: &str) -> Done<()> {
    let exactly = is_as_known(session, shown).await?;
    guards::require(session, shown, MIGRATIONS, exactly).await
}

/// Kind and name of every guard that is missing or changed. Within a transaction.
pub(super) async fn missing_guards(
    session: &Session,
    shown: &str,
) -> Done<Vec<(&'static str, String)>> {
    let exactly = is_as_known(session, shown).await?;
    guards::missing(session, MIGRATIONS, exactly).await
}

/// Whether no later program has migrated the database.
async fn is_as_known(session: &Session, shown: &str) -> Done<bool> {
    let (found, _) = version(session, shown).await?;
    Ok(found == latest())
}

async fn require_server(session: &Session, shown: &str) -> Done<()> {
    let row = session
        .client()?
        .query_one("SELECT current_setting('server_version_num')::integer, current_setting('server_version')", &[])
        .await?;
    let (number, name): (i32, String) = (row.try_get(0)?, row.try_get(1)?);
    if number >= OLDEST_SERVER {
        return Ok(());
    }
    Err(StoreError::Unsuitable {
        database: shown.to_owned(),
        reason: format!("it is PostgreSQL {name}; 13 is the oldest that serves"),
    }
    .into())
}

/// Refuses a step after which an instance that lives could not work with the database.
async fn require_nobody_left_behind(session: &Session, shown: &str, step: &Migration) -> Done<()> {
    let client = session.client()?;
    let behind = client
        .query(sql::INSTANCES_BEHIND.postgres, &[&step.usable_from])
        .await?;
    if behind.is_empty() {
        return Ok(());
    }
    let names = behind.iter().map(|row| row.try_get(0));
    let names = names.collect::<Result<Vec<String>, _>>()?.join(", ");
    Err(StoreError::Unsuitable {
        database: shown.to_owned(),
        reason: format!(
            "the step {} waits until no earlier version runs: stop {names} first",
            step.name
        ),
    }
    .into())
}
