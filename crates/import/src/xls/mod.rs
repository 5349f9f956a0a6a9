//! XLS workbooks of Excel 97 to 2003.
//!
//! No memory is reserved by the sizes that the file gives: a few hundred bytes could ask for all the
//! memory there is.

mod globals;

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufReader, Read};

use cfb::CompoundFile;

use self::globals::Globals;
use crate::biff::{self, Pieces, f64_at, rk_value, u16_at, u32_at};
use crate::cells::{RowWriter, write_date, write_number};
use crate::records::Records;
use crate::{Format, ImportError, Limits};

/// Kinds of records, by their names in [MS-XLS] 2.3.
mod kind {
    pub(super) const FORMULA: u16 = 0x06;
    pub(super) const EOF: u16 = 0x0A;
    pub(super) const DATE_1904: u16 = 0x22;
    pub(super) const FILE_PASS: u16 = 0x2F;
    pub(super) const CONTINUE: u16 = 0x3C;
    pub(super) const BOUND_SHEET: u16 = 0x85;
    pub(super) const MUL_RK: u16 = 0xBD;
    pub(super) const R_STRING: u16 = 0xD6;
    pub(super) const XF: u16 = 0xE0;
    pub(super) const SST: u16 = 0xFC;
    pub(super) const LABEL_SST: u16 = 0xFD;
    pub(super) const NUMBER: u16 = 0x203;
    pub(super) const LABEL: u16 = 0x204;
    pub(super) const BOOL_ERR: u16 = 0x205;
    pub(super) const STRING: u16 = 0x207;
    pub(super) const ROW: u16 = 0x208;
    pub(super) const RK: u16 = 0x27E;
    pub(super) const FORMAT: u16 = 0x41E;
    pub(super) const BOF: u16 = 0x809;
}

/// An XLS, open.
pub(crate) struct Workbook {
    /// The records of the workbook and all its sheets.
    stream: Vec<u8>,
    globals: Globals,
}

impl Workbook {
    pub(crate) fn open(file: File, limits: &Limits) -> Result<Self, ImportError> {
        let bytes = file.metadata()?.len();
        if bytes > limits.xls_bytes {
            return Err(ImportError::TooLarge {
                bytes,
                limit: limits.xls_bytes,
            });
        }
        let stream = workbook_stream(file, limits)?;
        let globals = Globals::read(&stream)?;
        Ok(Self { stream, globals })
    }

    /// Names of the visible sheets with cells, in order.
    pub(crate) fn sheets(&self) -> Vec<String> {
        self.globals
            .sheets
            .iter()
            .filter(|sheet| sheet.is_seen)
            .map(|sheet| sheet.name.clone())
            .collect()
    }

    /// Names of all sheets, in order.
    pub(crate) fn all_sheets(&self) -> Vec<String> {
        self.globals
            .sheets
            .iter()
            .map(|sheet| sheet.name.clone())
            .collect()
    }

    /// Reads the rows of a sheet; `goes_on` is called after each and may empty the rows, or end the
    /// reading with false.
    pub(crate) fn read_sheet(
        &self,
        sheet: &str,
        mut writer: RowWriter<'_>,
        rows: &mut Records,
        mut goes_on: impl FnMut(&mut Records) -> bool,
    ) -> Result<(), ImportError> {
        let at = self
            .globals
            .sheets
            .iter()
            .find(|known| known.name == sheet)
            .map(|sheet| sheet.at);
        let stream = at
            .and_then(|at| self.stream.get(at..))
            .ok_or(ImportError::Damaged {
                format: Format::Xls,
                detail: format!("the sheet {sheet:?} is missing"),
            })?;
        let mut hidden = HashSet::new();
        let mut current = None;
        let mut depth = 0_usize;
        let mut formula_at = None;
        for (kind, content) in biff::records(stream) {
            match kind {
                kind::BOF => depth += 1,
                kind::EOF if depth <= 1 => break,
                kind::EOF => depth -= 1,
                // A chart inside the sheet has records like cells; they are not cells.
                _ if depth > 1 => continue,
                // It comes before the cells of its row.
                kind::ROW => hidden.extend(hidden_row(content)),
                _ => {}
            }
            // The text result of a formula follows it in a record of its own.
            let at = if kind == kind::STRING {
                formula_at
            } else {
                position(kind, content)
            };
            let Some(at) = at else { continue };
            if current != Some(at.0) {
                writer.finish(rows);
                current = Some(at.0);
                if !goes_on(rows) {
                    return Ok(());
                }
                writer.begin_row(hidden.contains(&at.0));
            }
            if kind == kind::FORMULA {
                formula_at = Some(at);
            }
            if kind == kind::MUL_RK {
                for (column, value) in (at.1..).zip(packed_values(content)) {
                    writer.put(rows, (at.0, column), |text| self.write(&value, text));
                }
            } else if let Some(value) = self.value(kind, content) {
                writer.put(rows, at, |text| self.write(&value, text));
            }
        }
        writer.finish(rows);
        Ok(())
    }

