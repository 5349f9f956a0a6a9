//! Browsers: the first user, signing in and out, and what other sites make browsers send.

use axum::body::Body;
use axum::http::{HeaderName, Method, Request, header};
use ringonce_domain::{Millis, Role};
use ringonce_server::{Hosts, limits};
use ringonce_store::model::{NewSession, SecretHash, SignInProof, UserChange};
use sha2::{Digest as _, Sha256};

use crate::people::{Browser, HASH, PASSWORD, address, occasion};
use crate::routes::stranger;
use crate::support::{Answer, Server};

#[tokio::test]
async fn the_first_user_enters_by_the_link_of_the_start_and_is_an_admin() {
    let server = Server::start().await;
    assert!(
        stranger(&server, "/login")
            .await
            .text
            .contains("There is no account yet")
    );
    let path = server.first_path().await.unwrap();
    let page = stranger(&server, &path).await;
    assert_eq!(page.status, 200);
    for words in [
        "autocomplete=\"new-password\"",
        "autocomplete=\"username\"",
        "data-zone",
    ] {
        assert!(page.text.contains(words), "{words} is missing");
    }
    let once = path.split_once("once=").unwrap().1;
    let fields = [
        ("once", once),
        ("name", "Ana"),
        ("email", "Ana@Example.com"),
        ("zone", "America/New_York"),
        ("password", PASSWORD),
    ];
    let entered = server.form("/welcome", &fields, None).await;
    assert_eq!(
        (entered.status.as_u16(), entered.header("location")),
        (303, "/")
    );
    let browser = Browser::of(&entered);
    let account = browser.get(&server, "/api/v1/account").await.assert_ok();
    assert_eq!(account["user"]["email"], "ana@example.com");
    assert_eq!(account["user"]["role"], "admin");
    assert_eq!(account["zone"], "America/New_York");
    // The link is used up, and no other leads to a second first user.
    let again = server.form("/welcome", &fields, None).await;
    assert_eq!(
        (again.status.as_u16(), again.header("set-cookie")),
        (404, "")
    );
    assert_eq!(server.first_path().await, None);
}

#[tokio::test]
async fn a_link_for_the_first_user_ends_when_there_is_one() {
    let server = Server::start().await;
    let path = server.first_path().await.unwrap();
    server.enter("ana", Role::Admin).await;
    let once = path.split_once("once=").unwrap().1;
    let fields = [
        ("once", once),
        ("name", "Eve"),
        ("email", "eve@example.com"),
        ("password", PASSWORD),
    ];
    let late = server.form("/welcome", &fields, None).await;
    assert_eq!((late.status.as_u16(), late.header("set-cookie")), (404, ""));
}

#[tokio::test]
async fn a_poor_password_is_refused_with_what_is_wrong_and_the_link_still_works() {
    let server = Server::start().await;
    let path = server.first_path().await.unwrap();
    let once = path.split_once("once=").unwrap().1;
    let with = |password: &'static str| {
        let fields = [
            ("once", once),
            ("name", "Ana"),
            ("email", "ana@example.com"),
            ("password", password),
        ];
        let server = &server;
        async move { server.form("/welcome", &fields, None).await }
    };
    for (password, words) in [
        ("too short", "at least 15 characters"),
        ("passwordpassword", "easy to guess"),
        ("my ringonce secret of tomorrow", "the name of this program"),
    ] {
        let refused = with(password).await;
        assert_eq!(refused.status, 422, "{password}");
        assert!(refused.text.contains(words), "{password}: {}", refused.text);
        assert!(!refused.text.contains(password), "a password is not echoed");
    }
    assert_eq!(with(PASSWORD).await.status, 303);
}

