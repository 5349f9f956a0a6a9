//! Properties of every file: no bytes make the reader panic, and any table that is written is read back
//! the same.

use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;
use ringonce_import::{Options, sample};
use rust_xlsxwriter::Workbook;

use crate::support::{check_bytes, contacts, us};

const XLS: &[u8] = include_bytes!("../fixtures/people.xls");
static XLSX: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, sample::HEADER).unwrap();
    for (row, cells) in (1..).zip(sample::rows(50, 1)) {
        sheet.write_row(row, 0, cells).unwrap();
    }
    workbook.save_to_buffer().unwrap()
});

/// Characters that separate, enclose, begin and break fields, more often than chance would have it.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => "[,;\t|\"\r\n<>+=#' ]{1,3}".prop_map(String::into_bytes),
        4 => "[0-9]{1,12}".prop_map(String::into_bytes),
        2 => "[a-zA-Zéßя电]{1,8}".prop_map(String::into_bytes),
        1 => Just(b"phone".to_vec()),
        1 => Just(b"1.2E+10".to_vec()),
        1 => Just(b"2024-01-31".to_vec()),
        1 => Just(b"2025550123".to_vec()),
        1 => vec(any::<u8>(), 1..6),
    ];
    vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// A file with some bytes changed.
fn mutations() -> impl Strategy<Value = Vec<(prop::sample::Index, u8)>> {
    vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)
}

fn changed(file: &[u8], mutations: &[(prop::sample::Index, u8)]) -> Vec<u8> {
    let mut bytes = file.to_vec();
    for (place, byte) in mutations {
        let at = place.index(bytes.len());
        bytes[at] = *byte;
    }
    bytes
}

/// A cell that a text file can hold and that is not blank; not a number that could be dialled.
fn cell() -> impl Strategy<Value = String> {
    "[a-zA-ZäöüÄÖÜßéèñç0-9,;|\t\"' \n.<>=-]{0,12}[a-zA-Zäöü]"
}

/// Headers and cells of a table; the phone numbers are another column.
fn table() -> impl Strategy<Value = Vec<[String; 3]>> {
    vec([cell(), cell(), cell()], 1..30)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in soup(), has_region in any::<bool>()) {
        let options = if has_region { us() } else { Options::default() };
        let _ = check_bytes("list.csv", &bytes, &options);
    }

    #[test]
    fn no_change_to_an_xls_makes_the_reader_panic(mutations in mutations()) {
        let _ = check_bytes("list.xls", &changed(XLS, &mutations), &us());
    }

    #[test]
    fn no_change_to_an_xlsx_makes_the_reader_panic(mutations in mutations()) {
        let _ = check_bytes("list.xlsx", &changed(&XLSX, &mutations), &us());
    }

    #[test]
    fn rows_never_get_lost(bytes in soup()) {
        if let Ok(report) = check_bytes("list.csv", &bytes, &us()) {
            let listed = report.duplicates.len() + report.rejected.len();
            prop_assert_eq!(report.rows, report.accepted() + listed as u64);
        }
    }

    #[test]
    fn a_written_table_is_read_back(
        table in table(),
        delimiter in prop::sample::select(vec![b',', b';', b'\t', b'|']),
        encoding in prop::sample::select(vec!["UTF-8", "UTF-8 with mark", "UTF-16LE", "UTF-16BE"]),
        crlf in any::<bool>(),
    ) {
        let mut out = csv::WriterBuilder::new()
            .delimiter(delimiter)
            .terminator(if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') })
            .from_writer(Vec::new());
        out.write_record(["name", "phone", "a", "b"]).unwrap();
        for (row, [name, a, b]) in table.iter().enumerate() {
            let phone = format!("+1212{:07}", 2_000_000 + row);
            out.write_record([name, &phone, a, b]).unwrap();
        }
        let text = String::from_utf8(out.into_inner().unwrap()).unwrap();
        let utf16 = |to_bytes: fn(u16) -> [u8; 2]| {
            std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(to_bytes).collect()
        };
        let bytes = match encoding {
            "UTF-8" => text.into_bytes(),
            "UTF-8 with mark" => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            "UTF-16LE" => utf16(u16::to_le_bytes),
            _ => utf16(u16::to_be_bytes),
        };
        let report = check_bytes("list.csv", &bytes, &us()).unwrap();
        prop_assert_eq!(report.layout.delimiter, Some(char::from(delimiter)));
        let read = contacts(&report);
        prop_assert_eq!(read.len(), table.len());
        let mut line = 2;
        for ((row, [name, a, b]), read) in table.iter().enumerate().zip(read) {
            prop_assert_eq!(read.0, line);
            prop_assert_eq!(read.1, format!("+1212{}", 2_000_000 + row));
            prop_assert_eq!(read.2, name.trim());
            let metadata: serde_json::Value = serde_json::from_str(read.3).unwrap();
            prop_assert_eq!(metadata, serde_json::json!({"a": a, "b": b}));
            let breaks = [name, a, b].map(|cell| cell.matches('\n').count()).iter().sum::<usize>();
            line += 1 + u32::try_from(breaks).unwrap();
        }
    }
}
