//! XLS workbooks of Excel 97 to 2003.
//!
//! Read without `calamine`, which is right for workbooks of one's own but trusts the sizes in the
//! file: a few hundred bytes make it reserve all memory there is.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};

use calamine::{ExcelDateTime, ExcelDateTimeType};
use cfb::CompoundFile;

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

/// What the sheets of a workbook share.
#[derive(Default)]
struct Globals {
    sheets: Vec<Sheet>,
    strings: Strings,
    /// Whether each cell format is one of dates.
    dates: Vec<bool>,
    is_1904: bool,
}

struct Sheet {
    name: String,
    at: usize,
    is_seen: bool,
}

/// The strings that cells point to, behind each other.
#[derive(Default)]
struct Strings {
    text: String,
    ends: Vec<usize>,
}

impl Strings {
    fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        Some(&self.text[start..end])
    }
}

impl Globals {
    fn read(stream: &[u8]) -> Result<Self, ImportError> {
        if u16_at(stream, 0) != Some(kind::BOF) || u16_at(stream, 4) != Some(0x0600) {
            return Err(ImportError::NotAList {
                what: "a workbook of Excel 95 or older",
                remedy: "save it as XLSX and import that",
            });
        }
        let mut globals = Self::default();
        let mut formats = HashMap::new();
        let mut cell_formats = Vec::new();
        let mut records = biff::records(stream).peekable();
        while let Some((kind, content)) = records.next() {
            match kind {
                kind::EOF => break,
                kind::FILE_PASS => return Err(ImportError::Password),
                kind::DATE_1904 => globals.is_1904 = u16_at(content, 0) == Some(1),
                kind::BOUND_SHEET => globals.sheets.extend(sheet(content)),
                kind::FORMAT => formats.extend(number_format(content)),
                kind::XF => cell_formats.push(u16_at(content, 2).unwrap_or(0)),
                kind::SST => {
                    let mut pieces = vec![content];
                    let is_more = |(kind, _): &(u16, &[u8])| *kind == kind::CONTINUE;
                    while let Some((_, more)) = records.next_if(is_more) {
                        pieces.push(more);
                    }
                    globals.strings = shared_strings(pieces);
                }
                _ => {}
            }
        }
        let is_date = |format| {
            formats
                .get(&format)
                .copied()
                .unwrap_or_else(|| is_built_in_date(format))
        };
        globals.dates = cell_formats.into_iter().map(is_date).collect();
        Ok(globals)
    }
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

    /// Names of the sheets with cells that a person sees, in order.
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

    /// Reads the rows of a sheet; `full` is asked after each and may empty the rows, or end the
    /// reading with false.
    pub(crate) fn read_sheet(
        &self,
        sheet: &str,
        limits: &Limits,
        rows: &mut Records,
        mut full: impl FnMut(&mut Records) -> bool,
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
        let mut writer = RowWriter::new(limits);
        let mut current = None;
        let mut depth = 0_usize;
        let mut formula_at = None;
        for (kind, content) in biff::records(stream) {
            match kind {
                // A chart inside the sheet has records like cells; they are no cells.
                kind::BOF => depth += 1,
                kind::EOF if depth <= 1 => break,
                kind::EOF => depth -= 1,
                _ if depth > 1 => {}
                _ => {
                    let text_of_formula = if kind == kind::STRING {
                        formula_at
                    } else {
                        None
                    };
                    let Some((row, _)) = text_of_formula.or_else(|| position(kind, content)) else {
                        continue;
                    };
                    if current != Some(row) {
                        writer.finish(rows);
                        current = Some(row);
                        if !full(rows) {
                            return Ok(());
                        }
                    }
                    if kind == kind::FORMULA {
                        formula_at = position(kind, content);
                    }
                    // A record too short for its content is damage; the others still count.
                    let _ = self.write_cells(kind, content, text_of_formula, &mut writer, rows);
                }
            }
        }
        writer.finish(rows);
        Ok(())
    }

