//! Agents over the API and on their pages, and what a draft's people hear.

use serde_json::json;

use crate::support::Server;

const AGENTS: &str = "/api/v1/agents";

async fn library(server: &Server) -> i64 {
    let body =
        json!({"name": "Library", "content": {"kind": "text", "text": "Hello {name|there}"}});
    let made = server.post(AGENTS, &body.to_string()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.json()["version"], 1);
    made.json()["id"].as_i64().unwrap()
}

#[tokio::test]
async fn an_agent_is_made_changed_archived_and_restored() {
    let server = Server::start().await;
    let path = format!("{AGENTS}/{}", library(&server).await);
    let change = r#"{"name": "Reading room", "content": {"kind": "text", "text": "Good day", "opt_out": "9"}}"#;
    let changed = server.patch(&path, change).await.assert_ok();
    assert_eq!(
        (&changed["name"], &changed["version"]),
        (&json!("Reading room"), &json!(2))
    );
    assert_eq!(changed["content"]["opt_out"], "9");
    let versions = server.get(&format!("{path}/versions")).await.assert_ok();
    assert_eq!(
        versions["items"][1]["content"]["text"],
        "Hello {name|there}"
    );
    server
        .post(&format!("{path}/archive"), "{}")
        .await
        .assert_ok();
    let listed = async |query: &str| server.get(&format!("{AGENTS}{query}")).await.assert_ok();
    assert_eq!(listed("").await["items"], json!([]));
    assert_eq!(
        listed("?archived=true").await["items"][0]["name"],
        "Reading room"
    );
    server
        .post(&format!("{path}/restore"), "{}")
        .await
        .assert_ok();
    assert_eq!(listed("").await["items"][0]["version"], 2);
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_at_its_field() {
    let server = Server::start().await;
    library(&server).await;
    for (content, field) in [
        (json!({"kind": "text", "text": "Hello {name"}), "text"),
        (
            json!({"kind": "audio", "audio": "http://example.com/a"}),
            "audio",
        ),
        (json!({"kind": "menu", "text": "Press", "keys": {}}), "keys"),
        (json!({"kind": "song"}), "content"),
    ] {
        let body = json!({"name": "A", "content": content}).to_string();
        let refused = server.post(AGENTS, &body).await;
        assert_eq!(refused.assert_problem(422, "invalid-value")["field"], field);
        let body = json!({"content": content}).to_string();
        let refused = server.patch(&format!("{AGENTS}/1"), &body).await;
        assert_eq!(refused.assert_problem(422, "invalid-value")["field"], field);
    }
    server
        .get(&format!("{AGENTS}/9"))
        .await
        .assert_problem(404, "not-found");
    let nameless = json!({"name": " ", "content": {"kind": "text", "text": "Hi"}}).to_string();
    let refused = server.post(AGENTS, &nameless).await;
    assert_eq!(
        refused.assert_problem(422, "invalid-value")["field"],
        "name"
    );
}

#[tokio::test]
async fn a_preview_says_what_a_contact_would_hear_or_why_nothing() {
    let server = Server::start().await;
    let hear = async |content: serde_json::Value, name: &str| {
        let body = json!({"content": content, "name": name, "fields": {"City": "Rome"}});
        let path = format!("{AGENTS}/preview");
        server.post(&path, &body.to_string()).await.assert_ok()
    };
    let text =
        json!({"kind": "text", "text": "Hello {name|there} in {city}", "voicemail": "{Street}"});
    let heard = hear(text, "Ana").await;
    assert_eq!(heard["text"], "Hello Ana in Rome");
    assert!(
        heard["problem"].as_str().unwrap().contains("Street"),
        "{heard}"
    );
    let heard = hear(json!({"kind": "text", "text": "Hello {name|there}"}), "").await;
    assert_eq!(
        (&heard["text"], &heard["problem"]),
        (&json!("Hello there"), &json!(null))
    );
    assert!(heard["seconds"].as_u64().unwrap() > 0);
}

#[tokio::test]
async fn a_draft_takes_a_version_of_an_agent_and_keeps_it() {
    let server = Server::start().await;
    let agent = library(&server).await;
    let draft = format!("/api/v1/campaigns/{}", server.draft().await);
    let chosen = json!({"settings": {"agent_version": {"id": agent, "version": 1}}}).to_string();
    let edited = server.patch(&draft, &chosen).await.assert_ok();
    assert_eq!(edited["settings"]["agent"]["text"], "Hello {name|there}");
    let heard = server
        .post(&format!("{draft}/preview"), "{}")
        .await
        .assert_ok();
    assert_eq!(heard[0]["text"], "Hello Ana");
    assert_eq!(heard[0]["number"], "+12025550123");

    let change = r#"{"content": {"kind": "text", "text": "Something else"}}"#;
    server
        .patch(&format!("{AGENTS}/{agent}"), change)
        .await
        .assert_ok();
    let kept = server.get(&draft).await.assert_ok();
    assert_eq!(kept["settings"]["agent"]["text"], "Hello {name|there}");

    let own = r#"{"settings": {"agent": {"kind": "text", "text": "Our own"}}}"#;
    let edited = server.patch(&draft, own).await.assert_ok();
    assert_eq!(edited["settings"]["agent_version"], json!(null));
    for wrong in [
        json!({"id": agent, "version": 9}),
        json!({"id": 99, "version": 1}),
        json!({"id": "x"}),
    ] {
        let body = json!({"settings": {"agent_version": wrong}}).to_string();
        let refused = server.patch(&draft, &body).await;
        assert_eq!(
            refused.assert_problem(422, "invalid-value")["field"],
            "agent_version"
        );
    }
}

#[tokio::test]
async fn pages_teach_show_and_escape_what_agents_say() {
    let server = Server::start().await;
    let empty = server.get("/agents").await;
    assert!(
        empty.text.contains("href=\"/agents/new\""),
        "{}",
        empty.text
    );
    let body = json!({
        "name": "<b>Bold</b>",
        "content": {"kind": "text", "text": "</textarea><script>alert(1)</script>"},
    });
    let id = server.post(AGENTS, &body.to_string()).await.json()["id"].clone();
    let change = r#"{"content": {"kind": "text", "text": "'\"><img src=x>"}}"#;
    server
        .patch(&format!("{AGENTS}/{id}"), change)
        .await
        .assert_ok();
    let draft = server.draft().await;
    for path in [
        "/agents".to_owned(),
        format!("/agents/{id}"),
        format!("/campaigns/{draft}"),
    ] {
        let page = server.get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        for hostile in ["<script>alert", "<b>Bold", "<img src=x"] {
            assert!(!page.text.contains(hostile), "{path}: {hostile}");
        }
    }
    assert_eq!(server.get("/agents/new").await.status, 200);
    assert_eq!(server.get("/agents/99").await.status, 404);
}
