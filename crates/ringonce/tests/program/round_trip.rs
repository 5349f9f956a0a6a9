//! Exports can be imported again: the same contacts, and corrected rows.

use serde_json::Value;

use crate::support::Folder;

const LIST: &str = "Phone,Client name,Name,Region,=Sum,ringonce_state\n\
    +12025550101 ext. 7,Zo\u{eb},Z.,America/Los_Angeles,'=1,\"a\nb\"\n\
    +12025550102,=1+1,,Europe/Rome,-5,\n\
    12,Short,S.,,,x\n";
const OPTIONS: &str = "--region US --name-columns Client_name --zone-column Region";

/// The contacts that a file gives: number, name, fields.
fn contacts(report: &Value) -> Vec<[Value; 3]> {
    let contacts = report["accepted"].as_array().unwrap().iter();
    contacts
        .map(|it| ["number", "name", "metadata"].map(|key| it[key].clone()))
        .collect()
}

#[test]
fn an_export_is_checked_and_created_as_the_same_contacts() {
    let folder = Folder::new();
    folder.write("list.csv", LIST.replace("Client name", "Client_name"));
    let first = folder.json(&format!("check list.csv {OPTIONS} --full"));
    assert_eq!(contacts(&first).len(), 2);
    folder.ok(&format!("campaign create list.csv {OPTIONS}"));
    folder.ok("campaign export 1 --to export.csv");
    assert!(folder.read("export.csv").starts_with('\u{feff}'));
    let again = folder.json("check export.csv --full");
    assert_eq!(again["rejected"], serde_json::json!([]));
    assert_eq!(again["columns"]["zone"], "Region");
    assert_eq!(contacts(&again), contacts(&first));
    folder.ok("campaign create export.csv");
    folder.ok("campaign export 2 --no-bom --to again.csv");
    // The line differs, and so does the instant at which a contact is due.
    let told = |text: &str| -> Vec<Vec<String>> {
        let mut csv = csv::Reader::from_reader(text.as_bytes());
        let rows = csv.records().map(Result::unwrap);
        let told = |row: csv::StringRecord| {
            row.iter()
                .skip(1)
                .take(row.len() - 2)
                .map(str::to_owned)
                .collect()
        };
        rows.map(told).collect()
    };
    let (export, again) = (folder.read("export.csv"), folder.read("again.csv"));
    assert_eq!(told(&again), told(&export));
    assert!(again.starts_with("ringonce_line,number,name,"));
}

#[test]
fn bad_rows_are_mended_where_they_were_written() {
    let folder = Folder::new();
    folder.write("list.csv", LIST.replace("Client name", "Client_name"));
    folder.ok(&format!("campaign create list.csv {OPTIONS}"));
    folder.ok(&format!("check list.csv {OPTIONS} --errors checked.csv"));
    folder.ok("campaign export 1 --what problems --to exported.csv");
    assert_eq!(folder.read("checked.csv"), folder.read("exported.csv"));
    let mended = folder
        .read("exported.csv")
        .replace(",12,Short", ",+12025550103,Short");
    folder.write("mended.csv", mended);
    let report = folder.json("check mended.csv --full");
    assert_eq!(report["columns"]["zone"], "Region");
    assert_eq!(
        contacts(&report),
        [[
            "+12025550103".into(),
            "Short".into(),
            serde_json::json!({ "Client_name": "Short", "Name": "S.", "ringonce_state": "x" })
        ]]
    );
}
