//! One's own account: second factor, password, sessions, tokens.

use axum::http::Method;
use ringonce_carrier::Clock as _;
use ringonce_carrier::clock::SystemClock;
use ringonce_domain::{Millis, Permission, Role};
use ringonce_store::model::UserChange;
use serde_json::{Value, json};
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::people::{Browser, PASSWORD, address, occasion};
use crate::support::Server;

const OTHER: &str = "seven violet umbrellas dance";

/// An authenticator that was given a secret.
struct Authenticator {
    totp: Totp,
    /// The code with which it was confirmed, of the step of that moment.
    used: String,
}

impl Authenticator {
    fn given(offer: &Value) -> Self {
        let secret = offer["secret"].as_str().unwrap().replace(' ', "");
        let totp = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_skew(1)
            .with_step_duration(30)
            .with_secret(Secret::try_from_base32(secret).unwrap())
            .with_account_name("test")
            .build();
        let mut given = Self {
            totp: totp.unwrap(),
            used: String::new(),
        };
        given.used = given.code(0);
        given
    }

    /// The code of the step that is so many after this one. The next one's is good from now on, however
    /// slow the machine is.
    fn code(&self, steps: i64) -> String {
        let seconds = SystemClock.now().as_millis() / 1_000 + steps * 30;
        self.totp
            .generate(u64::try_from(seconds).unwrap())
            .to_string()
    }
}

/// Gives a signed-in person a second factor; it and the recovery codes.
async fn with_second_factor(server: &Server, browser: &Browser) -> (Authenticator, Vec<String>) {
    let proof = json!({ "password": PASSWORD }).to_string();
    let offered = browser
        .post(server, "/api/v1/account/two-factor", &proof)
        .await;
    assert_eq!(offered.status, 201, "{}", offered.text);
    let authenticator = Authenticator::given(&offered.json());
    let code = json!({ "code": authenticator.used }).to_string();
    let confirmed = browser
        .post(server, "/api/v1/account/two-factor/confirm", &code)
        .await
        .assert_ok();
    let codes = confirmed["recovery_codes"].as_array().unwrap();
    let codes = codes.iter().map(|code| code.as_str().unwrap().to_owned());
    (authenticator, codes.collect())
}

/// The browser after a right password of somebody with a second factor.
async fn half_way(server: &Server, name: &str) -> Browser {
    let answer = server.try_password(&address(name), PASSWORD).await;
    assert_eq!(answer.header("location"), "/login/code?next=/");
    Browser::of(&answer)
}

#[tokio::test]
async fn a_second_factor_is_asked_for_and_each_code_works_once() {
    let server = Server::start().await;
    let browser = server.enter_and_sign_in("ana", Role::Operator).await;
    let (authenticator, codes) = with_second_factor(&server, &browser).await;
    assert_eq!(codes.len(), 10);

    let half = half_way(&server, "ana").await;
    assert_eq!(
        half.get(&server, "/").await.header("location"),
        "/login",
        "half a session is none"
    );
    half.get(&server, "/api/v1/safety")
        .await
        .assert_problem(401, "unauthorized");
    let wrong = server
        .form("/login/code", &[("code", "000000")], Some(&half))
        .await;
    assert_eq!(
        (wrong.status.as_u16(), wrong.header("set-cookie")),
        (401, "")
    );
    // The step with which it was confirmed is used.
    let replayed = server
        .form("/login/code", &[("code", &authenticator.used)], Some(&half))
        .await;
    assert_eq!(replayed.status, 401, "a code is not accepted twice");
    let code = authenticator.code(1);
    let entered = server
        .form("/login/code", &[("code", &code)], Some(&half))
        .await;
    assert_eq!(
        (entered.status.as_u16(), entered.header("location")),
        (303, "/")
    );
    let whole = Browser::of(&entered);
    assert_ne!(whole.secret(), half.secret(), "more rights, another secret");
    assert_eq!(whole.get(&server, "/").await.status, 200);

    let half_again = half_way(&server, "ana").await;
    let replayed = server
        .form("/login/code", &[("code", &code)], Some(&half_again))
        .await;
    assert_eq!(replayed.status, 401, "a code is not accepted twice");
    let gone = server
        .form(
            "/login/code",
            &[("code", &authenticator.code(1))],
            Some(&half),
        )
        .await;
    assert_eq!(
        gone.header("location"),
        "/login",
        "the half session ended with its use"
    );
}

