//! Rows on their way into the ledger: as many as go into one transaction.

use ringonce_import::Row;
use ringonce_store::model::{NewContact, RowProblem};

use crate::zone_column::RowZones;

/// Rows per transaction: large enough that its cost is the rows', small enough that calls under
/// way hardly wait for it.
const CHUNK: usize = 20_000;
/// Bytes of rows per transaction, for rows that are long.
const CHUNK_BYTES: usize = 16 << 20;

/// Rows that go into the ledger in one transaction.
#[derive(Default)]
pub(super) struct Chunk {
    pub(super) contacts: Vec<NewContact>,
    pub(super) problems: Vec<RowProblem>,
    text_bytes: usize,
    pub(super) bytes: u64,
    pub(super) total_bytes: u64,
}

impl Chunk {
    pub(super) fn len(&self) -> usize {
        self.contacts.len() + self.problems.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.len() >= CHUNK || self.text_bytes >= CHUNK_BYTES
    }

    pub(super) fn push(&mut self, row: &Row<'_>, zones: &mut RowZones) {
        self.text_bytes += match *row {
            Row::Contact { name, metadata, .. } => name.len() + metadata.len(),
            Row::Rejected { value, fields, .. } => value.len() + fields.len(),
        };
        match *row {
            Row::Contact {
                line,
                number,
                name,
                metadata,
                remark: _,
            } => self.contacts.push(NewContact {
                line,
                number,
                name: name.to_owned(),
                zone: zones.of(metadata, number),
                metadata: metadata.to_owned(),
            }),
            Row::Rejected {
                line,
                column,
                value,
                reason,
                fields,
            } => self.problems.push(RowProblem {
                line,
                column: column.to_owned(),
                value: value.to_owned(),
                reason: reason.to_owned(),
                fields: fields.to_owned(),
            }),
        }
    }
}
