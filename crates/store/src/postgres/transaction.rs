//! A rule's transaction on a server, and what it reads outside any.

use bytes::BytesMut;
use tokio_postgres::Row;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::failure::{Done, Failure};
use super::session::Session;
use super::time::At;
use super::tx::Tx;
use super::{sql, storable};
use crate::Result;
use crate::audit::Entry;
use crate::sql::Statement;
use crate::transaction::{Reader, Record, Transaction, Value};

/// The advisory lock of those who change people.
const PEOPLE: i64 = 0x7269_6e67_0002;

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(value) => value.to_sql(kind, out),
            Self::Flag(value) => value.to_sql(kind, out),
            Self::At(at) => At(*at).to_sql(kind, out),
            Self::Text(text) => storable(text).to_sql(kind, out),
            Self::Bytes(bytes) => bytes.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// The values of a statement as they are sent.
fn sent(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as _).collect()
}

fn records(rows: &[Row]) -> Done<Vec<Record>> {
    let records = rows.iter().map(|row| Record::of(row, row.len()));
    Ok(records.collect::<Result<_>>()?)
}

/// A connection that a rule reads from.
pub(super) struct Reading<'a>(pub(super) &'a Session);

impl Reader for Reading<'_> {
    type Failure = Failure;

    async fn rows(&mut self, statement: Statement, values: Vec<Value>) -> Done<Vec<Record>> {
        records(&self.0.rows(statement, &sent(&values)).await?)
    }
}

impl Reader for Tx {
    type Failure = Failure;

    async fn rows(&mut self, statement: Statement, values: Vec<Value>) -> Done<Vec<Record>> {
        records(&Tx::rows(self, statement, &sent(&values)).await?)
    }
}

impl Transaction for Tx {
    async fn alone(&mut self) -> Done<()> {
        self.execute(sql::ACCOUNTS_ALONE, &[&PEOPLE]).await?;
        Ok(())
    }

    async fn change(&mut self, statement: Statement, values: Vec<Value>) -> Done<u64> {
        self.execute(statement, &sent(&values)).await
    }

    /// Every commit is told to displays, which costs them a look.
    async fn change_unheard(&mut self, statement: Statement, values: Vec<Value>) -> Done<()> {
        self.change(statement, values).await?;
        Ok(())
    }

    async fn audit(&mut self, entry: &Entry<'_>) -> Done<()> {
        Tx::audit(self, entry).await
    }
}
