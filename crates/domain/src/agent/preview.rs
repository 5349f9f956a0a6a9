//! What one contact would hear, in order.

use std::collections::BTreeMap;

use serde::Serialize;

use super::phrases::{Phrase, phrase};
use super::{Action, Agent, Audio, Key, Transfer};
use crate::script::{Fields, Script, speaking_seconds};
use crate::settings::InvalidSetting;

/// One thing that happens in a call, by its `what`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "what")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = AgentStep))]
pub enum PreviewStep {
    /// A text is spoken.
    Says {
        /// The text.
        text: String,
        /// About how long it takes.
        seconds: u32,
    },
    /// A recorded message is played.
    Plays {
        /// Which.
        audio: Audio,
    },
    /// A key is pressed.
    OnKey {
        /// Which.
        key: Key,
        /// What it does.
        action: Action,
        /// What is said then.
        says: Option<String>,
    },
    /// No key is pressed.
    WithoutKey {
        /// How often the menu begins again first.
        repeats: u32,
        /// What happens then.
        action: Action,
        /// What is said then.
        says: Option<String>,
    },
    /// A voice agent takes over.
    Streams {
        /// Where it is.
        url: String,
        /// What it is told.
        parameters: BTreeMap<String, String>,
    },
    /// A person takes over.
    Connects {
        /// Who, and what is said to them.
        to: Transfer,
    },
    /// An answering machine hears something; nothing when both are absent.
    Machine {
        /// A text.
        text: Option<String>,
        /// A recorded message.
        audio: Option<Audio>,
    },
}

/// What a contact would hear.
///
/// # Errors
/// The first text that lacks a field of this contact, at its field.
pub fn preview(agent: &Agent, contact: &Fields) -> Result<Vec<PreviewStep>, InvalidSetting> {
    agent.check_contact(contact)?;
    let teller = Teller { agent, contact };
    let mut heard = teller.opening();
    heard.extend(teller.keys());
    heard.extend(teller.connection());
    heard.push(teller.machine());
    Ok(heard)
}

struct Teller<'a> {
    agent: &'a Agent,
    contact: &'a Fields,
}

impl Teller<'_> {
    fn opening(&self) -> Vec<PreviewStep> {
        let text = self.agent.text().map(|text| self.say(text));
        let said = text.map(|text| PreviewStep::Says {
            seconds: speaking_seconds(&text),
            text,
        });
        let played = self.agent.audio().cloned();
        let played = played.map(|audio| PreviewStep::Plays { audio });
        said.into_iter().chain(played).collect()
    }

    fn keys(&self) -> Vec<PreviewStep> {
        let on_key = |(key, action): (&Key, &Action)| PreviewStep::OnKey {
            key: *key,
            action: self.filled(action),
            says: self.answer(action),
        };
        match self.agent {
            Agent::Menu {
                keys,
                repeats,
                no_key,
                ..
            } => {
                let silent = no_key.as_ref().unwrap_or(&Action::HangUp);
                let silence = PreviewStep::WithoutKey {
                    repeats: *repeats,
                    action: self.filled(silent),
                    says: self.answer(silent),
                };
                keys.iter().map(on_key).chain([silence]).collect()
            }
            other => {
                let key = other.opt_out();
                key.iter()
                    .map(|key| on_key((key, &Action::OptOut)))
                    .collect()
            }
        }
    }

    fn connection(&self) -> Option<PreviewStep> {
        match self.agent {
            Agent::Stream {
                url, parameters, ..
            } => {
                let told = parameters.iter();
                let told = told.map(|(name, value)| (name.clone(), self.say(value)));
                Some(PreviewStep::Streams {
                    url: url.clone(),
                    parameters: told.collect(),
                })
            }
            Agent::Transfer { to, .. } => Some(PreviewStep::Connects {
                to: self.filled_transfer(to),
            }),
            _ => None,
        }
    }

    fn machine(&self) -> PreviewStep {
        let (text, audio) = self.agent.for_machines();
        PreviewStep::Machine {
            text: text.map(|text| self.say(text)),
            audio: audio.cloned(),
        }
    }

    /// An action with this contact's fields in its texts.
    fn filled(&self, action: &Action) -> Action {
        match action {
            Action::Record { text, seconds } => Action::Record {
                text: text.as_deref().map(|text| self.say(text)),
                seconds: *seconds,
            },
            Action::Transfer(to) => Action::Transfer(self.filled_transfer(to)),
            other => other.clone(),
        }
    }

    fn filled_transfer(&self, to: &Transfer) -> Transfer {
        Transfer {
            whisper: to.whisper.as_deref().map(|text| self.say(text)),
            fallback: to.fallback.as_deref().map(|text| self.say(text)),
            ..to.clone()
        }
    }

    fn answer(&self, action: &Action) -> Option<String> {
        let which = match action {
            Action::OptOut => Phrase::OptedOut,
            Action::Disposition { .. } => Phrase::Thanks,
            Action::Record { text: None, .. } => Phrase::Speak,
            Action::Record {
                text: Some(text), ..
            } => return Some(self.say(text)),
            Action::Repeat | Action::Transfer(_) | Action::HangUp => return None,
        };
        Some(phrase(self.agent.language(), which).to_owned())
    }

    fn say(&self, text: &str) -> String {
        Script::parse(text).map_or_else(|_| text.to_owned(), |script| script.fill(self.contact))
    }
}

impl Agent {
    /// What an answering machine hears: a text or a recorded message, or neither, and then the
    /// call ends.
    pub fn for_machines(&self) -> (Option<&str>, Option<&Audio>) {
        match self {
            _ if self.voicemail().is_some() => (self.voicemail(), None),
            Self::Stream { .. } | Self::Transfer { .. } => (None, None),
            _ => (self.text(), self.audio()),
        }
    }
}
