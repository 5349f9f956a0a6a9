//! Starting a campaign of a million contacts in a ledger where a million numbers have been called, half of
//! them on its list, against one bare statement that marks the same rows.
//!
//! `cargo bench -p ringonce-store --bench start [-- --quick]`

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    unreachable_pub,
    reason = "a bench measures and prints"
)]

#[path = "fixtures/file.rs"]
mod file;
mod fixtures;

use std::fs;
use std::path::Path;
use std::time::Duration;

use fixtures::{FIRST_NUMBER, NOW};
use ringonce_domain::{CampaignId, Timestamp};
use ringonce_store::Campaigns as _;
use ringonce_store::sqlite::SqliteStore;
use rusqlite::{Connection, params};

/// When the history was made: its calls have left every cap's window.
const LONG_AGO: Timestamp = Timestamp::from_millis(1_790_000_000_000);
const ROUNDS: u32 = 3;

fn main() {
    let contacts = if fixtures::is_quick() {
        100_000
    } else {
        1_000_000
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .build()
        .expect("a runtime");
    let folder = file::folder();
    let prepared = folder.path().join("prepared.db");
    let campaign = runtime.block_on(prepare(&prepared, contacts));

    let (mut ours, mut bare, mut skipped) = (Duration::MAX, Duration::MAX, 0);
    for round in 0..ROUNDS {
        let copy = folder.path().join(format!("bare-{round}.db"));
        fs::copy(&prepared, &copy).expect("there is room");
        let (marked, took) = mark(&copy, campaign);
        bare = bare.min(took);
        fs::remove_file(&copy).expect("it is ours");

        let copy = folder.path().join(format!("ours-{round}.db"));
        fs::copy(&prepared, &copy).expect("there is room");
        let store = file::open(copy.clone());
        let (started, took) = fixtures::timed(|| runtime.block_on(start(&store, campaign)));
        ours = ours.min(took);
        assert_eq!(
            (started, marked),
            (contacts / 2, contacts / 2),
            "both mark the same rows"
        );
        skipped = started;
        drop(store);
        fs::remove_file(&copy).expect("it is ours");
    }
    println!("start: {skipped} of {contacts} contacts skipped");
    let ratio = ours.as_secs_f64() / bare.as_secs_f64();
    let seconds = |took: Duration| format!("{:.2} s", took.as_secs_f64());
    fixtures::tell(
        "start of a campaign",
        &seconds(ours),
        &format!("{} one UPDATE", seconds(bare)),
        ratio,
        false,
        2.0,
    );
}

/// A draft, and as many numbers that another campaign has called, half of them on its list.
async fn prepare(path: &Path, contacts: u64) -> CampaignId {
    let store = file::open(path.to_owned());
    fixtures::import(&store, fixtures::settings(1), 0, 0).await;
    let campaign = fixtures::import(&store, fixtures::settings(1), contacts, 0).await;
    drop(store);
    let conn = Connection::open(path).expect("the file opens");
    let first = FIRST_NUMBER + contacts / 2;
    conn.execute(
        "WITH RECURSIVE n (k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM n WHERE k + 1 < ?1)
         INSERT INTO numbers (number, last_campaign, last_called_at, called) SELECT ?2 + k, 1, ?3, 1 FROM n",
        params![contacts.cast_signed(), first.cast_signed(), LONG_AGO.as_millis()],
    )
    .expect("history is made");
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .expect("one file");
    campaign
}

async fn start(store: &SqliteStore, campaign: CampaignId) -> u64 {
    let mut from = None;
    loop {
        let marked = store
            .mark_called(campaign, from, fixtures::actor(), NOW)
            .await
            .expect("mark");
        match marked.next {
            Some(next) => from = Some(next),
            None => break,
        }
    }
    store
        .start(campaign, fixtures::actor(), NOW)
        .await
        .expect("start")
        .skipped
}

fn mark(path: &Path, campaign: CampaignId) -> (u64, Duration) {
    let conn = Connection::open(path).expect("the file opens");
    conn.execute_batch("PRAGMA synchronous = FULL; PRAGMA cache_size = -8192;")
        .expect("pragmas");
    let (marked, took) = fixtures::timed(|| {
        conn.execute(
            "UPDATE contacts SET state = 'skipped', lead = 'skipped', due_at = NULL, reason = ?2, changed_at = ?3
             WHERE campaign_id = ?1 AND EXISTS (SELECT 1 FROM numbers n
                                                WHERE n.number = contacts.number AND n.last_campaign <> ?1)",
            params![campaign.0, ringonce_domain::contact::Reason::ALREADY_CALLED.0, NOW.as_millis()],
        )
    });
    (marked.expect("the rows are marked") as u64, took)
}
