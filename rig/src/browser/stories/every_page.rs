//! Every page that the server has, on a phone and on a large screen, light and dark: nothing is
//! wider than its window, nothing breaks, and a picture of each is left.

use anyhow::Result;

use crate::browser::Browser;
use crate::browser::furnished::Furnished;

/// Narrow, usual, wide.
const SIZES: [(u32, u32); 3] = [(390, 844), (1280, 900), (1920, 1080)];

pub(super) fn tell(browser: &Browser) -> Result<()> {
    let house = Furnished::start(browser)?;
    house.until_it_is_quiet()?;
    let page = house.sign_in(browser, 1280, 900)?;
    let stranger = browser.page(&house.server, 1280, 900)?;
    for route in house.pages()? {
        let page = if route.open { &stranger } else { &page };
        for (width, height) in SIZES {
            page.resize(width, height)?;
            for dark in [false, true] {
                page.darken(dark)?;
                page.open(&route.path)?;
                page.fits()?;
                let scheme = if dark { "dark" } else { "light" };
                page.whole_picture(&format!("page{}-{width}-{scheme}", route.name))?;
            }
        }
    }
    Ok(())
}
