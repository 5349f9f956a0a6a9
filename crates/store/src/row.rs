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

/// Names a column: by its name, or by its position.
pub(crate) trait Column {
    /// Where the column stands; rows are mostly read in order, so the search begins at `next`.
    fn position(self, row: &dyn Cells, next: usize) -> Option<usize>;
}

impl Column for usize {
    fn position(self, _: &dyn Cells, _: usize) -> Option<usize> {
        Some(self)
    }
}

impl Column for &str {
    fn position(self, row: &dyn Cells, next: usize) -> Option<usize> {
        let width = row.width();
        (next..width)
            .chain(0..next.min(width))
            .find(|i| row.name(*i) == self)
    }
}

/// Typed access to a row's columns. The first column identifies the row.
#[derive(Clone)]
pub(crate) struct Fields<'a> {
    table: &'static str,
    row: &'a dyn Cells,
    /// The column after the one that was read last.
    next: std::cell::Cell<usize>,
}

impl<'a> Fields<'a> {
    /// The columns of a row that comes (mostly) from `table`.
    pub(crate) const fn of(table: &'static str, row: &'a dyn Cells) -> Self {
        let next = std::cell::Cell::new(0);
        Self { table, row, next }
    }

    /// The position of a column.
    fn at(&self, column: impl Column) -> Result<usize> {
        let found = column.position(self.row, self.next.get());
        let i = found.ok_or_else(|| {
            StoreError::Database(format!("a column of {} is not in the answer", self.table))
        })?;
        self.next.set(i + 1);
        Ok(i)
    }

    /// The error that column `i` has a value which the schema does not promise.
    pub(crate) fn corrupt(&self, column: impl Column, reason: &dyn Display) -> StoreError {
        let i = self.at(column).unwrap_or_default();
        let show = |i| match self.row.cell(i) {
            Ok(Cell::Text(text)) => text.to_owned(),
            Ok(Cell::Int(value)) => value.to_string(),
            Ok(Cell::Bytes(bytes)) => Uuid::from_slice(bytes)
                .map_or_else(|_| format!("{} bytes", bytes.len()), |id| id.to_string()),
            Ok(Cell::Real(value)) => value.to_string(),
            Ok(Cell::Null) | Err(_) => "NULL".to_owned(),
        };
        StoreError::Corrupt {
            table: self.table,
            column: self.row.name(i).to_owned(),
            row: show(0),
            value: show(i),
            reason: reason.to_string(),
        }
    }

    /// An integer.
    pub(crate) fn int(&self, column: impl Column) -> Result<i64> {
        let i = self.at(column)?;
        match self.row.cell(i)? {
            Cell::Int(value) => Ok(value),
            _ => Err(self.corrupt(i, &"it is no integer")),
        }
    }

    /// An integer or NULL.
    pub(crate) fn maybe_int(&self, column: impl Column) -> Result<Option<i64>> {
        let i = self.at(column)?;
        match self.row.cell(i)? {
            Cell::Null => Ok(None),
            _ => self.int(i).map(Some),
        }
    }

    /// A count.
    pub(crate) fn count<T: TryFrom<i64>>(&self, column: impl Column) -> Result<T> {
        let i = self.at(column)?;
        T::try_from(self.int(i)?).map_err(|_| self.corrupt(i, &"it is out of range"))
    }

    /// A count or NULL.
    pub(crate) fn maybe_count<T: TryFrom<i64>>(&self, column: impl Column) -> Result<Option<T>> {
        let i = self.at(column)?;
        match self.row.cell(i)? {
            Cell::Null => Ok(None),
            _ => self.count(i).map(Some),
        }
    }

