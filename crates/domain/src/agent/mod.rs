//! What a callee hears, and what they can do with the keys of their phone.
//!
//! An agent is plain data. A campaign's settings hold the whole of it, so that what is said does
//! not change while it runs; [`AgentVersion`] says where it came from. Every kind may have a key by
//! which a callee asks never to be called again, and words for an answering machine.

mod audio;
mod check;
mod fields;
mod key;
pub mod phrases;
mod preview;
mod sound;
#[cfg(test)]
mod tests;
mod transfer;
pub mod voices;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, MediaId};

pub use audio::Audio;
pub use check::{MAX_PARAMETERS, MAX_REPEATS, MAX_SPOKEN_TEXT};
pub use fields::{Columns, FieldCount, FieldReport, LackingField, MissingField};
pub use key::{Action, Key, MAX_ANSWER_SECONDS};
pub use preview::{PreviewStep, preview};
pub use sound::sound_type;
pub use transfer::{NoTarget, Shown, Target, Transfer};

/// What a callee hears, by its `kind`. Every text may hold `{fields}` of the contact, and has at most
/// 4,000 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Agent {
    /// A text spoken by the carrier's voice.
    Text {
        /// What is said.
        #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 4000))]
        text: String,
        /// BCP 47 language of everything that is spoken.
        #[serde(default = "english")]
        #[cfg_attr(
            feature = "schema",
            schema(default = "en-US", pattern = "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")
        )]
        language: String,
        /// The carrier's name for a voice; its own choice when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schema(min_length = 1))]
        voice: Option<String>,
        /// The key by which a callee asks never to be called again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opt_out: Option<Key>,
        /// What an answering machine hears after its tone; the text itself when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 4000))]
        voicemail: Option<String>,
    },
    /// A recorded message.
    #[serde(alias = "recording")]
    Audio {
        /// Where it is.
        #[serde(alias = "url")]
        audio: Audio,
        /// As of a text.
        #[serde(default = "english")]
        #[cfg_attr(
            feature = "schema",
            schema(default = "en-US", pattern = "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")
        )]
        language: String,
        /// As of a text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schema(min_length = 1))]
        voice: Option<String>,
        /// As of a text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opt_out: Option<Key>,
        /// As of a text; the message itself when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 4000))]
        voicemail: Option<String>,
    },
    /// A text or a recorded message, and what the keys do after it.
    Menu {
        /// What is said; there is either this or `audio`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 4000))]
        text: Option<String>,
        /// What is played.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        audio: Option<Audio>,
        /// As of a text.
        #[serde(default = "english")]
        #[cfg_attr(
            feature = "schema",
            schema(default = "en-US", pattern = "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")
        )]
        language: String,
        /// As of a text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schema(min_length = 1))]
        voice: Option<String>,
        /// What each key does, by the key: 0 to 9, `*` or `#`; at least one.
        #[cfg_attr(feature = "schema", schema(example = json!({ "9": { "do": "opt_out" } })))]
        keys: BTreeMap<Key, Action>,
        /// How often the menu begins again when no key was pressed; 0 to 5.
        #[serde(default = "once")]
        #[cfg_attr(feature = "schema", schema(default = 1, maximum = 5))]
        repeats: u32,
        /// Seconds to wait for a key; 1 to 60.
        #[serde(default = "five")]
        #[cfg_attr(feature = "schema", schema(default = 5, minimum = 1, maximum = 60))]
        timeout_seconds: u32,
        /// What happens without a key, neither `opt_out` nor `repeat`; the call ends when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        no_key: Option<Action>,
        /// As of a text; the menu's text or audio when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 4000))]
        voicemail: Option<String>,
    },
    /// A voice agent that listens and speaks over a two-way stream of audio.
    Stream {
        /// A `wss` address without a query.
        #[cfg_attr(
            feature = "schema",
            schema(example = "wss://voice.example.com/calls", max_length = 2000)
        )]
        url: String,
        /// What the voice agent is told of the call, with `{fields}` of the contact; 20 at most.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        parameters: BTreeMap<String, String>,
        /// The parameter that holds a token of this one call, so that the voice agent can tell a
        /// real stream from a forged one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schema(pattern = "^[A-Za-z0-9_.-]{1,60}$"))]
        token_parameter: Option<String>,
        /// What is said first; needed for an opt-out key, which works while it is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 4000))]
        text: Option<String>,
        /// As of a text.
        #[serde(default = "english")]
        #[cfg_attr(
            feature = "schema",
            schema(default = "en-US", pattern = "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")
        )]
        language: String,
        /// As of a text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schema(min_length = 1))]
        voice: Option<String>,
        /// As of a text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opt_out: Option<Key>,
        /// As of a text; nothing when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 4000))]
        voicemail: Option<String>,
    },
    /// A person, at once.
    Transfer {
        /// The person's number, and how the call is connected.
        to: Transfer,
        /// As of a stream.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 4000))]
        text: Option<String>,
        /// As of a text.
        #[serde(default = "english")]
        #[cfg_attr(
            feature = "schema",
            schema(default = "en-US", pattern = "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")
        )]
        language: String,
        /// As of a text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schema(min_length = 1))]
        voice: Option<String>,
        /// As of a text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opt_out: Option<Key>,
        /// As of a text; nothing when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 4000))]
        voicemail: Option<String>,
    },
}

