//! One durable claim, and one settlement, on PostgreSQL in ledgers of ten thousand, a million and ten million
//! contacts with as much history: the size must not matter.
//!
//! `cargo xtask bench postgres_claim_scaling`, which starts a server; or with one of your own in
//! `RINGONCE_TEST_POSTGRES`. The largest ledger needs about 10 GB and some minutes; quick leaves it
//! out.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    unreachable_pub,
    reason = "a bench measures and prints"
)]

mod fixtures;
#[path = "fixtures/scaling.rs"]
mod scaling;
#[path = "fixtures/server.rs"]
mod server;

use fixtures::{FIRST_NUMBER, NOW};
use ringonce_domain::CampaignId;
use ringonce_store::postgres::PostgresStore;
use scaling::{LONG_AGO, Ledger};
use server::Database;
use tokio_postgres::{Client, Error};

/// Rows that one statement writes.
const CHUNK: u64 = 500_000;
/// The tables that are filled.
const FILLED: [&str; 4] = ["numbers", "contacts", "attempts", "audit"];

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let (mut databases, mut ledgers) = (Vec::new(), Vec::new());
    for size in scaling::sizes() {
        let ((database, store, campaign), took) =
            fixtures::timed(|| runtime.block_on(build(*size)));
        println!(
            "postgres_claim_scaling: made a ledger of {size} contacts in {:.0} s",
            took.as_secs_f64()
        );
        databases.push(database);
        ledgers.push(runtime.block_on(Ledger::lead(store, campaign)));
    }
    scaling::compare(&runtime, "PostgreSQL", &mut ledgers);
    drop(ledgers);
    for database in databases {
        runtime.block_on(database.drop());
    }
}

/// A running campaign whose numbers another campaign has all called long ago. The ledger is opened again
/// after its rows are written, so that a missing guard would be found.
async fn build(contacts: u64) -> (Database, PostgresStore, CampaignId) {
    let database = Database::make().await;
    let store = database.open().await;
    let campaign = scaling::campaign(&store).await;
    drop(store);
    fill(&database.client().await, campaign, contacts)
        .await
        .expect("the rows are written");
    database.settle_down().await;
    let store = database.open().await;
    (database, store, campaign)
}

/// Rows are written without the indexes, which are made again word for word.
async fn fill(client: &Client, campaign: CampaignId, contacts: u64) -> Result<(), Error> {
    client
        .batch_execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
        .await?;
    let indexes = client
        .query(
            "SELECT i.indexname::text, i.indexdef FROM pg_indexes i
             WHERE i.schemaname = current_schema() AND i.tablename = ANY ($1)
               AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)",
            &[&FILLED.as_slice()],
        )
        .await?;
    for index in &indexes {
        let name: &str = index.get(0);
        client.batch_execute(&format!("DROP INDEX {name}")).await?;
    }
    client
        .batch_execute("INSERT INTO audit_chains DEFAULT VALUES")
        .await?;
    for first in (0..contacts).step_by(usize::try_from(CHUNK).expect("it fits")) {
        let last = contacts.min(first + CHUNK) - 1;
        client
            .batch_execute(&rows(campaign, contacts, first, last))
            .await?;
    }
    for index in &indexes {
        client.batch_execute(index.get(1)).await?;
    }
    Ok(())
}

/// Writes a range of rows of each table: numbers in order, contacts and calls shuffled.
fn rows(campaign: CampaignId, contacts: u64, first: u64, last: u64) -> String {
    let (now, then) = (instant(NOW.as_millis()), instant(LONG_AGO.as_millis()));
    let range = format!("generate_series({first}::bigint, {last}::bigint) k");
    let attempt = "lpad(to_hex(k), 32, '0')::uuid";
    format!(
        "INSERT INTO numbers (number, last_campaign, last_called_at, called)
         SELECT {FIRST_NUMBER} + k, 1, {then}, 1 FROM {range};
         INSERT INTO contacts (id, campaign_id, list_id, line, number, state, lead, due_at, changed_at, name, metadata)
         SELECT {campaign} * 1000000000 + k + 1, {campaign}, 2, k + 2, {FIRST_NUMBER} + k * 7919 % {contacts},
                'pending', 'new', {now}, {now}, 'Person Number ' || k, '{{\"city\":\"Springfield\"}}' FROM {range};
         INSERT INTO attempts (id, campaign_id, contact_id, number, made, state, owner, claimed_at, dialed_at,
                               ended_at, outcome, cause, may_have_rung)
         SELECT {attempt}, 1, 1000000001 + k, {FIRST_NUMBER} + k * 104729 % {contacts}, 1, 'ended',
                '00000000-0000-0000-0000-000000000000', {then}, {then}, {then}, 'busy', 'busy', true FROM {range};
         INSERT INTO audit (chain, place, at, campaign_id, number, attempt_id, actor, event, detail, hash)
         SELECT (SELECT max(id) FROM audit_chains), k + 1, {then}, 1, {FIRST_NUMBER} + k * 104729 % {contacts},
                {attempt}, 'carrier:simulator', 'attempt_ended', '{{\"outcome\":\"busy\"}}',
                sha256(int8send(k)) FROM {range};
         UPDATE campaigns SET contacts_made = {contacts} WHERE id = {campaign};
         INSERT INTO campaign_contacts VALUES ({campaign}, 'pending', {contacts})
         ON CONFLICT (campaign_id, state) DO UPDATE SET contacts = EXCLUDED.contacts",
        campaign = campaign.0
    )
}

/// An instant as SQL.
fn instant(millis: i64) -> String {
    format!("to_timestamp({millis} / 1000.0)")
}
