//! Another session at the worst moment: it holds a lock while the ledger has read and not yet written, and
//! changes the row that was read.

use std::sync::Arc;

use ringonce_domain::{AttemptState, Evidence, InstanceId, Millis, Outcome};
use ringonce_store::model::{NewInstance, Page};
use ringonce_store::postgres::PostgresStore;
use ringonce_store::{Campaigns as _, Contacts as _, Instances as _, StoreError};
use tokio_postgres::Client;

use crate::play::{self, NOW, UNTIL, assert_healthy, claim, number, row, running};
use crate::server::Fixture;

async fn shared(ground: &Fixture) -> Arc<PostgresStore> {
    Arc::new(ground.store().await.unwrap())
}

/// Returns once a session waits for a lock.
pub(crate) async fn somebody_waits(client: &Client) {
    let waiting = "SELECT count(*) FROM pg_stat_activity
                   WHERE wait_event_type = 'Lock' AND datname = current_database()";
    for _ in 0..6_000 {
        let waiting: i64 = client.query_one(waiting, &[]).await.unwrap().get(0);
        if waiting > 0 {
            return;
        }
        client.batch_execute("SELECT pg_sleep(0.01)").await.unwrap();
    }
    panic!("nobody waits");
}

#[tokio::test]
async fn a_stop_that_a_claim_waited_for_holds_it_whatever_isolation_is_the_default() {
    let ground = Fixture::new().await;
    let person = ground.foreign().await;
    person
        .batch_execute(&format!(
            "ALTER DATABASE {} SET default_transaction_isolation = 'serializable'",
            ground.name
        ))
        .await
        .unwrap();
    let store = shared(&ground).await;
    let campaign = running(&*store, 0..5).await;
    claim(&*store, campaign, 1).await.unwrap();
    person
        .batch_execute(
            "BEGIN; SELECT pg_advisory_xact_lock(x'72696e670001'::bigint);
             UPDATE safety SET stopped_at = now(), stop_reason = 'fire'",
        )
        .await
        .unwrap();

    let claiming = tokio::spawn({
        let store = Arc::clone(&store);
        async move { claim(&*store, campaign, 3).await.unwrap() }
    });
    somebody_waits(&ground.foreign().await).await;
    person.batch_execute("COMMIT").await.unwrap();

    assert_eq!(claiming.await.unwrap(), [], "everything is stopped");
}

#[tokio::test]
async fn a_call_that_goes_on_does_not_wait_for_its_numbers_lock_and_one_that_ends_does() {
    let ground = Fixture::new().await;
    let store = shared(&ground).await;
    let campaign = running(&*store, 0..1).await;
    let attempt = play::dial(&*store, campaign).await;
    let person = ground.foreign().await;
    let held = format!(
        "BEGIN; SELECT 1 FROM numbers WHERE number = {} FOR UPDATE",
        attempt.number.digits()
    );
    person.batch_execute(&held).await.unwrap();

    for evidence in [Evidence::Ringing, Evidence::Answered] {
        let recorded = play::record(&*store, attempt.id, evidence.clone()).await;
        assert_eq!(recorded.unwrap().state.as_str(), evidence.kind());
    }
    let ending = tokio::spawn({
        let store = Arc::clone(&store);
        async move { play::record(&*store, attempt.id, play::ended(Outcome::Answered)).await }
    });
    somebody_waits(&ground.foreign().await).await;
    person.batch_execute("COMMIT").await.unwrap();

    let ended = ending.await.unwrap().unwrap();
    assert_eq!(ended.outcome, Some(Outcome::Answered));
    assert_healthy(&*store).await;
}

#[tokio::test]
async fn a_call_that_was_given_up_and_goes_on_counts_beside_one_that_was_made_meanwhile() {
    let ground = Fixture::new().await;
    let store = shared(&ground).await;
    let campaign = running(&*store, 0..1).await;
    let attempt = claim(&*store, campaign, 1).await.unwrap().remove(0);
    let given_up = play::record(&*store, attempt.id, Evidence::OwnerGone).await;
    assert_eq!(given_up.unwrap().state, AttemptState::Released);
    let person = ground.foreign().await;
    let number = attempt.number.digits();
    let called = format!(
        "BEGIN; UPDATE numbers SET last_campaign = {campaign} + 1, last_called_at = claimed_at, called = 1
                FROM attempts WHERE numbers.number = {number} AND attempts.number = numbers.number"
    );
    person.batch_execute(&called).await.unwrap();

    let going_on = tokio::spawn({
        let store = Arc::clone(&store);
        async move { play::record(&*store, attempt.id, Evidence::Answered).await }
    });
    somebody_waits(&ground.foreign().await).await;
    person.batch_execute("COMMIT").await.unwrap();

    let superseded = going_on.await.unwrap().unwrap();
    assert!(superseded.may_have_rung, "{superseded:?}");
    let kept = format!(
        "SELECT last_campaign = {campaign}, other_called_at IS NOT NULL, called FROM numbers WHERE number = {number}"
    );
    let row = person.query_one(&kept, &[]).await.unwrap();
    let kept: (bool, bool, i64) = (row.get(0), row.get(1), row.get(2));
    assert_eq!(kept, (true, true, 2), "the other campaign's call is known");
}

