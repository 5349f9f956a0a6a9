//! Webhooks of a carrier that signs them: whom the routes believe, what they count, and what is durable
//! before they answer.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{Method, Request, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use ringonce_carrier::Clock as _;
use ringonce_carrier::clock::{SystemClock, VirtualClock};
use ringonce_carrier::twilio::{Account, Flavour, Twilio};
use ringonce_domain::{AttemptId, CampaignId, Millis, Number, Timestamp};
use ringonce_server::{Hosts, limits};
use ringonce_store::model::{NewContact, NewList};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use crate::people::upload_with_token;
use crate::rows::{end, one_live_call};
use crate::support::{Answer, Server};

const PUBLIC: &str = "https://calls.example.com:8443";
const KEY: &str = "00112233445566778899aabbccddeeff";
const RINGING: &str = "CallSid=CA01&CallStatus=ringing&SequenceNumber=1";
const FORM: &str = "application/x-www-form-urlencoded";

/// A server with an account that nobody is behind.
pub(crate) struct SigningCarrier {
    pub(crate) server: Server,
    clock: Arc<VirtualClock>,
    pub(crate) twilio: Arc<Twilio>,
}

impl SigningCarrier {
    pub(crate) async fn open() -> Self {
        let account = Account {
            base_url: Some("http://127.0.0.1:1".into()),
            ..Account::new(Flavour::Twilio, "AC01", KEY, PUBLIC)
        };
        let twilio = Twilio::new(account, "secret", Arc::new(SystemClock)).unwrap();
        let twilio = Arc::new(twilio);
        let clock = Arc::new(VirtualClock::new(SystemClock.now(), 1.0));
        let server = Server::on(
            Arc::clone(&clock) as _,
            Hosts::Loopback,
            Arc::clone(&twilio) as _,
        );
        Self {
            server: server.await,
            clock,
            twilio,
        }
    }

    /// A call that was answered, of a campaign with this agent.
    pub(crate) async fn call(&self, agent: &Value) -> AttemptId {
        self.call_by(&self.server.token, agent).await
    }

    /// The same of a campaign that the holder of a token made.
    pub(crate) async fn call_by(&self, token: &str, agent: &Value) -> AttemptId {
        let settings = json!({
            "region": "US", "agent": agent,
            "business_hours": { "enabled": false }, "callee_hours": { "enabled": false }
        });
        let file = "phone,name,City\n+12025550123,Ana,Washington\n";
        let made = upload_with_token(&self.server, token, file, &settings.to_string()).await;
        let campaign = made.json()["campaign"]["id"].as_i64().unwrap();
        one_live_call(&self.server, campaign).await
    }

    /// The path of an attempt's webhook.
    pub(crate) fn path(&self, attempt: AttemptId, leaf: &str) -> String {
        let url = self.twilio.url(attempt, leaf);
        url.strip_prefix(PUBLIC).unwrap().to_owned()
    }

    /// Tells as the carrier does.
    pub(crate) async fn tell(&self, path: &str, form: &str) -> Answer {
        self.bring(path, FORM, Some(&of_form(path, form)), form.to_owned())
            .await
    }

    async fn bring(
        &self,
        path: &str,
        kind: &str,
        signature: Option<&str>,
        body: impl Into<Body>,
    ) -> Answer {
        self.server.send(post(path, kind, signature, body)).await
    }

    /// What was kept of an attempt.
    async fn kept(&self, attempt: AttemptId) -> usize {
        self.server.store.events_of(attempt).await.unwrap().len()
    }

    /// What was refused, as the page of carriers shows it.
    async fn refused(&self) -> Value {
        let carriers = self.server.get("/api/v1/carriers").await.assert_ok();
        carriers[0]["refused"].clone()
    }
}

pub(crate) fn post(
    path: &str,
    kind: &str,
    signature: Option<&str>,
    body: impl Into<Body>,
) -> Request<Body> {
    let request = Request::post(path).header(header::CONTENT_TYPE, kind);
    let request = match signature {
        Some(signature) => request.header("x-twilio-signature", signature),
        None => request,
    };
    request.body(body.into()).unwrap()
}

