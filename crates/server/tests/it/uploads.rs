//! Uploads that wait to become campaigns, and drafts that are changed.

use axum::http::header;
use ringonce_domain::account::Role;
use serde_json::{Value, json};

use crate::support::{AROUND_THE_CLOCK, Answer, CONTACTS, Server};

const UPLOADS: &str = "/api/v1/uploads";
const CAMPAIGNS: &str = "/api/v1/campaigns";

async fn staged(server: &Server, file: &str) -> (String, Value) {
    let kept = server.upload(UPLOADS, file, &[("region", "US")]).await;
    assert_eq!(kept.status, 201, "{}", kept.text);
    let view = kept.json();
    (view["id"].as_str().unwrap().to_owned(), view)
}

fn files_in(server: &Server) -> usize {
    let files = std::fs::read_dir(server.folder.path()).unwrap();
    let upload = |name: std::ffi::OsString| name.to_string_lossy().starts_with("upload-");
    files
        .filter(|file| upload(file.as_ref().unwrap().file_name()))
        .count()
}

#[tokio::test]
async fn an_upload_is_understood_corrected_and_made_a_campaign() {
    let server = Server::start().await;
    let (id, view) = staged(&server, CONTACTS).await;
    assert!(id.len() >= 32, "{id}");
    let report = &view["report"];
    assert_eq!(report["accepted"], 3);
    assert_eq!(
        (&report["duplicates_total"], &report["rejected_total"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(report["samples"][2]["title"], "City");
    assert_eq!(report["first"][0]["name"], "Ana");

    let path = format!("{UPLOADS}/{id}");
    let corrected = r#"{"region": "US", "columns": {"City": "name", "Name": "ignored"}}"#;
    let view = server
        .post(&format!("{path}/check"), corrected)
        .await
        .assert_ok();
    assert_eq!(view["report"]["first"][0]["name"], "Washington");
    assert_eq!(view["report"]["columns"]["ignored"], json!(["Name"]));
    let refused = server
        .post(&format!("{path}/check"), r#"{"columns": {"Fax": "phone"}}"#)
        .await;
    assert_eq!(
        refused.assert_problem(422, "unusable-file")["field"],
        "columns"
    );

    let fields = [
        ("upload", id.as_str()),
        ("settings", AROUND_THE_CLOCK),
        ("columns", r#"{"City": "name", "Name": "ignored"}"#),
    ];
    let made = server.upload(CAMPAIGNS, "", &fields).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.json()["campaign"]["name"], "contacts.csv");
    let contacts = server
        .get(&format!("{CAMPAIGNS}/1/contacts"))
        .await
        .assert_ok();
    assert_eq!(contacts["items"][0]["name"], "Washington");
    assert_eq!(files_in(&server), 0, "what became a campaign is not kept");
    let gone = server.upload(CAMPAIGNS, "", &fields).await;
    let problem = gone.assert_problem(404, "not-found");
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("choose the file again")
    );
}

#[tokio::test]
async fn the_line_of_the_header_is_said_and_kept() {
    let server = Server::start().await;
    let file = "Phone,Name\nNumber,Who\n2025550123,Ana\n2025550124,Bo\n\
                2025550125,Cy\n2025550126,Di\n";
    let (id, view) = staged(&server, file).await;
    assert_eq!(
        (&view["report"]["header"], &view["report"]["rows"]),
        (&json!(1), &json!(5))
    );
    let check = format!("{UPLOADS}/{id}/check");
    let read = async |header: i32| {
        let asked = format!("{{\"region\": \"US\", \"header_line\": {header}}}");
        server.post(&check, &asked).await
    };
    let none = read(0).await.assert_ok();
    assert_eq!(
        (&none["report"]["header"], &none["report"]["rows"]),
        (&Value::Null, &json!(6))
    );
    let second = read(2).await.assert_ok();
    assert_eq!(second["report"]["columns"]["phone"][0], "Number");
    let refused = read(9).await;
    assert_eq!(
        refused.assert_problem(422, "unusable-file")["field"],
        "header_line"
    );
    for (wrong, field) in [("header_line", "first"), ("hidden_rows", "maybe")] {
        let refused = server.upload(UPLOADS, file, &[(wrong, field)]).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert_eq!(refused.json()["field"], wrong);
    }

    let page = server
        .get(&format!("/campaigns/new?upload={id}"))
        .await
        .text;
    for words in [
        "<select name=\"header_line\" form=\"reading\"><option value=\"0\">There is none",
        "<option value=\"2\" selected>2: Number · Who</option>",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let fields = [
        ("upload", id.as_str()),
        ("settings", r#"{"region": "US"}"#),
        ("header_line", "2"),
        ("hidden_rows", "true"),
    ];
    let made = server.upload(CAMPAIGNS, "", &fields).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.json()["layout"]["header"], 2);
    assert_eq!(made.json()["layout"]["columns"]["phone"][0], "Number");
}

#[tokio::test]
async fn a_file_without_a_phone_column_is_kept_for_a_person_to_say_which_it_is() {
    let server = Server::start().await;
    let (id, view) = staged(&server, "Who,Where\nAna,x202-555-0123\nBo,none\n").await;
    assert_eq!(view["report"], Value::Null);
    assert_eq!(view["columns"], json!(["Who", "Where"]));
    assert_eq!(view["problem"]["field"], "columns");
    let asked = r#"{"region": "US", "columns": {"Where": "phone"}}"#;
    let view = server
        .post(&format!("{UPLOADS}/{id}/check"), asked)
        .await
        .assert_ok();
    assert_eq!(view["report"]["columns"]["phone"][0], "Where");
}

#[tokio::test]
async fn nobody_but_its_owner_finds_an_upload() {
    let server = Server::start().await;
    let (id, _) = staged(&server, CONTACTS).await;
    let eve = server.enter("eve", Role::Admin).await;
    let bearer = format!(
        "Bearer {}",
        server.token("eve", Some(eve), None, None).await
    );
    let as_eve = async |mut request: axum::http::Request<axum::body::Body>| -> Answer {
        request
            .headers_mut()
            .insert(header::AUTHORIZATION, bearer.parse().unwrap());
        server.send(request).await
    };
    let empty = axum::body::Body::empty;
    let path = format!("{UPLOADS}/{id}");
    for (method, path, body) in [
        ("POST", format!("{path}/check"), "{}"),
        ("POST", format!("{path}/skips"), "{}"),
        ("GET", format!("{path}/problems.csv"), ""),
        ("DELETE", path.clone(), ""),
    ] {
        let request = server.request(method.parse().unwrap(), &path);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let answer = as_eve(request.body(body.to_owned().into()).unwrap()).await;
        answer.assert_problem(404, "not-found");
    }
    let campaign = server.multipart(CAMPAIGNS, "", &[("upload", &id)]);
    as_eve(campaign).await.assert_problem(404, "not-found");
    let own = server
        .request("DELETE".parse().unwrap(), &path)
        .body(empty())
        .unwrap();
    assert_eq!(server.send(own).await.status, 204);
    assert_eq!(files_in(&server), 0);
}

#[tokio::test]
async fn no_spelling_of_an_id_reaches_another_file() {
    let server = Server::start().await;
    for id in ["..%2Fledger.db", "%2e%2e", "upload-x", "%00", "*"] {
        let answer = server.get(&format!("{UPLOADS}/{id}/problems.csv")).await;
        assert!(answer.status.is_client_error(), "{id}: {}", answer.text);
        let made = server
            .upload(CAMPAIGNS, "", &[("upload", "../ledger.db")])
            .await;
        made.assert_problem(404, "not-found");
    }
    let file = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../evil\\x.csv\"\r\n\r\n{CONTACTS}\r\n--b--\r\n"
    );
    let request = server
        .request("POST".parse().unwrap(), UPLOADS)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
    let kept = server.send(request.body(file.into()).unwrap()).await;
    assert_eq!(kept.json()["file"], "x.csv");
}

#[tokio::test]
async fn a_caller_keeps_only_so_many_uploads_and_the_oldest_gives_way() {
    let server = Server::start().await;
    let (first, _) = staged(&server, CONTACTS).await;
    for _ in 0..5 {
        staged(&server, CONTACTS).await;
    }
    assert_eq!(files_in(&server), 5);
    let gone = server.post(&format!("{UPLOADS}/{first}/check"), "{}").await;
    gone.assert_problem(404, "not-found");
}

#[tokio::test]
async fn bad_rows_are_downloaded_without_formulas() {
    let server = Server::start().await;
    let (id, _) = staged(
        &server,
        "Name,Phone\nAna,+12025550123\nBo,\"=HYPERLINK(\"\"x\"\")\"\n",
    )
    .await;
    let csv = server.get(&format!("{UPLOADS}/{id}/problems.csv")).await;
    assert_eq!(csv.status, 200);
    assert!(csv.header("content-disposition").starts_with("attachment"));
    assert!(csv.text.contains("3,Phone,\"'=HYPERLINK"), "{}", csv.text);
    assert!(
        csv.text.ends_with(",\"'=HYPERLINK(\"\"x\"\")\",Bo\r\n"),
        "{}",
        csv.text
    );
    assert_eq!(csv.text.lines().count(), 2);
}

#[tokio::test]
async fn what_a_start_would_skip_is_foreseen_for_an_upload_and_for_a_draft() {
    let server = Server::start().await;
    let blocked = "/api/v1/numbers/+12025550124/block";
    server
        .post(blocked, r#"{"reason": "asked"}"#)
        .await
        .assert_ok();
    let (id, _) = staged(&server, CONTACTS).await;
    let draft = server.draft().await;
    for path in [
        format!("{UPLOADS}/{id}/skips"),
        format!("{CAMPAIGNS}/{draft}/skips"),
    ] {
        let found = server.post(&path, "{}").await.assert_ok();
        assert_eq!(
            found,
            json!({
                "done": true, "contacts": 3, "calls": 2,
                "skipped": [{"reason": "blocked", "contacts": 1}],
            })
        );
    }
    let wrong = server
        .post(&format!("{UPLOADS}/{id}/skips"), r#"{"repeat": "often"}"#)
        .await;
    wrong.assert_problem(422, "invalid-value");
}

#[tokio::test]
async fn a_draft_is_changed_until_it_is_started() {
    let server = Server::start().await;
    let path = format!("{CAMPAIGNS}/{}", server.draft().await);
    let edit =
        r#"{"name": " Autumn ", "settings": {"ring_seconds": 45, "repeat": {"after_days": 30}}}"#;
    let edited = server.patch(&path, edit).await.assert_ok();
    assert_eq!(
        (&edited["name"], &edited["settings"]["ring_seconds"]),
        (&json!("Autumn"), &json!(45))
    );
    assert_eq!(
        edited["settings"]["business_hours"]["enabled"], false,
        "the rest stays"
    );
    for (edit, field) in [
        (r#"{"name": " "}"#, "name"),
        (
            r#"{"settings": {"pacing": {"delay_seconds": -2}}}"#,
            "pacing.delay_seconds",
        ),
        (r#"{"settings": {"time_zone": "Mars/Base"}}"#, "settings"),
        (r#"{"settings": {"time_zone": "MST"}}"#, "time_zone"),
    ] {
        let refused = server.patch(&path, edit).await;
        let problem = refused.assert_problem(422, "invalid-value");
        assert!(
            problem["field"].as_str().unwrap().starts_with(field),
            "{problem}"
        );
    }
    server
        .post(&format!("{path}/start"), "{}")
        .await
        .assert_ok();
    let refused = server.patch(&path, r#"{"name": "Late"}"#).await;
    let problem = refused.assert_problem(409, "conflict");
    assert!(
        problem["detail"].as_str().unwrap().contains("only a draft"),
        "{problem}"
    );
}
