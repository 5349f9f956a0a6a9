//! What callees hear: a text with a name in it, a keypad menu, a recorded message. Errors show beside their
//! field, no input is lost, and every change is another version.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::browser::people::first;
use crate::browser::{Browser, Page};

/// Plays the preview of the page. Returns its length, or what went wrong.
const PLAY: &str = "const [done] = arguments, audio = document.querySelector('#player');\
    audio.muted = true;\
    audio.addEventListener('error', () => done('it cannot be played'), { once: true });\
    audio.addEventListener('playing', () => done(audio.duration), { once: true });\
    audio.play().catch((error) => done(String(error)));";

pub(super) fn tell(browser: &Browser) -> Result<()> {
    let server = browser.serve(&[])?;
    let page = browser.page(&server, 1440, 900)?;
    first(&page, &server.first_link()?)?;
    page.press("Agents")?;
    page.arrives_at("/agents")?;
    page.press("Write the first agent")?;
    page.arrives_at("/agents/new")?;
    a_text(&page)?;
    a_menu(&page)?;
    let sound = server.folder().join("chime.wav");
    std::fs::write(&sound, chime())?;
    page.open("/agents/new")?;
    page.press("Recorded message")?;
    page.fill("Name", "Chime")?;
    page.press("Save")?;
    complains(&page, "address", "https")?;
    page.attach("input[name=upload]", &sound)?;
    page.sees("Uploaded and chosen")?;
    let long = page.script_later(PLAY, Vec::new())?;
    ensure!(
        long.as_f64().is_some_and(|it| (it - 1.0).abs() < 0.1),
        "a second of sound was played as {long}"
    );
    page.looks("agent-audio")?;
    page.press("Save")?;
    page.arrives_at("/agents/3")?;
    page.sees("Version 1")?;
    another_version(&page)?;
    // The browser reports the refusal too.
    page.forgive("422")
}

/// A spoken text, for a contact with a name and for one without.
fn a_text(page: &Page<'_>) -> Result<()> {
    page.fill("Name", "Reminder")?;
    page.fill(
        "Text",
        "Hello {name|there}. Press 9 to hear no more of us. {",
    )?;
    page.press("Save")?;
    complains(page, "text", "{")?;
    page.picture("agent-refused")?;
    page.fill("Text", "Hello {name|there}. Press 9 to hear no more of us.")?;
    page.sees("Hello Ana García. Press 9")?;
    page.sees("Hello there. Press 9")?;
    page.looks("agent-text")?;
    page.press("Save")?;
    page.arrives_at("/agents/1")?;
    page.sees("Version 1")
}

/// A menu: what each key does, and a key without its answer.
fn a_menu(page: &Page<'_>) -> Result<()> {
    page.open("/agents/new")?;
    page.press("Keypad menu")?;
    page.fill("Name", "Will they come?")?;
    page.fill(
        "Text",
        "Hello {name|there}. Press 1 to come, 2 to hear this again, 9 to hear no more of us.",
    )?;
    page.press("Save")?;
    complains(page, "keys", "no key does anything")?;
    page.choose("What happens: Key 1", "note")?;
    page.press("Save")?;
    complains(page, "with1", "1 to 60 characters")?;
    page.fill("With whom, which answer or how long: Key 1", "will come")?;
    page.choose("What happens: Key 2", "say it")?;
    page.choose("What happens: Key 3", "connect")?;
    page.press("Save")?;
    complains(page, "with3", "E.164")?;
    page.fill(
        "With whom, which answer or how long: Key 3",
        "+1 202 555 0123",
    )?;
    page.choose("What happens: Key 9", "never")?;
    page.sees("never call again")?;
    page.sees("note the answer will come")?;
    page.looks("agent-menu")?;
    page.press("Save")?;
    page.arrives_at("/agents/2")?;
    page.sees("Version 1")
}

/// Another version of the first agent, its changes, and the archiving of the agent.
fn another_version(page: &Page<'_>) -> Result<()> {
    page.open("/agents/1")?;
    page.fill(
        "Text",
        "Good day {name|there}. Press 9 to hear no more of us.",
    )?;
    page.press("Save")?;
    page.sees("Version 2")?;
    page.sees("Load into the editor")?;
    page.looks("agent-versions")?;
    page.press("Archive")?;
    page.sees("Restore")?;
    page.open("/agents")?;
    page.sees("Chime")?;
    page.misses("Reminder")?;
    page.looks("agents")?;
    page.press("Archived")?;
    page.sees("Reminder")
}

/// Waits until a field shows an error.
fn complains(page: &Page<'_>, field: &str, words: &str) -> Result<()> {
    let (field, words) = (json!(field), json!(words));
    page.holds(
        &format!("{field} to be complained of in {words}"),
        &format!(
            "(() => {{ const input = document.querySelector('#agent').elements[{field}];\
             return input.getAttribute('aria-invalid') === 'true'\
               && input.closest('.field').querySelector('.complaint').textContent.includes({words}); }})()"
        ),
    )
}

/// A second of a low hum: mono, 8,000 samples a second, 16 bits each.
fn chime() -> Vec<u8> {
    const RATE: u32 = 8_000;
    let samples =
        (0..RATE).flat_map(|n| (if n / 20 % 2 == 0 { 900_i16 } else { -900 }).to_le_bytes());
    let samples: Vec<u8> = samples.collect();
    let bytes = RATE * 2;
    let mut wav = Vec::new();
    wav.extend(b"RIFF");
    wav.extend((bytes + 36).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16_u32.to_le_bytes());
    wav.extend(1_u16.to_le_bytes());
    wav.extend(1_u16.to_le_bytes());
    wav.extend(RATE.to_le_bytes());
    wav.extend(bytes.to_le_bytes());
    wav.extend(2_u16.to_le_bytes());
    wav.extend(16_u16.to_le_bytes());
    wav.extend(b"data");
    wav.extend(bytes.to_le_bytes());
    wav.extend(samples);
    wav
}
