//! Which of several numbers in a row is called, and which rows are not called.

use ringonce_import::{LeaveOut, Options, Use};

use crate::support::{check_bytes, contacts, numbers, rejected, us};

fn of(region: &str) -> Options {
    Options {
        region: region.parse().ok(),
        ..Options::default()
    }
}

#[test]
fn of_several_phone_columns_the_first_good_number_is_called_and_the_others_are_kept() {
    let text = "First Name,Last Name,Mobile Phone,Business Phone\n\
                Ana,A,(202) 555-0101,202-555-0199\n\
                Bo,B,,(202) 555-0102\n\
                Cy,C,12/20/2024,(202) 555-0103\n\
                Di,D,,\n\
                Ed,E,202-555-XXXX,n/a\n";
    let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
    let numbers_ = numbers(&report);
    assert_eq!(numbers_, ["+12025550101", "+12025550102", "+12025550103"]);
    assert_eq!(
        report.layout.columns.phone,
        ["Mobile Phone", "Business Phone"]
    );
    let kept: Vec<_> = contacts(&report)
        .iter()
        .map(|contact| contact.3.to_owned())
        .collect();
    assert!(
        kept[0].contains(r#""Business Phone":"202-555-0199""#),
        "{}",
        kept[0]
    );
    assert!(
        kept[0].contains(r#""phone label":"Mobile Phone""#),
        "{}",
        kept[0]
    );
    assert!(
        kept[1].contains(r#""phone label":"Business Phone""#),
        "{}",
        kept[1]
    );
    assert!(
        kept[2].contains(r#""Mobile Phone":"12/20/2024""#),
        "{}",
        kept[2]
    );
    assert_eq!(report.remarks.len(), 1);
    assert!(
        report.remarks[0].remark.contains("a date"),
        "{:?}",
        report.remarks
    );
    assert_eq!(
        rejected(&report),
        [(5, "Mobile Phone", ""), (6, "Mobile Phone", "202-555-XXXX")]
    );
}

#[test]
fn a_phone_column_of_another_person_is_not_taken_unless_it_is_chosen() {
    for header in [
        "Emergency phone",
        "Assistant's Phone",
        "Spouse phone",
        "Home Fax",
        "Company Main Phone",
    ] {
        let text =
            format!("Name,{header},Phone\nAna,202-555-0101,\nBo,202-555-0102,202-555-0103\n");
        let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
        assert_eq!(numbers(&report), ["+12025550103"], "{header}");
        let chosen = Options {
            uses: vec![("Phone".into(), Use::Phone), (header.into(), Use::Phone)],
            ..us()
        };
        let report = check_bytes("list.csv", text.as_bytes(), &chosen).unwrap();
        assert_eq!(
            numbers(&report),
            ["+12025550101", "+12025550103"],
            "{header}"
        );
    }
    let calls = "From,To\n2025550199,2025550101\n2025550199,2025550102\n";
    let report = check_bytes("calls.csv", calls.as_bytes(), &us()).unwrap();
    assert_eq!(numbers(&report), ["+12025550101", "+12025550102"]);
}

#[test]
fn several_numbers_in_a_field_are_told_and_kept() {
    let text = "Phone,Name\n\"202-555-0101 ::: 202-555-0102\",Ana\n1-800-FLOWERS,Shop\n(cell) 202-555-0104,Cy\n";
    let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
    let read = contacts(&report);
    assert_eq!(
        numbers(&report),
        ["+12025550101", "+18003569377", "+12025550104"]
    );
    assert_eq!(read[0].3, r#"{"Phone":"202-555-0101 ::: 202-555-0102"}"#);
    assert_eq!(
        read[2].3,
        r#"{"Phone":"(cell) 202-555-0104","phone label":"cell"}"#
    );
    let remarks: Vec<_> = report
        .remarks
        .iter()
        .map(|remark| remark.remark.as_str())
        .collect();
    assert_eq!(
        remarks,
        [
            "more than one number: +12025550101 is called, +12025550102 kept",
            "\"1-800-FLOWERS\" is spelled in letters; it is +18003569377",
        ]
    );
}

#[test]
fn rows_that_say_that_they_are_not_to_be_called_are_left_out_and_told() {
    for (header, yes, no) in [
        ("DNC", "Y", "N"),
        ("Do Not Call", "x", ""),
        ("do_not_call", "TRUE", "FALSE"),
        ("Opt out", "yes", "no"),
        ("Opt-out date", "2024-01-31", ""),
        ("Nicht anrufen", "ja", "nein"),
        ("Ne pas appeler", "oui", "non"),
        ("No llamar", "sí", "no"),
        ("Consent", "no", "yes"),
        ("OK to call?", "No", ""),
        ("Status", "DNC", "New"),
        ("Notes", "Do not call!!", "asked for tea"),
    ] {
        let text = format!("Name,Phone,{header}\nAna,202-555-0101,{no}\nBo,202-555-0102,{yes}\n");
        let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
        assert_eq!(numbers(&report), ["+12025550101"], "{header}");
        assert_eq!(rejected(&report), [(3, header, yes)], "{header}");
        assert!(
            report.rejected[0].reason.starts_with("left out"),
            "{header}"
        );
        let all = Options {
            marked: true,
            ..us()
        };
        let report = check_bytes("list.csv", text.as_bytes(), &all).unwrap();
        assert_eq!(numbers(&report).len(), 2, "{header}");
    }
    let other_media = "Name,Phone,Email opt out\nAna,202-555-0101,yes\n";
    let report = check_bytes("list.csv", other_media.as_bytes(), &us()).unwrap();
    assert_eq!(numbers(&report), ["+12025550101"]);
}

#[test]
fn a_person_chooses_rows_to_leave_out() {
    let text =
        "Name,Phone,Status\nAna,202-555-0101,open\nBo,202-555-0102, Closed \nCy,202-555-0103,\n";
    let left_out = |rule: &str| {
        let options = Options {
            leave_out: vec![rule.parse::<LeaveOut>().unwrap()],
            ..us()
        };
        check_bytes("list.csv", text.as_bytes(), &options).map(|report| numbers(&report))
    };
    assert_eq!(
        left_out("Status=closed").unwrap(),
        ["+12025550101", "+12025550103"]
    );
    assert_eq!(
        left_out("status=").unwrap(),
        ["+12025550101", "+12025550102"]
    );
    assert!(
        left_out("State=closed")
            .unwrap_err()
            .to_string()
            .contains("State")
    );
    assert!("closed".parse::<LeaveOut>().is_err());
}

#[test]
fn a_country_or_an_area_code_of_its_own_belongs_to_the_number() {
    for (text, region, expected) in [
        (
            "Country Code,Phone\n44,2079460018\n+1,2025550101\n,2025550102\n",
            "US",
            &["+442079460018", "+12025550101", "+12025550102"][..],
        ),
        (
            "Country,Phone\nDE,030 23125100\nUK,020 7946 0018\n",
            "US",
            &["+493023125100", "+442079460018"],
        ),
        (
            "Vorwahl;Rufnummer\n030;23125100\n0151;23456789\n",
            "DE",
            &["+493023125100", "+4915123456789"],
        ),
        (
            "Area code,Phone\n202,5550101\n202,2025550102\n",
            "US",
            &["+12025550101", "+12025550102"],
        ),
        (
            "Name,Phone,Mailing Country\nAna,3023125123,Germany\nBo,2025550101,USA\nCy,2025550102,n/a\n",
            "US",
            &["+493023125123", "+12025550101", "+12025550102"],
        ),
        // A number that is not one of that country is refused.
        ("Country,Phone\nFrance,2025550101\n", "US", &[]),
        (
            "Country,Phone\nDE,030 23125100\nEMEA,2025550101\nEMEA,+12025550102\n",
            "US",
            &["+493023125100", "+12025550102"],
        ),
    ] {
        let report = check_bytes("list.csv", text.as_bytes(), &of(region)).unwrap();
        assert_eq!(numbers(&report), expected, "{text}");
    }
    let text = "Country,Phone\nDE,030 23125100\nAtlantis,2025550101\n";
    let options = Options {
        uses: vec![("Country".into(), Use::Country)],
        ..us()
    };
    let report = check_bytes("list.csv", text.as_bytes(), &options).unwrap();
    assert_eq!(rejected(&report), [(3, "Country", "Atlantis")]);
}

#[test]
fn fax_machines_old_numbers_and_other_people_are_not_called() {
    for (text, expected) in [
        (
            "Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value\n\
             Work Fax,202-555-0103,Home,202-555-0104\nMobile,202-555-0105,,\n",
            &["+12025550104", "+12025550105"][..],
        ),
        (
            "Name,Phone,Phone Type\nAna,202-555-0101,Fax\nBo,202-555-0102,Home\n",
            &["+12025550102"],
        ),
        (
            "Name,Old Phone,Phone\nAna,202-555-0101,\nBo,202-555-0102,202-555-0103\n",
            &["+12025550103"],
        ),
        (
            "Name,Phone,Asst. Phone\nAna,,202-555-0101\nBo,202-555-0103,\n",
            &["+12025550103"],
        ),
        (
            "Name,Phone,Phone DNC\nAna,202-555-0101,Y\nBo,202-555-0102,\n",
            &["+12025550102"],
        ),
        (
            "Name,Phone,Do Not Phone\nAna,202-555-0101,yes\nBo,202-555-0102,no\n",
            &["+12025550102"],
        ),
        (
            "Name,Phone\nAna (DNC),202-555-0101\nBo,202-555-0102\n",
            &["+12025550102"],
        ),
        (
            "Phone,Mobile\n202-555-0101,202-555-0102\n",
            &["+12025550101"],
        ),
    ] {
        let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
        assert_eq!(numbers(&report), expected, "{text}");
    }
    assert!(check_bytes("list.csv", b"Name,Fax\nAna,202-555-0101\n", &us()).is_err());
    for (text, region, expected) in [
        (
            "Name;Festnetz;Handy\nAna;030 23125100;0151 23456789\n",
            "DE",
            "+4915123456789",
        ),
        (
            "Name;Tel fisso;Cellulare\nAna;02 1234 5678;312 3456789\n",
            "IT",
            "+393123456789",
        ),
    ] {
        let report = check_bytes("list.csv", text.as_bytes(), &of(region)).unwrap();
        assert_eq!(numbers(&report), [expected], "{text}");
    }
}

#[test]
fn a_column_of_time_zones_is_found_in_many_words() {
    for header in [
        "Zeitzone",
        "Fuseau horaire",
        "Zona horaria",
        "Tijdzone",
        "Часовой пояс",
        "时区",
        "UTC offset",
        "Contact Timezone",
        "hs_timezone",
        "Time-Zone",
        "IANA timezone",
        "tz_name",
        "Local time zone",
    ] {
        let text = format!("Name,Phone,{header}\nAna,+12025550101,America/Los_Angeles\n");
        let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
        assert_eq!(report.layout.columns.zone.as_deref(), Some(header));
    }
}

#[test]
fn no_word_mask_or_date_of_a_list_is_dialled() {
    for (text, region) in [
        ("Phone,Name\n030 23125 alt,Ana\n", "DE"),
        ("Phone,Name\n01 5139 Anna,Ana\n", "AT"),
        ("Phone,Name\n+91 98765XXXXX,Ana\n", "IN"),
        ("Phone,Name\n12/20/2555,Ana\n", "AT"),
        ("Phone,Name\n31.12.2024,Ana\n", "NO"),
        ("Phone,Name\nATU12345678,Ana\n", "AT"),
        ("Phone,Name\n079 XXXX XX X,Ana\n", "CH"),
        ("Phone,Name\n\"52.5200, 13.4050\",Ana\n", "DE"),
        ("Phone,Name\n\"€ 0212345678,00\",Ana\n", "IT"),
        ("Phone,Name\nhttps://example.com/2025550101,Ana\n", "US"),
        ("Phone,Name\nfax 030 23125100,Ana\n", "DE"),
    ] {
        let report = check_bytes("list.csv", text.as_bytes(), &of(region)).unwrap();
        assert!(
            numbers(&report).is_empty(),
            "{text}: {:?}",
            numbers(&report)
        );
    }
}

#[test]
fn a_person_may_insist_on_an_area_code_that_is_not_known() {
    let text = "Phone,Name\n(555) 555-0123,Ana\n555-111-0123,Bo\n(555) 555-XXXX,Cy\n";
    let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
    assert!(numbers(&report).is_empty());
    let insisting = Options {
        insist: true,
        ..us()
    };
    let report = check_bytes("list.csv", text.as_bytes(), &insisting).unwrap();
    assert_eq!(numbers(&report), ["+15555550123"]);
    assert_eq!(
        contacts(&report)[0].3,
        r#"{"Phone":"(555) 555-0123","unassigned number":"called because a person insisted"}"#
    );
    assert!(report.remarks[0].remark.contains("because you insist"));
}