#[tokio::test]
async fn who_comes_to_a_ledger_that_is_up_to_date_waits_for_no_migration() {
    let ground = Fixture::new().await;
    let migrating = ground.foreign().await;
    let lock = "SELECT pg_advisory_lock(x'72696e670000'::bigint)";
    migrating.batch_execute(lock).await.unwrap();
    assert_healthy(&ground.store().await.unwrap()).await;
}

#[tokio::test]
async fn an_instance_that_is_heard_of_at_the_last_moment_is_not_declared_gone() {
    let ground = Fixture::new().await;
    let store = shared(&ground).await;
    let [one, other] = [1, 2].map(|n| InstanceId::new(NOW, [n; 10]));
    for id in [one, other] {
        let instance = NewInstance {
            id,
            name: "calls.example.com".into(),
            process: 4_711,
            version: "1.2.3".into(),
            address: None,
        };
        let until = NOW + Millis::from_secs(6);
        store.join(instance, NOW, until).await.unwrap();
    }
    let beating = ground.foreign().await;
    beating
        .batch_execute(&format!(
            "BEGIN; UPDATE instances SET until = 'infinity' WHERE id = '{}'",
            other.0
        ))
        .await
        .unwrap();

    let now = NOW + Millis::from_secs(60);
    let known = store.heartbeat(one, now, UNTIL).await.unwrap();
    beating.batch_execute("COMMIT").await.unwrap();

    assert_eq!(known.len(), 2);
    for known in [known, store.heartbeat(one, now, UNTIL).await.unwrap()] {
        assert!(known.iter().all(|it| it.gone_at.is_none()), "{known:?}");
    }
}

#[tokio::test]
async fn an_import_that_is_finished_meanwhile_is_not_taken_back() {
    let ground = Fixture::new().await;
    let store = shared(&ground).await;
    let (campaign, list) = play::empty(&*store).await;
    let rows = vec![row(2, number(1)), row(3, number(2))];
    store.add_contacts(list, rows, Vec::new()).await.unwrap();
    let finishing = ground.foreign().await;
    finishing
        .batch_execute(&format!(
            "BEGIN; UPDATE campaigns SET imported_at = now() WHERE id = {campaign};
             UPDATE lists SET finished_at = now() WHERE id = {list}",
        ))
        .await
        .unwrap();

    let discarding = tokio::spawn({
        let store = Arc::clone(&store);
        async move { store.discard_import(campaign).await }
    });
    somebody_waits(&ground.foreign().await).await;
    finishing.batch_execute("COMMIT").await.unwrap();

    let refused = discarding.await.unwrap();
    assert!(
        matches!(refused, Err(StoreError::NotFound { .. })),
        "{refused:?}"
    );
    let page = Page {
        after: None,
        limit: 10,
    };
    let kept = store.contacts(campaign, None, page).await.unwrap();
    assert_eq!(kept.len(), 2);
    assert_healthy(&*store).await;
}

#[tokio::test]
async fn a_migration_that_fails_says_why() {
    let ground = Fixture::bare().await;
    let client = ground.foreign().await;
    client
        .batch_execute("CREATE VIEW contacts AS SELECT 1")
        .await
        .unwrap();

    let error = ground.store().await.map(|_| ()).unwrap_err().to_string();

    assert!(error.contains("contacts"), "{error}");
}

#[tokio::test]
async fn many_may_open_a_fresh_database_at_once() {
    let ground = Fixture::bare().await;
    let opening = (0..8).map(|_| ground.store());
    for opened in futures::future::join_all(opening).await {
        assert_healthy(&opened.unwrap()).await;
    }
}
