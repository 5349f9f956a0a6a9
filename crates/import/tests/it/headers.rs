//! Where the header is, and the names of its columns.

use ringonce_import::{Format, ImportError, Options, Use};

use crate::support::{check_bytes, contacts, numbers, rejected, us};

#[test]
fn a_list_of_one_contact_is_found_whatever_its_header_is_called() {
    for (name, text, phone) in [
        ("list.csv", "number,name\n+12025550101,Me\n", "number"),
        ("list.csv", "Name,Number\nMe,2025550101\n", "Number"),
        ("list.csv", "Kontakt;Nr\nMe;2025550101\n", "Nr"),
        (
            "list.csv",
            "Wer;Wohin;Wann\nMe;2025550101;Montag\n",
            "Wohin",
        ),
        ("list.csv", "name,to\nMe,(202) 555-0101\n", "to"),
        ("list.csv", "Name|Line\nMe|202-555-0101\n", "Line"),
        ("list.csv", "Destino\n2025550101\n", "Destino"),
        ("list.txt", "Number\n2025550101\n", "Number"),
        ("list.csv", "Guests\n\nName,To\nMe,2025550101\n", "To"),
        ("list.csv", "Me,2025550101\n", "column_2"),
        ("list.csv", "Phone\n2025550101\n", "Phone"),
    ] {
        for options in [us(), Options::default()] {
            let text = if options.region.is_none() {
                text.replace("2025550101", "+12025550101")
                    .replace("++1", "+1")
            } else {
                text.to_owned()
            };
            let report = check_bytes(name, text.as_bytes(), &options)
                .unwrap_or_else(|err| panic!("{text}: {err}"));
            assert_eq!(report.layout.columns.phone[0], phone, "{text}");
            assert_eq!(report.rows, 1, "{text}");
        }
        let report = check_bytes(name, text.as_bytes(), &us()).unwrap();
        assert_eq!(numbers(&report), ["+12025550101"], "{text}");
    }
}

#[test]
fn a_first_contact_without_a_number_does_not_hide_those_below() {
    let text = "Ana,2025550101,VIP\nBo,none,x\nCy,2025550102,y\n";
    let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
    assert_eq!((report.rows, report.layout.header), (3, None));
    for missing in ["none", "n/a", "-", "Unknown"] {
        let text = format!("Bo,{missing},x\nAna,2025550101,y\nCy,2025550102,z\n");
        let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
        assert_eq!((report.rows, report.layout.header), (3, None), "{missing}");
        assert_eq!(rejected(&report), [(1, "column_2", missing)]);
    }
    let report = check_bytes("list.csv", b"Wer,Wohin\nAna,2025550101\n", &us()).unwrap();
    let note = "The first row was read as the header, not as a contact: Wer, Wohin.";
    assert_eq!(report.layout.notes, [note]);
    let text = "Name,Phone,City\nBo,none,Oslo\nEd,mobile,Rome\nCy,2025550102,Bonn\n";
    let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
    assert_eq!((report.rows, report.layout.header), (3, Some(1)));
}

#[test]
fn headers_that_repeat_are_told_by_the_names_that_tell_them_apart() {
    let text = "Phone,Name,Phone,Name\n2025550101,Ana,2125550101,x\n";
    let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
    let note = &report.layout.notes[0];
    assert!(note.contains("no good number, from \"Phone_2\""), "{note}");
    assert_eq!(
        contacts(&report)[0].3,
        r#"{"Phone_2":"2125550101","Name_2":"x","phone label":"Phone"}"#
    );
    let asked = |name: &str| Options {
        uses: vec![(name.to_owned(), Use::Phone)],
        ..us()
    };
    let report = check_bytes("list.csv", text.as_bytes(), &asked("Phone_2")).unwrap();
    assert_eq!(numbers(&report), ["+12125550101"]);
    let refused = check_bytes("list.csv", text.as_bytes(), &asked("Phone_3")).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "no column named \"Phone_3\"; the file has: Phone, Name, Phone_2, Name_2"
    );
    let refused = check_bytes("list.csv", b"City,City\nRome,Oslo\n", &us()).unwrap_err();
    assert!(refused.to_string().contains("City, City_2"), "{refused}");
}

