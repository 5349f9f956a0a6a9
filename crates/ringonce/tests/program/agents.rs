//! Agents and audio from the command line.

use crate::support::Folder;

#[test]
fn an_agent_is_written_heard_changed_and_put_away() {
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
fn audio_is_kept_played_and_only_put_away_while_an_agent_plays_it() {
    let folder = Folder::new();
    folder.write("a.mp3", "ID3\u{4}\0");
    let kept = folder.ok("media add a.mp3").stdout;
    let audio = kept.trim().rsplit(' ').next().unwrap().to_owned();
    let content = format!(r#"{{"kind": "audio", "audio": "{audio}"}}"#);
    folder.write("agent.json", &content);
    folder.ok("agent add Jingle --content agent.json");
    assert!(folder.ok("media list").stdout.contains("a.mp3"));
    let removed = folder.ok(&format!("media remove {audio}")).stdout;
    assert!(removed.contains("put away"), "{removed}");
    assert!(!folder.ok("media list").stdout.contains("a.mp3"));
}
