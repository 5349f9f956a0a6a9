//! The statements against the schema: each can be prepared, those that calls wait for reach their rows
//! by the index that was made for them, and the two databases agree.
//!
//! These tests need a server; `RINGONCE_TEST_POSTGRES` names it.

use std::collections::BTreeSet;

use rusqlite::Connection;
use tokio_postgres::{Client, NoTls};

use crate::sql;

/// A connection whose own temporary schema holds a ledger: it goes with the connection.
async fn ledger() -> Client {
    let variable = "RINGONCE_TEST_POSTGRES";
    let address = std::env::var(variable).unwrap_or_else(|_| {
        panic!("{variable} names no server: cargo xtask postgres -- cargo test -p ringonce-store")
    });
    let (client, connection) = tokio_postgres::connect(&address, NoTls).await.unwrap();
    tokio::spawn(connection);
    // PostgreSQL never looks up functions in a temporary schema.
    let schema: String = super::schema::MIGRATIONS.iter().map(|it| it.sql).collect();
    let schema = schema.replace("EXECUTE FUNCTION ", "EXECUTE FUNCTION pg_temp.");
    client
        .batch_execute(&format!("SET search_path = pg_temp; {schema}"))
        .await
        .unwrap();
    client
}

fn findable(statement: &str) -> String {
    statement.replace("ringonce_expect(", "pg_temp.ringonce_expect(")
}

/// So many rows that the planner chooses an index: for empty tables it does not.
const MANY: &str = "
    INSERT INTO campaigns (name, state, settings, created_at) SELECT 'c' || n, 'running', '{}', now() FROM generate_series(1, 200) n;
    INSERT INTO contacts (id, campaign_id, list_id, line, number, due_at, changed_at, state, lead, name, metadata)
    SELECT (n % 20) * 1000000000::bigint + n, n % 20, 1, n, 12025550100 + n, now(), now(), 'pending', 'new', '', '{}' FROM generate_series(1, 20000) n;
    INSERT INTO numbers (number, called) SELECT 12025550100 + n, 1 FROM generate_series(1, 20000) n;
    INSERT INTO attempts (id, campaign_id, contact_id, number, made, may_have_rung, claimed_at, ended_at, owner, state)
    SELECT gen_random_uuid(), n % 20, n, 12025550100 + n, 1, true, now(), CASE WHEN n > 100 THEN now() END, gen_random_uuid(),
           CASE WHEN n > 100 THEN 'ended' ELSE 'ringing' END FROM generate_series(1, 20000) n;
    INSERT INTO audit (chain, place, at, number, actor, event, detail, hash)
    SELECT n % 8, n, now(), 12025550100 + n, '', '', '{}', decode(repeat('00', 32), 'hex') FROM generate_series(1, 20000) n;
    INSERT INTO carrier_events (carrier, call_id, source, sequence, attempt, kept_at, body)
    SELECT 'twilio', 'CA' || n, '', 0, gen_random_uuid(), now(), '' FROM generate_series(1, 20000) n;
    INSERT INTO carrier_events_waiting (id) SELECT max(id) FROM carrier_events;
    ANALYZE campaigns, contacts, numbers, attempts, audit, carrier_events, carrier_events_waiting;
";

/// Statements that need the table of migrations, which is made before the first one.
const OF_MIGRATIONS: [&str; 2] = ["SCHEMA_VERSION", "SCHEMA_TABLES"];

/// Every statement that is used on this database, with its name.
fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    let texts = sql::ALL
        .iter()
        .map(|(name, statement)| (*name, statement.postgres));
    texts.filter(|(_, text)| !text.is_empty())
}

#[tokio::test]
async fn every_statement_can_be_prepared() {
    let client = ledger().await;
    for (file, statement) in all() {
        assert!(!statement.starts_with("--"), "{file}");
        if OF_MIGRATIONS.contains(&file) {
            continue;
        }
        client
            .prepare(&findable(statement))
            .await
            .unwrap_or_else(|error| panic!("{file}: {error:?}"));
    }
}

