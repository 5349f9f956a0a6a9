//! Files of another kind, uploaded by mistake: the refusal names the kind and what to do.

use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::{check_bytes, numbers, us};

fn archive_of(parts: &[&str]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for part in parts {
        archive
            .start_file(*part, SimpleFileOptions::default())
            .unwrap();
        archive.write_all(b"x").unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn text_that_is_no_list_is_named_with_what_to_do() {
    let wide = |text: &str| -> Vec<u8> {
        std::iter::once(0xFEFF)
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect()
    };
    let json = "[{\"phone\": \"+12025550101\"}]";
    for (bytes, what, remedy) in [
        (
            json.as_bytes().to_vec(),
            "a JSON file",
            "one row for each contact",
        ),
        (wide(json), "a JSON file", "one row for each contact"),
        (
            b"{\n  \"contacts\": []}".to_vec(),
            "a JSON file",
            "save it as XLSX or CSV",
        ),
        (
            b"{\"phone\":\"2025550101\"}\n{\"phone\":\"2025550102\"}\n".to_vec(),
            "a JSON file",
            "one row",
        ),
        (
            b"[\"2025550101\", \"2025550102\"]".to_vec(),
            "a JSON file",
            "one row",
        ),
        (
            b"\xef\xbb\xbf [[\"Ana\",\"2025550101\"]]".to_vec(),
            "a JSON file",
            "one row",
        ),
        (
            b"BEGIN:VCARD\r\nTEL:2025550101\r\n".to_vec(),
            "an address book (vCard)",
            "contacts as CSV",
        ),
        (
            b"begin:vcard\ntel:2025550101\n".to_vec(),
            "an address book (vCard)",
            "contacts as CSV",
        ),
        (b"BEGIN:VCALENDAR\n".to_vec(), "a calendar", "CSV"),
        (b"%PDF-1.4\n".to_vec(), "a PDF document", "export the list"),
        (
            b"<!DOCTYPE html><html>".to_vec(),
            "a web page",
            "save the list as XLSX or CSV",
        ),
        (b"\n <HTML><body>".to_vec(), "a web page", "save the list"),
        (
            b"<meta charset=utf-8><table>".to_vec(),
            "a web page",
            "save the list",
        ),
        (wide("<html><table>"), "a web page", "save the list"),
        (
            b"MIME-Version: 1.0\r\n".to_vec(),
            "a web page in one file",
            "save the list",
        ),
        (b"ID;PWXL;N;E\r\n".to_vec(), "a SYLK table", "save the list"),
    ] {
        let refused = check_bytes("list.csv", &bytes, &us())
            .unwrap_err()
            .to_string();
        assert!(refused.contains(&format!("this is {what}")), "{refused}");
        assert!(refused.contains(remedy), "{refused}");
    }
}

#[test]
fn archives_that_are_no_workbook_are_named_with_what_to_do() {
    for (parts, what, remedy) in [
        (
            &["Index/Document.iwa", "Index/CalculationEngine.iwa"][..],
            "Apple Numbers",
            "Export To",
        ),
        (&["preview.jpg", "Index.zip"], "Apple Numbers", "Export To"),
        (
            &["guests.numbers/Index/Document.iwa"],
            "Apple Numbers",
            "Export To",
        ),
        (
            &["mimetype", "content.xml"],
            "an OpenDocument file",
            "save it as XLSX or CSV",
        ),
        (
            &["[Content_Types].xml", "word/document.xml"],
            "a Word document",
            "copy the list",
        ),
        (
            &["[Content_Types].xml", "ppt/presentation.xml"],
            "a PowerPoint",
            "copy the list",
        ),
        (&["list.csv"], "a ZIP archive", "unpack it"),
    ] {
        let refused = check_bytes("list.xlsx", &archive_of(parts), &us()).unwrap_err();
        let refused = refused.to_string();
        assert!(
            refused.contains(what) && refused.contains(remedy),
            "{parts:?}: {refused}"
        );
    }
}

#[test]
fn brackets_and_braces_alone_make_no_other_file_of_a_list() {
    for text in [
        "[Name],[Phone]\nAna,2025550101\n",
        "{Name},{Phone}\nAna,2025550101\n",
        "[202] 555-0101\n",
        "<Ana> 2025550101\n",
    ] {
        let report = check_bytes("list", text.as_bytes(), &us())
            .unwrap_or_else(|err| panic!("{text}: {err}"));
        assert_eq!(numbers(&report), ["+12025550101"], "{text}");
    }
}
