//! A CSV of a million rows to a draft campaign in SQLite, against a bare program that parses, normalises,
//! drops duplicates and inserts the same rows into the same schema, in transactions of the same size.
//!
//! `cargo bench -p ringonce-engine --bench import [-- --quick]`

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench measures and prints"
)]

use std::collections::HashSet;
use std::error::Error;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ringonce_carrier::clock::SystemClock;
use ringonce_domain::Settings;
use ringonce_engine::intake::{IntakeRequest, create_from_file};
use ringonce_import::{Options, sample};
use ringonce_store::Store;
use ringonce_store::model::Actor;
use ringonce_store::sqlite::{Options as StoreOptions, SqliteStore};
use rlibphonenumber::{PHONE_NUMBER_UTIL, Region};
use rusqlite::{Connection, Transaction, params};

type Done<T> = Result<T, Box<dyn Error>>;

const ROUNDS: u32 = 2;
const SEED: u64 = 1;
/// Rows in one transaction of the bare program.
const CHUNK: usize = 20_000;
/// The least part of the bare program's rate.
const TARGET: f64 = 0.6;

fn main() -> Done<()> {
    let quick = std::env::var_os("RINGONCE_BENCH_QUICK").is_some()
        || std::env::args().any(|arg| arg == "--quick");
    let rows = if quick { 100_000 } else { 1_000_000 };
    // Under the build's own folder, which lies on a disk and not in memory.
    let folder = tempfile::TempDir::new_in(env!("CARGO_TARGET_TMPDIR"))?;
    let file = folder.path().join("contacts.csv");
    sample::write_csv(rows, SEED, BufWriter::new(File::create(&file)?))?;
    let (mut ours, mut bare) = (Duration::MAX, Duration::MAX);
    for round in 0..ROUNDS {
        let path = |name: &str| folder.path().join(format!("{name}-{round}.db"));
        let start = Instant::now();
        let accepted = import(&file, &path("ours"))?;
        ours = ours.min(start.elapsed());

        drop(SqliteStore::open(path("bare"), StoreOptions::default())?);
        let start = Instant::now();
        let inserted = insert(&file, &path("bare"))?;
        bare = bare.min(start.elapsed());
        println!("import: {accepted} contacts, {inserted} by the bare program");
    }
    let [ours, bare] = [ours, bare].map(|took| f64::from(rows) / took.as_secs_f64());
    let ratio = ours / bare;
    let met = if ratio >= TARGET { "yes" } else { "no" };
    println!(
        "measure\timport of {rows} rows\t{ours:.0}/s\t{bare:.0}/s by a bare program\t{ratio:.2}×\t≥ {TARGET}×\t{met}"
    );
    Ok(())
}

fn import(file: &Path, database: &Path) -> Done<u64> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(database, StoreOptions::default())?);
    let request = IntakeRequest {
        name: "Bench".to_owned(),
        settings: Settings::default(),
        path: file.to_owned(),
        file_name: "contacts.csv".to_owned(),
        options: Options {
            region: Some(sample::REGION.parse()?),
            ..Options::default()
        },
        owner: None,
        key: None,
        starts: false,
    };
    let actor = Actor::new("bench");
    let intake = create_from_file(&store, &SystemClock, request, actor, &|_| {});
    Ok(runtime.block_on(intake)?.totals.accepted)
}

/// What a program without rules would do: every number that is valid, once.
fn insert(file: &Path, database: &Path) -> Done<usize> {
    let mut conn = Connection::open(database)?;
    conn.execute_batch(
        "PRAGMA synchronous = FULL;
         INSERT INTO campaigns (id, name, state, settings, created_at) VALUES (1, 'Bare', 'draft', '{}', 0);
         INSERT INTO lists (id, campaign_id, file_name, layout, created_at) VALUES (1, 1, 'bare.csv', '{}', 0);",
    )?;
    let mut reader = csv::Reader::from_path(file)?;
    let header = reader.headers()?.clone();
    let region = Region::from_code(sample::REGION).map_err(|_| "the region of the sample")?;
    let mut seen = HashSet::new();
    let mut records = reader.records().zip(2..).peekable();
    while records.peek().is_some() {
        let tx = conn.transaction()?;
        for (record, line) in records.by_ref().take(CHUNK) {
            let record = record?;
            let Some(number) = e164(&record[1], region).filter(|number| seen.insert(*number))
            else {
                continue;
            };
            add(&tx, &header, &record, line, number)?;
        }
        tx.commit()?;
    }
    Ok(seen.len())
}

fn add(
    tx: &Transaction<'_>,
    header: &csv::StringRecord,
    record: &csv::StringRecord,
    line: i64,
    number: i64,
) -> Done<()> {
    let others = header
        .iter()
        .zip(record)
        .skip(2)
        .filter(|(_, value)| !value.is_empty());
    let metadata: serde_json::Map<_, _> = others
        .map(|(key, value)| (key.to_owned(), value.into()))
        .collect();
    let mut statement = tx.prepare_cached(
        "INSERT INTO contacts (id, campaign_id, list_id, line, number, state, lead, due_at, changed_at, zone, name,
                               name_key, metadata)
         VALUES (?1, 1, 1, ?2, ?3, 'pending', 'new', 0, 0, NULL, ?4, ?5, ?6)",
    )?;
    let metadata = serde_json::to_string(&metadata)?;
    statement.execute(params![
        1_000_000_000 + line,
        line,
        number,
        &record[0],
        record[0].to_lowercase(),
        metadata
    ])?;
    Ok(())
}

/// The digits of a number that its country assigns.
fn e164(raw: &str, region: Region) -> Option<i64> {
    let raw = raw.strip_suffix(".0").unwrap_or(raw);
    let number = PHONE_NUMBER_UTIL.parse(raw, Some(region)).ok()?;
    if !PHONE_NUMBER_UTIL.is_valid_number(&number) {
        return None;
    }
    format!("{}{}", number.country_code, number.national_number)
        .parse()
        .ok()
}
