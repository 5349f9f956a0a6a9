//! Rows end where their line does, with any line break: no contact is joined to the next one or lost.

use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::{check_bytes, contacts, numbers, rejected, us};

const ANA: &str = "+12025550101";
const BO: &str = "+12025550102";
const CY: &str = "+12025550103";

#[test]
fn every_line_end_ends_a_row_whatever_the_other_rows_end_in() {
    for (kind, text) in [
        (
            "CR",
            "Name,Phone\rAna,2025550101\rBo,2025550102\rCy,2025550103\r",
        ),
        (
            "CR, and LF at the end",
            "Name,Phone\rAna,2025550101\rBo,2025550102\rCy,2025550103\n",
        ),
        (
            "CR, then LF",
            "Name,Phone\rAna,2025550101\rBo,2025550102\nCy,2025550103\n",
        ),
        (
            "LF, then CR",
            "Name,Phone\nAna,2025550101\nBo,2025550102\rCy,2025550103\r",
        ),
        (
            "CR LF, CR and LF",
            "Name,Phone\r\nAna,2025550101\rBo,2025550102\nCy,2025550103",
        ),
        (
            "CR CR LF",
            "Name,Phone\r\r\nAna,2025550101\r\r\nBo,2025550102\r\r\nCy,2025550103\r\r\n",
        ),
        (
            "LF CR",
            "Name,Phone\n\rAna,2025550101\n\rBo,2025550102\n\rCy,2025550103\n\r",
        ),
        (
            "CR behind the header only",
            "Name,Phone\rAna,2025550101\nBo,2025550102\nCy,2025550103\n",
        ),
        (
            "LF behind the header only",
            "Name,Phone\nAna,2025550101\rBo,2025550102\rCy,2025550103\r",
        ),
        (
            "CR, in quotes",
            "\"Name\",\"Phone\"\r\"Ana\",\"2025550101\"\r\"Bo\",\"2025550102\"\r\"Cy\",\"2025550103\"\n",
        ),
        (
            "CR behind sep=",
            "sep=,\rName,Phone\rAna,2025550101\rBo,2025550102\rCy,2025550103\n",
        ),
    ] {
        let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
        let found: Vec<_> = contacts(&report).into_iter().map(|c| (c.1, c.2)).collect();
        let expected = [(ANA, "Ana"), (BO, "Bo"), (CY, "Cy")];
        assert_eq!(
            found,
            expected.map(|(number, name)| (number.to_owned(), name)),
            "{kind}"
        );
        assert_eq!(rejected(&report), [], "{kind}");
    }
}

#[test]
fn line_ends_inside_quotes_belong_to_the_field() {
    for (kind, inside, end) in [
        ("LF in a CR file", "\n", "\r"),
        ("CR in an LF file", "\r", "\n"),
        ("CR LF in a CR file", "\r\n", "\r"),
        ("CR in a CR LF file", "\r", "\r\n"),
        ("CR in a CR file", "\r", "\r"),
    ] {
        let text = "Phone,Name,Note|2025550101,Ana,\"one*two\"|2025550102,Bo,x|none,Cy,\"a*b\"|"
            .replace('|', end)
            .replace('*', inside);
        let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
        assert_eq!(numbers(&report), [ANA, BO], "{kind}");
        let note = serde_json::json!({"Note": format!("one{inside}two")});
        let kept: serde_json::Value = serde_json::from_str(contacts(&report)[0].3).unwrap();
        assert_eq!(kept, note, "{kind}");
        // The break inside the first row is a line of the file as well.
        assert_eq!(contacts(&report)[1].0, 4, "{kind}");
        assert_eq!(rejected(&report), [(5, "Phone", "none")], "{kind}");
    }
}

#[test]
fn lines_of_text_end_in_any_way_too() {
    for text in [
        "2025550101\r2025550102\r2025550103\n",
        "2025550101\n2025550102\r2025550103\r\n",
        "Ana 2025550101\rBo 2025550102\rCy 2025550103\n",
        "Ana <2025550101>\rBo <2025550102>\rCy <2025550103>\n",
    ] {
        let report = check_bytes("list.txt", text.as_bytes(), &us()).unwrap();
        assert_eq!(numbers(&report), [ANA, BO, CY], "{text:?}");
        assert_eq!(rejected(&report), [], "{text:?}");
    }
}

