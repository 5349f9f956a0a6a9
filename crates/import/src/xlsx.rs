//! XLSX workbooks, cell by cell.

use std::fs::File;
use std::io::BufReader;

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};

use crate::cells::{RowWriter, write_date, write_number};
use crate::progress::Counted;
use crate::records::Records;
use crate::{Format, ImportError, Limits, archive};

/// An XLSX, open.
pub(crate) struct Workbook(Xlsx<BufReader<Counted<File>>>);

impl Workbook {
    pub(crate) fn open(
        mut file: BufReader<Counted<File>>,
        limits: &Limits,
    ) -> Result<Self, ImportError> {
        archive::inspect(&mut file, limits)?;
        Xlsx::new(file).map(Self).map_err(|err| explain(&err))
    }

    /// Names of the sheets with cells that a person sees, in order.
    pub(crate) fn sheets(&self) -> Vec<String> {
        let is_seen = |sheet: &&calamine::Sheet| {
            sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible
        };
        self.0
            .sheets_metadata()
            .iter()
            .filter(is_seen)
            .map(|sheet| sheet.name.clone())
            .collect()
    }

    /// Names of all sheets, in order.
    pub(crate) fn all_sheets(&self) -> Vec<String> {
        self.0.sheet_names()
    }

    /// Reads the rows of a sheet; `goes_on` is asked after each and may empty the rows, or end the
    /// reading with false.
    pub(crate) fn read_sheet(
        &mut self,
        sheet: &str,
        limits: &Limits,
        rows: &mut Records,
        mut goes_on: impl FnMut(&mut Records) -> bool,
    ) -> Result<(), ImportError> {
        let mut cells = self
            .0
            .worksheet_cells_reader(sheet)
            .map_err(|err| explain(&err))?;
        let mut writer = RowWriter::new(limits);
        let mut current = None;
        while let Some(cell) = cells.next_cell().map_err(|err| explain(&err))? {
            let position = cell.get_position();
            if current != Some(position.0) {
                writer.finish(rows);
                current = Some(position.0);
                if !goes_on(rows) {
                    return Ok(());
                }
            }
            writer.put(rows, position, |text| write_cell(cell.get_value(), text));
        }
        writer.finish(rows);
        Ok(())
    }
}

fn write_cell(value: &DataRef<'_>, text: &mut String) {
    match value {
        DataRef::Empty => {}
        DataRef::String(value) | DataRef::DateTimeIso(value) | DataRef::DurationIso(value) => {
            text.push_str(value);
        }
        DataRef::SharedString(value) => text.push_str(value),
        DataRef::Int(value) => text.push_str(&value.to_string()),
        DataRef::Float(value) => write_number(*value, text),
        DataRef::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        DataRef::DateTime(date) => write_date(date, text),
        DataRef::Error(error) => text.push_str(&error.to_string()),
    }
}

fn explain(err: &XlsxError) -> ImportError {
    match err {
        XlsxError::Password => ImportError::Password,
        err => ImportError::Damaged {
            format: Format::Xlsx,
            detail: err.to_string(),
        },
    }
}