#[tokio::test]
async fn a_person_signs_in_goes_where_they_wanted_and_signs_out() {
    let server = Server::start().await;
    server.enter("ana", Role::Operator).await;
    let sent = stranger(&server, "/calls?after=x").await;
    assert_eq!(sent.header("location"), "/login?next=/calls%3Fafter%3Dx");
    let email = address("ana");
    let fields = [
        ("email", email.as_str()),
        ("password", PASSWORD),
        ("next", "/calls"),
    ];
    let entered = server.form("/login", &fields, None).await;
    assert_eq!(
        (entered.status.as_u16(), entered.header("location")),
        (303, "/calls")
    );
    let browser = Browser::of(&entered);
    assert_eq!(browser.get(&server, "/").await.status, 200);
    assert_eq!(browser.get(&server, "/login").await.header("location"), "/");
    let out = browser.post(&server, "/logout", "").await;
    assert_eq!(
        (out.status.as_u16(), out.header("location")),
        (303, "/login")
    );
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(browser.get(&server, "/").await.header("location"), "/login");
}

#[tokio::test]
async fn nobody_is_sent_to_another_site_after_signing_in() {
    let server = Server::start().await;
    server.enter("ana", Role::Operator).await;
    for next in [
        "//evil.example.com",
        "https://evil.example.com/",
        "/\\evil.example.com",
        "javascript:alert(1)",
    ] {
        let fields = [
            ("email", "ana@example.com"),
            ("password", PASSWORD),
            ("next", next),
        ];
        let entered = server.form("/login", &fields, None).await;
        assert_eq!(
            (entered.status.as_u16(), entered.header("location")),
            (303, "/"),
            "{next}"
        );
    }
}

#[tokio::test]
async fn a_wrong_password_an_unknown_address_and_a_disabled_person_look_the_same() {
    let server = Server::start().await;
    server.enter("ana", Role::Admin).await;
    let gone = server.enter("gone", Role::Viewer).await;
    server
        .store
        .change_user(gone, UserChange::Disable, occasion())
        .await
        .unwrap();
    let mut texts = Vec::new();
    for (email, password) in [
        ("ana@example.com", "a wrong password of some length"),
        ("nobody@example.com", PASSWORD),
        ("gone@example.com", PASSWORD),
        ("no address", PASSWORD),
    ] {
        let refused = server.try_password(email, password).await;
        assert_eq!(
            (refused.status.as_u16(), refused.header("set-cookie")),
            (401, ""),
            "{email}"
        );
        texts.push(refused.text.replace(email, "…"));
    }
    assert!(texts.iter().all(|text| *text == texts[0]));
    assert!(texts[0].contains("do not match an account"));
}

#[tokio::test]
async fn guessing_is_slowed_down_for_a_person_and_for_nobody_else() {
    let server = Server::start().await;
    server.enter("ana", Role::Operator).await;
    server.enter("bo", Role::Operator).await;
    for _ in 0..limits::ATTEMPTS_BURST.get() {
        assert_eq!(
            server.try_password("ana@example.com", "guess").await.status,
            401
        );
    }
    // On a slow machine a few more may be allowed meanwhile, one every half minute.
    for _ in 0..3 {
        let guessed = server.try_password("ana@example.com", "guess").await;
        if guessed.status == 429 {
            break;
        }
    }
    // Even the right one is not looked at: it would tell.
    let held = server.try_password("ana@example.com", PASSWORD).await;
    assert_eq!((held.status.as_u16(), held.header("set-cookie")), (429, ""));
    assert!(held.header("retry-after").parse::<u32>().unwrap() <= 31);
    assert_eq!(
        server.try_password("bo@example.com", PASSWORD).await.status,
        303
    );
}

#[tokio::test]
async fn every_sign_in_has_a_secret_of_its_own_and_a_planted_one_is_worth_nothing() {
    let server = Server::start().await;
    server.enter("ana", Role::Operator).await;
    let planted = Browser {
        cookie: "ringonce_session=planted".into(),
    };
    let fields = [("email", "ana@example.com"), ("password", PASSWORD)];
    let entered = server.form("/login", &fields, Some(&planted)).await;
    let first = Browser::of(&entered);
    assert_ne!(first.secret(), "planted");
    assert_eq!(first.secret().len(), 64, "256 bits in hexadecimal");
    assert_eq!(planted.get(&server, "/").await.status, 303);
    let second = server.sign_in("ana").await;
    assert_ne!(first.secret(), second.secret());
}

