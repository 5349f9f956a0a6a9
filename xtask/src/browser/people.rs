//! Who uses the pages: how the first account is made, and how others get in.

use anyhow::Result;

use super::Page;

/// Goes in by the link that the first start printed.
pub(crate) fn first(page: &Page<'_>, link: &str) -> Result<()> {
    page.open(link)?;
    page.sees("Campaigns")
}

/// Signs in by a token, in another browser.
pub(crate) fn again(page: &Page<'_>, token: &str) -> Result<()> {
    page.open("/login")?;
    page.fill("API token", token)?;
    page.press("Sign in")?;
    page.sees("Campaigns")
}
