//! People, for admins: inviting, changing, disabling, and who sees which campaign.

use ringonce_domain::{CampaignId, Permission, Role};
use ringonce_store::model::{Actor, SharedWith};
use serde_json::json;

use crate::people::{Browser, PASSWORD, occasion};
use crate::routes::stranger;
use crate::support::{AROUND_THE_CLOCK, CONTACTS, Server};

const OTHER: &str = "seven violet umbrellas dance";

/// The key in a link that an answer shows.
fn once(answer: &serde_json::Value) -> String {
    let path = answer["path"].as_str().unwrap();
    path.split_once("once=").unwrap().1.to_owned()
}

#[tokio::test]
async fn somebody_invited_chooses_a_password_by_their_link_once() {
    let server = Server::start().await;
    let admin = server.enter_and_sign_in("ana", Role::Admin).await;
    let body = json!({ "email": "bo@example.com", "name": "Bo", "role": "operator" }).to_string();
    let invited = admin.post(&server, "/api/v1/users", &body).await;
    assert_eq!(invited.status, 201, "{}", invited.text);
    let once = once(&invited.json());
    assert_eq!(invited.json()["user"]["invited"], true);
    assert_eq!(server.try_password("bo@example.com", "").await.status, 401);
    let page = stranger(&server, &format!("/welcome?once={once}")).await;
    assert!(page.text.contains("bo@example.com"));
    let fields = [
        ("once", once.as_str()),
        ("password", OTHER),
        ("email", "eve@example.com"),
        ("name", "Eve"),
    ];
    let entered = server.form("/welcome", &fields, None).await;
    assert_eq!(entered.status, 303, "{}", entered.text);
    let bo = Browser::of(&entered);
    let account = bo.get(&server, "/api/v1/account").await.assert_ok();
    assert_eq!(
        account["user"]["email"], "bo@example.com",
        "nobody renames themselves on the way in"
    );
    assert_eq!(account["user"]["role"], "operator");
    assert_eq!(server.form("/welcome", &fields, None).await.status, 404);
    let taken = admin.post(&server, "/api/v1/users", &body).await;
    assert_eq!(taken.assert_problem(409, "conflict")["field"], "email");
}

#[tokio::test]
async fn a_reset_signs_out_and_a_later_link_replaces_the_earlier() {
    let server = Server::start().await;
    let admin = server.enter_and_sign_in("ana", Role::Admin).await;
    let id = server.enter("bo", Role::Operator).await;
    let bo = server.sign_in("bo").await;
    let path = format!("/api/v1/users/{id}/link");
    let old = admin.post(&server, &path, "").await.json();
    let fresh = admin.post(&server, &path, "").await.json();
    let replaced = server
        .form(
            "/welcome",
            &[("once", &once(&old)), ("password", OTHER)],
            None,
        )
        .await;
    assert_eq!(replaced.status, 404, "a later link replaces the earlier");
    let used = server
        .form(
            "/welcome",
            &[("once", &once(&fresh)), ("password", OTHER)],
            None,
        )
        .await;
    assert_eq!(used.status, 303);
    assert_eq!(bo.get(&server, "/").await.status, 303, "signed out");
    assert_eq!(
        server.try_password("bo@example.com", PASSWORD).await.status,
        401
    );
    assert_eq!(
        server.try_password("bo@example.com", OTHER).await.status,
        303
    );
}

#[tokio::test]
async fn a_disabled_person_is_out_at_once_and_an_enabled_one_comes_back() {
    let server = Server::start().await;
    let admin = server.enter_and_sign_in("ana", Role::Admin).await;
    let id = server.enter("bo", Role::Supervisor).await;
    let bo = server.sign_in("bo").await;
    let disable = format!("/api/v1/users/{id}/disable");
    assert!(admin.post(&server, &disable, "").await.assert_ok()["disabled_at"].is_string());
    assert_eq!(bo.get(&server, "/").await.status, 303);
    assert_eq!(
        server.try_password("bo@example.com", PASSWORD).await.status,
        401
    );
    admin
        .post(&server, &format!("/api/v1/users/{id}/enable"), "")
        .await
        .assert_ok();
    assert_eq!(
        server.try_password("bo@example.com", PASSWORD).await.status,
        303
    );
}