fn counts(forged: u64, replayed: u64, malformed: u64, oversized: u64) -> Value {
    json!({ "forged": forged, "replayed": replayed, "malformed": malformed, "oversized": oversized })
}

/// The signature of an address and whatever is signed behind it.
fn signed(key: &str, text: &str) -> String {
    let mut code: Hmac<Sha1> = Hmac::new_from_slice(key.as_bytes()).unwrap();
    code.update(text.as_bytes());
    STANDARD.encode(code.finalize().into_bytes())
}

/// The account's signature of a form without escapes, whose fields stand in order.
fn of_form(path: &str, form: &str) -> String {
    signed(
        KEY,
        &format!("{PUBLIC}{path}{}", form.replace(['=', '&'], "")),
    )
}

fn attempt(n: u8) -> AttemptId {
    AttemptId::new(Timestamp::from_millis(1_795_000_000_000), [n; 10])
}

/// A body that nobody may read.
fn unread() -> Body {
    Body::from_stream(futures::stream::poll_fn(
        |_| -> std::task::Poll<Option<Result<Bytes, std::io::Error>>> {
            panic!("the body was read")
        },
    ))
}

#[tokio::test]
async fn whoever_does_not_sign_as_the_account_is_refused_and_counted() {
    let desk = SigningCarrier::open().await;
    let path = desk.path(attempt(1), "status");
    let elsewhere = desk.path(attempt(2), "status");
    let signatures = [
        None,
        Some(String::new()),
        Some("0/KCTR6DLpKmkAf8muzZqo1nDgQ=".into()),
        Some(signed("another key", &format!("{PUBLIC}{path}{RINGING}"))),
        Some(of_form(&path, "CallSid=CA02&CallStatus=ringing")),
        Some(of_form(&elsewhere, RINGING)),
    ];
    for signature in &signatures {
        let answer = desk.bring(&path, FORM, signature.as_deref(), RINGING).await;
        answer.assert_problem(403, "not-allowed");
    }
    assert_eq!(desk.refused().await, counts(6, 0, 0, 0));
    assert_eq!(desk.kept(attempt(1)).await, 0);
}

#[tokio::test]
async fn when_webhooks_of_many_calls_are_signed_with_another_token_it_is_told() {
    let desk = SigningCarrier::open().await;
    let denied = async || {
        let carriers = desk.server.get("/api/v1/carriers").await.assert_ok();
        let ready = desk.server.get("/readyz").await;
        assert_eq!(ready.status, 200);
        let told = ready.text.contains("denied by twilio");
        assert_eq!(told, carriers[0]["denied"].is_string(), "{}", ready.text);
        told
    };
    let forge = async |seconds: u64| {
        for n in 1..=6 {
            let path = desk.path(attempt(n), "status");
            let signature = signed("another key", &format!("{PUBLIC}{path}{RINGING}"));
            let refused = desk.bring(&path, FORM, Some(&signature), RINGING).await;
            refused.assert_problem(403, "not-allowed");
            desk.clock
                .advance_to(desk.clock.now() + Millis::from_secs(seconds));
        }
    };
    forge(0).await;
    assert!(!denied().await, "one moment proves nothing");
    forge(5).await;
    assert!(denied().await);
    let path = desk.path(attempt(1), "status");
    assert_eq!(desk.tell(&path, RINGING).await.status, 204);
    assert!(!denied().await, "it signs as it should");
}

#[tokio::test]
async fn whoever_has_not_the_token_of_the_call_finds_nothing_and_is_counted() {
    let desk = SigningCarrier::open().await;
    let (ours, theirs) = (
        desk.path(attempt(1), "status"),
        desk.path(attempt(2), "status"),
    );
    let digits = "/carriers/twilio/".len() + 32;
    let swapped = format!("{}{}", &ours[..digits], &theirs[digits..]);
    let made_up = format!("/carriers/twilio/{}/status", "f00d".repeat(24));
    let short = "/carriers/twilio/x/status".to_owned();
    let stream = desk.twilio.stream_token(attempt(1));
    let stream = format!("/carriers/twilio/{stream}/status");
    for path in [swapped, made_up, short, stream] {
        let signature = of_form(&path, RINGING);
        let answer = desk.bring(&path, FORM, Some(&signature), unread()).await;
        answer.assert_problem(404, "not-found");
    }
    assert_eq!(desk.refused().await, counts(0, 4, 0, 0));
}

