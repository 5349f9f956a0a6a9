//! Campaigns: list, look at, start, pause, resume, delete.

use ringonce_carrier::Clock as _;
use ringonce_carrier::clock::SystemClock;
use ringonce_domain::plan::{Hold, HoldReason};
use ringonce_domain::{CampaignId, Millis, Timestamp};
use ringonce_engine::Status;
use serde_json::json;

use crate::support::{CONTACTS, Server};

#[tokio::test]
async fn starting_answers_in_exactly_these_words() {
    let server = Server::start().await;
    let id = server.draft().await;
    let started = server
        .post(&format!("/api/v1/campaigns/{id}/start"), "")
        .await
        .assert_ok();
    assert_eq!(
        started["message"],
        "Campaign started with 3 calls (skipped 0 duplicates)"
    );
    assert_eq!(started["calls"], 3);
    assert_eq!(started["skipped"], 0);
    assert!(
        started["state"] == "running" || started["state"] == "pending",
        "{started}"
    );
}

#[tokio::test]
async fn a_campaign_goes_through_its_states_and_refuses_others_with_advice() {
    let server = Server::start().await;
    let id = server.draft().await;
    let path = |action: &str| format!("/api/v1/campaigns/{id}/{action}");
    let refusal = server
        .post(&path("pause"), "")
        .await
        .assert_problem(409, "conflict");
    assert_eq!(
        refusal["detail"],
        "cannot pause a campaign that is draft; start it first"
    );
    server.post(&path("start"), "").await.assert_ok();
    server
        .post(&path("start"), "")
        .await
        .assert_problem(409, "conflict");
    begin(&server, id).await;
    assert_eq!(
        server.post(&path("pause"), "").await.assert_ok()["state"],
        "paused"
    );
    assert_eq!(
        server.post(&path("resume"), "").await.assert_ok()["state"],
        "running"
    );
    let refusal = server
        .delete(&format!("/api/v1/campaigns/{id}"))
        .await
        .assert_problem(409, "conflict");
    assert!(
        refusal["detail"]
            .as_str()
            .unwrap()
            .contains("pause it first"),
        "{refusal}"
    );
    server.post(&path("pause"), "").await.assert_ok();
    assert_eq!(
        server
            .delete(&format!("/api/v1/campaigns/{id}"))
            .await
            .status,
        204
    );
    server
        .get(&format!("/api/v1/campaigns/{id}"))
        .await
        .assert_problem(404, "not-found");
}

#[tokio::test]
async fn a_campaign_shows_its_figures_and_settings() {
    let server = Server::start().await;
    let id = server.draft().await;
    let campaign = server
        .get(&format!("/api/v1/campaigns/{id}"))
        .await
        .assert_ok();
    assert_eq!(campaign["state"], "draft");
    assert_eq!(campaign["name"], "contacts.csv");
    assert_eq!(campaign["total"], 3);
    assert_eq!(campaign["contacts"]["pending"], 3);
    assert_eq!(campaign["contacts"]["completed"], 0);
    assert_eq!(campaign["outcomes"]["answered"], 0);
    assert_eq!(campaign["import"]["duplicates"], 1);
    assert_eq!(campaign["import"]["rejected"], 1);
    assert_eq!(campaign["settings"]["region"], "US");
    assert_eq!(campaign["success_rate"], serde_json::Value::Null);
}

#[tokio::test]
async fn why_nothing_is_dialling_is_said_in_words_and_in_the_campaigns_zone() {
    let server = Server::start().await;
    let settings = r#"{"region": "US", "time_zone": "America/New_York"}"#;
    let made = server
        .upload(
            "/api/v1/campaigns",
            CONTACTS,
            &[("settings", settings), ("start", "true")],
        )
        .await;
    let id = made.json()["campaign"]["id"].as_i64().unwrap();
    begin(&server, id).await;
    // Long past, so that the words hold the date whenever the test runs: 2026-01-05 14:00 UTC.
    let until = Some(Timestamp::from_millis(1_767_621_600_000));
    let hold = Hold {
        reason: HoldReason::Closed,
        until,
    };
    server.status.send_replace(Status {
        holds: vec![(CampaignId(id), hold)].into(),
        ..Status::default()
    });
    let campaign = server
        .get(&format!("/api/v1/campaigns/{id}"))
        .await
        .assert_ok();
    assert_eq!(campaign["hold"]["reason"], "outside_business_hours");
    assert_eq!(campaign["hold"]["until"], "2026-01-05T14:00:00.000Z");
    assert_eq!(
        campaign["hold"]["text"],
        "outside business hours until Mon 5 Jan 2026, 09:00 America/New_York"
    );
}

#[tokio::test]
async fn campaigns_are_listed_by_page_and_state() {
    let server = Server::start().await;
    let ids = [
        server.draft().await,
        server.draft().await,
        server.draft().await,
    ];
    server
        .post(&format!("/api/v1/campaigns/{}/start", ids[0]), "")
        .await
        .assert_ok();
    let listed = |page: &serde_json::Value| -> Vec<i64> {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["id"].as_i64().unwrap())
            .collect()
    };
    let first = server.get("/api/v1/campaigns?limit=2").await.assert_ok();
    assert_eq!(listed(&first), [ids[2], ids[1]]);
    let next = first["next"].as_str().unwrap();
    let second = server
        .get(&format!("/api/v1/campaigns?limit=2&after={next}"))
        .await
        .assert_ok();
    assert_eq!(listed(&second), [ids[0]]);
    assert!(second["next"].is_null());
    let drafts = server
        .get("/api/v1/campaigns?state=draft")
        .await
        .assert_ok();
    assert_eq!(listed(&drafts), [ids[2], ids[1]]);
}

