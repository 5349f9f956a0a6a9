//! Reads a whole file without importing it: what would be accepted, dropped and rejected.
//!
//! Memory: one entry of about 20 bytes per distinct number, to find duplicates, and the lists of
//! the report; both are bounded by [`Limits::rows`](crate::Limits::rows).

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::Path;

use ringonce_domain::Number;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::zone_note::ZoneNote;
use crate::{Batch, ImportError, Layout, Options, Row, Sample, open};

/// Rows that are shown as they were read.
const FIRST_ROWS: usize = 10;
/// Remarks that a report holds.
const REMARKS: usize = 1_000;

/// What a file contains; serialises as `{file, format, encoding, delimiter, sheet, header, columns,
/// sheets, samples, notes, first, rows, accepted, remarks, duplicates, rejected}`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = FileReport))]
pub struct Report {
    /// How the file was read.
    #[serde(flatten)]
    pub layout: Layout,
    /// The sheets of a workbook that can be chosen.
    pub sheets: Vec<String>,
    /// Every column with what it is used for and a few of its values.
    pub samples: Vec<Sample>,
    /// Decisions that a person may want to know or change, one sentence each.
    pub notes: Vec<String>,
    /// The first ten rows as they were read.
    pub first: Vec<FirstRow>,
    /// Rows with any content, the header not counted: accepted, duplicates and rejected together.
    pub rows: u64,
    /// Contacts with a number that no earlier row had.
    pub accepted: Accepted,
    /// Remarks on how numbers were read, of the first contacts that have one.
    pub remarks: Vec<Remark>,
    /// How many contacts have a remark.
    pub remarked: u64,
    /// Contacts whose number an earlier row had.
    pub duplicates: Vec<Duplicate>,
    /// Rows without a number that can be rung.
    pub rejected: Vec<Rejection>,
}

/// The accepted contacts; serialises as a number or as an array.
#[derive(Debug, Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Accepted {
    /// How many.
    Count(u64),
    /// Each of them.
    Contacts(Vec<Contact>),
}

/// A contact as it would be imported.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Contact {
    /// Line of the file, from 1.
    pub line: u32,
    /// The number.
    pub number: Number,
    /// The name, empty when there is none.
    pub name: String,
    /// Every other column, a JSON object of strings.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub metadata: Box<RawValue>,
}

/// One of the first rows of a file.
#[derive(Debug, Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum FirstRow {
    /// It would be a contact.
    Contact(Contact),
    /// It would be left out.
    Rejected(Rejection),
}

/// A remark on how a row's number was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Remark {
    /// Line of the file, from 1.
    pub line: u32,
    /// The number that is called.
    pub number: Number,
    /// The remark, in a sentence.
    pub remark: String,
}

/// A row whose number an earlier row had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Duplicate {
    /// Line of the file, from 1.
    pub line: u32,
    /// The number of both.
    pub number: Number,
    /// The line of the row that counts.
    pub first_line: u32,
}

/// A row that would be left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Rejection {
    /// Line of the file, from 1.
    pub line: u32,
    /// The column with the fault; empty when it is the row as a whole.
    pub column: String,
    /// Its value, shortened if long.
    pub value: String,
    /// Why, in words a person can act on.
    pub reason: String,
}

impl Report {
    fn remark(&mut self, row: Row<'_>) {
        if let Row::Contact {
            line,
            number,
            remark,
            ..
        } = row
            && !remark.is_empty()
        {
            self.remarked += 1;
            if self.remarks.len() < REMARKS {
                let remark = remark.to_owned();
                self.remarks.push(Remark {
                    line,
                    number,
                    remark,
                });
            }
        }
    }

    /// How many contacts were accepted.
    pub fn accepted(&self) -> u64 {
        match &self.accepted {
            Accepted::Count(count) => *count,
            Accepted::Contacts(contacts) => contacts.len() as u64,
        }
    }
}

/// Reads the file at `path`. With `full` the report holds every accepted contact. `progress` is called
/// now and then with the bytes read and the bytes of the file.
pub fn check(
    path: &Path,
    options: &Options,
    full: bool,
    mut progress: impl FnMut(u64, u64),
) -> Result<Report, ImportError> {
    let mut reader = open(path, options)?;
    let mut batch = Batch::new();
    let mut first_lines: HashMap<Number, u32> = HashMap::new();
    let mut contacts = Vec::new();
    let mut report = Report {
        sheets: reader.layout().sheets.clone(),
        samples: reader.layout().samples.clone(),
        notes: reader.layout().notes.clone(),
        layout: reader.layout().clone(),
        first: Vec::new(),
        rows: 0,
        accepted: Accepted::Count(0),
        remarks: Vec::new(),
        remarked: 0,
        duplicates: Vec::new(),
        rejected: Vec::new(),
    };
    let mut zones = ZoneNote::of_column(report.layout.columns.zone.clone());
    while reader.next_batch(&mut batch)? {
        report.rows += batch.len() as u64;
        for row in batch.rows() {
            zones.see(row);
            if report.first.len() < FIRST_ROWS {
                report.first.push(first_row(row)?);
            }
            report.remark(row);
            match row {
                Row::Contact {
                    line,
                    number,
                    name,
                    metadata,
                    remark: _,
                } => match first_lines.entry(number) {
                    Entry::Occupied(first) => {
                        let first_line = *first.get();
                        report.duplicates.push(Duplicate {
                            line,
                            number,
                            first_line,
                        });
                    }
                    Entry::Vacant(first) => {
                        first.insert(line);
                        if full {
                            contacts.push(contact(line, number, name, metadata)?);
                        }
                    }
                },
                Row::Rejected {
                    line,
                    column,
                    value,
                    reason,
                    ..
                } => report.rejected.push(rejection(line, column, value, reason)),
            }
        }
        let (read, total) = reader.progress();
        progress(read, total);
    }
    if let Some(sentence) = zones.sentence() {
        report.notes.push(sentence.clone());
        report.layout.notes.push(sentence);
    }
    report.accepted = if full {
        Accepted::Contacts(contacts)
    } else {
        Accepted::Count(first_lines.len() as u64)
    };
    Ok(report)
}

fn first_row(row: Row<'_>) -> Result<FirstRow, ImportError> {
    Ok(match row {
        Row::Contact {
            line,
            number,
            name,
            metadata,
            remark: _,
        } => FirstRow::Contact(contact(line, number, name, metadata)?),
        Row::Rejected {
            line,
            column,
            value,
            reason,
            ..
        } => FirstRow::Rejected(rejection(line, column, value, reason)),
    })
}

fn rejection(line: u32, column: &str, value: &str, reason: &str) -> Rejection {
    Rejection {
        line,
        column: column.to_owned(),
        value: value.to_owned(),
        reason: reason.to_owned(),
    }
}

fn contact(line: u32, number: Number, name: &str, metadata: &str) -> Result<Contact, ImportError> {
    let metadata = RawValue::from_string(metadata.to_owned()).map_err(std::io::Error::from)?;
    Ok(Contact {
        line,
        number,
        name: name.to_owned(),
        metadata,
    })
}