#[tokio::test]
async fn a_recovery_code_lets_in_once() {
    let server = Server::start().await;
    let browser = server.enter_and_sign_in("ana", Role::Operator).await;
    let (_, codes) = with_second_factor(&server, &browser).await;
    let typed = codes[3].to_uppercase().replace('-', " ");
    let half = half_way(&server, "ana").await;
    let entered = server
        .form("/login/code", &[("code", &typed)], Some(&half))
        .await;
    assert_eq!(entered.status, 303);
    let half = half_way(&server, "ana").await;
    let again = server
        .form("/login/code", &[("code", &codes[3])], Some(&half))
        .await;
    assert_eq!(again.status, 401);
    let account = Browser::of(&entered)
        .get(&server, "/api/v1/account")
        .await
        .assert_ok();
    assert_eq!(account["recovery_codes"], 9);
}

#[tokio::test]
async fn a_second_factor_goes_only_with_the_password_and_a_code() {
    let server = Server::start().await;
    let browser = server.enter_and_sign_in("ana", Role::Operator).await;
    let (authenticator, codes) = with_second_factor(&server, &browser).await;
    let remove = "/api/v1/account/two-factor/remove";
    let body =
        |password: &str, code: &str| json!({ "password": password, "code": code }).to_string();
    let wrong = browser
        .post(&server, remove, &body("a wrong password", &codes[0]))
        .await;
    assert_eq!(
        wrong.assert_problem(422, "invalid-value")["field"],
        "password"
    );
    let wrong = browser
        .post(&server, remove, &body(PASSWORD, "123456"))
        .await;
    assert_eq!(wrong.assert_problem(422, "invalid-value")["field"], "code");
    let again = json!({ "password": PASSWORD }).to_string();
    let again = browser
        .post(&server, "/api/v1/account/two-factor", &again)
        .await;
    again.assert_problem(409, "conflict");
    let right = browser
        .post(&server, remove, &body(PASSWORD, &authenticator.code(1)))
        .await;
    assert_eq!(right.status, 204, "{}", right.text);
    assert_eq!(
        server
            .try_password("ana@example.com", PASSWORD)
            .await
            .header("location"),
        "/"
    );
}

#[tokio::test]
async fn a_code_that_is_not_confirmed_does_not_count() {
    let server = Server::start().await;
    let browser = server.enter_and_sign_in("ana", Role::Operator).await;
    let proof = json!({ "password": PASSWORD }).to_string();
    browser
        .post(&server, "/api/v1/account/two-factor", &proof)
        .await;
    let wrong = browser
        .post(
            &server,
            "/api/v1/account/two-factor/confirm",
            r#"{"code": "000000"}"#,
        )
        .await;
    wrong.assert_problem(422, "invalid-value");
    assert_eq!(
        server
            .try_password("ana@example.com", PASSWORD)
            .await
            .header("location"),
        "/"
    );
}

#[tokio::test]
async fn another_password_signs_every_other_browser_out() {
    let server = Server::start().await;
    let browser = server.enter_and_sign_in("ana", Role::Operator).await;
    let other = server.sign_in("ana").await;
    let change = |current: &str, password: &str| {
        json!({ "current": current, "password": password }).to_string()
    };
    let path = "/api/v1/account/password";
    let wrong = browser
        .post(&server, path, &change("not the one at all", OTHER))
        .await;
    assert_eq!(
        wrong.assert_problem(422, "invalid-value")["field"],
        "current"
    );
    let poor = browser
        .post(&server, path, &change(PASSWORD, "aaaaaaaaaaaaaaaaaaaa"))
        .await;
    assert_eq!(
        poor.assert_problem(422, "invalid-value")["field"],
        "password"
    );
    assert_eq!(
        browser
            .post(&server, path, &change(PASSWORD, OTHER))
            .await
            .status,
        204
    );
    assert_eq!(browser.get(&server, "/").await.status, 200);
    assert_eq!(other.get(&server, "/").await.status, 303);
    assert_eq!(
        server
            .try_password("ana@example.com", PASSWORD)
            .await
            .status,
        401
    );
    assert_eq!(
        server.try_password("ana@example.com", OTHER).await.status,
        303
    );
}

