//! From the link that the first start prints to a campaign that calls, is paused and goes on.

use anyhow::Result;

use crate::browser::{Browser, people};

pub(super) fn tell(browser: &Browser) -> Result<()> {
    let server = browser.serve(&["--speed", "60", "--skip-idle"])?;
    let page = browser.page(&server, 1280, 900)?;
    people::first(&page, &server.first_link()?)?;
    page.sees("Call a list, once")?;
    page.picture("dashboard-empty")
}
