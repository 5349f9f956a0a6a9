//! Quotes around fields, and rows that are in quotes as a whole.

use ringonce_import::Options;

use crate::support::{check_bytes, contacts, numbers, rejected, us};

fn found(text: &str, options: &Options) -> Vec<(String, String, String)> {
    let report = check_bytes("list.csv", text.as_bytes(), options)
        .unwrap_or_else(|err| panic!("{text}: {err}"));
    assert_eq!(rejected(&report), [], "{text}");
    contacts(&report)
        .into_iter()
        .map(|(_, number, name, metadata)| (number, name.to_owned(), metadata.to_owned()))
        .collect()
}

fn expected(rows: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
    let owned = |(number, name, metadata): &(&str, &str, &str)| {
        (
            (*number).to_owned(),
            (*name).to_owned(),
            (*metadata).to_owned(),
        )
    };
    rows.iter().map(owned).collect()
}

#[test]
fn rows_in_quotes_as_a_whole_are_read_by_what_is_inside() {
    for text in [
        "\"Name,Phone\"\n\"Ana,2025550101\"\n\"Bo,2025550102\"\n",
        "\"Name;Phone\"\r\n\"Ana;2025550101\"\r\n\"Bo;2025550102\"\r\n",
        "\"Name\tPhone\"\r\"Ana\t2025550101\"\r\"Bo\t2025550102\"\r",
        // As programs write them that only quote rows with a delimiter in them.
        "Name,Phone\n\"Ana,2025550101\"\n\"Bo,2025550102\"\n",
        "\"Name,Phone\"\n\"Ana,\"\"2025550101\"\"\"\n\"\"\"Bo\"\",2025550102\"\n",
        "'Name,Phone'\n'Ana,2025550101'\n'Bo,2025550102'\n",
        "\"sep=;\"\n\"Name;Phone\"\n\"Ana;2025550101\"\n\"Bo;2025550102\"\n",
    ] {
        let rows = [("+12025550101", "Ana", "{}"), ("+12025550102", "Bo", "{}")];
        assert_eq!(found(text, &us()), expected(&rows), "{text}");
    }
    let text = "\"Name,Phone,City\"\n\
                \"\"\"Sample, Ana\"\",2025550101,\"\"Paris, Texas\"\"\"\n\
                \"Bo,2025550102,\"\"\"\"\"\"Old\"\"\"\" Town\"\"\"\n";
    let rows = [
        ("+12025550101", "Sample, Ana", r#"{"City":"Paris, Texas"}"#),
        ("+12025550102", "Bo", r#"{"City":"\"Old\" Town"}"#),
    ];
    assert_eq!(found(text, &us()), expected(&rows));
}

#[test]
fn a_row_that_is_not_in_quotes_as_a_whole_is_read_as_it_is() {
    let text = "\"Name,Phone,City\"\n\"Ana,2025550101,Rome\"\n\"Bo,2025550102,Oslo\"\n\
                \"Sample, Cy\",2025550103,\"Paris, Texas\"\n\"Di,2025550104,\"\n";
    let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
    let names: Vec<_> = contacts(&report).iter().map(|c| (c.0, c.2)).collect();
    assert_eq!(names, [(2, "Ana"), (3, "Bo"), (4, "Sample, Cy"), (5, "Di")]);
}

#[test]
fn one_column_in_quotes_is_one_column() {
    for (text, first) in [
        ("\"Phone\"\n\"2025550101\"\n\"2025550102\"\n", "{}"),
        ("'Phone'\n'2025550101'\n'2025550102'\n", "{}"),
        ("'2025550101'\n'2025550102'\n", "{}"),
        (
            "\"Sample, Ana 2025550101\"\n\"Sample, Bo 2025550102\"\n",
            "{}",
        ),
    ] {
        let report = check_bytes("list.txt", text.as_bytes(), &us()).unwrap();
        assert_eq!(numbers(&report), ["+12025550101", "+12025550102"], "{text}");
        assert_eq!(contacts(&report)[0].3, first, "{text}");
    }
}

#[test]
fn apostrophes_enclose_fields_where_they_open_and_close_them() {
    for text in [
        "'Name','Phone'\n'Ana','2025550101'\n'Bo','2025550102'\n",
        "Name;Phone\n'Ana';'2025550101'\n'Bo';'2025550102'\n",
        "'Name',Phone\n'Ana',2025550101\n'Bo',2025550102\n",
    ] {
        let rows = [("+12025550101", "Ana", "{}"), ("+12025550102", "Bo", "{}")];
        assert_eq!(found(text, &us()), expected(&rows), "{text}");
        let asked = Options {
            delimiter: Some(if text.contains(';') { b';' } else { b',' }),
            ..us()
        };
        assert_eq!(found(text, &asked), expected(&rows), "{text}");
    }
    let text = "'Name','Phone','City'\n'O''Hara, Ana','2025550101','Paris, Texas'\n";
    let rows = [("+12025550101", "O'Hara, Ana", r#"{"City":"Paris, Texas"}"#)];
    assert_eq!(found(text, &us()), expected(&rows));
}

#[test]
fn other_apostrophes_stay_what_they_are() {
    // Apostrophes before numbers that a spreadsheet must keep as text, and in names.
    let text = "Name,Phone,Note\nO'Brien,'2025550101,it's late\nD'Arcy,'2025550102,'tis\n";
    let rows = [
        ("+12025550101", "O'Brien", r#"{"Note":"it's late"}"#),
        ("+12025550102", "D'Arcy", r#"{"Note":"'tis"}"#),
    ];
    assert_eq!(found(text, &us()), expected(&rows));
}
