//! The triggers hold against any client, and the store refuses to run without them.

use ringonce_store::{Admin as _, Reports as _, StoreError};
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::support::{Fixture, number};

/// Every row of a table, in order.
fn rows(conn: &Connection, table: &str) -> Vec<Vec<Value>> {
    let mut statement = conn
        .prepare(&format!("SELECT * FROM {table} ORDER BY 1"))
        .unwrap();
    let width = statement.column_count();
    let read = |row: &rusqlite::Row<'_>| (0..width).map(|i| row.get(i)).collect();
    statement
        .query_map([], read)
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

/// Each attack is refused with these words and changes no row of the table.
fn assert_repelled(conn: &Connection, table: &str, words: &str, attacks: &[String]) {
    let before = rows(conn, table);
    assert!(!before.is_empty(), "there is something to attack");
    for attack in attacks {
        let answer = conn.execute_batch(attack);
        let refusal = answer.expect_err(attack).to_string();
        assert!(refusal.contains(words), "{attack}: {refusal}");
        assert_eq!(rows(conn, table), before, "{attack}");
    }
}

#[tokio::test]
async fn no_client_can_take_back_a_block() {
    let ground = Fixture::new();
    ground.furnish().await;
    let conn = ground.foreign();
    let blocked = number(90).digits();
    let free = number(0).digits();
    let attacks = [
        "UPDATE numbers SET blocked_at = NULL",
        "UPDATE numbers SET blocked_at = NULL, block_reason = NULL WHERE number = {blocked}",
        "UPDATE numbers SET blocked_at = blocked_at + 1 WHERE number = {blocked}",
        "UPDATE numbers SET block_reason = 'a mistake' WHERE number = {blocked}",
        "UPDATE numbers SET block_reason = NULL WHERE number = {blocked}",
        "UPDATE numbers SET number = number + 1 WHERE number = {blocked}",
        "UPDATE OR IGNORE numbers SET number = number + 1 WHERE number = {blocked}",
        "UPDATE OR REPLACE numbers SET number = {blocked} WHERE number = {free}",
        "UPDATE OR REPLACE numbers SET rowid = {blocked} WHERE number = {free}",
        "DELETE FROM numbers",
        "DELETE FROM numbers WHERE blocked_at IS NOT NULL",
        "INSERT OR REPLACE INTO numbers (number) VALUES ({blocked})",
        "REPLACE INTO numbers (number, blocked_at) VALUES ({blocked}, 5)",
        "REPLACE INTO numbers (number, blocked_at, block_reason) SELECT number, 5, 'other' FROM numbers WHERE number = {blocked}",
        "REPLACE INTO numbers (rowid) VALUES ({blocked})",
        "REPLACE INTO numbers (_rowid_) VALUES ({blocked})",
        "REPLACE INTO numbers (number) VALUES ('{blocked}')",
        "REPLACE INTO numbers (number) VALUES ({blocked}.0)",
        "INSERT INTO numbers (number) VALUES ({blocked}) ON CONFLICT (number) DO UPDATE SET blocked_at = NULL, block_reason = NULL",
        "INSERT INTO numbers (number) VALUES ({blocked}) ON CONFLICT DO UPDATE SET number = 10001",
        "PRAGMA ignore_check_constraints = ON; REPLACE INTO numbers (number) VALUES ({blocked})",
        "PRAGMA foreign_keys = OFF; DELETE FROM numbers WHERE number = {blocked}",
    ];
    let attacks = attacks.map(|attack| {
        attack
            .replace("{blocked}", &blocked.to_string())
            .replace("{free}", &free.to_string())
    });
    assert_repelled(&conn, "numbers", "a blocked number stays blocked", &attacks);

    let known = ground
        .open()
        .unwrap()
        .number(number(90))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(known.blocked.unwrap().reason, "asked us never to call");
}

#[tokio::test]
async fn no_client_can_rewrite_the_audit_trail() {
    let ground = Fixture::new();
    ground.furnish().await;
    let conn = ground.foreign();
    let columns = "seq, at, actor, event, detail, hash";
    let forged = "1, 1, 'nobody', 'nothing', '{}', zeroblob(32)";
    let attacks = [
        "UPDATE audit SET detail = '{}' WHERE seq = 1".to_owned(),
        "UPDATE audit SET seq = seq + 1000".to_owned(),
        "UPDATE OR REPLACE audit SET seq = 2 WHERE seq = 1".to_owned(),
        "UPDATE OR IGNORE audit SET hash = zeroblob(32)".to_owned(),
        "DELETE FROM audit".to_owned(),
        "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)".to_owned(),
        format!("INSERT OR REPLACE INTO audit ({columns}) VALUES ({forged})"),
        format!(
            "REPLACE INTO audit ({}) VALUES ({forged})",
            columns.replace("seq", "rowid")
        ),
        format!(
            "INSERT INTO audit ({columns}) VALUES ({forged}) ON CONFLICT DO UPDATE SET event = 'forged'"
        ),
    ];
    assert_repelled(&conn, "audit", "the audit trail is append-only", &attacks);
}

#[tokio::test]
async fn an_entry_that_another_program_appends_does_not_fit_the_chain() {
    let ground = Fixture::new();
    ground.furnish().await;
    let forgery = "INSERT INTO audit (at, actor, event, detail, hash)
                   VALUES (1, 'nobody', 'nothing', '{}', zeroblob(32)) RETURNING seq";
    let seq: i64 = ground
        .foreign()
        .query_row(forgery, [], |row| row.get(0))
        .unwrap();

    let store = ground.open().unwrap();
    assert_eq!(store.verify_audit().await.unwrap(), Err(seq));
    let findings = store.doctor(crate::support::NOW).await.unwrap();
    assert!(
        findings
            .iter()
            .any(|finding| !finding.ok && finding.check == "audit trail")
    );
}

#[tokio::test]
async fn no_client_can_take_back_an_attempt() {
    let ground = Fixture::new();
    let furnished = ground.furnish().await;
    let conn = ground.foreign();
    let hex = |attempt: &ringonce_domain::Attempt| format!("x'{}'", attempt.id.0.simple());
    let (over, live) = (hex(&furnished.over), hex(&furnished.live));
    let other = "x'00112233445566778899aabbccddeeff'";
    let columns = "id, campaign_id, contact_id, number, made, state, owner, claimed_at";
    let copy = |id: &str, of: &str| {
        format!(
            "REPLACE INTO attempts ({columns})
             SELECT {id}, campaign_id, contact_id, number, made, 'claimed', owner, claimed_at FROM attempts WHERE id = {of}"
        )
    };
    let deletions = [
        "DELETE FROM attempts".to_owned(),
        format!("DELETE FROM attempts WHERE id = {live}"),
    ];
    assert_repelled(&conn, "attempts", "attempts are never deleted", &deletions);
    let updates = [
        format!("UPDATE attempts SET state = 'claimed' WHERE id = {over}"),
        format!("UPDATE attempts SET state = 'released' WHERE id = {over}"),
        format!("UPDATE attempts SET may_have_rung = 0 WHERE id = {over}"),
        format!("UPDATE attempts SET number = number + 1 WHERE id = {live}"),
        format!("UPDATE attempts SET id = {other} WHERE id = {live}"),
        format!("UPDATE OR REPLACE attempts SET id = {live} WHERE id = {over}"),
        format!(
            "UPDATE OR REPLACE attempts SET state = 'dialing', number = {} WHERE id = {over}",
            furnished.live.number.digits()
        ),
    ];
    assert_repelled(
        &conn,
        "attempts",
        "an attempt that is over stays as it was",
        &updates,
    );
    let replacements = [
        copy(&live, &live),
        copy(&over, &over),
        copy(other, &live),
        copy(other, &live).replace("REPLACE", "INSERT"),
    ];
    assert_repelled(
        &conn,
        "attempts",
        "the number is in another call",
        &replacements,
    );
}

/// Each way to harm a guard, and the name of the guard in the next start's refusal.
fn assert_noticed(ground: &Fixture, tampering: &str, kind: &str, name: &str) {
    ground.foreign().execute_batch(tampering).unwrap();
    match ground.open() {
        Err(StoreError::Unguarded {
            kind: k, name: n, ..
        }) => {
            assert_eq!((k, n.as_str()), (kind, name), "{tampering}");
        }
        other => panic!("{tampering}: {other:?}"),
    }
}

#[tokio::test]
async fn a_start_without_any_one_of_the_guards_is_refused_by_its_name() {
    let pristine = Fixture::new();
    pristine.furnish().await;
    let mut statement = "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('trigger', 'index') AND sql IS NOT NULL";
    let guards: Vec<(String, String, String)> = {
        let conn = pristine.foreign();
        let mut prepared = conn.prepare(std::mem::take(&mut statement)).unwrap();
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        prepared
            .query_map([], read)
            .unwrap()
            .map(Result::unwrap)
            .collect()
    };
    assert!(guards.len() >= 15, "{guards:?}");
    for (kind, name, sql) in guards {
        let ground = Fixture::new();
        std::fs::copy(pristine.path(), ground.path()).unwrap();
        assert_noticed(&ground, &format!("DROP {kind} {name}"), &kind, &name);

        if kind == "trigger" {
            let toothless = sql
                .split("WHEN")
                .next()
                .unwrap()
                .split("BEGIN")
                .next()
                .unwrap();
            let tampering = format!("{toothless} BEGIN SELECT 1; END");
            assert_noticed(&ground, &tampering, &kind, &name);
        }
        ground
            .foreign()
            .execute_batch(&if kind == "trigger" {
                format!("DROP TRIGGER {name}; {sql}")
            } else {
                sql
            })
            .unwrap();
        ground.open().expect("whole again");
    }
}

#[tokio::test]
async fn a_rebuilt_table_is_noticed_at_the_next_start() {
    let ground = Fixture::new();
    ground.furnish().await;
    ground
        .foreign()
        .execute_batch(
            "CREATE TABLE rebuilt AS SELECT * FROM numbers;
             UPDATE rebuilt SET blocked_at = NULL, block_reason = NULL;
             DROP TABLE numbers;
             ALTER TABLE rebuilt RENAME TO numbers;",
        )
        .unwrap();
    let refusal = ground.open().unwrap_err();
    assert!(matches!(refusal, StoreError::Unguarded { .. }), "{refusal}");
    assert!(refusal.to_string().contains("numbers"), "{refusal}");
}

#[tokio::test]
async fn a_guard_that_falls_while_the_ledger_is_open_is_found_by_the_doctor() {
    let ground = Fixture::new();
    ground.furnish().await;
    let store = ground.open().unwrap();
    ground
        .foreign()
        .execute_batch("DROP TRIGGER numbers_block_stays_on_delete")
        .unwrap();
    let findings = store.doctor(crate::support::NOW).await.unwrap();
    let guards = findings
        .iter()
        .find(|finding| finding.check == "guards")
        .unwrap();
    assert!(
        !guards.ok && guards.found.contains("numbers_block_stays_on_delete"),
        "{guards:?}"
    );
}
