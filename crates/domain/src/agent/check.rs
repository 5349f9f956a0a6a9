//! The checks that make an agent unusable, each reported at its field.

use std::collections::BTreeMap;

use super::audio::address_problem;
use super::key::MAX_ANSWER_SECONDS;
use super::{Action, Agent, Audio, Key, Transfer};
use crate::script::{Fields, Script};
use crate::settings::InvalidSetting;

/// The longest text that is spoken, in bytes.
pub const MAX_SPOKEN_TEXT: usize = 4_000;
/// The most parameters of a stream.
pub const MAX_PARAMETERS: usize = 20;
/// How often a menu may begin again without a key.
pub const MAX_REPEATS: u32 = 5;
/// The longest name of a voice, and the longest disposition, in characters.
const MAX_WORD: usize = 60;
/// The longest parameter with its name, in bytes; a carrier's limit is 500.
const MAX_PARAMETER: usize = 400;

type Checked = Result<(), InvalidSetting>;

impl Agent {
    /// Checks every value.
    ///
    /// # Errors
    /// The first field that cannot be used, with advice.
    pub fn validate(&self) -> Checked {
        for (field, text) in self.spoken() {
            spoken(&field, text)?;
        }
        in_voice(self.language(), self.voice())?;
        if let Some(problem) = self.audio().and_then(Audio::problem) {
            return Err(wrong("audio", problem));
        }
        match self {
            Self::Text { .. } | Self::Audio { .. } => Ok(()),
            Self::Menu {
                keys,
                repeats,
                timeout_seconds,
                no_key,
                ..
            } => {
                self.one_prompt()?;
                between("repeats", *repeats, 0, MAX_REPEATS)?;
                between("timeout_seconds", *timeout_seconds, 1, 60)?;
                keyed(keys)?;
                without_key(no_key.as_ref())
            }
            Self::Stream {
                url,
                parameters,
                token_parameter,
                ..
            } => {
                streamed(url)?;
                told(parameters, token_parameter.as_deref())?;
                self.announced()
            }
            Self::Transfer { to, .. } => {
                connected("to", to)?;
                self.announced()
            }
        }
    }

    /// Checks that every text can be said to one contact.
    ///
    /// # Errors
    /// The first text that needs a field which this contact lacks.
    pub fn check_contact(&self, contact: &Fields) -> Checked {
        for (at, script) in self.scripts() {
            let said = script.render(contact);
            said.map_err(|error| wrong(&at, error.to_string()))?;
        }
        Ok(())
    }

    /// Every text with fields, parsed, with its field: what is spoken, and what a voice agent is
    /// told. A text that cannot be parsed is left out; [`Self::validate`] refuses it.
    pub(super) fn scripts(&self) -> Vec<(String, Script)> {
        let parameters = match self {
            Self::Stream { parameters, .. } => Some(parameters),
            _ => None,
        };
        let told = parameters.into_iter().flatten();
        let told = told.map(|(name, value)| (format!("parameters.{name}"), value.as_str()));
        let texts = self.spoken().into_iter().chain(told);
        let parsed = texts.map(|(at, text)| Some((at, Script::parse(text).ok()?)));
        parsed.flatten().collect()
    }

    /// Every text that is spoken, with its field.
    fn spoken(&self) -> Vec<(String, &str)> {
        let mut found = Vec::new();
        let first = [("text", self.text()), ("voicemail", self.voicemail())];
        for (field, text) in first {
            found.extend(text.map(|text| (field.to_owned(), text)));
        }
        match self {
            Self::Menu { keys, no_key, .. } => {
                for (key, action) in keys {
                    of_action(&format!("keys.{key}"), action, &mut found);
                }
                if let Some(action) = no_key {
                    of_action("no_key", action, &mut found);
                }
            }
            Self::Transfer { to, .. } => of_transfer("to", to, &mut found),
            Self::Text { .. } | Self::Audio { .. } | Self::Stream { .. } => {}
        }
        found
    }

    fn one_prompt(&self) -> Checked {
        match (self.text(), self.audio()) {
            (None, None) => Err(wrong(
                "text",
                "is empty; write what the callee shall hear before the keys, or choose audio",
            )),
            (Some(_), Some(_)) => Err(wrong(
                "audio",
                "stands beside a text; a menu has one of them",
            )),
            _ => Ok(()),
        }
    }

    /// An opt-out key works only while a text that names it is spoken.
    fn announced(&self) -> Checked {
        match (self.opt_out(), self.text()) {
            (Some(key), None) => Err(wrong(
                "text",
                format!(
                    "is empty; write a sentence that names key {key}, because the key works while \
                     it is said, before the callee is connected"
                ),
            )),
            _ => Ok(()),
        }
    }
}

fn of_action<'a>(at: &str, action: &'a Action, found: &mut Vec<(String, &'a str)>) {
    match action {
        Action::Record { text, .. } => {
            found.extend(text.as_deref().map(|text| (format!("{at}.text"), text)));
        }
        Action::Transfer(to) => of_transfer(at, to, found),
        Action::OptOut | Action::Repeat | Action::Disposition { .. } | Action::HangUp => {}
    }
}