#[tokio::test]
async fn guesses_at_tokens_are_slowed_down_and_a_true_one_is_not() {
    let desk = SigningCarrier::open().await;
    let mut slowed = 0;
    for n in 0..30 {
        let path = format!("/carriers/twilio/{n:096x}/status");
        let answer = desk.bring(&path, FORM, None, unread()).await;
        slowed += u32::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(slowed >= 10, "{slowed}");
    let path = desk.path(attempt(1), "status");
    assert_eq!(desk.tell(&path, RINGING).await.status, 204);
}

#[tokio::test]
async fn a_carrier_that_is_not_configured_is_nowhere() {
    let desk = SigningCarrier::open().await;
    for carrier in ["signalwire", "simulator", "TWILIO"] {
        let path = desk.path(attempt(1), "status").replace("twilio", carrier);
        let answer = desk.bring(&path, FORM, None, unread()).await;
        answer.assert_problem(404, "not-found");
    }
    assert_eq!(desk.refused().await, counts(0, 0, 0, 0));
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused_and_not_read_when_it_says_so() {
    let desk = SigningCarrier::open().await;
    let path = desk.path(attempt(1), "status");
    let longest = format!("CallSid=CA01&F={}", "x".repeat(limits::WEBHOOK_BYTES - 15));
    let answer = desk.tell(&path, &longest).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    let longer = format!("{longest}x");
    let signature = of_form(&path, &longer);
    let in_parts = futures::stream::iter([Ok::<_, std::io::Error>(longer.clone())]);
    let in_parts = post(&path, FORM, Some(&signature), Body::from_stream(in_parts));
    let mut said = post(&path, FORM, Some(&signature), unread());
    said.headers_mut()
        .insert(header::CONTENT_LENGTH, longer.len().into());
    for request in [in_parts, said] {
        let answer = desk.server.send(request).await;
        answer.assert_problem(413, "too-large");
    }
    assert_eq!(desk.refused().await, counts(0, 0, 0, 2));
}

#[tokio::test]
async fn what_is_signed_and_yet_no_webhook_is_refused_and_counted() {
    let desk = SigningCarrier::open().await;
    let path = desk.path(attempt(1), "status");
    for form in ["", "CallStatus=ringing", "CallSid=../../etc"] {
        let answer = desk.tell(&path, form).await;
        answer.assert_problem(400, "malformed-request");
    }
    for body in ["[]", "{", r#"{"CallStatus": "ringing"}"#] {
        let (path, signature) = of_json(&path, body);
        let answer = desk
            .bring(&path, "application/json", Some(&signature), body)
            .await;
        answer.assert_problem(400, "malformed-request");
    }
    assert_eq!(desk.refused().await, counts(0, 0, 6, 0));
}

/// The address with a body's digest, and the account's signature of it.
fn of_json(path: &str, body: &str) -> (String, String) {
    let digest = Sha256::digest(body);
    let digest: Vec<_> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let path = format!("{path}?bodySHA256={}", digest.concat());
    let signature = signed(KEY, &format!("{PUBLIC}{path}"));
    (path, signature)
}

#[tokio::test]
async fn what_is_told_three_times_is_kept_once() {
    let desk = SigningCarrier::open().await;
    let path = desk.path(attempt(1), "status");
    for _ in 0..3 {
        assert_eq!(desk.tell(&path, RINGING).await.status, 204);
    }
    let kept = desk.server.store.events_of(attempt(1)).await.unwrap();
    let [event] = &*kept else {
        panic!("{kept:?}");
    };
    assert_eq!(&*event.told.body, RINGING);
    assert_eq!((event.told.sequence, &*event.told.carrier), (1, "twilio"));
}

#[tokio::test]
async fn forms_and_json_are_believed_with_the_port_and_without() {
    let desk = SigningCarrier::open().await;
    let path = desk.path(attempt(1), "status");
    for (n, base) in [PUBLIC, "https://calls.example.com"]
        .into_iter()
        .enumerate()
    {
        let form = format!("CallSid=CA0{n}&CallStatus=ringing");
        let text = format!("{base}{path}{}", form.replace(['=', '&'], ""));
        let signature = signed(KEY, &text);
        let answer = desk.bring(&path, FORM, Some(&signature), form).await;
        assert_eq!(answer.status, 204, "{base}: {}", answer.text);
    }
    let body = r#"{"CallSid": "CA03", "CallStatus": "ringing", "SequenceNumber": 1}"#;
    let (path, signature) = of_json(&path, body);
    let answer = desk
        .bring(&path, "application/json", Some(&signature), body)
        .await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    // None of these attempts is in the ledger, which keeps what it cannot match.
    assert_eq!(desk.kept(attempt(1)).await, 3);
    assert!(
        desk.server
            .store
            .attempt(attempt(1))
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn what_cannot_be_kept_in_time_is_to_be_brought_again() {
    let desk = SigningCarrier::open().await;
    let path = desk.path(attempt(1), "status");
    let busy = keep_busy(&desk.server).await;
    tokio::time::pause();
    let slow = desk.tell(&path, RINGING).await;
    tokio::time::resume();
    slow.assert_problem(503, "unavailable");
    assert_eq!(slow.header("retry-after"), "1");
    busy.await.unwrap();
    assert_eq!(desk.tell(&path, RINGING).await.status, 204);
    assert_eq!(desk.kept(attempt(1)).await, 1);
}

/// Gives the one that writes so much to do that it is long past every time-out of a clock that leaps.
async fn keep_busy(server: &Server) -> tokio::task::JoinHandle<()> {
    let campaign = CampaignId(server.draft().await);
    let file = NewList {
        file_name: "long.csv".into(),
        layout: "{}".into(),
    };
    let now = SystemClock.now();
    let list = server
        .store
        .begin_import(campaign, file, now)
        .await
        .unwrap();
    let people = (0..50_000).map(|n| NewContact {
        line: n + 2,
        number: Number::from_digits(12_025_550_100 + u64::from(n)).unwrap(),
        name: String::new(),
        zone: None,
        metadata: "{}".into(),
    });
    let (store, people) = (Arc::clone(&server.store), people.collect());
    let busy = tokio::spawn(async move {
        store.add_contacts(list, people, Vec::new()).await.unwrap();
    });
    tokio::task::yield_now().await;
    busy
}

#[tokio::test]
async fn while_the_ledger_is_away_whatever_is_told_is_to_be_brought_again() {
    let desk = SigningCarrier::open().await;
    let path = desk.path(attempt(1), "status");
    desk.server.store.close().await.unwrap();
    let answer = desk.tell(&path, RINGING).await;
    answer.assert_problem(503, "unavailable");
    assert!(!answer.header("retry-after").is_empty());
}

const PRESSED: &str = "CallSid=CA01&Digits=9";

fn with_opt_out() -> Value {
    json!({ "kind": "text", "text": "Hello {name}. Press 9 for no more calls.", "opt_out": "9" })
}

#[tokio::test]
async fn an_opt_out_is_a_block_when_the_callee_hears_of_it_and_twice_is_once() {
    let desk = SigningCarrier::open().await;
    let call = desk.call(&with_opt_out()).await;
    let path = desk.path(call, "key?step=0");
    let number = Number::from_digits(12_025_550_123).unwrap();
    let mut blocked = Vec::new();
    for _ in 0..2 {
        let answer = desk.tell(&path, PRESSED).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.header("content-type"), "text/xml; charset=utf-8");
        assert!(
            answer.text.contains("not be called again"),
            "{}",
            answer.text
        );
        let known = desk.server.store.number(number).await.unwrap().unwrap();
        blocked.push(known.blocked.unwrap());
    }
    assert_eq!(blocked[0], blocked[1]);
    assert_eq!(desk.server.store.answers_of(call).await.unwrap().len(), 1);
    let trail = desk.server.store.number_timeline(number).await.unwrap();
    let blocks = trail.iter().filter(|entry| entry.event == "number.block");
    assert_eq!(blocks.count(), 1);
}

#[tokio::test]
async fn a_key_that_comes_when_the_call_is_over_still_blocks() {
    for leaf in ["key?round=0", "key", "fallback"] {
        let desk = SigningCarrier::open().await;
        let call = desk.call(&with_opt_out()).await;
        end(&desk.server, call).await;
        let answer = desk.tell(&desk.path(call, leaf), PRESSED).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let number = Number::from_digits(12_025_550_123).unwrap();
        let known = desk.server.store.number(number).await.unwrap().unwrap();
        assert!(known.blocked.is_some(), "{leaf}");
    }
}

#[tokio::test]
async fn a_callee_whose_key_met_a_dead_process_is_asked_again_unless_it_was_kept() {
    let desk = SigningCarrier::open().await;
    let call = desk.call(&with_opt_out()).await;
    let path = desk.path(call, "fallback");
    let again = format!(
        "CallSid=CA01&ErrorCode=11200&ErrorUrl={PUBLIC}{}",
        desk.path(call, "key")
    );
    let asked = desk.tell(&path, &again).await;
    assert_eq!(asked.status, 200, "{}", asked.text);
    assert!(asked.text.contains("Press 9"), "{}", asked.text);
    assert!(asked.text.contains("<Gather"), "{}", asked.text);
    assert_eq!(desk.server.store.answers_of(call).await.unwrap(), []);
    // This time the key was kept, and the carrier did not get the answer.
    desk.tell(&desk.path(call, "key?round=0"), PRESSED).await;
    let told = desk.tell(&path, &again).await;
    assert!(told.text.contains("not be called again"), "{}", told.text);
    assert_eq!(desk.server.store.answers_of(call).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_callee_is_not_told_of_a_block_that_could_not_be_kept() {
    let desk = SigningCarrier::open().await;
    let call = desk.call(&with_opt_out()).await;
    let path = desk.path(call, "key?step=0");
    let busy = keep_busy(&desk.server).await;
    tokio::time::pause();
    let slow = desk.tell(&path, PRESSED).await;
    tokio::time::resume();
    slow.assert_problem(503, "unavailable");
    busy.await.unwrap();
    let again = desk.tell(&path, PRESSED).await;
    assert!(again.text.contains("not be called again"), "{}", again.text);
}

#[tokio::test]
async fn of_a_carrier_that_numbers_nothing_every_word_is_kept_once() {
    let desk = SigningCarrier::open().await;
    let path = desk.path(attempt(1), "status");
    let words = [
        "queued",
        "initiated",
        "ringing",
        "answered",
        "in-progress",
        "completed",
        "busy",
        "no-answer",
        "canceled",
        "failed",
        "a word of its own",
    ];
    for (kept, word) in (1..).zip(words) {
        for _ in 0..2 {
            let answer = desk
                .tell(&path, &format!("CallSid=CA01&CallStatus={word}"))
                .await;
            assert_eq!(answer.status, 204, "{word}: {}", answer.text);
            assert_eq!(desk.kept(attempt(1)).await, kept, "{word}");
        }
    }
}

#[tokio::test]
async fn only_post_is_a_webhook() {
    let desk = SigningCarrier::open().await;
    for leaf in [
        "status",
        "twiml",
        "key",
        "transfer",
        "machine",
        "recording",
        "fallback",
    ] {
        let path = desk.path(attempt(1), leaf);
        let refused = desk.bring(&path, FORM, None, "").await;
        refused.assert_problem(403, "not-allowed");
        let request = Request::builder().method(Method::GET).uri(&path);
        let got = desk.server.send(request.body(Body::empty()).unwrap()).await;
        got.assert_problem(405, "method-not-allowed");
    }
}
