//! Why a file cannot be read at all, and what to do about it.
//!
//! Each message is complete: the caller adds only the file's name.

use std::io;

use thiserror::Error;

use crate::Format;

/// A file that cannot be imported. Rows that cannot be used are not errors but
/// [`Row::Rejected`](crate::Row::Rejected).
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ImportError {
    /// Nothing but white space.
    #[error("the file is empty: choose a file with at least one phone number")]
    Empty,
    /// Neither text nor a supported workbook.
    #[error("this is {what}, not a list of contacts: {remedy}")]
    NotAList {
        /// What the content looks like, such as `a PDF document`.
        what: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// The caller insisted on a format and the content is another.
    #[error("read as {wanted} was asked for, but the content is {found}: leave the format out")]
    WrongFormat {
        /// The format asked for.
        wanted: Format,
        /// The format found.
        found: Format,
    },
    /// Beyond [`Limits::file_bytes`](crate::Limits::file_bytes) or
    /// [`Limits::xls_bytes`](crate::Limits::xls_bytes).
    #[error(
        "the file has {bytes} bytes, more than the {limit} allowed: split it into smaller files"
    )]
    TooLarge {
        /// Bytes of the file.
        bytes: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// Beyond [`Limits::rows`](crate::Limits::rows).
    #[error("more than {limit} rows (reached in line {line}): split the file into smaller ones")]
    TooManyRows {
        /// Rows allowed.
        limit: u32,
        /// The line of the first row too many.
        line: u32,
    },
    /// The header is beyond [`Limits::columns`](crate::Limits::columns).
    #[error("more than {limit} columns: keep the phone number, the name and what you need")]
    TooManyColumns {
        /// Columns allowed.
        limit: usize,
    },
    /// A workbook that unpacks to far more than it should.
    #[error(
        "the workbook unpacks to more than is allowed ({what}): it is damaged or made to exhaust \
         memory; save the sheet as CSV and import that"
    )]
    TooMuchUnpacked {
        /// The bound that was exceeded.
        what: String,
    },
    /// The content is inconsistent.
    #[error("the {format} file is damaged ({detail}): open it, save it again and import that")]
    Damaged {
        /// The format it was read as.
        format: Format,
        /// What was found, for the person who has to repair the file.
        detail: String,
    },
    /// Encrypted.
    #[error("the workbook is protected by a password: save it without one and import that")]
    Password,
    /// The named sheet does not exist, or no sheet has cells.
    #[error("no sheet named {name:?}; the workbook has: {}", sheets.join(", "))]
    NoSuchSheet {
        /// The name asked for.
        name: String,
        /// The names of the sheets.
        sheets: Vec<String>,
    },
    /// The named column does not exist.
    #[error("no column named {name:?}; the file has: {}", columns.join(", "))]
    NoSuchColumn {
        /// The name asked for.
        name: String,
        /// The names of the columns.
        columns: Vec<String>,
    },
    /// The line given for the header is not the start of a row near the top of the file.
    #[error(
        "line {line} cannot be the header: name a line with words among the first rows of the \
         file, or 0 if there is no header"
    )]
    NoSuchHeader {
        /// The line asked for.
        line: u32,
    },
    /// More than one column was named for a use that only one can have.
    #[error("{} cannot both be the {what}: choose one", columns.join(" and "))]
    SeveralColumns {
        /// The use for which they were named.
        what: &'static str,
        /// Their names.
        columns: Vec<String>,
    },
    /// No column has the header of a phone number or phone numbers in it.
    #[error(
        "no column with phone numbers among: {}; name the column to use, and the default region \
         if its numbers have no country code",
        columns.join(", ")
    )]
    NoPhoneColumn {
        /// The names of the columns.
        columns: Vec<String>,
    },
    /// The delimiter asked for cannot separate fields.
    #[error("{0:?} cannot separate columns: choose one of , ; | or the tab")]
    BadDelimiter(char),
    /// The disk or the system refused.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
}
