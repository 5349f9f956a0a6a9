//! A column of time zones: which rows a check reports.

use crate::support::{check_bytes, contacts, us};

#[test]
fn rows_whose_time_zone_is_not_clear_are_told_and_kept() {
    let list = "phone,name,time_zone\n\
        +12125550101,Ana,PST\n\
        +12125550102,Bo,Mars/Olympus\n\
        +12125550103,Cy,\n\
        +12125550104,Di,London\n\
        +12125550105,Ed,(GMT-08:00) Pacific Time\n";
    let report = check_bytes("list.csv", list.as_bytes(), &us()).unwrap();

    assert_eq!(contacts(&report).len(), 5);
    let told: Vec<&String> = report
        .notes
        .iter()
        .filter(|note| note.contains("time zone"))
        .collect();
    let [note] = told.as_slice() else {
        panic!("{:?}", report.notes)
    };
    for words in [
        "2 rows have a time zone that is not clear",
        "line 3: \"Mars/Olympus\" is not understood",
        "line 5: \"London\" is not clear",
        "Europe/London",
        "every zone of the number's country",
    ] {
        assert!(note.contains(words), "{words}: {note}");
    }
    assert_eq!(report.layout.notes, report.notes);
}

#[test]
fn many_unclear_zones_are_counted_and_the_first_are_named() {
    let rows = (0..30).map(|row| format!("+121255501{row:02},nowhere\n"));
    let list: String = std::iter::once("phone,time zone\n".to_owned())
        .chain(rows)
        .collect();
    let report = check_bytes("list.csv", list.as_bytes(), &us()).unwrap();
    let note = report.notes.iter().find(|note| note.contains("30 rows"));
    let note = note.unwrap_or_else(|| panic!("{:?}", report.notes));
    assert!(note.contains("line 2:") && note.ends_with("; …"), "{note}");
}

#[test]
fn a_file_whose_zones_are_clear_is_not_remarked_upon() {
    for list in [
        "phone,time_zone\n+12125550101,EST\n+12125550102,America/Denver\n",
        "phone,zone of interest\n+12125550101,nowhere\n",
    ] {
        let report = check_bytes("list.csv", list.as_bytes(), &us()).unwrap();
        let is_about_zones = |note: &String| note.contains("time zone");
        assert!(
            !report.notes.iter().any(is_about_zones),
            "{:?}",
            report.notes
        );
    }
}
