//! Contact files (CSV, TXT, XLSX, XLS) to contacts and row errors, as a stream.
//!
//! [`open`] examines a file and says how it will be read ([`Layout`]); the [`Reader`] then fills one
//! reusable [`Batch`] after the other, in the order of the file, with as much memory for ten million
//! rows as for ten thousand. [`check`](mod@check) reads a whole file and reports.
//!
//! The content decides, not the file's name. A row that cannot be used becomes a [`Row::Rejected`] with
//! its line, the value and a reason in words a person can act on; only a file that cannot be read at
//! all is an [`ImportError`]. The crate knows no database and no HTTP, and it does not drop duplicates:
//! the store that keeps the numbers sees those of all files.

mod archive;
mod batch;
mod biff;
mod cells;
pub mod check;
mod columns;
mod contact;
mod country;
mod delimited;
mod dialect;
mod encoding;
mod error;
pub mod errors_csv;
mod excel;
pub mod fields;
mod format;
pub mod guard;
mod headers;
mod json;
mod layout;
mod limits;
mod lines;
mod marks;
mod number_formats;
mod open;
mod options;
mod progress;
mod reader;
mod records;
pub mod sample;
mod sheet;
mod strings;
pub mod titles;
mod words;
mod xls;
mod xlsx;
mod zone_note;

pub use batch::{Batch, Row};
pub use error::ImportError;
pub use format::Format;
pub use layout::{Columns, FirstLine, Layout, Sample};
pub use limits::Limits;
pub use open::open;
pub use options::{LeaveOut, Options, Use};
pub use reader::Reader;
