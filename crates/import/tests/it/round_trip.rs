//! A CSV that Ringonce wrote is read as the rows from which it was made.

use std::collections::BTreeMap;
use std::io::Write as _;

use proptest::prelude::*;
use ringonce_import::errors_csv::{self, BYTE_ORDER_MARK, csv_to};
use ringonce_import::fields::FieldTitles;
use ringonce_import::guard::harmless;
use ringonce_import::{Options, Use, open, titles};

use crate::support::{check_bytes, contacts, rejected, us};

/// A contact's number, name and fields.
type Contact = (String, String, BTreeMap<String, String>);

/// The contacts as an export has them, under columns in this order.
fn exported(contacts: &[Contact], zone: Option<&str>) -> Vec<u8> {
    let mut columns = FieldTitles::default();
    let json = |fields: &BTreeMap<String, String>| serde_json::to_string(fields).unwrap();
    for (.., fields) in contacts {
        columns.add_row(&json(fields));
    }
    let mut csv = csv_to(BYTE_ORDER_MARK.to_vec());
    let of_field = |title: &String| titles::of_field(title, zone).into_owned();
    let header = [titles::LINE, titles::NUMBER, titles::NAME]
        .map(str::to_owned)
        .into_iter()
        .chain(columns.as_slice().iter().map(of_field))
        .chain([titles::STATE, "ringonce_reason"].map(str::to_owned));
    csv.write_record(header.map(|cell| harmless(&cell).into_owned()))
        .unwrap();
    for (line, (number, name, fields)) in (2..).zip(contacts) {
        let noted = ["pending", ""];
        csv.write_field(line.to_string()).unwrap();
        csv.write_field(number).unwrap();
        csv.write_field(&*harmless(name)).unwrap();
        for cell in columns.cells(&json(fields)) {
            csv.write_field(&*harmless(&cell)).unwrap();
        }
        csv.write_record(noted).unwrap();
    }
    csv.into_inner().unwrap()
}

fn read(file: &[u8], options: &Options) -> Vec<Contact> {
    let report = check_bytes("export.csv", file, options).unwrap();
    assert_eq!(rejected(&report), []);
    let contacts = contacts(&report).into_iter();
    contacts
        .map(|(_, number, name, fields)| {
            (
                number,
                name.to_owned(),
                serde_json::from_str(fields).unwrap(),
            )
        })
        .collect()
}

fn fields<const N: usize>(fields: [(&str, &str); N]) -> BTreeMap<String, String> {
    let own = |(title, value): (&str, &str)| (title.to_owned(), value.to_owned());
    fields.into_iter().map(own).collect()
}

/// Texts that could be misread: formulas, guards, line breaks, delimiters, our own words.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[a-zA-Z0-9 äöüßя电🙂'\",;|\t\n=+@#.-]{0,8}",
        1 => "'{1,3}[=+@\t\r-][a-z0-9]{0,4}",
        1 => Just("\r\n".to_owned()),
        1 => Just("2025550123".to_owned()),
        1 => Just("1.2E+10".to_owned()),
    ];
    prop::collection::vec(piece, 1..4).prop_map(|pieces| pieces.concat())
}

fn title() -> impl Strategy<Value = String> {
    let ours = prop_oneof![
        Just("number"),
        Just("Name"),
        Just("name"),
        Just("ringonce_state"),
        Just("ringonce_line"),
        Just("time_zone"),
        Just("tz"),
        Just("Phone"),
        Just("mobile"),
        Just("First name"),
        Just("extension"),
        Just("column_3"),
        Just("City (field)"),
        Just("Due (not read)"),
        Just("=Total"),
        Just("'=Total"),
        Just("state"),
        Just("reason"),
        Just("line"),
    ];
    prop_oneof![
        2 => ours.prop_map(str::to_owned),
        1 => text().prop_map(|text| text.trim().to_owned()).prop_filter("a title", |it| !it.is_empty()),
    ]
}

