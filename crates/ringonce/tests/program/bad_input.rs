//! Invalid input: each kind has its exit code, says what is wrong and what to do, and leaves nothing
//! half-done.

use crate::support::{Folder, list};

/// Runs it and expects this failure.
fn fails(folder: &Folder, words: &str, code: i32, what: &str) -> String {
    let ran = folder.run(words);
    assert_eq!(
        ran.code, code,
        "ringonce {words}\n{}\n{}",
        ran.stdout, ran.stderr
    );
    assert!(
        ran.stderr.contains(what),
        "{what:?} is missing: ringonce {words}\n{}",
        ran.stderr
    );
    assert!(
        !ran.stderr.contains("panicked") && !ran.stderr.contains("RUST_BACKTRACE"),
        "{}",
        ran.stderr
    );
    ran.stderr
}

/// No campaign was created.
fn nothing_is_left(folder: &Folder) {
    if folder.path("ringonce-data/ringonce.db").exists() {
        assert_eq!(folder.json("campaign list"), serde_json::json!([]));
    }
    assert_eq!(folder.read("ringonce-data/simulator.log"), "");
}

#[test]
fn what_a_database_on_a_server_cannot_do_is_said_before_it_is_asked() {
    let folder = Folder::new();
    folder.write("list.csv", list(3));
    let server = "--database postgres://ana:s3cret@127.0.0.1:1/calls";
    for (words, code, advice) in [
        ("dial list.csv", 2, "ringonce serve"),
        ("serve --listen 127.0.0.1:0", 2, "ringonce twilio-sim"),
        ("backup copy.db", 2, "pg_dump"),
    ] {
        let refused = folder.run(&format!("{words} {server}"));
        assert_eq!(refused.code, code, "{words}: {}", refused.stderr);
        assert!(
            refused.stderr.contains(advice),
            "{words}: {}",
            refused.stderr
        );
        assert!(!refused.stderr.contains("s3cret"), "{}", refused.stderr);
    }
    let unreachable = folder.run(&format!("campaign list {server}"));
    assert_eq!(unreachable.code, 4, "{}", unreachable.stderr);
    assert!(
        unreachable.stderr.contains("postgres://ana@127.0.0.1"),
        "{}",
        unreachable.stderr
    );
    let wrong = folder.run("campaign list --database mysql://ana:s3cret@localhost/calls");
    assert_eq!(wrong.code, 3, "{}", wrong.stderr);
    assert!(!wrong.stderr.contains("s3cret"), "{}", wrong.stderr);
}

#[test]
fn files_that_are_no_lists() {
    for (name, content, what) in [
        ("empty.csv", &b""[..], "the file is empty"),
        ("blank.csv", b" \n\n \n", "the file is empty"),
        (
            "picture.csv",
            b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR",
            "not a list of contacts",
        ),
        (
            "columns.csv",
            b"colour,shape\nred,round\nblue,square\n",
            "no column with phone numbers",
        ),
        ("header.csv", b"name,phone\n", "no row"),
        (
            "bad.csv",
            b"name,phone\nAda,12\nGrace,none\n",
            "none of the 2 rows has a number that can be called",
        ),
        (
            "broken.xlsx",
            b"PK\x03\x04 this is no workbook",
            "broken.xlsx",
        ),
    ] {
        let folder = Folder::new();
        folder.write(name, content);
        let told = fails(&folder, &format!("dial {name}"), 3, what);
        assert!(told.contains("help: "), "no advice for {name}: {told}");
        nothing_is_left(&folder);
    }
}

#[test]
fn a_file_that_is_not_there() {
    let folder = Folder::new();
    let told = fails(&folder, "dial nobody.csv", 3, "nobody.csv");
    assert!(told.contains("help: check the path"), "{told}");
    assert!(
        !folder.path("ringonce-data").exists(),
        "a folder was made for nothing"
    );
    fails(&folder, "check nobody.csv", 3, "nobody.csv");
}

#[test]
fn a_wrong_extension_is_no_obstacle_because_content_decides() {
    let folder = Folder::new();
    folder.write("list.xlsx", list(3));
    let report = folder.json("check list.xlsx");
    assert_eq!(report["format"], "csv");
    assert_eq!(report["accepted"], 3);
}

