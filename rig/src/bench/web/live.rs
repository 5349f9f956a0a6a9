//! How soon a page shows a change, while two hundred people view the same page and fifty calls a second
//! settle. One of the viewers is a real browser; the others do over the network what it does: receive the
//! event and fetch the page again.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use ringonce_domain::{Pacing, Settings};
use serde_json::Value;

use super::super::Measure;
use super::super::serve::everybody_talks;
use super::viewer::Viewer;
use super::{granted, serve};
use crate::browser::{Browser, Page, first};
use crate::callees::{csv, fictitious_numbers};
use crate::http::Client;
use crate::site::token_in;
use crate::stopwatch::pause;
use crate::time_of_day::now;

const VIEWERS: usize = 200;
const RATE: f64 = 50.0;
const TALK_SECONDS: u32 = 5;
/// The time until as many calls end as begin.
const UNTIL_STEADY: Duration = Duration::from_secs(45);
/// Changes that are measured.
const CHANGES: usize = 20;
/// The target, in milliseconds.
const VISIBLE: f64 = 1_000.0;
/// Pages fetch themselves again no sooner than this.
const LEAST_GAP: Duration = Duration::from_millis(400);

/// Starts everything, and changes a campaign's state again and again.
pub(super) fn measure(browser: &Browser) -> Result<Vec<Measure>> {
    let talk = everybody_talks(TALK_SECONDS);
    let server = serve("live", &[&talk[0], &talk[1]])?;
    let link = server.first_link()?;
    let page = browser.page(&server, 1280, 900)?;
    first(&page, &link)?;
    let client = server.client()?;
    campaign(&client, "under way", RATE)?;
    campaign(&client, "watched", 0.001)?;
    let crowd = Viewers::gather(&server)?;
    page.open("/")?;
    pause(UNTIL_STEADY);
    let settled = settled(&client)?;
    let from = now();
    let mut delays = Vec::new();
    for nth in 0..CHANGES {
        let (order, state) = [("pause", "paused"), ("resume", "running")][nth % 2];
        delays.push(until_it_is_seen(&page, &client, order, state)?);
        pause(Duration::from_millis(700));
    }
    #[expect(clippy::cast_precision_loss, reason = "some thousands of calls")]
    let rate = (self::settled(&client)? - settled) as f64 * 1_000.0
        / (now().as_millis() - from.as_millis()) as f64;
    let looks = crowd.disperse()?;
    println!("{rate:.1} calls a second settled; {VIEWERS} viewers looked {looks} times");
    delays.sort_by(f64::total_cmp);
    Ok(vec![
        Measure::at_least(
            "calls that settle while 200 look",
            "calls/s",
            rate,
            RATE,
            0.95,
        ),
        Measure::below(
            "live update with 200 viewers, median",
            "ms",
            delays[delays.len() / 2],
            VISIBLE,
        ),
        Measure::below(
            "live update with 200 viewers, slowest",
            "ms",
            delays[delays.len() - 1],
            VISIBLE,
        ),
    ])
}

fn campaign(client: &Client, name: &str, rate: f64) -> Result<()> {
    let settings = Settings {
        pacing: Pacing {
            delay_seconds: 0.0,
            calls_per_second: Some(rate),
            calls_at_once: 4_000,
        },
        ..Settings::at_any_hour()
    };
    let settings = settings.to_json();
    let fields = [("name", name), ("settings", &*settings), ("start", "true")];
    let list = csv(&fictitious_numbers()[..12_000]);
    client
        .post_file("/api/v1/campaigns", name, &fields, ("list.csv", &list))?
        .read::<Value>()
        .map(drop)
}

/// Calls of the first campaign that have ended.
fn settled(client: &Client) -> Result<i64> {
    let campaign: Value = client.get("/api/v1/campaigns/1")?;
    let ended = &campaign["contacts"]["completed"];
    ended
        .as_i64()
        .with_context(|| format!("no count of the completed in {campaign}"))
}

/// Changes the watched campaign, and returns how many milliseconds later its card shows it.
fn until_it_is_seen(page: &Page<'_>, client: &Client, order: &str, state: &str) -> Result<f64> {
    let watch = format!(
        "window.seenAt = 0;\
         const look = () => {{ if (!window.seenAt && document.querySelector('#campaign-2 .state.{state}'))\
           window.seenAt = Date.now(); }};\
         window.watch?.disconnect(); window.watch = new MutationObserver(look);\
         window.watch.observe(document.getElementById('campaigns'),\
           {{ subtree: true, childList: true, attributes: true, characterData: true }});"
    );
    page.script(&watch, Vec::new())?;
    let asked = now();
    granted(client, &format!("/api/v1/campaigns/2/{order}"))?;
    page.holds("the change to be seen", "window.seenAt")?;
    let seen = page.script("return window.seenAt", Vec::new())?;
    #[expect(clippy::cast_precision_loss, reason = "some milliseconds")]
    let asked = asked.as_millis() as f64;
    Ok(seen.as_f64().context("a time")? - asked)
}

/// The other viewers.
struct Viewers {
    going: Arc<AtomicBool>,
    looks: Arc<AtomicU64>,
    threads: Vec<thread::JoinHandle<Result<()>>>,
}

impl Viewers {
    fn gather(server: &crate::served::Served) -> Result<Self> {
        let (going, looks) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicU64::new(0)));
        let mut threads = Vec::new();
        for nth in 1..VIEWERS {
            let printed = server.command(&["token", "create", &format!("viewer {nth}")])?;
            let token = token_in(&printed).context("no token was printed")?;
            let (going, looks, host) = (going.clone(), looks.clone(), server.address);
            threads.push(thread::spawn(move || view(host, &token, &going, &looks)));
        }
        Ok(Self {
            going,
            looks,
            threads,
        })
    }

    /// Ends them all; fails when one of them had to give up.
    fn disperse(self) -> Result<u64> {
        self.going.store(false, Ordering::Relaxed);
        for viewer in self.threads {
            viewer
                .join()
                .map_err(|_| anyhow::anyhow!("a viewer broke"))??;
        }
        let looks = self.looks.load(Ordering::Relaxed);
        ensure!(looks > 0, "nobody looked");
        Ok(looks)
    }
}

/// Receives events, and fetches the page after each, no faster than a browser does.
fn view(host: SocketAddr, token: &str, going: &AtomicBool, looks: &AtomicU64) -> Result<()> {
    let identity = format!("Authorization: Bearer {token}");
    let mut page = Viewer::connect(host, &identity)?;
    for line in Viewer::connect(host, &identity)?.listen()? {
        if !going.load(Ordering::Relaxed) {
            break;
        }
        if line?.starts_with("event:") {
            page.look("/")?;
            looks.fetch_add(1, Ordering::Relaxed);
            pause(LEAST_GAP);
        }
    }
    Ok(())
}
