//! A PostgreSQL row as the ledger reads rows.

use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Type};

use super::time::At;
use crate::row::{Cell, Cells};
use crate::{Result, StoreError};

/// A column's bytes as they came.
struct Raw<'a>(&'a [u8]);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(raw))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl Cells for Row {
    fn cell(&self, i: usize) -> Result<Cell<'_>> {
        let unreadable =
            |error: &dyn std::fmt::Display| StoreError::Database(format!("column {i}: {error}"));
        let kind = self
            .columns()
            .get(i)
            .map(tokio_postgres::Column::type_)
            .ok_or_else(|| unreadable(&"there is no such column"))?;
        let raw: Option<Raw<'_>> = self.try_get(i).map_err(|error| unreadable(&error))?;
        let Some(Raw(raw)) = raw else {
            return Ok(Cell::Null);
        };
        let text = |raw| std::str::from_utf8(raw).map_or(Cell::Bytes(raw), Cell::Text);
        let int = |value: i64| Ok(Cell::Int(value));
        match *kind {
            Type::INT8 => int(i64::from_be_bytes(
                raw.try_into().map_err(|error| unreadable(&error))?,
            )),
            Type::INT4 => int(i64::from(i32::from_be_bytes(
                raw.try_into().map_err(|error| unreadable(&error))?,
            ))),
            Type::BOOL => int(i64::from(raw != [0])),
            Type::TIMESTAMPTZ => At::from_sql(kind, raw)
                .map_err(|error| unreadable(&error))
                .and_then(|At(instant)| int(instant.as_millis())),
            Type::FLOAT8 => Ok(Cell::Real(f64::from_be_bytes(
                raw.try_into().map_err(|error| unreadable(&error))?,
            ))),
            Type::TEXT | Type::VARCHAR | Type::NAME | Type::JSON => Ok(text(raw)),
            // One byte of version goes before the text of jsonb.
            Type::JSONB => Ok(text(raw.get(1..).unwrap_or_default())),
            _ => Ok(Cell::Bytes(raw)),
        }
    }

    fn name(&self, i: usize) -> &str {
        self.columns().get(i).map_or("?", |column| column.name())
    }

    fn width(&self) -> usize {
        self.len()
    }
}
