//! Contacts, bad rows, calls and numbers, and their CSV.

use ringonce_carrier::Clock as _;
use ringonce_carrier::clock::SystemClock;
use ringonce_domain::{AttemptId, CampaignId, Evidence, InstanceId, Millis, Outcome};
use ringonce_store::model::{Actor, ClaimRequest, Judgement};

use crate::campaigns::begin;
use crate::support::{CONTACTS, Server};

#[tokio::test]
async fn contacts_come_with_their_metadata_by_page_and_state() {
    let server = Server::start().await;
    let id = server.draft().await;
    let path = format!("/api/v1/campaigns/{id}/contacts");
    let first = server.get(&format!("{path}?limit=2")).await.assert_ok();
    assert_eq!(first["items"][0]["number"], "+12025550123");
    assert_eq!(first["items"][0]["metadata"]["City"], "Washington");
    assert_eq!(first["items"][1]["name"], "=1+1");
    let next = first["next"].as_str().unwrap();
    let second = server
        .get(&format!("{path}?limit=2&after={next}"))
        .await
        .assert_ok();
    assert_eq!(second["items"].as_array().unwrap().len(), 1);
    assert!(second["next"].is_null());
    let none = server
        .get(&format!("{path}?state=completed"))
        .await
        .assert_ok();
    assert_eq!(none["items"], serde_json::json!([]));
    let refused = server.get(&format!("{path}?state=dialing")).await;
    assert_eq!(
        refused.assert_problem(422, "invalid-value")["field"],
        "state"
    );
}

#[tokio::test]
async fn bad_rows_are_listed_and_downloaded() {
    let server = Server::start().await;
    let id = server.draft().await;
    let listed = server
        .get(&format!("/api/v1/campaigns/{id}/problems"))
        .await
        .assert_ok();
    let lines: Vec<_> = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["line"].clone())
        .collect();
    assert_eq!(lines, [4, 5]);
    let file = server
        .get(&format!("/api/v1/campaigns/{id}/problems.csv"))
        .await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        file.header("content-disposition"),
        format!("attachment; filename=\"campaign-{id}-problems.csv\"")
    );
    let mut rows = file.text.lines();
    assert_eq!(
        rows.next(),
        Some(
            "\u{feff}ringonce_line,ringonce_column,ringonce_value,ringonce_reason,Phone,Name,City"
        )
    );
    let rows: Vec<_> = rows.collect();
    // A row that repeats a number has nothing to mend, and must not come in again.
    assert!(
        rows[0].starts_with("4,,'+12025550123,") && rows[0].ends_with(",,,"),
        "{}",
        rows[0]
    );
    assert!(
        rows[1].starts_with("5,Phone,12,") && rows[1].ends_with(",12,Short,Nowhere"),
        "{}",
        rows[1]
    );
    assert_eq!(rows.len(), 2);
}

#[tokio::test]
async fn bad_rows_are_mended_in_their_download_and_uploaded_again() {
    let server = Server::start().await;
    let id = server.draft().await;
    let path = format!("/api/v1/campaigns/{id}/problems.csv");
    let file = server
        .get(&path)
        .await
        .text
        .replace(",12,Short", ",+12025550126,Short");
    let again = server.upload("/api/v1/campaigns", &file, &[]).await.json();
    assert_eq!(again["campaign"]["import"]["accepted"], 1, "{again}");
    let id = &again["campaign"]["id"];
    let contacts = server
        .get(&format!("/api/v1/campaigns/{id}/contacts"))
        .await
        .assert_ok();
    let [contact] = &contacts["items"].as_array().unwrap()[..] else {
        panic!("one contact: {contacts}");
    };
    assert_eq!(contact["number"], "+12025550126");
    assert_eq!(contact["name"], "Short");
    assert_eq!(
        contact["metadata"],
        serde_json::json!({ "City": "Nowhere" })
    );
}

/// Number, name and fields of a campaign's contacts.
async fn contacts_of(server: &Server, id: &serde_json::Value) -> Vec<[serde_json::Value; 3]> {
    let path = format!("/api/v1/campaigns/{id}/contacts?limit=100");
    let listed = server.get(&path).await.assert_ok();
    let items = listed["items"].as_array().unwrap().iter();
    items
        .map(|it| ["number", "name", "metadata"].map(|key| it[key].clone()))
        .collect()
}

