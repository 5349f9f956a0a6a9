//! Claim, dial, accepted, ended on PostgreSQL, every commit on disk: one instance, and three that share
//! a database, against `pgbench` running batched statements that write the same rows on the same server.
//!
//! The carrier answers at once, so this is the highest load that the ledger can carry. `pgbench` reads
//! nothing, checks no rule and seals no audit entry: its script writes 64 calls at a time, in the four
//! transactions that a call needs.
//!
//! `cargo xtask bench postgres_lifecycle`, which starts a server; or with one of your own in
//! `RINGONCE_TEST_POSTGRES`.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    unreachable_pub,
    reason = "a bench measures and prints"
)]

#[path = "fixtures/calls.rs"]
mod calls;
mod fixtures;
#[path = "fixtures/rate.rs"]
mod rate;
#[path = "fixtures/server.rs"]
mod server;

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use fixtures::NOW;
use ringonce_domain::InstanceId;
use server::Database;

/// Calls under way, for each instance.
const LINES: u32 = 256;
const ROUNDS: u32 = 3;
const INSTANCES: u8 = 3;
/// Clients of `pgbench`; the best figure counts.
const CLIENTS: [u64; 3] = [1, 2, 4];
/// Calls in one transaction of `pgbench`.
const TOGETHER: u64 = 64;

const SCRIPT: &str = include_str!("fixtures/pgbench.sql");

fn main() {
    let calls = if fixtures::is_quick() { 6_400 } else { 38_400 };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let (mut one, mut three, mut bare) = (Duration::MAX, Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        one = one.min(ours(&runtime, 1, calls));
        three = three.min(ours(&runtime, INSTANCES, calls));
        for clients in CLIENTS {
            let took = pgbench(&runtime, clients, calls);
            println!(
                "postgres_lifecycle: pgbench, {clients} clients: {}",
                rate::per_second(calls, took)
            );
            bare = bare.min(took);
        }
    }
    let baseline = format!("{} pgbench", rate::per_second(calls, bare));
    for (who, took) in [("one instance", one), ("three instances", three)] {
        fixtures::tell(
            &format!("PostgreSQL, {who}: calls claimed, dialled and settled"),
            &rate::per_second(calls, took),
            &baseline,
            bare.as_secs_f64() / took.as_secs_f64(),
            true,
            0.5,
        );
    }
}

fn instance(nth: u8) -> InstanceId {
    InstanceId::new(NOW, [nth; 10])
}

/// How long instances take to call all contacts, each on a campaign and a store of its own.
fn ours(runtime: &tokio::runtime::Runtime, instances: u8, calls: u64) -> Duration {
    let database = runtime.block_on(Database::make());
    let each = calls / u64::from(instances);
    let ledgers: Vec<_> = (0..instances)
        .map(|nth| {
            runtime.block_on(async {
                let store = Arc::new(database.open().await);
                let first = u64::from(nth) * each;
                let campaign =
                    calls::running(store.as_ref(), instance(nth), LINES, each, first).await;
                (store, campaign, instance(nth))
            })
        })
        .collect();
    runtime.block_on(database.settle_down());
    let ((), took) = fixtures::timed(|| {
        runtime.block_on(async {
            let calling = ledgers.iter().map(|(store, campaign, me)| {
                let (store, campaign, me) = (Arc::clone(store), *campaign, *me);
                tokio::spawn(
                    async move { calls::call_everybody(&store, me, LINES, campaign).await },
                )
            });
            for caller in calling.collect::<Vec<_>>() {
                caller.await.expect("an instance calls everybody");
            }
        });
    });
    drop(ledgers);
    runtime.block_on(database.drop());
    took
}

/// How long `pgbench` takes to write the same rows: a campaign for each client.
fn pgbench(runtime: &tokio::runtime::Runtime, clients: u64, calls: u64) -> Duration {
    let database = runtime.block_on(Database::make());
    let each = calls / clients / TOGETHER * TOGETHER;
    runtime.block_on(async {
        let store = database.open().await;
        for nth in 0..clients {
            let me = instance(u8::try_from(nth).expect("few clients"));
            calls::running(&store, me, LINES, each, nth * each).await;
        }
        database.settle_down().await;
    });
    let folder = tempfile::tempdir().expect("a folder can be made");
    let script = folder.path().join("call.sql");
    std::fs::write(&script, SCRIPT).expect("the script can be written");
    let mut command = Command::new(program("pgbench"));
    command
        .args(["--no-vacuum", "--protocol=prepared", "--define=b=0"])
        .arg(format!("--client={clients}"))
        .arg(format!("--transactions={}", each / TOGETHER))
        .arg(format!("--file={}", script.display()))
        .arg(&database.url);
    let (ended, took) = fixtures::timed(|| command.output().expect("pgbench runs"));
    let said = String::from_utf8_lossy(&ended.stdout);
    let wrong = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{said}{wrong}");
    assert!(said.contains("number of failed transactions: 0"), "{said}");
    runtime.block_on(database.drop());
    took
}

/// One of PostgreSQL's own programs.
fn program(name: &str) -> PathBuf {
    let folder = std::env::var_os("RINGONCE_POSTGRES_BIN").map(PathBuf::from);
    let folders = folder.into_iter().chain(
        (13..=17)
            .rev()
            .map(|version| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin"))),
    );
    let mut programs = folders.map(|folder| folder.join(name));
    programs
        .find(|program| program.exists())
        .unwrap_or_else(|| PathBuf::from(name))
}