    fn write_cells(
        &self,
        kind: u16,
        content: &[u8],
        text_of_formula: Option<(u32, u32)>,
        writer: &mut RowWriter<'_>,
        rows: &mut Records,
    ) -> Option<()> {
        if let Some(at) = text_of_formula {
            let mut value = String::new();
            let length = usize::from(u16_at(content, 0)?);
            Pieces::new(vec![content.get(2..)?]).string(length, &mut value)?;
            writer.put(rows, at, |text| text.push_str(&value));
            return Some(());
        }
        let at = position(kind, content)?;
        let format = u16_at(content, 4)?;
        match kind {
            kind::NUMBER => {
                let value = f64_at(content, 6)?;
                writer.put(rows, at, |text| self.write_value(value, format, text));
            }
            kind::RK => {
                let value = rk_value(u32_at(content, 6)?);
                writer.put(rows, at, |text| self.write_value(value, format, text));
            }
            kind::MUL_RK => {
                let packed = content.get(4..content.len().checked_sub(2)?)?;
                for (column, cell) in (at.1..).zip(packed.chunks_exact(6)) {
                    let (format, value) = (u16_at(cell, 0)?, rk_value(u32_at(cell, 2)?));
                    writer.put(rows, (at.0, column), |text| {
                        self.write_value(value, format, text)
                    });
                }
            }
            kind::LABEL_SST => {
                let value = self.globals.strings.get(u32_at(content, 6)? as usize)?;
                writer.put(rows, at, |text| text.push_str(value));
            }
            kind::LABEL | kind::R_STRING => {
                let mut value = String::new();
                let length = usize::from(u16_at(content, 6)?);
                Pieces::new(vec![content.get(8..)?]).string(length, &mut value)?;
                writer.put(rows, at, |text| text.push_str(&value));
            }
            kind::BOOL_ERR => {
                let (value, is_error) = (*content.get(6)?, *content.get(7)? != 0);
                writer.put(rows, at, |text| {
                    text.push_str(bool_or_error(value, is_error))
                });
            }
            kind::FORMULA => {
                let result = content.get(6..14)?;
                match (u16_at(result, 6)?, result[0]) {
                    (0xFFFF, 1) => {
                        writer.put(rows, at, |t| t.push_str(bool_or_error(result[2], false)))
                    }
                    (0xFFFF, 2) => {
                        writer.put(rows, at, |t| t.push_str(bool_or_error(result[2], true)))
                    }
                    // Text, which comes in a record of its own, or nothing.
                    (0xFFFF, _) => {}
                    _ => {
                        let value = f64_at(result, 0)?;
                        writer.put(rows, at, |text| self.write_value(value, format, text));
                    }
                }
            }
            _ => {}
        }
        Some(())
    }

    fn write_value(&self, value: f64, format: u16, text: &mut String) {
        if self
            .globals
            .dates
            .get(usize::from(format))
            .is_some_and(|is_date| *is_date)
        {
            let date = ExcelDateTime::new(value, ExcelDateTimeType::DateTime, self.globals.is_1904);
            write_date(&date, text);
        } else {
            write_number(value, text);
        }
    }
}

/// The stream that holds the workbook in the file system inside the file.
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

/// Row and column of a cell, from 0; none for records that are no cells.
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

fn sheet(content: &[u8]) -> Option<Sheet> {
    let at = u32_at(content, 0)? as usize;
    let (visibility, sort) = (content.get(4)? & 3, content.get(5)?);
    let mut name = String::new();
    let length = usize::from(*content.get(6)?);
    Pieces::new(vec![content.get(7..)?]).string(length, &mut name)?;
    (*sort == 0).then_some(Sheet {
        name,
        at,
        is_seen: visibility == 0,
    })
}

fn shared_strings(pieces: Vec<&[u8]>) -> Strings {
    let mut strings = Strings::default();
    let mut pieces = Pieces::new(pieces);
    let unique = pieces.u32().and_then(|_| pieces.u32()).unwrap_or(0);
    for _ in 0..unique {
        let read = pieces
            .u16()
            .and_then(|length| pieces.string(length.into(), &mut strings.text));
        if read.is_none() {
            break;
        }
        strings.ends.push(strings.text.len());
    }
    strings
}

/// The number of a format, and whether it is one of dates.
fn number_format(content: &[u8]) -> Option<(u16, bool)> {
    let mut code = String::new();
    let length = usize::from(u16_at(content, 2)?);
    Pieces::new(vec![content.get(4..)?]).string(length, &mut code)?;
    Some((u16_at(content, 0)?, is_date_code(&code)))
}

/// Formats that every workbook has (18.8.30 of ECMA-376, the East Asian ones included).
fn is_built_in_date(format: u16) -> bool {
    matches!(format, 14..=22 | 27..=36 | 45..=47 | 50..=58)
}

/// Whether a code such as `dd/mm/yy` shows parts of a date, apart from its literal text.
fn is_date_code(code: &str) -> bool {
    let mut letters = code.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => drop(letters.find(|c| *c == '"')),
            '[' => drop(letters.find(|c| *c == ']')),
            '\\' | '_' | '*' => drop(letters.next()),
            'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' => return true,
            _ => {}
        }
    }
    false
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_formats_are_told_from_number_formats() {
        for (code, expected) in [
            ("dd/mm/yyyy", true),
            ("h:mm", true),
            ("[$-409]d-mmm-yy", true),
            ("General", false),
            ("0.00", false),
            ("#,##0 \"days\"", false),
            ("[Red]0", false),
            ("\\d0", false),
        ] {
            assert_eq!(is_date_code(code), expected, "{code}");
        }
    }
}
