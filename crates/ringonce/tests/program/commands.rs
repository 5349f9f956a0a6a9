//! The other commands, on the ledger of a finished campaign.

use crate::support::{Folder, example, list};

#[test]
fn check_reports_as_documented() {
    let folder = Folder::new();
    folder.write("contacts.csv", example());
    let report = folder.json("check contacts.csv --region US");
    for field in [
        "file",
        "format",
        "encoding",
        "delimiter",
        "sheet",
        "header",
        "columns",
        "rows",
        "accepted",
        "duplicates",
        "rejected",
    ] {
        assert!(report.get(field).is_some(), "{field} is missing: {report}");
    }
    assert_eq!(report["accepted"], 43);
    assert_eq!(
        report["columns"]["metadata"],
        serde_json::json!(["City", "Plan", "Note"])
    );
    assert_eq!(report["duplicates"][0]["first_line"], 3);
    let full = folder.json("check contacts.csv --region US --full");
    assert_eq!(full["accepted"].as_array().unwrap().len(), 43);
    assert_eq!(full["accepted"][0]["number"], "+12125550101");

    folder.ok("check contacts.csv --region US --errors bad.csv");
    assert_eq!(
        folder.read("bad.csv").lines().count(),
        4,
        "{}",
        folder.read("bad.csv")
    );
    assert!(
        !folder.path("ringonce-data").exists(),
        "check made a ledger"
    );
}

#[test]
fn check_reads_the_header_where_it_is_said_to_stand() {
    let folder = Folder::new();
    folder.write("list.csv", "Phone,Name\nNumber,Who\n2025550123,Ana\n");
    let report = folder.json("check list.csv --region US --header-line 2 --hidden-rows");
    assert_eq!(report["columns"]["phone"][0], "Number");
    assert_eq!((&report["header"], &report["rows"]), (&2.into(), &1.into()));
}

