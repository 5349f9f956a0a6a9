//! The whole way: from the link that the first start prints to a list that was called, inspected and
//! exported.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::browser::furnished::guests;
use crate::browser::people::first;
use crate::browser::{Browser, Page};
use crate::callees::fictitious_numbers;

/// Fetches the target of a link, as a click does.
const FETCH: &str = "const [css, done] = arguments;\
    fetch(document.querySelector(css).href).then(async (answer) =>\
      done({ status: answer.status, type: answer.headers.get('Content-Type'), text: await answer.text() }));";

/// A call that was answered, among those on the page.
const ANSWERED: &str = "const [done] = arguments;\
    fetch('/api/v1/calls?limit=50').then(async (answer) =>\
      done((await answer.json()).items.find((call) => call.outcome === 'answered')?.id));";

pub(super) fn tell(browser: &Browser) -> Result<()> {
    let server = browser.serve(&["--speed", "30", "--skip-idle"])?;
    let page = browser.page(&server, 1280, 1100)?;
    let link = server.first_link()?;
    page.open(&link)?;
    page.sees("Welcome")?;
    page.picture("first-run")?;
    first(&page, &link)?;
    page.sees("Call a list, once")?;
    page.picture("dashboard-empty")?;

    // A list, and how it was understood.
    let list = server.folder().join("appointments.csv");
    std::fs::write(&list, guests(&fictitious_numbers()))?;
    page.press("Make the first campaign")?;
    page.arrives_at("/campaigns/new")?;
    page.shows("#drop")?;
    page.picture("new-campaign")?;
    page.attach("#file", &list)?;
    page.sees("appointments.csv")?;
    page.sees("What each column is")?;
    page.sees("Amber Sample")?;
    page.picture("new-campaign-preview")?;
    page.fill("Name of the campaign", "Appointments")?;
    page.press("Continue with a draft")?;

    // When and how fast; it calls at any hour, so that the story does not depend on the clock.
    page.arrives_at("/campaigns/1")?;
    page.sees("Ready to start")?;
    page.press("Around the clock")?;
    page.press("Respect the callee")?;
    page.press("Several calls at once")?;
    page.fill("Calls at once", "3")?;
    page.sees("Saved")?;
    page.picture("draft")?;
    page.press("Start calling")?;

    watches(&page)?;
    looks_into_a_call(&page)?;
    takes_it_away(&page)
}

/// Watches calls, pauses them, and resumes them.
fn watches(page: &Page<'_>) -> Result<()> {
    page.sees("Running")?;
    page.sees("Answered")?;
    page.press("Pause")?;
    page.sees("Paused")?;
    page.whole_picture("campaign-paused")?;
    page.press("Resume")?;
    page.sees("Running")?;
    page.sees_within("Every contact was called", Duration::from_mins(3))?;
    page.picture("campaign")?;
    page.darken(true)?;
    page.whole_picture("campaign-dark")?;
    page.darken(false)
}

/// Opens a call that was answered from the list of calls.
fn looks_into_a_call(page: &Page<'_>) -> Result<()> {
    page.open("/calls")?;
    let call = page.script_later(ANSWERED, Vec::new())?;
    let call = call.as_str().context("no call was answered")?;
    page.press_at(&format!("table.rows a[href$='{call}']"))?;
    page.arrives_at("/calls/")?;
    page.sees("Answered")?;
    page.picture("call")
}

/// Exports what is shown.
fn takes_it_away(page: &Page<'_>) -> Result<()> {
    page.open("/campaigns/1")?;
    page.shows("a[href*='export']")?;
    let export = page.script_later(FETCH, vec![json!("a[href*='export']")])?;
    let text = export["text"].as_str().unwrap_or_default();
    ensure!(
        export["status"] == 200 && text.contains("Amber Sample") && text.contains("+1"),
        "the export is not what was called: {export}"
    );
    Ok(())
}
