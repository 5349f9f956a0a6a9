//! A page in a real browser, in the words of a user: press, fill in, see.
//!
//! Every step waits for its element, and fails with a picture when it does not appear. Nothing waits for time
//! to pass.

use std::cell::Cell;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde_json::{Value, json};
use thirtyfour::error::WebDriverResult;
use thirtyfour::{Key, WebDriver, WebElement};

use super::driver::{Browser, picture};
use crate::stopwatch::{Stopwatch, pause};

/// How long something may take to appear.
const PATIENCE: Duration = Duration::from_secs(20);
const BETWEEN_LOOKS: Duration = Duration::from_millis(25);
const FIND: &str = include_str!("find.js");

/// A window with a page, until it is dropped.
pub(crate) struct Page<'a> {
    browser: &'a Browser,
    driver: Option<WebDriver>,
    server: SocketAddr,
    size: Cell<(u32, u32)>,
}

impl<'a> Page<'a> {
    pub(super) fn new(
        browser: &'a Browser,
        driver: WebDriver,
        server: SocketAddr,
        size: (u32, u32),
    ) -> Result<Self> {
        let page = Self {
            browser,
            driver: Some(driver),
            server,
            size: Cell::new(size),
        };
        page.resize(size.0, size.1)?;
        Ok(page)
    }

    /// Opens a path of the server.
    pub(crate) fn open(&self, path: &str) -> Result<()> {
        let address = format!("http://{}{path}", self.server);
        self.wait(self.driver()?.goto(address))
            .with_context(|| format!("opening {path}"))
    }

