//! Cells of a sheet to rows of text: values as the text that a person would have typed, gaps as
//! empty fields.

use std::fmt::Write;

use calamine::ExcelDateTime;

use crate::Limits;
use crate::records::{Fault, Records};

/// Writes cells, given row by row and from left to right, as rows.
pub(crate) struct RowWriter<'a> {
    limits: &'a Limits,
    /// The row being written, from 1, and what is wrong with it.
    open: Option<(u32, Option<Fault>)>,
    scratch: String,
}

impl<'a> RowWriter<'a> {
    pub(crate) fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            open: None,
            scratch: String::new(),
        }
    }

    /// Writes the text of the cell at this position, both from 0.
    pub(crate) fn put(
        &mut self,
        rows: &mut Records,
        (row, column): (u32, u32),
        write: impl FnOnce(&mut String),
    ) {
        let line = row.saturating_add(1);
        if self.open.is_none_or(|(open, _)| open != line) {
            self.finish(rows);
            self.open = Some((line, None));
        }
        self.scratch.clear();
        write(&mut self.scratch);
        let column = column as usize;
        let fault = if self.scratch.trim_ascii().is_empty() || column < rows.open_fields() {
            // A cell that comes a second time is damage of no consequence: the first counts.
            return;
        } else if column >= self.limits.columns {
            Some(Fault::TooManyFields(self.limits.columns))
        } else if self.scratch.len() > self.limits.field_bytes {
            Some(Fault::FieldTooLong(self.limits.field_bytes))
        } else {
            None
        };
        if fault.is_some() {
            self.open = Some((line, fault));
            return;
        }
        while rows.open_fields() < column {
            rows.end_field();
        }
        rows.push(&self.scratch);
        rows.end_field();
    }

    /// Ends the row that is being written, if any.
    pub(crate) fn finish(&mut self, rows: &mut Records) {
        match self.open.take() {
            Some((line, Some(fault))) => rows.end_faulty_row(line, fault, ""),
            Some((line, None)) if rows.open_fields() > 0 => rows.end_row(line),
            _ => {}
        }
    }
}

/// Writes a number: whole ones without decimals, others with as many as they have.
pub(crate) fn write_number(value: f64, text: &mut String) {
    // Writing to a string cannot fail.
    let _ = write!(text, "{value}");
}

/// Writes a date as `2024-01-31`, a point in time as `2024-01-31 09:30:00`, a time of day as
/// `09:30:00`; what lies outside the calendar of spreadsheets, as the number that it is.
pub(crate) fn write_date(date: &ExcelDateTime, text: &mut String) {
    /// The first day after the year 9999.
    const CALENDAR_END: f64 = 2_958_466.0;
    if !(0.0..CALENDAR_END).contains(&date.as_f64()) {
        return write_number(date.as_f64(), text);
    }
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    let has_time = hour > 0 || minute > 0 || second > 0;
    let _ = match (date.as_f64() >= 1.0, has_time) {
        (true, false) => write!(text, "{year:04}-{month:02}-{day:02}"),
        (true, true) => {
            write!(
                text,
                "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"
            )
        }
        (false, _) => write!(text, "{hour:02}:{minute:02}:{second:02}"),
    };
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn whole_numbers_have_no_decimals() {
        for (value, expected) in [
            (12_025_550_123.0, "12025550123"),
            (4.5, "4.5"),
            (-3.0, "-3"),
            (0.1, "0.1"),
        ] {
            let mut text = String::new();
            write_number(value, &mut text);
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn dates_are_written_in_iso_order() {
        for (serial, is_1904, expected) in [
            (45_322.0, false, "2024-01-31"),
            (45_322.395_833_333_336, false, "2024-01-31 09:30:00"),
            (0.395_833_333_333_333_3, false, "09:30:00"),
            (-1.0, false, "-1"),
            (1e300, false, &format!("{}", 1e300)),
            (43_860.0, true, "2024-01-31"),
        ] {
            let date = ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, is_1904);
            let mut text = String::new();
            write_date(&date, &mut text);
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn gaps_become_empty_fields_and_empty_rows_nothing() {
        let limits = Limits::default();
        let mut rows = Records::default();
        let mut writer = RowWriter::new(&limits);
        writer.put(&mut rows, (1, 0), |t| t.push('a'));
        writer.put(&mut rows, (1, 2), |t| t.push('c'));
        writer.put(&mut rows, (2, 0), |t| t.push(' '));
        writer.put(&mut rows, (4, 1), |t| t.push('b'));
        writer.finish(&mut rows);
        let read: Vec<_> = rows
            .iter()
            .map(|row| (row.line, row.fields().collect::<Vec<_>>()))
            .collect();
        assert_eq!(read, [(2, vec!["a", "", "c"]), (5, vec!["", "b"])]);
    }
}
