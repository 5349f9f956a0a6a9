//! One durable claim in a ledger of ten thousand, a million and ten million contacts with as much
//! history: it must not matter.
//!
//! The ledgers take turns, claim by claim, so that whatever else the machine does meets all alike.
//!
//! `cargo bench -p ringonce-store --bench claim_scaling [-- --quick]`, where quick leaves out the
//! largest.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    unreachable_pub,
    reason = "a bench measures and prints"
)]

#[path = "ground/file.rs"]
mod file;
mod ground;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ground::{FIRST_NUMBER, NOW};
use ringonce_domain::{
    AttemptId, CampaignId, Epoch, InstanceId, Millis, RepeatRule, Settings, Timestamp,
};
use ringonce_store::model::ClaimRequest;
use ringonce_store::sqlite::SqliteStore;
use ringonce_store::{Campaigns as _, Dialing as _};
use rusqlite::Connection;

/// When history was made: calls that ended then are in no cap's window.
const LONG_AGO: Timestamp = Timestamp::from_millis(1_790_000_000_000);
const CLAIMS: u64 = 1_500;
/// Contacts in one large claim: what it costs beyond its commit shows there.
const BATCH: u64 = 64;
const BATCHES: u64 = 40;
/// Claims that fill the caches before any is measured.
const WARMING: u64 = 200;

fn main() {
    let sizes: &[u64] = if ground::is_quick() {
        &[10_000, 1_000_000]
    } else {
        &[10_000, 1_000_000, 10_000_000]
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .build()
        .expect("a runtime");
    let folder = ground::folder();
    let mut ledgers = Vec::new();
    for size in sizes {
        let path = folder.path().join(format!("{size}.db"));
        let (campaign, took) = ground::timed(|| runtime.block_on(build(&path, *size)));
        println!(
            "claim_scaling: made a ledger of {size} contacts in {:.0} s",
            took.as_secs_f64()
        );
        ledgers.push(runtime.block_on(Ledger::open(&path, campaign)));
    }
    let of_one = medians(&runtime, &ledgers, 1, CLAIMS);
    let of_batches = medians(&runtime, &ledgers, BATCH, BATCHES);
    for ((size, one), batch) in sizes.iter().zip(&of_one).zip(of_batches) {
        let (one, batch) = (one.as_secs_f64() * 1_000.0, batch.as_secs_f64() * 1_000.0);
        println!(
            "claim_scaling: {size:>10} contacts {one:>8.3} ms a claim, {batch:>8.3} ms a claim of {BATCH}"
        );
    }
    let millis = |took: Duration| format!("{:.3} ms", took.as_secs_f64() * 1_000.0);
    for (size, larger) in sizes.iter().zip(&of_one).skip(1) {
        let ratio = larger.as_secs_f64() / of_one[0].as_secs_f64();
        let baseline = format!("{} at 10 k", millis(of_one[0]));
        ground::tell(
            &format!("claim at {} M contacts", size / 1_000_000),
            &millis(*larger),
            &baseline,
            ratio,
            false,
            1.5,
        );
    }
}

/// The median of a claim of so many contacts, for each ledger.
fn medians(
    runtime: &tokio::runtime::Runtime,
    ledgers: &[Ledger],
    wish: u64,
    claims: u64,
) -> Vec<Duration> {
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); ledgers.len()];
    for n in 0..claims + WARMING / wish {
        for (ledger, times) in ledgers.iter().zip(&mut times) {
            let ((), took) = ground::timed(|| runtime.block_on(ledger.claim(wish)));
            if n >= WARMING / wish {
                times.push(took);
            }
        }
    }
    times.iter_mut().map(|times| median(times)).collect()
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

struct Ledger {
    store: SqliteStore,
    campaign: CampaignId,
    epoch: Epoch,
    claimed: AtomicU64,
}

impl Ledger {
    fn me() -> InstanceId {
        InstanceId::new(NOW, [1; 10])
    }