#[tokio::test]
async fn a_session_ends_at_its_time_and_when_it_is_idle() {
    let server = Server::start().await;
    let user = server.enter("ana", Role::Operator).await;
    let hours = Millis::from_hours;
    for (began, lasts, idle, works) in [
        (hours(1), limits::SESSION, limits::SESSION_IDLE, true),
        (hours(2), limits::SESSION, limits::SESSION_IDLE, false),
        (hours(12), limits::SESSION, hours(24), false),
    ] {
        let secret = format!("{:064}", began.get());
        let mut on = occasion();
        on.wall = on.wall - began;
        let session = NewSession {
            hash: SecretHash(Sha256::digest(secret.as_bytes()).into()),
            user,
            proof: SignInProof::Password(HASH.clone()),
            half: false,
            expires: on.wall + lasts,
            idle,
            browser: "test".into(),
            address: "127.0.0.1".into(),
        };
        assert!(server.store.begin_session(session, on).await.unwrap());
        let cookie = format!("ringonce_session={secret}");
        let status = Browser { cookie }
            .get(&server, "/api/v1/safety")
            .await
            .status;
        assert_eq!(status.is_success(), works, "began {began:?} ago: {status}");
    }
}

#[tokio::test]
async fn what_another_site_makes_a_browser_send_changes_nothing() {
    let server = Server::start().await;
    let id = server.draft().await;
    let browser = server.enter_and_sign_in("ana", Role::Operator).await;
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
        let answer = with(&server, Method::POST, &start, &browser, headers).await;
        answer.assert_problem(403, "cross-site-request");
        for path in ["/login", "/login/code", "/logout", "/welcome"] {
            let form = with(&server, Method::POST, path, &browser, headers).await;
            assert_eq!(
                (form.status.as_u16(), form.header("set-cookie")),
                (403, ""),
                "{path} {headers:?}"
            );
        }
    }
    let ours = [("origin", "http://localhost:8000")];
    with(&server, Method::POST, &start, &browser, &ours)
        .await
        .assert_ok();
    let stop = r#"{"reason": "a token needs no origin"}"#;
    server.post("/api/v1/safety/stop", stop).await.assert_ok();
}

#[tokio::test]
async fn a_server_behind_tls_has_a_cookie_that_no_other_host_can_set() {
    let server = Server::named(Hosts::public("https://calls.example.com").unwrap()).await;
    server.enter("ana", Role::Operator).await;
    let entered = server.try_password("ana@example.com", PASSWORD).await;
    let cookie = entered.header("set-cookie");
    assert!(cookie.starts_with("__Host-ringonce_session="), "{cookie}");
    for attribute in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
        assert!(cookie.contains(attribute), "{attribute}: {cookie}");
    }
    assert!(!cookie.contains("Domain"));
    // Over plain HTTP anybody on the way could have set this one.
    let plain = Browser::of(&entered).cookie.replace("__Host-", "");
    let plain = Browser { cookie: plain };
    assert_eq!(plain.get(&server, "/").await.status, 303);
}

#[tokio::test]
async fn somebody_who_may_not_sees_a_page_that_says_so() {
    let server = Server::start().await;
    let browser = server.enter_and_sign_in("vi", Role::Viewer).await;
    let refused = browser.get(&server, "/users").await;
    assert_eq!(refused.status, 403);
    assert!(refused.header("content-type").starts_with("text/html"));
    assert!(refused.text.contains("You may not do this") && refused.text.contains("users:manage"));
    let page = browser.get(&server, "/").await;
    assert!(
        !page.text.contains("href=\"/users\""),
        "what is refused is not offered"
    );
    assert!(!page.text.contains("stop-dialog"), "a viewer stops nothing");
}

async fn with(
    server: &Server,
    method: Method,
    path: &str,
    browser: &Browser,
    headers: &[(&'static str, &'static str)],
) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::COOKIE, &browser.cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::empty())
        .unwrap();
    for (name, value) in headers {
        let name = HeaderName::from_static(name);
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    server.send(request).await
}
