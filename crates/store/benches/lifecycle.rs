//! Claim, dial, accepted, ended, with 64 calls in flight, every commit on disk: against a bare
//! program that writes the same rows, audit and hashes included, in as many transactions.
//!
//! The carrier answers at once, so this is the highest load that the ledger can carry. The bare program reads
//! nothing and checks no rule.
//!
//! `cargo bench -p ringonce-store --bench lifecycle [-- --quick]`

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    unreachable_pub,
    reason = "a bench measures and prints"
)]

#[path = "fixtures/calls.rs"]
mod calls;
#[path = "fixtures/file.rs"]
mod file;
mod fixtures;
#[path = "fixtures/rate.rs"]
mod rate;
/// The ledger's own statements.
#[path = "../src/sql.rs"]
#[expect(dead_code, reason = "the bare program runs a few of them")]
mod sql;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use fixtures::NOW;
use ringonce_domain::{AttemptId, CampaignId, InstanceId};
use ringonce_store::Dialing as _;
use ringonce_store::sqlite::SqliteStore;
use rusqlite::{Connection, params};
use sha2::{Digest as _, Sha256};

const LINES: u32 = 64;
const ROUNDS: u32 = 3;

fn main() {
    let calls = if fixtures::is_quick() { 5_000 } else { 30_000 };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .expect("a runtime");
    let (mut ours, mut bare) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        let folder = file::folder();
        let path = folder.path().join("ours.db");
        let store = Arc::new(file::open(path));
        let campaign = runtime.block_on(calls::running(store.as_ref(), me(), LINES, calls, 0));
        let commits = store.changes();
        let before = *commits.borrow();
        let ((), took) = fixtures::timed(|| {
            runtime.block_on(calls::call_everybody(&store, me(), LINES, campaign));
        });
        ours = ours.min(took);
        let commits = *commits.borrow() - before;
        drop(store);

        let path = folder.path().join("bare.db");
        let store = file::open(path.clone());
        let campaign = runtime.block_on(calls::running(&store, me(), LINES, calls, 0));
        drop(store);
        let together = (calls * 4 / commits.max(1)).max(1);
        let (done, took) = fixtures::timed(|| Bare::open(&path, campaign)?.call(calls, together));
        done.expect("the bare program writes its rows");
        bare = bare.min(took);
        println!(
            "lifecycle: {commits} commits for {calls} calls, {together} calls a commit in each phase"
        );
    }
    let opened: Duration = (0..5)
        .map(|_| fixtures::timed(|| SqliteStore::in_memory_inline().map(drop)).1)
        .min()
        .unwrap_or_default();
    println!(
        "lifecycle: a ledger in memory is made in {:.1} ms",
        opened.as_secs_f64() * 1_000.0
    );
    let ratio = bare.as_secs_f64() / ours.as_secs_f64();
    let baseline = format!("{} bare", rate::per_second(calls, bare));
    fixtures::tell(
        "calls claimed, dialled and settled",
        &rate::per_second(calls, ours),
        &baseline,
        ratio,
        true,
        0.5,
    );
}

fn me() -> InstanceId {
    InstanceId::new(NOW, [1; 10])
}

/// The bare program: it writes what the ledger writes with the ledger's own statements.
struct Bare {
    conn: Connection,
    campaign: i64,
    seq: i64,
    hash: [u8; 32],
}