fn of_transfer<'a>(at: &str, to: &'a Transfer, found: &mut Vec<(String, &'a str)>) {
    for (field, text) in [("whisper", &to.whisper), ("fallback", &to.fallback)] {
        found.extend(text.as_deref().map(|text| (format!("{at}.{field}"), text)));
    }
}

fn wrong(field: &str, problem: impl Into<String>) -> InvalidSetting {
    InvalidSetting {
        field: field.into(),
        problem: problem.into(),
    }
}

fn spoken(field: &str, text: &str) -> Checked {
    if text.trim().is_empty() {
        return Err(wrong(field, "is empty; write what the callee shall hear"));
    }
    if text.len() > MAX_SPOKEN_TEXT {
        let long = text.len();
        let problem = format!("is {long} bytes long; the limit is {MAX_SPOKEN_TEXT}");
        return Err(wrong(field, problem));
    }
    Script::parse(text).map_err(|error| wrong(field, error.to_string()))?;
    Ok(())
}

fn in_voice(language: &str, voice: Option<&str>) -> Checked {
    let mut parts = language.split('-');
    let is_part = |part: &str, least: usize| {
        (least..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    let first = parts.next().unwrap_or_default();
    let is_first = is_part(first, 2) && first.bytes().all(|b| b.is_ascii_alphabetic());
    if !is_first || !parts.all(|part| is_part(part, 1)) {
        let problem = format!("{language:?} is no language; write one such as en-US or es");
        return Err(wrong("language", problem));
    }
    match voice {
        Some(voice) if !is_word(voice) => Err(wrong(
            "voice",
            format!("must be 1 to {MAX_WORD} characters; leave it out for the carrier's own"),
        )),
        _ => Ok(()),
    }
}

fn between(field: &str, value: u32, least: u32, most: u32) -> Checked {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    let problem = format!("{value} is not between {least} and {most}");
    Err(wrong(field, problem))
}

fn keyed(keys: &BTreeMap<Key, Action>) -> Checked {
    if keys.is_empty() {
        return Err(wrong("keys", "no key does anything; choose at least one"));
    }
    for (key, action) in keys {
        acting(&format!("keys.{key}"), action)?;
    }
    Ok(())
}

fn acting(field: &str, action: &Action) -> Checked {
    match action {
        Action::Disposition { word } if !is_word(word) => {
            let problem = format!("the answer that is noted must be 1 to {MAX_WORD} characters");
            Err(wrong(&format!("{field}.word"), problem))
        }
        Action::Record { seconds, .. } => {
            between(&format!("{field}.seconds"), *seconds, 1, MAX_ANSWER_SECONDS)
        }
        Action::Transfer(to) => connected(field, to),
        _ => Ok(()),
    }
}

/// Silence is not an opt-out, and a menu has `repeats` for how often it begins again.
fn without_key(action: Option<&Action>) -> Checked {
    match action {
        Some(Action::OptOut) => Err(wrong(
            "no_key",
            "cannot be opt_out: who presses nothing has not asked for anything",
        )),
        Some(Action::Repeat) => Err(wrong(
            "no_key",
            "cannot be repeat; say how often in `repeats`",
        )),
        Some(action) => acting("no_key", action),
        None => Ok(()),
    }
}

fn connected(field: &str, to: &Transfer) -> Checked {
    between(&format!("{field}.ring_seconds"), to.ring_seconds, 5, 600)
}

fn streamed(url: &str) -> Checked {
    if let Some(problem) = address_problem(url, "wss://") {
        return Err(wrong("url", problem));
    }
    if url.contains(['?', '#']) {
        let problem = "has a query, which carriers drop; give what stands there as `parameters`";
        return Err(wrong("url", problem));
    }
    Ok(())
}

fn told(parameters: &BTreeMap<String, String>, token: Option<&str>) -> Checked {
    if parameters.len() > MAX_PARAMETERS {
        let problem = format!("are too many; the limit is {MAX_PARAMETERS}");
        return Err(wrong("parameters", problem));
    }
    for (name, value) in parameters {
        let field = format!("parameters.{name}");
        named(&field, name)?;
        if name.len() + value.len() > MAX_PARAMETER {
            let problem = format!("is too long; the limit is {MAX_PARAMETER} bytes with its name");
            return Err(wrong(&field, problem));
        }
        Script::parse(value).map_err(|error| wrong(&field, error.to_string()))?;
    }
    let Some(token) = token else { return Ok(()) };
    named("token_parameter", token)?;
    if parameters.contains_key(token) {
        let problem = format!("{token:?} is one of `parameters` already; choose another name");
        return Err(wrong("token_parameter", problem));
    }
    Ok(())
}

fn named(field: &str, name: &str) -> Checked {
    let is_name = (1..=MAX_WORD).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
    if is_name {
        return Ok(());
    }
    let problem = format!("{name:?} is no name; use letters, digits, _, - and .");
    Err(wrong(field, problem))
}

fn is_word(word: &str) -> bool {
    let chars = word.trim().chars().count();
    (1..=MAX_WORD).contains(&chars) && !word.contains(char::is_control)
}
