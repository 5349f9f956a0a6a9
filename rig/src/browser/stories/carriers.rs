//! Whether calls can be made: the page asks a carrier and explains each answer, also when the carrier refuses
//! the account.

use anyhow::Result;

use crate::browser::people::first;
use crate::browser::{Browser, Exchange};

pub(super) fn tell(browser: &Browser) -> Result<()> {
    let exchange = Exchange::open(browser, None)?;
    let page = browser.page(&exchange.server, 1440, 900)?;
    first(&page, &exchange.server.first_link()?)?;
    page.press("Carriers")?;
    page.arrives_at("/carriers")?;
    page.sees("Webhooks refused")?;
    page.press("Test")?;
    for words in [
        "Credentials",
        "Twilio lets us in",
        "Caller id +12025550100",
        "a number of the account",
        "Public address",
        "an hour at most",
    ] {
        page.sees(words)?;
    }
    // No day before the first call with this carrier is compared.
    page.sees("No day was compared yet")?;
    page.looks("carriers")?;
    drop(page);
    drop(exchange);

    let exchange = Exchange::open(browser, Some("this is not the token"))?;
    let page = browser.page(&exchange.server, 1440, 900)?;
    first(&page, &exchange.server.first_link()?)?;
    page.open("/carriers")?;
    page.press("Test")?;
    page.sees("Failed")?;
    page.sees("with the console")?;
    page.looks("carriers-wrong")
}
