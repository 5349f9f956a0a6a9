//! What a callee hears, and what they can do with the keys of their phone.
//!
//! An agent is plain data. A campaign's settings hold the whole of it, so that what is said does
//! not change under way; [`AgentVersion`] says where it came from.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::Number;
use crate::ids::AgentId;
use crate::script::{Script, ScriptError};
use crate::settings::InvalidSetting;

/// The longest text that is spoken, in bytes.
pub const MAX_SPOKEN_TEXT: usize = 4_000;
/// The longest address of a recording.
const MAX_URL: usize = 2_000;
/// The longest name of a voice, and the longest disposition, in characters.
const MAX_WORD: usize = 60;

/// What the callee hears.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Agent {
    /// A text spoken by the carrier's voice.
    Text {
        /// What is said, with `{fields}` of the contact; at most 4,000 bytes.
        text: String,
        /// BCP 47 language of the text.
        #[serde(default = "english")]
        language: String,
        /// The carrier's name for a voice; its own choice when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        voice: Option<String>,
        /// The key by which a callee asks never to be called again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opt_out: Option<Key>,
        /// What is left on an answering machine; the text itself when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        voicemail: Option<String>,
    },
    /// A recorded message, fetched by the carrier.
    Recording {
        /// An `https` address of the audio.
        url: String,
        /// As of a text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opt_out: Option<Key>,
        /// As of a text; the recording itself when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        voicemail: Option<String>,
    },
    /// A spoken text, and what the keys do after it.
    Menu {
        /// As of a text.
        text: String,
        /// As of a text.
        #[serde(default = "english")]
        language: String,
        /// As of a text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        voice: Option<String>,
        /// What each key does.
        keys: BTreeMap<Key, Action>,
        /// As of a text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        voicemail: Option<String>,
    },
}

/// A key of a phone: 0 to 9, `*` or `#`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(char);

/// What a key does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "do", deny_unknown_fields)]
pub enum Action {
    /// Blocks the callee's number for good, and says goodbye.
    OptOut,
    /// Says the text again.
    Repeat,
    /// Connects the callee with somebody.
    Transfer {
        /// With whom.
        number: Number,
    },
    /// Ends the call.
    HangUp,
    /// Notes an answer with the call, and ends it.
    Disposition {
        /// The answer, such as `will come`.
        word: String,
    },
}

/// Which version of a stored agent a campaign speaks with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentVersion {
    /// The agent.
    pub id: AgentId,
    /// Its version; 1 is the first.
    pub version: u32,
}

fn english() -> String {
    "en-US".into()
}

impl Default for Agent {
    fn default() -> Self {
        Self::Text {
            text: "Hello. This is a message from your calling campaign. Goodbye.".into(),
            language: english(),
            voice: None,
            opt_out: None,
            voicemail: None,
        }
    }
}

impl Agent {
    /// The word for its kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Recording { .. } => "recording",
            Self::Menu { .. } => "menu",
        }
    }

    /// What is spoken; none of a recording.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text { text, .. } | Self::Menu { text, .. } => Some(text),
            Self::Recording { .. } => None,
        }
    }

    /// What is left on an answering machine, where that is something else.
    pub fn voicemail(&self) -> Option<&str> {
        match self {
            Self::Text { voicemail, .. }
            | Self::Recording { voicemail, .. }
            | Self::Menu { voicemail, .. } => voicemail.as_deref(),
        }
    }

    /// The key by which a callee asks never to be called again.
    pub fn opt_out(&self) -> Option<Key> {
        match self {
            Self::Text { opt_out, .. } | Self::Recording { opt_out, .. } => *opt_out,
            Self::Menu { keys, .. } => {
                let found = keys.iter().find(|(_, does)| **does == Action::OptOut);
                found.map(|(key, _)| *key)
            }
        }
    }

    /// Checks every value.
    ///
    /// # Errors
    /// The first field that cannot be used, with advice.
    pub fn validate(&self) -> Result<(), InvalidSetting> {
        if let Some(text) = self.text() {
            spoken("text", text)?;
        }
        if let Some(text) = self.voicemail() {
            spoken("voicemail", text)?;
        }
        match self {
            Self::Text {
                language, voice, ..
            } => in_voice(language, voice.as_deref()),
            Self::Recording { url, .. } => recorded(url),
            Self::Menu {
                language,
                voice,
                keys,
                ..
            } => {
                in_voice(language, voice.as_deref())?;
                keyed(keys)
            }
        }
    }

    /// Checks that every field that is spoken is the name or one of `known`.
    ///
    /// # Errors
    /// The first that is not, at its field.
    pub fn check_fields(&self, known: &[&str]) -> Result<(), InvalidSetting> {
        for (field, text) in [("text", self.text()), ("voicemail", self.voicemail())] {
            let Some(text) = text else { continue };
            let checked = Script::parse(text).and_then(|script| script.check(known));
            checked.map_err(|error| at(field, &error))?;
        }
        Ok(())
    }
}

fn wrong(field: &str, problem: impl Into<String>) -> InvalidSetting {
    InvalidSetting {
        field: field.into(),
        problem: problem.into(),
    }
}

fn at(field: &str, error: &ScriptError) -> InvalidSetting {
    wrong(field, error.to_string())
}