/// The version of a stored agent that a campaign uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AgentVersion {
    /// The agent.
    pub id: AgentId,
    /// Its version; 1 is the first.
    pub version: u32,
}

fn english() -> String {
    "en-US".into()
}

const fn once() -> u32 {
    1
}

const fn five() -> u32 {
    5
}

impl Default for Agent {
    fn default() -> Self {
        Self::say("Hello. This is a message from your calling campaign. Goodbye.")
    }
}

impl Agent {
    /// A text in English, and nothing else.
    pub fn say(text: impl Into<String>) -> Self {
        Self::Text {
            text: text.into(),
            language: english(),
            voice: None,
            opt_out: None,
            voicemail: None,
        }
    }

    /// The kind's name.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Audio { .. } => "audio",
            Self::Menu { .. } => "menu",
            Self::Stream { .. } => "stream",
            Self::Transfer { .. } => "transfer",
        }
    }

    /// What is spoken first.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text { text, .. } => Some(text),
            Self::Menu { text, .. } | Self::Stream { text, .. } | Self::Transfer { text, .. } => {
                text.as_deref()
            }
            Self::Audio { .. } => None,
        }
    }

    /// What is played first.
    pub const fn audio(&self) -> Option<&Audio> {
        match self {
            Self::Audio { audio, .. } => Some(audio),
            Self::Menu { audio, .. } => audio.as_ref(),
            Self::Text { .. } | Self::Stream { .. } | Self::Transfer { .. } => None,
        }
    }

    /// The uploaded file that it plays.
    pub const fn media(&self) -> Option<MediaId> {
        match self.audio() {
            Some(Audio::Uploaded(id)) => Some(*id),
            _ => None,
        }
    }

    /// What is said or played or done first, in a line.
    pub fn headline(&self) -> String {
        match (self.text(), self.audio(), self) {
            (Some(text), ..) => text.to_owned(),
            (_, Some(audio), _) => audio.to_string(),
            (_, _, Self::Stream { url, .. }) => url.clone(),
            (_, _, Self::Transfer { to, .. }) => to.number.to_string(),
            _ => String::new(),
        }
    }

    /// The language of everything that is spoken.
    pub fn language(&self) -> &str {
        match self {
            Self::Text { language, .. }
            | Self::Audio { language, .. }
            | Self::Menu { language, .. }
            | Self::Stream { language, .. }
            | Self::Transfer { language, .. } => language,
        }
    }

    /// The carrier's name for a voice.
    pub fn voice(&self) -> Option<&str> {
        match self {
            Self::Text { voice, .. }
            | Self::Audio { voice, .. }
            | Self::Menu { voice, .. }
            | Self::Stream { voice, .. }
            | Self::Transfer { voice, .. } => voice.as_deref(),
        }
    }

    /// What an answering machine hears, where that differs.
    pub fn voicemail(&self) -> Option<&str> {
        match self {
            Self::Text { voicemail, .. }
            | Self::Audio { voicemail, .. }
            | Self::Menu { voicemail, .. }
            | Self::Stream { voicemail, .. }
            | Self::Transfer { voicemail, .. } => voicemail.as_deref(),
        }
    }

    /// The key by which a callee asks never to be called again.
    pub fn opt_out(&self) -> Option<Key> {
        match self {
            Self::Text { opt_out, .. }
            | Self::Audio { opt_out, .. }
            | Self::Stream { opt_out, .. }
            | Self::Transfer { opt_out, .. } => *opt_out,
            Self::Menu { keys, .. } => {
                let found = keys.iter().find(|(_, does)| **does == Action::OptOut);
                found.map(|(key, _)| *key)
            }
        }
    }

    /// What a key does, of every kind.
    pub fn does(&self, key: Key) -> Option<&Action> {
        match self {
            Self::Menu { keys, .. } => keys.get(&key),
            other => (other.opt_out() == Some(key)).then_some(&Action::OptOut),
        }
    }
}
