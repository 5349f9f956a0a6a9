//! How a text file separates its columns, found out from its first rows.

use std::collections::HashMap;

use crate::delimited::{Scan, scan};
use crate::headers::{self, PhoneHeader};
use crate::records::Records;
use crate::{Limits, lines};

/// How rows and columns are separated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// None when each line is one field.
    pub(crate) delimiter: Option<u8>,
    /// `\n`, before which a `\r` is dropped, or `\r` in files of old Macs.
    pub(crate) terminator: u8,
    /// Whether `"` encloses fields.
    pub(crate) quotes: bool,
    /// The first line is `sep=;`, as spreadsheets write and read it.
    pub(crate) names_itself: bool,
}

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Rows that are looked at.
const ROWS: usize = 200;
/// Share of the rows, in percent, that must have the usual number of columns.
const AGREEMENT: usize = 60;

impl Dialect {
    /// One field a line.
    pub(crate) fn lines(terminator: char) -> Self {
        Self {
            delimiter: None,
            terminator: if terminator == '\r' { b'\r' } else { b'\n' },
            quotes: false,
            names_itself: false,
        }
    }

    /// One field a line, whatever the lines hold.
    pub(crate) fn of_lines(sample: &str) -> Self {
        Self::lines(terminator(sample))
    }

    /// Columns between the delimiter that the caller knows.
    pub(crate) fn asked(delimiter: u8, sample: &str) -> Self {
        let names_itself = named(sample).is_some();
        Self {
            names_itself,
            ..Self::columns(delimiter, terminator(sample))
        }
    }

    fn columns(delimiter: u8, terminator: char) -> Self {
        Self {
            delimiter: Some(delimiter),
            quotes: true,
            ..Self::lines(terminator)
        }
    }

    /// Finds the dialect of a text that begins with `sample`.
    ///
    /// A text is in columns when one delimiter cuts most of its rows into the same number of
    /// fields, at least two; a header that names a phone column settles a tie.
    pub(crate) fn of(sample: &str, whole: bool, limits: &Limits) -> Self {
        // How many columns are too many is for the reader to say.
        let limits = &Limits {
            columns: usize::MAX,
            ..limits.clone()
        };
        let terminator = terminator(sample);
        if let Some(delimiter) = named(sample) {
            return Self {
                names_itself: true,
                ..Self::columns(delimiter, terminator)
            };
        }
        if lines::are_names_with_numbers(sample) {
            return Self::lines(terminator);
        }
        DELIMITERS
            .into_iter()
            .map(|delimiter| Self::columns(delimiter, terminator))
            .filter_map(|dialect| Some((dialect, dialect.fit(sample, whole, limits)?)))
            .rev()
            .max_by_key(|(_, fit)| *fit)
            .map_or_else(|| Self::lines(terminator), |(dialect, _)| dialect)
    }

    /// How well the dialect fits: a phone header, agreement of the rows, number of columns.
    fn fit(self, sample: &str, whole: bool, limits: &Limits) -> Option<(bool, usize, usize)> {
        let rows = self.first_rows(sample, whole, limits);
        let mut widths = HashMap::new();
        for row in rows.iter() {
            *widths.entry(row.len()).or_insert(0) += 1;
        }
        let (&width, &count) = widths
            .iter()
            .max_by_key(|&(&width, &count)| (count, width))?;
        let names_phone = |field| headers::phone_header(field) == Some(PhoneHeader::Exact);
        let has_header = rows
            .iter()
            .take(10)
            .any(|row| row.len() > 1 && row.fields().any(names_phone));
        let agreement = count * 100 / rows.len();
        let fits = has_header || (width > 1 && agreement >= AGREEMENT);
        fits.then_some((has_header, agreement, width))
    }

    fn first_rows(self, sample: &str, whole: bool, limits: &Limits) -> Records {
        let mut rows = Records::default();
        let mut at = 0;
        while at < sample.len() && rows.len() < ROWS {
            let rest = &sample[at..];
            match scan(rest, whole, self, limits, &mut rows) {
                Scan::Blank { bytes } => at += bytes,
                Scan::Row { bytes, .. } => {
                    rows.end_row(0);
                    at += bytes;
                }
                Scan::Faulty { bytes, .. } => {
                    rows.abandon_row();
                    at += bytes;
                }
                Scan::Broken { .. } => {
                    rows.abandon_row();
                    let line = memchr::memchr(self.terminator, rest.as_bytes());
                    at += line.map_or(rest.len(), |end| end + 1);
                }
                Scan::More => {
                    rows.abandon_row();
                    break;
                }
            }
        }
        rows
    }
}

fn terminator(sample: &str) -> char {
    if sample.contains('\r') && !sample.contains('\n') {
        '\r'
    } else {
        '\n'
    }
}

/// The delimiter in a first line like `sep=;`.
fn named(sample: &str) -> Option<u8> {
    let line = sample.lines().next()?;
    let [delimiter] = *line
        .strip_prefix("sep=")
        .or_else(|| line.strip_prefix("SEP="))?
        .as_bytes()
    else {
        return None;
    };
    (delimiter == b'\t' || delimiter.is_ascii_punctuation() && delimiter != b'"')
        .then_some(delimiter)
}
