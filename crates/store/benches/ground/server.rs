//! A database on the PostgreSQL server that the benches were given.

use std::sync::atomic::{AtomicU32, Ordering};

use ringonce_store::postgres::{Options, PostgresStore};
use tokio_postgres::{Client, NoTls};

/// Where the server is.
const SERVER: &str = "RINGONCE_TEST_POSTGRES";

pub struct Database {
    pub url: String,
    name: String,
}

fn server() -> String {
    std::env::var(SERVER).expect(
        "RINGONCE_TEST_POSTGRES names no server: run `cargo xtask bench`, which starts one, or give \
         it the URL of a server on which databases may be made",
    )
}

async fn client(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .expect("the server can be reached");
    tokio::spawn(connection);
    client
}

impl Database {
    /// An empty database.
    pub async fn make() -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let nth = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("bench_{}_{nth}", std::process::id());
        let server = server();
        client(&server)
            .await
            .batch_execute(&format!("CREATE DATABASE {name}"))
            .await
            .expect("a database can be made");
        let (base, _) = server.rsplit_once('/').expect("a URL with a database");
        Self {
            url: format!("{base}/{name}"),
            name,
        }
    }

    pub async fn open(&self) -> PostgresStore {
        PostgresStore::open(&self.url, Options::default())
            .await
            .expect("a ledger can be made")
    }

    pub async fn client(&self) -> Client {
        client(&self.url).await
    }

    /// Writes down what making the ledger has left to do.
    pub async fn settle_down(&self) {
        let client = self.client().await;
        for work in ["VACUUM ANALYZE", "CHECKPOINT"] {
            client.batch_execute(work).await.expect("vacuum");
        }
    }

    pub async fn drop(self) {
        client(&server())
            .await
            .batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name))
            .await
            .expect("the database can be dropped");
    }
}
