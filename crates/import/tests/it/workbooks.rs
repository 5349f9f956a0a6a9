//! XLSX and XLS workbooks.

use ringonce_import::check::Report;
use ringonce_import::{Format, ImportError, Options};
use rust_xlsxwriter::{ExcelDateTime, Format as Style, Formula, Workbook};

use crate::support::{check_bytes, contacts, numbers, rejected, us};

const XLS: &[u8] = include_bytes!("../fixtures/people.xls");

fn check(workbook: &mut Workbook, options: &Options) -> Result<Report, ImportError> {
    check_bytes("list.xlsx", &workbook.save_to_buffer().unwrap(), options)
}

#[test]
fn cells_are_read_as_what_a_person_would_have_typed() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let date = Style::new().set_num_format("dd/mm/yyyy");
    let header = ["Name", "Phone", "Since", "Score", "VIP", "Total"];
    sheet.write_row(0, 0, header).unwrap();
    sheet.write(1, 0, "Ada").unwrap();
    sheet.write(1, 1, 12_025_550_123_u64).unwrap();
    let since = ExcelDateTime::from_ymd(2024, 1, 31).unwrap();
    sheet.write_with_format(1, 2, &since, &date).unwrap();
    sheet.write(1, 3, 4.5).unwrap();
    sheet.write(1, 4, true).unwrap();
    sheet
        .write(1, 5, Formula::new("=1+1").set_result("2"))
        .unwrap();
    let found = check(&mut workbook, &us()).unwrap();
    assert_eq!(
        contacts(&found),
        [(
            2,
            "+12025550123".to_owned(),
            "Ada",
            r#"{"Since":"2024-01-31","Score":"4.5","VIP":"true","Total":"2"}"#
        )]
    );
}

#[test]
fn phone_cells_are_numbers_texts_and_formulas_or_say_what_they_are() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let date = Style::new().set_num_format("yyyy-mm-dd");
    let concat = Formula::new("=\"+1\"&\"2025550124\"").set_result("+12025550124");
    let missing = Formula::new("=VLOOKUP(1,A1:B2,2)").set_result("#N/A");
    sheet.write(0, 0, "Phone").unwrap();
    sheet.write(1, 0, 2_025_550_123.0).unwrap();
    sheet.write(2, 0, concat).unwrap();
    sheet.write(3, 0, missing).unwrap();
    let day = ExcelDateTime::from_ymd(2024, 1, 31).unwrap();
    sheet.write_with_format(4, 0, &day, &date).unwrap();
    sheet.write(5, 0, 12_025_550_123.5).unwrap();
    sheet.write(6, 0, "(202) 555-0125").unwrap();
    let report = check(&mut workbook, &us()).unwrap();
    assert_eq!(
        numbers(&report),
        ["+12025550123", "+12025550124", "+12025550125"]
    );
    assert_eq!(
        rejected(&report),
        [
            (4, "Phone", "#N/A"),
            (5, "Phone", "2024-01-31"),
            (6, "Phone", "12025550123.5")
        ]
    );
    for (rejection, part) in report
        .rejected
        .iter()
        .zip(["error #N/A", "date", "decimals"])
    {
        assert!(rejection.reason.contains(part), "{}", rejection.reason);
    }
}

fn workbook_of_three_sheets() -> Workbook {
    let mut workbook = Workbook::new();
    let cover = workbook.add_worksheet();
    cover
        .set_name("Cover")
        .unwrap()
        .write(0, 0, "Everybody we know")
        .unwrap();
    let codes = workbook.add_worksheet();
    codes
        .set_name("Codes")
        .unwrap()
        .write_column(0, 0, ["2025550125", "2025550126"])
        .unwrap();
    let people = workbook.add_worksheet();
    people
        .set_name("People")
        .unwrap()
        .write_row(2, 1, ["Phone", "Name"])
        .unwrap();
    people.write_row(4, 1, ["2025550123", "Ada"]).unwrap();
    workbook
}

#[test]
fn the_first_sheet_whose_header_names_a_phone_is_read() {
    let report = check(&mut workbook_of_three_sheets(), &us()).unwrap();
    assert_eq!(report.layout.sheet.as_deref(), Some("People"));
    assert_eq!(
        contacts(&report),
        [(5, "+12025550123".to_owned(), "Ada", "{}")]
    );
    assert!(
        report
            .layout
            .notes
            .iter()
            .any(|note| note.contains("2 more"))
    );
}

