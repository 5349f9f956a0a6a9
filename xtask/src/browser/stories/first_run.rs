//! From the link that the first start prints to a campaign that has called everybody.

use anyhow::Result;

use crate::browser::Browser;

pub(super) fn tell(browser: &Browser) -> Result<()> {
    let server = browser.serve(&["--speed", "60", "--skip-idle"])?;
    let page = browser.page(&server, 1280, 900)?;
    page.open(&server.first_link()?)?;
    page.sees("Campaigns")?;
    page.picture("dashboard-empty")?;
    page.darken(true)?;
    page.picture("dashboard-empty-dark")?;
    page.resize(390, 844)?;
    page.fits()?;
    page.picture("dashboard-empty-390")
}
