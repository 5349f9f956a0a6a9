//! A ledger that a build before the first schema made is refused, and stays as it is.

use ringonce_store::StoreError;

use crate::server::Fixture;

#[tokio::test]
async fn a_ledger_of_an_earlier_build_is_refused_with_what_to_do() {
    let ground = Fixture::new().await;
    let old = ground.foreign().await;
    old.batch_execute("UPDATE ringonce_schema SET version = 8, usable_from = 7")
        .await
        .unwrap();
    let refusal = ground.store().await.err().unwrap();
    assert!(
        matches!(refusal, StoreError::TooOld { found: 8, .. }),
        "{refusal}"
    );
    let told = refusal.to_string();
    for part in [
        &*ground.name,
        "earlier build",
        "Keep it",
        "start a new ledger",
    ] {
        assert!(told.contains(part), "{told}");
    }
    let version = "SELECT max(version) FROM ringonce_schema";
    let version: i32 = old.query_one(version, &[]).await.unwrap().get(0);
    assert_eq!(version, 8, "nothing was changed");
}
