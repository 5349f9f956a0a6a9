//! Writes the rows of a file into an empty ledger and reads them back, in one transaction.

use std::path::Path;

use bytes::BytesMut;
use futures::TryStreamExt as _;
use ringonce_domain::Timestamp;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::copy::{Text, copy_in};
use super::failure::Done;
use super::time::At;
use super::tx::Tx;
use super::{PostgresStore, audit, sql};
use crate::audit::Entry;
use crate::ledger::facts;
use crate::model::Actor;
use crate::moving::digest::{Digest, Value, values};
use crate::moving::tables::{CHAIN, Kind, TABLES, Table};
use crate::moving::{MOVED_TO, Moved};
use crate::row::Fields;
use crate::{Result, StoreError};

/// Whole tables are written and read while no other session writes.
const UNHURRIED: [&str; 2] = [
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
];

/// A transaction that takes a ledger in; dropped, it leaves no trace.
pub(crate) struct Arriving {
    tx: Tx,
    shown: String,
}

impl PostgresStore {
    /// Begins to take a ledger in, and keeps other sessions from writing meanwhile.
    pub(crate) async fn arrive(&self) -> Result<Arriving> {
        let begun = async {
            let mut tx = self.begin().await?;
            for setting in UNHURRIED {
                tx.command(setting).await?;
            }
            let tables = TABLES.iter().map(|table| table.name).collect::<Vec<_>>();
            let lock = format!("LOCK TABLE {} IN EXCLUSIVE MODE", tables.join(", "));
            tx.command(&lock).await?;
            Ok(tx)
        };
        Ok(Arriving {
            tx: self.tell(begun.await)?,
            shown: self.shown().to_owned(),
        })
    }
}

impl Arriving {
    /// The target, without secrets.
    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }

    fn tell<T>(&self, done: Done<T>) -> Result<T> {
        done.map_err(|failure| failure.tell(&self.shown))
    }

    /// Whether the ledger is unused.
    pub(crate) async fn is_empty(&mut self) -> Result<bool> {
        let looked = async {
            let client = self.tx.session()?.client()?;
            for table in TABLES.iter().filter(|table| !table.is_never_empty()) {
                let any = format!("SELECT EXISTS (SELECT 1 FROM {})", table.name);
                if client.query_one(&any, &[]).await?.try_get::<_, bool>(0)? {
                    return Ok(false);
                }
            }
            Ok(true)
        };
        let looked = looked.await;
        self.tell(looked)
    }

    /// Writes rows of a table.
    pub(crate) async fn put(&mut self, table: &Table, rows: &[Vec<Value>]) -> Result<()> {
        let put = put(&mut self.tx, table, rows).await;
        self.tell(put)
    }

    /// Reads a table back.
    pub(crate) async fn digest(&mut self, table: &Table) -> Result<Digest> {
        let read = digest(&mut self.tx, table).await;
        self.tell(read)
    }

    /// Rolls everything back.
    pub(crate) async fn abandon(self) {
        let given_up: Done<()> = Err(StoreError::Closed.into());
        // The error that was given comes back; the server has rolled everything back.
        let _closed = self.tx.finish(given_up).await;
    }

    /// Adds what only this database has, and commits.
    pub(crate) async fn settle(
        mut self,
        by: Actor,
        now: Timestamp,
        from: &Path,
        tables: &[Moved],
    ) -> Result<()> {
        let detail = serde_json::json!({ "from": from.display().to_string(), "tables": tables });
        let settled = settle(&mut self.tx, &by, now, &detail.to_string()).await;
        let shown = self.shown;
        let committed = self.tx.finish(settled).await;
        committed.map_err(|failure| failure.tell(&shown))
    }

    /// Notes that the ledger is here (again), or where it has gone; commits.
    async fn say_where(mut self, to: &str) -> Result<()> {
        let said = facts::set(&mut self.tx, MOVED_TO, to).await;
        let shown = self.shown;
        let committed = self.tx.finish(said).await;
        committed.map_err(|failure| failure.tell(&shown))
    }

    /// Marks it as given up for the file at `path`: no instance may join any more.
    pub(crate) async fn give_up(self, path: &str) -> Result<()> {
        self.say_where(path).await
    }

    /// Removes such a mark.
    pub(crate) async fn reclaim(self) -> Result<()> {
        self.say_where("").await
    }
}

