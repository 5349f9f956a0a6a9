//! Contacts by filter, search and order; the export of just these; figures over time; the audit trail.

use ringonce_domain::Timestamp;
use serde_json::{Value, json};

use crate::rows::one_answered_call;
use crate::support::{AROUND_THE_CLOCK, Server};

const PEOPLE: &str = "Phone,Name\n\
    +12025550129,Zoe\n\
    +12025550123,ann\n\
    +12025550127,Bob\n\
    +12015550125,Änne\n\
    +12025550121,Ann-Marie\n";

async fn draft(server: &Server) -> i64 {
    let fields = [("settings", AROUND_THE_CLOCK)];
    let made = server.upload("/api/v1/campaigns", PEOPLE, &fields).await;
    made.json()["campaign"]["id"].as_i64().unwrap()
}

fn names(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|row| row["name"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn contacts_are_found_by_number_and_name_in_any_order() {
    let server = Server::start().await;
    let path = format!("/api/v1/campaigns/{}/contacts", draft(&server).await);
    for (query, expected) in [
        ("", vec!["Zoe", "ann", "Bob", "Änne", "Ann-Marie"]),
        ("sort=name", vec!["ann", "Ann-Marie", "Bob", "Zoe", "Änne"]),
        ("sort=-name", vec!["Änne", "Zoe", "Bob", "Ann-Marie", "ann"]),
        (
            "sort=number",
            vec!["Änne", "Ann-Marie", "ann", "Bob", "Zoe"],
        ),
        ("search=ANN", vec!["ann", "Ann-Marie"]),
        ("search=%C3%A4n", vec!["Änne"]),
        (
            "search=%2B1%20202&sort=number",
            vec!["Ann-Marie", "ann", "Bob", "Zoe"],
        ),
        ("search=(201)%20555", vec!["Änne"]),
        ("search=nobody", vec![]),
        ("state=pending,busy&search=b", vec!["Bob"]),
        ("state=completed", vec![]),
        ("outcome=busy", vec![]),
    ] {
        let page = server.get(&format!("{path}?{query}")).await.assert_ok();
        assert_eq!(names(&page), expected, "{query}");
        let mut paged = Vec::new();
        let mut after = String::new();
        loop {
            let page = format!("{path}?{query}&limit=2&after={after}");
            let page = server.get(&page).await.assert_ok();
            paged.extend(names(&page).into_iter().map(str::to_owned));
            match page["next"].as_str() {
                Some(next) => next.clone_into(&mut after),
                None => break,
            }
        }
        assert_eq!(paged, expected, "{query} in pages");
    }
}

#[tokio::test]
async fn a_filter_that_makes_no_sense_is_refused_at_its_field() {
    let server = Server::start().await;
    let path = format!("/api/v1/campaigns/{}/contacts", draft(&server).await);
    let long = format!("search={}", "x".repeat(101));
    for (query, field) in [
        ("state=dialing", "state"),
        ("outcome=lucky", "outcome"),
        ("sort=colour", "sort"),
        ("limit=0", "limit"),
        ("after=x", "after"),
        (long.as_str(), "search"),
    ] {
        let refused = server.get(&format!("{path}?{query}")).await;
        assert_eq!(refused.assert_problem(422, "invalid-value")["field"], field);
    }
    for path in ["contacts", "activity", "waiting", "export.csv"] {
        let nowhere = server.get(&format!("/api/v1/campaigns/99/{path}")).await;
        nowhere.assert_problem(404, "not-found");
    }
}

#[tokio::test]
async fn an_export_holds_exactly_what_the_listing_with_its_filter_has() {
    let server = Server::start().await;
    let id = draft(&server).await;
    for query in [
        "",
        "search=ann&sort=-name",
        "state=pending&sort=number",
        "state=busy",
    ] {
        let listed = format!("/api/v1/campaigns/{id}/contacts?{query}");
        let listed = server.get(&listed).await.assert_ok();
        let file = format!("/api/v1/campaigns/{id}/export.csv?{query}");
        let file = server.get(&file).await.text;
        let mut reader = csv::Reader::from_reader(file.as_bytes());
        let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
        let exported: Vec<_> = rows.iter().map(|row| &row[2]).collect();
        assert_eq!(exported, names(&listed), "{query}");
    }
}

#[tokio::test]
async fn a_call_that_ended_shows_in_the_figures_over_time() {
    let server = Server::start().await;
    let id = server.draft().await;
    let path = format!("/api/v1/campaigns/{id}/activity");
    let before = server.get(&path).await.assert_ok();
    assert_eq!(before, json!({ "minutes": 15, "items": [] }));
    one_answered_call(&server, id).await;
    for (span, minutes) in [("quarter", 15), ("minute", 1)] {
        let after = format!("{path}?span={span}&to=9999999999999&from=9999999999998");
        let later = server.get(&after).await.assert_ok();
        assert_eq!(later["items"], json!([]), "{span}");
        let told = server.get(&format!("{path}?span={span}")).await.assert_ok();
        assert_eq!(told["minutes"], minutes);
        let items = told["items"].as_array().unwrap();
        assert_eq!(items.len(), 1, "{told}");
        assert_eq!(items[0]["outcome"], "answered");
        assert_eq!(items[0]["calls"], 1);
        let start = items[0]["start"].as_str().unwrap();
        let start = start.parse::<Timestamp>().unwrap().as_millis();
        assert_eq!(start % (minutes * 60_000), 0);
    }
    let refused = server.get(&format!("{path}?span=year")).await;
    assert_eq!(
        refused.assert_problem(422, "invalid-value")["field"],
        "span"
    );
    let refused = server.get(&format!("{path}?from=0")).await;
    assert_eq!(
        refused.assert_problem(422, "invalid-value")["field"],
        "from"
    );
}

#[tokio::test]
async fn why_nobody_is_called_is_told_from_the_ledger() {
    let server = Server::start().await;
    let id = server.draft().await;
    let path = format!("/api/v1/campaigns/{id}/waiting");
    let draft = server.get(&path).await.assert_ok();
    assert_eq!(draft["hold"]["reason"], "not_running");
    assert_eq!(draft["looked_at"], 3);
    assert_eq!(draft["waiting"][0]["reason"], "");
    server
        .post(&format!("/api/v1/campaigns/{id}/start"), "")
        .await
        .assert_ok();
    server
        .post("/api/v1/safety/stop", r#"{"reason": "a test"}"#)
        .await
        .assert_ok();
    crate::campaigns::begin(&server, id).await;
    let stopped = server.get(&path).await.assert_ok();
    assert_eq!(stopped["hold"]["reason"], "emergency_stop");
}

#[tokio::test]
async fn the_audit_trail_tells_what_people_did_the_latest_first() {
    let server = Server::start().await;
    let id = draft(&server).await;
    let block = r#"{"reason": "asked <b>us</b>"}"#;
    server
        .post("/api/v1/numbers/+12025550123/block", block)
        .await
        .assert_ok();
    let all = server.get("/api/v1/audit").await.assert_ok();
    assert_eq!(all["items"][0]["event"], "number.block");
    assert_eq!(all["items"][0]["detail"]["reason"], "asked <b>us</b>");
    let first = server.get("/api/v1/audit?limit=1").await.assert_ok();
    let next = first["next"].as_str().unwrap();
    let second = format!("/api/v1/audit?limit=1&after={next}");
    let second = server.get(&second).await.assert_ok();
    assert_eq!(second["items"][0], all["items"][1]);
    for (query, event, count) in [
        (format!("campaign={id}"), "campaign.import", 2),
        ("number=%2B12025550123".to_owned(), "number.block", 1),
        ("actor=nobody".to_owned(), "", 0),
    ] {
        let found = server.get(&format!("/api/v1/audit?{query}")).await;
        let items = found.assert_ok()["items"].as_array().unwrap().clone();
        assert_eq!(items.len(), count, "{query}: {items:?}");
        assert!(items.first().is_none_or(|entry| entry["event"] == event));
    }
    let refused = server.get("/api/v1/audit?number=12").await;
    assert_eq!(
        refused.assert_problem(422, "invalid-value")["field"],
        "number"
    );
    let refused = server.get("/api/v1/audit?after=x").await;
    assert_eq!(
        refused.assert_problem(422, "invalid-value")["field"],
        "after"
    );
}
