//! The format of a file, by its first bytes. The name's extension is only ever a hint.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::ImportError;

/// A format that contacts are read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Format {
    /// Columns separated by a comma, semicolon, tab or bar.
    Csv,
    /// One number a line, alone or with a name or other words.
    Txt,
    /// Excel workbook since 2007 (also `.xlsm`).
    Xlsx,
    /// Excel workbook from 97 to 2003.
    Xls,
}

impl Format {
    /// The format that a name's extension suggests.
    pub(crate) fn promised_by(name: &Path) -> Option<Self> {
        let extension = name.extension()?.to_str()?.to_ascii_lowercase();
        Some(match extension.as_str() {
            "csv" | "tsv" | "tab" | "psv" => Self::Csv,
            "txt" => Self::Txt,
            "xlsx" | "xlsm" => Self::Xlsx,
            "xls" => Self::Xls,
            _ => return None,
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Csv => "CSV",
            Self::Txt => "TXT",
            Self::Xlsx => "XLSX",
            Self::Xls => "XLS",
        })
    }
}

/// What the first bytes show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Xlsx,
    Xls,
    /// Text in some encoding; the kind of list is determined by reading it.
    Text,
}

const SAVE_AS: &str = "open it and save the list as XLSX or CSV";
const TYPE_IN: &str = "type the numbers into a spreadsheet";
/// JSON is for programs; both Excel and converters on the web make a table of it.
const FROM_JSON: &str = "make a table of it, one row for each contact (in Excel: Data, Get Data, \
                         From JSON), and save it as XLSX or CSV";

/// First bytes of files that people upload by mistake. Web pages and XML are text, but never a list;
/// the others would be taken for a strange encoding.
const REFUSED: &[(&[u8], &str, &str)] = &[
    (b"%PDF", "a PDF document", "export the list as XLSX or CSV"),
    (
        b"{\\rtf",
        "an RTF document",
        "copy the list into a spreadsheet and save it as XLSX or CSV",
    ),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it first"),
    (b"Rar!", "a RAR archive", "unpack it first"),
    (b"BZh", "a bzip2 archive", "unpack it first"),
    (b"\xfd7zXZ", "an XZ archive", "unpack it first"),
    (
        b"\x28\xb5\x2f\xfd",
        "a Zstandard archive",
        "unpack it first",
    ),
    (b"\x89PNG", "a picture", TYPE_IN),
    (b"\xff\xd8\xff", "a picture", TYPE_IN),
    (b"GIF8", "a picture", TYPE_IN),
    (
        b"SQLite format 3\0",
        "an SQLite database",
        "export the table as CSV",
    ),
    (b"PAR1", "a Parquet file", "export the table as CSV"),
    (b"<?xml", "an XML file", SAVE_AS),
    (b"<!doctype", "a web page", SAVE_AS),
    (b"<html", "a web page", SAVE_AS),
    (b"<table", "a web page", SAVE_AS),
    (b"<head", "a web page", SAVE_AS),
    (b"<body", "a web page", SAVE_AS),
    (b"<meta", "a web page", SAVE_AS),
    (b"<style", "a web page", SAVE_AS),
    (b"<div", "a web page", SAVE_AS),
    (b"<!--", "a web page", SAVE_AS),
    (b"MIME-Version:", "a web page in one file (MHTML)", SAVE_AS),
    (b"ID;P", "a SYLK table", SAVE_AS),
    (
        b"BEGIN:VCARD",
        "an address book (vCard)",
        "open it and export the contacts as CSV",
    ),
    (
        b"BEGIN:VCALENDAR",
        "a calendar (iCalendar)",
        "export the contacts as CSV",
    ),
];

/// Tells workbooks from text, and refuses any other file. `head` is the beginning of the file, at least
/// its first 32 bytes.
pub(crate) fn recognise(head: &[u8]) -> Result<Content, ImportError> {
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Ok(Content::Xlsx);
    }
    if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Ok(Content::Xls);
    }
    let plain = without_encoding(head);
    let text = plain.trim_ascii_start();
    let begins = |magic: &[u8]| {
        text.get(..magic.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(magic))
    };
    match REFUSED.iter().find(|(magic, ..)| begins(magic)) {
        Some(&(_, what, remedy)) => Err(ImportError::NotAList { what, remedy }),
        None if is_json(text) => Err(ImportError::NotAList {
            what: "a JSON file",
            remedy: FROM_JSON,
        }),
        None => Ok(Content::Text),
    }
}

/// The bytes of Latin letters and signs, without a byte order mark and the zeros of UTF-16.
fn without_encoding(head: &[u8]) -> Cow<'_, [u8]> {
    let is_wide = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    if is_wide {
        return head[2..].iter().copied().filter(|b| *b != 0).collect();
    }
    Cow::Borrowed(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head))
}

/// `{"phone": …`, `[{"phone": …`, `["…`, `[["…`: no list of contacts begins so.
fn is_json(text: &[u8]) -> bool {
    let mut signs = text
        .iter()
        .filter(|b| !b.is_ascii_whitespace())
        .skip_while(|b| **b == b'[');
    match text.first() {
        Some(b'[') => matches!(signs.next(), Some(b'{' | b'"')),
        Some(b'{') => matches!(signs.nth(1), Some(b'"' | b'}')),
        _ => false,
    }
}
