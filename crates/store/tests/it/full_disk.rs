//! A full disk: nothing is half-done, everything acknowledged is kept, and the same store works again once
//! there is room.

use std::sync::Arc;

use ringonce_domain::{ContactState, Outcome};
use ringonce_store::model::{NewContact, RowProblem};
use ringonce_store::sqlite::{Options, SqliteStore};
use ringonce_store::{Admin as _, Campaigns as _, StoreError};

use crate::support::{Fixture, NOW, assert_healthy, by, call, claim, empty, number, row, running};

/// The ledger, with room for so many more pages.
fn with_room(ground: &Fixture, pages: u32) -> SqliteStore {
    let used: u32 = ground
        .foreign()
        .query_row("PRAGMA page_count", [], |row| row.get(0))
        .unwrap();
    let options = Options {
        max_pages: Some(used + pages),
        ..Options::default()
    };
    SqliteStore::open(ground.path(), options).unwrap()
}

fn chunk(first: u64, rows: u64) -> Vec<NewContact> {
    (first..first + rows)
        .map(|n| row(u32::try_from(n).unwrap() + 2, number(n)))
        .collect()
}

#[tokio::test]
async fn an_import_that_meets_a_full_disk_loses_no_chunk_and_keeps_none_by_half() {
    let ground = Fixture::new();
    drop(ground.open().unwrap());
    let store = with_room(&ground, 60);
    let (campaign, list) = empty(&store).await;
    let mut taken = 0;
    let refusal = loop {
        match store
            .add_contacts(list, chunk(taken, 200), Vec::new())
            .await
        {
            Ok(_) => taken += 200,
            Err(refusal) => break refusal,
        }
        assert!(taken < 100_000, "the disk is never full");
    };
    assert!(
        matches!(refusal, StoreError::DiskFull { .. }),
        "{refusal:?}"
    );
    assert!(refusal.to_string().contains("Free some space"), "{refusal}");
    assert!(taken > 0);
    let held = || -> i64 {
        ground
            .foreign()
            .query_row("SELECT count(*) FROM contacts", [], |row| row.get(0))
            .unwrap()
    };
    assert_eq!(
        held().unsigned_abs(),
        taken,
        "a chunk is there whole or not at all"
    );
    drop(store);

    let store = ground.open().unwrap();
    store
        .add_contacts(list, chunk(taken, 200), Vec::new())
        .await
        .unwrap();
    let totals = store
        .finish_import(list, taken + 200, by(), NOW)
        .await
        .unwrap();
    assert_eq!(totals.accepted, taken + 200);
    let counts = store.campaign(campaign).await.unwrap().contacts;
    assert_eq!(counts.get(ContactState::Pending), taken + 200);
    assert_healthy(&store).await;
}

#[tokio::test]
async fn the_same_store_goes_on_when_there_is_room_again() {
    let ground = Fixture::new();
    {
        let store = ground.open().unwrap();
        running(&store, 0..2_000).await;
        let (_, list) = empty(&store).await;
        let ballast = |line| RowProblem {
            line,
            column: "phone".into(),
            value: "x".repeat(1_000),
            reason: "ballast".into(),
            fields: "{}".into(),
        };
        store
            .add_contacts(list, Vec::new(), (1..500).map(ballast).collect())
            .await
            .unwrap();
    }
    let store = with_room(&ground, 4);
    let campaign = ringonce_domain::CampaignId(1);
    let mut calls = 0;
    let refusal = loop {
        match claim(&store, campaign, 20).await {
            Ok(attempts) => calls += attempts.len(),
            Err(refusal) => break refusal,
        }
        assert!(calls < 2_000, "the disk is never full");
    };
    assert!(
        matches!(refusal, StoreError::DiskFull { .. }),
        "{refusal:?}"
    );
    let live = store
        .campaign(campaign)
        .await
        .expect("what is there can be read")
        .live;
    assert_eq!(
        live as usize, calls,
        "every acknowledged call, and no other"
    );

    ground
        .foreign()
        .execute_batch("DELETE FROM list_problems")
        .unwrap();
    calls += claim(&store, campaign, 20)
        .await
        .expect("there is room")
        .len();
    assert_eq!(store.campaign(campaign).await.unwrap().live as usize, calls);
    call(&store, campaign, Outcome::Answered).await;
    assert_healthy(&store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_commands_at_once_exactly_the_acknowledged_ones_are_kept() {
    let ground = Fixture::new();
    drop(ground.open().unwrap());
    let store = Arc::new(with_room(&ground, 12));
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..3_000 {
        let store = Arc::clone(&store);
        tasks.spawn(async move { (n, store.block(number(n), "x".repeat(40), by(), NOW).await) });
    }
    let mut kept = Vec::new();
    let mut refused = 0;
    while let Some(done) = tasks.join_next().await {
        match done.unwrap() {
            (n, Ok(fresh)) => {
                assert!(fresh);
                kept.push(number(n).digits());
            }
            (_, Err(StoreError::DiskFull { .. })) => refused += 1,
            (_, Err(other)) => panic!("{other:?}"),
        }
    }
    assert!(
        !kept.is_empty() && refused > 0,
        "{} kept, {refused} refused",
        kept.len()
    );
    kept.sort_unstable();
    let conn = ground.foreign();
    let mut statement = conn
        .prepare("SELECT number FROM numbers WHERE blocked_at IS NOT NULL ORDER BY number")
        .unwrap();
    let stored: Vec<u64> = statement
        .query_map([], |row| row.get::<_, i64>(0))
        .unwrap()
        .map(|n| n.unwrap().unsigned_abs())
        .collect();
    assert_eq!(stored, kept);
    assert_healthy(store.as_ref()).await;
}
