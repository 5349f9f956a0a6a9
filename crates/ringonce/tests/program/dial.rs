//! `ringonce dial`: the main job, interrupted in every way, and never twice.

use std::collections::BTreeSet;

use crate::support::{Folder, Ran, example, list, signal};
use serde_json::Value;

/// The numbers that were rung, by the carrier's log.
fn rung(folder: &Folder) -> BTreeSet<String> {
    folder
        .read("ringonce-data/simulator.log")
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|entry| entry["event"] == "ring")
        .map(|entry| entry["number"].as_str().unwrap().to_owned())
        .collect()
}

/// The campaign is complete: no contact is left.
fn assert_complete(folder: &Folder, campaign: u32, contacts: u64) {
    let shown = folder.json(&format!("campaign show {campaign}"));
    assert_eq!(shown["state"], "completed", "{shown}");
    let counts = shown["contacts"].as_object().unwrap();
    assert_eq!(
        counts.values().map(|n| n.as_u64().unwrap()).sum::<u64>(),
        contacts
    );
    for waiting in ["pending", "calling", "connected"] {
        assert_eq!(counts[waiting], 0, "{shown}");
    }
}

#[test]
fn the_example_is_dialled_once_and_the_second_run_skips_everybody() {
    let folder = Folder::new();
    folder.write("contacts.csv", example());
    let first = folder.ok("dial contacts.csv --speed 2000");
    for words in [
        "48 rows: 43 contacts, 2 duplicates, 3 bad rows",
        "line 44: +12125550101 is in line 2 already",
        "line 39: Phone \"ask reception\"",
        "Campaign started with 43 calls (skipped 0 duplicates)",
        ", 0 numbers rung twice",
    ] {
        assert!(
            first.stdout.contains(words),
            "{words:?} is missing in\n{}",
            first.stdout
        );
    }
    assert!(!first.stdout.contains("\nskipped "), "{}", first.stdout);
    assert_complete(&folder, 1, 43);
    let rung_first = rung(&folder);
    assert!(rung_first.len() > 30, "{rung_first:?}");
    let log = folder.read("ringonce-data/simulator.log");
    folder.write("kept.log", &log);
    let proof = folder.json("prove --all --log kept.log");
    assert_eq!(proof["carrier"]["numbers"], rung_first.len(), "{proof}");
    assert_eq!(proof["carrier"]["numbers_rung_twice"], 0, "{proof}");
    assert_eq!(folder.run("prove --all --log no-such.log").code, 3);

    let second = folder.ok("dial contacts.csv --speed 2000");
    assert!(
        second
            .stdout
            .contains(": Already called in previous campaign"),
        "{}",
        second.stdout
    );
    assert!(
        second.stdout.contains("Nobody was rung in this run"),
        "{}",
        second.stdout
    );
    assert!(
        second.stdout.contains(", 0 numbers rung twice"),
        "{}",
        second.stdout
    );
    assert_eq!(
        folder.read("ringonce-data/simulator.log"),
        log,
        "the second run reached the carrier"
    );
    assert_complete(&folder, 2, 43);

    let proof = folder.ok("prove --all");
    assert!(proof.stdout.contains("unbroken"), "{}", proof.stdout);
    folder.ok("doctor");
}

#[test]
fn killed_in_the_middle_it_goes_on_and_rings_nobody_twice() {
    let folder = Folder::new();
    folder.write("list.csv", list(300));
    for kill in 1..=4 {
        let mut process = folder.start("dial list.csv --speed 500");
        folder.wait_for_lines("ringonce-data/simulator.log", kill * 150);
        process.kill().unwrap();
        process.wait().unwrap();
    }
    let last = folder.ok("dial list.csv --speed 500");
    assert!(
        last.stdout.contains("Continuing campaign 1"),
        "{}",
        last.stdout
    );
    assert!(
        last.stdout.contains(", 0 numbers rung twice"),
        "{}",
        last.stdout
    );
    assert_complete(&folder, 1, 300);
    folder.ok("prove --all");
}

