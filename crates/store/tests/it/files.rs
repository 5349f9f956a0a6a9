//! Files that are no ledger, damaged, of a later version or not writable: each is refused in words that say
//! what to do, and left as it was.

use std::fs;
use std::path::Path;

use ringonce_domain::{CampaignState, Outcome};
use ringonce_store::sqlite::{Options, SqliteStore};
use ringonce_store::{Admin as _, Campaigns as _, StoreError};
use rusqlite::Connection;

use crate::support::{Fixture, NOW, call, campaigns, running};

/// The file is refused and keeps its bytes.
fn refused(ground: &Fixture) -> StoreError {
    let before = fs::read(ground.path()).unwrap();
    let refusal = ground.open().expect_err("the file is refused");
    assert!(
        fs::read(ground.path()).unwrap() == before,
        "the file was changed: {refusal}"
    );
    refusal
}

#[tokio::test]
async fn a_ledger_of_a_later_version_is_refused() {
    let ground = Fixture::new();
    ground.furnish().await;
    ground
        .foreign()
        .execute_batch("PRAGMA user_version = 99")
        .unwrap();
    let refusal = refused(&ground);
    assert!(
        matches!(refusal, StoreError::TooNew { found: 99, .. }),
        "{refusal}"
    );
}

#[tokio::test]
async fn a_ledger_of_an_earlier_build_is_refused_with_what_to_do() {
    let ground = Fixture::new();
    ground.furnish().await;
    ground
        .foreign()
        .execute_batch("PRAGMA user_version = 8")
        .unwrap();
    let refusal = refused(&ground);
    assert!(
        matches!(refusal, StoreError::TooOld { found: 8, .. }),
        "{refusal}"
    );
    let told = refusal.to_string();
    let path = ground.path().display().to_string();
    for part in [&*path, "earlier build", "Keep it", "start a new ledger"] {
        assert!(told.contains(part), "{told}");
    }
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let noise: Vec<u8> = (0..20_000_u32)
        .map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0])
        .collect();
    for content in [
        b"name,phone\nAnn,+12025550123\n".repeat(200),
        noise,
        vec![0; 8_192],
    ] {
        let ground = Fixture::new();
        fs::write(ground.path(), content).unwrap();
        let refusal = refused(&ground);
        assert!(matches!(refusal, StoreError::Damaged { .. }), "{refusal}");
        assert!(
            refusal.to_string().contains("Restore a backup"),
            "{refusal}"
        );
    }
}

#[test]
fn a_database_of_another_program_is_refused() {
    let ground = Fixture::new();
    ground
        .foreign()
        .execute_batch("CREATE TABLE bookmarks (url TEXT)")
        .unwrap();
    let refusal = refused(&ground);
    assert!(
        matches!(&refusal, StoreError::Damaged { reason, .. } if reason.contains("another program")),
        "{refusal}"
    );
}

#[tokio::test]
async fn a_truncated_ledger_is_refused() {
    let whole = Fixture::new();
    whole.furnish().await;
    let bytes = fs::read(whole.path()).unwrap();
    for length in [100, 4_096, bytes.len() / 2, bytes.len() - 4_096] {
        let ground = Fixture::new();
        fs::write(ground.path(), &bytes[..length]).unwrap();
        let refusal = refused(&ground);
        assert!(
            matches!(refusal, StoreError::Damaged { .. }),
            "{length} bytes: {refusal}"
        );
    }
}

#[tokio::test]
async fn a_page_full_of_noise_is_refused_or_found_by_the_doctor() {
    let whole = Fixture::new();
    whole.furnish().await;
    let bytes = fs::read(whole.path()).unwrap();
    let pages = bytes.len() / 4_096;
    assert!(pages > 20);
    for page in 1..pages {
        let ground = Fixture::new();
        let mut damaged = bytes.clone();
        damaged[page * 4_096..(page + 1) * 4_096].fill(0xa5);
        fs::write(ground.path(), damaged).unwrap();
        let Ok(store) = ground.open() else { continue };
        match store.doctor(NOW).await {
            Err(StoreError::Damaged { .. } | StoreError::Corrupt { .. }) => {}
            Err(other) => panic!("page {page}: {other}"),
            Ok(findings) => assert!(
                findings.iter().any(|finding| !finding.ok),
                "page {page} is noise and nobody notices"
            ),
        }
    }
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let ground = Fixture::new();
    fs::create_dir(ground.path()).unwrap();
    let nowhere = ground.file("missing/ledger.db");
    for path in [
        ground.path().as_path(),
        nowhere.as_path(),
        Path::new("/proc/ledger.db"),
    ] {
        let refusal =
            SqliteStore::open(path, Options::default()).expect_err("it cannot be written");
        assert!(
            matches!(refusal, StoreError::ReadOnly { .. }),
            "{refusal:?}"
        );
        let words = refusal.to_string();
        assert!(
            words.contains(&path.display().to_string()) && words.contains("owner and mode"),
            "{words}"
        );
    }
}

#[tokio::test]
async fn a_ledger_is_opened_by_many_and_every_one_sees_all() {
    let ground = Fixture::new();
    let first = ground.open().unwrap();
    let campaign = running(&first, 0..3).await;
    let second = ground.open().unwrap();
    assert_eq!(
        second.campaign(campaign).await.unwrap().state,
        CampaignState::Running
    );
    call(&second, campaign, Outcome::Answered).await;
    call(&first, campaign, Outcome::Busy).await;
    assert_eq!(campaigns(&second).await[0].live, 0);
    first.close().await.unwrap();
    call(&second, campaign, Outcome::Answered).await;
    second.close().await.unwrap();
    assert_eq!(
        fs::read_dir(ground.path().parent().unwrap())
            .unwrap()
            .count(),
        1,
        "no log is left beside it"
    );
}

/// Opens the ledger six times at once, as six processes would.
fn all_open_at_once(ground: &Fixture) {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| ground.open().map(drop)))
            .collect();
        for thread in threads {
            thread.join().unwrap().unwrap();
        }
    });
}

#[test]
fn two_that_create_the_ledger_at_once_make_one() {
    let ground = Fixture::new();
    all_open_at_once(&ground);
    let conn: Connection = ground.foreign();
    let rows: i64 = conn
        .query_row("SELECT count(*) FROM safety", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, 1);
}

#[test]
fn no_process_sees_a_half_made_ledger() {
    let ground = Fixture::new();
    let looks: Connection = ground.foreign();
    let version = || -> i64 {
        let asked = "PRAGMA user_version";
        // While the file is converted to a write-ahead log, no other connection may read it.
        looks.query_row(asked, [], |row| row.get(0)).unwrap_or(0)
    };
    let mut seen = std::collections::BTreeSet::new();
    std::thread::scope(|scope| {
        let making = scope.spawn(|| ground.open().map(drop));
        while !making.is_finished() {
            seen.insert(version());
        }
        making.join().unwrap().unwrap();
    });
    seen.remove(&0);
    assert!(seen.is_subset(&[version()].into()), "{seen:?}");
}
