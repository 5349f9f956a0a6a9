//! A copy that is made while calls go on is a whole ledger of one moment.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ringonce_domain::Outcome;
use ringonce_store::sqlite::{Options, SqliteStore};
use ringonce_store::{Admin as _, Campaigns as _, Reports as _, StoreError};

use crate::support::{Fixture, assert_healthy, call, running};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_made_while_calls_go_on_is_whole() {
    let ground = Fixture::new();
    let store = Arc::new(ground.open().unwrap());
    let campaign = running(store.as_ref(), 0..5_000).await;
    let enough = Arc::new(AtomicBool::new(false));
    let calling = {
        let (store, enough) = (Arc::clone(&store), Arc::clone(&enough));
        tokio::spawn(async move {
            let mut calls = 0_u64;
            while !enough.load(Ordering::Relaxed) {
                call(store.as_ref(), campaign, Outcome::Answered).await;
                calls += 1;
            }
            calls
        })
    };
    for n in 0..3 {
        let entries_before = store.verify_audit().await.unwrap().unwrap();
        let copy = ground.file(&format!("copy-{n}.db"));
        store.backup(&copy).await.unwrap();

        let restored = SqliteStore::open(&copy, Options::default()).unwrap();
        assert_healthy(&restored).await;
        let entries = restored.verify_audit().await.unwrap().unwrap();
        assert!(
            entries >= entries_before,
            "everything that was acknowledged before"
        );
        call(&restored, campaign, Outcome::Busy).await;
    }
    enough.store(true, Ordering::Relaxed);
    let calls = calling.await.unwrap();
    assert!(calls > 0);
    let counted = store.campaign(campaign).await.unwrap().outcomes;
    assert!(
        counted.contains(&(Outcome::Answered, calls)),
        "the calls did not wait for the copy: {counted:?}"
    );
}

#[tokio::test]
async fn a_backup_never_overwrites_and_a_failed_one_leaves_nothing() {
    let ground = Fixture::new();
    let store = ground.open().unwrap();
    let taken = ground.file("taken.db");
    fs::write(&taken, "precious").unwrap();
    let refusal = store.backup(&taken).await.unwrap_err();
    assert!(matches!(refusal, StoreError::ReadOnly { .. }), "{refusal}");
    assert_eq!(fs::read_to_string(&taken).unwrap(), "precious");

    let nowhere = ground.file("missing/copy.db");
    store.backup(&nowhere).await.unwrap_err();
    let names: Vec<_> = fs::read_dir(ground.file(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert!(
        names
            .iter()
            .all(|name| !name.to_string_lossy().contains("copy")),
        "{names:?}"
    );
}
