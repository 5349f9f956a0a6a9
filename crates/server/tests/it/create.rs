//! A file becomes a campaign, once per `Idempotency-Key`.

use axum::body::Body;
use axum::http::{Method, header};
use ringonce_carrier::Clock as _;
use ringonce_carrier::clock::SystemClock;
use ringonce_domain::Millis;
use serde_json::Value;

use crate::support::{AROUND_THE_CLOCK, Answer, CONTACTS, Server};

const CAMPAIGNS: &str = "/api/v1/campaigns";

#[tokio::test]
async fn an_upload_makes_a_draft_and_tells_what_was_read() {
    let server = Server::start().await;
    let fields = [("name", "Spring"), ("settings", AROUND_THE_CLOCK)];
    let made = server.upload(CAMPAIGNS, CONTACTS, &fields).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.header("location"), "/api/v1/campaigns/1");
    let made = made.json();
    assert_eq!(made["campaign"]["name"], "Spring");
    assert_eq!(made["campaign"]["state"], "draft");
    assert_eq!(made["layout"]["columns"]["phone"][0], "Phone");
    assert_eq!(made["layout"]["file"], "contacts.csv");
    assert_eq!(
        made["duplicates"],
        serde_json::json!([{"line": 4, "number": "+12025550123", "first_line": 2}])
    );
    assert_eq!(made["rejected"][0]["line"], 5);
    assert_eq!(made["rejected"][0]["value"], "12");
    assert!(made["started"].is_null());
}

