//! A user without a mouse: every control is reached with Tab and shows its focus, and everything that matters
//! is done with keys alone.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use thirtyfour::Key;

use crate::browser::furnished::Furnished;
use crate::browser::{Browser, Page};

/// More stops than a page has.
const MOST_STOPS: usize = 200;
/// The focused element: its text, and whether its focus is visible.
const FOCUS: &str = "const at = document.activeElement;\
    if (!at || at === document.body) return null;\
    const style = getComputedStyle(at), box = at.getBoundingClientRect();\
    const shown = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0)\
      || style.boxShadow !== 'none' || at.tagName === 'MAIN';\
    return { words: (at.getAttribute('aria-label') ?? at.innerText ?? '').trim().slice(0, 60)\
      || at.id || at.name || at.tagName, shown: shown && box.width > 0 && box.height > 0,\
      style: style.outline, html: at.outerHTML.slice(0, 200) };";

pub(super) fn tell(browser: &Browser) -> Result<()> {
    let house = Furnished::start(browser)?;
    let page = house.sign_in(browser, 1280, 900)?;
    for route in house.pages()?.iter().filter(|route| !route.open) {
        page.open(&route.path)?;
        walk(&page).with_context(|| route.path.clone())?;
    }

    page.open("/")?;
    page.keys("?")?;
    page.shows("#keys-dialog")?;
    page.picture("keyboard-shortcuts")?;
    page.key(Key::Escape)?;
    page.holds(
        "the dialog to close",
        "!document.querySelector('#keys-dialog').open",
    )?;
    page.keys("gr")?;
    page.arrives_at("/calls")?;

    // The emergency stop: a key, a reason, Enter.
    page.keys("!")?;
    page.shows("#stop-dialog")?;
    page.holds(
        "the focus to be in the dialog",
        "document.querySelector('#stop-dialog').contains(document.activeElement)",
    )?;
    page.key(Key::Enter)?;
    page.holds("the title to tell", "document.title.startsWith('STOPPED')")?;
    Ok(())
}

/// Presses Tab until the page has been walked through, and records the focus.
fn walk(page: &Page<'_>) -> Result<()> {
    let mut stops = stops_of(page)?;
    if !begins_with_skip(&stops) {
        // A late script may move the focus during one walk, but not during the next.
        stops = stops_of(page)?;
    }
    ensure!(
        stops.len() < MOST_STOPS,
        "Tab does not leave the page: {stops:?}"
    );
    ensure!(
        begins_with_skip(&stops),
        "the first stop does not skip the navigation: {stops:?}"
    );
    for wanted in ["Campaigns", "Stop all calls", "Sign out"] {
        ensure!(
            stops.iter().any(|stop| stop == wanted),
            "Tab does not reach `{wanted}`: {stops:?}"
        );
    }
    Ok(())
}

fn begins_with_skip(stops: &[String]) -> bool {
    stops.first().is_some_and(|first| first.starts_with("Skip"))
}

/// The focus after each Tab.
fn stops_of(page: &Page<'_>) -> Result<Vec<String>> {
    // A page may begin in its one field; the walk begins after its end, where its start is next.
    while !page.script(FOCUS, Vec::new())?.is_null() {
        page.key(Key::Tab)?;
    }
    let mut stops = Vec::new();
    for _ in 0..MOST_STOPS {
        page.key(Key::Tab)?;
        let at = page.script(FOCUS, Vec::new())?;
        if at.is_null() {
            break;
        }
        let words = at["words"].as_str().unwrap_or_default().to_owned();
        ensure!(
            at["shown"] == Value::Bool(true),
            "the focus on `{words}` cannot be seen: {at}"
        );
        stops.push(words);
    }
    Ok(stops)
}
