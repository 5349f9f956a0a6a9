//! Converts text to rows: fields between delimiters, quotes, line breaks inside quotes.
//!
//! Outside quotes each of CR, LF and CR LF ends a line, whatever the rest of the file does: files are
//! put together from parts of several systems, and a missed break joins two contacts into one. Inside
//! quotes a field keeps its breaks as they are.
//!
//! Written by hand rather than with the `csv` crate for three reasons: a line of a gigabyte must not be
//! held in memory, a quote that is never closed must cost one row and not the rest of the file, and
//! each row must know the line it began in. `tests/it/properties.rs` compares it with the `csv` crate
//! on well-formed files.

use std::io::{self, Read, Seek};

use memchr::{memchr, memchr_iter, memchr2, memchr2_iter, memchr3};

use crate::Limits;
use crate::dialect::Dialect;
use crate::encoding::Decoded;
use crate::records::{Fault, Records};

/// Reads rows from text in one dialect.
pub(crate) struct Splitter<R> {
    text: Decoded<R>,
    /// Decoded text; the part before `at` is already read.
    window: String,
    at: usize,
    ended: bool,
    line: u32,
    dialect: Dialect,
    limits: Limits,
}

impl<R: Read + Seek> Splitter<R> {
    /// A splitter that has decoded the first `sample` bytes and determined the dialect from them; the
    /// function receives the text and whether it is the whole file.
    pub(crate) fn new(
        text: Decoded<R>,
        sample: usize,
        limits: Limits,
        sniff: impl FnOnce(&str, bool) -> Dialect,
    ) -> io::Result<Self> {
        let mut splitter = Self {
            text,
            window: String::new(),
            at: 0,
            ended: false,
            line: 1,
            dialect: Dialect::LINES,
            limits,
        };
        while splitter.window.len() < sample && !splitter.ended {
            splitter.fill()?;
        }
        splitter.dialect = sniff(&splitter.window, splitter.ended);
        if splitter.dialect.names_itself {
            splitter.skip_line()?;
        }
        Ok(splitter)
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Reads one row; empty lines are skipped. False at the end.
    pub(crate) fn read_row(&mut self, rows: &mut Records) -> io::Result<bool> {
        loop {
            let rest = &self.window[self.at..];
            if rest.is_empty() && self.ended {
                return Ok(false);
            }
            match scan(rest, self.ended, self.dialect, &self.limits, rows) {
                Scan::Blank { bytes } => {
                    self.at += bytes;
                    self.line += 1;
                }
                Scan::Row { bytes, lines } => {
                    if self.dialect.whole_rows && rest.bytes().next() == self.dialect.quote {
                        split_inside(self.line, self.dialect, &self.limits, rows);
                    } else {
                        rows.end_row(self.line);
                    }
                    self.at += bytes;
                    self.line += lines;
                    return Ok(true);
                }
                Scan::Faulty {
                    bytes,
                    lines,
                    fault,
                } => {
                    rows.end_faulty_row(self.line, fault, &rest[..bytes]);
                    self.at += bytes;
                    self.line += lines;
                    return Ok(true);
                }
                Scan::Broken { fault } => {
                    rows.end_faulty_row(self.line, fault, first_line(rest));
                    self.skip_line()?;
                    return Ok(true);
                }
                Scan::More => {
                    rows.abandon_row();
                    self.fill()?;
                }
            }
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.window.drain(..self.at);
        self.at = 0;
        // A row that does not fit is scanned again from its beginning: doubling keeps that cheap.
        let enough = 2 * self.window.len();
        loop {
            self.ended = !self.text.read_more(&mut self.window)?;
            if self.ended {
                drop_end_mark(&mut self.window);
            }
            if self.ended || self.window.len() >= enough {
                return Ok(());
            }
        }
    }

    /// Skips the rest of the line without keeping it.
    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let rest = &self.window.as_bytes()[self.at..];
            match find_break(rest, self.ended) {
                Break::At { at, bytes } => {
                    self.at += at + bytes;
                    self.line += 1;
                    return Ok(());
                }
                Break::Unknown { at } => {
                    self.at += at;
                    self.fill()?;
                }
                Break::None if self.ended => {
                    self.at = self.window.len();
                    return Ok(());
                }
                Break::None => {
                    self.at = self.window.len();
                    self.fill()?;
                }
            }
        }
    }
}

/// The mark that DOS programs write after the last row.
const END_MARK: char = '\u{1a}';

