//! The database as rules see it: statements with values, rows, and entries of the audit trail.
//!
//! Rules and rows are written once, as `async` functions over [`Reader`] and [`Transaction`]; each
//! database implements the two in a page. On SQLite nothing in them waits: a future is polled once and
//! is ready.

use std::sync::Arc;

use ringonce_domain::ids::{AgentId, MediaId};
use ringonce_domain::{
    Attempt, AttemptId, CampaignId, ContactId, InstanceId, ListId, Number, Safety, Settings,
    Timestamp, UserId,
};
use serde_json::json;

use crate::audit::Entry;
use crate::model::{Actor, AuditContext, User};
use crate::row::{Cell, Cells, Fields, digits};
use crate::settings_cache::SettingsCache;
use crate::sql::{self, Statement};
use crate::{Result, StoreError};

/// A value of a statement or of a row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Flag(bool),
    At(Timestamp),
    Text(String),
    Bytes(Vec<u8>),
    /// A list as a value: an array for PostgreSQL, JSON for SQLite.
    Ints(Vec<i64>),
    /// The same for words.
    Words(Vec<&'static str>),
}

macro_rules! from {
    ($($kind:ty: |$value:ident| $made:expr;)+) => {
        $(impl From<$kind> for Value {
            fn from($value: $kind) -> Self {
                $made
            }
        })+
    };
}

from! {
    i64: |value| Self::Int(value);
    i32: |value| Self::Int(value.into());
    u32: |value| Self::Int(value.into());
    u64: |value| Self::Int(i64::try_from(value).unwrap_or(i64::MAX));
    bool: |value| Self::Flag(value);
    Timestamp: |value| Self::At(value);
    String: |value| Self::Text(value);
    &str: |value| Self::Text(value.to_owned());
    &[u8]: |value| Self::Bytes(value.to_owned());
    crate::model::SecretHash: |value| Self::Bytes(value.0.to_vec());
    Vec<u8>: |value| Self::Bytes(value);
    [u8; 32]: |value| Self::Bytes(value.to_vec());
    Vec<i64>: |value| Self::Ints(value);
    Vec<&'static str>: |value| Self::Words(value);
    UserId: |value| Self::Int(value.0);
    CampaignId: |value| Self::Int(value.0);
    ContactId: |value| Self::Int(value.0);
    ListId: |value| Self::Int(value.0);
    AgentId: |value| Self::Int(value.0);
    AttemptId: |value| Self::Bytes(value.0.into_bytes().to_vec());
    MediaId: |value| Self::Bytes(value.0.into_bytes().to_vec());
    InstanceId: |value| Self::Bytes(value.0.into_bytes().to_vec());
    Number: |value| Self::Int(digits(value));
    &Actor: |value| Self::Text(value.0.to_string());
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The values of a statement.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::transaction::Value::from($value)),*] };
}
pub(crate) use values;

/// A row that owns its values.
#[derive(Debug)]
pub(crate) struct Record(pub(crate) Vec<(String, Value)>);

impl Record {
    /// Copies the first columns of a row.
    pub(crate) fn of(row: &dyn Cells, columns: usize) -> Result<Self> {
        let column = |i| {
            let value = match row.cell(i)? {
                Cell::Null => Value::Null,
                Cell::Int(value) => Value::Int(value),
                Cell::Real(_) => return Err(no_column(i)),
                Cell::Text(text) => Value::Text(text.to_owned()),
                Cell::Bytes(bytes) => Value::Bytes(bytes.to_owned()),
            };
            Ok((row.name(i).to_owned(), value))
        };
        (0..columns).map(column).collect::<Result<_>>().map(Self)
    }
}

fn no_column(i: usize) -> StoreError {
    StoreError::Database(format!("column {i} is not as it was statement for"))
}

impl Cells for Record {
    fn cell(&self, i: usize) -> Result<Cell<'_>> {
        let (_, value) = self.0.get(i).ok_or_else(|| no_column(i))?;
        Ok(match value {
            Value::Null => Cell::Null,
            Value::Int(value) => Cell::Int(*value),
            Value::Flag(value) => Cell::Int((*value).into()),
            Value::At(at) => Cell::Int(at.as_millis()),
            Value::Text(text) => Cell::Text(text),
            Value::Bytes(bytes) => Cell::Bytes(bytes),
            Value::Ints(_) | Value::Words(_) => return Err(no_column(i)),
        })
    }

    fn name(&self, i: usize) -> &str {
        self.0.get(i).map_or("?", |(name, _)| name)
    }

    fn width(&self) -> usize {
        self.0.len()
    }
}

/// Reads from a database.
pub(crate) trait Reader {
    /// This database's error.
    type Failure: From<StoreError>;

    /// Every row that a statement yields; the statement bounds them.
    async fn rows(
        &mut self,
        statement: Statement,
        values: Vec<Value>,
    ) -> Result<Vec<Record>, Self::Failure>;

