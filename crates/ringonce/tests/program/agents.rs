//! Agents and audio from the command line.

use crate::support::Folder;

#[test]
fn an_agent_is_written_heard_changed_and_archived() {
    let folder = Folder::new();
    folder.ok("agent add Reminder --text Hello_{name|there} --opt-out 9");
    let heard = folder.ok("agent preview 1 --name Ana").stdout;
    assert!(heard.contains("says “Hello_Ana”"), "{heard}");
    assert!(heard.contains("key 9: never calls again"), "{heard}");
    let changed = folder.ok("agent edit 1 --text Hi_{city}").stdout;
    assert!(changed.contains("version 2"), "{changed}");
    assert!(
        folder
            .ok("agent preview 1 --field City=Rome")
            .stdout
            .contains("Hi_Rome")
    );
    folder.ok("agent archive 1");
    assert!(
        folder
            .ok("agent list --archived")
            .stdout
            .contains("Reminder")
    );
}

#[test]
fn audio_is_kept_played_and_only_archived_while_an_agent_plays_it() {
    let folder = Folder::new();
    folder.write("a.mp3", "ID3\u{4}\0");
    let kept = folder.ok("media add a.mp3").stdout;
    let audio = kept.trim().rsplit(' ').next().unwrap().to_owned();
    let content = format!(r#"{{"kind": "audio", "audio": "{audio}"}}"#);
    folder.write("agent.json", &content);
    folder.ok("agent add Jingle --content agent.json");
    assert!(folder.ok("media list").stdout.contains("a.mp3"));
    let removed = folder.ok(&format!("media remove {audio}")).stdout;
    assert!(removed.contains("archived"), "{removed}");
    assert!(!folder.ok("media list").stdout.contains("a.mp3"));
}

#[test]
fn a_campaign_says_what_its_contacts_have_and_starts_with_nothing_else() {
    let folder = Folder::new();
    let people = "Phone,Last name,First name,Notes\n\
        +12025550123,Ruiz,Ana,bring a coat\n+12025550124,Li,Bo,\n+12025550125,Ek,Cy, \n";
    folder.write("people.csv", people);
    for (file, text) in [
        ("wrong.json", "Hi {Frist name}."),
        ("some.json", "Hi {First name}, {notes}."),
        ("all.json", "Hi {first_name} {LAST NAME}, {Notes|see you}."),
    ] {
        folder.write(
            file,
            format!(r#"{{"agent": {{"kind": "text", "text": "{text}"}}}}"#),
        );
    }
    for command in [
        "campaign create people.csv --settings wrong.json --start",
        "dial people.csv --settings wrong.json",
    ] {
        let refused = folder.run(command);
        assert_ne!(refused.code, 0, "{command}");
        let told = "no contact has {Frist name}";
        assert!(
            refused.stderr.contains(told),
            "{command}: {}",
            refused.stderr
        );
        let near = "did you mean {First name}? The fields are {name}, {number}, {First name}";
        assert!(
            refused.stderr.contains(near),
            "{command}: {}",
            refused.stderr
        );
    }
    let none = folder.json("campaign list");
    assert_eq!(none.as_array().unwrap().len(), 0, "nothing is left");

    let draft = folder
        .ok("campaign create people.csv --settings wrong.json")
        .stdout;
    assert!(
        draft.contains("It cannot be started yet: agent.text"),
        "{draft}"
    );
    assert_ne!(folder.run("campaign start 3").code, 0);

    let lacking = "2 of 3 contacts have no {notes}: they hear “Hi Bo, .”";
    let some = folder.ok("campaign create people.csv --settings some.json --start");
    assert!(some.stdout.contains(lacking), "{}", some.stdout);
    let all = folder.json("campaign create people.csv --settings all.json --start");
    let fields = &all["started"]["fields"];
    assert_eq!(fields["lacking"][0]["hears"], "Hi Bo Li, see you.");
    assert_eq!(fields["lacking"][0]["contacts"], 2);
}
