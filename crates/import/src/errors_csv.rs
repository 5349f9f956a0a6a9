//! The error file that people download: one line for each rejected row, with all its fields, so that
//! the rows can be corrected there and the file be imported as a list of its own.
//!
//! It is opened in a spreadsheet, and its values come from the author of the list: every cell is made
//! [`harmless`]. The problems are in columns that are not read again (see [`titles`]).

use std::io;

use crate::fields::FieldTitles;
use crate::guard::harmless;
use crate::titles::{self, ProblemTitles};
use crate::{Batch, Columns, ImportError, Reader, Row};

/// The mark by which a spreadsheet reads a text as UTF-8.
pub const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A CSV for spreadsheets: UTF-8, lines that end in CR LF.
pub fn csv_to<W: io::Write>(out: W) -> csv::Writer<W> {
    csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(out)
}

/// A row that was rejected.
#[derive(Clone, Copy, Debug)]
pub struct Problem<'a> {
    /// Line of the file.
    pub line: u32,
    /// The column with the fault; empty when it is the row as a whole.
    pub column: &'a str,
    /// Its value.
    pub value: &'a str,
    /// Why it was rejected.
    pub reason: &'a str,
    /// All fields of the row, the text of a JSON object.
    pub fields: &'a str,
}

/// The table of the rejected rows of one list.
#[derive(Debug)]
pub struct ProblemTable {
    columns: Columns,
    titles: FieldTitles,
}

impl ProblemTable {
    /// The table of a list with these columns.
    pub fn new(columns: Columns) -> Self {
        let mut titles = FieldTitles::default();
        for title in columns.all() {
            titles.add(title);
        }
        Self { columns, titles }
    }

    /// Adds a column for each field of the row.
    pub fn add_row(&mut self, fields: &str) {
        self.titles.add_row(fields);
    }

    /// The header.
    pub fn header(&self) -> Vec<String> {
        let known = ProblemTitles::new(&self.columns, self.titles.as_slice());
        let fields = self.titles.as_slice().iter().map(|title| known.of(title));
        std::iter::once(titles::LINE.into())
            .chain(titles::OF_PROBLEMS.map(Into::into))
            .chain(fields)
            .map(|cell| harmless(&cell).into_owned())
            .collect()
    }

    /// The line of a row.
    pub fn cells(&self, problem: Problem<'_>) -> Vec<String> {
        let line = problem.line.to_string();
        let noted = [problem.column, problem.value, problem.reason];
        let fields = self.titles.cells(problem.fields);
        std::iter::once(line)
            .chain(noted.map(str::to_owned))
            .chain(fields)
            .map(|cell| harmless(&cell).into_owned())
            .collect()
    }
}

/// Writes the error file of a list; returns its number of rows. The list is read twice, because all
/// columns are known only after its last row.
///
/// # Errors
/// When the list cannot be read, or the file cannot be written.
pub fn write<W: io::Write>(
    open: impl Fn() -> Result<Reader, ImportError>,
    mut out: W,
) -> io::Result<u64> {
    let mut reader = open().map_err(io::Error::other)?;
    let mut table = ProblemTable::new(reader.layout().columns.clone());
    each(&mut reader, |problem| {
        table.add_row(problem.fields);
        Ok(())
    })?;
    out.write_all(BYTE_ORDER_MARK)?;
    let mut csv = csv_to(out);
    csv.write_record(table.header())?;
    let mut rows = 0;
    each(&mut open().map_err(io::Error::other)?, |problem| {
        rows += 1;
        Ok(csv.write_record(table.cells(problem))?)
    })?;
    csv.flush()?;
    Ok(rows)
}

fn each(
    reader: &mut Reader,
    mut take: impl FnMut(Problem<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let mut batch = Batch::new();
    while reader.next_batch(&mut batch).map_err(io::Error::other)? {
        for row in batch.rows() {
            if let Row::Rejected {
                line,
                column,
                value,
                reason,
                fields,
            } = row
            {
                take(Problem {
                    line,
                    column,
                    value,
                    reason,
                    fields,
                })?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_stands_there_whole_and_runs_as_no_formula() {
        let mut table = ProblemTable::new(Columns {
            phone: vec!["Phone".to_owned()],
            name: vec!["Name".to_owned()],
            metadata: vec!["City".to_owned()],
            ..Columns::default()
        });
        let row = r#"{"Phone":"=HYPERLINK(\"x\")","City":"Köln","column_4":"-1"}"#;
        table.add_row(row);
        assert_eq!(
            table.header(),
            [
                "ringonce_line",
                "ringonce_column",
                "ringonce_value",
                "ringonce_reason",
                "Phone",
                "Name",
                "City",
                "column_4"
            ]
        );
        let problem = Problem {
            line: 7,
            column: "Phone",
            value: "=HYPERLINK(\"x\")",
            reason: "no digit in it",
            fields: row,
        };
        assert_eq!(
            table.cells(problem),
            [
                "7",
                "Phone",
                "'=HYPERLINK(\"x\")",
                "no digit in it",
                "'=HYPERLINK(\"x\")",
                "",
                "Köln",
                "'-1"
            ]
        );
    }
}