/// The steps of a plan that holds for any parameters.
async fn plan(client: &Client, statement: &str) -> String {
    let prepared = client.prepare(&findable(statement)).await.unwrap();
    let nulls = vec!["NULL"; prepared.params().len()].join(", ");
    let arguments = if nulls.is_empty() {
        nulls
    } else {
        format!("({nulls})")
    };
    client
        .batch_execute(&format!(
            "DEALLOCATE ALL; PREPARE asked AS {}",
            findable(statement)
        ))
        .await
        .unwrap();
    let explain = format!("EXPLAIN (COSTS off) EXECUTE asked{arguments}");
    let lines = client.simple_query(&explain).await.unwrap();
    let lines = lines.iter().filter_map(|line| match line {
        tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Tables that grow with the ledger: no statement of a call may walk over one.
const LARGE: [&str; 8] = [
    "carrier_events",
    "contacts",
    "numbers",
    "attempts",
    "audit",
    "list_problems",
    "duplicates_found",
    "recordings",
];

/// Reports over everything, and the statements of a move.
const WHOLE: [&str; 7] = [
    "DOCTOR_ACTIVITY",
    "DOCTOR_CONTACT_COUNTS",
    "DOCTOR_OUTCOME_COUNTS",
    "DOCTOR_PRICES",
    "DOCTOR_NUMBER_COUNTS",
    "DOCTOR_EMPTY_CHAINS",
    "MOVE_SEQUENCES",
];

#[tokio::test]
async fn no_statement_but_those_of_whole_reports_walks_over_a_large_table() {
    let client = ledger().await;
    client
        .batch_execute("SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off")
        .await
        .unwrap();
    for (file, statement) in all() {
        let skipped = WHOLE.contains(&file) || OF_MIGRATIONS.contains(&file);
        let has_plan = ["SELECT", "WITH", "INSERT", "UPDATE", "DELETE"]
            .iter()
            .any(|verb| statement.starts_with(verb));
        if skipped || !has_plan {
            continue;
        }
        let plan = plan(&client, statement).await;
        for table in LARGE {
            let walk = format!("Seq Scan on {table}");
            assert!(!plan.contains(&walk), "{file}:\n{plan}");
        }
    }
}

#[tokio::test]
async fn the_statements_of_a_call_use_the_index_made_for_them() {
    let client = ledger().await;
    client
        .batch_execute(
            "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_bitmapscan = off",
        )
        .await
        .unwrap();
    client.batch_execute(MANY).await.unwrap();
    for (statement, needed) in [
        (
            sql::CLAIM_CANDIDATES,
            &["contacts_due", "numbers_pkey", "attempts_live"][..],
        ),
        (sql::CALLS_RECENT, &["attempts_rung"]),
        (
            sql::EVENTS_WAITING,
            &["carrier_events_waiting_pkey", "carrier_events_pkey"],
        ),
        (sql::EVENTS_APPLIED, &["carrier_events_waiting_pkey"]),
        (
            sql::EVENT_FAULTY,
            &["carrier_events_waiting_pkey", "carrier_events_pkey"],
        ),
        (sql::EVENTS_OF_ATTEMPT, &["carrier_events_key"]),
        (sql::ATTEMPT_TO_SETTLE, &["attempts_pkey"]),
        (sql::ATTEMPTS_MOVE, &["attempts_pkey"]),
        (sql::CONTACTS_SETTLE, &["contacts_pkey"]),
        (sql::CAMPAIGNS_ACTIVE, &["campaigns_active", "contacts_due"]),
        (sql::CONTACTS_WALK, &["contacts_pkey"]),
        (sql::CONTACTS_WALK_BACK, &["contacts_pkey"]),
        (sql::CONTACTS_WALK_STATE, &["contacts_state"]),
        (sql::CONTACTS_WALK_STATE_BACK, &["contacts_state"]),
        (sql::CONTACTS_WALK_OUTCOME, &["contacts_outcome"]),
        (sql::CONTACTS_WALK_OUTCOME_BACK, &["contacts_outcome"]),
        (sql::CONTACTS_WALK_NUMBER, &["contacts_number"]),
        (sql::CONTACTS_WALK_NUMBER_BACK, &["contacts_number"]),
        (sql::CONTACTS_WALK_SAME_NAME, &["contacts_name"]),
        (sql::CONTACTS_WALK_SAME_NAME_BACK, &["contacts_name"]),
        (sql::CONTACTS_WALK_NAME, &["contacts_name"]),
        (sql::CONTACTS_WALK_NAME_BACK, &["contacts_name"]),
        (sql::CONTACTS_WAITING, &["contacts_due"]),
        (sql::AUDIT_STAFF, &["audit_staff"]),
        (sql::AUDIT_OF_CAMPAIGN, &["audit_campaign"]),
        (sql::CONTACTS, &["contacts_pkey"]),
        (sql::CONTACTS_IN_STATE, &["contacts_state"]),
        (sql::CONTACTS_OF_NUMBER, &["contacts_number"]),
        (sql::CONTACT_LINE, &["contacts_number"]),
        (sql::ATTEMPTS_LIVE, &["attempts_live"]),
        (sql::ATTEMPTS_ENDED, &["attempts_ended"]),
        (sql::CALLS, &["attempts_pkey"]),
        (sql::CALLS_LAST, &["attempts_rung", "contacts_pkey"]),
        (sql::CALLS_LIVE, &["attempts_live"]),
        (sql::CALLS_OF_CAMPAIGN, &["attempts_campaign"]),
        (sql::CALLS_OF_NUMBER, &["attempts_rung"]),
        (sql::CALLS_NOT_RUNG, &["attempts_closed"]),
        (sql::RINGS, &["attempts_rung"]),
        (sql::RINGS_OF_NUMBER, &["attempts_rung"]),
        (sql::AUDIT_OF_NUMBER, &["audit_number"]),
        (sql::AUDIT_OF_ATTEMPT, &["audit_number"]),
        (sql::AUDIT_PAGE, &["audit_pkey"]),
        (sql::AUDIT_CHAINS_LAST, &["audit_pkey"]),
        (sql::NUMBER_LIVE, &["attempts_live"]),
        (sql::PROBLEMS, &["list_problems_pkey"]),
        (sql::RECORDINGS_DUE, &["recordings_due"]),
        (sql::RECORDINGS_OF_ATTEMPT, &["recordings_attempt"]),
        (sql::RECORDINGS_STORED_BEFORE, &["recordings_stored"]),
        (sql::LEASES_RELEASE, &["campaigns_leased"]),
    ] {
        let statement = statement.postgres;
        let plan = plan(&client, statement).await;
        for index in needed {
            assert!(
                plan.contains(index),
                "{statement}\n{index} is not in\n{plan}"
            );
        }
    }
}

/// Rows mean the same on both sides, so the same code reads them.
#[tokio::test]
async fn statements_of_one_name_yield_the_same_columns_on_both_sides() {
    // Those of many contacts or numbers at once on one side, and of one on the other.
    let otherwise = ["CALLS_RECENT", "CONTACT_LINE"];
    let client = ledger().await;
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch(&crate::sqlite::schema()).unwrap();
    let mut compared = 0;
    for (name, statement) in sql::ALL {
        let (twin, statement) = (statement.sqlite, statement.postgres);
        if twin.is_empty() || statement.is_empty() || otherwise.contains(name) {
            continue;
        }
        let twin = conn.prepare(twin).unwrap();
        let prepared = client.prepare(&findable(statement)).await.unwrap();
        if twin.column_count() > 0 && !prepared.columns().is_empty() {
            let columns = prepared.columns().iter().map(tokio_postgres::Column::name);
            assert!(columns.eq(twin.column_names()), "{name}");
            compared += 1;
        }
    }
    assert!(compared > 30, "{compared}");
}

/// Tables and their columns in SQLite.
fn sqlite_columns() -> BTreeSet<String> {
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch(&crate::sqlite::schema()).unwrap();
    let columns =
        "SELECT t.name || '.' || c.name FROM sqlite_schema t, pragma_table_xinfo(t.name) c
                   WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'";
    let mut statement = conn.prepare(columns).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[tokio::test]
async fn both_schemas_have_the_same_tables_and_columns() {
    // What only one side needs: chains, because there many write the trail.
    let only_there = [
        "audit.chain",
        "audit.place",
        "audit_chains.id",
        "audit_chains.opened_at",
    ];
    let columns = "SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                   WHERE c.relnamespace = pg_my_temp_schema() AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped";
    let rows = ledger().await.query(columns, &[]).await.unwrap();
    let mut found: BTreeSet<String> = rows.iter().map(|row| row.get(0)).collect();
    for column in only_there {
        assert!(found.remove(column), "{column}");
    }
    assert_eq!(found, sqlite_columns());
}