    /// The path that it shows, with its query.
    pub(crate) fn path(&self) -> Result<String> {
        let found = self.script("return location.pathname + location.search", Vec::new())?;
        Ok(found.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the path begins with this.
    pub(crate) fn arrives_at(&self, path: &str) -> Result<()> {
        self.until(&format!("the page to be at {path}"), || {
            Ok(self.path()?.starts_with(path).then_some(()))
        })
    }

    /// Presses the button, link or tab with this name.
    pub(crate) fn press(&self, words: &str) -> Result<()> {
        self.click("control", words)
    }

    /// Clicks on the first visible element that a selector finds.
    pub(crate) fn press_at(&self, css: &str) -> Result<()> {
        self.click("css", css)
    }

    fn click(&self, kind: &str, words: &str) -> Result<()> {
        self.until(&format!("`{words}` to be pressed"), || {
            let Some(element) = self.find(kind, words)? else {
                return Ok(None);
            };
            self.wait(element.click())?;
            Ok(Some(()))
        })
    }

    /// Fills in the field with this label.
    pub(crate) fn fill(&self, label: &str, text: &str) -> Result<()> {
        self.until(&format!("`{label}` to be filled in"), || {
            let Some(field) = self.find("field", label)? else {
                return Ok(None);
            };
            self.wait(field.clear())?;
            self.wait(field.send_keys(text))?;
            Ok(Some(()))
        })
    }

    /// Chooses from the list with this label, by typing the beginning as a user does.
    pub(crate) fn choose(&self, label: &str, words: &str) -> Result<()> {
        self.until(&format!("`{label}` to be set to {words}"), || {
            let Some(list) = self.find("field", label)? else {
                return Ok(None);
            };
            self.wait(list.send_keys(words))?;
            Ok(Some(()))
        })
    }

    /// Chooses a file for the input that a selector finds.
    pub(crate) fn attach(&self, css: &str, file: &Path) -> Result<()> {
        let input = self.get("any", css)?;
        let path = file.to_str().context("a path in UTF-8")?;
        self.wait(input.send_keys(path))
            .with_context(|| format!("choosing {path}"))
    }

    /// Types keys at the focused element.
    pub(crate) fn keys(&self, text: &str) -> Result<()> {
        self.wait(self.driver()?.action_chain().send_keys(text).perform())?;
        Ok(())
    }

    /// Presses one key.
    pub(crate) fn key(&self, key: Key) -> Result<()> {
        self.keys(&char::from(key).to_string())
    }

    /// Waits until these words can be read somewhere.
    pub(crate) fn sees(&self, words: &str) -> Result<()> {
        self.until(&format!("“{words}” to be read"), || {
            Ok(self.text()?.contains(words).then_some(()))
        })
    }

    /// Waits as [`Self::sees`] does, for what takes longer.
    pub(crate) fn sees_within(&self, words: &str, patience: Duration) -> Result<()> {
        self.until_within(&format!("“{words}” to be read"), patience, || {
            Ok(self.text()?.contains(words).then_some(()))
        })
    }

    /// Waits until these words cannot be read any more.
    pub(crate) fn misses(&self, words: &str) -> Result<()> {
        self.until(&format!("“{words}” to be gone"), || {
            Ok((!self.text()?.contains(words)).then_some(()))
        })
    }

    /// Waits until a selector finds something visible.
    pub(crate) fn shows(&self, css: &str) -> Result<()> {
        self.get("css", css).map(drop)
    }

    /// Whether something that can be pressed has this name, at this moment.
    pub(crate) fn offers(&self, words: &str) -> Result<bool> {
        Ok(self.find("control", words)?.is_some())
    }

    /// The text of the element that a selector finds.
    pub(crate) fn text_of(&self, css: &str) -> Result<String> {
        let element = self.get("css", css)?;
        self.wait(element.text())
    }

    /// The visible text of the page.
    pub(crate) fn text(&self) -> Result<String> {
        let text = self.script("return document.body.innerText", Vec::new())?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// The title of the window.
    pub(crate) fn title(&self) -> Result<String> {
        self.wait(self.driver()?.title())
    }

    /// Waits until a condition, in the page's own language, holds.
    pub(crate) fn holds(&self, what: &str, condition: &str) -> Result<()> {
        self.until(what, || {
            let held = self.script(&format!("return Boolean({condition})"), Vec::new())?;
            Ok((held == json!(true)).then_some(()))
        })
    }

    /// Runs a script in the page, and returns what it returns.
    pub(crate) fn script(&self, script: &str, args: Vec<Value>) -> Result<Value> {
        let answer = self.wait(self.driver()?.execute(script, args))?;
        Ok(answer.json().clone())
    }

    /// Runs a script that hands its result to its last argument, a function.
    pub(crate) fn script_later(&self, script: &str, args: Vec<Value>) -> Result<Value> {
        let answer = self.wait(self.driver()?.execute_async(script, args))?;
        Ok(answer.json().clone())
    }

    /// Gives the page this size, also one that is smaller than a window may be.
    pub(crate) fn resize(&self, width: u32, height: u32) -> Result<()> {
        self.size.set((width, height));
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
        });
        self.tell("Emulation.setDeviceMetricsOverride", metrics)
    }

    /// Shows the page in dark, or in light.
    pub(crate) fn darken(&self, dark: bool) -> Result<()> {
        let scheme = if dark { "dark" } else { "light" };
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.tell(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        )
    }

    /// Prefers a language, as a browser does for its user.
    pub(crate) fn speak(&self, language: &str) -> Result<()> {
        self.tell("Network.enable", json!({}))?;
        let headers = json!({ "headers": { "Accept-Language": language } });
        self.tell("Network.setExtraHTTPHeaders", headers)
    }

    /// Makes the next visit a first one.
    pub(crate) fn forget_everything_cached(&self) -> Result<()> {
        self.tell("Network.clearBrowserCache", json!({}))
    }

    /// Nothing is wider than the window.
    pub(crate) fn fits(&self) -> Result<()> {
        const TOO_WIDE: &str = "const limit = document.documentElement.clientWidth;\
            if (document.documentElement.scrollWidth <= limit) return '';\
            const wide = [...document.body.querySelectorAll('*')].filter(\
              (e) => e.getBoundingClientRect().right > limit + 1);\
            return wide.slice(0, 5).map((e) => e.outerHTML.slice(0, 120)).join('\\n') || 'the page';";
        let found = self.script(TOO_WIDE, Vec::new())?;
        let found = found.as_str().unwrap_or_default();
        ensure!(
            found.is_empty(),
            "{} is wider than its window: {found}",
            self.path()?
        );
        Ok(())
    }

    /// Leaves a picture of the window at `target/screenshots/NAME.png`.
    pub(crate) fn picture(&self, name: &str) -> Result<()> {
        let taken = self.wait(self.driver()?.screenshot_as_png())?;
        std::fs::write(picture(name)?, taken)?;
        Ok(())
    }

    /// Leaves a picture of the whole page, however long.
    pub(crate) fn whole_picture(&self, name: &str) -> Result<()> {
        const LONGEST: u64 = 6_000;
        let height = self.script("return document.documentElement.scrollHeight", Vec::new())?;
        let height = height.as_u64().unwrap_or_default().min(LONGEST);
        let (width, usual) = self.size.get();
        self.resize(width, usual.max(u32::try_from(height)?))?;
        self.picture(name)?;
        self.resize(width, usual)
    }

    /// Leaves pictures of the whole page on a phone and on a desk, light and dark, and insists that it fits.
    pub(crate) fn looks(&self, name: &str) -> Result<()> {
        let usual = self.size.get();
        for (width, height) in [(390, 844), (1440, 900)] {
            self.resize(width, height)?;
            for dark in [false, true] {
                self.darken(dark)?;
                self.fits()?;
                let scheme = if dark { "dark" } else { "light" };
                self.whole_picture(&format!("{name}-{width}-{scheme}"))?;
            }
        }
        self.darken(false)?;
        self.resize(usual.0, usual.1)
    }

    /// The cookies that the page's server has set, as a request would send them.
    pub(crate) fn cookies(&self) -> Result<String> {
        let cookies = self.wait(self.driver()?.get_all_cookies())?;
        let pairs: Vec<String> = cookies
            .iter()
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect();
        Ok(pairs.join("; "))
    }

    /// Problems that belong to the story: those with this text are forgiven, and there has to be one.
    pub(crate) fn forgive(&self, words: &str) -> Result<()> {
        let found = self.wait(self.driver()?.browser_log())?;
        let told: Vec<_> = serious(found);
        ensure!(
            told.iter().any(|problem| problem.contains(words)),
            "the browser was to complain of `{words}`, and did not: {told:?}"
        );
        let others = told.into_iter().filter(|problem| !problem.contains(words));
        self.browser.problems.borrow_mut().extend(others);
        Ok(())
    }

    fn get(&self, kind: &str, words: &str) -> Result<WebElement> {
        self.until(&format!("`{words}` to be there"), || self.find(kind, words))
    }

    fn find(&self, kind: &str, words: &str) -> Result<Option<WebElement>> {
        let driver = self.driver()?;
        let found = self.wait(driver.execute(FIND, vec![json!(kind), json!(words)]))?;
        if found.json().is_null() {
            return Ok(None);
        }
        Ok(Some(found.element()?))
    }

    /// Looks until there is something to return. A failure meanwhile may come from the page being replaced at
    /// that moment; it counts only at the end.
    fn until<T>(&self, what: &str, look: impl Fn() -> Result<Option<T>>) -> Result<T> {
        self.until_within(what, PATIENCE, look)
    }

    fn until_within<T>(
        &self,
        what: &str,
        patience: Duration,
        look: impl Fn() -> Result<Option<T>>,
    ) -> Result<T> {
        let watch = Stopwatch::start();
        loop {
            let found = look();
            if let Ok(Some(found)) = found {
                return Ok(found);
            }
            if watch.elapsed() > patience {
                let last = found.err().unwrap_or_else(|| anyhow!("it did not come"));
                let at = self.path().unwrap_or_default();
                let text = self.text().unwrap_or_default();
                let evidence = self.browser.evidence();
                if let Ok(taken) = self.wait(self.driver()?.screenshot_as_png()) {
                    std::fs::write(&evidence, taken)?;
                }
                bail!(
                    "waited for {what} at {at}: {last:#}\npicture: {}\nthe page says:\n{text}",
                    evidence.display()
                );
            }
            pause(BETWEEN_LOOKS);
        }
    }

    fn tell(&self, method: &str, params: Value) -> Result<()> {
        self.wait(self.driver()?.cdp().send_raw(method, params))?;
        Ok(())
    }

    fn wait<T>(&self, answer: impl Future<Output = WebDriverResult<T>>) -> Result<T> {
        Ok(self.browser.runtime.block_on(answer)?)
    }

    fn driver(&self) -> Result<&WebDriver> {
        self.driver.as_ref().context("the window is closed")
    }
}

impl Drop for Page<'_> {
    fn drop(&mut self) {
        if let Some(driver) = self.driver.take() {
            let found = self.wait(driver.browser_log()).unwrap_or_default();
            self.browser.problems.borrow_mut().extend(serious(found));
            // A browser that is gone has nothing to be closed.
            let _ = self.wait(driver.quit());
        }
    }
}

/// Errors that the browser reports: scripts that fail, resources that the content-security policy blocked or
/// that could not be fetched.
fn serious(log: Vec<thirtyfour::BrowserLogEntry>) -> Vec<String> {
    log.into_iter()
        .filter(|entry| entry.level == "SEVERE")
        .map(|entry| entry.message)
        .collect()
}
