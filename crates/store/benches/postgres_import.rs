//! Storing a million contacts on PostgreSQL in chunks of ten thousand, every chunk on disk, against one
//! raw `COPY` of the same rows into the same table with the same indexes on the same server.
//!
//! `cargo xtask bench postgres_import`, which starts a server; or with one of your own in
//! `RINGONCE_TEST_POSTGRES`.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    dead_code,
    unreachable_pub,
    reason = "a bench measures and prints, and shares its ground with others"
)]

mod fixtures;
#[path = "fixtures/rate.rs"]
mod rate;
#[path = "fixtures/server.rs"]
mod server;

use std::fmt::Write as _;
use std::time::Duration;

use futures::SinkExt as _;
use server::Database;

const ROUNDS: u32 = 2;
/// Bytes of one message of the raw COPY.
const MESSAGE: usize = 64 << 10;

fn main() {
    let rows = if fixtures::is_quick() {
        100_000
    } else {
        1_000_000
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let text = text(rows);
    let (mut ours, mut bare) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        ours = ours.min(runtime.block_on(import(rows)));
        bare = bare.min(runtime.block_on(copy(&text)));
    }
    println!(
        "postgres_import: {rows} rows in {:.1} s, raw COPY in {:.1} s",
        ours.as_secs_f64(),
        bare.as_secs_f64()
    );
    fixtures::tell(
        "PostgreSQL: rows stored",
        &rate::per_second(rows, ours),
        &format!("{} raw COPY", rate::per_second(rows, bare)),
        ours.as_secs_f64() / bare.as_secs_f64(),
        false,
        2.0,
    );
}

async fn import(rows: u64) -> Duration {
    let database = Database::make().await;
    let store = database.open().await;
    database.settle_down().await;
    let (begin, settings) = (watch(), fixtures::settings(1));
    fixtures::import(&store, settings, rows, 0).await;
    let took = begin.elapsed();
    drop(store);
    database.drop().await;
    took
}

async fn copy(text: &str) -> Duration {
    let database = Database::make().await;
    drop(database.open().await);
    database.settle_down().await;
    let client = database.client().await;
    let begin = watch();
    let sink = client
        .copy_in::<_, bytes::Bytes>(
            "COPY contacts (id, campaign_id, list_id, line, number, due_at, changed_at, state, lead, name, metadata) FROM STDIN",
        )
        .await
        .expect("copy begins");
    futures::pin_mut!(sink);
    for message in text.as_bytes().chunks(MESSAGE) {
        let message = bytes::Bytes::copy_from_slice(message);
        sink.feed(message).await.expect("rows are sent");
    }
    sink.finish().await.expect("rows are stored");
    let took = begin.elapsed();
    drop(client);
    database.drop().await;
    took
}

#[expect(clippy::disallowed_methods, reason = "a bench measures")]
fn watch() -> std::time::Instant {
    std::time::Instant::now()
}

/// The rows as `COPY` takes them.
fn text(rows: u64) -> String {
    let mut text = String::new();
    for n in 0..rows {
        let row = fixtures::row(n, rows, 0);
        let (line, number) = (row.line, row.number.digits());
        let id = 1_000_000_001 + n;
        writeln!(
            text,
            "{id}\t1\t1\t{line}\t{number}\t2026-11-23 00:00Z\t2026-11-23 00:00Z\tpending\tnew\t{}\t{}",
            row.name, row.metadata
        )
        .expect("memory");
    }
    text
}
