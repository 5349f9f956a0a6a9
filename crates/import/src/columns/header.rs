//! Finds the header.
//!
//! A row that names a phone number is a header. Titles, dates and the names of groups of columns may
//! stand above it, so among the rows above the numbers the one with more headers wins. Without any word
//! for a phone number, words above numbers still count as a header: a list of one contact gives no more
//! evidence.

use super::wishes::same;
use super::{Survey, digits, looks_like_a_number};
use crate::headers::{self, PhoneHeader};
use crate::records::Record;
use crate::{FirstLine, ImportError, Use, excel};

/// Rows among which a header is searched.
pub(super) const HEADER_WITHIN: usize = 10;
/// How many of their cells are shown.
const CELLS: usize = 4;
const CELL_CHARS: usize = 30;

impl Survey<'_> {
    /// The row that the caller gives, else the row with the column that the caller named, else the
    /// fullest of the rows around the first that names a phone column, as long as no phone number comes
    /// before it.
    pub(super) fn find_header(&self) -> Result<Option<usize>, ImportError> {
        if let Some(line) = self.wishes.header {
            return self.header_in_line(line);
        }
        let near_top = self.rows.iter().take(HEADER_WITHIN);
        let phone_first = |(_, use_): &&(String, Use)| *use_ != Use::Phone;
        let mut wishes: Vec<&(String, Use)> = self.wishes.uses.iter().collect();
        wishes.sort_by_key(phone_first);
        for (wish, _) in wishes {
            let named = |row: &Record<'_>| row.fields().any(|cell| same(cell, wish));
            if let Some(row) = near_top.clone().position(named) {
                return Ok(Some(row));
            }
        }
        let says_phone = |row: &Record<'_>| {
            let says = |cell| headers::phone_header(cell) >= Some(PhoneHeader::Part);
            row.fields().any(says)
        };
        // A hidden row is a header only where no visible row is one.
        let found = [false, true].into_iter().find_map(|with_hidden| {
            let rows = self.above_numbers(with_hidden);
            let first = rows
                .iter()
                .position(|&row| says_phone(&self.rows[row]) && !self.is_title(row))?;
            self.fullest(&rows[first..])
        });
        Ok(found)
    }

    /// Without a word for phone numbers: the first row that is not a title, when it has words in the
    /// columns where the first row of numbers has its numbers.
    pub(super) fn words_above_numbers(&self) -> Option<usize> {
        if self.wishes.header.is_some() {
            return None;
        }
        let rows = self.above_numbers(false);
        let numbers = self
            .rows
            .iter()
            .find(|row| !row.hidden && self.holds_a_number(row))?;
        let first = rows.iter().position(|&row| !self.is_title(row))?;
        let header = self.fullest(&rows[first..])?;
        let stands_above = |(column, cell): (usize, &str)| {
            !self.is_number(cell) || is_word(self.rows[header].get(column))
        };
        numbers
            .fields()
            .enumerate()
            .all(stands_above)
            .then_some(header)
    }

    /// The rows that a person may choose as the header.
    pub(super) fn first_lines(&self) -> Vec<FirstLine> {
        let near_top = self.rows.iter().take(HEADER_WITHIN);
        let shown = near_top.filter(|row| row.fault.is_none() && !row.is_blank());
        shown
            .map(|row| FirstLine {
                line: row.line,
                cells: row
                    .fields()
                    .map(|cell| cell.trim().chars().take(CELL_CHARS).collect::<String>())
                    .filter(|cell| !cell.is_empty())
                    .take(CELLS)
                    .collect(),
            })
            .collect()
    }

    fn header_in_line(&self, line: u32) -> Result<Option<usize>, ImportError> {
        if line == 0 {
            return Ok(None);
        }
        let found = self.rows.iter().position(|row| row.line == line);
        match found.filter(|&row| self.rows[row].fault.is_none()) {
            Some(row) => Ok(Some(row)),
            None => Err(ImportError::NoSuchHeader { line }),
        }
    }

    /// The first rows up to the first with a phone number.
    fn above_numbers(&self, with_hidden: bool) -> Vec<usize> {
        (0..self.rows.len().min(HEADER_WITHIN))
            .filter(|&row| with_hidden || !self.rows[row].hidden)
            .take_while(|&row| !self.holds_a_number(&self.rows[row]))
            .filter(|&row| self.rows[row].fault.is_none() && !self.rows[row].is_blank())
            .collect()
    }

    /// A single cell where there are columns, below the first row.
    fn is_title(&self, row: usize) -> bool {
        row > 0 && self.width > 1 && filled(&self.rows[row]) < 2
    }

    /// The first of these rows, unless one below has more headers: the first is then the name of a
    /// group of columns.
    fn fullest(&self, rows: &[usize]) -> Option<usize> {
        let (&first, below) = rows.split_first()?;
        let best = below.iter().fold(first, |best, &row| {
            let (above, below) = (&self.rows[best], &self.rows[row]);
            let known = known(below) > known(above);
            let much_fuller = filled(below) >= 2 * filled(above)
                && below
                    .fields()
                    .all(|cell| cell.trim().is_empty() || is_word(cell));
            if known || (self.width > 1 && much_fuller) {
                row
            } else {
                best
            }
        });
        Some(best)
    }

    fn holds_a_number(&self, row: &Record<'_>) -> bool {
        row.fields().any(|cell| self.is_number(cell))
    }

    fn is_number(&self, cell: &str) -> bool {
        match self.wishes.region {
            Some(_) => self.is_valid(cell),
            None => self.is_valid(cell) || looks_like_a_number(cell),
        }
    }
}

fn filled(row: &Record<'_>) -> usize {
    row.fields().filter(|cell| !cell.trim().is_empty()).count()
}

/// Cells that name a phone number or a name.
pub(super) fn known(row: &Record<'_>) -> usize {
    let is_known =
        |cell: &&str| headers::phone_header(cell).is_some() || headers::name_header(cell).is_some();
    row.fields().filter(is_known).count()
}

/// Words in place of a missing number: the row is a contact, not the header.
const PLACEHOLDERS: [&str; 14] = [
    "n/a",
    "n.a.",
    "na",
    "none",
    "null",
    "nil",
    "unknown",
    "missing",
    "tbd",
    "?",
    "-",
    "--",
    "—",
    "unbekannt",
];

/// A header, not a value that could be a number or says that there is none.
pub(super) fn is_word(cell: &str) -> bool {
    let word = cell.trim().to_lowercase();
    !word.is_empty()
        && digits(cell) < 5
        && excel::repair(cell).is_ok()
        && !PLACEHOLDERS.contains(&word.as_str())
}
