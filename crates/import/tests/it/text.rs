//! CSV and TXT files as people have them.

use crate::support::{check_bytes, contacts, numbers, rejected, us};
use ringonce_import::check::Duplicate;
use ringonce_import::{Format, ImportError, Options, Use};

#[test]
fn any_delimiter_is_found() {
    for (delimiter, text) in [
        (
            ',',
            "name,phone,city\nAda,2025550123,Rome\nBob,2025550124,\"Paris, Texas\"\n",
        ),
        (
            ';',
            "name;phone;city\nAda;2025550123;Rome\nBob;2025550124;Paris, Texas\n",
        ),
        (
            '\t',
            "name\tphone\tcity\nAda\t2025550123\tRome\nBob\t2025550124\tParis, Texas\n",
        ),
        (
            '|',
            "name|phone|city\nAda|2025550123|Rome\nBob|2025550124|Paris, Texas\n",
        ),
        (
            ';',
            "sep=;\nname;phone;city\nAda;2025550123;Rome\nBob;2025550124;Paris, Texas\n",
        ),
        (
            ',',
            "Ada,2025550123,Rome\nBob,2025550124,\"Paris, Texas\"\n",
        ),
    ] {
        let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
        assert_eq!(report.layout.delimiter, Some(delimiter), "{text}");
        let found = contacts(&report);
        assert_eq!(found.len(), 2, "{text}");
        assert_eq!(found[1].2, "Bob", "{text}");
        assert!(found[1].3.contains("\"Paris, Texas\""), "{text}");
    }
}

#[test]
fn a_named_delimiter_is_obeyed() {
    let options = Options {
        delimiter: Some(b'^'),
        ..us()
    };
    let report = check_bytes("list.csv", b"name^phone\nAda^2025550123\n", &options).unwrap();
    assert_eq!(
        contacts(&report),
        [(2, "+12025550123".to_owned(), "Ada", "{}")]
    );
    let options = Options {
        delimiter: Some(b'"'),
        ..us()
    };
    let refused = check_bytes("list.csv", b"name,phone\n", &options);
    assert!(matches!(refused, Err(ImportError::BadDelimiter('"'))));
}

#[test]
fn lines_are_counted_over_breaks_inside_quotes_and_empty_lines() {
    for end in ["\n", "\r\n", "\r"] {
        let text =
            "Monthly list|||name,phone,note|Ada,2025550123,\"two|lines\"||Bob,bad,|Cy,2025550124,"
                .replace('|', end);
        let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
        let lines: Vec<u32> = contacts(&report).iter().map(|c| c.0).collect();
        assert_eq!(lines, [5, 9], "{end:?}");
        assert_eq!(rejected(&report), [(8, "phone", "bad")], "{end:?}");
    }
}

