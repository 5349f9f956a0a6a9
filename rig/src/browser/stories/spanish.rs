//! A user who reads Spanish: every page is in the language of their browser until they choose one, and then
//! in that.

use anyhow::{Context, Result, ensure};

use crate::browser::Browser;
use crate::browser::furnished::Furnished;

/// Words that a page in Spanish must not show.
const ENGLISH: [&str; 7] = [
    "Campaigns",
    "Recent calls",
    "Settings",
    "Sign out",
    "Stop all calls",
    "New campaign",
    "Running",
];

pub(super) fn tell(browser: &Browser) -> Result<()> {
    let house = Furnished::start(browser)?;
    let page = house.sign_in(browser, 1280, 900)?;
    let stranger = browser.page(&house.server, 1280, 900)?;
    stranger.speak("es-ES,es;q=0.9")?;
    stranger.open("/login")?;
    stranger.sees("Contraseña")?;
    page.open("/account")?;
    page.choose("Language", "Español")?;
    page.press("Save")?;
    page.sees("Campañas")?;
    for route in house.pages()?.iter().filter(|route| !route.open) {
        page.open(&route.path)?;
        let text = page.text()?;
        for word in ENGLISH {
            ensure!(
                !text.contains(word),
                "{} says `{word}` in Spanish:\n{text}",
                route.path
            );
        }
        page.holds(
            "the page to say its language",
            "document.documentElement.lang === 'es'",
        )
        .with_context(|| route.path.clone())?;
        page.fits()?;
    }
    page.open("/")?;
    page.sees("Campañas")?;
    page.picture("dashboard-spanish")
}
