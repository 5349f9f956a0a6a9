//! The digest by which two tables are compared: the number of rows, and one SHA-256 over all of them, each
//! value with its length before it.

use ringonce_domain::Settings;
use sha2::{Digest as _, Sha256};

use super::tables::{Kind, Table};
use crate::Result;
use crate::row::{Cell, Cells};

/// A value in transit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// The values of a row, in the order of a table's columns.
pub(crate) fn values(table: &Table, row: &dyn Cells) -> Result<Vec<Value>> {
    let columns = table.columns.iter().enumerate();
    columns
        .map(|(i, column)| Ok(value(column.kind, row.cell(i)?)))
        .collect()
}

fn value(kind: Kind, cell: Cell<'_>) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Int(value) => Value::Int(value),
        // No column has this type: such a value differs from every value that arrives.
        Cell::Real(value) => Value::Text(value.to_string()),
        Cell::Text(text) if kind == Kind::Settings => Value::Text(meaning(text)),
        // The one character that PostgreSQL cannot hold is replaced on the way.
        Cell::Text(text) => Value::Text(text.replace('\0', "\u{fffd}")),
        Cell::Bytes(bytes) => Value::Bytes(bytes.to_vec()),
    }
}

/// Settings in one spelling: each database writes JSON in its own.
fn meaning(json: &str) -> String {
    Settings::from_json(json).map_or_else(|_| json.to_owned(), |settings| settings.to_json())
}

/// A digest of rows so far.
#[derive(Clone, Default)]
pub(crate) struct Digest {
    pub(crate) rows: u64,
    sha: Sha256,
}

impl Digest {
    /// Takes in a row.
    pub(crate) fn add(&mut self, row: &[Value]) {
        self.rows += 1;
        for value in row {
            let (kind, bytes): (u8, &[u8]) = match value {
                Value::Null => (0, &[]),
                Value::Int(value) => (1, &value.to_be_bytes()),
                Value::Text(text) => (2, text.as_bytes()),
                Value::Bytes(bytes) => (3, bytes),
            };
            self.sha.update([kind]);
            self.sha.update((bytes.len() as u64).to_be_bytes());
            self.sha.update(bytes);
        }
    }

    /// The digest as text for people.
    pub(crate) fn in_hexadecimal(&self) -> String {
        let mut text = String::with_capacity(64);
        for byte in self.hash() {
            for digit in [byte >> 4, byte & 15] {
                text.extend(char::from_digit(u32::from(digit), 16));
            }
        }
        text
    }

    /// The SHA-256 of every row.
    pub(crate) fn hash(&self) -> [u8; 32] {
        self.sha.clone().finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(rows: &[&[Value]]) -> [u8; 32] {
        let mut digest = Digest::default();
        for row in rows {
            digest.add(row);
        }
        digest.hash()
    }

    #[test]
    fn rows_that_differ_in_anything_have_another_digest() {
        let text = |text: &str| Value::Text(text.into());
        let all = [
            digest(&[]),
            digest(&[&[Value::Null, text("ab")]]),
            digest(&[&[text("ab"), Value::Null]]),
            digest(&[&[text("a"), text("b")]]),
            digest(&[&[text("ab"), text("")]]),
            digest(&[&[Value::Bytes(b"ab".to_vec()), Value::Null]]),
            digest(&[&[Value::Int(0)]]),
            digest(&[&[Value::Int(1)]]),
        ];
        for (i, one) in all.iter().enumerate() {
            assert_eq!(all.iter().position(|other| other == one), Some(i));
        }
    }
}
