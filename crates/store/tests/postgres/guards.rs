//! The guards hold against any client, and the store refuses to run without them.

use ringonce_store::{Admin as _, Reports as _, StoreError};
use tokio_postgres::Client;

use crate::play::{NOW, number};
use crate::server::Fixture;

/// Every row of a table, in order.
async fn rows(client: &Client, table: &str) -> Vec<String> {
    let rows = client
        .query(&format!("SELECT t::text FROM {table} t ORDER BY 1"), &[])
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// Each attack is refused with these words and changes no row of the table, also in a session that
/// plays a replica, which ordinary triggers do not fire for.
async fn assert_repelled(client: &Client, table: &str, words: &str, attacks: &[String]) {
    let before = rows(client, table).await;
    assert!(!before.is_empty(), "there is something to attack");
    for role in ["origin", "replica"] {
        client
            .batch_execute(&format!("SET session_replication_role = {role}"))
            .await
            .unwrap();
        for attack in attacks {
            let refusal = client.batch_execute(attack).await.expect_err(attack);
            let refusal = refusal.as_db_error().unwrap().message();
            assert!(refusal.contains(words), "{attack}: {refusal}");
            client.batch_execute("ROLLBACK").await.unwrap();
            assert_eq!(rows(client, table).await, before, "{attack}");
        }
    }
}

#[tokio::test]
async fn no_client_can_take_back_a_block() {
    let ground = Fixture::new().await;
    ground.furnish().await;
    let client = ground.foreign().await;
    let blocked = number(90).digits();
    let attacks = [
        "UPDATE numbers SET blocked_at = NULL",
        "UPDATE numbers SET blocked_at = NULL, block_reason = NULL WHERE number = {blocked}",
        "UPDATE numbers SET blocked_at = blocked_at + interval '1 ms' WHERE number = {blocked}",
        "UPDATE numbers SET block_reason = 'a mistake' WHERE number = {blocked}",
        "UPDATE numbers SET block_reason = NULL WHERE number = {blocked}",
        "UPDATE numbers SET number = number + 1 WHERE number = {blocked}",
        "DELETE FROM numbers",
        "DELETE FROM numbers WHERE blocked_at IS NOT NULL",
        "WITH gone AS (DELETE FROM numbers WHERE number = {blocked} RETURNING *) INSERT INTO numbers (number) SELECT number FROM gone",
        "INSERT INTO numbers (number) VALUES ({blocked}) ON CONFLICT (number) DO UPDATE SET blocked_at = NULL, block_reason = NULL",
    ];
    let attacks = attacks.map(|attack| attack.replace("{blocked}", &blocked.to_string()));
    assert_repelled(
        &client,
        "numbers",
        "a blocked number stays blocked",
        &attacks,
    )
    .await;
    let truncations = [
        "TRUNCATE numbers".to_owned(),
        "TRUNCATE numbers, attempts RESTART IDENTITY CASCADE".to_owned(),
        "TRUNCATE ONLY numbers CASCADE".to_owned(),
    ];
    assert_repelled(&client, "numbers", "never deleted", &truncations).await;

    let store = ground.store().await.unwrap();
    let known = store.number(number(90)).await.unwrap().unwrap();
    assert_eq!(known.blocked.unwrap().reason, "asked us never to call");
}

#[tokio::test]
async fn no_client_can_rewrite_the_audit_trail() {
    let ground = Fixture::new().await;
    ground.furnish().await;
    let client = ground.foreign().await;
    let attacks = [
        "UPDATE audit SET detail = '{}' WHERE place = 1",
        "UPDATE audit SET place = place + 1000",
        "UPDATE audit SET hash = decode(repeat('00', 32), 'hex')",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE place = (SELECT max(place) FROM audit)",
        "TRUNCATE audit",
        "TRUNCATE audit, audit_chains CASCADE",
        "INSERT INTO audit (chain, place, at, actor, event, detail, hash)
         SELECT chain, place, at, actor, 'forged', detail, hash FROM audit
         ON CONFLICT (chain, place) DO UPDATE SET event = 'forged'",
    ];
    let attacks = attacks.map(str::to_owned);
    assert_repelled(&client, "audit", "the audit trail is append-only", &attacks).await;
}

#[tokio::test]
async fn an_entry_that_another_program_appends_does_not_fit_the_chain() {
    let ground = Fixture::new().await;
    ground.furnish().await;
    let forgery = "INSERT INTO audit (chain, place, at, actor, event, detail, hash)
                   SELECT chain, max(place) + 1, now(), 'nobody', 'nothing', '{}', decode(repeat('00', 32), 'hex')
                   FROM audit GROUP BY chain ORDER BY chain LIMIT 1 RETURNING seq";
    let row = ground
        .foreign()
        .await
        .query_one(forgery, &[])
        .await
        .unwrap();
    let seq: i64 = row.get(0);

    let store = ground.store().await.unwrap();
    assert_eq!(store.verify_audit().await.unwrap(), Err(seq));
    let findings = store.doctor(NOW).await.unwrap();
    let trail = findings
        .iter()
        .find(|finding| finding.check == "audit trail");
    assert!(!trail.unwrap().ok);
}

#[tokio::test]
async fn no_client_can_take_back_an_attempt() {
    let ground = Fixture::new().await;
    let furnished = ground.furnish().await;
    let client = ground.foreign().await;
    let (over, live) = (furnished.over.id.0, furnished.live.id.0);
    let deletions = [
        "DELETE FROM attempts".to_owned(),
        format!("DELETE FROM attempts WHERE id = '{live}'"),
        "TRUNCATE attempts".to_owned(),
        "TRUNCATE attempts CASCADE".to_owned(),
    ];
    assert_repelled(
        &client,
        "attempts",
        "attempts are never deleted",
        &deletions,
    )
    .await;
    let updates = [
        format!("UPDATE attempts SET state = 'claimed', ended_at = NULL WHERE id = '{over}'"),
        format!("UPDATE attempts SET state = 'released' WHERE id = '{over}'"),
        format!("UPDATE attempts SET state = 'dialing', ended_at = NULL WHERE id = '{over}'"),
        format!("UPDATE attempts SET may_have_rung = false WHERE id = '{over}'"),
        format!("UPDATE attempts SET number = number + 1 WHERE id = '{live}'"),
        format!("UPDATE attempts SET id = gen_random_uuid() WHERE id = '{live}'"),
        format!(
            "INSERT INTO attempts (id, campaign_id, contact_id, number, made, claimed_at, owner, state)
             SELECT id, campaign_id, contact_id, number, made, claimed_at, owner, 'claimed' FROM attempts WHERE id = '{over}'
             ON CONFLICT (id) DO UPDATE SET ended_at = NULL, state = 'claimed'"
        ),
    ];
    let words = "an attempt that is over stays as it was";
    assert_repelled(&client, "attempts", words, &updates).await;
    let another = format!(
        "INSERT INTO attempts (id, campaign_id, contact_id, number, made, claimed_at, owner, state)
         SELECT '00112233-4455-6677-8899-aabbccddeeff', campaign_id, contact_id, number, made, claimed_at, owner, 'claimed'
         FROM attempts WHERE id = '{live}'"
    );
    assert_repelled(&client, "attempts", "attempts_live", &[another]).await;
}

/// Each way to harm a guard, and the name of the guard in the next start's refusal.
async fn assert_noticed(tampering: &str, kind: &str, name: &str) {
    let ground = Fixture::new().await;
    ground
        .foreign()
        .await
        .batch_execute(tampering)
        .await
        .unwrap_or_else(|error| panic!("{tampering}: {error}"));
    match ground.store().await {
        Err(StoreError::Unguarded {
            kind: k, name: n, ..
        }) => assert_eq!((k, n.as_str()), (kind, name), "{tampering}"),
        other => panic!("{tampering}: {:?}", other.map(|_| "it opens")),
    }
}

#[tokio::test]
async fn a_start_without_any_one_of_the_triggers_is_refused_by_its_name() {
    let ground = Fixture::new().await;
    let client = ground.foreign().await;
    let triggers = "SELECT tgname::text, tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal";
    let triggers = client.query(triggers, &[]).await.unwrap();
    assert!(triggers.len() >= 9, "{}", triggers.len());
    for row in triggers {
        let [name, table, made]: [String; 3] = [row.get(0), row.get(1), row.get(2)];
        let drop = format!("DROP TRIGGER IF EXISTS {name} ON {table}");
        let mut ways = vec![
            format!("ALTER TABLE {table} DISABLE TRIGGER {name}"),
            drop.clone(),
            // As after a careless restore: it does not fire in a session that plays a replica.
            format!("{drop}; {made}"),
        ];
        if made.contains("FOR EACH ROW") {
            let (before, function) = made.split_once(" EXECUTE ").unwrap();
            let toothless = before.split(" WHEN ").next().unwrap();
            ways.push(format!(
                "{drop}; {toothless} WHEN (false) EXECUTE {function}; ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"
            ));
        }
        for way in &ways {
            client.batch_execute(way).await.unwrap();
            match ground.store().await {
                Err(StoreError::Unguarded {
                    kind, name: found, ..
                }) => assert_eq!((kind, &found), ("trigger", &name), "{way}"),
                other => panic!("{way}: {:?}", other.map(|_| "it opens")),
            }
        }
        let whole = format!("{drop}; {made}; ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}");
        client.batch_execute(&whole).await.unwrap();
        ground.store().await.expect("whole again");
    }
}

#[tokio::test]
async fn a_start_is_refused_when_a_guard_is_weaker_than_it_was() {
    for (tampering, kind, name) in [
        ("DROP INDEX attempts_live", "index", "attempts_live"),
        (
            "DROP INDEX attempts_live; CREATE INDEX attempts_live ON attempts (number) WHERE ended_at IS NULL",
            "index",
            "attempts_live",
        ),
        (
            "DROP INDEX attempts_live; CREATE UNIQUE INDEX attempts_live ON attempts (number, id) WHERE ended_at IS NULL",
            "index",
            "attempts_live",
        ),
        (
            "DROP INDEX attempts_live; CREATE UNIQUE INDEX attempts_live ON attempts (number) WHERE ended_at IS NULL AND made > 3",
            "index",
            "attempts_live",
        ),
        (
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'attempts_live'::regclass",
            "index",
            "attempts_live",
        ),
        (
            "CREATE OR REPLACE FUNCTION ringonce_block_stays() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "function",
            "ringonce_block_stays",
        ),
        (
            "DROP FUNCTION ringonce_block_stays() CASCADE",
            "function",
            "ringonce_block_stays",
        ),
        (
            "ALTER TABLE safety DROP CONSTRAINT safety_id_check",
            "constraint",
            "safety.safety_id_check",
        ),
        (
            "ALTER TABLE campaigns DROP CONSTRAINT campaigns_live_check, ADD CONSTRAINT campaigns_live_check CHECK (live >= -1)",
            "constraint",
            "campaigns.campaigns_live_check",
        ),
        ("ALTER TABLE attempts SET UNLOGGED", "table", "attempts"),
        (
            "CREATE RULE silent AS ON UPDATE TO numbers DO INSTEAD NOTHING",
            "table",
            "numbers",
        ),
        (
            "ALTER TABLE numbers ENABLE ROW LEVEL SECURITY",
            "table",
            "numbers",
        ),
        (
            "ALTER TABLE attempts ALTER may_have_rung DROP NOT NULL",
            "column",
            "attempts.may_have_rung",
        ),
    ] {
        assert_noticed(tampering, kind, name).await;
    }
}

#[tokio::test]
async fn a_ledger_that_stands_beside_other_things_is_not_refused() {
    let ground = Fixture::new().await;
    ground.furnish().await;
    ground
        .foreign()
        .await
        .batch_execute(
            "CREATE INDEX for_a_report ON attempts (claimed_at);
             ALTER TABLE contacts SET (autovacuum_vacuum_scale_factor = 0.01);
             CREATE SCHEMA reports; CREATE TABLE reports.daily (day date);
             CREATE FUNCTION reports.today() RETURNS date LANGUAGE sql AS 'SELECT current_date'",
        )
        .await
        .unwrap();
    ground.store().await.unwrap();
}

#[tokio::test]
async fn a_guard_that_falls_while_the_ledger_is_open_is_found_by_the_doctor() {
    let ground = Fixture::new().await;
    ground.furnish().await;
    let store = ground.store().await.unwrap();
    ground
        .foreign()
        .await
        .batch_execute("DROP TRIGGER numbers_block_stays_on_delete ON numbers")
        .await
        .unwrap();
    let findings = store.doctor(NOW).await.unwrap();
    let guards = findings
        .iter()
        .find(|finding| finding.check == "guards")
        .unwrap();
    assert!(
        !guards.ok && guards.found.contains("numbers_block_stays_on_delete"),
        "{guards:?}"
    );
}
