//! What an agent says of its contacts' fields: refused, told, or provided for, before anybody is called.

use serde_json::{Value, json};

use crate::rows::one_answered_call;
use crate::support::Server;

const CAMPAIGNS: &str = "/api/v1/campaigns";
/// Two of four contacts have notes; the first has none.
const PEOPLE: &str = "Phone,Last name,First name,Notes,Room\n\
    +12025550123,Ruiz,Ana,,\n\
    +12025550124,Li,Bo,bring a coat, \n\
    +12025550125,Ek,Cy,,\n\
    +12025550126,Oz,Di,come early,\n";

fn settings(text: &str) -> String {
    json!({
        "business_hours": {"enabled": false},
        "callee_hours": {"enabled": false},
        "agent": {"kind": "text", "text": text},
    })
    .to_string()
}

/// A draft that says this, and what its creation told.
async fn draft(server: &Server, text: &str) -> (Value, Value) {
    let settings = settings(text);
    let made = server
        .upload(CAMPAIGNS, PEOPLE, &[("settings", &settings)])
        .await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    (made["campaign"]["id"].clone(), made["fields"].clone())
}

#[tokio::test]
async fn every_column_can_be_said_parts_of_the_name_too() {
    let server = Server::start().await;
    let text = "{name}, {First name}, {last_name}, {PHONE}, {notes|nothing}";
    let (id, told) = draft(&server, text).await;
    assert_eq!(
        told["fields"],
        json!(["name", "number", "First name", "Last name", "Notes", "Room"])
    );
    let heard = server
        .post(&format!("{CAMPAIGNS}/{id}/preview"), "{}")
        .await;
    assert_eq!(
        heard.assert_ok()[0]["text"],
        "Ana Ruiz, Ana, Ruiz, +1 202-555-0123, nothing"
    );
}

#[tokio::test]
async fn a_field_that_no_contact_has_keeps_a_campaign_from_starting() {
    let server = Server::start().await;
    for (text, words) in [
        (
            "Hi {Frist name}.",
            "no contact has {Frist name}; did you mean {First name}?",
        ),
        (
            "Hi {Frist name|you}.",
            "no contact has {Frist name}; did you mean {First name}?",
        ),
        (
            "Room {Room}.",
            "no contact has anything in {Room}; write {Room|…}",
        ),
    ] {
        let (id, told) = draft(&server, text).await;
        assert_eq!(told["missing"].as_array().unwrap().len(), 1, "{told}");
        let path = format!("{CAMPAIGNS}/{id}");
        let refused = server.post(&format!("{path}/start"), "").await;
        let problem = refused.assert_problem(422, "invalid-value");
        assert_eq!(problem["field"], "agent.text");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(words), "{detail}");
        assert!(
            detail.contains("{First name}, {Last name}, {Notes}"),
            "{detail}"
        );
        let stays = server.get(&path).await.assert_ok();
        assert_eq!(stays["state"], "draft", "nothing has begun");
        let mended = r#"{"settings": {"agent": {"kind": "text", "text": "Hi {First name}."}}}"#;
        server.patch(&path, mended).await.assert_ok();
        let started = server.post(&format!("{path}/start"), "").await;
        assert_eq!(started.assert_ok()["fields"]["missing"], json!([]));
    }
}

#[tokio::test]
async fn what_could_not_be_started_at_once_is_not_made() {
    let server = Server::start().await;
    let settings = settings("Hi {Frist name}.");
    let fields = [("settings", settings.as_str()), ("start", "true")];
    let refused = server.upload(CAMPAIGNS, PEOPLE, &fields).await;
    let problem = refused.assert_problem(422, "invalid-value");
    assert_eq!(problem["field"], "agent.text");
    let all = server.get(CAMPAIGNS).await.assert_ok();
    assert_eq!(all["items"], json!([]), "nothing is left");
}

#[tokio::test]
async fn what_some_lack_is_told_with_their_count_and_what_they_hear() {
    let server = Server::start().await;
    for (text, otherwise, words) in [
        (
            "Please {Notes}.",
            Value::Null,
            "2 of 4 contacts have no {Notes}: they hear “Please .”",
        ),
        (
            "Please {notes|call us}.",
            json!("call us"),
            "2 of 4 contacts have no {notes}: they hear “Please call us.”",
        ),
        (
            "Please{Notes|}.",
            json!(""),
            "2 of 4 contacts have no {Notes}: they hear “Please.”",
        ),
    ] {
        let (id, created) = draft(&server, text).await;
        let path = format!("{CAMPAIGNS}/{id}");
        let asked = server.get(&format!("{path}/fields")).await.assert_ok();
        let started = server.post(&format!("{path}/start"), "").await.assert_ok();
        for told in [&created, &asked] {
            assert_eq!(told["lacking"][0]["text"], words);
            assert_eq!(told["lacking"][0]["contacts"], 2);
            assert_eq!(told["lacking"][0]["otherwise"], otherwise);
            assert_eq!(told["contacts"], 4);
        }
        assert_eq!(started["fields"]["lacking"][0]["otherwise"], otherwise);
    }
    let nowhere = server.get(&format!("{CAMPAIGNS}/99/fields")).await;
    nowhere.assert_problem(404, "not-found");
}

#[tokio::test]
async fn a_call_whose_text_was_empty_somewhere_says_so_on_its_page() {
    for (text, said) in [
        (
            "Please {Notes}.",
            Some("Notes is empty for this contact: the text says “Please .”"),
        ),
        (
            "{Notes}",
            Some("Notes is empty for this contact: the text says nothing there."),
        ),
        ("Please {Notes|call us}.", None),
        ("Please{Notes|}, {First name}.", None),
    ] {
        let server = Server::start().await;
        let (id, _) = draft(&server, text).await;
        let call = one_answered_call(&server, id.as_i64().unwrap()).await;
        let page = server.get(&format!("/calls/{call}")).await.text;
        assert_eq!(
            page.contains("is empty for this contact"),
            said.is_some(),
            "{text}"
        );
        // Fluent sets values apart with invisible marks.
        let plain: String = page
            .chars()
            .filter(|c| !matches!(c, '\u{2068}' | '\u{2069}'))
            .collect();
        assert!(
            said.is_none_or(|words| plain.contains(words)),
            "{text}: {page}"
        );
    }
}