impl Bare {
    fn open(path: &Path, campaign: CampaignId) -> rusqlite::Result<Self> {
        let conn = Connection::open(path)?;
        conn.set_prepared_statement_cache_capacity(64);
        conn.execute_batch(
            "PRAGMA synchronous = FULL; PRAGMA cache_size = -8192; PRAGMA recursive_triggers = ON;",
        )?;
        let (seq, hash) = conn.query_row(
            "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        Ok(Self {
            conn,
            campaign: campaign.0,
            seq,
            hash,
        })
    }

    fn attempt(&self, n: u64) -> AttemptId {
        calls::attempt(CampaignId(self.campaign), n)
    }

    /// Runs a statement.
    fn run(&self, statement: &str, params: impl rusqlite::Params) -> rusqlite::Result<()> {
        self.conn
            .prepare_cached(statement)?
            .execute(params)
            .map(drop)
    }

    fn call(&mut self, calls: u64, together: u64) -> rusqlite::Result<()> {
        for first in (0..calls).step_by(usize::try_from(together).unwrap_or(1)) {
            let group = first..calls.min(first + together);
            let phases = [Self::claimed, Self::dialled, Self::accepted, Self::ended];
            for (nth, phase) in phases.iter().enumerate() {
                self.run("BEGIN IMMEDIATE", [])?;
                for n in group.clone() {
                    phase(self, n, calls)?;
                }
                if nth == 0 {
                    self.count_claimed((group.end - first).cast_signed())?;
                }
                self.run("COMMIT", [])?;
            }
        }
        Ok(())
    }

    fn count_claimed(&self, calls: i64) -> rusqlite::Result<()> {
        self.count("pending", "calling", calls)?;
        self.run(
            sql::CAMPAIGN_CLAIMED.sqlite,
            params![self.campaign, calls, 0, 0],
        )?;
        self.run(
            sql::LEASE_EXTEND.sqlite,
            params![self.campaign, NOW.as_millis()],
        )
    }

    fn claimed(&mut self, n: u64, all: u64) -> rusqlite::Result<()> {
        let (id, contact, number, now) = self.keys(n, all);
        let owner = me().0.into_bytes();
        self.run(
            sql::ATTEMPT_ADD.sqlite,
            params![id, self.campaign, contact, number, 1, owner, now],
        )?;
        self.run(sql::CONTACT_CALLING.sqlite, params![contact, now])?;
        let detail = format!(r#"{{"contact":{contact},"made":1,"blocked":false,"live":false}}"#);
        self.audit("attempt.claimed", number, id, &detail)
    }

    fn dialled(&mut self, n: u64, all: u64) -> rusqlite::Result<()> {
        let (id, _, number, now) = self.keys(n, all);
        let none = None::<i64>;
        let text = None::<&str>;
        self.run(
            sql::ATTEMPT_MOVE.sqlite,
            params![
                id,
                "claimed",
                "dialing",
                now,
                now + 10_000,
                text,
                none,
                none,
                none,
                text,
                text,
                true
            ],
        )?;
        self.run(sql::CAMPAIGN_DIALED.sqlite, params![self.campaign, now])?;
        let detail = format!(r#"{{"evidence":"dial","dial_before":{}}}"#, now + 10_000);
        self.audit("attempt.dialing", number, id, &detail)
    }

    fn accepted(&mut self, n: u64, all: u64) -> rusqlite::Result<()> {
        let (id, _, number, now) = self.keys(n, all);
        let none = None::<i64>;
        let text = None::<&str>;
        let call_id = format!("CA{}", self.attempt(n));
        self.run(
            sql::ATTEMPT_MOVE.sqlite,
            params![
                id,
                "dialing",
                "ringing",
                now,
                now + 10_000,
                call_id,
                none,
                none,
                none,
                text,
                text,
                true
            ],
        )?;
        let detail = format!(r#"{{"evidence":"accepted","call_id":"{call_id}"}}"#);
        self.audit("attempt.ringing", number, id, &detail)
    }

    fn ended(&mut self, n: u64, all: u64) -> rusqlite::Result<()> {
        let (id, contact, number, now) = self.keys(n, all);
        let none = None::<i64>;
        let call_id = format!("CA{}", self.attempt(n));
        let cause = "normal clearing";
        self.run(
            sql::ATTEMPT_MOVE.sqlite,
            params![
                id,
                "ringing",
                "ended",
                now,
                now + 10_000,
                call_id,
                none,
                now,
                none,
                "answered",
                cause,
                true,
                none,
                false
            ],
        )?;
        let text = None::<&str>;
        self.run(
            sql::CONTACT_SETTLE.sqlite,
            params![
                contact,
                "completed",
                "contacted",
                none,
                text,
                0,
                1,
                "answered",
                now,
                now,
                0
            ],
        )?;
        self.count("calling", "completed", 1)?;
        self.run(
            sql::CAMPAIGN_SETTLED.sqlite,
            params![self.campaign, 0, 0, 1],
        )?;
        self.run(
            sql::OUTCOME_COUNT.sqlite,
            params![self.campaign, "answered", 1],
        )?;
        self.run(
            sql::NUMBER_ADD_CALLED.sqlite,
            params![number, self.campaign, now, none, 1, 1],
        )?;
        let detail = r#"{"evidence":"ended","reason":"normal clearing","outcome":"answered","contact":"completed"}"#;
        self.audit("attempt.ended", number, id, detail)
    }

    /// Attempt, contact and number of the `n`th call, and the time.
    fn keys(&self, n: u64, all: u64) -> ([u8; 16], i64, i64, i64) {
        let number = fixtures::row(n, all, 0).number.digits().cast_signed();
        let contact = self.campaign * 1_000_000_000 + 1 + n.cast_signed();
        (
            self.attempt(n).0.into_bytes(),
            contact,
            number,
            NOW.as_millis(),
        )
    }

    fn count(&self, from: &str, to: &str, by: i64) -> rusqlite::Result<()> {
        self.run(sql::CONTACT_COUNT.sqlite, params![self.campaign, from, -by])?;
        self.run(sql::CONTACT_COUNT.sqlite, params![self.campaign, to, by])
    }

    fn audit(
        &mut self,
        event: &str,
        number: i64,
        attempt: [u8; 16],
        detail: &str,
    ) -> rusqlite::Result<()> {
        self.seq += 1;
        let mut sha = Sha256::new();
        sha.update(self.hash);
        sha.update(self.seq.to_be_bytes());
        for field in [
            event.as_bytes(),
            &number.to_be_bytes(),
            &attempt,
            detail.as_bytes(),
        ] {
            sha.update(field);
        }
        self.hash = sha.finalize().into();
        let (at, actor) = (NOW.as_millis(), "bench");
        self.run(
            sql::AUDIT_APPEND.sqlite,
            params![
                self.seq,
                at,
                actor,
                event,
                self.campaign,
                number,
                attempt,
                detail,
                self.hash
            ],
        )
    }
}
