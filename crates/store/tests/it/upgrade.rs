//! A ledger that an earlier version made opens and keeps working.

use ringonce_domain::Role;
use ringonce_store::model::{AuditContext, NewUser, Page, SecretHash, Visible};
use ringonce_store::{
    Accounts as _, Admin as _, Campaigns as _, Sharing as _, StoreError, Tokens as _,
};

use crate::support::{Fixture, NOW, by};

const FIRST: &str = include_str!("../../migrations/sqlite/0001_ledger.sql");
const TO_THE_FIFTH: [&str; 4] = [
    include_str!("../../migrations/sqlite/0002_pages.sql"),
    include_str!("../../migrations/sqlite/0003_carriers.sql"),
    include_str!("../../migrations/sqlite/0004_media.sql"),
    include_str!("../../migrations/sqlite/0005_recordings.sql"),
];
/// What stands in such a ledger: tokens, a campaign that people see, one that was deleted.
const ROWS: &str = "
    INSERT INTO tokens (name, hash, created_at) VALUES ('cron', zeroblob(32), 7), ('api', randomblob(32), 5);
    INSERT INTO campaigns (id, name, state, settings, created_at, imported_at, deleted_at)
    VALUES (1, 'Spring', 'completed', '{}', 1, 2, NULL), (2, 'Autumn', 'completed', '{}', 1, 2, 3);";

/// Makes a ledger with `version` of the schema by `statements`.
async fn make(ground: &Fixture, version: u32, statements: &[&str]) {
    let application: i64 = {
        let store = ringonce_store::sqlite::SqliteStore::open(
            ground.file("another.db"),
            ringonce_store::sqlite::Options::default(),
        );
        store.unwrap().close().await.unwrap();
        let fresh = rusqlite::Connection::open(ground.file("another.db")).unwrap();
        let asked = "PRAGMA application_id";
        fresh.query_row(asked, [], |row| row.get(0)).unwrap()
    };
    let stamps = format!("PRAGMA user_version = {version}; PRAGMA application_id = {application};");
    let old = ground.foreign();
    for statement in statements {
        old.execute_batch(statement).unwrap();
    }
    old.execute_batch(&stamps).unwrap();
}

#[tokio::test]
async fn what_waited_in_the_fifth_schema_waits_still() {
    const EVENTS: &str = "
        INSERT INTO carrier_events (carrier, call_id, source, sequence, attempt, kept_at, body, applied_at, fault)
        VALUES ('twilio', 'CA1', 'call-progress-events', 0, zeroblob(16), 5, 'a', 6, NULL),
               ('twilio', 'CA1', 'call-progress-events', 1, zeroblob(16), 5, 'b', NULL, NULL),
               ('twilio', 'CA1', 'call-progress-events', 2, zeroblob(16), 5, 'c', 6, 'no such status');";
    let ground = Fixture::new();
    let mut statements = vec![FIRST];
    statements.extend(TO_THE_FIFTH);
    statements.push(EVENTS);
    make(&ground, 5, &statements).await;

    let running = std::fs::File::create(ground.file("ledger.db.lock")).unwrap();
    running.lock().unwrap();
    let refused = ground.open().err().unwrap();
    assert!(
        matches!(refused, StoreError::InstanceRunning { .. }),
        "{refused}"
    );
    drop(running);
    let store = ground.open().unwrap();
    crate::play::the_second_of_three_waits(&store).await;
}

#[tokio::test]
async fn who_comes_while_another_upgrades_waits_for_it() {
    let ground = Fixture::new();
    make(&ground, 1, &[FIRST, ROWS]).await;
    let lock = ground.file("ledger.db.lock");
    std::fs::write(&lock, "7 upgrading").unwrap();
    let upgrading = std::fs::File::open(&lock).unwrap();
    upgrading.lock().unwrap();

    std::thread::scope(|scope| {
        let opening = scope.spawn(|| ground.open().map(drop));
        // Longer than one that calls is waited for.
        std::thread::park_timeout(std::time::Duration::from_millis(1_500));
        assert!(!opening.is_finished());
        drop(upgrading);
        opening.join().unwrap().unwrap();
    });
}

#[tokio::test]
async fn two_that_open_an_older_ledger_at_once_bring_it_up_to_date_together() {
    let ground = Fixture::new();
    make(&ground, 1, &[FIRST, ROWS]).await;
    crate::files::all_open_at_once(&ground);
}

#[tokio::test]
async fn tokens_and_campaigns_of_the_first_schema_go_on() {
    let ground = Fixture::new();
    make(&ground, 1, &[FIRST, ROWS]).await;

    let store = ground.open().unwrap();
    let (token, owner) = store
        .token(SecretHash([0; 32]), NOW)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((token.name.as_str(), owner), ("cron", None));
    assert_eq!((token.scopes, token.expires_at), (None, None));
    let page = Page {
        after: None,
        limit: 9,
    };
    let names: Vec<_> = store.tokens(None, page).await.unwrap();
    let names: Vec<_> = names.into_iter().map(|token| token.name).collect();
    assert_eq!(names, ["cron", "api"]);
    let on = AuditContext {
        by: by(),
        now: NOW,
        wall: NOW,
    };
    let ann = NewUser {
        email: "ann@example.com".parse().unwrap(),
        name: "Ann".into(),
        role: Role::Agent,
        password: None,
        language: None,
        zone: None,
    };
    let ann = store.add_user(ann, on.clone()).await.unwrap();
    let page = Page {
        after: None,
        limit: 9,
    };
    let seen = store.campaigns(None, Visible::To(ann), page).await.unwrap();
    assert_eq!(seen.len(), 1, "what has no owner is everybody's");
    assert!(
        !store
            .may_see(ringonce_domain::CampaignId(2), Visible::To(ann))
            .await
            .unwrap()
    );
    assert!(store.revoke_token(token.id, on).await.unwrap());
    store.close().await.unwrap();
    let again = ground.open().unwrap();
    let found = again.token(SecretHash([0; 32]), NOW).await.unwrap();
    assert!(found.is_none(), "it was revoked");
}
