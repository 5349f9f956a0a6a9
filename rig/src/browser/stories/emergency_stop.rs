//! A user stops everything from an arbitrary page and sees that it holds; another user re-arms it.

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::browser::Browser;
use crate::browser::furnished::Furnished;

pub(super) fn tell(browser: &Browser) -> Result<()> {
    let house = Furnished::start(browser)?;
    let page = house.sign_in(browser, 1280, 900)?;
    let other = house.sign_in(browser, 1280, 900)?;
    other.open("/calls")?;
    page.open("/numbers")?;
    page.press("Stop all calls")?;
    page.sees("Reason")?;
    page.picture("emergency-stop-dialog")?;
    page.fill("Reason", "the greeting is wrong")?;
    page.press_at("#stop-dialog button[type=submit]")?;

    // Another user's page shows it without a reload.
    for (page, at) in [(&page, "/numbers"), (&other, "/calls")] {
        page.sees("the greeting is wrong")?;
        page.holds("the title to tell", "document.title.startsWith('STOPPED')")?;
        page.holds(
            "the icon to tell",
            "document.getElementById('favicon').href.includes('stopped')",
        )?;
        page.arrives_at(at)?;
    }
    let safety: Value = house.client.get("/api/v1/safety")?;
    ensure!(
        safety["stopped"] == true,
        "the server is not stopped: {safety}"
    );
    other.open("/")?;
    other.sees("the greeting is wrong")?;
    other.picture("emergency-stop")?;

    other.press("Re-arm")?;
    // A reason is required.
    other.press_at("#resume-dialog button[type=submit]")?;
    other.holds(
        "the dialog to stay",
        "document.querySelector('#resume-dialog').open",
    )?;
    other.fill("What was fixed", "the greeting")?;
    other.press_at("#resume-dialog button[type=submit]")?;
    for page in [&page, &other] {
        page.misses("the greeting is wrong")?;
        page.holds(
            "the title to be calm",
            "!document.title.startsWith('STOPPED')",
        )?;
    }
    let safety: Value = house.client.get("/api/v1/safety")?;
    ensure!(
        safety["stopped"] == false,
        "the server is still stopped: {safety}"
    );
    Ok(())
}