#[tokio::test]
async fn a_person_sees_their_sessions_and_ends_them_and_nobody_elses() {
    let server = Server::start().await;
    let browser = server.enter_and_sign_in("ana", Role::Operator).await;
    let other = server.sign_in("ana").await;
    let stranger = server.enter_and_sign_in("bo", Role::Admin).await;
    let sessions = browser
        .get(&server, "/api/v1/account/sessions")
        .await
        .assert_ok();
    let sessions = sessions.as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    let other_id = sessions
        .iter()
        .find(|session| session["this"] == false)
        .unwrap()["id"]
        .clone();
    let path = format!("/api/v1/account/sessions/{other_id}");
    stranger
        .delete(&server, &path)
        .await
        .assert_problem(404, "not-found");
    assert_eq!(other.get(&server, "/").await.status, 200);
    assert_eq!(browser.delete(&server, &path).await.status, 204);
    assert_eq!(other.get(&server, "/").await.status, 303, "at once");
    let third = server.sign_in("ana").await;
    let ended = browser
        .post(&server, "/api/v1/account/sessions/end-others", "")
        .await
        .assert_ok();
    assert_eq!(ended["ended"], 1);
    assert_eq!(third.get(&server, "/").await.status, 303);
    assert_eq!(browser.get(&server, "/").await.status, 200);
}

#[tokio::test]
async fn a_token_does_what_its_scopes_and_its_owners_role_allow_and_no_more() {
    let server = Server::start().await;
    let owner = server.enter("ana", Role::Operator).await;
    let browser = server.sign_in("ana").await;
    let body =
        json!({ "name": "wallboard", "scopes": ["campaigns:read", "safety:stop"], "days": 30 });
    let made = browser
        .post(&server, "/api/v1/account/tokens", &body.to_string())
        .await;
    assert_eq!(made.status, 201, "{}", made.text);
    let (id, token) = (
        made.json()["id"].clone(),
        made.json()["token"].as_str().unwrap().to_owned(),
    );
    let ask = |method: Method, path: &'static str| server.bearing(&token, method, path);
    assert_eq!(ask(Method::GET, "/api/v1/campaigns").await.status, 200);
    let refused = ask(Method::GET, "/api/v1/calls")
        .await
        .assert_problem(403, "not-allowed");
    assert!(refused["detail"].as_str().unwrap().contains("calls:read"));
    assert_eq!(
        ask(Method::POST, "/api/v1/safety/stop").await.status,
        415,
        "allowed, and without a body"
    );
    // The role falls, and the token with it.
    server
        .store
        .change_user(owner, UserChange::Role(Role::Viewer), occasion())
        .await
        .unwrap();
    ask(Method::POST, "/api/v1/safety/stop")
        .await
        .assert_problem(403, "not-allowed");
    let greedy = json!({ "name": "greedy", "scopes": ["users:manage"] }).to_string();
    let browser = server.sign_in("ana").await;
    browser
        .post(&server, "/api/v1/account/tokens", &greedy)
        .await
        .assert_problem(403, "not-allowed");
    let path = format!("/api/v1/tokens/{id}");
    assert_eq!(browser.delete(&server, &path).await.status, 204);
    ask(Method::GET, "/api/v1/campaigns")
        .await
        .assert_problem(401, "unauthorized");
    // Of a person who is disabled nothing works.
    let all = server.token("all", Some(owner), None, None).await;
    assert_eq!(
        server
            .bearing(&all, Method::GET, "/api/v1/campaigns")
            .await
            .status,
        200
    );
    server
        .store
        .change_user(owner, UserChange::Disable, occasion())
        .await
        .unwrap();
    server
        .bearing(&all, Method::GET, "/api/v1/campaigns")
        .await
        .assert_problem(401, "unauthorized");
}

#[tokio::test]
async fn a_token_stops_at_its_time() {
    let server = Server::start().await;
    let now = SystemClock.now();
    let later = server
        .token("later", None, None, Some(now + Millis::from_hours(1)))
        .await;
    let over = server.token("over", None, None, Some(now)).await;
    let path = "/api/v1/safety";
    assert_eq!(server.bearing(&later, Method::GET, path).await.status, 200);
    server
        .bearing(&over, Method::GET, path)
        .await
        .assert_problem(401, "unauthorized");
}