#[test]
fn a_campaign_is_created_started_paused_resumed_and_deleted() {
    let folder = Folder::new();
    folder.write("list.csv", list(5));
    let created = folder.json("campaign create list.csv --name Renewals");
    assert_eq!(created["import"]["accepted"], 5);
    assert_eq!(
        folder
            .json("campaign list --state draft")
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let refused = folder.run("campaign pause 1");
    assert_eq!(refused.code, 1);
    assert!(
        refused
            .stderr
            .contains("cannot pause a campaign that is draft"),
        "{}",
        refused.stderr
    );
    assert!(
        refused.stderr.contains("help: start it first"),
        "{}",
        refused.stderr
    );

    let started = folder.ok("campaign start 1");
    assert!(
        started
            .stdout
            .contains("Campaign started with 5 calls (skipped 0 duplicates)"),
        "{}",
        started.stdout
    );
    assert_eq!(folder.run("campaign start 1").code, 1);
    let state = folder.json("campaign show 1")["state"].clone();
    if state == "running" {
        assert_eq!(
            folder.run("campaign delete 1").code,
            1,
            "a running campaign was deleted"
        );
        folder.ok("campaign pause 1 --reason later");
        assert_eq!(folder.json("campaign show 1")["state_reason"], "later");
        folder.ok("campaign resume 1");
        folder.ok("campaign pause 1");
    }
    folder.ok("campaign delete 1");
    assert_eq!(folder.run("campaign show 1").code, 1);
}

#[test]
fn calls_do_not_begin_with_a_carrier_that_is_not_configured() {
    let folder = Folder::new();
    folder.write("list.csv", list(3));
    folder.write("real.json", r#"{ "carrier": "twilio" }"#);
    let create = "campaign create list.csv --settings real.json";
    let refuses = |words: &str| {
        let ran = folder.run(words);
        assert_eq!(ran.code, 3, "{words}: {}", ran.stderr);
        for said in ["`twilio`", "there is `simulator`", "configure `twilio`"] {
            assert!(ran.stderr.contains(said), "{words}: {}", ran.stderr);
        }
    };
    refuses(&format!("{create} --start"));
    folder.ok(create);
    refuses("campaign start 1");
    assert_eq!(folder.json("campaign list")[0]["state"], "draft");
    assert_eq!(folder.json("campaign list").as_array().unwrap().len(), 1);
}

#[test]
fn an_export_cannot_run_as_a_formula() {
    let folder = Folder::new();
    folder.write("list.csv", "name,phone\n\"=HYPERLINK(\"\"http://example.com\"\")\",+12025550123\n@SUM(A1),+12025550124\nAda,bad\n");
    folder.ok("dial list.csv --speed 2000");
    let contacts = folder.ok("campaign export 1").stdout;
    assert!(contacts.contains("\"'=HYPERLINK("), "{contacts}");
    assert!(contacts.contains(",'@SUM(A1),"), "{contacts}");
    assert_eq!(contacts.lines().count(), 3);
    let problems = folder.ok("campaign export 1 --what problems").stdout;
    assert!(problems.contains("4,phone,bad,"), "{problems}");
    folder.ok("campaign export 1 --what calls --to calls.csv");
    assert!(folder.read("calls.csv").lines().count() >= 3);
    let again = folder.run("campaign export 1 --to calls.csv");
    assert_eq!(again.code, 3, "a file was overwritten");
    assert_eq!(folder.run("campaign export 7").code, 1);
}

#[test]
fn a_blocked_number_is_never_called_and_the_proof_says_why() {
    let folder = Folder::new();
    folder.write("list.csv", list(3));
    let blocked = folder.json("numbers block +12015550101 --reason asked");
    assert_eq!(blocked["newly"], true);
    assert_eq!(
        folder.json("numbers block +12015550101 --reason again")["newly"],
        false
    );
    folder.ok("dial list.csv --speed 2000");
    let proof = folder.json("prove +12015550101");
    assert_eq!(proof["rings"], 0);
    assert_eq!(proof["number"]["blocked"]["reason"], "asked");
    assert_eq!(proof["carrier"], serde_json::json!([]));

    let called = folder.ok("prove +12015550100");
    for part in [
        "Rules",
        "Decisions",
        "Evidence, by the carrier's own log",
        "0 against the rules",
    ] {
        assert!(
            called.stdout.contains(part),
            "{part} is missing: {}",
            called.stdout
        );
    }
    assert_eq!(folder.run("prove +12025550199").code, 1);
}

#[test]
fn a_backup_is_a_ledger() {
    let folder = Folder::new();
    folder.write("list.csv", list(3));
    folder.ok("dial list.csv --speed 2000");
    std::fs::create_dir(folder.path("other")).unwrap();
    folder.ok("backup other/ringonce.db");
    assert_eq!(
        folder.run("backup other/ringonce.db").code,
        3,
        "a backup was overwritten"
    );
    let original = folder.json("campaign show 1");
    assert_eq!(folder.json("campaign show 1 --data other"), original);
    assert_eq!(
        folder
            .json("doctor --data other")
            .as_array()
            .unwrap()
            .iter()
            .filter(|f| f["ok"] == false)
            .count(),
        0
    );
}

#[test]
fn calls_can_be_listed_and_looked_at() {
    let folder = Folder::new();
    folder.write("list.csv", list(4));
    folder.ok("dial list.csv --speed 2000");
    let calls = folder.json("calls list --campaign 1");
    let id = calls[0]["id"].as_str().unwrap();
    let call = folder.json(&format!("calls show {id}"));
    assert!(call["timeline"].as_array().unwrap().len() >= 3, "{call}");
    folder.ok(&format!("calls show {id}"));
}

#[test]
fn the_reference_documents_are_what_the_program_says() {
    let folder = Folder::new();
    for (document, path) in [
        ("cli", "docs/book/src/cli.md"),
        ("configuration", "docs/book/src/configuration.md"),
    ] {
        let made = folder.ok(&format!("reference {document}")).stdout;
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../..")
            .join(path);
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            written == made,
            "{} is stale; run `cargo xtask regenerate`",
            path.display()
        );
    }
}

#[test]
fn the_configuration_that_is_printed_can_be_used() {
    let folder = Folder::new();
    folder.write("ringonce.toml", folder.ok("config").stdout);
    folder.write("list.csv", list(3));
    folder.ok("campaign create list.csv --config ringonce.toml");
    for shell in ["bash", "zsh", "fish"] {
        assert!(
            folder
                .ok(&format!("completions {shell}"))
                .stdout
                .contains("ringonce")
        );
    }
    assert!(folder.ok("version").stdout.starts_with("ringonce "));
}