    async fn open(path: &Path, campaign: CampaignId) -> Self {
        let store = file::open(path.to_owned());
        let epoch = store
            .lease(campaign, Self::me(), NOW, NOW + Millis::from_days(1))
            .await
            .expect("lease");
        Self {
            store,
            campaign,
            epoch: epoch.expect("nobody else runs it"),
            claimed: AtomicU64::new(0),
        }
    }

    async fn claim(&self, wish: u64) {
        let id = |_| {
            let mut random = [0; 10];
            random[2..]
                .copy_from_slice(&self.claimed.fetch_add(1, Ordering::Relaxed).to_be_bytes());
            AttemptId::new(NOW, random)
        };
        let ids: Vec<AttemptId> = (0..wish).map(id).collect();
        let wish = ids.len();
        let request = ClaimRequest {
            campaign: self.campaign,
            instance: Self::me(),
            epoch: self.epoch,
            ids,
            now: NOW,
            lease_until: NOW + Millis::from_days(1),
        };
        let claimed = self.store.claim(request).await.expect("claim");
        assert_eq!(claimed.attempts.len(), wish, "{claimed:?}");
    }
}

/// A running campaign whose every number another campaign has called long ago. Rows are written
/// without the indexes and triggers, which are made again word for word.
async fn build(path: &Path, contacts: u64) -> CampaignId {
    let store = file::open(path.to_owned());
    let settings = Settings {
        repeat: RepeatRule::OnlyThisCampaign,
        ..ground::settings(20_000)
    };
    ground::import(&store, settings.clone(), 0, 0).await;
    let campaign = ground::import(&store, settings, 0, 0).await;
    store
        .start(campaign, ground::actor(), NOW)
        .await
        .expect("start");
    drop(store);
    fill(path, campaign, contacts).expect("the rows are written");
    campaign
}

fn fill(path: &Path, campaign: CampaignId, contacts: u64) -> rusqlite::Result<()> {
    let conn = Connection::open(path)?;
    conn.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -500000;",
    )?;
    let guards: Vec<(String, String, String)> = conn
        .prepare(
            "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger')
             AND sql IS NOT NULL AND tbl_name IN ('contacts', 'attempts', 'numbers')",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    for (kind, name, _) in &guards {
        conn.execute_batch(&format!("DROP {kind} {name}"))?;
    }
    let (campaign, now, then) = (campaign.0, NOW.as_millis(), LONG_AGO.as_millis());
    let range = format!(
        "WITH RECURSIVE n (k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM n WHERE k + 1 < {contacts})"
    );
    conn.execute_batch(&format!(
        "{range} INSERT INTO numbers (number, last_campaign, last_called_at, called)
         SELECT {FIRST_NUMBER} + k, 1, {then}, 1 FROM n;
         {range} INSERT INTO contacts (id, campaign_id, list_id, line, number, state, lead, due_at, changed_at, name, metadata)
         SELECT {campaign} * 1000000000 + k + 1, {campaign}, 2, k + 2, {FIRST_NUMBER} + k * 7919 % {contacts},
                'pending', 'new', {now}, {now}, 'Person Number ' || k, json_object('city', 'Springfield') FROM n;
         {range} INSERT INTO attempts (id, campaign_id, contact_id, number, made, state, owner, claimed_at, dialed_at,
                                       ended_at, outcome, cause, may_have_rung)
         SELECT CAST(printf('%016d', k) AS BLOB), 1, 1000000001 + k, {FIRST_NUMBER} + k * 104729 % {contacts}, 1, 'ended',
                zeroblob(16), {then}, {then}, {then}, 'busy', 'busy', 1 FROM n;
         UPDATE campaigns SET contacts_made = {contacts} WHERE id = {campaign};
         UPDATE campaign_contacts SET contacts = {contacts} WHERE campaign_id = {campaign} AND state = 'pending';"
    ))?;
    for (_, _, sql) in &guards {
        conn.execute_batch(sql)?;
    }
    Ok(())
}
