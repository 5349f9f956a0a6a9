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
use super::session::Session;
use super::{guards, sql};
use crate::StoreError;

/// A step of the schema.
#[derive(Clone, Copy, Debug)]
pub(super) struct Migration {
    name: &'static str,
    pub(super) sql: &'static str,
    /// The least schema that a program must know to use the database after this step.
    usable_from: i32,
}

/// Every migration, the first is number 1. Frozen once released.
pub(super) const MIGRATIONS: &[Migration] = &[
    Migration {
        name: "0001_ledger",
        sql: include_str!("../../migrations/postgres/0001_ledger.sql"),
        usable_from: 1,
    },
    // Whoever does not know of the figures over time would settle calls without counting them; and of the
    // end of a token, or of its owner, would let in whom it must not.
    Migration {
        name: "0002_pages",
        sql: include_str!("../../migrations/postgres/0002_pages.sql"),
        usable_from: 2,
    },
    // Whoever does not know of what carriers told leaves it to those who do.
    Migration {
        name: "0003_carriers",
        sql: include_str!("../../migrations/postgres/0003_carriers.sql"),
        usable_from: 2,
    },
    // Whoever does not know of uploaded files serves none.
    Migration {
        name: "0004_media",
        sql: include_str!("../../migrations/postgres/0004_media.sql"),
        usable_from: 2,
    },
    // Whoever does not know of recordings fetches none.
    Migration {
        name: "0005_recordings",
        sql: include_str!("../../migrations/postgres/0005_recordings.sql"),
        usable_from: 2,
    },
    // Whoever does not know where events wait would keep some that nobody applies.
    Migration {
        name: "0006_waiting",
        sql: include_str!("../../migrations/postgres/0006_waiting.sql"),
        usable_from: 6,
    },
    // A program that does not know that instants in settings are texts cannot read a campaign that has a start.
    Migration {
        name: "0007_problem_fields",
        sql: include_str!("../../migrations/postgres/0007_problem_fields.sql"),
        usable_from: 7,
    },
    // A program that keeps the keys of requests elsewhere would carry one out that another has carried out.
    Migration {
        name: "0008_requests_and_announcements",
        sql: include_str!("../../migrations/postgres/0008_requests_and_announcements.sql"),
        usable_from: 8,
    },
];

/// The oldest server whose dialect the statements keep to.
const OLDEST_SERVER: i32 = 130_000;
/// Migrations one at a time, whoever starts.
const MIGRATING: i64 = 0x7269_6e67_0000;

/// The last migration that this program knows.
pub(super) fn latest() -> i32 {
    i32::try_from(MIGRATIONS.len()).unwrap_or(i32::MAX)
}

/// Brings the database to the last of `migrations`.
///
/// # Errors
/// [`StoreError::TooNew`], [`StoreError::Unsuitable`]; the database is then as it was, or at a step
/// between.
pub(super) async fn migrate(session: &Session, shown: &str, migrations: &[Migration]) -> Done<()> {
    let client = session.client()?;
    require_server(session, shown).await?;
    let known = i32::try_from(migrations.len()).unwrap_or(i32::MAX);
    if usable(session, shown, known).await? >= known {
        // Nobody who only comes to stop everything waits for a migration.
        return Ok(());
    }
    lock(client).await?;
    let migrated = steps(session, shown, migrations).await;
    if migrated.is_err() {
        // The step that failed has left its transaction open; what is told is why it failed.
        let _cut = client.batch_execute(sql::ROLLBACK.postgres).await;
    }
    let unlock = format!("SELECT pg_advisory_unlock({MIGRATING})");
    let unlocked = client.batch_execute(&unlock).await;
    migrated?;
    Ok(unlocked?)
}

async fn steps(session: &Session, shown: &str, migrations: &[Migration]) -> Done<()> {
    let client = session.client()?;
    let known = i32::try_from(migrations.len()).unwrap_or(i32::MAX);
    let found = usable(session, shown, known).await?;
    for (number, step) in (1..).zip(migrations) {
        if number <= found {
            continue;
        }
        if number > 1 {
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
    let table = if number == 1 {
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

/// Keeps others from migrating. By the session and not the transaction: every step is a transaction of its
/// own. Another may be at work on a large ledger, which takes its time.
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
    let (found, usable_from) = version(session, shown).await?;
    if known < usable_from {
        return Err(StoreError::TooNew {
            path: shown.to_owned(),
            found: found.unsigned_abs(),
            known: known.unsigned_abs(),
        }
        .into());
    }
    Ok(found)
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
    Ok(usize::try_from(found) == Ok(MIGRATIONS.len()))
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
