//! PostgreSQL's own programs copy the ledger, as docs/book/src/postgresql.md says: what is restored opens, adds
//! up, and is guarded.

use std::path::PathBuf;
use std::process::Command;

use ringonce_store::{Admin as _, Reports as _, StoreError};

use crate::play::{assert_healthy, claim, number};
use crate::server::Fixture;

/// A program of the server's, where the packages of Linux systems put it, or on the path.
fn program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let mut found: Vec<_> = versions
        .filter_map(|version| Some(version.ok()?.path().join("bin").join(name)))
        .filter(|path| path.exists())
        .collect();
    found.sort();
    found.pop().unwrap_or_else(|| name.into())
}

fn run(name: &str, arguments: &[&str]) {
    let ran = Command::new(program(name)).args(arguments).output();
    let ran = ran.unwrap_or_else(|error| panic!("{name}: {error}; install the client programs"));
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{name} {arguments:?}: {said}");
}

#[tokio::test]
async fn a_dump_that_is_restored_is_a_ledger_with_its_guards() {
    let ground = Fixture::new().await;
    let furnished = ground.furnish().await;
    let folder = tempfile::tempdir().unwrap();
    let dump = folder.path().join("ringonce.dump");
    let file = format!("--file={}", dump.display());
    run("pg_dump", &["--format=custom", &file, &ground.address()]);

    let restored = Fixture::bare().await;
    let into = format!("--dbname={}", restored.address());
    let dump = dump.display().to_string();
    run(
        "pg_restore",
        &[
            "--exit-on-error",
            "--single-transaction",
            "--no-owner",
            &into,
            &dump,
        ],
    );

    let (before, after) = (
        ground.store().await.unwrap(),
        restored.store().await.unwrap(),
    );
    assert_healthy(&after).await;
    assert_eq!(
        after.verify_audit().await.unwrap(),
        before.verify_audit().await.unwrap()
    );
    let block = "UPDATE numbers SET blocked_at = NULL, block_reason = NULL";
    let refusal = restored
        .foreign()
        .await
        .batch_execute(block)
        .await
        .unwrap_err();
    assert!(
        refusal
            .as_db_error()
            .unwrap()
            .message()
            .contains("stays blocked")
    );
    assert!(
        after
            .number(number(90))
            .await
            .unwrap()
            .unwrap()
            .blocked
            .is_some()
    );
    let attempts = claim(&after, furnished.live.campaign, 100).await.unwrap();
    assert_eq!(attempts.len(), 37);
    assert!(
        attempts
            .iter()
            .all(|attempt| attempt.number != furnished.live.number)
    );
}

#[tokio::test]
async fn the_ledger_itself_makes_no_copy_and_says_who_does() {
    let ground = Fixture::new().await;
    let store = ground.store().await.unwrap();
    let refusal = store.backup("copy.db".as_ref()).await.unwrap_err();
    assert!(
        matches!(refusal, StoreError::Unsuitable { .. }),
        "{refusal}"
    );
    assert!(refusal.to_string().contains("pg_dump"), "{refusal}");
}
