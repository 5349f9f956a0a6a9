//! What an XLSX or XLS holds beside its values: hidden rows, and text that looks like a number.

use std::io::{Cursor, Write as _};

use ringonce_import::Options;
use ringonce_import::check::Report;
use rust_xlsxwriter::Workbook;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::{check_bytes, contacts, numbers, rejected, us};

const REASON: &str = "this row is hidden in the spreadsheet (by a filter or by hand): unhide it, \
                      or include hidden rows";

/// A workbook with a sheet of these rows and no optional parts.
fn workbook_of(rows: &str) -> Vec<u8> {
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relation = |id: &str, kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
             <Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let parts = [
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"
                .to_owned(),
        ),
        (
            "_rels/.rels",
            relation("r1", "officeDocument", "xl/workbook.xml"),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            relation("r7", "worksheet", "worksheets/sheet1.xml"),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"A &amp; B\" sheetId=\"1\" r:id=\"r7\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>"),
        ),
    ];
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive
            .start_file(name, SimpleFileOptions::default())
            .unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn text_cell(text: &str) -> String {
    format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

fn row(attributes: &str, name: &str, phone: &str) -> String {
    format!(
        "<row {attributes}>{}<c><v>{phone}</v></c></row>",
        text_cell(name)
    )
}

fn header() -> String {
    format!(
        "<row r=\"1\">{}{}</row>",
        text_cell("Name"),
        text_cell("Phone")
    )
}

fn with_hidden_rows() -> Options {
    Options {
        hidden_rows: true,
        ..us()
    }
}

fn hidden(report: &Report) -> Vec<u32> {
    let hidden = report.rejected.iter().filter(|row| row.reason == REASON);
    hidden.map(|row| row.line).collect()
}

#[test]
fn hidden_rows_are_left_out_and_told() {
    for (how, attributes) in [
        ("by a filter or by hand", "r=\"3\" hidden=\"1\""),
        ("by a program", "r=\"3\" hidden=\"true\""),
        (
            "in a closed outline",
            "r=\"3\" outlineLevel=\"1\" hidden=\"1\"",
        ),
        (
            "by a height of nothing",
            "r=\"3\" ht=\"0\" customHeight=\"1\"",
        ),
        (
            "with other attributes around it",
            "spans=\"1:2\" r=\"3\" s=\"0\" hidden = '1' ht=\"15\"",
        ),
    ] {
        let rows = [
            header(),
            row("r=\"2\"", "Ana", "2025550101"),
            row(attributes, "Bo", "2025550102"),
            row("r=\"4\" hidden=\"0\" collapsed=\"1\"", "Cy", "2025550103"),
        ];
        let bytes = workbook_of(&rows.concat());
        let report = check_bytes("list.xlsx", &bytes, &us()).unwrap();
        assert_eq!(numbers(&report), ["+12025550101", "+12025550103"], "{how}");
        assert_eq!(rejected(&report), [(3, "", "2025550102")], "{how}");
        assert_eq!(report.rejected[0].reason, REASON, "{how}");
        let told = "hidden in the spreadsheet are left out: 1 of the first 3";
        assert!(
            report.notes.iter().any(|note| note.contains(told)),
            "{:?}",
            report.notes
        );

        let report = check_bytes("list.xlsx", &bytes, &with_hidden_rows()).unwrap();
        assert_eq!(numbers(&report).len(), 3, "{how}");
        assert!(
            rejected(&report).is_empty() && report.notes.is_empty(),
            "{how}"
        );
    }
}

#[test]
fn a_filter_hides_rows_far_down_too() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["Phone", "Plan"]).unwrap();
    for row in 1..=9_000 {
        sheet
            .write(row, 0, 2_122_000_000_u64 + u64::from(row))
            .unwrap();
        let is_basic = row % 3 == 0;
        sheet
            .write(row, 1, if is_basic { "basic" } else { "pro" })
            .unwrap();
    }
    sheet.autofilter(0, 0, 9_000, 1).unwrap();
    let only_pro = rust_xlsxwriter::FilterCondition::new().add_list_filter("pro");
    sheet.filter_column(1, &only_pro).unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let report = check_bytes("list.xlsx", &bytes, &us()).unwrap();
    assert_eq!(report.rows, 9_000);
    let expected: Vec<u32> = (1..=9_000)
        .filter(|row| row % 3 == 0)
        .map(|row| row + 1)
        .collect();
    assert_eq!(hidden(&report), expected);
    assert_eq!(report.accepted(), 9_000 - expected.len() as u64);
}

#[test]
fn a_list_of_which_every_row_is_hidden_says_so() {
    let rows = [header(), row("r=\"2\" hidden=\"1\"", "Ana", "2025550101")];
    let report = check_bytes("list.xlsx", &workbook_of(&rows.concat()), &us()).unwrap();
    assert_eq!(report.accepted(), 0);
    assert!(report.rejected[0].reason.contains(REASON));
}

#[test]
fn a_header_that_is_seen_comes_before_one_that_is_hidden() {
    let keys = format!(
        "<row r=\"1\" hidden=\"1\">{}{}</row>",
        text_cell("phone_name"),
        text_cell("mobile")
    );
    let labels = format!(
        "<row r=\"2\">{}{}</row>",
        text_cell("Name"),
        text_cell("Phone")
    );
    let contact = row("r=\"3\"", "Ana", "2025550101");
    let report = check_bytes(
        "list.xlsx",
        &workbook_of(&[&*keys, &labels, &contact].concat()),
        &us(),
    )
    .unwrap();
    assert_eq!((report.layout.header, report.rows), (Some(2), 1));
    let keys = keys.replace("phone_name", "name");
    let report = check_bytes(
        "list.xlsx",
        &workbook_of(&[&*keys, &contact].concat()),
        &us(),
    )
    .unwrap();
    assert_eq!(
        (report.layout.header, contacts(&report)[0].2),
        (Some(1), "Ana")
    );
}