    /// The first row that a statement yields.
    async fn row(
        &mut self,
        statement: Statement,
        values: Vec<Value>,
    ) -> Result<Option<Record>, Self::Failure> {
        Ok(self.rows(statement, values).await?.into_iter().next())
    }

    /// The rows of several independent statements: PostgreSQL is asked once for all.
    async fn together(
        &mut self,
        asked: Vec<(Statement, Vec<Value>)>,
    ) -> Result<Vec<Vec<Record>>, Self::Failure>;

    /// The settings that this process has read.
    fn known_settings(&self) -> Result<SettingsCache, Self::Failure>;

    /// The settings of a campaign, deleted ones included.
    async fn settings(
        &mut self,
        campaign: CampaignId,
    ) -> Result<Option<Arc<Settings>>, Self::Failure> {
        let known = self.known_settings()?;
        if let Some(settings) = known.get(campaign) {
            return Ok(Some(settings));
        }
        let row = self.row(sql::CAMPAIGN_SETTINGS, values![campaign]).await?;
        let Some(row) = row else { return Ok(None) };
        let fields = Fields::of("campaigns", &row);
        let (state, json) = (fields.word("state")?, fields.str("settings")?);
        Ok(Some(known.keep(campaign, state, json)?))
    }

    /// The settings of a campaign that a row refers to.
    async fn settings_of(&mut self, campaign: CampaignId) -> Result<Arc<Settings>, Self::Failure> {
        let settings = self.settings(campaign).await?;
        Ok(settings.ok_or_else(|| StoreError::NotFound {
            what: "campaign",
            id: campaign.to_string(),
        })?)
    }
}

/// One transaction.
pub(crate) trait Transaction: Reader {
    /// Waits for a lock, which ends with the transaction; does nothing where the statement has no text.
    async fn lock(&mut self, statement: Statement, values: Vec<Value>)
    -> Result<(), Self::Failure>;

    /// Another instance waits for this change: PostgreSQL notifies it with the commit, not with the next
    /// regular notification. On SQLite each commit is noticed.
    fn tell_at_once(&mut self);

    /// Sets the emergency stop for the rest of the transaction, during which SQLite's writer keeps it in
    /// memory.
    fn know_safety(&mut self, safety: &Safety);

    /// Says whether an import is under way, for which SQLite takes more memory for pages.
    fn importing(&self, _under_way: bool) -> Result<(), Self::Failure> {
        Ok(())
    }

    /// Keeps others from changing people until the transaction ends.
    async fn alone(&mut self) -> Result<(), Self::Failure>;

    /// Runs a statement that yields no rows; returns how many rows it changed.
    async fn change(
        &mut self,
        statement: Statement,
        values: Vec<Value>,
    ) -> Result<u64, Self::Failure>;

    /// Runs a statement whose effect nothing in the transaction reads: PostgreSQL gets it together with the
    /// commit, so that it costs no round trip.
    async fn at_end(
        &mut self,
        statement: Statement,
        values: Vec<Value>,
    ) -> Result<(), Self::Failure>;

    /// The same as [`Self::change`], without waking waiters.
    async fn change_unheard(
        &mut self,
        statement: Statement,
        values: Vec<Value>,
    ) -> Result<(), Self::Failure>;

    /// Appends an entry to the audit trail.
    async fn audit(&mut self, entry: &Entry<'_>) -> Result<(), Self::Failure>;

    /// Appends an entry about a person; `detail` is an object, to which they are added.
    async fn audit_user(
        &mut self,
        event: &str,
        user: &User,
        detail: serde_json::Value,
        on: &AuditContext,
    ) -> Result<(), Self::Failure> {
        let mut detail = detail;
        detail["user"] = json!(user.id);
        detail["email"] = json!(user.email);
        self.audit_plain(event, &detail, on).await
    }

    /// Appends an entry about a call.
    async fn audit_call(
        &mut self,
        event: &str,
        call: &Attempt,
        detail: &serde_json::Value,
        on: &AuditContext,
    ) -> Result<(), Self::Failure> {
        self.audit(&Entry {
            at: on.now,
            actor: &on.by,
            event,
            campaign: Some(call.campaign),
            number: Some(call.number),
            attempt: Some(call.id),
            detail: &detail.to_string(),
        })
        .await
    }

    /// Appends an entry that is about no campaign, number or attempt.
    async fn audit_plain(
        &mut self,
        event: &str,
        detail: &serde_json::Value,
        on: &AuditContext,
    ) -> Result<(), Self::Failure> {
        self.audit(&Entry {
            at: on.now,
            actor: &on.by,
            event,
            campaign: None,
            number: None,
            attempt: None,
            detail: &detail.to_string(),
        })
        .await
    }
}