#[tokio::test]
async fn an_upload_can_start_at_once_and_skips_who_was_called_before() {
    let server = Server::start().await;
    let made = server
        .upload(
            CAMPAIGNS,
            CONTACTS,
            &[("settings", AROUND_THE_CLOCK), ("start", "true")],
        )
        .await;
    let started = &made.json()["started"];
    assert_eq!(
        started["message"],
        "Campaign started with 3 calls (skipped 0 duplicates)"
    );
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_and_leaves_nothing() {
    let server = Server::start().await;
    let only_bad = "Phone,Name\n12,Ana\n13,Bo\n";
    let long_name = "x".repeat(201);
    for (file, fields, field, words) in [
        ("", &[][..], Value::Null, "the file is empty"),
        ("%PDF-1.7 and so on", &[], Value::Null, "a PDF document"),
        (
            "City,Street\nBonn,Main\n",
            &[],
            Value::Null,
            "no column with phone numbers",
        ),
        (
            only_bad,
            &[("settings", r#"{"region":"US"}"#)],
            Value::Null,
            "",
        ),
        (
            CONTACTS,
            &[("settings", r#"{"time_zone":"Mars/Olympus"}"#)],
            "settings, line 1".into(),
            "Mars/Olympus",
        ),
        (
            CONTACTS,
            &[("settings", r#"{"time_zone":"EST"}"#)],
            "time_zone".into(),
            "America/New_York",
        ),
        (
            CONTACTS,
            &[("settings", r#"{"pacing":{"delay_seconds":-1}}"#)],
            "pacing.delay_seconds".into(),
            "-1",
        ),
        (
            CONTACTS,
            &[("settings", r#"{"colour":"red"}"#)],
            "settings, line 1".into(),
            "unknown field",
        ),
        (
            CONTACTS,
            &[("settings", "{")],
            "settings, line 1".into(),
            "EOF",
        ),
        (CONTACTS, &[("start", "perhaps")], "start".into(), "true"),
        (CONTACTS, &[("colour", "red")], Value::Null, "colour"),
        (CONTACTS, &[("name", &long_name)], "name".into(), "200"),
    ] {
        let answer = server.upload(CAMPAIGNS, file, fields).await;
        assert_eq!(answer.status, 422, "{fields:?}: {}", answer.text);
        let kind = answer.json()["type"]
            .as_str()
            .unwrap()
            .replace("urn:ringonce:problem:", "");
        let problem = answer.assert_problem(422, &kind);
        assert!(
            problem["detail"].as_str().unwrap().contains(words),
            "{problem}"
        );
        if let Value::String(field) = field {
            assert!(
                problem["field"].as_str().unwrap().starts_with(&field),
                "{problem}"
            );
        }
    }
    let listed = server.get(CAMPAIGNS).await.assert_ok();
    assert_eq!(listed["items"], serde_json::json!([]));
    let left: Vec<_> = std::fs::read_dir(server.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert!(
        left.iter()
            .all(|name| !name.to_string_lossy().starts_with("upload-")),
        "{left:?}"
    );
}

#[tokio::test]
async fn a_file_of_bad_rows_says_what_is_wrong_with_each() {
    let server = Server::start().await;
    let answer = server
        .upload(CAMPAIGNS, "Phone,Name\n+1202,Ana\n+1203,Bo\n", &[])
        .await;
    let problem = answer.assert_problem(422, "unusable-file");
    if let Some(rows) = problem["rejected"].as_array() {
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0]["line"], 2);
    }
}

#[tokio::test]
async fn a_body_that_is_no_upload_is_told_how_to_be_one() {
    let server = Server::start().await;
    let problem = server
        .post(CAMPAIGNS, "{}")
        .await
        .assert_problem(415, "unsupported-media-type");
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("multipart/form-data")
    );
    let broken = server
        .request(Method::POST, CAMPAIGNS)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .body(Body::from("--x\r\nnothing"))
        .unwrap();
    server
        .send(broken)
        .await
        .assert_problem(400, "malformed-request");
    let without_file = server
        .request(Method::POST, CAMPAIGNS)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .body(Body::from(
            "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nA\r\n--x--\r\n",
        ))
        .unwrap();
    assert_eq!(
        server
            .send(without_file)
            .await
            .assert_problem(422, "invalid-value")["field"],
        "file"
    );
}

#[tokio::test]
async fn a_text_part_is_bounded() {
    let server = Server::start().await;
    let settings = " ".repeat(70_000);
    let answer = server
        .upload(CAMPAIGNS, CONTACTS, &[("settings", &settings)])
        .await;
    assert_eq!(answer.assert_problem(413, "too-large")["field"], "settings");
}

#[tokio::test]
async fn the_same_request_under_the_same_key_makes_one_campaign() {
    let server = Server::start().await;
    let first = keyed(&server, "k1", CONTACTS, &[("settings", AROUND_THE_CLOCK)]).await;
    assert_eq!(first.status, 201);
    let again = keyed(&server, "k1", CONTACTS, &[("settings", AROUND_THE_CLOCK)]).await;
    assert_eq!(again.status, 200);
    assert_eq!(
        again.json()["campaign"]["id"],
        first.json()["campaign"]["id"]
    );
    assert_eq!(again.header("location"), first.header("location"));
    let other = keyed(&server, "k2", CONTACTS, &[("settings", AROUND_THE_CLOCK)]).await;
    assert_eq!(other.status, 201);
    assert_ne!(
        other.json()["campaign"]["id"],
        first.json()["campaign"]["id"]
    );
}

#[tokio::test]
async fn a_key_is_not_taken_for_another_request() {
    let server = Server::start().await;
    keyed(&server, "k", CONTACTS, &[]).await;
    for (file, fields) in [
        ("Phone\n+12025550199\n", &[][..]),
        (CONTACTS, &[("name", "Another")]),
        (CONTACTS, &[("settings", AROUND_THE_CLOCK)]),
        (CONTACTS, &[("start", "true")]),
    ] {
        keyed(&server, "k", file, fields)
            .await
            .assert_problem(422, "idempotency-key-reused");
    }
}

#[tokio::test]
async fn a_key_of_a_failed_request_can_be_used_again() {
    let server = Server::start().await;
    assert_eq!(keyed(&server, "k", "", &[]).await.status, 422);
    assert_eq!(keyed(&server, "k", CONTACTS, &[]).await.status, 201);
}

/// A process dies at some moment; another, by whose clock the key is not held any longer, is asked again.
#[test]
fn whenever_a_process_dies_one_campaign_comes_of_a_key() {
    let processes = || tokio::runtime::Runtime::new().unwrap();
    let survivor = processes();
    let server = survivor.block_on(Server::start());
    let fields = [("settings", AROUND_THE_CLOCK), ("start", "true")];
    let mut campaigns = Vec::new();
    for n in 0..25 {
        let dies = processes();
        let dying = dies.block_on(async { server.beside(100 + n, Millis::ZERO) });
        dies.spawn(async move { keyed(&dying, &format!("k{n}"), CONTACTS, &fields).await });
        survivor.block_on(SystemClock.sleep_until(SystemClock.now() + Millis::new(n)));
        dies.shutdown_background();
        survivor.block_on(async {
            let later = |seed| server.beside(seed + n, Millis::from_minutes(1));
            let key = format!("k{n}");
            let answer = keyed(&later(200), &key, CONTACTS, &fields).await;
            campaigns.push(made(&answer));
            assert_ne!(
                answer.json()["campaign"]["state"],
                "draft",
                "it was started"
            );
            let again = keyed(&later(300), &key, CONTACTS, &fields).await;
            assert_eq!((again.status.as_u16(), made(&again)), (200, made(&answer)));
        });
    }
    let listed = survivor.block_on(server.get(CAMPAIGNS)).assert_ok();
    let listed = listed["items"].as_array().unwrap().iter();
    let listed: Vec<_> = listed.map(|it| it["id"].as_i64().unwrap()).collect();
    campaigns.reverse();
    assert_eq!(listed, campaigns);
}

#[tokio::test]
async fn a_repeated_request_starts_what_the_first_did_not_get_to_start() {
    let server = Server::start().await;
    let fields = [("settings", AROUND_THE_CLOCK), ("start", "true")];
    let first = keyed(&server, "k", CONTACTS, &fields).await;
    assert_eq!(first.json()["started"]["calls"], 3);
    let again = keyed(&server, "k", CONTACTS, &fields).await;
    assert!(
        again.json()["started"].is_null(),
        "started once: {}",
        again.text
    );
}

#[tokio::test]
async fn two_requests_under_one_key_at_once_make_one_campaign() {
    let server = Server::start().await;
    let (one, two) = tokio::join!(
        keyed(&server, "k", CONTACTS, &[]),
        keyed(&server, "k", CONTACTS, &[])
    );
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert!(
        statuses == [201, 409] || statuses == [200, 201],
        "{statuses:?}"
    );
    let listed = server.get(CAMPAIGNS).await.assert_ok();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

/// The campaign that an answer speaks of.
fn made(answer: &Answer) -> i64 {
    assert!(
        [200, 201].contains(&answer.status.as_u16()),
        "{}",
        answer.text
    );
    answer.json()["campaign"]["id"].as_i64().unwrap()
}

#[tokio::test]
async fn one_key_at_two_instances_at_once_makes_one_campaign() {
    let one = Server::start().await;
    let other = one.beside(8, Millis::ZERO);
    let fields = [("settings", AROUND_THE_CLOCK), ("start", "true")];
    for n in 1..=30 {
        let key = format!("k{n}");
        let (first, second) = tokio::join!(
            keyed(&one, &key, CONTACTS, &fields),
            keyed(&other, &key, CONTACTS, &fields)
        );
        let campaign = made(&first);
        assert_eq!(made(&second), campaign, "{key}");
        let location = format!("{CAMPAIGNS}/{campaign}");
        assert_eq!(first.header("location"), location);
        assert_eq!(second.header("location"), location);
        let listed = one.get(CAMPAIGNS).await.assert_ok();
        assert_eq!(listed["items"].as_array().unwrap().len(), n, "{key}");
    }
}

#[tokio::test]
async fn keys_that_two_instances_take_at_once_are_both_kept() {
    let one = Server::start().await;
    let other = one.beside(8, Millis::ZERO);
    for n in 0..20 {
        let (mine, theirs) = (format!("mine {n}"), format!("theirs {n}"));
        let (first, second) = tokio::join!(
            keyed(&one, &mine, CONTACTS, &[]),
            keyed(&other, &theirs, CONTACTS, &[])
        );
        for (key, campaign) in [(&mine, made(&first)), (&theirs, made(&second))] {
            for instance in [&one, &other] {
                let again = keyed(instance, key, CONTACTS, &[]).await;
                assert_eq!(
                    (again.status.as_u16(), made(&again)),
                    (200, campaign),
                    "{key}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_key_must_be_short_ascii() {
    let server = Server::start().await;
    for key in ["", &"k".repeat(201)] {
        keyed(&server, key, CONTACTS, &[])
            .await
            .assert_problem(400, "malformed-request");
    }
}

#[tokio::test]
async fn a_check_reports_and_makes_nothing() {
    let server = Server::start().await;
    let report = server
        .upload("/api/v1/check", CONTACTS, &[("region", "US")])
        .await
        .assert_ok();
    assert_eq!(report["rows"], 5);
    assert_eq!(report["accepted"], 3);
    assert_eq!(report["duplicates_total"], 1);
    assert_eq!(report["rejected"][0]["line"], 5);
    assert_eq!(report["columns"]["phone"][0], "Phone");
    let problem = server
        .upload("/api/v1/check", CONTACTS, &[("region", "Mars")])
        .await;
    assert_eq!(
        problem.assert_problem(422, "invalid-value")["field"],
        "region"
    );
    assert_eq!(
        server.get(CAMPAIGNS).await.assert_ok()["items"],
        serde_json::json!([])
    );
}

async fn keyed(server: &Server, key: &str, file: &str, fields: &[(&str, &str)]) -> Answer {
    let mut request = server.multipart(CAMPAIGNS, file, fields);
    request
        .headers_mut()
        .insert("idempotency-key", key.parse().unwrap());
    server.send(request).await
}

#[tokio::test]
async fn what_a_column_is_for_can_be_corrected_in_a_check_and_in_an_import() {
    let server = Server::start().await;
    let file = "Name,Mobile,SigningCarrier\nAna,+12025550123,+12025550124\n";
    let columns = r#"{"SigningCarrier": "phone", "Mobile": "ignored"}"#;
    let fields = [("columns", columns)];
    let checked = server
        .upload("/api/v1/check", file, &fields)
        .await
        .assert_ok();
    assert_eq!(checked["columns"]["phone"][0], "SigningCarrier");
    assert_eq!(checked["columns"]["ignored"], serde_json::json!(["Mobile"]));
    assert_eq!(checked["first"][0]["number"], "+12025550124");
    assert_eq!(checked["samples"][1]["values"][0], "+12025550123");
    let made = server.upload(CAMPAIGNS, file, &fields).await.json();
    let id = made["campaign"]["id"].as_i64().unwrap();
    let contacts = server
        .get(&format!("{CAMPAIGNS}/{id}/contacts"))
        .await
        .assert_ok();
    assert_eq!(contacts["items"][0]["number"], "+12025550124");
    for (columns, words) in [
        (r#"{"Fax": "phone"}"#, "no column named"),
        (r#"{"Name": "zone", "Mobile": "zone"}"#, "cannot both be"),
        (r#"{"SigningCarrier": "telephone"}"#, "no use of a column"),
        ("[1]", "a JSON object"),
    ] {
        let refused = server
            .upload("/api/v1/check", file, &[("columns", columns)])
            .await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        let problem = refused.json();
        assert_eq!(problem["field"], "columns", "{problem}");
        assert!(
            problem["detail"].as_str().unwrap().contains(words),
            "{problem}"
        );
    }
}
