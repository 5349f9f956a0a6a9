//! A rule's transaction in one file: each statement is answered at once.
//!
//! Rules are written for both databases and so are `async`; here nothing ever waits.

use futures::FutureExt as _;
use ringonce_domain::Safety;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{ToSql, params_from_iter};

use super::failure::{Done, Failure};
use super::ledger::{Ledger, View};
use crate::StoreError;
use crate::audit::Entry;
use crate::settings_cache::SettingsCache;
use crate::sql::Statement;
use crate::transaction::{Reader, Record, Transaction, Value};

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Flag(value) => ValueRef::Integer((*value).into()),
            Self::At(at) => ValueRef::Integer(at.as_millis()),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
            Self::Ints(all) => return Ok(ToSqlOutput::from(crate::audit::json(all))),
            Self::Words(all) => return Ok(ToSqlOutput::from(crate::audit::json(all))),
        }))
    }
}

/// A connection that a rule reads from.
pub(super) struct Reading<'a>(pub(super) &'a View);

fn together(view: &View, asked: &[(Statement, Vec<Value>)]) -> Done<Vec<Vec<Record>>> {
    let asked = asked.iter();
    asked
        .map(|(statement, values)| rows(view, *statement, values))
        .collect()
}

fn rows(view: &View, statement: Statement, values: &[Value]) -> Done<Vec<Record>> {
    view.rows(statement, params_from_iter(values), |row| {
        Record::of(row, row.as_ref().column_count())
    })
}

impl Reader for Reading<'_> {
    type Failure = Failure;

    async fn rows(&mut self, statement: Statement, values: Vec<Value>) -> Done<Vec<Record>> {
        rows(self.0, statement, &values)
    }

    async fn together(&mut self, asked: Vec<(Statement, Vec<Value>)>) -> Done<Vec<Vec<Record>>> {
        together(self.0, &asked)
    }

    fn known_settings(&self) -> Done<SettingsCache> {
        Ok(self.0.known_settings())
    }
}

impl Reader for Ledger {
    type Failure = Failure;

    async fn rows(&mut self, statement: Statement, values: Vec<Value>) -> Done<Vec<Record>> {
        rows(&self.view, statement, &values)
    }

    async fn together(&mut self, asked: Vec<(Statement, Vec<Value>)>) -> Done<Vec<Vec<Record>>> {
        together(&self.view, &asked)
    }

    fn known_settings(&self) -> Done<SettingsCache> {
        Ok(self.view.known_settings())
    }
}

impl Transaction for Ledger {
    /// There is one writer, which runs one command at a time.
    async fn alone(&mut self) -> Done<()> {
        Ok(())
    }

    async fn lock(&mut self, statement: Statement, values: Vec<Value>) -> Done<()> {
        if !statement.sqlite.is_empty() {
            rows(&self.view, statement, &values)?;
        }
        Ok(())
    }

    fn tell_at_once(&mut self) {}

    fn know_safety(&mut self, safety: &Safety) {
        self.known.safety = safety.clone();
    }

    fn importing(&self, under_way: bool) -> Done<()> {
        self.widen_cache(under_way)
    }

    async fn change(&mut self, statement: Statement, values: Vec<Value>) -> Done<u64> {
        let changed = self.view.execute(statement, params_from_iter(&values))?;
        Ok(changed as u64)
    }

    async fn at_end(&mut self, statement: Statement, values: Vec<Value>) -> Done<()> {
        self.change(statement, values).await?;
        Ok(())
    }

    async fn change_unheard(&mut self, statement: Statement, values: Vec<Value>) -> Done<()> {
        self.execute_unheard(statement, params_from_iter(&values))
    }

    async fn audit(&mut self, entry: &Entry<'_>) -> Done<()> {
        Ledger::audit(self, entry)
    }
}

/// The result of a rule that never waits.
pub(super) fn at_once<T>(rule: impl Future<Output = Done<T>>) -> Done<T> {
    let waits = || Err(StoreError::Database("a rule waited inside a command".into()).into());
    rule.now_or_never().unwrap_or_else(waits)
}
