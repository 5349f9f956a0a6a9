//! Broken, mistaken or malicious files: an error that says what to do, never a panic, never a guess.

use std::io::{Cursor, Write};

use ringonce_import::{ImportError, Limits, Options};
use rust_xlsxwriter::Workbook;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::support::{check_bytes, numbers, rejected, us};

#[test]
fn files_without_contacts_are_refused_with_advice() {
    let binary: Vec<u8> = (0..5_000_u32)
        .map(|n| n.wrapping_mul(97).to_le_bytes()[0])
        .collect();
    for (name, bytes, advice) in [
        ("empty.csv", &b""[..], "the file is empty"),
        ("blank.csv", b"\n  \r\n\t\n", "the file is empty"),
        ("mark.csv", b"\xef\xbb\xbf", "the file is empty"),
        ("mark.txt", b"\xef\xbb\xbf\n\n", "the file is empty"),
        ("binary.csv", &binary, "a binary file"),
        ("zeros.csv", &[0; 10_000], "a binary file"),
        ("list.pdf", b"%PDF-1.7\n", "a PDF document"),
        ("list.xls", b"<html><table><tr><td>2025550123", "a web page"),
        (
            "list.xls",
            b"\xef\xbb\xbf <?xml version=\"1.0\"?><Workbook>",
            "an XML file",
        ),
        ("list.csv.gz", b"\x1f\x8b\x08\x00", "unpack it first"),
        ("list.xlsx", b"PK\x03\x04 and then nothing", "is damaged"),
        (
            "list.xls",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and then nothing",
            "is damaged",
        ),
        (
            "list.csv",
            b"name,city\nAda,Rome\n",
            "no column with phone numbers among: name, city",
        ),
    ] {
        let refused = check_bytes(name, bytes, &us()).expect_err(name).to_string();
        assert!(refused.contains(advice), "{name}: {refused}");
    }
}

#[test]
fn a_file_of_bad_rows_holds_no_contact_and_says_why() {
    let text = b"name,phone\nAda,none\nBob,12\n";
    let report = check_bytes("list.csv", text, &us()).unwrap();
    assert_eq!((report.rows, report.accepted()), (2, 0));
    assert!(report.rejected[0].reason.starts_with("no digit"));
}

#[test]
fn a_header_without_rows_holds_no_row() {
    let report = check_bytes("list.csv", b"name,phone\n", &us()).unwrap();
    assert_eq!(report.rows, 0);
}

#[test]
fn what_is_too_big_for_a_row_costs_the_row() {
    let limits = Limits {
        columns: 4,
        field_bytes: 100,
        ..Limits::default()
    };
    let options = Options { limits, ..us() };
    let long = "x".repeat(101);
    let endless = "y".repeat(100_000);
    for (row, part) in [
        (format!("{long},2025550124"), "more than 100 bytes"),
        (format!("\"{long}\",2025550124"), "more than 100 bytes"),
        ("a,2025550124,c,d,e".to_owned(), "more than 4 columns"),
        ("\"a\",2025550124,c,d,e".to_owned(), "more than 4 columns"),
        (endless.clone(), "more than 100 bytes"),
        (format!("\"{endless}"), "never closed"),
    ] {
        let text = format!("name,phone\nAda,2025550123\n{row}\nBob,2025550125\n");
        let report = check_bytes("list.csv", text.as_bytes(), &options).unwrap();
        assert_eq!(numbers(&report), ["+12025550123", "+12025550125"], "{part}");
        assert_eq!(rejected(&report)[0].0, 3, "{part}");
        assert!(
            report.rejected[0].reason.contains(part),
            "{}",
            report.rejected[0].reason
        );
        assert!(report.rejected[0].value.len() < 300);
    }
}

#[test]
fn what_is_too_big_for_a_file_is_refused() {
    let text = b"name,phone\nAda,2025550123\nBob,2025550124\nCy,2025550125\n";
    let with = |limits| Options { limits, ..us() };
    for (limits, part) in [
        (
            Limits {
                rows: 2,
                ..Limits::default()
            },
            "more than 2 rows (reached in line 4)",
        ),
        (
            Limits {
                file_bytes: 20,
                ..Limits::default()
            },
            "more than the 20 allowed",
        ),
        (
            Limits {
                columns: 1,
                ..Limits::default()
            },
            "more than 1 columns",
        ),
    ] {
        let refused = check_bytes("list.csv", text, &with(limits))
            .unwrap_err()
            .to_string();
        assert!(refused.contains(part), "{refused}");
    }
    let fits = with(Limits {
        rows: 3,
        ..Limits::default()
    });
    assert_eq!(check_bytes("list.csv", text, &fits).unwrap().rows, 3);
}

#[test]
fn cells_beyond_the_limits_cost_the_row() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["phone", "note"]).unwrap();
    sheet.write_row(1, 0, ["2025550123", "x"]).unwrap();
    sheet
        .write_row(2, 0, ["2025550124", &"x".repeat(200)])
        .unwrap();
    sheet.write(3, 9, "far to the right").unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let limits = Limits {
        columns: 4,
        field_bytes: 100,
        ..Limits::default()
    };
    let report = check_bytes("list.xlsx", &bytes, &Options { limits, ..us() }).unwrap();
    assert_eq!(numbers(&report), ["+12025550123"]);
    assert_eq!(
        rejected(&report).iter().map(|r| r.0).collect::<Vec<_>>(),
        [3, 4]
    );
}

