//! Recordings: listed, heard in parts by whoever sees their campaign, and told of on the call's page.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use axum::response::Response;
use http_body_util::BodyExt as _;
use ringonce_carrier::Clock as _;
use ringonce_carrier::clock::SystemClock;
use ringonce_domain::{AttemptId, Role};
use ringonce_store::model::{Actor, StoredRecording, WantedRecording};

use crate::people::upload_with_token;
use crate::rows::one_answered_call;
use crate::support::{AROUND_THE_CLOCK, SHELVED, Server, shelved};

async fn want(server: &Server, attempt: AttemptId, name: &str) -> i64 {
    let wanted = WantedRecording {
        attempt,
        carrier: "twilio".into(),
        call_id: "c-1".into(),
        recording_id: Some(name.into()),
        seconds: Some(37),
    };
    let now = SystemClock.now();
    assert!(server.store.want_recording(wanted, now).await.unwrap());
    let known = server.store.recordings_of(attempt).await.unwrap();
    known.last().unwrap().id
}

async fn store(server: &Server, id: i64, path: &str) {
    let stored = StoredRecording {
        path: path.into(),
        content_type: "audio/x-wav".into(),
        bytes: shelved().len() as u64,
        sha256: [7; 32],
        seconds: None,
        remove_there_at: None,
    };
    let now = SystemClock.now();
    let storing = server
        .store
        .recording_stored(id, stored, Actor::new("engine"), now);
    assert!(storing.await.unwrap());
}

async fn hear(server: &Server, id: i64, range: Option<&str>) -> Response {
    let path = format!("/api/v1/recordings/{id}/audio");
    let request = server.request(Method::GET, &path);
    let request = match range {
        Some(range) => request.header(header::RANGE, range),
        None => request,
    };
    server.raw(request.body(Body::empty()).unwrap()).await
}

fn head<'a>(response: &'a Response, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_stored_recording_is_heard_whole_and_in_parts_and_kept_by_nobody() {
    let server = Server::start().await;
    let draft = server.draft().await;
    let call = one_answered_call(&server, draft).await;
    let id = want(&server, call, "RE1").await;
    store(&server, id, SHELVED).await;
    let all = shelved();
    for (range, status, part, told) in [
        (None, 200, &all[..], ""),
        (Some("bytes=0-0"), 206, &all[..1], "bytes 0-0/600000"),
        (
            Some("bytes=262143-262145"),
            206,
            &all[262_143..262_146],
            "bytes 262143-262145/600000",
        ),
        (
            Some("bytes=1000-"),
            206,
            &all[1_000..],
            "bytes 1000-599999/600000",
        ),
        (Some("bytes=600000-"), 416, &[], "bytes */600000"),
    ] {
        let heard = hear(&server, id, range).await;
        assert_eq!(heard.status().as_u16(), status, "{range:?}");
        assert_eq!(head(&heard, "content-range"), told, "{range:?}");
        assert_eq!(head(&heard, "cache-control"), "no-store", "{range:?}");
        if status < 300 {
            assert_eq!(head(&heard, "content-type"), "audio/x-wav");
            assert_eq!(head(&heard, "content-length"), part.len().to_string());
            let name = "inline; filename=\"31_7.wav\"";
            assert_eq!(head(&heard, "content-disposition"), name);
        }
        let bytes = heard.into_body().collect().await.unwrap().to_bytes();
        assert!(bytes == part, "{range:?}: {} bytes", bytes.len());
    }
}

