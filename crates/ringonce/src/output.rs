//! The program's output: results on standard output, everything else on standard error.
//!
//! The one place that writes to either. A closed pipe (`| head`) is not an error.

use std::io::{IsTerminal as _, Write as _};

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use ringonce_domain::contact::Reason;
use ringonce_engine::columns::{self, Cell, Column};
use serde::Serialize;

use crate::times;

/// How to show things.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    /// One JSON document on standard output instead of text.
    pub(crate) json: bool,
    /// No progress and no notes.
    pub(crate) quiet: bool,
}

impl Output {
    /// A line of the result, for people; silent when the result is JSON.
    pub(crate) fn line(self, text: impl AsRef<str>) {
        if !self.json {
            write_result(text.as_ref());
        }
    }

    /// A line about progress.
    pub(crate) fn note(self, text: impl AsRef<str>) {
        if !self.quiet {
            write_note(text.as_ref());
        }
    }

    /// The result as a JSON document.
    pub(crate) fn document(self, value: &impl Serialize) {
        if self.json {
            write_result(&serde_json::to_string_pretty(value).unwrap_or_default());
        }
    }

    /// The result as a table for people.
    pub(crate) fn table(self, table: &Table) {
        self.line(table.trim_fmt());
    }

    /// Asks a person at the terminal and returns the answer; empty at the end of input.
    #[expect(clippy::unused_self, reason = "reads as a part of the conversation")]
    pub(crate) fn ask(self, question: &str) -> String {
        let mut notes = std::io::stderr().lock();
        let _ = write!(notes, "{question}").and_then(|()| notes.flush());
        let mut answer = String::new();
        match std::io::stdin().read_line(&mut answer) {
            Ok(_) => answer,
            Err(_) => String::new(),
        }
    }

    /// Whether progress can be redrawn in place.
    pub(crate) fn draws(self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }
}

/// Whether standard input is a terminal, so that a person can be asked.
pub(crate) fn is_asked_by_a_person() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// A result that is text whether or not `--json` is given.
pub(crate) fn raw(text: &str) {
    write_result(text.trim_end_matches('\n'));
}

/// A message that is shown even under `--quiet`.
pub(crate) fn warn(text: impl AsRef<str>) {
    write_note(text.as_ref());
}

fn write_result(text: &str) {
    // The reader has closed the pipe: there is nowhere left to write.
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

fn write_note(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// A table in the house style. Columns whose header ends in a space are aligned right.
pub(crate) fn table<'a>(header: impl IntoIterator<Item = &'a str>) -> Table {
    let header: Vec<_> = header.into_iter().collect();
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(header.iter().map(|title| title.trim_end()));
    for (column, title) in table.column_iter_mut().zip(header) {
        column.set_padding((0, 2));
        if title.ends_with(' ') {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// The rows as a table, in the columns that have a heading.
pub(crate) fn table_of<R>(columns: &'static [Column<R>], rows: &[R]) -> Table {
    let titled = columns::headed(columns);
    let header = titled.iter().map(|(heading, column)| {
        let space = if column.is_figure { " " } else { "" };
        format!("{heading}{space}")
    });
    let header: Vec<String> = header.collect();
    let mut table = table(header.iter().map(String::as_str));
    for row in rows {
        table.add_row(titled.iter().map(|(_, column)| shown((column.cell)(row))));
    }
    table
}

fn shown(cell: Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Count(count) => count.to_string(),
        Cell::Plain(text) | Cell::Text(text) => text,
        Cell::Word { word, .. } => word.to_owned(),
        Cell::Reason(code) => Reason::tell(&code).to_owned(),
        Cell::Instant(at) => times::utc(at),
    }
}

/// `1 call`, `2,000 calls`.
pub(crate) fn count(n: u64, noun: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(n))
}

/// `1234567` as `1,234,567`.
pub(crate) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_nouns_agree() {
        for (n, expected) in [
            (0, "0 calls"),
            (1, "1 call"),
            (999, "999 calls"),
            (1_000, "1,000 calls"),
            (1_234_567, "1,234,567 calls"),
        ] {
            assert_eq!(count(n, "call"), expected);
        }
    }

    #[test]
    fn tables_have_no_trailing_space_and_align_figures() {
        let mut shown = table(["outcome", "contacts "]);
        shown.add_row(["answered", "7"]).add_row(["busy", "12"]);
        assert_eq!(
            shown.trim_fmt(),
            "outcome   contacts\nanswered         7\nbusy            12"
        );
    }
}
