//! Numbers as people type them on the command line: in which country they are read, and what a block
//! asks first.

use crate::support::Folder;

/// Runs a command whose last argument has blanks.
fn run(folder: &Folder, words: &str, number: &str) -> crate::support::Ran {
    let mut command = folder.command(words);
    crate::support::Ran::of(&command.arg(number).output().unwrap())
}

#[test]
fn a_number_without_a_country_code_is_blocked_only_when_somebody_says_its_country() {
    let folder = Folder::new();
    // Nothing gives the country.
    let asked = run(&folder, "numbers block --reason asked", "202 555 0123");
    assert_eq!(asked.code, 2, "{}", asked.stderr);
    for words in [
        "has no country code",
        "+1 202-555-0123 (United States)",
        "(Luxembourg)",
        "--region",
    ] {
        let found = run(&folder, "numbers block --yes --reason asked", "2025550123");
        assert_eq!(found.code, 2);
        assert!(found.stderr.contains(words), "{words}: {}", found.stderr);
    }
    // The deployment does; outside a terminal the command has to confirm the number.
    folder.ok("settings region US");
    let read = run(&folder, "numbers block --reason asked", "2025550123");
    assert_eq!(read.code, 2, "{}", read.stdout);
    for words in [
        "in the usual region",
        "+1 202-555-0123 (United States)",
        "--yes",
    ] {
        assert!(read.stderr.contains(words), "{words}: {}", read.stderr);
    }
    assert_eq!(
        folder.run("numbers show +12025550123").code,
        1,
        "it is blocked"
    );
    let meant = folder.ok("numbers block --yes --reason asked 2025550123");
    let told = "+1 202-555-0123 (United States): never on a list, never called";
    assert!(meant.stdout.contains(told), "{}", meant.stdout);
    // A region gives the country.
    let named = folder.json("numbers block --region LU --reason asked 2025550123");
    assert_eq!(named["number"], "+3522025550123");
    assert_eq!(named["country"], "Luxembourg");
}

#[test]
fn a_number_that_the_ledger_holds_is_shown_as_it_is_written() {
    let folder = Folder::new();
    folder.write("list.csv", "Phone,Name\n+3522025550123,Ana\n");
    folder.ok("campaign create list.csv");
    folder.ok("settings region US");
    let shown = folder.ok("numbers show 2025550123");
    assert!(
        shown.stdout.contains("+3522025550123 (Luxembourg)"),
        "{}",
        shown.stdout
    );
    assert!(
        shown.stderr.contains("which the ledger holds"),
        "{}",
        shown.stderr
    );
    let read = run(&folder, "numbers block --reason asked", "2025550123");
    assert_eq!(read.code, 2, "{}", read.stdout);
    let known = folder.ok("numbers block --reason asked +3522025550123");
    assert!(
        known
            .stdout
            .contains("(Luxembourg): known here, never called"),
        "{}",
        known.stdout
    );
}

#[test]
fn what_is_no_number_is_refused_before_a_ledger_is_made() {
    let folder = Folder::new();
    for text in ["hello", "call 12 me 345", "12", "+1202555012345678901"] {
        let refused = run(&folder, "numbers block --yes --reason asked", text);
        assert_eq!(refused.code, 2, "{text}: {}", refused.stdout);
    }
    assert!(!folder.path("ringonce-data").exists());
}

#[test]
fn lists_are_read_in_the_usual_region_unless_something_else_is_said() {
    let folder = Folder::new();
    folder.write("list.csv", "Phone,Name\n(202) 555-0123,Ana\n");
    folder.write("bare.json", "{}");
    folder.write("none.json", r#"{"region": null}"#);
    assert_eq!(folder.run("settings show").code, 4, "there is no ledger");
    assert_eq!(folder.run("campaign create list.csv").code, 3);
    let set = folder.json("settings region US");
    assert_eq!(set["usual_region"], "US");
    assert_eq!(folder.json("settings show")["usual_region"], "US");
    for (options, accepted) in [
        ("", true),
        ("--settings bare.json", true),
        ("--settings none.json", false),
        ("--region FR", false),
    ] {
        let made = folder.run(&format!("campaign create list.csv {options}"));
        assert_eq!(made.code == 0, accepted, "{options}: {}", made.stderr);
    }
    assert_eq!(
        folder.json("settings region none")["usual_region"],
        serde_json::Value::Null
    );
    assert_eq!(folder.run("campaign create list.csv").code, 3);
    assert_eq!(folder.run("settings region UK").code, 2);
}