#[test]
fn names_of_groups_of_columns_above_the_header_are_passed_over() {
    for (text, header, phone, name) in [
        (
            ",Contact,,Address,\nName,Phone,Email,Street,City\nAna,2025550101,a@example.com,S,C\n",
            2,
            "Phone",
            "Ana",
        ),
        (
            "Phone numbers,,\nHome,Mobile,Name\n,2025550101,Ana\n",
            2,
            "Mobile",
            "Ana",
        ),
        (
            "Phone numbers,,\nHome,Work,Name\n2025550101,,Ana\n",
            2,
            "Home",
            "Ana",
        ),
        (
            ",Phones,,Place\nName,Home,Work,City\nAna,2025550101,,Rome\n",
            2,
            "Home",
            "Ana",
        ),
        (
            "Guests of 2024\n,,Phone,\nFirst name,Last name,Mobile,City\nAna,B,2025550101,Rome\n",
            3,
            "Mobile",
            "Ana B",
        ),
        (
            "Phone list\nName,Number\nAna,2025550101\n",
            2,
            "Number",
            "Ana",
        ),
    ] {
        let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
        assert_eq!(report.layout.header, Some(header), "{text}");
        assert_eq!(report.layout.columns.phone[0], phone, "{text}");
        let found = contacts(&report);
        assert_eq!(
            (found[0].1.as_str(), found[0].2),
            ("+12025550101", name),
            "{text}"
        );
        assert_eq!(rejected(&report), [], "{text}");
    }
}

#[test]
fn the_line_of_the_header_can_be_said() {
    let text = "Phone,Name\nNumber,Who\n2025550101,Ana\n2025550102,Bo\n";
    let read = |text: &str, header| {
        let options = Options {
            header: Some(header),
            ..us()
        };
        check_bytes("list.csv", text.as_bytes(), &options)
    };
    let second = read(text, 2).unwrap();
    assert_eq!(second.layout.columns.phone[0], "Number");
    assert_eq!((second.rows, second.layout.header), (2, Some(2)));
    // A contact may be the header too, if the caller says so.
    assert_eq!(read(text, 3).unwrap().rows, 1);
    let none = read("Ana,2025550101\nBo,2025550102\n", 0).unwrap();
    assert_eq!((none.rows, none.layout.header), (2, None));
    assert_eq!(none.layout.notes, [""; 0]);
    let words = read("Ana,none\nBo,2025550101\nCy,2025550102\n", 0).unwrap();
    assert_eq!(rejected(&words), [(1, "column_2", "none")]);
    for line in [5, 400] {
        let refused = read(text, line).unwrap_err();
        assert!(matches!(refused, ImportError::NoSuchHeader { line: found } if found == line));
    }
    let options = Options {
        header: Some(1),
        ..us()
    };
    let report = check_bytes("list.txt", b"Ana 2025550101\nBo 2025550102\n", &options).unwrap();
    assert_eq!((report.layout.format, report.rows), (Format::Txt, 1));
}

#[test]
fn the_first_lines_are_shown_so_that_one_can_be_chosen() {
    let text = "Guests\n\nName,Phone,City,Note,More\nAna,2025550101,Rome\n";
    let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
    let shown: Vec<_> = report
        .layout
        .first_lines
        .iter()
        .map(|line| (line.line, line.cells.join(" ")))
        .collect();
    let shown: Vec<_> = shown
        .iter()
        .map(|(line, cells)| (*line, cells.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            (1, "Guests"),
            (3, "Name Phone City Note"),
            (4, "Ana 2025550101 Rome")
        ]
    );
}