#[test]
fn settings_that_cannot_be_used() {
    for (json, what) in [
        (r#"{"time_zone": "Mars/Olympus"}"#, "Mars/Olympus"),
        (r#"{"time_zone": "EST"}"#, "America/New_York"),
        (
            r#"{"pacing": {"delay_seconds": -1}}"#,
            "pacing.delay_seconds",
        ),
        (
            r#"{"business_hours": {"start": "17:00", "end": "09:00"}}"#,
            "business_hours",
        ),
        (r#"{"colour": "red"}"#, "unknown field `colour`"),
        ("{", "settings.json"),
        ("", "settings.json"),
    ] {
        let folder = Folder::new();
        folder.write("list.csv", list(3));
        folder.write("settings.json", json);
        fails(&folder, "dial list.csv --settings settings.json", 3, what);
        fails(
            &folder,
            "campaign create list.csv --settings settings.json",
            3,
            what,
        );
        assert!(
            !folder.path("ringonce-data").exists(),
            "{json}: a folder was made for nothing"
        );
    }
}

#[test]
fn a_command_line_that_makes_no_sense() {
    let folder = Folder::new();
    folder.write("list.csv", list(3));
    for (words, what) in [
        ("", "Usage"),
        ("dail list.csv", "dial"),
        ("dial", "<FILE>"),
        ("dial list.csv --time-zone Mars/Olympus", "Mars/Olympus"),
        ("dial list.csv --region Mars", "Mars"),
        ("dial list.csv --speed 0", "1 to 100000"),
        ("dial list.csv --repeat sometimes", "never-again"),
        ("check list.csv --delimiter x", "tab"),
        ("check list.csv --full", "--json"),
        ("campaign show one", "one"),
        ("numbers block +12025550123", "--reason"),
        ("prove", "--all"),
        ("prove 12", "12"),
    ] {
        if words == "prove 12" {
            folder.ok("campaign create list.csv");
        }
        fails(&folder, words, 2, what);
    }
}

#[test]
fn a_configuration_that_cannot_be_used() {
    let folder = Folder::new();
    folder.write("ringonce.toml", "colour = 1");
    fails(&folder, "doctor --config ringonce.toml", 3, "colour");
    fails(&folder, "doctor --config missing.toml", 3, "missing.toml");
    // Commands that help to correct it work all the same.
    folder.ok("config --config missing.toml");
}

#[test]
fn a_folder_without_a_ledger() {
    let folder = Folder::new();
    for words in ["campaign list", "doctor", "prove --all", "backup copy.db"] {
        fails(&folder, words, 4, "there is no ledger in ringonce-data");
    }
    assert!(!folder.path("ringonce-data").exists());
    folder.write("file", "");
    folder.write("list.csv", list(3));
    fails(&folder, "dial list.csv --data file", 4, "cannot be made");
}

#[test]
fn a_database_that_cannot_be_used() {
    let folder = Folder::new();
    folder.write("list.csv", list(3));
    folder.ok("dial list.csv --speed 2000");
    let good = std::fs::read(folder.path("ringonce-data/ringonce.db")).unwrap();
    let forget_log = || {
        for beside in [
            "ringonce-data/ringonce.db-wal",
            "ringonce-data/ringonce.db-shm",
        ] {
            drop(std::fs::remove_file(folder.path(beside)));
        }
    };

    forget_log();
    folder.write(
        "ringonce-data/ringonce.db",
        "not a database, whatever its name says".repeat(100),
    );
    fails(&folder, "dial list.csv", 4, "ringonce.db");

    forget_log();
    let mut newer = good.clone();
    // The user version of the SQLite file format, at offset 60.
    newer[60..64].copy_from_slice(&99_u32.to_be_bytes());
    folder.write("ringonce-data/ringonce.db", &newer);
    let told = fails(&folder, "dial list.csv", 4, "later Ringonce");
    assert!(told.contains("help: Run that version"), "{told}");
    assert_eq!(
        std::fs::read(folder.path("ringonce-data/ringonce.db")).unwrap(),
        newer,
        "it was changed"
    );

    forget_log();
    folder.write("ringonce-data/ringonce.db", &good);
    folder.ok("doctor");
}

#[test]
fn a_carriers_log_that_is_damaged_stops_the_run_and_says_so() {
    let folder = Folder::new();
    folder.write("list.csv", list(3));
    folder.ok("dial list.csv --speed 2000");
    let log = folder.read("ringonce-data/simulator.log");
    folder.write(
        "ringonce-data/simulator.log",
        log.replacen("\"event\"", "\"tneve\"", 1),
    );
    fails(
        &folder,
        "dial list.csv",
        4,
        "line 1 of the simulator's log is damaged",
    );
    fails(&folder, "prove --all", 4, "damaged");
}

#[test]
fn a_start_that_cannot_be_meant_is_refused_with_the_one_that_was_meant() {
    let folder = Folder::new();
    folder.write("list.csv", list(2));
    for (start, words) in [
        ("4102444800", "did you mean 2100-01-01T00:00:00.000Z?"),
        ("1700000000", "did you mean 2023-11-14T22:13:20.000Z?"),
        ("0", "did you mean null"),
        ("-1700000000", "did you mean 2023-11-14T22:13:20.000Z?"),
        ("1700000000000", "past by more than a day"),
        ("\"2020-02-03T09:00:00Z\"", "-02-03T09:00:00.000Z?"),
        ("\"2099-12-01 09:00\"", "2099-12-01T09:00:00Z (UTC)"),
        ("\"soon\"", "ISO 8601"),
    ] {
        folder.write("settings.json", format!(r#"{{ "start_at": {start} }}"#));
        for command in ["campaign create", "dial"] {
            let ran = folder.run(&format!("{command} list.csv --settings settings.json"));
            assert_ne!(ran.code, 0, "{command} {start}");
            assert!(ran.stderr.contains("start_at"), "{start}: {}", ran.stderr);
            assert!(ran.stderr.contains(words), "{start}: {}", ran.stderr);
        }
    }
    assert_eq!(folder.json("campaign list"), serde_json::json!([]));
}
