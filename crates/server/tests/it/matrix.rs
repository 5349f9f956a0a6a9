//! Every route of the server, asked by everybody: the list comes from the router's own registration,
//! so a route cannot be forgotten, and the rules that it is held against are reviewed in
//! `docs/routes.md`.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use ringonce_domain::{Permission, Role};
use ringonce_server::{Listed, Rule};

use crate::people::Browser;
use crate::support::Server;

/// Who asks, and what the permissions are that they should have.
struct Asker {
    name: String,
    header: Option<(header::HeaderName, String)>,
    permissions: Option<Vec<Permission>>,
    is_person: bool,
}

/// What came of asking.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Unknown,
    NotAllowed,
    ForPeople,
    Passed,
}

#[tokio::test]
async fn every_door_lets_through_whom_its_rule_says_and_nobody_else() {
    let server = Server::start().await;
    let routes = ringonce_server::listed();
    assert!(routes.len() > 60, "the list is empty");
    let mut wrong = Vec::new();
    for asker in askers(&server).await {
        for route in routes.iter().filter(|route| route.rule != Rule::Open) {
            let (got, status) = ask(&server, &asker, route).await;
            let expected = match (&asker.permissions, route.rule) {
                (None, _) => Outcome::Unknown,
                (Some(has), Rule::May(needs)) if !has.contains(&needs) => Outcome::NotAllowed,
                _ => Outcome::Passed,
            };
            // What only a person may do says so to every program.
            let for_people =
                !asker.is_person && expected == Outcome::Passed && got == Outcome::ForPeople;
            if got != expected && !for_people {
                wrong.push(format!(
                    "{} at {} {}: {got:?} ({status}), not {expected:?}",
                    asker.name, route.method, route.path
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_door_that_is_open_asks_nobody_who_they_are() {
    let server = Server::start().await;
    let nobody = Asker {
        name: "nobody".into(),
        header: None,
        permissions: None,
        is_person: false,
    };
    let open: Vec<_> = ringonce_server::listed()
        .into_iter()
        .filter(|route| route.rule == Rule::Open)
        .collect();
    for route in &open {
        let (got, status) = ask(&server, &nobody, route).await;
        let away = route.method == Method::GET && route.path == "/login/code";
        assert!(
            got == Outcome::Passed || away,
            "{} {}: {status}",
            route.method,
            route.path
        );
    }
    let open: Vec<_> = open.iter().map(|route| route.path.as_str()).collect();
    assert_eq!(
        open,
        [
            "/assets/{version}/{name}",
            "/carriers/media/{media}/{name}",
            "/carriers/{carrier}/{token}/{leaf}",
            "/healthz",
            "/login",
            "/login",
            "/login/code",
            "/login/code",
            "/logout",
            "/readyz",
            "/welcome",
            "/welcome",
        ],
        "somebody opened another route to everybody: is that right?"
    );
}

#[tokio::test]
async fn what_a_role_may_is_what_the_page_of_routes_says() {
    let page = ringonce_server::routes_page();
    for (line, marks) in [
        ("| `GET /` |", "✓ ✓ ✓ ✓ ✓"),
        ("| `POST /api/v1/safety/stop` |", "– ✓ ✓ ✓ ✓"),
        ("| `POST /api/v1/campaigns/{id}/start` |", "– – ✓ ✓ ✓"),
        ("| `GET /api/v1/campaigns/{id}/export.csv` |", "– – ✓ ✓ ✓"),
        ("| `POST /api/v1/safety/resume` |", "– – – ✓ ✓"),
        ("| `POST /api/v1/users` |", "– – – – ✓"),
    ] {
        let found = page
            .lines()
            .find(|text| text.starts_with(line))
            .unwrap_or_default();
        let cells: Vec<_> = found.split('|').map(str::trim).skip(3).take(5).collect();
        assert_eq!(cells.join(" "), marks, "{line}");
    }
}

async fn askers(server: &Server) -> Vec<Asker> {
    let mut askers = vec![Asker {
        name: "nobody".into(),
        header: None,
        permissions: None,
        is_person: false,
    }];
    for role in Role::ALL {
        let browser: Browser = server.enter_and_sign_in(role.as_str(), *role).await;
        askers.push(Asker {
            name: role.to_string(),
            header: Some((header::COOKIE, browser.cookie)),
            permissions: Some(role.permissions().collect()),
            is_person: true,
        });
    }
    for scope in Permission::ALL {
        let token = server
            .token(scope.as_str(), None, Some(vec![*scope]), None)
            .await;
        askers.push(program(
            &format!("a token for {scope}"),
            &token,
            vec![*scope],
        ));
    }
    // A token has no more than its owner, whatever its scopes say.
    let agent = server.enter("lee", Role::Agent).await;
    let all = server
        .token("greedy", Some(agent), Some(Permission::ALL.to_vec()), None)
        .await;
    askers.push(program(
        "an agent's token for everything",
        &all,
        Role::Agent.permissions().collect(),
    ));
    let own = server.token("plain", Some(agent), None, None).await;
    askers.push(program(
        "an agent's token",
        &own,
        Role::Agent.permissions().collect(),
    ));
    askers
}

fn program(name: &str, token: &str, permissions: Vec<Permission>) -> Asker {
    Asker {
        name: name.to_owned(),
        header: Some((header::AUTHORIZATION, format!("Bearer {token}"))),
        permissions: Some(permissions),
        is_person: false,
    }
}

/// Asks without a body, so that what is allowed changes little.
async fn ask(server: &Server, asker: &Asker, route: &Listed) -> (Outcome, StatusCode) {
    let id = if route.path.contains("/calls/{id}") {
        "01980a5e-5d4f-7000-8000-000000000000"
    } else {
        "999999"
    };
    let path = route.path.replace("{id}", id);
    let path = path
        .replace("{number}", "+12025550123")
        .replace(['{', '}'], "");
    let mut request = Request::builder()
        .method(route.method.clone())
        .uri(path)
        .header("sec-fetch-site", "same-origin");
    if let Some((name, value)) = &asker.header {
        request = request.header(name, value);
    }
    let answer = server.head_of(request.body(Body::empty()).unwrap()).await;
    let (status, text) = answer;
    let outcome = match status.as_u16() {
        401 if !route.path.starts_with("/login") => Outcome::Unknown,
        303 if text.starts_with("/login") && route.path != "/logout" => Outcome::Unknown,
        403 if text.contains("for people who are signed in") => Outcome::ForPeople,
        403 => Outcome::NotAllowed,
        _ => Outcome::Passed,
    };
    (outcome, status)
}