/// Removes the mark of the end of a file, with the blanks and line breaks around it.
fn drop_end_mark(text: &mut String) {
    let kept = text.trim_end_matches([END_MARK, '\r', '\n', ' ']);
    if text[kept.len()..].contains(END_MARK) {
        text.truncate(kept.len());
    }
}

/// Splits the open row, a single field in quotes, by the text inside the quotes.
pub(crate) fn split_inside(line: u32, dialect: Dialect, limits: &Limits, rows: &mut Records) {
    let Some(inside) = rows.take_single_field() else {
        rows.end_row(line);
        return;
    };
    let (mut at, mut line) = (0, line);
    while at < inside.len() {
        match scan(&inside[at..], true, dialect, limits, rows) {
            Scan::Blank { bytes } => {
                at += bytes;
                line += 1;
            }
            Scan::Row { bytes, lines } => {
                rows.end_row(line);
                at += bytes;
                line += lines;
            }
            Scan::Faulty { fault, .. } | Scan::Broken { fault } => {
                rows.end_faulty_row(line, fault, &inside[at..]);
                return;
            }
            Scan::More => return rows.abandon_row(),
        }
    }
}

/// The end of a line in some text.
enum Break {
    /// Where it is, and its length.
    At {
        at: usize,
        bytes: usize,
    },
    /// A CR at the end of the text read so far: an LF may belong to it.
    Unknown {
        at: usize,
    },
    None,
}

fn find_break(bytes: &[u8], whole: bool) -> Break {
    memchr2(b'\n', b'\r', bytes).map_or(Break::None, |at| break_at(bytes, at, whole))
}

/// The break that begins at this CR or LF.
fn break_at(bytes: &[u8], at: usize, whole: bool) -> Break {
    match (bytes[at], bytes.get(at + 1)) {
        (b'\r', Some(b'\n')) => Break::At { at, bytes: 2 },
        (b'\r', None) if !whole => Break::Unknown { at },
        _ => Break::At { at, bytes: 1 },
    }
}

fn count_breaks(bytes: &[u8]) -> u32 {
    let is_second = |at: usize| at > 0 && bytes[at] == b'\n' && bytes[at - 1] == b'\r';
    let breaks = memchr2_iter(b'\n', b'\r', bytes).filter(|at| !is_second(*at));
    u32::try_from(breaks.count()).unwrap_or(u32::MAX)
}

/// The result for the text at the beginning of a row. `bytes` and `lines` include the line break.
pub(crate) enum Scan {
    /// The fields have been added to the rows.
    Row { bytes: usize, lines: u32 },
    /// A line without any character.
    Blank { bytes: usize },
    /// The row's end is known, but it cannot be used.
    Faulty {
        bytes: usize,
        lines: u32,
        fault: Fault,
    },
    /// The row's end is unknown: give up its first line.
    Broken { fault: Fault },
    /// The row does not end in this text.
    More,
}

/// The text up to the first end of a line.
pub(crate) fn first_line(text: &str) -> &str {
    let end = memchr2(b'\n', b'\r', text.as_bytes()).unwrap_or(text.len());
    &text[..end]
}

/// Splits the first row of `text` into fields; `whole` means that no text comes after it.
pub(crate) fn scan(
    text: &str,
    whole: bool,
    dialect: Dialect,
    limits: &Limits,
    rows: &mut Records,
) -> Scan {
    let bytes = text.as_bytes();
    let (stop, quote) = match dialect.quote {
        Some(quote) => (memchr3(b'\n', b'\r', quote, bytes), quote),
        None => (memchr2(b'\n', b'\r', bytes), 0),
    };
    match stop {
        Some(at) if matches!(bytes[at], b'\n' | b'\r') => match break_at(bytes, at, whole) {
            Break::At { bytes, .. } => plain(&text[..at], at + bytes, dialect, limits, rows),
            Break::Unknown { .. } | Break::None => Scan::More,
        },
        Some(_) => Quoted {
            text,
            at: 0,
            whole,
            dialect,
            quote,
            limits,
            rows,
            too_long: false,
        }
        .scan(),
        None if whole => plain(text, text.len(), dialect, limits, rows),
        None if text.len() > limits.record_bytes() => Scan::Broken {
            fault: Fault::FieldTooLong(limits.field_bytes),
        },
        None => Scan::More,
    }
}

/// A line without quotes, which is nearly every line.
fn plain(line: &str, bytes: usize, dialect: Dialect, limits: &Limits, rows: &mut Records) -> Scan {
    if line.chars().all(|c| c == END_MARK) {
        return Scan::Blank { bytes };
    }
    let mut from = 0;
    let mut longest = 0;
    if let Some(delimiter) = dialect.delimiter {
        for at in memchr_iter(delimiter, line.as_bytes()) {
            rows.push(&line[from..at]);
            rows.end_field();
            longest = longest.max(at - from);
            from = at + 1;
        }
    }
    rows.push(&line[from..]);
    rows.end_field();
    longest = longest.max(line.len() - from);
    verdict(bytes, 1, longest > limits.field_bytes, limits, rows)
}