#[test]
fn a_quote_that_is_never_closed_costs_one_row_in_a_file_of_cr_too() {
    let text = "Name,Phone\rAna,2025550101\r\"Bo,2025550109\rCy,2025550102\rDi,2025550103\n";
    let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
    assert_eq!(numbers(&report), [ANA, BO, CY]);
    assert_eq!(rejected(&report), [(3, "", "\"Bo,2025550109")]);
}

#[test]
fn a_cr_at_the_end_of_what_was_read_so_far_waits_for_its_lf() {
    // A file is read in pieces of 64 KiB: the break lies before, on and after the end of one.
    const PIECE: usize = 64 << 10;
    for cr_at in [PIECE - 2, PIECE - 1, PIECE] {
        for (quote, rows) in [("", 30), ("\"", 30)] {
            let mut text = "Phone,Note\r\n".to_owned();
            for row in 0..rows {
                let until = cr_at - (rows - 1 - row) * 2_000;
                let head = format!("{quote}2122{row:06}{quote},{quote}");
                let filling = until - text.len() - head.len() - quote.len();
                let row = format!("{head}{}{quote}\r\n", "x".repeat(filling));
                text.push_str(&row);
            }
            assert_eq!(&text[cr_at..], "\r\n");
            text += "2122999999,last\r\n";
            let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
            assert_eq!(contacts(&report).len(), rows + 1, "{cr_at} {quote}");
            assert_eq!(
                contacts(&report)[rows].0 as usize,
                rows + 2,
                "{cr_at} {quote}"
            );
        }
    }
}

#[test]
fn the_mark_of_the_end_of_a_file_is_no_row() {
    for text in [
        "Name,Phone\r\nAna,2025550101\r\n\u{1a}",
        "Name,Phone\r\nAna,2025550101\r\n\u{1a}\r\n",
        "Name,Phone\r\nAna,2025550101\u{1a}",
        "Phone,Name\r\n2025550101,Ana\u{1a}",
        "Phone,Name\r\n\"2025550101\",\"Ana\"\u{1a}\u{1a}\u{1a}",
    ] {
        let bytes = text.as_bytes();
        let report =
            check_bytes("list.csv", bytes, &us()).unwrap_or_else(|err| panic!("{text:?}: {err}"));
        let found: Vec<_> = contacts(&report).into_iter().map(|c| (c.1, c.2)).collect();
        assert_eq!(found, [(ANA.to_owned(), "Ana")], "{text:?}");
        assert_eq!(report.rows, 1, "{text:?}");
    }
    let report = check_bytes("list.txt", b"2025550101\r\n2025550102\r\n\x1a", &us()).unwrap();
    assert_eq!((numbers(&report).len(), report.rows), (2, 2));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn rows_survive_any_mix_of_line_ends(
        rows in vec((prop::sample::select(vec!["\r", "\n", "\r\n"]), "[a-z ,;\r\n\"]{0,8}[a-z]", any::<bool>()), 2..40),
        header_end in prop::sample::select(vec!["\r", "\n", "\r\n"]),
        is_open in any::<bool>(),
    ) {
        let mut text = format!("phone,name,note{header_end}");
        for (row, (end, note, is_last_quoted)) in rows.iter().enumerate() {
            let note = note.replace('"', "\"\"");
            let phone = format!("+1212{:07}", 2_000_000 + row);
            let row = if *is_last_quoted {
                format!("{phone},n{row},\"{note}\"{end}")
            } else {
                format!("{phone},\"{note}\",n{row}{end}")
            };
            text.push_str(&row);
        }
        if is_open {
            text = text.trim_end().to_owned();
        }
        let report = check_bytes("list.csv", text.as_bytes(), &us()).unwrap();
        let found = contacts(&report);
        prop_assert_eq!(found.len(), rows.len());
        prop_assert!(report.rejected.is_empty());
        let mut line = 2;
        for (row, (found, (_, note, is_last_quoted))) in found.iter().zip(&rows).enumerate() {
            prop_assert_eq!(found.0, line);
            prop_assert_eq!(&found.1, &format!("+1212{}", 2_000_000 + row));
            let metadata: serde_json::Value = serde_json::from_str(found.3).unwrap();
            if *is_last_quoted {
                prop_assert_eq!(&metadata["note"], &serde_json::json!(note));
            } else {
                prop_assert_eq!(found.2, note.trim());
            }
            let breaks = note.replace("\r\n", "\n").matches(['\r', '\n']).count();
            line += 1 + u32::try_from(breaks).unwrap();
        }
    }
}