fn spoken(field: &str, text: &str) -> Result<(), InvalidSetting> {
    if text.trim().is_empty() {
        return Err(wrong(field, "is empty; write what the callee shall hear"));
    }
    if text.len() > MAX_SPOKEN_TEXT {
        let long = text.len();
        let problem = format!("is {long} bytes long; the limit is {MAX_SPOKEN_TEXT}");
        return Err(wrong(field, problem));
    }
    Script::parse(text).map_err(|error| at(field, &error))?;
    Ok(())
}

fn in_voice(language: &str, voice: Option<&str>) -> Result<(), InvalidSetting> {
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

fn recorded(url: &str) -> Result<(), InvalidSetting> {
    let host = url.strip_prefix("https://");
    let host = host.and_then(|rest| rest.split(['/', '?', '#']).next());
    if host.is_none_or(|host| host.is_empty() || host.contains('@')) {
        return Err(wrong("url", format!("`{url}` is not an https:// address")));
    }
    if url.len() > MAX_URL || url.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(wrong("url", "is too long, or has a space in it"));
    }
    Ok(())
}

fn keyed(keys: &BTreeMap<Key, Action>) -> Result<(), InvalidSetting> {
    if keys.is_empty() {
        return Err(wrong("keys", "no key does anything; choose at least one"));
    }
    for (key, action) in keys {
        if let Action::Disposition { word } = action
            && !is_word(word)
        {
            let problem = format!("the answer of key {key} must be 1 to {MAX_WORD} characters");
            return Err(wrong("keys", problem));
        }
    }
    Ok(())
}

fn is_word(word: &str) -> bool {
    let chars = word.trim().chars().count();
    (1..=MAX_WORD).contains(&chars) && !word.contains(char::is_control)
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Key {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(key), None) if key.is_ascii_digit() || "*#".contains(key) => Ok(Self(key)),
            _ => Err(format!("{text:?} is no key of a phone; use 0 to 9, * or #")),
        }
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Agent, String> {
        let agent: Agent = serde_json::from_str(json).map_err(|error| error.to_string())?;
        agent.validate().map_err(|error| error.to_string())?;
        Ok(agent)
    }

    #[test]
    fn every_kind_survives_a_round_trip_and_knows_its_way_out() {
        for (json, opt_out) in [
            (
                r#"{"kind":"text","text":"Hi {name|there}","language":"en-US","opt_out":"9","voicemail":"Call us"}"#,
                Some("9"),
            ),
            (
                r#"{"kind":"text","text":"Hi","language":"es","voice":"Conchita"}"#,
                None,
            ),
            (
                r#"{"kind":"recording","url":"https://example.com/a.mp3","opt_out":"*"}"#,
                Some("*"),
            ),
            (
                r##"{"kind":"menu","text":"Press 1","language":"en-GB","keys":{"#":{"do":"opt_out"},"1":{"do":"transfer","number":"+12025550123"},"2":{"do":"disposition","word":"will come"}}}"##,
                Some("#"),
            ),
        ] {
            let agent = read(json).unwrap();
            assert_eq!(serde_json::to_string(&agent).unwrap(), json);
            assert_eq!(
                agent.opt_out().map(|key| key.to_string()).as_deref(),
                opt_out
            );
        }
    }

    #[test]
    fn what_cannot_be_said_is_refused_at_its_field() {
        for (json, words) in [
            (r#"{"kind":"text","text":" "}"#, "text: is empty"),
            (
                r#"{"kind":"text","text":"Hi {name"}"#,
                "text: the field that begins",
            ),
            (
                r#"{"kind":"text","text":"Hi","voicemail":"{}"}"#,
                "voicemail: {} names no field",
            ),
            (
                r#"{"kind":"text","text":"Hi","language":"English (US)"}"#,
                "language:",
            ),
            (
                r#"{"kind":"text","text":"Hi","opt_out":"11"}"#,
                "no key of a phone",
            ),
            (
                r#"{"kind":"text","text":"Hi","song":"la"}"#,
                "unknown field `song`",
            ),
            (
                r#"{"kind":"recording","url":"http://example.com/a.mp3"}"#,
                "url:",
            ),
            (r#"{"kind":"recording","url":"https://"}"#, "url:"),
            (
                r#"{"kind":"recording","url":"https://a@example.com/x"}"#,
                "url:",
            ),
            (
                r#"{"kind":"menu","text":"Press","keys":{}}"#,
                "keys: no key",
            ),
            (
                r#"{"kind":"menu","text":"Press","keys":{"1":{"do":"transfer","number":"12"}}}"#,
                "12",
            ),
            (
                r#"{"kind":"menu","text":"Press","keys":{"1":{"do":"disposition","word":""}}}"#,
                "key 1",
            ),
        ] {
            let refusal = read(json).unwrap_err();
            assert!(refusal.contains(words), "{json}: {refusal}");
        }
    }

    #[test]
    fn a_field_that_no_contact_has_is_found_before_anybody_is_called() {
        let agent = read(r#"{"kind":"text","text":"Hi {name}","voicemail":"In {city}"}"#).unwrap();
        assert_eq!(agent.check_fields(&["City"]), Ok(()));
        assert_eq!(agent.check_fields(&[]).unwrap_err().field, "voicemail");
    }
}
