//! Reads rows of either database as types; a value that the schema does not promise is reported by table,
//! column and row, never guessed at.
//!
//! Statements of one name yield columns of the same names on both databases, so a row is read by one piece of
//! code.

use std::fmt::Display;
use std::str::FromStr;

use ringonce_domain::{
    Attempt, AttemptId, CampaignId, ContactId, InstanceId, Number, Timestamp, repeat::LastCalls,
};
use uuid::Uuid;

use crate::{Result, StoreError};

/// The value of a column, in the few types that the ledger uses: instants are integer milliseconds, truth
/// values 0 or 1, UUIDs 16 bytes, JSON text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cell<'a> {
    Null,
    Int(i64),
    Real(f64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

/// A row of either database.
pub(crate) trait Cells {
    /// The value of column `i`.
    fn cell(&self, i: usize) -> Result<Cell<'_>>;
    /// The name of column `i`.
    fn name(&self, i: usize) -> &str;
    /// How many columns there are.
    fn width(&self) -> usize;
}

/// Typed access to a row's columns by their names. The first column identifies the row.
#[derive(Clone)]
pub(crate) struct Fields<'a> {
    table: &'static str,
    row: &'a dyn Cells,
    /// The column after the one that was read last.
    next: std::cell::Cell<usize>,
}

/// What a reader makes of a value, or what is wrong with it.
type Read<T> = Result<T, String>;

impl<'a> Fields<'a> {
    /// The columns of a row that comes (mostly) from `table`.
    pub(crate) const fn of(table: &'static str, row: &'a dyn Cells) -> Self {
        let next = std::cell::Cell::new(0);
        Self { table, row, next }
    }

    /// Where a column stands; rows are mostly read in order, so the search begins after the last one.
    fn at(&self, column: &str) -> Result<usize> {
        let (width, next) = (self.row.width(), self.next.get());
        let found = (next..width)
            .chain(0..next.min(width))
            .find(|i| self.row.name(*i) == column);
        let i = found.ok_or_else(|| {
            let (table, row) = (self.table, self.show(0));
            StoreError::Database(format!("row {row} of {table} has no column {column}"))
        })?;
        self.next.set(i + 1);
        Ok(i)
    }

    fn show(&self, i: usize) -> String {
        match self.row.cell(i) {
            Ok(Cell::Text(text)) => text.to_owned(),
            Ok(Cell::Int(value)) => value.to_string(),
            Ok(Cell::Bytes(bytes)) => Uuid::from_slice(bytes)
                .map_or_else(|_| format!("{} bytes", bytes.len()), |id| id.to_string()),
            Ok(Cell::Real(value)) => value.to_string(),
            Ok(Cell::Null) | Err(_) => "NULL".to_owned(),
        }
    }

    /// What stands in a column is not what the schema promises.
    pub(crate) fn corrupt(&self, column: &str, reason: &dyn Display) -> StoreError {
        let value = self.at(column).map(|i| self.show(i));
        StoreError::Corrupt {
            table: self.table,
            column: column.to_owned(),
            row: self.show(0),
            value: value.unwrap_or_default(),
            reason: reason.to_string(),
        }
    }

    /// What `read` makes of a column, unless it is NULL.
    fn maybe<T>(&self, column: &str, read: impl Fn(Cell<'a>) -> Read<T>) -> Result<Option<T>> {
        match self.row.cell(self.at(column)?)? {
            Cell::Null => Ok(None),
            cell => read(cell)
                .map(Some)
                .map_err(|reason| self.corrupt(column, &reason)),
        }
    }

    fn some<T>(&self, column: &str, read: impl Fn(Cell<'a>) -> Read<T>) -> Result<T> {
        let value = self.maybe(column, read)?;
        value.ok_or_else(|| self.corrupt(column, &"it is missing"))
    }

    /// An integer.
    pub(crate) fn int(&self, column: &str) -> Result<i64> {
        self.some(column, int)
    }

    /// An integer or NULL.
    pub(crate) fn maybe_int(&self, column: &str) -> Result<Option<i64>> {
        self.maybe(column, int)
    }

    /// A count.
    pub(crate) fn count<T: TryFrom<i64>>(&self, column: &str) -> Result<T> {
        self.some(column, count)
    }

    /// A count or NULL.
    pub(crate) fn maybe_count<T: TryFrom<i64>>(&self, column: &str) -> Result<Option<T>> {
        self.maybe(column, count)
    }

    /// Text without a copy.
    pub(crate) fn str(&self, column: &str) -> Result<&'a str> {
        self.some(column, text)
    }

    /// Text.
    pub(crate) fn text(&self, column: &str) -> Result<String> {
        self.str(column).map(str::to_owned)
    }

    /// Text or NULL.
    pub(crate) fn maybe_text(&self, column: &str) -> Result<Option<String>> {
        Ok(self.maybe(column, text)?.map(str::to_owned))
    }

    /// A word of one of the domain's vocabularies.
    pub(crate) fn word<T: FromStr<Err: Display>>(&self, column: &str) -> Result<T> {
        self.some(column, word)
    }

    /// A word or NULL.
    pub(crate) fn maybe_word<T: FromStr<Err: Display>>(&self, column: &str) -> Result<Option<T>> {
        self.maybe(column, word)
    }

    /// An instant.
    pub(crate) fn instant(&self, column: &str) -> Result<Timestamp> {
        self.int(column).map(Timestamp::from_millis)
    }

    /// An instant or NULL.
    pub(crate) fn maybe_instant(&self, column: &str) -> Result<Option<Timestamp>> {
        Ok(self.maybe_int(column)?.map(Timestamp::from_millis))
    }

    /// A phone number.
    pub(crate) fn number(&self, column: &str) -> Result<Number> {
        self.some(column, number)
    }

    /// A phone number or NULL.
    pub(crate) fn maybe_number(&self, column: &str) -> Result<Option<Number>> {
        self.maybe(column, number)
    }

    /// A campaign's id.
    pub(crate) fn campaign(&self, column: &str) -> Result<CampaignId> {
        self.int(column).map(CampaignId)
    }

    /// A UUID.
    pub(crate) fn uuid(&self, column: &str) -> Result<Uuid> {
        self.some(column, uuid)
    }

    /// A UUID or NULL.
    pub(crate) fn maybe_uuid(&self, column: &str) -> Result<Option<Uuid>> {
        self.maybe(column, uuid)
    }

    /// A SHA-256.
    pub(crate) fn hash(&self, column: &str) -> Result<[u8; 32]> {
        self.some(column, hash)
    }

    /// A SHA-256 or NULL.
    pub(crate) fn maybe_hash(&self, column: &str) -> Result<Option<[u8; 32]>> {
        self.maybe(column, hash)
    }

    /// Bytes or NULL.
    pub(crate) fn maybe_bytes(&self, column: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.maybe(column, bytes)?.map(<[u8]>::to_owned))
    }

