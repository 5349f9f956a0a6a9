//! Converts cells of a sheet to rows of text: values as the text that a person would have typed, gaps
//! as empty fields.

use std::fmt::Write;

use crate::Limits;
use crate::records::{Fault, Records};

/// Writes cells, given row by row and from left to right, as rows.
pub(crate) struct RowWriter<'a> {
    limits: &'a Limits,
    /// Whether the following rows are hidden; always false where hidden rows count like others.
    is_hidden: bool,
    with_hidden: bool,
    open: Option<Open>,
    scratch: String,
}

/// The row being written.
struct Open {
    /// From 1.
    line: u32,
    fault: Option<Fault>,
    is_hidden: bool,
}

impl<'a> RowWriter<'a> {
    /// Writes within these limits; with `with_hidden`, hidden rows are treated like all others.
    pub(crate) fn new(limits: &'a Limits, with_hidden: bool) -> Self {
        Self {
            limits,
            is_hidden: false,
            with_hidden,
            open: None,
            scratch: String::new(),
        }
    }

    /// Sets whether the row whose cells come next is hidden.
    pub(crate) fn begin_row(&mut self, is_hidden: bool) {
        self.is_hidden = is_hidden && !self.with_hidden;
    }

    /// Writes the text of the cell at this position, both from 0.
    pub(crate) fn put(
        &mut self,
        rows: &mut Records,
        (row, column): (u32, u32),
        write: impl FnOnce(&mut String),
    ) {
        let line = row.saturating_add(1);
        if self.open.as_ref().is_none_or(|open| open.line != line) {
            self.finish(rows);
            self.open = Some(Open {
                line,
                fault: None,
                is_hidden: self.is_hidden,
            });
        }
        self.scratch.clear();
        write(&mut self.scratch);
        let column = column as usize;
        let fault = if self.scratch.trim_ascii().is_empty() || column < rows.open_fields() {
            // A second value for a cell is harmless damage: the first counts.
            return;
        } else if column >= self.limits.columns {
            Some(Fault::TooManyFields(self.limits.columns))
        } else if self.scratch.len() > self.limits.field_bytes {
            Some(Fault::FieldTooLong(self.limits.field_bytes))
        } else {
            None
        };
        if let (Some(_), Some(open)) = (fault, &mut self.open) {
            open.fault = fault;
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
        let Some(open) = self.open.take() else { return };
        match open.fault {
            Some(fault) => rows.end_faulty_row(open.line, fault, ""),
            None if rows.open_fields() > 0 => rows.end_row(open.line),
            None => return,
        }
        if open.is_hidden {
            rows.hide_last();
        }
    }
}

/// Writes a number: whole ones without decimals, others with as many as they have.
pub(crate) fn write_number(value: f64, text: &mut String) {
    // Writing to a string cannot fail.
    let _ = write!(text, "{value}");
}

/// Writes a number of days as the date `2024-01-31`, as the point in time `2024-01-31 09:30:00` or,
/// below a day, as the time `09:30:00`; a value outside the calendar of spreadsheets as a plain number.
///
/// Day 1 is 1900-01-01; in workbooks of the 1904 calendar day 0 is 1904-01-01. The first calendar has a
/// 29th of February 1900, day 60, as its first program had.
pub(crate) fn write_date(days: f64, is_1904: bool, text: &mut String) {
    /// The first day after the year 9999.
    const CALENDAR_END: f64 = 2_958_466.0;
    const DAYS_TO_1904: i64 = 1_462;
    const SECONDS: i64 = 86_400;
    if !(0.0..CALENDAR_END).contains(&days) {
        return write_number(days, text);
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the calendar has fewer seconds than i64"
    )]
    let seconds = (days * 86_400.0).round() as i64;
    let (day, second) = (seconds / SECONDS, seconds % SECONDS);
    let time = format_args!(
        "{:02}:{:02}:{:02}",
        second / 3_600,
        second / 60 % 60,
        second % 60
    );
    let shift = if is_1904 { DAYS_TO_1904 } else { 0 };
    // Writing to a string cannot fail.
    let _ = match (days < 1.0, day + shift) {
        (true, _) => write!(text, "{time}"),
        (false, 60) => text.write_str("1900-02-29"),
        (false, day) => {
            let (year, month, day) = civil_date(if day < 60 { day + 1 } else { day });
            write!(text, "{year:04}-{month:02}-{day:02}")
        }
    };
    if days >= 1.0 && second > 0 {
        let _ = write!(text, " {time}");
    }
}

/// Year, month and day this many days after the 30th of December 1899.
///
/// Source: Howard Hinnant, `civil_from_days`, in his algorithms for dates.
fn civil_date(days: i64) -> (i64, i64, i64) {
    /// From the first of March of the year 0, with which the algorithm's years begin.
    const DAYS_TO_1899: i64 = 693_899;
    let days = days + DAYS_TO_1899;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = match month {
        0..10 => (0, month + 3),
        _ => (1, month - 9),
    };
    (era * 400 + year_of_era + year, month, day)
}

#[cfg(test)]
mod tests {
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
            (1.0, false, "1900-01-01"),
            (59.0, false, "1900-02-28"),
            (60.0, false, "1900-02-29"),
            (61.0, false, "1900-03-01"),
            (45_351.0, false, "2024-02-29"),
            (45_291.999_999, false, "2024-01-01"),
            (2_958_465.0, false, "9999-12-31"),
            (1.0, true, "1904-01-02"),
        ] {
            let mut text = String::new();
            write_date(serial, is_1904, &mut text);
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn gaps_become_empty_fields_and_empty_rows_nothing() {
        let limits = Limits::default();
        let mut rows = Records::default();
        let mut writer = RowWriter::new(&limits, false);
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
