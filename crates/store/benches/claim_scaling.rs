//! One durable claim, and one settlement, in ledgers of ten thousand, a million and ten million contacts with
//! as much history: the size must not matter.
//!
//! `cargo bench -p ringonce-store --bench claim_scaling [-- --quick]`, where quick leaves out the
//! largest.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    unreachable_pub,
    reason = "a bench measures and prints"
)]

#[path = "fixtures/file.rs"]
mod file;
mod fixtures;
#[path = "fixtures/scaling.rs"]
mod scaling;

use std::path::Path;

use fixtures::{FIRST_NUMBER, NOW};
use ringonce_domain::CampaignId;
use rusqlite::Connection;
use scaling::{LONG_AGO, Ledger};

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .build()
        .expect("a runtime");
    let folder = file::folder();
    let mut ledgers = Vec::new();
    for size in scaling::sizes() {
        let path = folder.path().join(format!("{size}.db"));
        let (campaign, took) = fixtures::timed(|| runtime.block_on(build(&path, *size)));
        println!(
            "claim_scaling: made a ledger of {size} contacts in {:.0} s",
            took.as_secs_f64()
        );
        let store = file::open(path);
        ledgers.push(runtime.block_on(Ledger::lead(store, campaign)));
    }
    scaling::compare(&runtime, "SQLite", &mut ledgers);
}

/// A running campaign whose numbers another campaign has all called long ago. Rows are written without
/// indexes and triggers, which are then made again word for word.
async fn build(path: &Path, contacts: u64) -> CampaignId {
    let store = file::open(path.to_owned());
    let campaign = scaling::campaign(&store).await;
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
