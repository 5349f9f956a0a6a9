//! Browsers: signing in and out, and what other sites make them send.

use axum::body::Body;
use axum::http::{HeaderName, Method, Request, header};
use ringonce_server::Hosts;

use crate::doors::stranger;
use crate::support::{Answer, Server};

#[tokio::test]
async fn a_browser_signs_in_with_the_token_and_out_again() {
    let server = Server::start().await;
    let signed_in = sign_in(
        &server,
        &server.token,
        &[("origin", "http://localhost:8000")],
    )
    .await;
    assert_eq!(
        (signed_in.status.as_u16(), signed_in.header("location")),
        (303, "/")
    );
    let cookie = cookie_of(&signed_in);
    assert!(
        !cookie.contains(&server.token),
        "the token is not in the cookie"
    );
    assert_eq!(
        with_cookie(&server, Method::GET, "/", &cookie, &[])
            .await
            .status,
        200
    );
    assert_eq!(
        with_cookie(&server, Method::GET, "/api/v1/safety", &cookie, &[])
            .await
            .status,
        200
    );
    let own = [("sec-fetch-site", "same-origin")];
    let out = with_cookie(&server, Method::POST, "/logout", &cookie, &own).await;
    assert_eq!(
        (out.status.as_u16(), out.header("location")),
        (303, "/login")
    );
    let after = with_cookie(&server, Method::GET, "/", &cookie, &[]).await;
    assert_eq!(after.header("location"), "/login");
}

#[tokio::test]
async fn a_wrong_token_does_not_sign_in() {
    let server = Server::start().await;
    let refused = sign_in(&server, "rgo_wrong", &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!(refused.status, 401);
    assert_eq!(refused.header("set-cookie"), "");
    assert!(refused.text.contains("This token is not known"));
}

#[tokio::test]
async fn a_sign_in_link_works_once() {
    let server = Server::start().await;
    let path = server.state.sign_in_path("ana");
    let first = stranger(&server, &path).await;
    assert_eq!(
        (first.status.as_u16(), first.header("location")),
        (303, "/")
    );
    assert_eq!(
        with_cookie(&server, Method::GET, "/", &cookie_of(&first), &[])
            .await
            .status,
        200
    );
    let second = stranger(&server, &path).await;
    assert_eq!(
        (second.status.as_u16(), second.header("set-cookie")),
        (401, "")
    );
}

#[tokio::test]
async fn what_another_site_makes_a_browser_send_changes_nothing() {
    let server = Server::start().await;
    let id = server.draft().await;
    let cookie = cookie_of(&stranger(&server, &server.state.sign_in_path("ana")).await);
    let start = format!("/api/v1/campaigns/{id}/start");
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", "http://localhost:8000"),
        ],
        &[("origin", "http://evil.example.com")],
        &[("origin", "http://localhost:9000")],
        &[("origin", "null")],
        &[],
    ] {
        let answer = with_cookie(&server, Method::POST, &start, &cookie, headers).await;
        answer.assert_problem(403, "cross-site-request");
        let login = sign_in(&server, &server.token, headers).await;
        login.assert_problem(403, "cross-site-request");
    }
    let own = [("sec-fetch-site", "same-origin")];
    with_cookie(&server, Method::POST, &start, &cookie, &own)
        .await
        .assert_ok();
    server
        .post(
            "/api/v1/safety/stop",
            r#"{"reason": "a token needs no origin"}"#,
        )
        .await
        .assert_ok();
}

#[tokio::test]
async fn a_server_behind_tls_marks_its_cookie_secure() {
    let server = Server::named(Hosts::public("https://calls.example.com").unwrap()).await;
    let signed_in = stranger(&server, &server.state.sign_in_path("ana")).await;
    assert!(
        signed_in.header("set-cookie").ends_with("; Secure"),
        "{}",
        signed_in.header("set-cookie")
    );
}

async fn sign_in(server: &Server, token: &str, headers: &[(&'static str, &'static str)]) -> Answer {
    let mut request = Request::post("/login")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!("token={token}")))
        .unwrap();
    add(&mut request, headers);
    server.send(request).await
}

async fn with_cookie(
    server: &Server,
    method: Method,
    path: &str,
    cookie: &str,
    headers: &[(&'static str, &'static str)],
) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .body(Body::empty())
        .unwrap();
    request
        .headers_mut()
        .insert(header::COOKIE, cookie.parse().unwrap());
    add(&mut request, headers);
    server.send(request).await
}

fn add(request: &mut Request<Body>, headers: &[(&'static str, &'static str)]) {
    for (name, value) in headers {
        request
            .headers_mut()
            .insert(HeaderName::from_static(name), value.parse().unwrap());
    }
}

fn cookie_of(answer: &Answer) -> String {
    answer
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned()
}
