//! The statements against the schema: each can be prepared, and those that calls wait for reach
//! their rows by the index that was made for them, however large the tables are.

use rusqlite::Connection;

use super::{connection, schema};
use crate::sql::{self, Statement};

fn ledger() -> Connection {
    let mut conn = connection::in_memory().unwrap();
    schema::migrate(
        &mut conn,
        std::path::Path::new(":memory:"),
        schema::MIGRATIONS,
    )
    .unwrap();
    conn
}

/// The steps of SQLite's plan.
fn plan(conn: &Connection, statement: &str) -> Vec<String> {
    let mut explained = conn
        .prepare(&format!("EXPLAIN QUERY PLAN {statement}"))
        .unwrap();
    let mut rows = explained.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        steps.push(row.get::<_, String>(3).unwrap());
    }
    steps
}

/// Every statement that is used on this database, with its name.
fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    let texts = sql::ALL
        .iter()
        .map(|(name, statement)| (*name, statement.sqlite));
    texts.filter(|(_, text)| !text.is_empty())
}

#[test]
fn every_statement_can_be_prepared() {
    let conn = ledger();
    for (file, statement) in all() {
        assert!(!statement.starts_with("--"), "{file}");
        conn.prepare(statement)
            .unwrap_or_else(|error| panic!("{file}: {error}"));
    }
}

/// Tables that grow with the ledger: no statement of a call may walk over one.
const LARGE: [&str; 6] = [
    "contacts",
    "numbers",
    "attempts",
    "audit",
    "list_problems",
    "duplicates_found",
];

#[test]
fn no_statement_but_those_of_whole_reports_walks_over_a_large_table() {
    let whole = [
        "AUDIT_WHOLE",
        "DOCTOR_ACTIVITY",
        "DOCTOR_CONTACT_COUNTS",
        "DOCTOR_NUMBER_COUNTS",
        "DOCTOR_OUTCOME_COUNTS",
        "DOCTOR_PRICES",
        "DOCTOR_UNMATCHED",
        "DOCTOR_INTEGRITY",
        // Walks over partial indexes of live or rare rows.
        "DOCTOR_LIVE_COUNTS",
        "DOCTOR_LOST_ATTEMPTS",
        "DOCTOR_ORPHANS",
        "CALLS_LIVE",
        // Ends after the first row.
        "AUDIT_LAST",
    ];
    let conn = ledger();
    for (file, statement) in all().filter(|(file, _)| !whole.contains(file)) {
        for step in plan(&conn, statement) {
            let mut words = step.split_whitespace();
            let walks = words.next() == Some("SCAN");
            let over = words.next().unwrap_or_default();
            let table = match over {
                "a" => "attempts",
                "k" => "contacts",
                "n" => "numbers",
                table => table,
            };
            assert!(!(walks && LARGE.contains(&table)), "{file}: {step}");
        }
    }
}

/// The statement reaches its rows by these parts of a plan, and sorts nothing.
fn assert_uses(conn: &Connection, statement: Statement, needed: &[&str]) {
    let statement = statement.sqlite;
    let plan = plan(conn, statement).join("\n");
    for part in needed {
        assert!(plan.contains(part), "{statement}\n{part} is not in\n{plan}");
    }
    assert!(!plan.contains("TEMP B-TREE"), "{statement}\nsorts:\n{plan}");
}

#[test]
fn the_statements_of_a_call_use_the_index_made_for_them() {
    let conn = ledger();
    for (statement, needed) in [
        (
            sql::CLAIM_CANDIDATES,
            &[
                "contacts_due (campaign_id=? AND due_at<?)",
                "attempts_live (number=?)",
            ][..],
        ),
        (
            sql::CALLS_RECENT,
            &["COVERING INDEX attempts_rung (number=? AND ended_at>?)"],
        ),
        (sql::ATTEMPT_TO_SETTLE, &["PRIMARY KEY (id=?)"]),
        (sql::ATTEMPT_MOVE, &["PRIMARY KEY (id=?)"]),
        (sql::CONTACT_SETTLE, &["INTEGER PRIMARY KEY (rowid=?)"]),
        (
            sql::CONTACTS_MARK_CALLED,
            &[
                "INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
                "SEARCH n USING INTEGER PRIMARY KEY",
            ],
        ),
        (
            sql::CAMPAIGNS_ACTIVE,
            &[
                "campaigns_active",
                "contacts_due (campaign_id=? AND due_at>?)",
            ],
        ),
        (
            sql::CONTACTS_OF_NUMBER,
            &["contacts_number (campaign_id=? AND number=?)"],
        ),
        (
            sql::CONTACT_LINE,
            &["contacts_number (campaign_id=? AND number=?)"],
        ),
        (sql::ATTEMPTS_LIVE, &["attempts_live (number>?)"]),
        (
            sql::ATTEMPTS_ENDED,
            &["attempts_ended (ended_at>? AND ended_at<?)"],
        ),
        (sql::CALLS, &["PRIMARY KEY (id<?)"]),
        (
            sql::CALLS_OF_CAMPAIGN,
            &["attempts_campaign (campaign_id=? AND id<?)"],
        ),
        (
            sql::CALLS_LAST,
            &[
                "attempts_rung (number=? AND ended_at>?)",
                "INTEGER PRIMARY KEY (rowid=?)",
            ],
        ),
        (
            sql::CALLS_NOT_RUNG,
            &["attempts_closed (closed=? AND id<?)"],
        ),
        (sql::RINGS, &["attempts_rung (number>?)"]),
        (sql::RINGS_OF_NUMBER, &["attempts_rung (number=?)"]),
        (
            sql::AUDIT_OF_NUMBER,
            &["audit_number (number=? AND rowid<?)"],
        ),
        (sql::AUDIT_OF_ATTEMPT, &["audit_number (number=?)"]),
        (sql::NUMBER_LIVE, &["attempts_live (number=?)"]),
        (sql::LEASES_RELEASE, &["campaigns_leased (lease_owner=?)"]),
    ] {
        assert_uses(&conn, statement, needed);
    }
}

