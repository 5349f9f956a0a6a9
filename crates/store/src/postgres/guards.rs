//! Checks that the triggers, indexes and constraints of the ledger are as the migrations made them.
//!
//! The migrations are run again, into the session's temporary schema, in a transaction that is rolled back.
//! The same query of the same server describes both schemas, so no version of PostgreSQL prints anything
//! differently and nothing is missed: a trigger that is gone, disabled or empty, an index without its
//! condition, a dropped constraint, a table that survives no crash.

use std::collections::BTreeMap;

use super::failure::{Done, Failure};
use super::schema::Migration;
use super::session::Session;
use super::sql;
use crate::StoreError;
use crate::row::Fields;

/// A schema object's name, and its definition.
type Objects = BTreeMap<(String, String), String>;

/// A ledger as the migrations make it, visible to this session alone. PostgreSQL never looks up functions in
/// a temporary schema: these triggers call the functions of the ledger itself.
const AGAIN: &str = "
    SAVEPOINT guards;
    SELECT set_config('search_path', 'pg_temp, ' || quote_ident(current_schema()), true);
";
const AS_BEFORE: &str = "ROLLBACK TO guards; RELEASE guards;";

/// Refuses a database that lacks one of our guards, or has a changed one.
///
/// `exactly` is false when a later program has migrated the database: its changes are its own affair, and
/// only missing objects are reported.
pub(super) async fn require(
    session: &Session,
    shown: &str,
    migrations: &[Migration],
    exactly: bool,
) -> Done<()> {
    session.client()?.batch_execute(sql::BEGIN.postgres).await?;
    let missing = missing(session, migrations, exactly).await;
    session
        .client()?
        .batch_execute(sql::ROLLBACK.postgres)
        .await?;
    match missing?.into_iter().next() {
        None => Ok(()),
        Some((kind, name)) => Err(StoreError::Unguarded {
            path: shown.to_owned(),
            kind,
            name,
        }
        .into()),
    }
}

/// Kind and name of everything that differs from a fresh ledger. Within a transaction.
pub(super) async fn missing(
    session: &Session,
    migrations: &[Migration],
    exactly: bool,
) -> Done<Vec<(&'static str, String)>> {
    let ours = "SELECT current_schema()::regnamespace::oid";
    let found = objects(session, ours).await?;
    let mut missing = lost_functions(migrations, &found);
    if !missing.is_empty() {
        // Without these functions the migrations cannot be run again.
        return Ok(missing);
    }
    session.client()?.batch_execute(AGAIN).await?;
    let expected = again(session, migrations).await;
    session.client()?.batch_execute(AS_BEFORE).await?;
    for ((kind, name), made) in expected? {
        let there = found.get(&(kind.clone(), name.clone()));
        if there.is_none_or(|there| exactly && *there != made) {
            missing.push((kind_word(&kind), name));
        }
    }
    missing.sort_by_key(|(kind, _)| GRAVEST_FIRST.iter().position(|word| word == kind));
    Ok(missing)
}

const GRAVEST_FIRST: [&str; 6] = [
    "trigger",
    "index",
    "function",
    "constraint",
    "table",
    "column",
];

fn kind_word(kind: &str) -> &'static str {
    GRAVEST_FIRST
        .into_iter()
        .find(|word| *word == kind)
        .unwrap_or("table")
}

async fn again(session: &Session, migrations: &[Migration]) -> Done<Objects> {
    for step in migrations {
        session.client()?.batch_execute(step.sql).await?;
    }
    objects(session, "SELECT pg_my_temp_schema()").await
}

async fn objects(session: &Session, schema: &str) -> Done<Objects> {
    let client = session.client()?;
    let schema: u32 = client.query_one(schema, &[]).await?.try_get(0)?;
    let mut objects = Objects::new();
    for row in client
        .query(sql::SCHEMA_OBJECTS.postgres, &[&schema])
        .await?
    {
        let fields = Fields::of("pg_class", &row);
        objects.insert(
            (fields.text("kind")?, fields.text("name")?),
            fields.text("made")?,
        );
    }
    Ok::<_, Failure>(objects)
}

/// The functions of the migrations that are missing.
fn lost_functions(migrations: &[Migration], found: &Objects) -> Vec<(&'static str, String)> {
    let made = migrations.iter().flat_map(|step| {
        let after = step.sql.split("CREATE FUNCTION ").skip(1);
        after.filter_map(|text| text.split('(').next())
    });
    let lost = made.filter(|name| !found.contains_key(&("function".into(), (*name).into())));
    lost.map(|name| ("function", name.to_owned())).collect()
}
