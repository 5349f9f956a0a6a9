//! Who uses the pages: how the first account is made, and how others get in.

use anyhow::Result;

use super::Page;

/// Goes in by the link that the first start printed.
pub(crate) fn first(page: &Page<'_>, link: &str) -> Result<()> {
    page.open(link)?;
    page.sees("Campaigns")
}
