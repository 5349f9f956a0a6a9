//! Rows become types here; a value that the schema does not promise is reported by table, column
//! and row, never guessed at.

use std::fmt::Display;
use std::str::FromStr;

use ringonce_domain::{Attempt, AttemptId, CampaignId, ContactId, InstanceId, Number, Timestamp};
use rusqlite::Row;
use rusqlite::types::ValueRef;
use uuid::Uuid;

use super::failure::{Done, Failure};
use crate::StoreError;

/// Typed access to a row's columns by position. The first column identifies the row.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    table: &'static str,
    row: &'a Row<'a>,
}

impl<'a> Fields<'a> {
    /// The columns of a row that comes (mostly) from `table`.
    pub(super) const fn of(table: &'static str, row: &'a Row<'a>) -> Self {
        Self { table, row }
    }

    fn value(&self, i: usize) -> Done<ValueRef<'a>> {
        Ok(self.row.get_ref(i)?)
    }

    fn corrupt(&self, i: usize, reason: &dyn Display) -> Failure {
        let show = |i| match self.row.get_ref(i) {
            Ok(ValueRef::Text(text)) => String::from_utf8_lossy(text).into_owned(),
            Ok(ValueRef::Integer(value)) => value.to_string(),
            Ok(ValueRef::Blob(bytes)) => Uuid::from_slice(bytes)
                .map_or_else(|_| format!("{} bytes", bytes.len()), |id| id.to_string()),
            Ok(ValueRef::Real(value)) => value.to_string(),
            Ok(ValueRef::Null) | Err(_) => "NULL".to_owned(),
        };
        let column = self.row.as_ref().column_name(i).unwrap_or("?").to_owned();
        let (row, value, reason) = (show(0), show(i), reason.to_string());
        StoreError::Corrupt {
            table: self.table,
            column,
            row,
            value,
            reason,
        }
        .into()
    }

    /// An integer.
    pub(super) fn int(&self, i: usize) -> Done<i64> {
        match self.value(i)? {
            ValueRef::Integer(value) => Ok(value),
            _ => Err(self.corrupt(i, &"it is no integer")),
        }
    }

    /// An integer or NULL.
    pub(super) fn maybe_int(&self, i: usize) -> Done<Option<i64>> {
        match self.value(i)? {
            ValueRef::Null => Ok(None),
            _ => self.int(i).map(Some),
        }
    }

    /// A count.
    pub(super) fn count<T: TryFrom<i64>>(&self, i: usize) -> Done<T> {
        T::try_from(self.int(i)?).map_err(|_| self.corrupt(i, &"it is out of range"))
    }

    /// Text without a copy.
    pub(super) fn str(&self, i: usize) -> Done<&'a str> {
        self.maybe_str(i)?
            .ok_or_else(|| self.corrupt(i, &"it is missing"))
    }

    fn maybe_str(&self, i: usize) -> Done<Option<&'a str>> {
        match self.value(i)? {
            ValueRef::Null => Ok(None),
            ValueRef::Text(text) => std::str::from_utf8(text)
                .map(Some)
                .map_err(|error| self.corrupt(i, &error)),
            _ => Err(self.corrupt(i, &"it is no text")),
        }
    }

    /// Text.
    pub(super) fn text(&self, i: usize) -> Done<String> {
        self.str(i).map(str::to_owned)
    }

    /// Text or NULL.
    pub(super) fn maybe_text(&self, i: usize) -> Done<Option<String>> {
        Ok(self.maybe_str(i)?.map(str::to_owned))
    }

    /// A word of one of the domain's vocabularies.
    pub(super) fn word<T: FromStr<Err: Display>>(&self, i: usize) -> Done<T> {
        self.str(i)?
            .parse()
            .map_err(|error| self.corrupt(i, &error))
    }

    /// A word or NULL.
    pub(super) fn maybe_word<T: FromStr<Err: Display>>(&self, i: usize) -> Done<Option<T>> {
        match self.maybe_str(i)? {
            None => Ok(None),
            Some(word) => word
                .parse()
                .map(Some)
                .map_err(|error| self.corrupt(i, &error)),
        }
    }

    /// An instant.
    pub(super) fn instant(&self, i: usize) -> Done<Timestamp> {
        self.int(i).map(Timestamp::from_millis)
    }

    /// An instant or NULL.
    pub(super) fn maybe_instant(&self, i: usize) -> Done<Option<Timestamp>> {
        Ok(self.maybe_int(i)?.map(Timestamp::from_millis))
    }

    /// A phone number.
    pub(super) fn number(&self, i: usize) -> Done<Number> {
        u64::try_from(self.int(i)?)
            .ok()
            .and_then(Number::from_digits)
            .ok_or_else(|| self.corrupt(i, &"it has not the shape of an E.164 number"))
    }

    /// A phone number or NULL.
    pub(super) fn maybe_number(&self, i: usize) -> Done<Option<Number>> {
        match self.value(i)? {
            ValueRef::Null => Ok(None),
            _ => self.number(i).map(Some),
        }
    }

    /// A campaign's id.
    pub(super) fn campaign(&self, i: usize) -> Done<CampaignId> {
        self.int(i).map(CampaignId)
    }

    /// A UUID.
    pub(super) fn uuid(&self, i: usize) -> Done<Uuid> {
        self.maybe_uuid(i)?
            .ok_or_else(|| self.corrupt(i, &"it is missing"))
    }

    /// A UUID or NULL.
    pub(super) fn maybe_uuid(&self, i: usize) -> Done<Option<Uuid>> {
        match self.value(i)? {
            ValueRef::Null => Ok(None),
            ValueRef::Blob(bytes) => Uuid::from_slice(bytes)
                .map(Some)
                .map_err(|error| self.corrupt(i, &error)),
            _ => Err(self.corrupt(i, &"it is no UUID")),
        }
    }

    /// A SHA-256.
    pub(super) fn hash(&self, i: usize) -> Done<[u8; 32]> {
        match self.value(i)? {
            ValueRef::Blob(bytes) => bytes
                .try_into()
                .map_err(|_| self.corrupt(i, &"it is not 32 bytes long")),
            _ => Err(self.corrupt(i, &"it is no hash")),
        }
    }

    /// A truth value.
    pub(super) fn flag(&self, i: usize) -> Done<bool> {
        Ok(self.int(i)? != 0)
    }

    /// The seventeen columns of an attempt, from the first on.
    pub(super) fn attempt(&self) -> Done<Attempt> {
        Ok(Attempt {
            id: AttemptId(self.uuid(0)?),
            campaign: self.campaign(1)?,
            contact: ContactId(self.int(2)?),
            number: self.number(3)?,
            made: self.count(4)?,
            state: self.word(5)?,
            owner: InstanceId(self.uuid(6)?),
            claimed_at: self.instant(7)?,
            dialed_at: self.maybe_instant(8)?,
            dial_before: self.maybe_instant(9)?,
            call_id: self.maybe_text(10)?,
            answered_at: self.maybe_instant(11)?,
            ended_at: self.maybe_instant(12)?,
            empty_look_at: self.maybe_instant(13)?,
            outcome: self.maybe_word(14)?,
            cause: self.maybe_text(15)?,
            may_have_rung: self.flag(16)?,
        })
    }
}

/// How a number stands in a row.
#[expect(clippy::cast_possible_wrap, reason = "at most fifteen digits")]
pub(super) const fn digits(number: Number) -> i64 {
    number.digits() as i64
}
