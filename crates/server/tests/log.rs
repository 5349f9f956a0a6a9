//! What the log says of requests, and what it must not. A program of its own: what is logged is
//! decided once for a whole process.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

#[expect(dead_code, reason = "shared with the tests of the whole server")]
#[path = "it/people.rs"]
mod people;
#[expect(dead_code, reason = "shared with the tests of the whole server")]
#[path = "it/support.rs"]
mod support;

use std::io;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{Request, header};
use ringonce_carrier::Clock as _;
use ringonce_carrier::clock::SystemClock;
use ringonce_carrier::twilio::{Account, Flavour, Twilio};
use ringonce_domain::{AttemptId, Role};
use ringonce_server::{Hosts, limits};
use serde_json::json;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

use people::{Browser, PASSWORD};
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
    let mut secrets = every_flow(&server).await;
    server.get("/api/v1/safety").await.assert_ok();
    let wrong = Request::get("/api/v1/safety").header(header::AUTHORIZATION, "Bearer rgo_guessed");
    server
        .send(wrong.body(Body::empty()).unwrap())
        .await
        .assert_problem(401, "unauthorized");

    let event = "f00d".repeat(24);
    let forged = format!("/carriers/twilio/{event}/status");
    let forged = Request::post(forged).body(Body::empty());
    server
        .send(forged.unwrap())
        .await
        .assert_problem(404, "not-found");

    secrets.extend(refused_webhooks().await);

    let log = log.text();
    for words in [
        "a webhook was refused",
        "its signature is not right",
        "method=GET",
        "path=\"/api/v1/safety\"",
        "path=\"/welcome\"",
        "status=200",
        "status=401",
        "latency=",
    ] {
        assert!(log.contains(words), "{words} is missing in {log}");
    }
    secrets.extend([server.token.clone(), "rgo_guessed".into(), event]);
    for secret in &secrets {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
    let audit = server.store.verify_audit().await.unwrap();
    assert!(audit.is_ok(), "{audit:?}");
    let file = std::fs::read(server.folder.path().join("ledger.db")).unwrap();
    let wal = std::fs::read(server.folder.path().join("ledger.db-wal")).unwrap_or_default();
    for secret in &secrets {
        let stored = [&file, &wal].into_iter().any(|bytes| {
            let mut windows = bytes.windows(secret.len());
            windows.any(|window| window == secret.as_bytes())
        });
        assert!(!stored, "{secret} is in the ledger");
    }
}

/// Webhooks that are not believed; returns what is secret in them.
async fn refused_webhooks() -> Vec<String> {
    let account = Account::new(Flavour::Twilio, "AC01", "f00", "https://calls.example.com");
    let twilio = Twilio::new(account, "secret", Arc::new(SystemClock)).unwrap();
    let attempt = AttemptId::new(SystemClock.now(), [7; 10]);
    let url = twilio.url(attempt, "status");
    let path = url.strip_prefix("https://calls.example.com").unwrap();
    let token = path.split('/').nth(3).unwrap().to_owned();
    let (body, signature) = ("CallSid=CA01&To=%2B12025550177", "c2lnbmF0dXJl");
    let other = "beef".repeat(24);
    let server = Server::with(Hosts::Loopback, Arc::new(twilio)).await;
    let long = format!("{body}{}", "x".repeat(limits::WEBHOOK_BYTES));
    for (path, body, signature, status) in [
        (path, body, signature, 403),
        (path, &*long, signature, 413),
        (&*path.replace(&token, &other), body, signature, 404),
    ] {
        let request = Request::post(path).header("x-twilio-signature", signature);
        let request = request.body(Body::from(body.to_owned())).unwrap();
        assert_eq!(server.send(request).await.status, status, "{path}");
    }
    let words = [&*token, &*other, signature, "12025550177"];
    words.map(str::to_owned).to_vec()
}

/// Everything that people do with secrets; returns the secrets.
async fn every_flow(server: &Server) -> Vec<String> {
    let mut secrets = vec![PASSWORD.to_owned()];
    let path = server.first_path().await.unwrap();
    let once = path.split_once("once=").unwrap().1;
    server
        .send(Request::get(&path).body(Body::empty()).unwrap())
        .await;
    let fields = [
        ("once", once),
        ("name", "Ana"),
        ("email", "ana@example.com"),
        ("password", PASSWORD),
    ];
    let first = Browser::of(&server.form("/welcome", &fields, None).await);
    secrets.extend([once.to_owned(), first.secret().to_owned()]);

    let guess = "a password that is not the one";
    server.try_password("ana@example.com", guess).await;
    server.try_password(guess, guess).await;
    secrets.push(guess.to_owned());
    let browser = server.sign_in("ana").await;
    secrets.push(browser.secret().to_owned());

    let body = json!({ "email": "bo@example.com", "name": "Bo", "role": "viewer" });
    let invited = browser
        .post(server, "/api/v1/users", &body.to_string())
        .await
        .json();
    let link = invited["path"].as_str().unwrap();
    secrets.push(link.split_once("once=").unwrap().1.to_owned());

    let body = json!({ "name": "wallboard", "days": 1 }).to_string();
    let made = browser
        .post(server, "/api/v1/account/tokens", &body)
        .await
        .json();
    let token = made["token"].as_str().unwrap().to_owned();
    server
        .bearing(&token, axum::http::Method::GET, "/api/v1/safety")
        .await;
    secrets.push(token);

    let proof = json!({ "password": PASSWORD }).to_string();
    let offer = browser
        .post(server, "/api/v1/account/two-factor", &proof)
        .await
        .json();
    let secret = offer["secret"].as_str().unwrap().replace(' ', "");
    let totp = totp_rs::Builder::new()
        .with_secret(totp_rs::Secret::try_from_base32(&secret).unwrap())
        .with_algorithm(totp_rs::Algorithm::SHA1)
        .with_account_name("test")
        .build()
        .unwrap();
    let code = json!({ "code": totp.generate_current().to_string() }).to_string();
    let confirmed = browser
        .post(server, "/api/v1/account/two-factor/confirm", &code)
        .await;
    let codes = confirmed.assert_ok()["recovery_codes"].clone();
    let codes = codes.as_array().unwrap().iter();
    secrets.extend(codes.map(|code| code.as_str().unwrap().to_owned()));
    secrets.push(secret);
    let half = server.try_password("ana@example.com", PASSWORD).await;
    let half = Browser::of(&half);
    let code = secrets[secrets.len() - 2].clone();
    let whole = server
        .form("/login/code", &[("code", &code)], Some(&half))
        .await;
    assert_eq!(whole.status, 303, "{}", whole.text);
    secrets.push(half.secret().to_owned());
    secrets.push(Browser::of(&whole).secret().to_owned());

    let other = "seven violet umbrellas dance";
    let body = json!({ "current": PASSWORD, "password": other }).to_string();
    assert_eq!(
        browser
            .post(server, "/api/v1/account/password", &body)
            .await
            .status,
        204
    );
    secrets.push(other.to_owned());
    server.enter("cy", Role::Viewer).await;
    secrets
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
