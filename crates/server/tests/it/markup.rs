//! Markup in every text that people and lists bring: no page may take it for its own.
//!
//! The pages are those that the server registers, so that one that is added is asked too.

use axum::http::Method;
use ringonce_domain::Role;
use serde_json::json;

use crate::people::Browser;
use crate::rows::one_answered_call;
use crate::support::{AROUND_THE_CLOCK, Server};

/// Breaks out of text, of attributes in either quotes, and shows whether something is escaped twice.
const MARKUP: &str = "<img src=x onerror=alert(1)>\"'&amp;";

#[tokio::test]
async fn every_text_that_a_person_or_a_list_brings_is_escaped_on_every_page() {
    let server = Server::start().await;
    let admin = server.enter_and_sign_in("ana", Role::Admin).await;
    let (user, once) = people(&server, &admin).await;
    let (campaign, call) = calls(&server, &admin).await;
    let mut asked = 0;
    let agent = agent(&server).await;
    for path in pages(campaign, &call, &user, &agent) {
        let page = admin.get(&server, &path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        assert_harmless(&path, &page.text);
        asked += 1;
    }
    assert!(asked > 12, "only {asked} pages");
    let welcome = admin.get(&server, &format!("/welcome?once={once}")).await;
    assert_harmless("/welcome", &welcome.text);
    let users = admin.get(&server, "/users").await.text;
    assert!(
        users.contains("&#60;img src=x onerror=alert(1)&#62;"),
        "it shows, as text"
    );
}

#[tokio::test]
async fn what_is_sent_back_is_escaped_too() {
    let server = Server::start().await;
    let script = "\"><script>alert(1)</script>";
    let echoed = server.try_password(script, "x").await;
    assert_harmless("/login", &echoed.text);
    let asked = format!("/numbers?number={}", crate::people::encoded(script));
    assert_harmless("/numbers", &server.get(&asked).await.text);
    let nowhere = server
        .bearing(&server.token, Method::GET, "/nowhere/%3Cscript%3E")
        .await;
    assert_harmless("/nowhere", &nowhere.text);
}

/// Names of a person, of somebody invited, of a token; the id of the invited and their key.
async fn people(server: &Server, admin: &Browser) -> (String, String) {
    let rename = json!({ "name": MARKUP }).to_string();
    admin
        .patch(server, "/api/v1/account", &rename)
        .await
        .assert_ok();
    let invite = json!({ "email": "bo@example.com", "name": MARKUP, "role": "viewer" });
    let invited = admin
        .post(server, "/api/v1/users", &invite.to_string())
        .await
        .json();
    let token = json!({ "name": MARKUP, "days": 1 }).to_string();
    assert_eq!(
        admin
            .post(server, "/api/v1/account/tokens", &token)
            .await
            .status,
        201
    );
    let path = invited["path"].as_str().unwrap();
    let once = path.split_once("once=").unwrap().1.to_owned();
    (invited["user"]["id"].to_string(), once)
}

/// A campaign whose list says it in every column and whose call was answered; a block, a share, a stop.
async fn calls(server: &Server, admin: &Browser) -> (i64, String) {
    let hostile = format!("\"{}\"", MARKUP.replace('"', "\"\""));
    let file = format!(
        "Phone,Name,{hostile}\n+12025550123,{hostile},{hostile}\n{hostile},{hostile},{hostile}\n12,{hostile},{hostile}\n"
    );
    let fields = [("name", MARKUP), ("settings", AROUND_THE_CLOCK)];
    let made = server.upload("/api/v1/campaigns", &file, &fields).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.json()["campaign"]["id"].as_i64().unwrap();
    let call = one_answered_call(server, id).await;
    let reason = json!({ "reason": MARKUP }).to_string();
    for path in ["/api/v1/numbers/+12025550123/block", "/api/v1/safety/stop"] {
        admin.post(server, path, &reason).await.assert_ok();
    }
    let share = json!({ "with": "bo@example.com" }).to_string();
    let path = format!("/api/v1/campaigns/{id}/shares");
    admin.post(server, &path, &share).await.assert_ok();
    (id, call.to_string())
}

/// An agent that is called so and says so.
async fn agent(server: &Server) -> String {
    let text = json!({ "kind": "text", "text": MARKUP });
    let body = json!({ "name": MARKUP, "content": text }).to_string();
    let made = server.post("/api/v1/agents", &body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.json()["id"].to_string()
}

/// Every page that the server has for people, about what was made.
fn pages(campaign: i64, call: &str, user: &str, agent: &str) -> Vec<String> {
    let routes = ringonce_server::listed().into_iter();
    let no_page = [
        "/api/",
        "/assets/",
        "/carriers/media/",
        "/healthz",
        "/readyz",
        "/login",
        "/welcome",
    ];
    routes
        .filter(|route| route.method == Method::GET)
        .filter(|route| !no_page.iter().any(|no| route.path.starts_with(no)))
        .map(|route| match route.path.as_str() {
            "/numbers" => "/numbers?number=%2B12025550123".to_owned(),
            path if path.starts_with("/calls/") => path.replace("{id}", call),
            path if path.starts_with("/agents/") => path.replace("{id}", agent),
            path if path.starts_with("/users/") => path.replace("{id}", user),
            path => path.replace("{id}", &campaign.to_string()),
        })
        .collect()
}

#[track_caller]
fn assert_harmless(path: &str, page: &str) {
    for live in ["<img src=x", "<script>alert", "\"'&amp;", "=alert(1)>"] {
        assert!(
            !page.contains(live),
            "{path} shows {live} as it came: {page}"
        );
    }
}
