//! kill -9: what was acknowledged is there, and the lock of the dead process is free.
//!
//! The process that dies is this test program, run again with [`STAGE`] set.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::str::FromStr as _;
use std::sync::Arc;

use ringonce_domain::{AttemptId, AttemptState, CampaignId, Evidence, Outcome};
use ringonce_store::sqlite::{Options, SqliteStore};
use ringonce_store::{Admin as _, Dialing as _, StoreError};
use tokio::sync::Mutex;

use crate::support::{Fixture, assert_healthy, claim, dialling, ended, record, running};

/// Names the ledger file to the process that the test kills.
const STAGE: &str = "RINGONCE_TEST_STAGE";
/// While a process is being started it briefly holds every lock of its parent: tests that start processes and
/// tests that take locks take turns.
static TURN: Mutex<()> = Mutex::const_new(());

/// Runs one of the ignored tests of this program in a process of its own.
fn act(part: &str, ground: &Fixture) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            &format!("crash::{part}"),
            "--exact",
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(STAGE, ground.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn stage() -> PathBuf {
    std::env::var_os(STAGE)
        .expect("run by the test that kills it")
        .into()
}

/// Prints one line for the test that started this process.
fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    // The test harness may have begun a line of its own.
    writeln!(out, "\n> {line}").unwrap();
    out.flush().unwrap();
}

/// How far an attempt has come.
fn progress(state: AttemptState) -> u32 {
    match state {
        AttemptState::Claimed => 1,
        AttemptState::Dialing => 2,
        AttemptState::Ringing => 3,
        AttemptState::Ended => 4,
        other => panic!("no attempt here is {other}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the process that a test below kills"]
async fn call_until_killed() {
    let store = Arc::new(SqliteStore::open(stage(), Options::default()).unwrap());
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            loop {
                let claimed = claim(store.as_ref(), CampaignId(1), 1).await.unwrap();
                let [attempt] = claimed.as_slice() else {
                    return;
                };
                tell(&format!("{} claimed", attempt.id));
                let accepted = Evidence::Accepted {
                    call_id: attempt.id.to_string(),
                };
                for evidence in [dialling(), accepted, ended(Outcome::Busy)] {
                    let state = record(store.as_ref(), attempt.id, evidence)
                        .await
                        .unwrap()
                        .state;
                    tell(&format!("{} {state}", attempt.id));
                }
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
}

#[tokio::test]
async fn everything_acknowledged_before_a_kill_is_there_after_it() {
    let _turn = TURN.lock().await;
    let ground = Fixture::new();
    {
        let store = ground.open().unwrap();
        running(&store, 0..5_000).await;
        store.close().await.unwrap();
    }
    let mut acknowledged = BTreeMap::new();
    for patience in [1, 7, 40, 163, 420] {
        let mut child = act("call_until_killed", &ground);
        let mut lines = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map(Result::unwrap);
        let mut heard = 0;
        for line in lines.by_ref() {
            heard += u32::from(hear(&line, &mut acknowledged));
            if heard >= patience {
                break;
            }
        }
        child.kill().unwrap();
        for line in lines {
            hear(&line, &mut acknowledged);
        }
        child.wait().unwrap();
        assert!(
            heard >= patience,
            "the process ended by itself after {heard} answers"
        );

        let store = ground.open().unwrap();
        for (id, state) in &acknowledged {
            let kept = store.attempt(*id).await.unwrap();
            let kept = kept
                .unwrap_or_else(|| panic!("attempt {id} was acknowledged and is gone"))
                .state;
            assert!(
                progress(kept) >= progress(*state),
                "{id} was {state} and is {kept}"
            );
        }
        assert_healthy(&store).await;
    }
    assert!(acknowledged.len() > 100, "{} attempts", acknowledged.len());
}

/// Notes an acknowledgement; a line that the kill cut short does not count.
fn hear(line: &str, acknowledged: &mut BTreeMap<AttemptId, AttemptState>) -> bool {
    let Some((id, state)) = line
        .strip_prefix("> ")
        .and_then(|line| line.split_once(' '))
    else {
        return false;
    };
    let (Ok(id), Ok(state)) = (AttemptId::from_str(id), AttemptState::from_str(state)) else {
        return false;
    };
    acknowledged.insert(id, state);
    true
}

#[test]
#[ignore = "the process that a test below kills"]
fn hold_the_engine_lock_until_killed() {
    let store = SqliteStore::open(stage(), Options::default()).unwrap();
    let _lock = store.lock_engine().unwrap();
    tell("locked");
    // Ends by itself when the test that kills it has ended.
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

#[test]
fn one_process_runs_campaigns_and_its_death_frees_the_ledger() {
    let _turn = TURN.blocking_lock();
    let ground = Fixture::new();
    let store = ground.open().unwrap();
    let mut child = act("hold_the_engine_lock_until_killed", &ground);
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    assert!(lines.any(|line| line == "> locked"));

    match store.lock_engine() {
        Err(StoreError::InstanceRunning { pid, .. }) => assert_eq!(pid, child.id()),
        other => panic!("{other:?}"),
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let lock = store.lock_engine().expect("the dead hold nothing");
    assert!(
        store.lock_engine().is_err(),
        "nor can one process take it twice"
    );
    drop(lock);
    store.lock_engine().expect("it was given back");
}

#[tokio::test]
async fn a_store_without_the_lock_still_reads_and_steers() {
    let ground = Fixture::new();
    let engine = ground.open().unwrap();
    let _lock = engine.lock_engine().unwrap();
    let other = ground.open().unwrap();
    other
        .stop_all("by hand".into(), crate::support::by(), crate::support::NOW)
        .await
        .unwrap();
    assert!(engine.safety().await.unwrap().stopped.is_some());
}
