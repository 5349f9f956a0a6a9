//! The rows that the reader returns: contacts and rejections, in the order of the file.
//!
//! A batch keeps its text in a few large strings, one for each thread that filled it, so that a caller
//! who reuses it makes no allocation per row.

use std::ops::Range;

use ringonce_domain::Number;

/// One row of the file, borrowed from its [`Batch`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row<'a> {
    /// A row with a number that can be rung.
    Contact {
        /// Line of the file where the row begins, from 1 and counting the header; in a workbook
        /// the row of the sheet.
        line: u32,
        /// The number.
        number: Number,
        /// The name, empty when there is none.
        name: &'a str,
        /// Every other column that is not empty, as the text of a JSON object: keys in the order
        /// of the columns, values as strings; the number's extension is `extension`.
        metadata: &'a str,
        /// A remark for people on how the number was read, in a sentence; mostly empty.
        remark: &'a str,
    },
    /// A row that was left out.
    Rejected {
        /// As in [`Row::Contact`].
        line: u32,
        /// The column with the fault; empty when it is the row as a whole.
        column: &'a str,
        /// Its value, shortened if long.
        value: &'a str,
        /// Why, in words a person can act on.
        reason: &'a str,
        /// Every column that is not empty, as the text of a JSON object like the metadata of a contact;
        /// none for a row that could not be split, and only the first columns of a very long one.
        fields: &'a str,
    },
}

impl Row<'_> {
    /// Line of the file where the row begins, from 1.
    pub fn line(&self) -> u32 {
        match *self {
            Self::Contact { line, .. } | Self::Rejected { line, .. } => line,
        }
    }
}

/// Rows to be filled by [`Reader::next_batch`](crate::Reader::next_batch); make one and reuse it.
#[derive(Debug, Default)]
pub struct Batch {
    segments: Vec<Segment>,
}

impl Batch {
    /// An empty batch.
    pub fn new() -> Self {
        Self::default()
    }

    /// The rows, in the order of the file.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.segments.iter().flat_map(Segment::rows)
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.segments
            .iter()
            .map(|segment| segment.entries.len())
            .sum()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Empties the batch and returns `count` segments, one for each thread.
    pub(crate) fn restart(&mut self, count: usize) -> &mut [Segment] {
        self.segments.iter_mut().for_each(Segment::clear);
        if self.segments.len() < count {
            self.segments.resize_with(count, Segment::default);
        }
        &mut self.segments[..count]
    }
}

/// The rows that one thread has read.
#[derive(Debug, Default)]
pub(crate) struct Segment {
    text: String,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    line: u32,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Contact {
        number: Number,
        name: Range<usize>,
        metadata: Range<usize>,
        remark: Range<usize>,
    },
    Rejected {
        column: Range<usize>,
        value: Range<usize>,
        reason: Range<usize>,
        fields: Range<usize>,
    },
}

impl Segment {
    fn clear(&mut self) {
        self.text.clear();
        self.entries.clear();
    }

    /// Adds a contact whose texts are written by the three functions, in this order; the last one
    /// writes to an empty text of its own.
    pub(crate) fn contact(
        &mut self,
        line: u32,
        number: Number,
        name: impl FnOnce(&mut String),
        metadata: impl FnOnce(&mut String),
        remark: impl FnOnce(&mut String),
    ) {
        let name = self.write(name);
        let metadata = self.write(metadata);
        let mut own = String::new();
        remark(&mut own);
        let remark = self.write(|text| text.push_str(&own));
        self.entries.push(Entry {
            line,
            kind: Kind::Contact {
                number,
                name,
                metadata,
                remark,
            },
        });
    }

    /// Adds a rejection whose value, reason and fields are written by the three functions, in this
    /// order.
    pub(crate) fn rejected(
        &mut self,
        line: u32,
        column: &str,
        value: impl FnOnce(&mut String),
        reason: impl FnOnce(&mut String),
        fields: impl FnOnce(&mut String),
    ) {
        let column = self.write(|text| text.push_str(column));
        let value = self.write(value);
        let reason = self.write(reason);
        let fields = self.write(fields);
        self.entries.push(Entry {
            line,
            kind: Kind::Rejected {
                column,
                value,
                reason,
                fields,
            },
        });
    }

    fn write(&mut self, write: impl FnOnce(&mut String)) -> Range<usize> {
        let from = self.text.len();
        write(&mut self.text);
        from..self.text.len()
    }

    fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let text = |range: &Range<usize>| &self.text[range.clone()];
        self.entries
            .iter()
            .map(move |Entry { line, kind }| match kind {
                Kind::Contact {
                    number,
                    name,
                    metadata,
                    remark,
                } => Row::Contact {
                    line: *line,
                    number: *number,
                    name: text(name),
                    metadata: text(metadata),
                    remark: text(remark),
                },
                Kind::Rejected {
                    column,
                    value,
                    reason,
                    fields,
                } => Row::Rejected {
                    line: *line,
                    column: text(column),
                    value: text(value),
                    reason: text(reason),
                    fields: text(fields),
                },
            })
    }
}
