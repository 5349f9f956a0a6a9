//! A rule's transaction on a server, and what it reads outside any.

use bytes::BytesMut;
use ringonce_domain::Safety;
use tokio_postgres::Row;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::failure::{Done, Failure};
use super::session::{Params, Session};
use super::time::At;
use super::tx::Tx;
use super::{sql, storable};
use crate::Result;
use crate::audit::Entry;
use crate::settings_cache::SettingsCache;
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
            Self::Int(value) if *kind == Type::INT4 => i32::try_from(*value)?.to_sql(kind, out),
            Self::Int(value) => value.to_sql(kind, out),
            Self::Flag(value) => value.to_sql(kind, out),
            Self::At(at) => At(*at).to_sql(kind, out),
            Self::Text(text) => storable(text).to_sql(kind, out),
            Self::Bytes(bytes) => bytes.to_sql(kind, out),
            Self::Ints(all) => all.to_sql(kind, out),
            Self::Words(all) => all.to_sql(kind, out),
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

/// Several statements with their values.
type Statements = [(Statement, Vec<Value>)];

fn all_sent(statements: &Statements) -> Vec<Vec<&(dyn ToSql + Sync)>> {
    statements.iter().map(|(_, values)| sent(values)).collect()
}

/// Several statements as they are sent together.
fn texts<'a>(
    statements: &Statements,
    sent: &'a [Vec<&'a (dyn ToSql + Sync)>],
) -> Vec<(&'a str, Params<'a>)> {
    let statements = statements.iter().zip(sent);
    statements
        .map(|((statement, _), sent)| (statement.postgres, sent.as_slice()))
        .collect()
}

fn answers(rows: &[Vec<Row>]) -> Done<Vec<Vec<Record>>> {
    rows.iter().map(|rows| records(rows)).collect()
}

/// A connection that a rule reads from.
pub(super) struct Reading<'a>(pub(super) &'a Session);

impl Reader for Reading<'_> {
    type Failure = Failure;

    async fn rows(&mut self, statement: Statement, values: Vec<Value>) -> Done<Vec<Record>> {
        records(&self.0.rows(statement, &sent(&values)).await?)
    }

    async fn together(
        &mut self,
        statements: Vec<(Statement, Vec<Value>)>,
    ) -> Done<Vec<Vec<Record>>> {
        let sent = all_sent(&statements);
        answers(&self.0.together(&texts(&statements, &sent)).await?)
    }

    fn known_settings(&self) -> Done<SettingsCache> {
        Ok(self.0.known_settings())
    }
}

impl Reader for Tx {
    type Failure = Failure;

    async fn rows(&mut self, statement: Statement, values: Vec<Value>) -> Done<Vec<Record>> {
        records(&Tx::rows(self, statement, &sent(&values)).await?)
    }

    async fn together(
        &mut self,
        statements: Vec<(Statement, Vec<Value>)>,
    ) -> Done<Vec<Vec<Record>>> {
        let sent = all_sent(&statements);
        answers(&Tx::together(self, &texts(&statements, &sent)).await?)
    }

    fn known_settings(&self) -> Done<SettingsCache> {
        Ok(self.session()?.known_settings())
    }
}

impl Transaction for Tx {
    async fn alone(&mut self) -> Done<()> {
        self.execute(sql::ACCOUNTS_ALONE, &[&PEOPLE]).await?;
        Ok(())
    }

    async fn lock(&mut self, statement: Statement, values: Vec<Value>) -> Done<()> {
        if !statement.postgres.is_empty() {
            Tx::rows(self, statement, &sent(&values)).await?;
        }
        Ok(())
    }

    fn tell_at_once(&mut self) {
        Tx::tell_at_once(self);
    }

    fn know_safety(&mut self, _: &Safety) {}

    async fn change(&mut self, statement: Statement, values: Vec<Value>) -> Done<u64> {
        self.execute(statement, &sent(&values)).await
    }

    async fn at_end(&mut self, statement: Statement, values: Vec<Value>) -> Done<()> {
        let owned = values.into_iter().map(|value| Box::new(value) as _);
        Tx::at_end(self, statement, owned.collect());
        Ok(())
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