#[test]
fn ctrl_c_ends_in_order_and_the_same_command_goes_on() {
    let folder = Folder::new();
    folder.write("list.csv", list(200));
    let process = folder.start("dial list.csv --speed 200");
    folder.wait_for_lines("ringonce-data/simulator.log", 60);
    signal("INT", &process);
    let stopped = Ran::of(&process.wait_with_output().unwrap());
    assert_eq!(stopped.code, 130, "{}\n{}", stopped.stdout, stopped.stderr);
    assert!(
        stopped
            .stderr
            .contains("help: run the same command again to continue"),
        "{}",
        stopped.stderr
    );
    assert!(
        stopped.stdout.contains(", 0 numbers rung twice"),
        "{}",
        stopped.stdout
    );

    let shown = folder.json("campaign show 1");
    assert_eq!(shown["state"], "running");
    let rest = folder.ok("dial list.csv --speed 2000");
    assert!(
        rest.stdout.contains("Continuing campaign 1"),
        "{}",
        rest.stdout
    );
    assert_complete(&folder, 1, 200);
}

#[test]
fn a_pause_by_a_person_holds_until_a_person_ends_it() {
    let folder = Folder::new();
    folder.write("list.csv", list(200));
    let process = folder.start("dial list.csv --speed 200");
    folder.wait_for_lines("ringonce-data/simulator.log", 40);
    folder.ok("campaign pause 1 --reason lunch");
    let held = Ran::of(&process.wait_with_output().unwrap());
    assert_eq!(held.code, 1, "{}", held.stderr);
    assert!(
        held.stderr.contains("campaign 1 is paused: lunch"),
        "{}",
        held.stderr
    );

    let refused = folder.run("dial list.csv");
    assert_eq!(refused.code, 1);
    assert!(
        refused.stderr.contains("ringonce campaign resume 1"),
        "{}",
        refused.stderr
    );

    folder.ok("campaign resume 1");
    folder.ok("dial list.csv --speed 2000");
    assert_complete(&folder, 1, 200);
}

#[test]
fn an_emergency_stop_by_hand_holds_everything_until_it_is_re_armed() {
    let folder = Folder::new();
    folder.write("list.csv", list(200));
    let process = folder.start("dial list.csv --speed 200");
    folder.wait_for_lines("ringonce-data/simulator.log", 40);
    folder.ok("stop-all --reason drill");
    let held = Ran::of(&process.wait_with_output().unwrap());
    assert_eq!(held.code, 1, "{}", held.stderr);
    assert!(held.stderr.contains("drill"), "{}", held.stderr);
    let refused = folder.run("dial list.csv");
    assert_eq!(refused.code, 1);
    assert!(
        refused.stderr.contains("resume-all --reason"),
        "{}",
        refused.stderr
    );
    folder.ok("resume-all --reason over");
    folder.ok("dial list.csv --speed 2000");
    assert_complete(&folder, 1, 200);
}

#[test]
fn two_at_once_on_one_ledger_are_refused() {
    let folder = Folder::new();
    folder.write("list.csv", list(100));
    let mut process = folder.start("dial list.csv --speed 10");
    folder.wait_for_lines("ringonce-data/simulator.log", 1);
    let second = folder.run("dial list.csv");
    assert_eq!(second.code, 4, "{}", second.stderr);
    assert!(
        second.stderr.contains("another ringonce process"),
        "{}",
        second.stderr
    );
    process.kill().unwrap();
    process.wait().unwrap();
}

#[test]
fn with_json_the_result_is_one_document() {
    let folder = Folder::new();
    folder.write("contacts.csv", example());
    let result = folder.json("dial contacts.csv --speed 2000");
    assert_eq!(result["import"]["accepted"], 43);
    assert_eq!(result["started"]["calls"], 43);
    assert_eq!(result["carrier"]["numbers_rung_twice"], 0);
    assert_eq!(result["campaign"]["state"], "completed");
    assert_eq!(result["file"]["columns"]["phone"][0], "Phone");
    assert!(result["rings_in_this_run"].as_u64().unwrap() > 30);
}

#[test]
fn another_file_with_the_same_people_rings_nobody_again() {
    let folder = Folder::new();
    folder.write("list.csv", list(30));
    folder.write("other.csv", list(35).replace("name,phone", "who,mobile"));
    folder.ok("dial list.csv --speed 2000");
    let before = rung(&folder);
    let other = folder.ok("dial other.csv --speed 2000");
    assert!(
        other.stdout.contains("Campaign started with "),
        "{}",
        other.stdout
    );
    assert!(
        other.stdout.contains("Already called in previous campaign"),
        "{}",
        other.stdout
    );
    assert!(
        other.stdout.contains(", 0 numbers rung twice"),
        "{}",
        other.stdout
    );
    let fresh: Vec<String> = rung(&folder).difference(&before).cloned().collect();
    assert!(fresh.len() <= 5, "{fresh:?}");
}
