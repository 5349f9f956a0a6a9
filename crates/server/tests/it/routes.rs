//! Who gets in, from where, how fast, and what every answer tells browsers.

use axum::body::Body;
use axum::http::{Method, Request, header};
use ringonce_server::{Rule, limits};

use crate::support::{Answer, Server};

/// Every route of the API that needs a caller.
fn guarded() -> Vec<(Method, String)> {
    let routes = ringonce_server::listed().into_iter();
    routes
        .filter(|route| route.rule != Rule::Open && route.path.starts_with("/api/"))
        .map(|route| {
            let path = route.path.replace("{id}", "1");
            (route.method, path.replace("{number}", "+12025550123"))
        })
        .collect()
}

#[test]
fn the_page_of_who_may_do_what_is_the_list_of_routes() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/routes.md");
    let reviewed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        reviewed == ringonce_server::routes_page(),
        "docs/routes.md differs from the code; run `cargo xtask regenerate` and review who may do what"
    );
}

#[tokio::test]
async fn every_route_but_the_open_ones_wants_the_right_token() {
    let server = Server::start().await;
    let routes = guarded();
    assert!(routes.len() > 20, "{routes:?}");
    for (method, path) in routes {
        let nobody = Request::builder()
            .method(method.clone())
            .uri(&path)
            .body(Body::empty())
            .unwrap();
        let refusal = server.send(nobody).await;
        refusal.assert_problem(401, "unauthorized");
        assert!(
            refusal.header("www-authenticate").starts_with("Bearer"),
            "{method} {path}"
        );
        for value in [
            "Bearer rgo_wrong",
            "Basic YTpi",
            "Bearer",
            &server.token.clone(),
        ] {
            let wrong = Request::builder()
                .method(method.clone())
                .uri(&path)
                .header(header::AUTHORIZATION, value)
                .body(Body::empty())
                .unwrap();
            let answer = server.send(wrong).await;
            assert!(
                [401, 429].contains(&answer.status.as_u16()),
                "{method} {path} with {value}: {}",
                answer.text
            );
        }
    }
}

#[tokio::test]
async fn pages_send_strangers_to_sign_in_and_open_routes_let_them_through() {
    let server = Server::start().await;
    for (path, way_in) in [
        ("/", "/login"),
        ("/calls", "/login?next=/calls"),
        ("/users/7", "/login?next=/users/7"),
    ] {
        let answer = stranger(&server, path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (303, way_in),
            "{path}"
        );
    }
    for path in ["/healthz", "/readyz", "/login"] {
        assert_eq!(stranger(&server, path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn wrong_tokens_are_slowed_down_and_the_right_one_is_not() {
    let server = Server::start().await;
    let tries = limits::FAILURES_PER_MINUTE.get() + 1;
    let mut last = None;
    for _ in 0..tries {
        let request =
            Request::get("/api/v1/safety").header(header::AUTHORIZATION, "Bearer rgo_guess");
        last = Some(server.send(request.body(Body::empty()).unwrap()).await);
    }
    let last = last.unwrap();
    last.assert_problem(429, "too-many-requests");
    assert!(last.header("retry-after").parse::<u64>().unwrap() >= 1);
    server.get("/api/v1/safety").await.assert_ok();
}

#[tokio::test]
async fn one_token_may_not_ask_faster_than_the_limit() {
    let server = Server::start().await;
    // All at once: one after the other, a slow machine is never too fast.
    let asked = (0..limits::REQUESTS_BURST.get() * 4).map(|_| server.get("/api/v1/openapi.json"));
    let answers = futures::future::join_all(asked).await;
    let refused = answers.into_iter().find(|answer| answer.status != 200);
    refused
        .expect("the limit is reached")
        .assert_problem(429, "too-many-requests");
}

#[tokio::test]
async fn a_loopback_server_does_not_answer_to_other_names() {
    let server = Server::start().await;
    let ask = |host: &'static str| {
        let request = server
            .request(Method::GET, "/api/v1/safety")
            .header(header::HOST, host);
        server.send(request.body(Body::empty()).unwrap())
    };
    for host in ["localhost", "127.0.0.1:8000", "[::1]:8000"] {
        assert_eq!(ask(host).await.status, 200, "{host}");
    }
    for host in [
        "rebound.example.com",
        "rebound.example.com:8000",
        "192.168.1.5:8000",
    ] {
        ask(host).await.assert_problem(421, "misdirected-request");
    }
}

#[tokio::test]
async fn every_answer_forbids_framing_sniffing_and_inline_scripts() {
    let server = Server::start().await;
    for path in ["/login", "/healthz", "/api/v1/safety", "/nowhere"] {
        let answer = server.get(path).await;
        let policy = answer.header("content-security-policy");
        for words in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(words), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn what_is_nowhere_or_not_possible_is_a_problem_too() {
    let server = Server::start().await;
    server
        .get("/api/v1/nowhere")
        .await
        .assert_problem(404, "not-found");
    server
        .get("/nowhere")
        .await
        .assert_problem(404, "not-found");
    server
        .delete("/api/v1/safety")
        .await
        .assert_problem(405, "method-not-allowed");
    server
        .post("/healthz", "{}")
        .await
        .assert_problem(405, "method-not-allowed");
}

#[tokio::test]
async fn a_json_body_is_bounded_and_typed() {
    let server = Server::start().await;
    let long = format!(r#"{{"reason": "{}"}}"#, "x".repeat(70_000));
    server
        .post("/api/v1/safety/stop", &long)
        .await
        .assert_problem(413, "too-large");
    server
        .post("/api/v1/safety/stop", "{")
        .await
        .assert_problem(400, "malformed-request");
    server
        .post("/api/v1/safety/stop", r#"{"why": "x"}"#)
        .await
        .assert_problem(422, "invalid-value");
    let untyped = server
        .request(Method::POST, "/api/v1/safety/stop")
        .body(Body::from("{}"))
        .unwrap();
    server
        .send(untyped)
        .await
        .assert_problem(415, "unsupported-media-type");
}

#[tokio::test]
async fn a_server_whose_engine_cannot_use_the_ledger_is_alive_and_not_ready() {
    let server = Server::start().await;
    let fault = Some("disk I/O error".to_owned());
    server.status.send_replace(ringonce_engine::Status {
        fault,
        ..Default::default()
    });
    assert_eq!(stranger(&server, "/healthz").await.status, 200);
    let refusal = stranger(&server, "/readyz").await;
    assert!(
        !refusal.text.contains("disk I/O"),
        "strangers learn no cause: {}",
        refusal.text
    );
    refusal.assert_problem(503, "unavailable");
}

#[tokio::test]
async fn a_fault_of_ours_is_told_by_its_number_only() {
    let server = Server::start().await;
    server.store.close().await.unwrap();
    let answer = server.get("/api/v1/safety").await;
    let problem = answer.json();
    assert!(answer.status.is_server_error(), "{problem}");
    let words = problem["detail"].as_str().unwrap();
    for secret in ["ledger.db", "sqlite", "SQL", "/tmp"] {
        assert!(!words.contains(secret), "{words}");
    }
}

pub(crate) async fn stranger(server: &Server, path: &str) -> Answer {
    server
        .send(Request::get(path).body(Body::empty()).unwrap())
        .await
}
