//! What the sheets of an XLS share: their names, their strings, their number formats.

use std::collections::HashMap;

use super::kind;
use crate::ImportError;
use crate::biff::{self, Pieces, u16_at, u32_at};
use crate::number_formats::{is_built_in_date, is_date_code};
use crate::strings::Strings;

/// What the sheets of a workbook share.
#[derive(Default)]
pub(super) struct Globals {
    pub(super) sheets: Vec<Sheet>,
    pub(super) strings: Strings,
    /// Whether each cell format is one of dates.
    dates: Vec<bool>,
    pub(super) is_1904: bool,
}

/// A sheet with cells.
pub(super) struct Sheet {
    pub(super) name: String,
    /// Where its records begin.
    pub(super) at: usize,
    /// Whether the sheet is visible.
    pub(super) is_seen: bool,
}

impl Globals {
    pub(super) fn read(stream: &[u8]) -> Result<Self, ImportError> {
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

    /// Whether cells of this format show dates.
    pub(super) fn is_date(&self, cell_format: u16) -> bool {
        self.dates
            .get(usize::from(cell_format))
            .is_some_and(|is_date| *is_date)
    }
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
            .and_then(|length| pieces.string(length.into(), strings.open()));
        if read.is_none() {
            break;
        }
        strings.end();
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
