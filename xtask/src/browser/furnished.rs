//! A server on which something has happened: campaigns in several states, calls, bad rows, a blocked
//! number. The judges of pages look at these, not at empty ones.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{Browser, Page, people};
use crate::callees::{at_any_hour, csv, fictitious_numbers};
use crate::http::Client;
use crate::served::Served;
use crate::stopwatch::{Stopwatch, pause};

/// Doors that are no pages, or that no link leads through.
const NO_PAGES: [&str; 6] = [
    "/api/",
    "/assets/",
    "/carriers/",
    "/healthz",
    "/readyz",
    "/logout",
];
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// The server and what its pages are about.
pub(crate) struct Furnished {
    pub(crate) server: Served,
    link: String,
    content: Content,
}

/// A page by its address.
pub(crate) struct Door {
    /// Path, with parameters filled in.
    pub(crate) path: String,
    /// For whoever is not signed in.
    pub(crate) open: bool,
}

impl Furnished {
    /// Starts a server, and lets campaigns run on it.
    pub(crate) fn start(browser: &Browser) -> Result<Self> {
        let server = browser.serve(&["--speed", "60", "--skip-idle"])?;
        let link = server.first_link()?;
        let client = server.client()?;
        let content = furnish(&client)?;
        Ok(Self {
            server,
            link,
            content,
        })
    }

    /// A window in which the first account is signed in.
    pub(crate) fn sign_in<'a>(
        &self,
        browser: &'a Browser,
        width: u32,
        height: u32,
    ) -> Result<Page<'a>> {
        let page = browser.page(&self.server, width, height)?;
        people::first(&page, &self.link)?;
        Ok(page)
    }

    /// Every page that the server has, by its own list.
    pub(crate) fn pages(&self) -> Result<Vec<Door>> {
        let mut pages = Vec::new();
        for door in ringonce_server::listed() {
            let path = &door.path;
            if door.method != "GET" || NO_PAGES.iter().any(|no| path.starts_with(no)) {
                continue;
            }
            pages.push(Door {
                path: self.filled(path)?,
                open: door.rule == ringonce_server::Rule::Open,
            });
        }
        Ok(pages)
    }

    /// A path without braces: its parameters name what is there.
    fn filled(&self, path: &str) -> Result<String> {
        let filled = path
            .replace("/calls/{id}", &format!("/calls/{}", self.content.call))
            .replace("/campaigns/{id}", "/campaigns/1")
            .replace("{number}", &self.content.number);
        if filled.contains('{') {
            bail!(
                "{path} is a page of something that xtask/src/browser/furnished.rs does not make"
            );
        }
        Ok(filled)
    }
}

/// What was made.
pub(crate) struct Content {
    /// The first call's id.
    pub(crate) call: String,
    /// The number of the first contact.
    pub(crate) number: String,
}

/// Makes campaigns, starts one, and waits for its first call.
pub(crate) fn furnish(client: &Client) -> Result<Content> {
    let numbers = fictitious_numbers();
    let list = csv(&numbers[..60]);
    campaign(client, "Renewals", &list, true)?;
    let longer = format!("{list}\nNobody,202-555\n");
    campaign(client, "Appointments", &longer, false)?;
    Ok(Content {
        call: a_call(client)?,
        number: numbers[0].to_string(),
    })
}

fn campaign(client: &Client, name: &str, list: &str, start: bool) -> Result<()> {
    let settings = at_any_hour().to_json();
    let mut fields = vec![("name", name), ("settings", &*settings)];
    if start {
        fields.push(("start", "true"));
    }
    client
        .post_file("/api/v1/campaigns", name, &fields, ("list.csv", list))?
        .read::<Value>()
        .map(drop)
}

/// The first call that there is.
fn a_call(client: &Client) -> Result<String> {
    let watch = Stopwatch::start();
    while watch.elapsed() < PATIENCE {
        let calls: Value = client.get("/api/v1/calls?limit=1")?;
        if let Some(id) = calls["items"][0]["id"].as_str() {
            return Ok(id.to_owned());
        }
        pause(std::time::Duration::from_millis(50));
    }
    None.context("nobody was called")
}
