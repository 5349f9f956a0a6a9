//! When a campaign would end, over the API.

use serde_json::json;

use crate::support::Server;

const FORECAST: &str = "/api/v1/forecast";

#[tokio::test]
async fn a_forecast_says_when_and_what_was_assumed() {
    let server = Server::start().await;
    let asked = json!({
        "contacts": 100,
        "settings": {
            "time_zone": "Europe/Berlin",
            "business_hours": {"enabled": false},
            "callee_hours": {"enabled": false},
            "retry": {"max_retries": 0},
        },
        "assume": {"answer_rate": 1, "call_seconds": 25},
    });
    let found = server.post(FORECAST, &asked.to_string()).await.assert_ok();
    let at = |name: &str| -> ringonce_domain::Timestamp {
        found[name].as_str().unwrap().parse().unwrap()
    };
    let took = at("ends_at").since(at("begins_at")).get();
    assert_eq!(took, (99 * 30 + 25) * 1_000);
    assert_eq!(
        (&found["calls"], &found["contacts"]),
        (&json!(100), &json!(100))
    );
    assert_eq!(found["assumed"]["call_seconds"], 25.0);
    let text = found["text"].as_str().unwrap();
    assert!(
        text.starts_with("ends ") && text.contains("Europe/Berlin"),
        "{text}"
    );
}

#[tokio::test]
async fn a_drafts_forecast_counts_its_contacts_and_tries_other_settings() {
    let server = Server::start().await;
    let id = server.draft().await;
    let path = format!("/api/v1/campaigns/{id}/forecast");
    let found = server.post(&path, "{}").await.assert_ok();
    assert_eq!(found["contacts"], 3);
    assert_eq!(found["assumed_zones"], "in the zones of their numbers");
    let closed =
        r#"{"settings": {"business_hours": {"days": ["sun"], "start": "08:00", "end": "09:00"}}}"#;
    let found = server.post(&path, closed).await.assert_ok();
    // At eight o'clock UTC nobody is awake in Washington.
    assert_eq!(
        (&found["calls"], &found["skipped"][0]["contacts"]),
        (&json!(0), &json!(3))
    );
    let stays = server
        .get(&format!("/api/v1/campaigns/{id}"))
        .await
        .assert_ok();
    assert_eq!(stays["settings"]["business_hours"]["enabled"], false);
}

#[tokio::test]
async fn what_cannot_be_forecast_is_refused_at_its_field() {
    let server = Server::start().await;
    for (body, field) in [
        (r#"{"assume": {"answer_rate": 2}}"#, "answer_rate"),
        (r#"{"assume": {"call_seconds": 0}}"#, "call_seconds"),
        (r#"{"contacts": 99999999999}"#, "contacts"),
        (
            r#"{"settings": {"pacing": {"delay_seconds": -1}}}"#,
            "pacing.delay_seconds",
        ),
    ] {
        let refused = server.post(FORECAST, body).await;
        let problem = refused.assert_problem(422, "invalid-value");
        assert_eq!(problem["field"], field, "{body}");
    }
    let nowhere = server.post("/api/v1/campaigns/99/forecast", "{}").await;
    nowhere.assert_problem(404, "not-found");
}
