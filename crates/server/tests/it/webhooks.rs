//! Carriers' events: durable before they are answered, from nobody without the token of the call.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use ringonce_carrier::Callbacks;
use ringonce_carrier::clock::SystemClock;
use ringonce_carrier::remote::RemoteSimulator;
use ringonce_carrier::{Carrier as _, Delivery};
use ringonce_domain::{AttemptId, Evidence, Timestamp};
use ringonce_server::{Hosts, SIMULATOR_EVENTS, limits};
use tokio::sync::mpsc;

use crate::support::{Answer, Carriers, Server};

/// A server, the callbacks that it gave out, and what reaches the ledger's recorder.
struct Desk {
    server: Server,
    callbacks: Callbacks,
    events: mpsc::Receiver<Delivery>,
}

impl Desk {
    async fn open() -> Self {
        let callbacks = Callbacks::new("simulator", SIMULATOR_EVENTS, "secret");
        let simulator = RemoteSimulator::new(
            "http://127.0.0.1:1",
            callbacks.clone(),
            Arc::new(SystemClock),
        );
        let simulator = Arc::new(simulator.unwrap());
        let events = simulator.events().unwrap();
        let carriers = Carriers {
            simulator: Some(simulator),
            ..Carriers::default()
        };
        let server = Server::with(Hosts::Loopback, carriers).await;
        Self {
            server,
            callbacks,
            events,
        }
    }

    async fn tell(&self, path: &str, body: impl Into<Body>) -> Answer {
        let request = Request::builder().method(Method::POST).uri(path);
        self.server.send(request.body(body.into()).unwrap()).await
    }
}

fn attempt(n: u8) -> AttemptId {
    AttemptId::new(Timestamp::from_millis(1_795_000_000_000), [n; 10])
}

fn ringing(attempt: AttemptId) -> String {
    format!(r#"{{"attempt":"{attempt}","evidence":{{"kind":"ringing"}}}}"#)
}

#[tokio::test]
async fn an_event_is_answered_once_it_is_durable_and_not_before() {
    let mut desk = Desk::open().await;
    let path = desk.callbacks.url(attempt(1));
    let (sent, mut told) = tokio::sync::oneshot::channel();
    let (answer, ()) = tokio::join!(
        async {
            let answer = Server::send(&desk.server, post(&path, ringing(attempt(1)))).await;
            sent.send(()).unwrap();
            answer
        },
        async {
            let Delivery { event, receipt } = desk.events.recv().await.unwrap();
            assert_eq!(event.attempt, attempt(1));
            assert_eq!(event.evidence, Evidence::Ringing);
            tokio::task::yield_now().await;
            assert!(told.try_recv().is_err(), "answered before it was durable");
            receipt.unwrap().send(()).unwrap();
        }
    );
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
}

fn post(path: &str, body: String) -> Request<Body> {
    Request::builder()
        .method(Method::POST)
        .uri(path)
        .body(Body::from(body))
        .unwrap()
}

#[tokio::test]
async fn an_event_that_cannot_be_made_durable_is_to_be_brought_again() {
    let mut desk = Desk::open().await;
    let path = desk.callbacks.url(attempt(1));
    let (answer, ()) = tokio::join!(
        Server::send(&desk.server, post(&path, ringing(attempt(1)))),
        async { drop(desk.events.recv().await) }
    );
    answer.assert_problem(503, "unavailable");
    drop(desk.events);
    let answer = Server::send(&desk.server, post(&path, ringing(attempt(1)))).await;
    answer.assert_problem(503, "unavailable");
}

#[tokio::test]
async fn whoever_has_no_token_of_the_call_is_told_that_there_is_nothing() {
    let mut desk = Desk::open().await;
    let of_another = desk.callbacks.url(attempt(2));
    let guessed = format!("{SIMULATOR_EVENTS}/{}", attempt(1));
    let stranger = Callbacks::new("simulator", SIMULATOR_EVENTS, "another secret").url(attempt(1));
    for path in [of_another, guessed, stranger] {
        let answer = desk.tell(&path, ringing(attempt(1))).await;
        answer.assert_problem(404, "not-found");
    }
    assert!(desk.events.try_recv().is_err(), "a forged event was taken");
}

#[tokio::test]
async fn whoever_guesses_tokens_is_slowed_down_and_a_true_one_is_not() {
    let mut desk = Desk::open().await;
    let mut slowed = 0;
    for n in 0..30 {
        let path = format!("{SIMULATOR_EVENTS}/{n:096x}");
        let answer = desk.tell(&path, ringing(attempt(1))).await;
        slowed += u32::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(slowed >= 10, "{slowed}");
    let path = desk.callbacks.url(attempt(1));
    let (answer, ()) = tokio::join!(
        Server::send(&desk.server, post(&path, ringing(attempt(1)))),
        async {
            let delivery = desk.events.recv().await.unwrap();
            delivery.receipt.unwrap().send(()).unwrap();
        }
    );
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn what_is_no_event_is_refused() {
    let desk = Desk::open().await;
    let path = desk.callbacks.url(attempt(1));
    let of = |kind: &str| ringing(attempt(1)).replace("ringing", kind);
    for body in [String::new(), "{}".into(), of("owner_gone"), of("not_seen")] {
        let answer = desk.tell(&path, body).await;
        answer.assert_problem(400, "malformed-request");
    }
    let long = " ".repeat(limits::CARRIER_EVENT_BYTES + 1);
    assert_eq!(desk.tell(&path, long).await.status.as_u16(), 413);
}

#[tokio::test]
async fn without_a_carrier_in_another_process_there_is_nothing() {
    let server = Server::start().await;
    let path = Callbacks::new("simulator", SIMULATOR_EVENTS, "secret").url(attempt(1));
    let answer = server.send(post(&path, ringing(attempt(1)))).await;
    answer.assert_problem(404, "not-found");
}
