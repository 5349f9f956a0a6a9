//! A SQLite row as the ledger reads rows.

use rusqlite::Row;
use rusqlite::types::ValueRef;

use crate::row::{Cell, Cells};
use crate::{Result, StoreError};

impl Cells for Row<'_> {
    fn cell(&self, i: usize) -> Result<Cell<'_>> {
        let value = self
            .get_ref(i)
            .map_err(|error| StoreError::Database(error.to_string()))?;
        Ok(match value {
            ValueRef::Null => Cell::Null,
            ValueRef::Integer(value) => Cell::Int(value),
            ValueRef::Real(value) => Cell::Real(value),
            // Text that is not UTF-8 was not written by Ringonce: it is read as bytes.
            ValueRef::Text(text) => std::str::from_utf8(text).map_or(Cell::Bytes(text), Cell::Text),
            ValueRef::Blob(bytes) => Cell::Bytes(bytes),
        })
    }

    fn name(&self, i: usize) -> &str {
        self.as_ref().column_name(i).unwrap_or("?")
    }

    fn width(&self) -> usize {
        self.as_ref().column_count()
    }
}