#[tokio::test]
async fn a_listing_says_what_is_wrong_with_its_query() {
    let server = Server::start().await;
    for (query, field, words) in [
        ("state=sleeping", "state", "not a campaign state"),
        ("limit=0", "limit", "between 1 and 1000"),
        ("limit=1001", "limit", "between 1 and 1000"),
        ("after=x", "after", "the `next`"),
    ] {
        let problem = server.get(&format!("/api/v1/campaigns?{query}")).await;
        let problem = problem.assert_problem(422, "invalid-value");
        assert_eq!(problem["field"], field);
        assert!(
            problem["detail"].as_str().unwrap().contains(words),
            "{problem}"
        );
    }
    server
        .get("/api/v1/campaigns?limit=many")
        .await
        .assert_problem(400, "malformed-request");
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_on_every_route() {
    let server = Server::start().await;
    for path in [
        "",
        "/contacts",
        "/problems",
        "/problems.csv",
        "/calls",
        "/export.csv",
    ] {
        let answer = server.get(&format!("/api/v1/campaigns/77{path}")).await;
        let problem = answer.assert_problem(404, "not-found");
        assert_eq!(problem["detail"], "there is no campaign 77");
    }
    for action in ["start", "pause", "resume"] {
        server
            .post(&format!("/api/v1/campaigns/77/{action}"), "")
            .await
            .assert_problem(404, "not-found");
    }
    server
        .delete("/api/v1/campaigns/77")
        .await
        .assert_problem(404, "not-found");
    server
        .get("/api/v1/campaigns/seven")
        .await
        .assert_problem(400, "malformed-request");
}

/// Lets a started campaign run, as the engine would.
pub(crate) async fn begin(server: &Server, id: i64) {
    use ringonce_domain::{CampaignEvent, CampaignState};
    use ringonce_store::model::Actor;
    let campaign = server.store.campaign(CampaignId(id)).await.unwrap();
    if campaign.state == CampaignState::Pending {
        let now = campaign.started_at.unwrap_or(campaign.created_at);
        let by = Actor::new("engine");
        server
            .store
            .transition(CampaignId(id), CampaignEvent::Begin, by, None, now)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn calls_do_not_begin_with_a_carrier_that_is_not_configured() {
    let server = Server::start().await;
    let id = server.draft().await;
    let edit = r#"{"settings": {"carrier": "twilio"}}"#;
    server
        .patch(&format!("/api/v1/campaigns/{id}"), edit)
        .await
        .assert_ok();
    let refusal = server
        .post(&format!("/api/v1/campaigns/{id}/start"), "")
        .await
        .assert_problem(409, "conflict");
    assert_eq!(refusal["field"], "carrier");
    let said = refusal["detail"].as_str().unwrap();
    for words in ["`twilio`", "there is `simulator`", "configure `twilio`"] {
        assert!(said.contains(words), "{said}");
    }
    let campaign = server.get(&format!("/api/v1/campaigns/{id}")).await;
    assert_eq!(campaign.assert_ok()["state"], "draft");
}

#[tokio::test]
async fn a_start_that_cannot_be_meant_is_refused_with_the_one_that_was() {
    let server = Server::start().await;
    let seconds = SystemClock.now().as_millis() / 1_000 + 3_600;
    let meant = Timestamp::from_millis(seconds * 1_000).to_string();
    let id = server.draft().await;
    let path = format!("/api/v1/campaigns/{id}");
    for (start, words) in [
        (json!(seconds), meant.as_str()),
        (json!(-seconds), &meant),
        (json!(-seconds * 1_000), &meant),
        (json!(seconds * 1_000_000), &meant),
        (json!(0), "null"),
        (json!(1_700_000_000_000_i64), "past by more than a day"),
        (json!("2020-02-03T09:00:00Z"), "-02-03T09:00:00.000Z?"),
        (json!("2026-12-01T09:00"), "2026-12-01T09:00:00Z (UTC)"),
        (json!("tomorrow"), "ISO 8601"),
        (json!(1.5), "ISO 8601"),
    ] {
        let settings = json!({ "start_at": start });
        let fields = [("settings", &*settings.to_string())];
        let made = server.upload("/api/v1/campaigns", CONTACTS, &fields).await;
        let edited = server
            .patch(&path, &json!({ "settings": settings }).to_string())
            .await;
        for refused in [made, edited] {
            let problem = refused.assert_problem(422, "invalid-value");
            assert_eq!(problem["field"], "start_at", "{problem}");
            let detail = problem["detail"].as_str().unwrap();
            assert!(detail.contains(words), "{start}: {detail}");
        }
    }
}

#[tokio::test]
async fn a_start_is_answered_in_one_form_however_it_was_given() {
    let server = Server::start().await;
    let id = server.draft().await;
    let path = format!("/api/v1/campaigns/{id}");
    let start = SystemClock.now() + Millis::from_hours(30);
    let written = start.to_string();
    for given in [
        json!(start.as_millis()),
        json!(written),
        json!(written.replace('Z', "+00:00")),
    ] {
        let edit = json!({ "settings": { "start_at": given } }).to_string();
        let edited = server.patch(&path, &edit).await.assert_ok();
        assert_eq!(edited["settings"]["start_at"], written, "{given}");
        let cleared = server
            .patch(&path, r#"{"settings": {"start_at": null}}"#)
            .await;
        assert!(cleared.assert_ok()["settings"]["start_at"].is_null());
    }
}
