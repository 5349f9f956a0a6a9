//! How a text file separates its columns, determined from its first rows.

use std::collections::HashMap;

use crate::delimited::{Scan, first_line, scan, split_inside};
use crate::headers::{self, PhoneHeader};
use crate::records::{Record, Records};
use crate::{Limits, lines, titles};

/// How rows and columns are separated. Rows end at any line break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// None when each line is one field.
    pub(crate) delimiter: Option<u8>,
    /// The character that encloses fields, if any.
    pub(crate) quote: Option<u8>,
    /// Each row as a whole is in quotes, and has its columns inside.
    pub(crate) whole_rows: bool,
    /// The first line is `sep=;`, as spreadsheets write and read it.
    pub(crate) names_itself: bool,
}

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Rows that are examined.
const ROWS: usize = 200;
/// Share of the rows, in percent, that must have the usual number of columns.
const AGREEMENT: usize = 60;

/// How well a dialect fits: a phone header, agreement of the rows, number of columns.
type Fit = (bool, usize, usize);

impl Dialect {
    /// One field a line.
    pub(crate) const LINES: Self = Self {
        delimiter: None,
        quote: None,
        whole_rows: false,
        names_itself: false,
    };

    fn columns(delimiter: u8) -> Self {
        Self {
            delimiter: Some(delimiter),
            quote: Some(b'"'),
            ..Self::LINES
        }
    }

    /// Columns between the delimiter that the caller gives, in a text that begins with `sample`.
    pub(crate) fn asked(delimiter: u8, sample: &str, whole: bool, limits: &Limits) -> Self {
        let names_itself = named(sample).is_some();
        let sample = Sample::new(sample, whole, limits);
        Self {
            names_itself,
            ..sample.enclosed(delimiter)
        }
    }

    /// Finds the dialect of a text that begins with `sample`.
    ///
    /// A text is in columns when one delimiter cuts most of its rows into the same number of
    /// fields, at least two; a header that names a phone column settles a tie.
    pub(crate) fn of(sample: &str, whole: bool, limits: &Limits) -> Self {
        if let Some(delimiter) = named(sample) {
            return Self::asked(delimiter, sample, whole, limits);
        }
        if let Some(delimiter) = titles::delimiter(sample) {
            return Self::asked(delimiter, sample, whole, limits);
        }
        if lines::are_names_with_numbers(sample) {
            return Self::LINES;
        }
        let sample = Sample::new(sample, whole, limits);
        let best = |dialects: &mut dyn Iterator<Item = Self>| {
            dialects
                .filter_map(|dialect| Some((dialect, sample.fit(dialect)?)))
                .max_by_key(|(_, fit)| *fit)
                .map(|(dialect, _)| dialect)
        };
        let delimiters = || DELIMITERS.into_iter().rev();
        best(&mut delimiters().filter_map(|delimiter| sample.of_whole_rows(delimiter)))
            .or_else(|| best(&mut delimiters().map(|delimiter| sample.quoted(delimiter))))
            .unwrap_or(Self::LINES)
    }
}

/// The beginning of a text, read in one dialect after the other.
struct Sample<'a> {
    text: &'a str,
    whole: bool,
    limits: Limits,
}

impl<'a> Sample<'a> {
    fn new(text: &'a str, whole: bool, limits: &Limits) -> Self {
        // The reader decides how many columns are too many.
        let limits = Limits {
            columns: usize::MAX,
            ..limits.clone()
        };
        Self {
            text,
            whole,
            limits,
        }
    }

    /// The dialect with this delimiter, and with the quotes around fields or rows that the text uses.
    fn enclosed(&self, delimiter: u8) -> Dialect {
        self.of_whole_rows(delimiter)
            .unwrap_or_else(|| self.quoted(delimiter))
    }

    /// Fields between this delimiter, in `"` or in `'`.
    ///
    /// An apostrophe also begins numbers that a spreadsheet must keep as text, and occurs in names: it
    /// encloses fields only where it opens and closes them in most of the rows.
    fn quoted(&self, delimiter: u8) -> Dialect {
        const MARK: char = '\'';
        let delimiter_char = char::from(delimiter);
        let (mut lines, mut enclosed) = (0, 0);
        let all = self.text.split(['\r', '\n']);
        for line in all.filter(|line| !line.is_empty()).take(ROWS) {
            let fields = || line.split(delimiter_char).filter(|field| *field != "'");
            let opened = fields().filter(|field| field.starts_with(MARK)).count();
            let closed = fields().filter(|field| field.ends_with(MARK)).count();
            lines += 1;
            enclosed += usize::from(opened > 0 && opened == closed);
        }
        let columns = Dialect::columns(delimiter);
        if enclosed * 100 >= lines * AGREEMENT && enclosed > 0 {
            Dialect {
                quote: Some(b'\''),
                ..columns
            }
        } else {
            columns
        }
    }

    /// The dialect of rows that are in quotes as a whole, as `"Ada,2025550123"`: most rows are, and the
    /// text inside splits into columns with numbers.
    fn of_whole_rows(&self, delimiter: u8) -> Option<Dialect> {
        let dialects = [b'"', b'\''].map(|quote| Dialect {
            quote: Some(quote),
            whole_rows: true,
            ..Dialect::columns(delimiter)
        });
        dialects.into_iter().find(|dialect| {
            let (rows, enclosed) = self.rows(*dialect);
            let numbers = rows.iter().filter(holds_a_number).count();
            enclosed > 0
                && enclosed * 100 >= rows.len() * AGREEMENT
                && (numbers + 1) * 2 > rows.len()
                && fit(&rows).is_some()
        })
    }

    fn fit(&self, dialect: Dialect) -> Option<Fit> {
        fit(&self.rows(dialect).0)
    }

    /// The first rows, and how many of them were in quotes as a whole.
    fn rows(&self, dialect: Dialect) -> (Records, usize) {
        let mut rows = Records::default();
        let (mut at, mut enclosed) = (0, 0);
        while at < self.text.len() && rows.len() < ROWS {
            let rest = &self.text[at..];
            match scan(rest, self.whole, dialect, &self.limits, &mut rows) {
                Scan::Blank { bytes } => at += bytes,
                Scan::Row { bytes, .. } => {
                    if dialect.whole_rows && rest.bytes().next() == dialect.quote {
                        enclosed += usize::from(rows.open_fields() == 1);
                        split_inside(0, dialect, &self.limits, &mut rows);
                    } else {
                        rows.end_row(0);
                    }
                    at += bytes;
                }
                Scan::Faulty { bytes, .. } => {
                    rows.abandon_row();
                    at += bytes;
                }
                Scan::Broken { .. } => {
                    rows.abandon_row();
                    at += (first_line(rest).len() + 1).min(rest.len());
                }
                Scan::More => {
                    rows.abandon_row();
                    break;
                }
            }
        }
        (rows, enclosed)
    }
}

fn fit(rows: &Records) -> Option<Fit> {
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

/// Whether one of several fields is a number and nothing else.
fn holds_a_number(row: &Record<'_>) -> bool {
    let is_number = |field: &str| {
        field.bytes().filter(u8::is_ascii_digit).count() >= 7
            && !field.chars().any(char::is_alphabetic)
    };
    row.len() > 1 && row.fields().any(is_number)
}

/// The delimiter in a first line like `sep=;`.
fn named(sample: &str) -> Option<u8> {
    let line = first_line(sample).trim_matches('"');
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
