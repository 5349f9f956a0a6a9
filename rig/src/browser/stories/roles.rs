//! Users with fewer permissions: forbidden actions are not offered, and the server refuses them also when
//! their browser sends them.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::browser::furnished::Furnished;
use crate::browser::people::{Person, accept, invite};
use crate::browser::{Browser, Page};

/// Sends a request from within the page, with the page's own session.
const ASK: &str = "const [method, path, body, done] = arguments;\
    fetch(path, { method, headers: { 'Content-Type': 'application/json' }, body })\
      .then(async (answer) => done({ status: answer.status, text: await answer.text() }),\
            (error) => done(String(error)));";

/// An action with a button: its name, and the button's request.
struct ButtonAction {
    button: &'static str,
    at: &'static str,
    path: &'static str,
    permission: &'static str,
}

const START: ButtonAction = ButtonAction {
    button: "Start Appointments",
    at: "/",
    path: "/api/v1/campaigns/2/start",
    permission: "campaigns:run",
};
const STOP: ButtonAction = ButtonAction {
    button: "Stop all calls",
    at: "/",
    path: "/api/v1/safety/stop",
    permission: "safety:stop",
};
const REARM: ButtonAction = ButtonAction {
    button: "Re-arm",
    at: "/",
    path: "/api/v1/safety/resume",
    permission: "safety:resume",
};

/// Each role and its forbidden actions.
const PEOPLE: [(Person, &str, &[ButtonAction]); 3] = [
    (
        Person {
            name: "Vera Viewer",
            email: "vera@example.com",
        },
        "Viewer",
        &[START, STOP, REARM],
    ),
    (
        Person {
            name: "Abel Agent",
            email: "abel@example.com",
        },
        "Agent",
        &[START, REARM],
    ),
    (
        Person {
            name: "Olga Operator",
            email: "olga@example.com",
        },
        "Operator",
        &[REARM],
    ),
];

pub(super) fn tell(browser: &Browser) -> Result<()> {
    let house = Furnished::start(browser)?;
    let admin = house.sign_in(browser, 1280, 900)?;
    for (person, role, forbidden) in PEOPLE {
        let link = invite(&admin, person, role)?;
        let page = browser.page(&house.server, 1280, 900)?;
        accept(&page, &link)?;
        may_not(&page, forbidden).with_context(|| role.to_owned())?;
        page.open("/users")?;
        page.sees("You may not do this")?;
        page.forgive("403")?;
        page.picture("refused")?;
    }
    admin.open("/users")?;
    admin.sees("Olga Operator")?;
    admin.picture("users")
}

fn may_not(page: &Page<'_>, forbidden: &[ButtonAction]) -> Result<()> {
    for deed in forbidden {
        page.open(deed.at)?;
        page.sees("Campaigns")?;
        ensure!(!page.offers(deed.button)?, "`{}` is offered", deed.button);
        let body = json!({ "reason": "because" }).to_string();
        let answer = page.script_later(ASK, vec![json!("POST"), json!(deed.path), json!(body)])?;
        ensure!(answer["status"] == 403, "{} answered {answer}", deed.path);
        let text = answer["text"].as_str().unwrap_or_default();
        let problem: Value = serde_json::from_str(text)?;
        let detail = problem["detail"].as_str().unwrap_or_default();
        ensure!(
            detail.contains(deed.permission),
            "the refusal does not name `{}`: {detail}",
            deed.permission
        );
        page.forgive("403")?;
    }
    Ok(())
}