#[test]
fn quotes_are_read_as_people_write_them() {
    let text = "name,phone,note\n\
                \"Ada \"\"the first\"\"\",2025550123,5\" pipe\n\
                Bob, \"2025550124\", \"a, b\"\n\
                \"Cy\"x,2025550125,\"\"\n";
    let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
    let expected = [
        (
            2,
            "+12025550123",
            "Ada \"the first\"",
            r#"{"note":"5\" pipe"}"#,
        ),
        (3, "+12025550124", "Bob", r#"{"note":"a, b"}"#),
        (4, "+12025550125", "Cyx", "{}"),
    ];
    let found = contacts(&report);
    let found: Vec<_> = found
        .iter()
        .map(|c| (c.0, c.1.as_str(), c.2, c.3))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn a_quote_that_is_never_closed_costs_one_row() {
    let text = "name,phone\nAda,2025550123\n\"Bob,2025550124\nCy,2025550125\nDi,2025550126\n";
    let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
    assert_eq!(
        numbers(&report),
        ["+12025550123", "+12025550125", "+12025550126"]
    );
    assert_eq!(rejected(&report), [(3, "", "\"Bob,2025550124")]);
    assert!(report.rejected[0].reason.contains("never closed"));
}

#[test]
fn every_encoding_is_understood() {
    let text = "name;phone\nJosé Müller;2025550123\nZoë Straße;2025550124\nÅsa Öberg;2025550125\n";
    let latin: Vec<u8> = text
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let utf16 = |to_bytes: fn(u16) -> [u8; 2], mark: bool| {
        let mark = mark.then_some(0xFEFF);
        mark.into_iter()
            .chain(text.encode_utf16())
            .flat_map(to_bytes)
            .collect::<Vec<u8>>()
    };
    for (encoding, bytes) in [
        ("UTF-8", text.as_bytes().to_vec()),
        ("UTF-8", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
        ("windows-1252", latin),
        ("UTF-16LE", utf16(u16::to_le_bytes, true)),
        ("UTF-16BE", utf16(u16::to_be_bytes, true)),
        ("UTF-16LE", utf16(u16::to_le_bytes, false)),
        ("UTF-16BE", utf16(u16::to_be_bytes, false)),
    ] {
        let report = check_bytes("list.csv", &bytes, &us()).unwrap();
        assert_eq!(report.layout.encoding, Some(encoding));
        let names: Vec<_> = contacts(&report).iter().map(|c| c.2).collect();
        assert_eq!(
            names,
            ["José Müller", "Zoë Straße", "Åsa Öberg"],
            "{encoding}"
        );
        assert_eq!(report.layout.columns.phone[0], "phone", "{encoding}");
    }
}

#[test]
fn other_alphabets_are_understood_without_unicode() {
    // Телефон;Имя / 2025550123;Екатерина Великая, in windows-1251.
    let header = b"\xd2\xe5\xeb\xe5\xf4\xee\xed;\xc8\xec\xff\n";
    let row = b"2025550123;\xc5\xea\xe0\xf2\xe5\xf0\xe8\xed\xe0 \xc2\xe5\xeb\xe8\xea\xe0\xff\n";
    let report = check_bytes("list.csv", &[&header[..], &row[..]].concat(), &us()).unwrap();
    assert_eq!(report.layout.encoding, Some("windows-1251"));
    assert_eq!(contacts(&report)[0].2, "Екатерина Великая");
}

#[test]
fn the_encodings_of_a_continent_are_told_apart() {
    for (encoding, names) in [
        (
            encoding_rs::SHIFT_JIS,
            ["山田太郎", "鈴木花子さん", "高橋ひろし"],
        ),
        (encoding_rs::GBK, ["王小明先生", "李建国", "电话联系张女士"]),
        (
            encoding_rs::BIG5,
            ["陳怡君小姐", "林志明先生", "聯絡電話黃先生"],
        ),
        (
            encoding_rs::EUC_KR,
            ["김철수", "이영희 고객님", "박지성 선수"],
        ),
        (
            encoding_rs::WINDOWS_1250,
            ["Józef Łoś", "Małgorzata Źrebiec", "Grażyna Wójcik"],
        ),
        (
            encoding_rs::WINDOWS_1251,
            ["Екатерина Великая", "Юрий Гагарин", "Анна Каренина"],
        ),
        (
            encoding_rs::WINDOWS_1253,
            ["Γιώργος Παπαδόπουλος", "Ελένη", "Νίκος Καζαντζάκης"],
        ),
    ] {
        let [first, second, third] = names;
        let rows = format!("{first};2125550123\n{second};2125550124\n{third};2125550125\n");
        let text = format!("name;phone\n{}", rows.repeat(20));
        let (bytes, _, _) = encoding.encode(&text);
        let report = check_bytes("list.csv", &bytes, &us()).unwrap();
        let read: Vec<_> = contacts(&report).iter().take(3).map(|c| c.2).collect();
        assert_eq!(
            read,
            names,
            "{} read as {:?}",
            encoding.name(),
            report.layout.encoding
        );
    }
}

#[test]
fn the_first_accent_may_come_late() {
    let rows = "Somebody With A Longer Name,2025550123\n".repeat(6_000);
    let text = format!("name,phone\n{rows}José,2125550123\n");
    let utf8 = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
    assert_eq!(contacts(&utf8).last().unwrap().2, "José");
    let latin: Vec<u8> = text
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let latin = check_bytes("list.csv", &latin, &us()).unwrap();
    assert_eq!(contacts(&latin).last().unwrap().2, "José");
}

#[test]
fn one_broken_letter_does_not_change_the_encoding() {
    let mut bytes = b"name,phone\n".to_vec();
    for _ in 0..100 {
        bytes.extend("Zoë,2025550123\n".as_bytes());
    }
    bytes.extend(b"Zo\xeb,2025550124\n");
    let report = check_bytes("list.csv", &bytes, &us()).unwrap();
    assert_eq!(report.layout.encoding, Some("UTF-8"));
    assert_eq!(contacts(&report)[1].2, "Zo\u{fffd}");
}

#[test]
fn the_phone_column_is_found_by_its_header() {
    for (header, phone, name) in [
        ("Kunde,Rufnummer,Ort", "Rufnummer", "Kunde"),
        ("Nombre,Teléfono,Ciudad", "Teléfono", "Nombre"),
        ("nom,téléphone,ville", "téléphone", "nom"),
        ("姓名,手机,城市", "手机", "姓名"),
        ("Имя,Телефон,Город", "Телефон", "Имя"),
        ("नाम,फ़ोन,शहर", "फ़ोन", "नाम"),
        ("الاسم,هاتف,المدينة", "هاتف", "الاسم"),
        ("Nimi,Puhelin,Kaupunki", "Puhelin", "Nimi"),
        (
            "Full name,Cell phone (work),City",
            "Cell phone (work)",
            "Full name",
        ),
    ] {
        let text = format!("{header}\nAda,2025550123,Rome\nBob,not given,Oslo\n");
        let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
        assert_eq!(report.layout.columns.phone[0], phone);
        assert_eq!(report.layout.columns.name, [name], "{header}");
        assert_eq!(report.layout.columns.metadata.len(), 1, "{header}");
        assert_eq!(rejected(&report), [(3, phone, "not given")], "{header}");
    }
}

#[test]
fn among_several_phone_columns_the_best_is_taken_and_said() {
    for (text, phone) in [
        // The clearest header wins.
        ("Work phone,Phone\n2025550123,2025550124\n", "Phone"),
        // Equally clear: the first that has any number; the other serves where it has none.
        (
            "Phone,Mobile\n,2025550123\n,2025550124\n2025550125,2025550126\n",
            "Phone",
        ),
        ("Phone,Mobile\n,2025550123\n,2025550124\n", "Mobile"),
        ("Mobile,Phone\n2025550123,2025550124\n", "Mobile"),
        // A header about phones loses against one that names phones.
        ("Phone type,Home phone\nmobile,2025550123\n", "Home phone"),
    ] {
        let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
        assert_eq!(report.layout.columns.phone[0], phone, "{text}");
    }
    let two = check_bytes("list.csv", b"Mobile,Phone\n2025550123,2025550124\n", &us()).unwrap();
    assert!(two.layout.notes[0].contains("\"Mobile\"") && two.layout.notes[0].contains("Phone"));
}

#[test]
fn account_numbers_are_not_dialled_because_the_phone_column_is_damaged() {
    let text = "Account,Phone\n2025550123,1.2E+10\n2025550124,1.2E+10\n";
    let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
    assert_eq!(numbers(&report), [""; 0]);
    assert_eq!(rejected(&report).len(), 2);
}

#[test]
fn without_a_header_the_content_decides() {
    for (text, phone, name, first_line) in [
        (
            "Ada,2025550123,7\nBob,2025550124,8\n",
            "column_2",
            vec!["column_1"],
            1,
        ),
        ("7,2025550123\n8,2025550124\n", "column_2", vec![], 1),
        (
            "Kto,Kontakt tel:\nAda,2025550123\n",
            "Kontakt tel:",
            vec![],
            2,
        ),
        (
            "Wer,Wohin\nAda,2025550123\nBob,2025550124\n",
            "Wohin",
            vec![],
            2,
        ),
    ] {
        let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
        assert_eq!(report.layout.columns.phone[0], phone, "{text}");
        assert_eq!(report.layout.columns.name, name, "{text}");
        assert_eq!(contacts(&report)[0].0, first_line, "{text}");
    }
}

#[test]
fn rows_above_the_header_are_passed_over_unless_they_hold_numbers() {
    let text = "Customers\nas of 2024-01-31,,\nName,Phone,Note\nAda,2025550123,\n";
    let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
    assert_eq!(contacts(&report)[0].0, 4);
    assert!(
        report.layout.notes[0].contains("line 3"),
        "{:?}",
        report.layout.notes
    );
    let text =
        "Ada,2025550123,VIP\nBob,none,broken phone\n".to_owned() + &"Cy,2025550124,\n".repeat(3);
    for options in [us(), Options::default()] {
        let report = check_bytes("list.csv", text.as_bytes(), &options).unwrap();
        assert_eq!(
            (report.rows, report.layout.columns.phone[0].as_str()),
            (5, "column_2")
        );
    }
}

#[test]
fn columns_that_are_always_empty_are_no_columns() {
    let report = check_bytes("list.csv", b"phone,city,,,\n2025550123,Rome,,,\n", &us()).unwrap();
    assert_eq!(report.layout.columns.metadata, ["city"]);
}

#[test]
fn dates_are_not_phone_numbers() {
    let options = Options {
        region: "DE".parse().ok(),
        ..Options::default()
    };
    let text = "2024-01-15,Ada\n2024-01-16,Bob\n";
    let refused = check_bytes("list.csv", text.as_bytes(), &options);
    assert!(
        matches!(refused, Err(ImportError::NoPhoneColumn { .. })),
        "{refused:?}"
    );
}

#[test]
fn every_part_of_a_name_is_kept_under_its_own_title_too() {
    for (header, name, metadata) in [
        ("Name,Town,Phone", "Ada", r#"{"Town":"Byron"}"#),
        ("NAME,Town,Phone", "Ada", r#"{"Town":"Byron"}"#),
        (
            "Vorname,Ort,Telefon",
            "Ada",
            r#"{"Vorname":"Ada","Ort":"Byron"}"#,
        ),
        (
            "Contact name,Town,Phone",
            "Ada",
            r#"{"Contact name":"Ada","Town":"Byron"}"#,
        ),
        (
            "First name,Last name,Phone",
            "Ada Byron",
            r#"{"First name":"Ada","Last name":"Byron"}"#,
        ),
        (
            "Vorname,Name,Telefon",
            "Ada Byron",
            r#"{"Vorname":"Ada","Name":"Byron"}"#,
        ),
    ] {
        let text = format!("{header}\nAda,Byron,2025550123\n");
        let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
        let (_, _, found, kept) = contacts(&report)[0].clone();
        assert_eq!((found, kept), (name, metadata), "{header}");
    }
    // A column without a title has no name.
    let report = check_bytes("list.csv", b"Ada,2025550123\nBo,2025550124\n", &us()).unwrap();
    assert_eq!(contacts(&report)[0].3, "{}");
}

#[test]
fn a_first_name_stands_before_the_last_however_the_columns_stand() {
    for (header, name) in [
        ("Last name,First name,Phone", "Ada Byron"),
        ("Nachname,Vorname,Telefon", "Ada Byron"),
        ("SURNAME,FORENAME,MOBILE", "Ada Byron"),
        ("Apellidos,Nombre,Teléfono", "Ada Byron"),
    ] {
        let text = format!("{header}\nByron,Ada,2025550123\n");
        let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
        assert_eq!(contacts(&report)[0].2, name, "{header}");
    }
}

#[test]
fn parts_of_a_name_keep_the_order_of_asking_and_first_before_last_where_none_was_asked_for() {
    let text = "Title,Last name,First name,Phone\nDr,Byron,Ada,2025550123\n";
    let name = |column| (column, Use::Name);
    let all = [
        name("Title"),
        name("Last name"),
        name("First name"),
        ("Phone", Use::Phone),
    ];
    for (asked, found) in [
        // A page sends every column in the order of the file: that says nothing about the order of the
        // name.
        (&all[..], "Dr Ada Byron"),
        (&all[1..3], "Byron Ada"),
        (&[name("First name"), name("Last name")], "Ada Byron"),
        (&[name("Last name"), name("Title")], "Byron Dr"),
        (&[all[3], all[0], all[1], all[2]], "Dr Byron Ada"),
    ] {
        let options = Options {
            uses: uses(asked),
            ..us()
        };
        let report = check_bytes("list.csv", text.as_bytes(), &options).unwrap();
        assert_eq!(contacts(&report)[0].2, found, "{asked:?}");
    }
}

#[test]
fn a_name_that_holds_the_first_name_beside_it_is_whole() {
    for (text, name, metadata) in [
        // As in our own exports.
        (
            "number,name,Vorname\n2025550123,Ada Byron,Ada\n2025550124,Bo Li,Bo\n",
            "Ada Byron",
            r#"{"Vorname":"Ada"}"#,
        ),
        (
            "number,name,Surname\n2025550123,Ada Byron,Byron\n2025550124,Bo Li,Li\n",
            "Ada Byron",
            r#"{"Surname":"Byron"}"#,
        ),
        (
            "number,name,Vorname\n2025550123,Byron,Ada\n2025550124,Li,Bo\n",
            "Ada Byron",
            r#"{"name":"Byron","Vorname":"Ada"}"#,
        ),
    ] {
        let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
        let (_, _, found, kept) = contacts(&report)[0].clone();
        assert_eq!((found, kept), (name, metadata), "{text}");
    }
}

#[test]
fn names_are_joined_from_their_parts() {
    for (header, name) in [
        ("First name,Last name,Phone", "Ada Byron"),
        ("Vorname,Name,Telefon", "Ada Byron"),
        ("Name,Nachname,Telefon", "Ada Byron"),
        ("Nombre,Apellidos,Teléfono", "Ada Byron"),
        ("Name,Company name,Phone", "Ada"),
        ("Full name,Last name,Phone", "Ada"),
    ] {
        let text = format!("{header}\nAda,Byron,2025550123\n");
        let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
        assert_eq!(contacts(&report)[0].2, name, "{header}");
    }
}

#[test]
fn columns_can_be_named_by_the_caller() {
    let text = "A,B,C\nAda,2025550123,2125550123\n";
    let options = Options {
        uses: uses(&[("c", Use::Phone), ("A", Use::Name), ("B", Use::Name)]),
        ..us()
    };
    let report = check_bytes("list.csv", text.as_bytes(), &options).unwrap();
    assert_eq!(
        contacts(&report),
        [(
            2,
            "+12125550123".to_owned(),
            "Ada 2025550123",
            r#"{"A":"Ada","B":"2025550123"}"#
        )]
    );
    let options = Options {
        uses: uses(&[("D", Use::Phone)]),
        ..us()
    };
    let refused = check_bytes("list.csv", text.as_bytes(), &options).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "no column named \"D\"; the file has: A, B, C"
    );
}

fn uses(named: &[(&str, Use)]) -> Vec<(String, Use)> {
    let owned = |(name, use_): &(&str, Use)| ((*name).to_owned(), *use_);
    named.iter().map(owned).collect()
}

#[test]
fn what_a_column_is_for_can_be_corrected() {
    let text =
        "Name,Mobile,Work phone,tz,City,Note\nAda,2025550123,2125550123,Europe/Oslo,Rome,x\n";
    let read = |named: &[(&str, Use)]| {
        let options = Options {
            uses: uses(named),
            ..us()
        };
        check_bytes("list.csv", text.as_bytes(), &options)
    };
    let found = read(&[]).unwrap();
    assert_eq!(found.layout.columns.zone.as_deref(), Some("tz"));
    assert_eq!(found.layout.columns.phone, ["Mobile", "Work phone"]);
    assert_eq!(found.layout.columns.metadata, ["City", "Note"]);

    let corrected = read(&[
        ("Work phone", Use::Phone),
        ("City", Use::Name),
        ("column_6", Use::Ignored),
        ("tz", Use::Metadata),
    ])
    .unwrap();
    let metadata = r#"{"Name":"Ada","Mobile":"2025550123","tz":"Europe/Oslo","City":"Rome"}"#;
    assert_eq!(
        contacts(&corrected),
        [(2, "+12125550123".to_owned(), "Rome", metadata)]
    );
    assert_eq!(corrected.layout.columns.zone, None);
    assert_eq!(corrected.layout.columns.ignored, ["Note"]);
    let shown: Vec<_> = corrected
        .samples
        .iter()
        .map(|s| (s.title.as_str(), s.use_))
        .collect();
    assert_eq!(
        shown[1..3],
        [("Mobile", Use::Metadata), ("Work phone", Use::Phone)]
    );
    assert_eq!(corrected.samples[4].values, ["Rome"]);

    let not_a_number = read(&[("Mobile", Use::Ignored)]).unwrap();
    assert_eq!(not_a_number.layout.columns.phone[0], "Work phone");
    let other_order = read(&[("Work phone", Use::Phone), ("Mobile", Use::Phone)]).unwrap();
    assert_eq!(numbers(&other_order), ["+12125550123"]);
    let refused = read(&[("column_9", Use::Name)]).unwrap_err();
    assert!(
        refused
            .to_string()
            .starts_with("no column named \"column_9\"")
    );
}

#[test]
fn the_first_rows_are_shown_as_they_were_read() {
    let text = "Name,Phone\nAda,2025550123\nBob,n/a\n".to_owned() + &"Cy,2025550124\n".repeat(20);
    let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
    let first = serde_json::to_value(&report.first).unwrap();
    assert_eq!(first.as_array().unwrap().len(), 10);
    assert_eq!(first[0]["name"], "Ada");
    assert_eq!(
        (&first[1]["value"], &first[1]["line"]),
        (&"n/a".into(), &3.into())
    );
}

#[test]
fn rows_may_be_shorter_or_longer_than_the_header() {
    let text = "name,phone,city\nAda,2025550123\nBob,2025550124,Oslo,x,y\nCy\n";
    let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
    let metadata: Vec<_> = contacts(&report).iter().map(|c| c.3).collect();
    assert_eq!(
        metadata,
        ["{}", r#"{"city":"Oslo","column_4":"x","column_5":"y"}"#]
    );
    assert_eq!(rejected(&report), [(4, "phone", "")]);
}

#[test]
fn headers_that_repeat_or_are_missing_become_unique() {
    let text = "phone,note,,note,column_3,extension\n202-555-0123 ext. 9,a,b,c,d,e\n";
    let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
    assert_eq!(
        contacts(&report)[0].3,
        r#"{"note":"a","column_3_2":"b","note_2":"c","column_3":"d","extension":"e","extension_2":"9"}"#
    );
}

#[test]
fn extensions_and_second_numbers_are_kept() {
    let text = "name,phone\nAda,(202) 555-0123 x45\nBob,202-555-0124 / 202-555-0125\n";
    let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
    let found = contacts(&report);
    assert_eq!(found[0].3, r#"{"extension":"45"}"#);
    assert_eq!(found[1].1, "+12025550124");
    assert_eq!(found[1].3, r#"{"phone":"202-555-0124 / 202-555-0125"}"#);
}

#[test]
fn damage_by_spreadsheets_is_undone_or_refused_before_parsing() {
    let options = Options {
        region: "DE".parse().ok(),
        ..Options::default()
    };
    let text = "Telefon\n030 123456.0\n4.930123456E+9\n1.2E+10\n#N/A\n2024-01-31\n";
    let report = check_bytes("list.csv", text.as_bytes(), &options).unwrap();
    assert_eq!(numbers(&report), ["+4930123456"]);
    assert_eq!(report.duplicates.len(), 1);
    let reasons: Vec<&str> = report.rejected.iter().map(|r| r.reason.as_str()).collect();
    for (reason, part) in reasons.iter().zip(["shortened", "#N/A", "date"]) {
        assert!(reason.contains(part), "{reason}");
    }
}

#[test]
fn duplicates_name_the_line_of_the_first() {
    let text = "phone\n+12025550123\n(202) 555-0123\nbad\n2025550124\n202.555.0123\n";
    let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
    let number = "+12025550123".parse().unwrap();
    let duplicate = |line| Duplicate {
        line,
        number,
        first_line: 2,
    };
    assert_eq!(report.duplicates, [duplicate(3), duplicate(6)]);
    assert_eq!(
        (report.rows, report.accepted(), report.rejected.len()),
        (5, 2, 1)
    );
}

#[test]
fn free_text_gives_numbers_and_names() {
    let text =
        "Sample, Basil <202-555-0123>\nAmber Sample: (202) 555-0124 ext. 5\n\n2025550125\nnobody\n";
    let report = check_bytes("list.txt", text.as_bytes(), &us()).unwrap();
    assert_eq!(report.layout.format, Format::Txt);
    let found = contacts(&report);
    let found: Vec<_> = found
        .iter()
        .map(|c| (c.0, c.1.as_str(), c.2, c.3))
        .collect();
    assert_eq!(
        found,
        [
            (1, "+12025550123", "Sample, Basil", "{}"),
            (2, "+12025550124", "Amber Sample", r#"{"extension":"5"}"#),
            (4, "+12025550125", "", "{}"),
        ]
    );
    assert_eq!(rejected(&report), [(5, "number", "nobody")]);
}

#[test]
fn a_list_of_bare_numbers_is_read_under_any_name() {
    for (name, format) in [
        ("list.txt", Format::Txt),
        ("list.csv", Format::Csv),
        ("list", Format::Txt),
    ] {
        let report = check_bytes(name, b"+12025550123\n+12025550124\n", &us()).unwrap();
        assert_eq!(numbers(&report).len(), 2, "{name}");
        assert_eq!(report.layout.format, format, "{name}");
    }
    let report = check_bytes("list.txt", b"phone\n+12025550123\n", &us()).unwrap();
    assert_eq!((report.rows, report.layout.format), (1, Format::Csv));
}

#[test]
fn without_a_region_the_reason_says_what_is_missing() {
    let text = "name,phone\nAda,+12025550123\nBob,2025550124\n";
    let report = check_bytes("list.csv", text.as_bytes(), &Options::default()).unwrap();
    assert_eq!(numbers(&report), ["+12025550123"]);
    assert!(report.rejected[0].reason.contains("country code"));
}

#[test]
fn the_report_is_the_documented_json() {
    let text = "name,phone,city\nAda,2025550123,Rome\nBob,2025550123,\nCy,12,\n";
    let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "file": "list.csv", "format": "csv", "encoding": "UTF-8", "delimiter": ",",
            "sheet": null, "header": 1,
            "columns": {
                "phone": ["phone"], "name": ["name"], "zone": null, "country": null,
                "area_code": null, "do_not_call": [], "metadata": ["city"], "ignored": [],
            },
            "sheets": [],
            "samples": [
                {"title": "name", "use": "name", "values": ["Ada", "Bob", "Cy"]},
                {"title": "phone", "use": "phone", "values": ["2025550123", "12"]},
                {"title": "city", "use": "metadata", "values": ["Rome"]},
            ],
            "notes": [],
            "first": report.first,
            "rows": 3,
            "accepted": [
                {"line": 2, "number": "+12025550123", "name": "Ada", "metadata": {"city": "Rome"}},
            ],
            "remarks": [],
            "remarked": 0,
            "duplicates": [{"line": 3, "number": "+12025550123", "first_line": 2}],
            "rejected": [{
                "line": 4, "column": "phone", "value": "12",
                "reason": report.rejected[0].reason,
            }],
        })
    );
}

#[test]
fn the_example_list_shows_what_an_import_does() {
    let bytes = include_bytes!("../../../../examples/contacts.csv");
    let report = check_bytes("contacts.csv", bytes, &us()).unwrap();
    assert_eq!((report.rows, report.accepted()), (48, 43));
    let duplicates: Vec<_> = report
        .duplicates
        .iter()
        .map(|d| (d.line, d.first_line))
        .collect();
    assert_eq!(duplicates, [(29, 3), (44, 2)]);
    let bad = [
        (32, "Phone", "555-012"),
        (39, "Phone", "ask reception"),
        (45, "Phone", "1.2E+10"),
    ];
    assert_eq!(rejected(&report), bad);
}

#[test]
fn a_sample_is_as_bad_as_it_says_and_no_worse() {
    let mut bytes = Vec::new();
    ringonce_import::sample::write_csv(20_000, 1, &mut bytes).unwrap();
    let report = check_bytes("sample.csv", &bytes, &us()).unwrap();
    assert_eq!(report.rows, 20_000);
    let share = |count: usize| count * 1_000 / 20_000;
    assert!(
        (25..=35).contains(&share(report.rejected.len())),
        "{}",
        report.rejected.len()
    );
    assert!(
        (90..=110).contains(&share(report.duplicates.len())),
        "{}",
        report.duplicates.len()
    );
}