    /// A truth value.
    pub(crate) fn flag(&self, column: &str) -> Result<bool> {
        Ok(self.int(column)? != 0)
    }

    /// An attempt: `ATTEMPT_COLUMNS`.
    pub(crate) fn attempt(&self) -> Result<Attempt> {
        Ok(Attempt {
            id: AttemptId(self.uuid("id")?),
            campaign: self.campaign("campaign_id")?,
            contact: ContactId(self.int("contact_id")?),
            number: self.number("number")?,
            made: self.count("made")?,
            state: self.word("state")?,
            owner: InstanceId(self.uuid("owner")?),
            claimed_at: self.instant("claimed_at")?,
            dialed_at: self.maybe_instant("dialed_at")?,
            dial_before: self.maybe_instant("dial_before")?,
            caller_id: self.maybe_number("caller_id")?,
            call_id: self.maybe_text("call_id")?,
            guessed: self.flag("guessed")?,
            answered_at: self.maybe_instant("answered_at")?,
            ended_at: self.maybe_instant("ended_at")?,
            empty_look_at: self.maybe_instant("empty_look_at")?,
            corrected_at: self.maybe_instant("corrected_at")?,
            outcome: self.maybe_word("outcome")?,
            cause: self.maybe_text("cause")?,
            may_have_rung: self.flag("may_have_rung")?,
        })
    }

    /// The last calls of a number.
    pub(crate) fn last_calls(&self) -> Result<LastCalls> {
        let last = match self.maybe_int("last_campaign")? {
            Some(id) => Some((CampaignId(id), self.instant("last_called_at")?)),
            None => None,
        };
        Ok(LastCalls {
            last,
            other: self.maybe_instant("other_called_at")?,
        })
    }
}

fn int(cell: Cell<'_>) -> Read<i64> {
    match cell {
        Cell::Int(value) => Ok(value),
        _ => Err("it is no integer".to_owned()),
    }
}

fn count<T: TryFrom<i64>>(cell: Cell<'_>) -> Read<T> {
    T::try_from(int(cell)?).map_err(|_| "it is out of range".to_owned())
}

fn number(cell: Cell<'_>) -> Read<Number> {
    let number = Number::from_digits(count(cell)?);
    number.ok_or_else(|| "it has not the shape of an E.164 number".to_owned())
}

fn text(cell: Cell<'_>) -> Read<&str> {
    match cell {
        Cell::Text(text) => Ok(text),
        _ => Err("it is no text".to_owned()),
    }
}

fn word<T: FromStr<Err: Display>>(cell: Cell<'_>) -> Read<T> {
    text(cell)?
        .parse()
        .map_err(|error: T::Err| error.to_string())
}

fn bytes(cell: Cell<'_>) -> Read<&[u8]> {
    match cell {
        Cell::Bytes(bytes) => Ok(bytes),
        _ => Err("it is no bytes".to_owned()),
    }
}

fn hash(cell: Cell<'_>) -> Read<[u8; 32]> {
    let hash = bytes(cell)?.try_into();
    hash.map_err(|_| "it is not 32 bytes long".to_owned())
}

fn uuid(cell: Cell<'_>) -> Read<Uuid> {
    Uuid::from_slice(bytes(cell)?).map_err(|error| error.to_string())
}

/// How a number stands in a row.
#[expect(clippy::cast_possible_wrap, reason = "at most fifteen digits")]
pub(crate) const fn digits(number: Number) -> i64 {
    number.digits() as i64
}