async fn put(tx: &mut Tx, table: &Table, rows: &[Vec<Value>]) -> Done<()> {
    if table.is_never_empty() {
        tx.command(&format!("DELETE FROM {}", table.name)).await?;
    }
    let types: Vec<_> = table.columns.iter().map(|it| kind(it.kind)).collect();
    let writer = copy_in(tx.session()?, &table.copy_in(), &types).await?;
    futures::pin_mut!(writer);
    for row in rows {
        writer.as_mut().write_raw(row).await?;
    }
    writer.finish().await?;
    Ok(())
}

/// What stands in a column here.
fn kind(kind: Kind) -> Type {
    match kind {
        Kind::Int8 => Type::INT8,
        Kind::Int4 => Type::INT4,
        Kind::Flag => Type::BOOL,
        // JSON has the same form.
        Kind::Text => Type::TEXT,
        Kind::Settings => Type::JSONB,
        Kind::Uuid => Type::UUID,
        Kind::Bytes => Type::BYTEA,
        Kind::At => Type::TIMESTAMPTZ,
    }
}

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match (kind, self) {
            (_, Self::Null) => Ok(IsNull::Yes),
            (&Type::INT8, Self::Int(value)) => value.to_sql(kind, out),
            (&Type::INT4, Self::Int(value)) => i32::try_from(*value)?.to_sql(kind, out),
            (&Type::BOOL, Self::Int(value)) => (*value != 0).to_sql(kind, out),
            (&Type::TIMESTAMPTZ, Self::Int(value)) => {
                At(Timestamp::from_millis(*value)).to_sql(kind, out)
            }
            (&(Type::TEXT | Type::JSONB), Self::Text(text)) => Text(text).to_sql(kind, out),
            (&(Type::UUID | Type::BYTEA), Self::Bytes(bytes)) => bytes.to_sql(kind, out),
            (_, Self::Int(_)) => Err("a value is an integer, and its column is not".into()),
            (_, Self::Text(_)) => Err("a value is text, and its column is not".into()),
            (_, Self::Bytes(_)) => Err("a value is bytes, and its column is not".into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

async fn digest(tx: &mut Tx, table: &Table) -> Done<Digest> {
    let client = tx.session()?.client()?;
    let statement = client.prepare(&table.in_postgres()).await?;
    let none: [&(dyn ToSql + Sync); 0] = [];
    let rows = client.query_raw(&statement, none).await?;
    futures::pin_mut!(rows);
    let mut digest = Digest::default();
    while let Some(row) = rows.try_next().await? {
        digest.add(&values(table, &row)?);
    }
    Ok(digest)
}

async fn settle(tx: &mut Tx, by: &Actor, now: Timestamp, detail: &str) -> Done<()> {
    // The trail goes on in chains of its own; numbered rows go on after the copied ones.
    for statement in [sql::MOVE_CHAIN, sql::MOVE_NUMBERS, sql::MOVE_SEQUENCES] {
        tx.rows(statement, &[]).await?;
    }
    if let Err(seq) = audit::verify(tx.session()?).await? {
        return Err(StoreError::Database(format!(
            "entry {seq} of the audit trail does not fit the chain"
        ))
        .into());
    }
    let (campaign, number, attempt) = (None, None, None);
    tx.audit(&Entry {
        at: now,
        actor: by,
        event: "ledger.moved",
        campaign,
        number,
        attempt,
        detail,
    })
    .await
}

/// Refuses an instance on a database that was given up.
pub(super) async fn require_here(tx: &mut Tx) -> Done<()> {
    let Some(row) = tx.row(sql::FACT, &[&MOVED_TO]).await? else {
        return Ok(());
    };
    let to = Fields::of("facts", &row).text("value")?;
    if to.is_empty() {
        return Ok(());
    }
    let path = "this database".to_owned();
    Err(StoreError::Moved { path, to }.into())
}

const _: () = assert!(CHAIN == 1, "as move_chain.sql and the tables say");