/// A workbook made by hand, with the highest compression.
fn workbook(sheet: &[u8], strings: &[u8]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9));
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let workbook = format!(
        "<workbook xmlns=\"{main}\" xmlns:r=\"{rel}\"><sheets><sheet name=\"S\" sheetId=\"1\" \
         r:id=\"rId1\"/></sheets></workbook>"
    );
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let links = format!(
        "<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" Type=\"{rel}/worksheet\" \
         Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    let root = links
        .replace("/worksheet\"", "/officeDocument\"")
        .replace("worksheets/sheet1", "xl/workbook");
    for (name, content) in [
        ("[Content_Types].xml", &b"<Types/>"[..]),
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", links.as_bytes()),
        ("xl/sharedStrings.xml", strings),
        ("xl/worksheets/sheet1.xml", sheet),
    ] {
        archive.start_file(name, packed).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

const SHEET: &[u8] = b"<worksheet><sheetData>\
    <row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>phone</t></is></c></row>\
    <row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>2025550123</t></is></c></row>\
    </sheetData></worksheet>";
const STRINGS: &[u8] = b"<sst uniqueCount=\"1\"><si><t>a</t></si></sst>";

#[test]
fn a_workbook_made_by_hand_is_read() {
    let report = check_bytes("list.xlsx", &workbook(SHEET, STRINGS), &us()).unwrap();
    assert_eq!(numbers(&report), ["+12025550123"]);
}

#[test]
fn a_bomb_is_refused_before_it_goes_off() {
    let zeros = vec![b' '; 64 << 20];
    let small = Limits {
        unpacked_bytes: 1 << 20,
        unpacked_ratio: u64::MAX,
        ..Limits::default()
    };
    let few = Limits {
        shared_string_bytes: 10,
        ..Limits::default()
    };
    for (what, bytes, limits) in [
        (
            "tightly packed",
            workbook(&[SHEET, &zeros].concat(), STRINGS),
            Limits::default(),
        ),
        (
            "too much in all",
            workbook(&[SHEET, &zeros].concat(), STRINGS),
            small,
        ),
        (
            "too large a table of strings",
            workbook(SHEET, STRINGS),
            few,
        ),
    ] {
        let refused = check_bytes("list.xlsx", &bytes, &Options { limits, ..us() });
        let refused = refused.expect_err(what);
        assert!(
            matches!(refused, ImportError::TooMuchUnpacked { .. }),
            "{what}: {refused}"
        );
        assert!(
            refused.to_string().contains("save the sheet as CSV"),
            "{refused}"
        );
    }
}

#[test]
fn a_promise_of_more_strings_than_there_is_memory_costs_nothing() {
    let many = b"<sst uniqueCount=\"18446744073709551615\"><si><t>a</t></si></sst>";
    let report = check_bytes("list.xlsx", &workbook(SHEET, many), &us()).unwrap();
    assert_eq!(numbers(&report), ["+12025550123"]);
}

#[test]
fn a_bomb_that_lies_about_its_size_is_refused_while_it_is_read() {
    let mut rows = SHEET
        .strip_suffix(b"</sheetData></worksheet>")
        .unwrap()
        .to_vec();
    for row in 3..60_000 {
        let cell = format!("<row r=\"{row}\"><c r=\"A{row}\"><v>2025550123</v></c></row>");
        rows.extend(cell.as_bytes());
    }
    rows.extend(b"</sheetData></worksheet>");
    let mut bytes = workbook(&rows, STRINGS);
    let (declared, lie) = (
        u32::try_from(rows.len()).unwrap().to_le_bytes(),
        4_000_u32.to_le_bytes(),
    );
    let places: Vec<usize> = (0..bytes.len() - 4)
        .filter(|&at| bytes[at..at + 4] == declared)
        .collect();
    assert_eq!(
        places.len(),
        2,
        "the size stands in the part's header and in the directory"
    );
    for at in places {
        bytes[at..at + 4].copy_from_slice(&lie);
    }
    let refused = check_bytes("list.xlsx", &bytes, &us()).expect_err("the archive lies");
    assert!(matches!(refused, ImportError::Damaged { .. }), "{refused}");
    assert!(
        refused.to_string().contains("larger than its declared"),
        "{refused}"
    );
}

#[test]
fn other_archives_are_told_by_what_is_in_them() {
    for (part, what) in [
        ("word/document.xml", "a Word document"),
        ("content.xml", "an OpenDocument file"),
        ("xl/workbook.bin", "XLSB"),
        ("contacts.csv", "a ZIP archive"),
    ] {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        archive
            .start_file(part, SimpleFileOptions::default())
            .unwrap();
        archive.write_all(b"phone\n2025550123\n").unwrap();
        let bytes = archive.finish().unwrap().into_inner();
        let refused = check_bytes("list.xlsx", &bytes, &us())
            .unwrap_err()
            .to_string();
        assert!(refused.contains(what), "{refused}");
    }
}

#[test]
fn a_workbook_cut_short_is_damaged_wherever_it_is_cut() {
    let xls = include_bytes!("../fixtures/people.xls");
    let mut whole = Workbook::new();
    whole
        .add_worksheet()
        .write_column(0, 0, ["phone", "2025550123"])
        .unwrap();
    let xlsx = whole.save_to_buffer().unwrap();
    for cut in [9, 100, 512, 600, 2_000, xlsx.len() - 30] {
        assert!(check_bytes("list.xlsx", &xlsx[..cut.min(xlsx.len() - 30)], &us()).is_err());
    }
    for cut in [9, 100, 512, 600, 2_000, 30_000] {
        assert!(
            check_bytes("list.xls", &xls[..cut], &us()).is_err(),
            "{cut}"
        );
    }
}
