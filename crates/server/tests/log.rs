//! What the log says of requests, and what it must not. A program of its own: what is logged is
//! decided once for a whole process.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

#[expect(dead_code, reason = "shared with the tests of the whole server")]
#[path = "it/support.rs"]
mod support;

use std::io;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{Request, header};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

use support::Server;

#[tokio::test]
async fn a_line_has_method_path_and_status_and_never_a_secret() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let _recording = tracing::subscriber::set_default(subscriber);

    let server = Server::start().await;
    let link = server.state.sign_in_path("ana");
    let signed_in = server
        .send(Request::get(&link).body(Body::empty()).unwrap())
        .await;
    let cookie = signed_in
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let page = Request::get("/")
        .header(header::COOKIE, &cookie)
        .body(Body::empty())
        .unwrap();
    assert_eq!(server.send(page).await.status, 200);
    server.get("/api/v1/safety").await.assert_ok();
    let wrong = Request::get("/api/v1/safety").header(header::AUTHORIZATION, "Bearer rgo_guessed");
    server
        .send(wrong.body(Body::empty()).unwrap())
        .await
        .assert_problem(401, "unauthorized");
    let form = Request::post("/login")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(format!("token={}", server.token)));
    assert_eq!(server.send(form.unwrap()).await.status, 303);

    let event = "f00d".repeat(24);
    let forged = format!("/carriers/simulator/events/{event}");
    let forged = Request::post(forged).body(Body::empty());
    server
        .send(forged.unwrap())
        .await
        .assert_problem(404, "not-found");

    let log = log.text();
    for words in [
        "method=GET",
        "path=\"/api/v1/safety\"",
        "status=200",
        "status=401",
        "latency=",
    ] {
        assert!(log.contains(words), "{words} is missing in {log}");
    }
    let (_, once) = link.split_once("once=").unwrap();
    let (_, session) = cookie.split_once('=').unwrap();
    for secret in [
        server.token.as_str(),
        once,
        session,
        "rgo_guessed",
        event.as_str(),
    ] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
