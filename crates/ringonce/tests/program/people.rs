//! Users and tokens at the command line.

use serde_json::Value;

use crate::support::Folder;

#[test]
fn somebody_is_entered_invited_given_a_role_disabled_and_enabled() {
    let folder = Folder::new();
    let added = folder.json("user add Ann@Example.com --role admin");
    assert_eq!(added["user"]["email"], "ann@example.com");
    assert_eq!(added["user"]["name"], "ann");
    let link = |said: &Value| said["link"].as_str().unwrap().to_owned();
    let first = link(&added);
    assert!(
        first.starts_with("http://127.0.0.1:8000/welcome?once="),
        "{first}"
    );
    let second = link(&folder.json("user invite ann@example.com"));
    assert_ne!(first, second);
    let third = link(&folder.json("user reset ann@example.com --two-factor"));
    let ledger = std::fs::read(folder.path("ringonce-data/ringonce.db")).unwrap();
    for link in [first, second, third] {
        let secret = link.rsplit_once('=').unwrap().1.as_bytes();
        assert_eq!(secret.len(), 64);
        let stored = ledger.windows(secret.len()).any(|bytes| bytes == secret);
        assert!(!stored, "a link is stored in clear");
    }

    let again = folder.run("user add ann@example.com --role viewer");
    assert_eq!(again.code, 1);
    assert!(again.stderr.contains("there is a user ann@example.com"));
    let last = folder.run("user disable ann@example.com");
    assert_eq!(last.code, 1);
    assert!(last.stderr.contains("the last admin"), "{}", last.stderr);
    assert!(last.stderr.contains("help: make somebody else an admin"));

    folder.ok("user add bob@example.com --role agent --name Bob");
    let role = folder.json("user role bob@example.com supervisor");
    assert_eq!(role["role"], "supervisor");
    assert!(folder.json("user disable bob@example.com")["disabled_at"].is_string());
    assert_eq!(folder.run("user invite bob@example.com").code, 1);
    assert!(folder.json("user enable bob@example.com")["disabled_at"].is_null());
    let shown = folder.ok("user list").stdout;
    assert!(shown.contains("bob@example.com") && shown.contains("supervisor"));
    assert_eq!(folder.json("user list").as_array().unwrap().len(), 2);

    assert_eq!(folder.run("user role eve@example.com admin").code, 1);
    assert_eq!(folder.run("user add nobody --role admin").code, 2);
    assert_eq!(folder.run("user add eve@example.com --role king").code, 2);
}

#[test]
fn a_token_has_scopes_and_an_end_and_is_revoked() {
    let folder = Folder::new();
    let made = folder
        .json("token create wallboard --scope campaigns:read --scope calls:read --expires 90d");
    assert!(made["token"].as_str().unwrap().starts_with("rgo_"));
    assert!(made["expires_at"].is_string());
    folder.ok("token create nightly");
    assert_eq!(folder.run("token create nightly").code, 1);
    let listed = folder.json("token list");
    assert_eq!(listed[0]["name"], "nightly");
    assert_eq!(listed[0]["scopes"], Value::Null);
    assert_eq!(
        listed[1]["scopes"],
        serde_json::json!(["campaigns:read", "calls:read"])
    );
    let shown = folder.ok("token list").stdout;
    assert!(shown.contains("works until"), "{shown}");
    assert_eq!(folder.json("token revoke nightly")["revoked"], true);
    assert!(folder.ok("token list").stdout.contains("revoked"));
    let id = made["id"].to_string();
    assert_eq!(folder.json(&format!("token revoke {id}"))["revoked"], true);
    assert_eq!(folder.json(&format!("token revoke {id}"))["revoked"], false);
    assert_eq!(folder.run("token revoke nightly").code, 1);
    folder.ok("token create nightly");

    for wrong in ["--scope everything", "--expires 0d", "--expires soon"] {
        assert_eq!(folder.run(&format!("token create x {wrong}")).code, 2);
    }
}
