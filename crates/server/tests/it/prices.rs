//! What calls cost: shown exactly, as not known while the carrier has not said it, and not at all where nothing
//! is charged.

use axum::body::Body;
use axum::http::Method;
use ringonce_carrier::Clock as _;
use ringonce_carrier::clock::SystemClock;
use ringonce_domain::{AttemptId, Price};
use ringonce_store::model::{Actor, Priced, Unpriced};
use serde_json::{Value, json};

use crate::rows::{end, one_answered_call};
use crate::support::Server;
use crate::twilio::SigningCarrier;

async fn in_spanish(server: &Server, path: &str) -> String {
    let asked = server
        .request(Method::GET, path)
        .header("accept-language", "es");
    server.send(asked.body(Body::empty()).unwrap()).await.text
}

async fn campaign_of(server: &Server, attempt: AttemptId) -> (i64, Value) {
    let told = server.get(&format!("/api/v1/calls/{attempt}")).await;
    let call = told.assert_ok()["call"].clone();
    (call["campaign"].as_i64().unwrap(), call)
}

#[tokio::test]
async fn a_price_is_told_as_not_known_and_then_exactly() {
    let world = SigningCarrier::open().await;
    let server = &world.server;
    let agent = json!({ "kind": "text", "text": "Hello." });
    let attempt = world.call(&agent).await;
    end(server, attempt).await;
    let (campaign, call) = campaign_of(server, attempt).await;
    assert_eq!(call["price"], Value::Null);
    let (api, page) = (
        format!("/api/v1/campaigns/{campaign}"),
        format!("/campaigns/{campaign}"),
    );
    let told = server.get(&api).await.assert_ok();
    assert_eq!(
        (&told["prices"], &told["unpriced"]),
        (&json!([]), &json!(1))
    );
    let shown = server.get(&page).await.text;
    assert!(
        shown.contains("not known yet of 1 answered call"),
        "{shown}"
    );
    let shown = server.get(&format!("/calls/{attempt}")).await.text;
    assert!(shown.contains("not known yet"), "{shown}");

    let call = Unpriced {
        attempt,
        call_id: "c-1".into(),
    };
    let price = Price::parse("1234.014", "USD").unwrap();
    let (prices, by) = (vec![Priced { call, price }], Actor::new("carrier:test"));
    let now = SystemClock.now();
    let learned = server.store.learn_prices("twilio", prices, by, now).await;
    assert_eq!(learned.unwrap(), 1);
    let exact = json!({ "amount": "1234.014", "currency": "USD" });
    assert_eq!(campaign_of(server, attempt).await.1["price"], exact);
    let told = server.get(&api).await.assert_ok();
    let sum = json!([{ "amount": "1234.014", "currency": "USD", "calls": 1, "answered": 1 }]);
    assert_eq!((&told["prices"], &told["unpriced"]), (&sum, &json!(0)));
    for page in [page, format!("/calls/{attempt}")] {
        let shown = server.get(&page).await.text;
        assert!(shown.contains("1,234.014 USD"), "{shown}");
        let shown = in_spanish(server, &page).await;
        assert!(shown.contains("1234,014 USD"), "{shown}");
    }
}

#[tokio::test]
async fn the_simulator_shows_no_price() {
    let server = Server::start().await;
    let id = server.draft().await;
    let attempt = one_answered_call(&server, id).await;
    let told = server.get(&format!("/api/v1/campaigns/{id}")).await;
    let told = told.assert_ok();
    assert_eq!(
        (&told["prices"], &told["unpriced"]),
        (&json!([]), &Value::Null)
    );
    for page in [format!("/campaigns/{id}"), format!("/calls/{attempt}")] {
        let shown = server.get(&page).await.text;
        assert!(
            !shown.contains("Price") && !shown.contains("not known yet"),
            "{shown}"
        );
    }
}