#[test]
fn every_listing_uses_the_index_made_for_it() {
    let conn = ledger();
    for (statement, needed) in [
        (
            sql::ACTIVITY,
            &["PRIMARY KEY (campaign_id=? AND span=? AND start>? AND start<?)"][..],
        ),
        (sql::CONTACTS_WALK, &["rowid>? AND rowid<?"]),
        (sql::CONTACTS_WALK_BACK, &["rowid>? AND rowid<?"]),
        (
            sql::CONTACTS_WALK_STATE,
            &["contacts_state (state=? AND rowid>? AND rowid<?)"],
        ),
        (
            sql::CONTACTS_WALK_STATE_BACK,
            &["contacts_state (state=? AND rowid>? AND rowid<?)"],
        ),
        (
            sql::CONTACTS_WALK_OUTCOME,
            &["contacts_outcome (campaign_id=? AND last_outcome=? AND rowid>? AND rowid<?)"],
        ),
        (
            sql::CONTACTS_WALK_OUTCOME_BACK,
            &["contacts_outcome (campaign_id=? AND last_outcome=? AND rowid>? AND rowid<?)"],
        ),
        (
            sql::CONTACTS_WALK_NUMBER,
            &["contacts_number (campaign_id=? AND number>? AND number<?)"],
        ),
        (
            sql::CONTACTS_WALK_NUMBER_BACK,
            &["contacts_number (campaign_id=? AND number>? AND number<?)"],
        ),
        (
            sql::CONTACTS_WALK_SAME_NAME,
            &["contacts_name (campaign_id=? AND name_key=? AND rowid>? AND rowid<?)"],
        ),
        (
            sql::CONTACTS_WALK_SAME_NAME_BACK,
            &["contacts_name (campaign_id=? AND name_key=? AND rowid>? AND rowid<?)"],
        ),
        (
            sql::CONTACTS_WALK_NAME,
            &["contacts_name (campaign_id=? AND name_key>? AND name_key<?)"],
        ),
        (
            sql::CONTACTS_WALK_NAME_BACK,
            &["contacts_name (campaign_id=? AND name_key>? AND name_key<?)"],
        ),
        (sql::AUDIT_STAFF, &["audit_staff (at<?)"]),
        (
            sql::AUDIT_OF_CAMPAIGN,
            &["audit_campaign (campaign_id=? AND at<?)"],
        ),
        (sql::CONTACTS, &["rowid>? AND rowid<?"]),
        (
            sql::CONTACTS_IN_STATE,
            &["contacts_state (state=? AND rowid>? AND rowid<?)"],
        ),
    ] {
        assert_uses(&conn, statement, needed);
    }
}

/// Opening a temporary tree costs more than the step of a call that needs it.
#[test]
fn no_statement_of_a_call_builds_a_temporary_tree() {
    let conn = ledger();
    for statement in [
        sql::CLAIM_CANDIDATES,
        sql::CALLS_RECENT,
        sql::ATTEMPT_ADD,
        sql::CONTACT_CALLING,
        sql::CONTACT_SKIP,
        sql::CONTACT_DEFER,
        sql::CONTACT_COUNT,
        sql::CAMPAIGN_CLAIMED,
        sql::ATTEMPT_TO_SETTLE,
        sql::ATTEMPT_MOVE,
        sql::CONTACT_SETTLE,
        sql::CAMPAIGN_DIALED,
        sql::CAMPAIGN_SETTLED,
        sql::OUTCOME_COUNT,
        sql::NUMBER_CALLED,
        sql::NUMBER_ADD_CALLED,
        sql::AUDIT_APPEND,
        sql::CONTACT_ADD,
        sql::ACTIVITY_COUNT,
    ] {
        let statement = statement.sqlite;
        let mut program = conn.prepare(&format!("EXPLAIN {statement}")).unwrap();
        let mut steps = program.raw_query();
        while let Some(step) = steps.next().unwrap() {
            let word: String = step.get(1).unwrap();
            assert!(
                !["OpenEphemeral", "SorterOpen", "OpenAutoindex"].contains(&word.as_str()),
                "{statement}"
            );
        }
    }
}
