//! The error file that people download: one line for each rejected row.
//!
//! It is opened in a spreadsheet, and its values come from whoever made the list: a cell that a
//! spreadsheet would run as a formula gets a `'` before it
//! (<https://owasp.org/www-community/attacks/CSV_Injection>).

use std::borrow::Cow;
use std::io;

use crate::Row;

/// Writes an error file, row by row.
#[derive(Debug)]
pub struct ErrorsCsv<W: io::Write> {
    out: csv::Writer<W>,
}

impl<W: io::Write> ErrorsCsv<W> {
    /// Begins a file with its header, in UTF-8 with a byte order mark so that Excel reads it.
    pub fn new(mut out: W) -> io::Result<Self> {
        out.write_all(b"\xef\xbb\xbf")?;
        let mut out = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(out);
        out.write_record(["line", "column", "value", "reason"])?;
        Ok(Self { out })
    }

    /// Adds a row if it was rejected.
    pub fn row(&mut self, row: Row<'_>) -> io::Result<()> {
        if let Row::Rejected {
            line,
            column,
            value,
            reason,
        } = row
        {
            self.rejected(line, column, value, reason)?;
        }
        Ok(())
    }

    /// Adds a rejected row.
    pub fn rejected(
        &mut self,
        line: u32,
        column: &str,
        value: &str,
        reason: &str,
    ) -> io::Result<()> {
        let cells = [column, value, reason].map(harmless);
        let line = line.to_string();
        let record = [
            line.as_bytes(),
            cells[0].as_bytes(),
            cells[1].as_bytes(),
            cells[2].as_bytes(),
        ];
        Ok(self.out.write_record(record)?)
    }

    /// Ends the file and gives back what it was written to.
    pub fn finish(self) -> io::Result<W> {
        self.out
            .into_inner()
            .map_err(|err| io::Error::other(err.to_string()))
    }
}

/// A cell that no spreadsheet takes for a formula.
pub fn harmless(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_would_run_are_disarmed() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            ("+12025550123", "'+12025550123"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell), expected);
        }
    }

    #[test]
    fn the_file_has_a_line_for_each_rejected_row() {
        let mut file = ErrorsCsv::new(Vec::new()).unwrap();
        file.rejected(
            7,
            "Phone",
            "=HYPERLINK(\"http://example.com\")",
            "no digit in it",
        )
        .unwrap();
        let text = String::from_utf8(file.finish().unwrap()).unwrap();
        assert_eq!(
            text,
            "\u{feff}line,column,value,reason\r\n\
             7,Phone,\"'=HYPERLINK(\"\"http://example.com\"\")\",no digit in it\r\n"
        );
    }
}
