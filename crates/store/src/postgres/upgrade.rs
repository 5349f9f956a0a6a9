//! A step from the first schema to a made-up second one, while instances live.
//!
//! These tests need a server; `RINGONCE_TEST_POSTGRES` names it.

use tokio_postgres::{Client as Connection, NoTls};

use super::super::connect::Address;
use super::*;
use crate::ledger::SECOND_STEP;
use crate::settings_cache::SettingsCache;

const SECOND: Migration = Migration {
    name: "0010_second",
    sql: SECOND_STEP,
    usable_from: FIRST,
};

async fn connect(address: &str) -> Connection {
    let (client, connection) = tokio_postgres::connect(address, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Makes a database for one test, lets it run, and drops the database.
async fn on_a_server(name: &str, test: impl AsyncFnOnce(&Session, &Connection)) {
    let server = std::env::var("RINGONCE_TEST_POSTGRES")
        .expect("RINGONCE_TEST_POSTGRES names no server: cargo xtask postgres -- cargo test -p ringonce-store");
    let name = format!("ringonce_{name}_{}", std::process::id());
    let address = match server.rsplit_once('/') {
        Some((server, _)) => format!("{server}/{name}"),
        None => panic!("{server} names no database"),
    };
    let admin = connect(&server).await;
    let create = format!("CREATE DATABASE {name}");
    admin.batch_execute(&create).await.unwrap();
    let pool = Address::parse(&address).unwrap().pool(3).unwrap();
    let session = Session::of(&pool, &SettingsCache::default()).await.unwrap();
    test(&session, &connect(&address).await).await;
    let drop = format!("DROP DATABASE {name} WITH (FORCE)");
    admin.batch_execute(&drop).await.unwrap();
}

fn contact(id: u32, lead: &str) -> String {
    format!(
        "INSERT INTO contacts (id, campaign_id, list_id, line, number, state, lead, due_at, changed_at, name, metadata)
         VALUES ({id}, 1, 1, 1, 1202555010{id}, 'pending', '{lead}', now(), now(), 'Ann', '{{}}')"
    )
}

#[tokio::test]
async fn a_second_schema_adds_a_column_and_a_word_and_keeps_every_row() {
    on_a_server("second_schema", async |session, other| {
        migrate(session, "here", MIGRATIONS).await.unwrap();
        other.batch_execute(&contact(1, "new")).await.unwrap();
        let unknown = contact(2, "made_up");
        other.batch_execute(&unknown).await.unwrap_err();

        let both = [MIGRATIONS[0], SECOND];
        migrate(session, "here", &both).await.unwrap();
        let asked = "SELECT lead || ' ' || coalesce(made_up, 'none') FROM contacts";
        let kept: String = other.query_one(asked, &[]).await.unwrap().get(0);
        assert_eq!(kept, "new none");
        other.batch_execute(&unknown).await.unwrap();
        let nonsense = contact(3, "nonsense");
        other.batch_execute(&nonsense).await.unwrap_err();
        // A step that only adds leaves the database to earlier programs too.
        migrate(session, "here", MIGRATIONS).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_step_that_leaves_an_instance_behind_waits_until_it_is_gone() {
    on_a_server("left_behind", async |session, other| {
        migrate(session, "here", MIGRATIONS).await.unwrap();
        let joins = format!(
            "INSERT INTO instances (id, name, process, version, joined_at, heard_at, until, schema)
             VALUES (gen_random_uuid(), 'older', 7, '0', now(), now(), now() + interval '1 hour', {FIRST})"
        );
        other.batch_execute(&joins).await.unwrap();
        let contracting = Migration {
            usable_from: FIRST + 1,
            ..SECOND
        };
        let both = [MIGRATIONS[0], contracting];
        let refused = migrate(session, "here", &both).await;
        let Err(Failure::Store(StoreError::Unsuitable { reason, .. })) = refused else {
            panic!("{refused:?}");
        };
        assert!(reason.contains("stop older (version 0) first"), "{reason}");

        let leaves = "UPDATE instances SET left_at = now()";
        other.batch_execute(leaves).await.unwrap();
        migrate(session, "here", &both).await.unwrap();
        let refused = migrate(session, "here", MIGRATIONS).await;
        assert!(matches!(
            refused,
            Err(Failure::Store(StoreError::TooNew { .. }))
        ));
    })
    .await;
}
