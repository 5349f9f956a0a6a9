//! Checks what an XLSX unpacks to before anything is unpacked.
//!
//! The sizes that the archive declares are bounded here, and the `zip` crate fails when a part turns
//! out larger than declared: together they bound the real sizes. A test checks the crate with an
//! archive that declares false sizes.

use std::io::{Read, Seek};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::{Format, ImportError, Limits};

/// Parts smaller than this may have any ratio of compression.
const SMALL: u64 = 16 << 20;
/// Parts of a workbook; real ones have a few dozen.
const PARTS: usize = 20_000;

/// Refuses archives that are not workbooks or that unpack to too much.
pub(crate) fn inspect(file: impl Read + Seek, limits: &Limits) -> Result<(), ImportError> {
    let mut archive = ZipArchive::new(file).map_err(|err| damaged(&err))?;
    refuse_other_archives(&archive)?;
    if archive.len() > PARTS {
        return Err(too_much(format!("{} parts", archive.len())));
    }
    let mut total = 0_u64;
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(|err| damaged(&err))?;
        let (packed, size) = (part.compressed_size(), part.size());
        let name = part.name().map_err(|err| damaged(&err))?;
        total = total.saturating_add(size);
        if size > SMALL && size / packed.max(1) > limits.unpacked_ratio {
            return Err(too_much(format!("{name}: {packed} bytes become {size}")));
        }
        if total > limits.unpacked_bytes {
            return Err(too_much(format!(
                "{total} bytes of {}",
                limits.unpacked_bytes
            )));
        }
        let holds_strings = name.to_ascii_lowercase().ends_with("sharedstrings.xml");
        if holds_strings && size > limits.shared_string_bytes {
            return Err(too_much(format!("{name}: {size} bytes")));
        }
    }
    Ok(())
}

fn refuse_other_archives(archive: &ZipArchive<impl Read + Seek>) -> Result<(), ImportError> {
    let has = |start: &str| {
        archive
            .file_names()
            .flatten()
            .any(|name| name.to_ascii_lowercase().starts_with(start))
    };
    // The program Numbers writes its document as it is, or in a folder packed by another program.
    let holds = |part: &str| {
        let inside = format!("/{part}");
        let name_is = |name: &str| name.starts_with(part) || name.contains(&inside);
        archive
            .file_names()
            .flatten()
            .any(|name| name_is(&name.to_ascii_lowercase()))
    };
    let (what, remedy) = if holds("index/document.iwa") || holds("index.zip") {
        (
            "a document of Apple Numbers, Pages or Keynote",
            "open it in Numbers, choose File, Export To, CSV or Excel, and import that",
        )
    } else if has("xl/workbook.bin") {
        (
            "a binary Excel workbook (XLSB)",
            "save it as XLSX and import that",
        )
    } else if has("word/") {
        (
            "a Word document",
            "copy the list into a spreadsheet and save it as XLSX or CSV",
        )
    } else if has("ppt/") {
        (
            "a PowerPoint presentation",
            "copy the list into a spreadsheet and save it as XLSX or CSV",
        )
    } else if has("content.xml") {
        (
            "an OpenDocument file (ODS or ODT)",
            "open it in LibreOffice or Excel, save it as XLSX or CSV, and import that",
        )
    } else if has("_rels/") || has("[content_types].xml") || has("xl/") {
        return Ok(());
    } else {
        ("a ZIP archive", "unpack it and import the list in it")
    };
    Err(ImportError::NotAList { what, remedy })
}

fn too_much(what: String) -> ImportError {
    ImportError::TooMuchUnpacked { what }
}

fn damaged(err: &ZipError) -> ImportError {
    ImportError::Damaged {
        format: Format::Xlsx,
        detail: err.to_string(),
    }
}