#[test]
fn hidden_rows_of_an_old_workbook_are_left_out_too() {
    let mut bytes = include_bytes!("../fixtures/people.xls").to_vec();
    // The row record of the third row: 16 bytes, the last one with such a row number.
    let record = [0x08, 0x02, 0x10, 0x00, 0x02, 0x00];
    let places: Vec<usize> = (0..bytes.len() - record.len())
        .filter(|&at| bytes[at..].starts_with(&record))
        .collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at + 4 + 12] |= 0x20;
    }
    let report = check_bytes("people.xls", &bytes, &us()).unwrap();
    assert_eq!(hidden(&report), [3]);
    assert_eq!(report.rows, 404);
    let report = check_bytes("people.xls", &bytes, &with_hidden_rows()).unwrap();
    assert!(hidden(&report).is_empty());
    assert!(numbers(&report).contains(&"+442079460018".to_owned()));
}

#[test]
fn what_looks_like_a_number_keeps_its_zero_and_its_plus() {
    let italy = Options {
        region: "IT".parse().ok(),
        ..Options::default()
    };
    for (how, cell) in [
        (
            "a formula's text without a type",
            "<c><f>Other!A1</f><v>0212345678</v></c>",
        ),
        ("a value without a type", "<c><v>0212345678</v></c>"),
        (
            "a value that says it is a number",
            "<c t=\"n\"><v>0212345678</v></c>",
        ),
        (
            "a formula's text",
            "<c t=\"str\"><f>Other!A1</f><v>0212345678</v></c>",
        ),
        ("with its country", "<c><v>+390212345678</v></c>"),
        (
            "with its country, as dialled in Italy",
            "<c><v>00390212345678</v></c>",
        ),
    ] {
        let rows = format!("{}<row r=\"2\">{}{cell}</row>", header(), text_cell("Ana"));
        let report = check_bytes("list.xlsx", &workbook_of(&rows), &italy).unwrap();
        assert_eq!(numbers(&report), ["+390212345678"], "{how}");
    }
}

#[test]
fn a_list_of_one_contact_in_a_workbook_is_found() {
    let rows = format!(
        "<row r=\"1\">{}{}</row>{}",
        text_cell("Name"),
        text_cell("Number"),
        row("r=\"2\"", "Me", "2025550101")
    );
    let report = check_bytes("list.xlsx", &workbook_of(&rows), &us()).unwrap();
    assert_eq!(report.layout.sheet.as_deref(), Some("A & B"));
    assert_eq!(
        contacts(&report),
        [(2, "+12025550101".to_owned(), "Me", "{}")]
    );
}

#[test]
fn strings_are_read_in_all_the_ways_that_they_are_written() {
    for (written, read) in [
        ("<is><t>Ana</t></is>", "Ana"),
        ("<is><t> Ana\n</t></is>", "Ana"),
        ("<is><r><t>An</t></r><r><rPr/><t>a</t></r></is>", "Ana"),
        (
            "<is><t>Ana</t><rPh sb=\"0\" eb=\"1\"><t>ah-na</t></rPh></is>",
            "Ana",
        ),
        ("<is><t>A &amp; B &#233;</t></is>", "A & B é"),
        ("<is><t><![CDATA[A<B]]></t></is>", "A<B"),
        ("<is><t>one_x0020_two</t></is>", "one two"),
    ] {
        let rows = format!(
            "{}<row r=\"2\"><c t=\"inlineStr\">{written}</c><c r=\"B2\"><v>2025550101</v></c></row>",
            header()
        );
        let report = check_bytes("list.xlsx", &workbook_of(&rows), &us()).unwrap();
        assert_eq!(contacts(&report)[0].2, read, "{written}");
    }
}

#[test]
fn what_a_number_format_shows_belongs_to_the_number() {
    use rust_xlsxwriter::{Format, Workbook};
    for (format, value, region, expected) in [
        ("\"+44 \"0", 2_079_460_018_u64, "US", Some("+442079460018")),
        (
            "\\+49 ##########",
            3_023_125_123,
            "US",
            Some("+493023125123"),
        ),
        ("\"030 \"0", 23_125_123, "DE", Some("+493023125123")),
        ("0000000000", 212_345_678, "IT", Some("+390212345678")),
        ("(###) ###-####", 2_025_550_101, "US", Some("+12025550101")),
        ("\"$\"#,##0.00", 2_025_550_101, "US", None),
        ("0%", 2_025_550_101, "US", None),
    ] {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.write_row(0, 0, ["Phone", "Plan"]).unwrap();
        #[expect(clippy::cast_precision_loss, reason = "as a workbook stores it")]
        let value = value as f64;
        sheet
            .write_with_format(1, 0, value, &Format::new().set_num_format(format))
            .unwrap();
        let bytes = workbook.save_to_buffer().unwrap();
        let options = Options {
            region: region.parse().ok(),
            ..us()
        };
        let report = check_bytes("list.xlsx", &bytes, &options).unwrap();
        assert_eq!(
            numbers(&report).first().map(String::as_str),
            expected,
            "{format}"
        );
    }
}