    /// The value of a cell; none where it is missing or incomplete.
    fn value(&self, kind: u16, content: &[u8]) -> Option<Value<'_>> {
        let format = u16_at(content, 4).unwrap_or_default();
        Some(match kind {
            kind::NUMBER => Value::Number(f64_at(content, 6)?, format),
            kind::RK => Value::Number(rk_value(u32_at(content, 6)?), format),
            kind::LABEL_SST => Value::Text(
                self.globals
                    .strings
                    .get(u32_at(content, 6)? as usize)?
                    .into(),
            ),
            kind::LABEL | kind::R_STRING => Value::Text(text(content.get(6..)?)?.into()),
            kind::STRING => Value::Text(text(content)?.into()),
            kind::BOOL_ERR => Value::Word(bool_or_error(*content.get(6)?, *content.get(7)? != 0)),
            kind::FORMULA => match (u16_at(content, 12)?, content[6]) {
                (0xFFFF, 1) => Value::Word(bool_or_error(content[8], false)),
                (0xFFFF, 2) => Value::Word(bool_or_error(content[8], true)),
                (0xFFFF, _) => return None,
                _ => Value::Number(f64_at(content, 6)?, format),
            },
            _ => return None,
        })
    }

    fn write(&self, value: &Value<'_>, text: &mut String) {
        match value {
            Value::Text(value) => text.push_str(value),
            Value::Word(value) => text.push_str(value),
            Value::Number(value, format) if self.globals.is_date(*format) => {
                write_date(*value, self.globals.is_1904, text);
            }
            Value::Number(value, _) => write_number(*value, text),
        }
    }
}

/// What a cell holds.
enum Value<'a> {
    Text(Cow<'a, str>),
    Word(&'static str),
    /// A number and its cell format, which may make it a date.
    Number(f64, u16),
}

/// The numbers of several cells side by side (2.4.175).
fn packed_values(content: &[u8]) -> impl Iterator<Item = Value<'static>> {
    let cells = content
        .get(4..content.len().saturating_sub(2))
        .unwrap_or_default();
    cells
        .chunks_exact(6)
        .filter_map(|cell| Some(Value::Number(rk_value(u32_at(cell, 2)?), u16_at(cell, 0)?)))
}

/// A string after its length.
fn text(content: &[u8]) -> Option<String> {
    let mut text = String::new();
    let length = usize::from(u16_at(content, 0)?);
    Pieces::new(vec![content.get(2..)?]).string(length, &mut text)?;
    Some(text)
}

/// The stream with the workbook in the file's internal file system.
fn workbook_stream(file: File, limits: &Limits) -> Result<Vec<u8>, ImportError> {
    let damaged = |err: std::io::Error| ImportError::Damaged {
        format: Format::Xls,
        detail: err.to_string(),
    };
    let mut container = CompoundFile::open(BufReader::new(file)).map_err(damaged)?;
    if container.exists("/EncryptedPackage") {
        return Err(ImportError::Password);
    }
    let Some(path) = ["/Workbook", "/Book"]
        .into_iter()
        .find(|path| container.is_stream(path))
    else {
        return Err(ImportError::NotAList {
            what: "a document of another program",
            remedy: "save the list as XLSX or CSV and import that",
        });
    };
    let mut stream = Vec::new();
    let reader = container.open_stream(path).map_err(damaged)?;
    reader
        .take(limits.xls_bytes)
        .read_to_end(&mut stream)
        .map_err(damaged)?;
    Ok(stream)
}

/// Row and column of a cell, from 0; none for records that are not cells.
fn position(kind: u16, content: &[u8]) -> Option<(u32, u32)> {
    let is_cell = matches!(
        kind,
        kind::FORMULA
            | kind::MUL_RK
            | kind::R_STRING
            | kind::LABEL_SST
            | kind::NUMBER
            | kind::LABEL
            | kind::BOOL_ERR
            | kind::RK
    );
    let at = (u16_at(content, 0)?.into(), u16_at(content, 2)?.into());
    is_cell.then_some(at)
}

/// The row that a row record (2.4.221) hides, from 0.
fn hidden_row(content: &[u8]) -> Option<u32> {
    const NO_HEIGHT: u8 = 0x20;
    let row = u16_at(content, 0)?.into();
    (content.get(12)? & NO_HEIGHT != 0).then_some(row)
}

fn bool_or_error(value: u8, is_error: bool) -> &'static str {
    match (is_error, value) {
        (false, 0) => "false",
        (false, _) => "true",
        (true, 0x00) => "#NULL!",
        (true, 0x07) => "#DIV/0!",
        (true, 0x0F) => "#VALUE!",
        (true, 0x17) => "#REF!",
        (true, 0x1D) => "#NAME?",
        (true, 0x24) => "#NUM!",
        (true, _) => "#N/A",
    }
}
