//! Answers that callees give with the keys of their phones, and recordings of calls: shown and played on the
//! call's page.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::browser::people::first;
use crate::browser::{Browser, Exchange, Page};
use crate::http::Client;

/// By the look-alike's table: a callee who presses 9, one who presses 1, a voicemail.
const LIST: &str =
    "name,phone\nNora Sample,+12025550149\nAda Example,+12025550141\nVic Specimen,+12025550170\n";

/// Loads the recording, as far as its length.
const LENGTH: &str = "const [done] = arguments, audio = document.querySelector('#call audio');\
    audio.addEventListener('error', () => done('it cannot be played'), { once: true });\
    audio.addEventListener('loadedmetadata', () => done(audio.duration), { once: true });\
    audio.load(); audio.preload = 'metadata';";

pub(super) fn tell(browser: &Browser) -> Result<()> {
    let exchange = Exchange::open(browser, None)?;
    let page = browser.page(&exchange.server, 1440, 900)?;
    first(&page, &exchange.server.first_link()?)?;
    let client = exchange.server.client()?;
    draft(&page, &exchange.server.folder().join("guests.csv"))?;
    chooses(&page)?;
    let agent = json!({ "agent": { "kind": "menu", "text": "Press 1 to come, 9 to hear no more of us.",
        "keys": { "9": { "do": "opt_out" }, "1": { "do": "disposition", "word": "will come" } } } });
    client
        .patch(
            "/api/v1/campaigns/1",
            &json!({ "settings": agent }).to_string(),
        )?
        .read::<Value>()?;
    page.open("/campaigns/1")?;
    page.press("Start calling")?;
    page.sees("Every contact was called")?;

    opens(&page, &client, "+12025550149")?;
    page.sees("Asked never to be called again")?;
    page.sees("never call again, key 9")?;
    page.sees("Blocked for good")?;
    opens(&page, &client, "+12025550141")?;
    page.sees("Gave an answer")?;
    page.sees("will come")?;
    page.shows("#call audio")?;
    let long = page.script_later(LENGTH, Vec::new())?;
    ensure!(
        long.as_f64().is_some_and(|it| it > 0.0),
        "the recording is heard as {long}"
    );
    page.looks("call-answered")?;
    opens(&page, &client, "+12025550170")?;
    page.sees("an answering machine")?;

    // Requests in the carrier's name that were not the carrier's are counted.
    page.open("/carriers")?;
    page.holds(
        "refused webhooks to be counted",
        "Number(document.querySelector('#twilio-trust dd.some')?.textContent) > 0",
    )?;
    page.looks("carriers-refused")
}

/// A draft of the list, that calls at any hour.
fn draft(page: &Page<'_>, list: &std::path::Path) -> Result<()> {
    std::fs::write(list, LIST)?;
    page.open("/campaigns/new")?;
    page.attach("#file", list)?;
    page.sees("Nora Sample")?;
    page.press("Continue with a draft")?;
    page.arrives_at("/campaigns/1")?;
    page.sees("Ready to start")?;
    page.press("Around the clock")?;
    page.press("Respect the callee")?;
    page.sees("Saved")
}

/// A campaign's settings about calls: machines, recordings, an end, a reason, and errors beside their fields.
fn chooses(page: &Page<'_>) -> Result<()> {
    page.press("Several calls at once")?;
    page.fill("Calls at once", "3")?;
    page.press("The call ends")?;
    page.choose("Machines are detected", "before")?;
    page.press("Record conversations")?;
    page.fill("End a conversation after (seconds)", "99999")?;
    page.holds(
        "the end to be refused beside its field",
        "document.querySelector('[name=time_limit_seconds]').closest('.field')\
          .querySelector('.complaint')?.textContent.includes('14400')",
    )?;
    page.looks("draft-refused")?;
    page.press("Start calling")?;
    page.holds(
        "the focus to be where it went wrong",
        "document.activeElement.name === 'time_limit_seconds'",
    )?;
    page.fill("End a conversation after (seconds)", "300")?;
    page.press("More")?;
    page.fill("Reason for the call", "Your appointment")?;
    page.sees("Saved")?;
    page.holds(
        "nothing to be complained of",
        "!document.querySelector('[aria-invalid]')",
    )?;
    page.open("/campaigns/1")?;
    page.holds(
        "what was chosen to be there again",
        "(() => { const f = document.querySelector('#draft').elements;\
          return f['machines.then'].value === 'hang_up' && f['machines.detection'].value === 'sync'\
            && f.record.checked && f.time_limit_seconds.value === '300'\
            && f.call_reason.value === 'Your appointment' && f.carrier.value === 'twilio'; })()",
    )?;
    page.looks("draft-call")?;
    page.forgive("422")
}

/// Opens the call to a number.
fn opens(page: &Page<'_>, client: &Client, number: &str) -> Result<()> {
    let shown: Value = client.get(&format!("/api/v1/numbers/%2B{}", &number[1..]))?;
    let call = shown["calls"][0]["id"]
        .as_str()
        .context("nobody was called")?;
    page.open(&format!("/calls/{call}"))
}
