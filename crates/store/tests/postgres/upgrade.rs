//! A ledger that an earlier version made opens and keeps working.

use ringonce_domain::Role;
use ringonce_store::model::{AuditContext, NewUser, Page, SecretHash, Visible};
use ringonce_store::{Accounts as _, Admin as _, Campaigns as _, Sharing as _, Tokens as _};

use crate::play::{NOW, by};
use crate::server::Fixture;

const FIRST: &str = include_str!("../../migrations/postgres/0001_ledger.sql");
const TO_THE_FIFTH: [&str; 4] = [
    include_str!("../../migrations/postgres/0002_pages.sql"),
    include_str!("../../migrations/postgres/0003_carriers.sql"),
    include_str!("../../migrations/postgres/0004_media.sql"),
    include_str!("../../migrations/postgres/0005_recordings.sql"),
];
/// What stands in such a ledger: tokens, a campaign that people see, one that was deleted.
const ROWS: &str = "
    INSERT INTO tokens (name, hash, created_at)
    VALUES ('cron', decode(repeat('00', 32), 'hex'), now()), ('api', decode(repeat('01', 32), 'hex'), now());
    INSERT INTO campaigns (id, name, state, settings, created_at, imported_at, deleted_at)
    VALUES (1, 'Spring', 'completed', '{}', now(), now(), NULL), (2, 'Autumn', 'completed', '{}', now(), now(), now());";

/// Makes a ledger with `version` of the schema by `statements`.
async fn make(ground: &Fixture, version: i32, statements: &[&str]) {
    let old = ground.foreign().await;
    for statement in statements {
        old.batch_execute(statement).await.unwrap();
    }
    let stamps = format!(
        "CREATE TABLE ringonce_schema (
           version     integer     PRIMARY KEY,
           name        text        NOT NULL,
           usable_from integer     NOT NULL,
           applied_at  timestamptz NOT NULL DEFAULT clock_timestamp()
         );
         INSERT INTO ringonce_schema (version, name, usable_from)
         SELECT n, 'an earlier one', 1 FROM generate_series(1, {version}) n;"
    );
    old.batch_execute(&stamps).await.unwrap();
}

#[tokio::test]
async fn what_waited_in_the_fifth_schema_waits_still() {
    const EVENTS: &str = "
        INSERT INTO carrier_events (carrier, call_id, source, sequence, attempt, kept_at, body, applied_at, fault)
        SELECT 'twilio', 'CA1', 'call-progress-events', n, '00000000-0000-0000-0000-000000000000', 'epoch', body,
               applied_at, fault
        FROM (VALUES (0, 'a', now(), NULL), (1, 'b', NULL, NULL), (2, 'c', now(), 'no such status'))
             AS e (n, body, applied_at, fault);";
    let ground = Fixture::bare().await;
    let mut statements = vec![FIRST];
    statements.extend(TO_THE_FIFTH);
    statements.push(EVENTS);
    make(&ground, 5, &statements).await;

    let store = ground.store().await.unwrap();
    crate::play::the_second_of_three_waits(&store).await;
}

#[tokio::test]
async fn tokens_and_campaigns_of_the_first_schema_go_on() {
    let ground = Fixture::bare().await;
    make(&ground, 1, &[FIRST, ROWS]).await;

    let store = ground.store().await.unwrap();
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
    let mut names: Vec<_> = names.into_iter().map(|token| token.name).collect();
    names.sort();
    assert_eq!(names, ["api", "cron"]);
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
    let again = ground.store().await.unwrap();
    let found = again.token(SecretHash([0; 32]), NOW).await.unwrap();
    assert!(found.is_none(), "it was revoked");
}
