//! Live updates: the state at once, every change soon, an end with the server.

use std::time::Duration;

use axum::body::BodyDataStream;
use axum::response::Response;
use futures::StreamExt as _;
use ringonce_server::limits;
use serde_json::Value;

use crate::support::Server;

const SOON: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_begins_with_the_state_and_tells_each_change() {
    let server = Server::start().await;
    let mut events = server.events().await;
    let first = next_state(&mut events).await.unwrap();
    assert_eq!(first["safety"]["stopped"], false);
    server.draft().await;
    let second = until(&mut events, |state| state["revision"] != first["revision"]).await;
    assert!(second["latest"].as_str() > first["latest"].as_str());
    assert!(second.to_string().len() < 1_000, "events stay small");
    server
        .post("/api/v1/safety/stop", r#"{"reason": "complaints"}"#)
        .await
        .assert_ok();
    until(&mut events, |state| state["safety"]["stopped"] == true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_opened_again_goes_on_from_the_present_state() {
    let server = Server::start().await;
    let mut events = server.events().await;
    let first = next_state(&mut events).await.unwrap();
    drop(events);
    server.draft().await;
    let mut events = server.events().await;
    until(&mut events, |state| state["revision"] != first["revision"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_when_the_server_stops() {
    let server = Server::start().await;
    let mut events = server.events().await;
    next_state(&mut events).await.unwrap();
    server.stop.send_replace(true);
    let end = tokio::time::timeout(SOON, async {
        while next_state(&mut events).await.is_some() {}
    });
    end.await.expect("the stream ends");
}

#[tokio::test]
async fn streams_are_bounded_and_a_closed_one_makes_room() {
    let server = Server::start().await;
    let mut open = Vec::new();
    for _ in 0..limits::EVENT_STREAMS {
        open.push(open_at_leisure(&server).await);
    }
    assert!(open.iter().all(|response| response.status() == 200));
    assert_eq!(open_at_leisure(&server).await.status(), 429);
    open.pop();
    assert_eq!(open_at_leisure(&server).await.status(), 200);
}

/// Opens a stream, again and again while one token's rate limit is what refuses it.
async fn open_at_leisure(server: &Server) -> Response {
    loop {
        let response = server.open("/api/v1/events").await;
        if response.status() != 429 || response.headers()["retry-after"] != "1" {
            return response;
        }
        tokio::task::yield_now().await;
    }
}

/// The next event's data; `None` at the end of the stream.
async fn next_state(events: &mut BodyDataStream) -> Option<Value> {
    loop {
        let piece = tokio::time::timeout(SOON, events.next())
            .await
            .expect("an event comes soon")?;
        let text = String::from_utf8(piece.unwrap().to_vec()).unwrap();
        if let Some(data) = text.lines().find_map(|line| line.strip_prefix("data: ")) {
            assert!(text.contains("event: state"), "{text}");
            return Some(serde_json::from_str(data).unwrap());
        }
    }
}

async fn until(events: &mut BodyDataStream, wanted: impl Fn(&Value) -> bool) -> Value {
    loop {
        let state = next_state(events).await.expect("the stream goes on");
        if wanted(&state) {
            return state;
        }
    }
}