#[tokio::test]
async fn the_last_admin_stays_one() {
    let server = Server::start().await;
    let id = server.enter("ana", Role::Admin).await;
    let admin = server.sign_in("ana").await;
    for (path, body) in [(format!("/api/v1/users/{id}/disable"), "")] {
        admin
            .post(&server, &path, body)
            .await
            .assert_problem(409, "conflict");
    }
    let demote = admin
        .patch(
            &server,
            &format!("/api/v1/users/{id}"),
            r#"{"role": "viewer"}"#,
        )
        .await;
    demote.assert_problem(409, "conflict");
    assert_eq!(admin.get(&server, "/users").await.status, 200);
}

#[tokio::test]
async fn another_role_takes_effect_at_once() {
    let server = Server::start().await;
    let admin = server.enter_and_sign_in("ana", Role::Admin).await;
    let id = server.enter("bo", Role::Supervisor).await;
    let token = server.token("bos", Some(id), None, None).await;
    let stop =
        |body| crate::people::json_with_token(&server, &token, "/api/v1/safety/resume", body);
    let reason = json!({ "reason": "mended" });
    stop(&reason).await.assert_problem(409, "conflict");
    let path = format!("/api/v1/users/{id}");
    admin
        .patch(&server, &path, r#"{"role": "agent"}"#)
        .await
        .assert_ok();
    stop(&reason).await.assert_problem(403, "not-allowed");
}

#[tokio::test]
async fn a_campaign_is_nowhere_for_whoever_may_not_see_it() {
    let server = Server::start().await;
    let ana = server.enter("ana", Role::Operator).await;
    let token = server.token("anas", Some(ana), None, None).await;
    let made = crate::people::upload_with_token(&server, &token, CONTACTS, AROUND_THE_CLOCK).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.json()["campaign"]["id"].as_i64().unwrap();
    let bo = server.enter_and_sign_in("bo", Role::Operator).await;
    let viewer = server.enter_and_sign_in("vi", Role::Viewer).await;
    let supervisor = server.enter_and_sign_in("su", Role::Supervisor).await;
    let path = format!("/api/v1/campaigns/{id}");
    let spelled = format!("/api/v1/campaigns/%3{id}");
    assert_eq!(id, 1, "for its other spelling below");
    for hidden in [
        &path,
        &spelled,
        &format!("{path}/contacts"),
        &format!("{path}/calls"),
        &format!("{path}/export.csv"),
    ] {
        bo.get(&server, hidden)
            .await
            .assert_problem(404, "not-found");
    }
    bo.post(&server, &format!("{path}/start"), "")
        .await
        .assert_problem(404, "not-found");
    bo.delete(&server, &path)
        .await
        .assert_problem(404, "not-found");
    let listed = bo.get(&server, "/api/v1/campaigns").await.assert_ok();
    assert_eq!(listed["items"].as_array().unwrap().len(), 0);
    viewer.get(&server, &path).await.assert_ok();
    viewer
        .post(&server, &format!("{path}/start"), "")
        .await
        .assert_problem(403, "not-allowed");
    supervisor.get(&server, &path).await.assert_ok();
    let to = server
        .store
        .credentials(&"bo@example.com".parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    let with = SharedWith::User(to.user.id);
    let on = occasion();
    server
        .store
        .share(CampaignId(id), with, true, Actor::new("test"), on.now)
        .await
        .unwrap();
    bo.get(&server, &path).await.assert_ok();
    bo.post(&server, &format!("{path}/start"), "")
        .await
        .assert_ok();
}

#[tokio::test]
async fn a_token_that_makes_campaigns_does_not_start_them_without_that_scope() {
    let server = Server::start().await;
    let token = server
        .token("import", None, Some(vec![Permission::CampaignsWrite]), None)
        .await;
    let mut request = server.multipart(
        "/api/v1/campaigns",
        CONTACTS,
        &[("settings", AROUND_THE_CLOCK), ("start", "true")],
    );
    let bearer = format!("Bearer {token}").parse().unwrap();
    request.headers_mut().insert("authorization", bearer);
    server
        .send(request)
        .await
        .assert_problem(403, "not-allowed");
    let campaigns = server.get("/api/v1/campaigns").await.assert_ok();
    assert_eq!(
        campaigns["items"].as_array().unwrap().len(),
        0,
        "and nothing was made"
    );
}

#[tokio::test]
async fn an_admins_own_second_factor_is_not_theirs_to_reset_without_proof() {
    let server = Server::start().await;
    let id = server.enter("ana", Role::Admin).await;
    let admin = server.sign_in("ana").await;
    let path = format!("/api/v1/users/{id}/two-factor");
    admin
        .delete(&server, &path)
        .await
        .assert_problem(409, "conflict");
}

#[tokio::test]
async fn nothing_lies_beside_the_assets() {
    let server = Server::start().await;
    for path in [
        "/assets/x/app.css",
        "/assets/../Cargo.toml",
        "/assets/x/..%2f..%2fCargo.toml",
        "/assets/x/%2e%2e/%2e%2e/etc/passwd",
        "/assets/%2e%2e%2f/app.css",
        "/assets/x/app.css%00.js",
    ] {
        let answer = stranger(&server, path).await;
        assert_eq!(answer.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_campaign_is_shared_by_whoever_runs_it_and_no_longer_seen_when_that_ends() {
    let server = Server::start().await;
    let ana = server.enter("ana", Role::Operator).await;
    let token = server.token("anas", Some(ana), None, None).await;
    let made = crate::people::upload_with_token(&server, &token, CONTACTS, AROUND_THE_CLOCK).await;
    let id = made.json()["campaign"]["id"].as_i64().unwrap();
    let browser = server.sign_in("ana").await;
    let bo = server.enter_and_sign_in("bo", Role::Operator).await;
    let agent = server.enter_and_sign_in("al", Role::Agent).await;
    let (campaign, path) = (
        format!("/api/v1/campaigns/{id}"),
        format!("/api/v1/campaigns/{id}/shares"),
    );
    bo.post(&server, &path, r#"{"with": "bo@example.com"}"#)
        .await
        .assert_problem(404, "not-found");
    let shared = browser
        .post(&server, &path, r#"{"with": "bo@example.com"}"#)
        .await
        .assert_ok();
    assert_eq!(shared["people"][0]["email"], "bo@example.com");
    bo.get(&server, &campaign).await.assert_ok();
    agent
        .get(&server, &campaign)
        .await
        .assert_problem(404, "not-found");
    let everyone = browser
        .post(&server, &path, r#"{"with": "everyone"}"#)
        .await
        .assert_ok();
    assert_eq!(everyone["everyone"], true);
    agent.get(&server, &campaign).await.assert_ok();
    agent
        .post(&server, &path, r#"{"with": "al@example.com"}"#)
        .await
        .assert_problem(403, "not-allowed");
    let unknown = browser
        .post(&server, &path, r#"{"with": "nobody@example.com"}"#)
        .await;
    assert_eq!(
        unknown.assert_problem(422, "invalid-value")["field"],
        "with"
    );
    for with in ["everyone", "bo@example.com"] {
        browser
            .post(
                &server,
                &format!("{path}/end"),
                &json!({ "with": with }).to_string(),
            )
            .await
            .assert_ok();
    }
    bo.get(&server, &campaign)
        .await
        .assert_problem(404, "not-found");
    agent
        .get(&server, &campaign)
        .await
        .assert_problem(404, "not-found");
}
