//! Databases on the test server, one for each test, and connections such as any other program would
//! make.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::atomic::{AtomicU32, Ordering};

use ringonce_store::postgres::{Options, PostgresStore};
use ringonce_store::{Admin as _, Result};
use tokio::sync::OnceCell;
use tokio_postgres::{Client, NoTls};

use crate::play::Furnished;

const VARIABLE: &str = "RINGONCE_TEST_POSTGRES";
const SCHEMA: &str = include_str!("../../migrations/postgres/0009_ledger.sql");

/// The address of the server's database for administration.
fn address() -> String {
    std::env::var(VARIABLE).unwrap_or_else(|_| {
        panic!(
            "{VARIABLE} names no server. Set it to postgres://user@host/postgres, a role that may create databases, or run\n    cargo xtask postgres -- cargo test -p ringonce-store --test postgres"
        )
    })
}

/// The address of another database of the server.
pub(crate) fn address_of(database: &str) -> String {
    let address = address();
    let (server, rest) = address
        .rsplit_once('/')
        .expect("an address ends with a database");
    let query = rest.split_once('?').map_or("", |(_, query)| query);
    format!(
        "{server}/{database}{}{query}",
        if query.is_empty() { "" } else { "?" }
    )
}

/// A connection of another program.
pub(crate) async fn connect(address: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(address, NoTls)
        .await
        .unwrap_or_else(|error| panic!("{VARIABLE}: {address}: {error}"));
    tokio::spawn(connection);
    client
}

/// The name of a database that holds an empty ledger, to be copied. It stays on the server: the next
/// run of the same schema finds it.
async fn template() -> &'static str {
    static NAME: OnceCell<String> = OnceCell::const_new();
    let name = NAME.get_or_init(async || {
        let mut hasher = DefaultHasher::new();
        SCHEMA.hash(&mut hasher);
        let name = format!("ringonce_template_{:016x}", hasher.finish());
        let admin = connect(&address()).await;
        admin
            .batch_execute("SELECT pg_advisory_lock(7)")
            .await
            .unwrap();
        let there = "SELECT 1 FROM pg_database WHERE datname = $1";
        if admin.query_opt(there, &[&name]).await.unwrap().is_none() {
            let making = format!("{name}_{}", std::process::id());
            admin
                .batch_execute(&format!("CREATE DATABASE {making}"))
                .await
                .unwrap();
            let store = PostgresStore::open(&address_of(&making), Options::default())
                .await
                .unwrap();
            store.close().await.unwrap();
            drop(store);
            let ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
            admin.query(ended, &[&making]).await.unwrap();
            let rename = format!("ALTER DATABASE {making} RENAME TO {name}");
            while admin.batch_execute(&rename).await.is_err() {
                tokio::task::yield_now().await;
            }
        }
        admin
            .batch_execute("SELECT pg_advisory_unlock(7)")
            .await
            .unwrap();
        name
    });
    name.await
}

/// A database with an empty ledger, dropped with this value.
pub(crate) struct Fixture {
    pub(crate) name: String,
}

impl Fixture {
    pub(crate) async fn new() -> Self {
        let template = template().await;
        Self::made(&format!("TEMPLATE {template}")).await
    }

    /// A database without anything in it.
    pub(crate) async fn bare() -> Self {
        Self::made("").await
    }

    async fn made(how: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let (process, n) = (std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let name = format!("ringonce_test_{process}_{n}");
        let admin = connect(&address()).await;
        admin
            .batch_execute(&format!("CREATE DATABASE {name} {how}"))
            .await
            .unwrap();
        Self { name }
    }

    pub(crate) fn address(&self) -> String {
        address_of(&self.name)
    }

    pub(crate) async fn store(&self) -> Result<PostgresStore> {
        PostgresStore::open(&self.address(), Options::default()).await
    }

    /// A connection of another program: none of our settings is set.
    pub(crate) async fn foreign(&self) -> Client {
        connect(&self.address()).await
    }

    /// A ledger with calls of every kind and a blocked number, closed again.
    pub(crate) async fn furnish(&self) -> Furnished {
        let store = self.store().await.unwrap();
        let furnished = crate::play::furnish(&store).await;
        store.close().await.unwrap();
        furnished
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // The test's own runtime may be shutting down.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime
                .unwrap()
                .block_on(async { connect(&address()).await.batch_execute(&statement).await })
        });
        let dropped = dropping.join();
        if !std::thread::panicking() {
            dropped.unwrap().unwrap();
        }
    }
}