    /// Text without a copy.
    pub(crate) fn str(&self, column: impl Column) -> Result<&'a str> {
        let i = self.at(column)?;
        self.maybe_str(i)?
            .ok_or_else(|| self.corrupt(i, &"it is missing"))
    }

    fn maybe_str(&self, column: impl Column) -> Result<Option<&'a str>> {
        let i = self.at(column)?;
        match self.row.cell(i)? {
            Cell::Null => Ok(None),
            Cell::Text(text) => Ok(Some(text)),
            _ => Err(self.corrupt(i, &"it is no text")),
        }
    }

    /// Text.
    pub(crate) fn text(&self, column: impl Column) -> Result<String> {
        let i = self.at(column)?;
        self.str(i).map(str::to_owned)
    }

    /// Text or NULL.
    pub(crate) fn maybe_text(&self, column: impl Column) -> Result<Option<String>> {
        let i = self.at(column)?;
        Ok(self.maybe_str(i)?.map(str::to_owned))
    }

    /// A word of one of the domain's vocabularies.
    pub(crate) fn word<T: FromStr<Err: Display>>(&self, column: impl Column) -> Result<T> {
        let i = self.at(column)?;
        self.str(i)?
            .parse()
            .map_err(|error| self.corrupt(i, &error))
    }

    /// A word or NULL.
    pub(crate) fn maybe_word<T: FromStr<Err: Display>>(
        &self,
        column: impl Column,
    ) -> Result<Option<T>> {
        let i = self.at(column)?;
        match self.maybe_str(i)? {
            None => Ok(None),
            Some(word) => word
                .parse()
                .map(Some)
                .map_err(|error| self.corrupt(i, &error)),
        }
    }

    /// An instant.
    pub(crate) fn instant(&self, column: impl Column) -> Result<Timestamp> {
        let i = self.at(column)?;
        self.int(i).map(Timestamp::from_millis)
    }

    /// An instant or NULL.
    pub(crate) fn maybe_instant(&self, column: impl Column) -> Result<Option<Timestamp>> {
        let i = self.at(column)?;
        Ok(self.maybe_int(i)?.map(Timestamp::from_millis))
    }

    /// A phone number.
    pub(crate) fn number(&self, column: impl Column) -> Result<Number> {
        let i = self.at(column)?;
        u64::try_from(self.int(i)?)
            .ok()
            .and_then(Number::from_digits)
            .ok_or_else(|| self.corrupt(i, &"it has not the shape of an E.164 number"))
    }

    /// A phone number or NULL.
    pub(crate) fn maybe_number(&self, column: impl Column) -> Result<Option<Number>> {
        let i = self.at(column)?;
        match self.row.cell(i)? {
            Cell::Null => Ok(None),
            _ => self.number(i).map(Some),
        }
    }

    /// A campaign's id.
    pub(crate) fn campaign(&self, column: impl Column) -> Result<CampaignId> {
        let i = self.at(column)?;
        self.int(i).map(CampaignId)
    }

    /// A UUID.
    pub(crate) fn uuid(&self, column: impl Column) -> Result<Uuid> {
        let i = self.at(column)?;
        self.maybe_uuid(i)?
            .ok_or_else(|| self.corrupt(i, &"it is missing"))
    }

    /// A UUID or NULL.
    pub(crate) fn maybe_uuid(&self, column: impl Column) -> Result<Option<Uuid>> {
        let i = self.at(column)?;
        match self.row.cell(i)? {
            Cell::Null => Ok(None),
            Cell::Bytes(bytes) => Uuid::from_slice(bytes)
                .map(Some)
                .map_err(|error| self.corrupt(i, &error)),
            _ => Err(self.corrupt(i, &"it is no UUID")),
        }
    }

    /// A SHA-256.
    pub(crate) fn hash(&self, column: impl Column) -> Result<[u8; 32]> {
        let i = self.at(column)?;
        match self.row.cell(i)? {
            Cell::Bytes(bytes) => bytes
                .try_into()
                .map_err(|_| self.corrupt(i, &"it is not 32 bytes long")),
            _ => Err(self.corrupt(i, &"it is no hash")),
        }
    }

    /// Bytes or NULL.
    pub(crate) fn maybe_bytes(&self, column: impl Column) -> Result<Option<Vec<u8>>> {
        let i = self.at(column)?;
        match self.row.cell(i)? {
            Cell::Null => Ok(None),
            Cell::Bytes(bytes) => Ok(Some(bytes.to_owned())),
            _ => Err(self.corrupt(i, &"it is no bytes")),
        }
    }

    /// A truth value.
    pub(crate) fn flag(&self, column: impl Column) -> Result<bool> {
        let i = self.at(column)?;
        Ok(self.int(i)? != 0)
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

/// A number as a row has it.
#[expect(clippy::cast_possible_wrap, reason = "at most fifteen digits")]
pub(crate) const fn digits(number: Number) -> i64 {
    number.digits() as i64
}
