//! The token of a voice agent's stream: told once whose call it is, and to nobody else.

use axum::body::Body;
use axum::http::{Request, header};
use ringonce_domain::{AttemptId, Permission, Role};
use serde_json::{Value, json};

use crate::rows::end;
use crate::support::Answer;
use crate::twilio::SigningCarrier;

const REDEEM: &str = "/api/v1/streams/redeem";

fn voice_agent() -> Value {
    json!({
        "kind": "stream", "url": "wss://voice.example.com/calls", "token_parameter": "token"
    })
}

/// A call to a voice agent, and the token that its stream comes with.
async fn streaming(desk: &SigningCarrier) -> (AttemptId, String) {
    let call = desk.call(&voice_agent()).await;
    let said = desk.tell(&desk.path(call, "twiml"), "CallSid=CA01").await;
    let (_, behind) = said.text.split_once("name=\"token\" value=\"").unwrap();
    let (token, _) = behind.split_once('"').unwrap();
    (call, token.to_owned())
}

async fn redeem(desk: &SigningCarrier, token: &str) -> Answer {
    let body = json!({ "token": token }).to_string();
    desk.server.post(REDEEM, &body).await
}

#[tokio::test]
async fn a_token_is_told_once_whose_call_it_is() {
    let desk = SigningCarrier::open().await;
    let (call, token) = streaming(&desk).await;
    let stream = redeem(&desk, &token).await.assert_ok();
    assert_eq!(stream["call"], call.to_string());
    let attempt = desk.server.store.attempt(call).await.unwrap().unwrap();
    assert_eq!(stream["campaign"], attempt.campaign.0);
    assert_eq!(stream["contact"], attempt.contact.0);
    assert_eq!(stream["name"], "Ana");
    assert_eq!(stream["metadata"], json!({ "City": "Washington" }));
    let again = redeem(&desk, &token).await.assert_problem(409, "conflict");
    let detail = again["detail"].as_str().unwrap();
    assert!(detail.contains("redeemed before"), "{detail}");
    assert!(!again.to_string().contains("Ana"), "{again}");
    let shown = desk.server.get(&format!("/api/v1/calls/{call}")).await;
    let noted = shown.text.matches("\"call.stream\"").count();
    assert_eq!(noted, 1, "{}", shown.text);
}

#[tokio::test]
async fn of_many_who_bring_a_token_at_once_one_is_told() {
    let desk = SigningCarrier::open().await;
    let (_, token) = streaming(&desk).await;
    let asked = (0..16).map(|_| redeem(&desk, &token));
    let answers = futures::future::join_all(asked).await;
    let mut statuses: Vec<_> = answers.iter().map(|it| it.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200);
    assert_eq!(statuses[1..], [409; 15]);
}

#[tokio::test]
async fn a_token_that_no_call_has_is_nowhere() {
    let desk = SigningCarrier::open().await;
    let (call, token) = streaming(&desk).await;
    let other = if token.ends_with('0') { "1" } else { "0" };
    let of_webhooks = desk.path(call, "status");
    let of_webhooks = of_webhooks.split('/').nth(3).unwrap();
    let unknown = AttemptId::new(ringonce_domain::Timestamp::from_millis(1), [9; 10]);
    for forged in [
        "",
        "x",
        &"f00d".repeat(24),
        &format!("{}{other}", &token[..token.len() - 1]),
        of_webhooks,
        &desk.twilio.stream_token(unknown),
    ] {
        let answer = redeem(&desk, forged).await;
        answer.assert_problem(404, "not-found");
    }
    redeem(&desk, &token).await.assert_ok();
    let none = crate::support::Server::start().await;
    let body = json!({ "token": token }).to_string();
    let answer = none.post(REDEEM, &body).await;
    answer.assert_problem(404, "not-found");
}

#[tokio::test]
async fn a_stream_is_over_with_its_call() {
    let desk = SigningCarrier::open().await;
    let (call, token) = streaming(&desk).await;
    end(&desk.server, call).await;
    redeem(&desk, &token).await.assert_problem(410, "gone");
}

#[tokio::test]
async fn only_whoever_may_see_the_call_redeems_its_token() {
    let desk = SigningCarrier::open().await;
    let server = &desk.server;
    let ann = server.enter("ann", Role::Operator).await;
    let bob = server.enter("bob", Role::Operator).await;
    let hers = server.token("hers", Some(ann), None, None).await;
    let call = desk.call_by(&hers, &voice_agent()).await;
    let token = desk.twilio.stream_token(call);
    let body = json!({ "token": token }).to_string();
    let scope = |it| Some(vec![it]);
    let (calls, numbers) = (Permission::CallsRead, Permission::NumbersRead);
    for (name, owner, scope, status) in [
        ("a stranger", Some(bob), None, 404),
        ("another scope", Some(ann), scope(numbers), 403),
        ("the voice agent", Some(ann), scope(calls), 200),
    ] {
        let bearer = server.token(name, owner, scope, None).await;
        let request = Request::post(REDEEM)
            .header(header::AUTHORIZATION, format!("Bearer {bearer}"))
            .header(header::CONTENT_TYPE, "application/json");
        let answer = server
            .send(request.body(Body::from(body.clone())).unwrap())
            .await;
        assert_eq!(answer.status, status, "{name}: {}", answer.text);
    }
}