/// Contacts with different fields; a blank field counts as none.
fn some_contacts() -> impl Strategy<Value = Vec<Contact>> {
    let fields = prop::collection::btree_map(
        title(),
        text().prop_filter("a value", |it| !it.trim_ascii().is_empty()),
        0..6,
    );
    let name = text().prop_map(|name| name.trim().to_owned());
    prop::collection::vec((name, fields), 1..12).prop_map(|rows| {
        (0..)
            .zip(rows)
            .map(|(n, (name, fields))| (format!("+1202555{n:04}"), name, fields))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn an_export_is_read_as_the_contacts_it_was_made_of(rows in some_contacts(), has_zone in any::<bool>()) {
        let mut all = rows.iter().flat_map(|(.., fields)| fields.keys());
        let zone = if has_zone { all.next().cloned() } else { None };
        prop_assert_eq!(&read(&exported(&rows, zone.as_deref()), &us()), &rows);
    }
}

#[test]
fn the_zone_column_of_an_export_is_known_by_whatever_name() {
    for (zone, others) in [
        ("time_zone", vec![]),
        ("Region", vec!["time_zone"]),
        ("tz", vec!["time_zone", "timezone"]),
        ("Name", vec![]),
    ] {
        let mut row = fields([(zone, "Europe/Berlin")]);
        row.extend(fields([("City", "Köln")]));
        row.extend(
            others
                .into_iter()
                .map(|title| (title.to_owned(), "Asia/Tokyo".to_owned())),
        );
        let rows = vec![("+4930123456".to_owned(), "Zoë".to_owned(), row)];
        let file = exported(&rows, Some(zone));
        let report = check_bytes("export.csv", &file, &us()).unwrap();
        assert_eq!(report.layout.columns.zone.as_deref(), Some(zone));
        assert_eq!(read(&file, &us()), rows);
    }
}

#[test]
fn an_export_without_a_zone_gets_none() {
    let rows = vec![(
        "+4930123456".to_owned(),
        String::new(),
        fields([("tz", "Asia/Tokyo")]),
    )];
    let report = check_bytes("export.csv", &exported(&rows, None), &us()).unwrap();
    assert_eq!(report.layout.columns.zone, None);
}

#[test]
fn another_delimiter_and_other_columns_in_front_leave_an_export_what_it_is() {
    let rows = vec![(
        "+12025550123".to_owned(),
        "Ana".to_owned(),
        fields([("Work phone", "2025550199")]),
    )];
    let text = String::from_utf8(exported(&rows, None)).unwrap();
    assert_eq!(read(text.replace(',', ";").as_bytes(), &us()), rows);
    let in_front = text.trim_start_matches('\u{feff}').lines();
    let in_front: Vec<String> = in_front
        .zip(["Rank", "1"])
        .map(|(line, cell)| format!("{cell},{line}"))
        .collect();
    let mut expected = rows;
    expected[0].2.extend(fields([("Rank", "1")]));
    assert_eq!(read(in_front.join("\n").as_bytes(), &us()), expected);
}

#[test]
fn the_caller_decides_over_an_export_too() {
    let rows = vec![(
        "+12025550123".to_owned(),
        "Ana".to_owned(),
        fields([("Other", "+12025550199")]),
    )];
    let options = Options {
        uses: vec![("Other".to_owned(), Use::Phone)],
        ..us()
    };
    let read = read(&exported(&rows, None), &options);
    assert_eq!(read[0].0, "+12025550199");
}

/// The error file of a list.
fn problems(list: &str, options: &Options) -> String {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(list.as_bytes()).unwrap();
    let mut out = Vec::new();
    errors_csv::write(|| open(file.path(), options), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn rows_that_were_not_taken_are_mended_where_they_are_told_of() {
    let named = Options {
        uses: vec![
            ("Client".to_owned(), Use::Name),
            ("Dial".to_owned(), Use::Phone),
            ("Secret".to_owned(), Use::Ignored),
            ("Where".to_owned(), Use::Zone),
        ],
        ..us()
    };
    for (list, options, bad, good, expected) in [
        (
            "Name,Phone,City\nBo,12,Rome\nAna,+12025550123,Köln\n",
            us(),
            "12,Bo",
            "+12025550124,Bo",
            ("Bo", fields([("City", "Rome")])),
        ),
        (
            "First name,Last name,Phone,Name\n=Bo,Berg,12,x\nAna,,+12025550123,\n",
            us(),
            "12,",
            "202 555 0124,",
            ("x", fields([("First name", "=Bo"), ("Last name", "Berg")])),
        ),
        (
            "Dial,Phone,Client,Name,Secret,Where\n12,1,Bo,B.,s,Europe/Rome\n+12025550123,2,Ana,A.,s,\n",
            named,
            "12,Bo",
            "+12025550124,Bo",
            (
                "Bo",
                fields([
                    ("Client", "Bo"),
                    ("Phone", "1"),
                    ("Name", "B."),
                    ("Where", "Europe/Rome"),
                ]),
            ),
        ),
        (
            "name,phone,\nBo,12,,,late\nAna,+12025550123,,,\n",
            us(),
            "12,Bo",
            "+12025550124,Bo",
            ("Bo", fields([("column_5", "late")])),
        ),
    ] {
        let file = problems(list, &options);
        let (head, row) = file.split_once("\r\n").unwrap();
        // The value occurs once in our own note and once in the row itself, which is corrected.
        let row = match row.rfind(bad) {
            Some(at) => format!("{}{}", &row[..at], row[at..].replacen(bad, good, 1)),
            None => panic!("{bad} is not in {row}"),
        };
        let mended = format!("{head}\r\n{row}");
        let report = check_bytes("mended.csv", mended.as_bytes(), &us()).unwrap();
        assert_eq!(rejected(&report), [], "{mended}");
        let [(_, number, name, metadata)] = &contacts(&report)[..] else {
            panic!("one contact: {mended}");
        };
        assert_eq!(number, "+12025550124", "{mended}");
        let metadata: BTreeMap<String, String> = serde_json::from_str(metadata).unwrap();
        assert_eq!((*name, metadata), expected, "{mended}");
    }
}

#[test]
fn a_row_that_is_not_mended_is_told_of_again_and_not_rung() {
    let file = problems(
        "Number of calls,Phone\n2025550199,12\n1,+12025550123\n",
        &us(),
    );
    let report = check_bytes("again.csv", file.as_bytes(), &us()).unwrap();
    assert_eq!(report.accepted(), 0);
    assert_eq!(rejected(&report), [(2, "Phone", "12")]);
}

#[test]
fn a_list_of_another_program_keeps_its_apostrophes() {
    let list = "Phone,Name,Note,Alias\n'+12025550123,'=Ana,'-5,'tis\n";
    assert_eq!(
        read(list.as_bytes(), &us()),
        [(
            "+12025550123".to_owned(),
            "'=Ana".to_owned(),
            fields([("Note", "'-5"), ("Alias", "'tis")])
        )]
    );
}