#[test]
fn a_named_sheet_is_read_and_a_wrong_name_is_answered_with_the_names() {
    let named = |name: &str| Options {
        sheet: Some(name.into()),
        ..us()
    };
    let report = check(&mut workbook_of_three_sheets(), &named("codes")).unwrap();
    assert_eq!(numbers(&report), ["+12025550125", "+12025550126"]);
    let refused = check(&mut workbook_of_three_sheets(), &named("Leute")).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "no sheet named \"Leute\"; the workbook has: Cover, Codes, People"
    );
}

#[test]
fn hidden_sheets_are_left_alone() {
    let mut workbook = workbook_of_three_sheets();
    workbook.worksheet_from_index(2).unwrap().set_hidden(true);
    let report = check(&mut workbook, &us()).unwrap();
    assert_eq!(report.layout.sheet.as_deref(), Some("Codes"));
}

#[test]
fn many_rows_keep_their_order_and_lines() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["Phone", "Nr"]).unwrap();
    for row in 1..=30_000 {
        sheet
            .write(row, 0, 2_122_000_000_u64 + u64::from(row))
            .unwrap();
        sheet.write(row, 1, row).unwrap();
    }
    let report = check(&mut workbook, &us()).unwrap();
    assert_eq!(report.rows, 30_000);
    for (index, (line, number, _, metadata)) in contacts(&report).into_iter().enumerate() {
        let row = index + 1;
        assert_eq!(line as usize, row + 1);
        assert_eq!(number, format!("+1{}", 2_122_000_000 + row));
        assert_eq!(metadata, format!("{{\"Nr\":\"{row}\"}}"));
    }
}

#[test]
fn an_old_workbook_is_read_like_a_new_one() {
    let report = check_bytes("people.xls", XLS, &us()).unwrap();
    assert_eq!(report.layout.format, Format::Xls);
    assert_eq!(report.layout.sheet.as_deref(), Some("People"));
    let found = contacts(&report);
    let first: Vec<_> = found
        .iter()
        .take(3)
        .map(|c| (c.0, c.1.as_str(), c.2, c.3))
        .collect();
    assert_eq!(
        first,
        [
            (
                2,
                "+12025550123",
                "Amber Sample",
                r#"{"Since":"2024-01-31","Score":"4.5","VIP":"true","Note":"prefers mornings"}"#
            ),
            (
                3,
                "+442079460018",
                "José Müller",
                r#"{"Since":"2024-02-01 09:30:00","Score":"7","VIP":"false","Note":"ümlaut — 电话"}"#
            ),
            (4, "+12025550124", "Lin", r#"{"Score":"-3"}"#),
        ]
    );
    assert_eq!(rejected(&report), [(5, "Phone", "n/a")]);
    // Its strings continue over several records.
    let last = found.last().unwrap();
    assert_eq!((last.0, last.3), (106, r#"{"Note":"note 99 手机"}"#));
    assert_eq!((report.rows, report.duplicates.len()), (404, 300));
}

#[test]
fn a_wrong_extension_is_read_by_content_and_said() {
    let csv = b"name,phone\nAda,2025550123\n";
    let xlsx = workbook_of_three_sheets().save_to_buffer().unwrap();
    for (name, bytes, format, note) in [
        (
            "list.xlsx",
            &csv[..],
            Format::Csv,
            "says XLSX, but its content is CSV",
        ),
        (
            "list.csv",
            &xlsx,
            Format::Xlsx,
            "says CSV, but its content is XLSX",
        ),
        (
            "list.xlsx",
            XLS,
            Format::Xls,
            "says XLSX, but its content is XLS",
        ),
    ] {
        let report = check_bytes(name, bytes, &us()).unwrap();
        assert_eq!(report.layout.format, format);
        assert!(
            report.layout.notes.iter().any(|n| n.contains(note)),
            "{:?}",
            report.layout.notes
        );
    }
    let report = check_bytes("list.txt", csv, &us()).unwrap();
    assert!(report.layout.notes.is_empty(), "{:?}", report.layout.notes);
}

#[test]
fn a_format_that_was_asked_for_must_be_there() {
    let asked = |format| Options {
        format: Some(format),
        ..us()
    };
    let refused = check_bytes("list.csv", b"phone\n2025550123\n", &asked(Format::Xlsx));
    assert!(
        matches!(refused, Err(ImportError::WrongFormat { .. })),
        "{refused:?}"
    );
    let refused = check_bytes("list.xls", XLS, &asked(Format::Csv));
    assert!(
        matches!(refused, Err(ImportError::WrongFormat { .. })),
        "{refused:?}"
    );
}