#[tokio::test]
async fn a_token_cannot_become_a_password_a_session_or_another_token() {
    let server = Server::start().await;
    let admin = server.enter("ana", Role::Admin).await;
    let token = server
        .token("all", Some(admin), Some(Permission::ALL.to_vec()), None)
        .await;
    for (method, path) in [
        (Method::GET, "/api/v1/account/sessions"),
        (Method::POST, "/api/v1/account/sessions/end-others"),
        (Method::GET, "/api/v1/account/tokens"),
    ] {
        server
            .bearing(&token, method, path)
            .await
            .assert_problem(403, "not-allowed");
    }
    for (path, body) in [
        (
            "/api/v1/account/password",
            json!({ "current": PASSWORD, "password": OTHER }),
        ),
        (
            "/api/v1/account/two-factor",
            json!({ "password": PASSWORD }),
        ),
        ("/api/v1/account/tokens", json!({ "name": "another" })),
    ] {
        let browserless = crate::people::json_with_token(&server, &token, path, &body).await;
        browserless.assert_problem(403, "not-allowed");
    }
}

#[tokio::test]
async fn nobody_revokes_anothers_token_without_the_permission() {
    let server = Server::start().await;
    let ana = server.enter("ana", Role::Operator).await;
    let token = server.token("hers", Some(ana), None, None).await;
    let tokens = server.get("/api/v1/tokens").await.assert_ok();
    let id = tokens["items"][0]["id"].clone();
    assert_eq!(tokens["items"][0]["name"], "hers");
    let path = format!("/api/v1/tokens/{id}");
    let bo = server.enter_and_sign_in("bo", Role::Supervisor).await;
    bo.delete(&server, &path)
        .await
        .assert_problem(404, "not-found");
    bo.get(&server, "/api/v1/tokens")
        .await
        .assert_problem(403, "not-allowed");
    let admin = server.enter_and_sign_in("cy", Role::Admin).await;
    assert_eq!(admin.delete(&server, &path).await.status, 204);
    server
        .bearing(&token, Method::GET, "/api/v1/safety")
        .await
        .assert_problem(401, "unauthorized");
}

#[tokio::test]
async fn a_person_chooses_their_language_and_zone() {
    let server = Server::start().await;
    let browser = server.enter_and_sign_in("ana", Role::Operator).await;
    let change = r#"{"language": "es", "zone": "Europe/Madrid"}"#;
    browser
        .patch(&server, "/api/v1/account", change)
        .await
        .assert_ok();
    let page = browser.get(&server, "/account").await;
    assert!(
        page.text.contains("<html lang=\"es\">") && page.text.contains("Su cuenta"),
        "{}",
        page.text
    );
    let back = browser
        .patch(&server, "/api/v1/account", r#"{"language": null}"#)
        .await
        .assert_ok();
    assert_eq!(
        (&back["language"], &back["zone"]),
        (&Value::Null, &json!("Europe/Madrid"))
    );
    let wrong = browser
        .patch(&server, "/api/v1/account", r#"{"zone": "Mars/Olympus"}"#)
        .await;
    assert_eq!(wrong.assert_problem(422, "invalid-value")["field"], "zone");
}

#[tokio::test]
async fn a_link_to_choose_another_password_does_not_go_round_the_second_factor() {
    let server = Server::start().await;
    let admin = server.enter_and_sign_in("ana", Role::Admin).await;
    let id = server.enter("bo", Role::Operator).await;
    let bo = server.sign_in("bo").await;
    let (authenticator, _) = with_second_factor(&server, &bo).await;
    let link = admin
        .post(&server, &format!("/api/v1/users/{id}/link"), "")
        .await
        .json();
    let once = link["path"]
        .as_str()
        .unwrap()
        .split_once("once=")
        .unwrap()
        .1
        .to_owned();
    let chosen = server
        .form("/welcome", &[("once", &once), ("password", OTHER)], None)
        .await;
    assert_eq!(chosen.header("location"), "/login/code?next=/");
    let half = Browser::of(&chosen);
    half.get(&server, "/api/v1/safety")
        .await
        .assert_problem(401, "unauthorized");
    let code = authenticator.code(1);
    assert_eq!(
        server
            .form("/login/code", &[("code", &code)], Some(&half))
            .await
            .status,
        303
    );
    // Lost altogether: another admin takes it away.
    let path = format!("/api/v1/users/{id}/two-factor");
    assert_eq!(
        admin.delete(&server, &path).await.assert_ok()["two_factor"],
        false
    );
    assert_eq!(
        server
            .try_password("bo@example.com", OTHER)
            .await
            .header("location"),
        "/"
    );
}
