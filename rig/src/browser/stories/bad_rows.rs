//! A file as people have them: duplicates, invalid numbers, names that look like formulas and scripts. Good
//! rows are called, bad ones are shown with their reason.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::browser::Browser;
use crate::browser::people::first;

const LIST: &str = "Name,Phone,Note\n\
    Amber Sample,+1 202 555 0101,\n\
    Basil Example,(202) 555-0102,\n\
    Amber again,202.555.0101,\n\
    Nobody,202-555,\n\
    Damaged,2.02556E+09,\n\
    <b id=injected>Bold</b>,+1 202 555 0103,<script>document.title='injected'</script>\n\
    =HYPERLINK(\"x\"),+1 202 555 0104,+1+1\n";
const FETCH: &str = "const [css, done] = arguments;\
    fetch(document.querySelector(css).href).then(async (answer) => done(await answer.text()));";

pub(super) fn tell(browser: &Browser) -> Result<()> {
    let server = browser.serve(&[])?;
    let page = browser.page(&server, 1280, 900)?;
    first(&page, &server.first_link()?)?;
    let list = server.folder().join("people.csv");
    std::fs::write(&list, LIST)?;
    page.open("/campaigns/new")?;
    page.fill("Country of local numbers", "US")?;
    page.attach("#file", &list)?;
    page.sees("people.csv")?;
    page.sees("2 bad rows")?;
    // A list's values are shown as text everywhere.
    page.sees("<b id=injected>Bold</b>")?;
    ensure!(
        page.script("return document.getElementById('injected')", Vec::new())?
            .is_null(),
        "a name has become part of the page"
    );
    page.press("2 bad rows")?;
    page.sees("Excel has shortened this number")?;
    page.whole_picture("bad-rows")?;
    let problems = page.script_later(FETCH, vec![json!("a[href$='problems.csv']")])?;
    let problems = problems.as_str().unwrap_or_default();
    ensure!(
        problems.contains("202-555") && problems.contains("2.02556E+09"),
        "the download lacks the bad rows: {problems}"
    );
    page.press("Continue with a draft")?;
    page.arrives_at("/campaigns/1")?;
    page.sees("2 bad rows")?;
    ensure!(
        page.title()?.contains("Ringonce"),
        "the title is {}",
        page.title()?
    );
    Ok(())
}