#[tokio::test]
async fn an_export_uploaded_again_gives_the_same_contacts() {
    let server = Server::start().await;
    let file = "Phone,Full name,Name,time_zone,=Sum,State\n\
        +12025550123 ext. 12,Zoë,Z.,America/Los_Angeles,'=1,\"a\nb\"\n\
        +12025550124,=1+1,,,-5,\n\
        +12025550125,,,,,,late\n";
    let made = server.upload("/api/v1/campaigns", file, &[]).await.json();
    let id = &made["campaign"]["id"];
    let export = format!("/api/v1/campaigns/{id}/export.csv");
    let export = server.get(&export).await.text;
    assert!(
        export.starts_with("\u{feff}ringonce_line,number,name,time_zone,Name (field),'=Sum,State,"),
        "{export}"
    );
    let again = server
        .upload("/api/v1/campaigns", &export, &[])
        .await
        .json();
    let contacts = contacts_of(&server, id).await;
    assert_eq!(contacts.len(), 3);
    assert_eq!(
        contacts_of(&server, &again["campaign"]["id"]).await,
        contacts
    );
    assert_eq!(again["layout"]["columns"]["zone"], "time_zone");
}

#[tokio::test]
async fn an_export_cannot_run_as_a_formula() {
    let server = Server::start().await;
    let file = "Phone,Name\n+12025550123,=1+1\n+12025550124,@SUM(A1)\n+12025550125,-2\n";
    let made = server.upload("/api/v1/campaigns", file, &[]).await.json();
    let id = &made["campaign"]["id"];
    let export = server
        .get(&format!("/api/v1/campaigns/{id}/export.csv"))
        .await;
    let mut reader = csv::Reader::from_reader(export.text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let names: Vec<_> = rows.iter().map(|row| row[2].to_owned()).collect();
    assert_eq!(names, ["'=1+1", "'@SUM(A1)", "'-2"]);
    assert_eq!(&rows[0][1], "+12025550123");
    for cell in rows.iter().flat_map(|row| row.iter()) {
        let runs = cell.starts_with(['=', '@', '-', '\t', '\r'])
            || (cell.starts_with('+') && !cell[1..].bytes().all(|byte| byte.is_ascii_digit()));
        assert!(!runs, "{cell:?} would run");
    }
}

#[tokio::test]
async fn an_export_goes_over_pages_and_holds_everybody_once() {
    let server = Server::start().await;
    let numbers: Vec<_> = (0..2_345).map(|n| format!("+1202555{n:04}")).collect();
    let file = format!("Phone\n{}\n", numbers.join("\n"));
    let made = server.upload("/api/v1/campaigns", &file, &[]).await.json();
    let accepted = made["campaign"]["total"].as_u64().unwrap();
    let id = &made["campaign"]["id"];
    let export = server
        .get(&format!("/api/v1/campaigns/{id}/export.csv"))
        .await;
    let mut reader = csv::Reader::from_reader(export.text.as_bytes());
    let numbers: std::collections::BTreeSet<_> = reader
        .records()
        .map(|row| row.unwrap()[1].to_owned())
        .collect();
    assert!(accepted > 2_000, "several pages: {accepted}");
    assert_eq!(numbers.len() as u64, accepted);
}

#[tokio::test]
async fn a_call_shows_in_every_place_with_its_timeline() {
    let server = Server::start().await;
    let id = server.draft().await;
    let attempt = one_answered_call(&server, id).await;
    for path in [
        "/api/v1/calls".to_owned(),
        format!("/api/v1/campaigns/{id}/calls?state=ended"),
    ] {
        let calls = server.get(&path).await.assert_ok();
        assert_eq!(calls["items"][0]["id"], attempt.to_string(), "{path}");
        assert_eq!(calls["items"][0]["outcome"], "answered");
    }
    let call = server
        .get(&format!("/api/v1/calls/{attempt}"))
        .await
        .assert_ok();
    assert_eq!(call["call"]["number"], "+12025550123");
    let events: Vec<_> = call["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["event"].as_str().unwrap())
        .collect();
    assert!(events.len() >= 3, "{events:?}");
    let campaign = server
        .get(&format!("/api/v1/campaigns/{id}"))
        .await
        .assert_ok();
    assert_eq!(
        (&campaign["calls"], &campaign["answered"]),
        (&1.into(), &1.into())
    );
    assert_eq!(campaign["success_rate"], 1.0);
    let number = server.get("/api/v1/numbers/+12025550123").await.assert_ok();
    assert_eq!(
        (&number["called"], &number["answered"]),
        (&1.into(), &1.into())
    );
    assert_eq!(number["calls"][0]["id"], attempt.to_string());
    assert!(!number["timeline"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_second_campaign_skips_who_was_called() {
    let server = Server::start().await;
    let first = server.draft().await;
    one_answered_call(&server, first).await;
    let second = server
        .upload("/api/v1/campaigns", CONTACTS, &[("start", "true")])
        .await
        .json();
    let message = &second["started"]["message"];
    assert_eq!(
        message,
        "Campaign started with 2 calls (skipped 1 duplicates)"
    );
    let id = &second["campaign"]["id"];
    let skipped = server
        .get(&format!("/api/v1/campaigns/{id}/contacts?state=skipped"))
        .await
        .assert_ok();
    assert_eq!(skipped["items"][0]["reason"], "already_called");
}

#[tokio::test]
async fn calls_that_are_not_there_or_no_calls_are_problems() {
    let server = Server::start().await;
    let unknown = "/api/v1/calls/01890a5d-ac96-774b-bcce-b302099a8057";
    server.get(unknown).await.assert_problem(404, "not-found");
    server
        .get("/api/v1/calls/seven")
        .await
        .assert_problem(400, "malformed-request");
    server
        .get("/api/v1/calls?after=seven")
        .await
        .assert_problem(422, "invalid-value");
}

#[tokio::test]
async fn a_number_is_blocked_once_and_for_good_with_a_reason() {
    let server = Server::start().await;
    let path = "/api/v1/numbers/+12025550123";
    server.get(path).await.assert_problem(404, "not-found");
    let block = |body: &'static str| {
        let server = &server;
        async move { server.post(&format!("{path}/block"), body).await }
    };
    let refused = block(r#"{"reason": "  "}"#)
        .await
        .assert_problem(422, "invalid-value");
    assert_eq!(refused["field"], "reason");
    assert_eq!(
        block(r#"{"reason": "asked us to"}"#).await.assert_ok()["already"],
        false
    );
    assert_eq!(
        block(r#"{"reason": "again"}"#).await.assert_ok()["already"],
        true
    );
    let number = server.get(path).await.assert_ok();
    assert_eq!(number["blocked"]["reason"], "asked us to");
}

#[tokio::test]
async fn a_number_must_be_in_e164() {
    let server = Server::start().await;
    for number in ["abc", "12025550123", "+1"] {
        let answer = server.get(&format!("/api/v1/numbers/{number}")).await;
        assert_eq!(
            answer.assert_problem(422, "invalid-value")["field"],
            "number",
            "{number}"
        );
    }
}

/// Calls the first contact of a draft, as an engine would; it is answered.
pub(crate) async fn one_answered_call(server: &Server, id: i64) -> AttemptId {
    let attempt = one_live_call(server, id).await;
    end(server, attempt).await;
    attempt
}

/// The same while somebody is on the phone.
pub(crate) async fn one_live_call(server: &Server, id: i64) -> AttemptId {
    server
        .post(&format!("/api/v1/campaigns/{id}/start"), "")
        .await
        .assert_ok();
    begin(server, id).await;
    let (campaign, now) = (CampaignId(id), SystemClock.now());
    let (instance, attempt) = (InstanceId::new(now, [1; 10]), AttemptId::new(now, [2; 10]));
    let until = now + Millis::from_secs(30);
    let epoch = server
        .store
        .lease(campaign, instance, now, until)
        .await
        .unwrap()
        .unwrap();
    let request = ClaimRequest {
        campaign,
        instance,
        epoch,
        ids: vec![attempt],
        now,
        lease_until: until,
    };
    assert_eq!(server.store.claim(request).await.unwrap().attempts.len(), 1);
    for evidence in [
        Evidence::Dial {
            by: instance,
            dial_before: until,
            caller_id: None,
        },
        Evidence::Accepted {
            call_id: "c-1".into(),
        },
        Evidence::Answered,
    ] {
        learn(server, attempt, evidence).await;
    }
    attempt
}

/// Ends a call that was answered.
pub(crate) async fn end(server: &Server, attempt: AttemptId) {
    let ended = Evidence::Ended {
        outcome: Outcome::Answered,
        cause: "hung up".into(),
    };
    learn(server, attempt, ended).await;
}

async fn learn(server: &Server, attempt: AttemptId, evidence: Evidence) {
    let (by, now) = (Actor::new("carrier:test"), SystemClock.now());
    let recording = server
        .store
        .record(attempt, vec![evidence], by, Judgement::default(), now);
    recording.await.unwrap();
}