fn verdict(bytes: usize, lines: u32, too_long: bool, limits: &Limits, rows: &Records) -> Scan {
    if too_long {
        Scan::Faulty {
            bytes,
            lines,
            fault: Fault::FieldTooLong(limits.field_bytes),
        }
    } else if rows.open_fields() > limits.columns {
        Scan::Faulty {
            bytes,
            lines,
            fault: Fault::TooManyFields(limits.columns),
        }
    } else {
        Scan::Row { bytes, lines }
    }
}

/// A row with quotes in it, field by field.
struct Quoted<'a> {
    text: &'a str,
    at: usize,
    whole: bool,
    dialect: Dialect,
    quote: u8,
    limits: &'a Limits,
    rows: &'a mut Records,
    too_long: bool,
}

/// How a part of a row ended.
enum Part {
    /// At a delimiter or a closing quote.
    Goes,
    /// At the end of the row.
    Ends,
    /// No end in this text.
    Stops(Scan),
}

impl Quoted<'_> {
    fn scan(mut self) -> Scan {
        loop {
            let blanks = self.text[self.at..]
                .bytes()
                .take_while(|b| *b == b' ')
                .count();
            if self.text.as_bytes().get(self.at + blanks) == Some(&self.quote) {
                self.at += blanks + 1;
                if let Part::Stops(scan) = self.inside_quotes() {
                    return scan;
                }
            }
            match self.outside_quotes() {
                Part::Goes if self.rows.open_fields() > self.limits.columns => {
                    let fault = Fault::TooManyFields(self.limits.columns);
                    return Scan::Broken { fault };
                }
                Part::Goes => {}
                Part::Ends => break,
                Part::Stops(scan) => return scan,
            }
        }
        let lines = count_breaks(&self.text.as_bytes()[..self.at]);
        verdict(self.at, lines.max(1), self.too_long, self.limits, self.rows)
    }

    /// Up to the closing quote; a doubled quote stands for one.
    fn inside_quotes(&mut self) -> Part {
        // The quote counts as never closed when its end is not within this distance, whichever part of
        // the file is in memory.
        let reach = self.at + 4 * self.limits.field_bytes;
        let unclosed = if self.whole || self.text.len() > reach {
            Scan::Broken {
                fault: Fault::UnclosedQuote,
            }
        } else {
            Scan::More
        };
        let quote = self.quote;
        let within = self.text.as_bytes();
        let within = &within[..within.len().min(reach)];
        loop {
            let Some(length) = memchr(quote, &within[self.at..]) else {
                return Part::Stops(unclosed);
            };
            self.rows.push(&self.text[self.at..self.at + length]);
            self.at += length + 1;
            match within.get(self.at) {
                Some(&next) if next == quote => {
                    self.rows.push(&self.text[self.at..=self.at]);
                    self.at += 1;
                }
                None if !self.whole => return Part::Stops(unclosed),
                _ => return Part::Goes,
            }
        }
    }

    /// Up to the next delimiter or the end of the row.
    fn outside_quotes(&mut self) -> Part {
        let rest = &self.text[self.at..];
        let bytes = rest.as_bytes();
        let stop = match self.dialect.delimiter {
            Some(delimiter) => memchr3(delimiter, b'\n', b'\r', bytes),
            None => memchr2(b'\n', b'\r', bytes),
        };
        let (length, stop_bytes, ends) = match stop {
            Some(at) if Some(bytes[at]) == self.dialect.delimiter => (at, 1, false),
            Some(at) => match break_at(bytes, at, self.whole) {
                Break::At { bytes, .. } => (at, bytes, true),
                Break::Unknown { .. } | Break::None => return Part::Stops(Scan::More),
            },
            None if self.whole => (rest.len(), 0, true),
            None if self.text.len() > self.limits.record_bytes() => {
                let fault = Fault::FieldTooLong(self.limits.field_bytes);
                return Part::Stops(Scan::Broken { fault });
            }
            None => return Part::Stops(Scan::More),
        };
        self.rows.push(&rest[..length]);
        self.too_long |= self.rows.open_bytes() > self.limits.field_bytes;
        self.rows.end_field();
        self.at += length + stop_bytes;
        if ends { Part::Ends } else { Part::Goes }
    }
}
