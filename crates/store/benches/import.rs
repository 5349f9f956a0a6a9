//! Storing a million contacts in chunks of ten thousand, against a bare loop that inserts the same
//! rows into the same schema with the same chunks.
//!
//! `cargo bench -p ringonce-store --bench import [-- --quick]`

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    unreachable_pub,
    reason = "a bench measures and prints"
)]

#[path = "fixtures/file.rs"]
mod file;
mod fixtures;
#[path = "fixtures/rate.rs"]
mod rate;

use std::path::Path;
use std::time::Duration;

use fixtures::{CHUNK, NOW};
use rusqlite::{Connection, params};

const ROUNDS: u32 = 2;

fn main() {
    let rows = if fixtures::is_quick() {
        100_000
    } else {
        1_000_000
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .build()
        .expect("a runtime");
    let (mut ours, mut bare) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        let folder = file::folder();
        let store = file::open(folder.path().join("ours.db"));
        let settings = fixtures::settings(1);
        let (_, took) =
            fixtures::timed(|| runtime.block_on(fixtures::import(&store, settings, rows, 0)));
        ours = ours.min(took);
        drop(store);

        let path = folder.path().join("bare.db");
        drop(file::open(path.clone()));
        bare = bare.min(insert(&path, rows));
    }
    println!(
        "import: {rows} rows in {:.1} s, the bare loop in {:.1} s",
        ours.as_secs_f64(),
        bare.as_secs_f64()
    );
    let ratio = ours.as_secs_f64() / bare.as_secs_f64();
    let (figure, baseline) = (rate::per_second(rows, ours), rate::per_second(rows, bare));
    fixtures::tell(
        "rows stored",
        &figure,
        &format!("{baseline} bare inserts"),
        ratio,
        false,
        2.5,
    );
}

/// A program without rules.
fn insert(path: &Path, rows: u64) -> Duration {
    let mut conn = Connection::open(path).expect("the file opens");
    conn.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA cache_size = -8192;
         INSERT INTO campaigns (id, name, state, settings, created_at) VALUES (1, 'Bare', 'draft', '{}', 0);
         INSERT INTO lists (id, campaign_id, file_name, layout, created_at) VALUES (1, 1, 'bare.csv', '{}', 0);",
    )
    .expect("the schema is there");
    let all = || -> rusqlite::Result<()> {
        for first in (0..rows).step_by(usize::try_from(CHUNK).expect("it fits")) {
            let tx = conn.transaction()?;
            {
                let mut statement = tx.prepare_cached(
                    "INSERT INTO contacts (id, campaign_id, list_id, line, number, state, lead, due_at, changed_at, zone, name, metadata)
                     VALUES (?1, 1, 1, ?2, ?3, 'pending', 'new', ?4, ?4, NULL, ?5, ?6)",
                )?;
                for n in first..rows.min(first + CHUNK) {
                    let row = fixtures::row(n, rows, 0);
                    let number = row.number.digits().cast_signed();
                    let id = 1_000_000_001 + n.cast_signed();
                    statement.execute(params![
                        id,
                        row.line,
                        number,
                        NOW.as_millis(),
                        row.name,
                        row.metadata
                    ])?;
                }
            }
            tx.commit()?;
        }
        Ok(())
    };
    let (done, took) = fixtures::timed(all);
    done.expect("the rows are inserted");
    took
}
