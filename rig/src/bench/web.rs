//! The pages: their time to the first byte, their weight, their delay in showing a change, and Lighthouse's
//! scores. Every page that the server's list of routes names is measured.

mod first_byte;
mod lighthouse;
mod live;
mod viewer;
mod weight;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use ringonce_domain::{Pacing, Settings};
use serde_json::Value;

use super::import::csv_file;
use super::{Measure, Size};
use crate::browser::{Browser, Content, Page, Route, a_call, agent, first, invitation, pages};
use crate::http::Client;
use crate::served::Served;
use crate::stopwatch::{Stopwatch, pause};
use crate::workspace::{build_release, release_binary, target};

/// Contacts of a small campaign.
const SMALL: u32 = 10_000;
/// Calls that a campaign makes before its pages are measured.
const CALLS: u64 = 2_000;
const PATIENCE: Duration = Duration::from_mins(5);

/// The time to the first byte of pages, and their weight.
pub(super) fn pages_at_size(size: Size) -> Result<Vec<Measure>> {
    build_release()?;
    let browser = Browser::start()?;
    let large = if size.quick { 100_000 } else { 1_000_000 };
    let small = House::with(&browser, SMALL)?;
    let mut measures = told(weight::measure(&small)?);
    let base = first_byte::measure(&small)?;
    let house = House::with(&browser, large)?;
    let found = first_byte::measure(&house)?;
    measures.extend(told(first_byte::compare(&found, &base, large)));
    Ok(measures)
}

/// How soon a page with many viewers shows a change.
pub(super) fn live_updates(_: Size) -> Result<Vec<Measure>> {
    build_release()?;
    Ok(told(live::measure(&Browser::start()?)?))
}

/// Lighthouse's scores of every page.
pub(super) fn lighthouse(_: Size) -> Result<Vec<Measure>> {
    build_release()?;
    let browser = Browser::start()?;
    let small = House::with(&browser, SMALL)?;
    Ok(told(lighthouse::measure(&browser, &small)?))
}

/// Prints measures as they come: all of them take a quarter of an hour.
fn told(measures: Vec<Measure>) -> Vec<Measure> {
    for measure in &measures {
        println!("{measure}");
    }
    measures
}

/// A server with one large campaign, and a person who is signed in.
struct House<'a> {
    page: Page<'a>,
    cookie: String,
    routes: Vec<Route>,
    server: Served,
}

impl<'a> House<'a> {
    /// Imports a list of so many rows, and calls some of them.
    fn with(browser: &'a Browser, rows: u32) -> Result<Self> {
        let server = serve(&format!("pages-{rows}"), &["--speed", "600", "--skip-idle"])?;
        let link = server.first_link()?;
        let page = browser.page(&server, 1280, 900)?;
        first(&page, &link)?;
        let client = server.client()?;
        let content = called(&server, &client, rows)?;
        Ok(Self {
            cookie: page.cookies()?,
            routes: pages(&content)?,
            page,
            server,
        })
    }

    /// The address of a page.
    fn address(&self, route: &Route) -> String {
        format!("http://{}{}", self.server.address, route.path)
    }
}

/// A server of the release build with an empty ledger.
fn serve(name: &str, options: &[&str]) -> Result<Served> {
    let folder = target().join("bench-web").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    Served::start(&release_binary("ringonce"), &folder, options)
}

/// A campaign of so many contacts that has called some of them, and is paused.
fn called(server: &Served, client: &Client, rows: u32) -> Result<Content> {
    let settings = Settings {
        pacing: Pacing {
            delay_seconds: 0.0,
            calls_per_second: None,
            calls_at_once: 100,
        },
        ..Settings::at_any_hour()
    };
    create(server, &csv_file(rows)?, &settings)?;
    granted(client, "/api/v1/campaigns/1/start")?;
    let watch = Stopwatch::start();
    while calls_made(client)? < CALLS {
        if watch.elapsed() > PATIENCE {
            bail!("{CALLS} calls are not made in {PATIENCE:?}");
        }
        pause(Duration::from_millis(100));
    }
    granted(client, "/api/v1/campaigns/1/pause")?;
    let calls: Value = client.get("/api/v1/calls?limit=1")?;
    let number = calls["items"][0]["number"].as_str().context("a number")?;
    Ok(Content {
        campaign: 1,
        draft: None,
        agent: agent(client)?,
        call: a_call(client)?,
        invitation: invitation(client)?,
        number: number.to_owned(),
    })
}

fn create(server: &Served, list: &Path, settings: &Settings) -> Result<()> {
    let file = server.folder().join("settings.json");
    std::fs::write(&file, settings.to_json())?;
    let (list, file) = (list.to_string_lossy(), file.to_string_lossy());
    server
        .command(&[
            "campaign",
            "create",
            &list,
            "--settings",
            &file,
            "--region",
            "US",
        ])
        .map(drop)
}

fn granted(client: &Client, path: &str) -> Result<()> {
    client.post(path, "")?.read::<Value>().map(drop)
}

fn calls_made(client: &Client) -> Result<u64> {
    let campaign: Value = client.get("/api/v1/campaigns/1")?;
    let made = &campaign["calls"];
    made.as_u64()
        .with_context(|| format!("no count of calls in {campaign}"))
}
