//! Rows of a file as text, before they are interpreted.
//!
//! All fields of many rows follow each other in one string: filling, clearing and reading a [`Records`]
//! allocates nothing once its buffers have grown.

use std::fmt;

/// Rows in the order of the file.
#[derive(Debug, Default)]
pub(crate) struct Records {
    text: String,
    /// Where each field ends in `text`; a field begins where the one before ends.
    ends: Vec<usize>,
    rows: Vec<Head>,
}

#[derive(Clone, Copy, Debug)]
struct Head {
    line: u32,
    text_from: usize,
    ends_from: usize,
    ends_to: usize,
    fault: Option<Fault>,
    hidden: bool,
}

/// Why a row could not be split into fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A field is longer than this many bytes.
    FieldTooLong(usize),
    /// More than this many fields.
    TooManyFields(usize),
    /// A quote that opens a field is never closed.
    UnclosedQuote,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FieldTooLong(limit) => write!(
                f,
                "a field of this row has more than {limit} bytes: shorten it, or check for a \
                 missing line break or quote"
            ),
            Self::TooManyFields(limit) => {
                write!(
                    f,
                    "this row has more than {limit} columns: check for stray delimiters"
                )
            }
            Self::UnclosedQuote => f.write_str(
                "a quote opens a field in this line and is never closed: remove it, or write it \
                 twice",
            ),
        }
    }
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'a> {
    /// Line of the file where the row begins, from 1.
    pub(crate) line: u32,
    /// When set, the only field is an excerpt of the row.
    pub(crate) fault: Option<Fault>,
    /// The row is hidden in the workbook.
    pub(crate) hidden: bool,
    text: &'a str,
    from: usize,
    ends: &'a [usize],
}

/// Characters of a faulty row that are kept to recognise it by.
const EXCERPT_CHARS: usize = 80;

impl Records {
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.rows.clear();
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn text_bytes(&self) -> usize {
        self.text.len()
    }

    /// Appends to the field that is being written.
    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(crate) fn end_field(&mut self) {
        self.ends.push(self.text.len());
    }

    /// Fields of the row that is being written.
    pub(crate) fn open_fields(&self) -> usize {
        self.ends.len() - self.rows.last().map_or(0, |row| row.ends_to)
    }

    /// Bytes of the field that is being written.
    pub(crate) fn open_bytes(&self) -> usize {
        self.text.len() - self.ends.last().copied().unwrap_or(0)
    }

    /// Takes the text of the row that is being written, if it is a single field.
    pub(crate) fn take_single_field(&mut self) -> Option<String> {
        let (ends_to, text_to) = self.closed();
        if self.ends.len() != ends_to + 1 {
            return None;
        }
        self.ends.truncate(ends_to);
        Some(self.text.split_off(text_to))
    }

    pub(crate) fn end_row(&mut self, line: u32) {
        self.close(line, None);
    }

    /// Marks the last row as hidden.
    pub(crate) fn hide_last(&mut self) {
        if let Some(row) = self.rows.last_mut() {
            row.hidden = true;
        }
    }

    /// Discards the row that is being written.
    pub(crate) fn abandon_row(&mut self) {
        let (ends_to, text_to) = self.closed();
        self.ends.truncate(ends_to);
        self.text.truncate(text_to);
    }

    /// Puts a faulty row in place of the one that is being written.
    pub(crate) fn end_faulty_row(&mut self, line: u32, fault: Fault, content: &str) {
        self.abandon_row();
        let cut = content
            .char_indices()
            .nth(EXCERPT_CHARS)
            .map_or(content.len(), |(at, _)| at);
        self.text.push_str(&content[..cut]);
        if cut < content.len() {
            self.text.push('…');
        }
        self.end_field();
        self.close(line, Some(fault));
    }

    pub(crate) fn get(&self, row: usize) -> Record<'_> {
        let head = &self.rows[row];
        Record {
            line: head.line,
            fault: head.fault,
            hidden: head.hidden,
            text: &self.text,
            from: head.text_from,
            ends: &self.ends[head.ends_from..head.ends_to],
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Record<'_>> {
        (0..self.len()).map(|row| self.get(row))
    }

    fn close(&mut self, line: u32, fault: Option<Fault>) {
        let (ends_from, text_from) = self.closed();
        self.rows.push(Head {
            line,
            text_from,
            ends_from,
            ends_to: self.ends.len(),
            fault,
            hidden: false,
        });
    }

    /// How many field ends and bytes the finished rows have.
    fn closed(&self) -> (usize, usize) {
        let ends_to = self.rows.last().map_or(0, |row| row.ends_to);
        (
            ends_to,
            if ends_to == 0 {
                0
            } else {
                self.ends[ends_to - 1]
            },
        )
    }
}

impl<'a> Record<'a> {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The field, empty when the row is too short to have it.
    pub(crate) fn get(&self, field: usize) -> &'a str {
        let Some(&end) = self.ends.get(field) else {
            return "";
        };
        let start = if field == 0 {
            self.from
        } else {
            self.ends[field - 1]
        };
        &self.text[start..end]
    }

    pub(crate) fn fields(self) -> impl Iterator<Item = &'a str> {
        (0..self.len()).map(move |field| self.get(field))
    }

    /// Only white space.
    pub(crate) fn is_blank(&self) -> bool {
        let end = self.ends.last().copied().unwrap_or(self.from);
        self.text[self.from..end].trim_ascii().is_empty()
    }
}