#[tokio::test]
async fn recordings_are_listed_by_state_and_by_call() {
    let server = Server::start().await;
    let draft = server.draft().await;
    let call = one_answered_call(&server, draft).await;
    let first = want(&server, call, "RE1").await;
    let second = want(&server, call, "RE2").await;
    store(&server, first, SHELVED).await;
    for (query, ids) in [
        ("", vec![second, first]),
        ("?state=stored", vec![first]),
        ("?state=wanted", vec![second]),
        ("?state=missing", vec![]),
        ("?limit=1", vec![second]),
    ] {
        let path = format!("/api/v1/recordings{query}");
        let listed = server.get(&path).await.assert_ok();
        let listed = listed["items"].as_array().unwrap().iter();
        let listed: Vec<_> = listed.map(|it| it["id"].as_i64().unwrap()).collect();
        assert_eq!(listed, ids, "{query}");
    }
    let wrong = server.get("/api/v1/recordings?state=lost").await;
    wrong.assert_problem(422, "invalid-value");
    let path = format!("/api/v1/calls/{call}/recordings");
    let listed = server.get(&path).await.assert_ok();
    let (stored, wanted) = (&listed["items"][0], &listed["items"][1]);
    assert_eq!(stored["audio"], format!("/api/v1/recordings/{first}/audio"));
    assert_eq!(stored["sha256"], "07".repeat(32));
    assert_eq!(
        (&wanted["state"], &wanted["audio"]),
        (&"wanted".into(), &serde_json::Value::Null)
    );
}

#[tokio::test]
async fn what_is_not_there_is_not_heard() {
    let server = Server::start().await;
    let draft = server.draft().await;
    let call = one_answered_call(&server, draft).await;
    let wanted = want(&server, call, "RE1").await;
    let lost = want(&server, call, "RE2").await;
    store(&server, lost, "gone.wav").await;
    for (id, status) in [
        (wanted, StatusCode::NOT_FOUND),
        (lost, StatusCode::SERVICE_UNAVAILABLE),
        (999, StatusCode::NOT_FOUND),
    ] {
        assert_eq!(hear(&server, id, None).await.status(), status, "{id}");
    }
}

#[tokio::test]
async fn only_whoever_sees_the_campaign_hears_its_recordings() {
    let server = Server::start().await;
    let owner = server.enter("ann", Role::Operator).await;
    let ann = server.sign_in("ann").await;
    let bob = server.enter_and_sign_in("bob", Role::Operator).await;
    let token = server.token("hers", Some(owner), None, None).await;
    let file = "phone\n+12025550123\n";
    let made = upload_with_token(&server, &token, file, AROUND_THE_CLOCK).await;
    let campaign = made.json()["campaign"]["id"].as_i64().unwrap();
    let call = one_answered_call(&server, campaign).await;
    let id = want(&server, call, "RE1").await;
    store(&server, id, SHELVED).await;
    let audio = format!("/api/v1/recordings/{id}/audio");
    let of_call = format!("/api/v1/calls/{call}/recordings");
    let listed = async |who: &crate::people::Browser| {
        let all = who.get(&server, "/api/v1/recordings").await.assert_ok();
        all["items"].as_array().unwrap().len()
    };
    assert_eq!((listed(&ann).await, listed(&bob).await), (1, 0));
    for path in [&audio, &of_call] {
        assert_eq!(ann.get(&server, path).await.status, 200, "{path}");
        assert_eq!(bob.get(&server, path).await.status, 404, "{path}");
    }
    let page = ann.get(&server, &format!("/calls/{call}")).await.text;
    assert!(page.contains(&format!("src=\"{audio}\"")), "{page}");
}

#[tokio::test]
async fn the_page_of_a_call_says_what_became_of_its_recording() {
    let server = Server::start().await;
    let draft = server.draft().await;
    let call = one_answered_call(&server, draft).await;
    let page = async || server.get(&format!("/calls/{call}")).await.text;
    assert!(!page().await.contains("recording-"), "it was not recorded");
    let id = want(&server, call, "RE1").await;
    assert!(page().await.contains("awaited from the carrier"));
    let now = SystemClock.now();
    let missing = server
        .store
        .recording_missing(id, "404".into(), Actor::new("engine"), now);
    assert!(missing.await.unwrap());
    assert!(page().await.contains("The recording is missing"));
    let other = want(&server, call, "RE2").await;
    store(&server, other, SHELVED).await;
    let player =
        format!("<audio controls preload=\"none\" src=\"/api/v1/recordings/{other}/audio\"");
    assert!(page().await.contains(&player));
}
