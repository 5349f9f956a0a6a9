//! Schemas of agents, their keys and their previews. The domain knows no HTTP; these are the same shapes
//! for readers of the OpenAPI document, and a test holds them against the domain's own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a callee hears, by its `kind`. Every text may hold `{fields}` of the contact.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub(crate) enum Agent {
    /// A text spoken by the carrier's voice.
    Text {
        /// What is said.
        #[schema(min_length = 1, max_length = 4000)]
        text: String,
        /// BCP 47 language of everything that is spoken.
        #[serde(default)]
        #[schema(default = "en-US", pattern = "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]
        language: String,
        /// The carrier's name for a voice; its own choice when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(min_length = 1)]
        voice: Option<String>,
        /// The key by which a callee asks never to be called again: 0 to 9, `*` or `#`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(pattern = "^[0-9*#]$")]
        opt_out: Option<String>,
        /// What an answering machine hears after its tone; the text itself when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(min_length = 1, max_length = 4000)]
        voicemail: Option<String>,
    },
    /// A recorded message.
    Audio {
        /// `media:` and the id of an uploaded file, or an `https` address.
        #[schema(example = "https://example.com/message.mp3")]
        audio: String,
        /// As of a text.
        #[serde(default)]
        #[schema(default = "en-US", pattern = "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]
        language: String,
        /// As of a text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(min_length = 1)]
        voice: Option<String>,
        /// As of a text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(pattern = "^[0-9*#]$")]
        opt_out: Option<String>,
        /// As of a text; the message itself when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(min_length = 1, max_length = 4000)]
        voicemail: Option<String>,
    },
    /// A text or a recorded message, and what the keys do after it.
    Menu {
        /// What is said; there is either this or `audio`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(min_length = 1, max_length = 4000)]
        text: Option<String>,
        /// What is played, as of a recorded message.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        audio: Option<String>,
        /// As of a text.
        #[serde(default)]
        #[schema(default = "en-US", pattern = "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]
        language: String,
        /// As of a text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(min_length = 1)]
        voice: Option<String>,
        /// What each key does, by the key: 0 to 9, `*` or `#`; at least one.
        #[schema(example = json!({ "9": { "do": "opt_out" } }))]
        keys: BTreeMap<String, AgentAction>,
        /// How often the menu begins again when no key was pressed.
        #[serde(default)]
        #[schema(default = 1, maximum = 5)]
        repeats: u32,
        /// Seconds that are waited for a key.
        #[serde(default)]
        #[schema(default = 5, minimum = 1, maximum = 60)]
        timeout_seconds: u32,
        /// What happens without a key, neither `opt_out` nor `repeat`; the call ends when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        no_key: Option<AgentAction>,
        /// As of a text; the menu's text or audio when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(min_length = 1, max_length = 4000)]
        voicemail: Option<String>,
    },
    /// A voice agent that listens and speaks over a two-way stream of audio.
    Stream {
        /// A `wss` address without a query.
        #[schema(example = "wss://voice.example.com/calls", max_length = 2000)]
        url: String,
        /// What the voice agent is told of the call, with `{fields}` of the contact; 20 at most.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        parameters: BTreeMap<String, String>,
        /// The parameter that holds a token of this one call, by which a true stream is told from a
        /// forged one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(pattern = "^[A-Za-z0-9_.-]{1,60}$")]
        token_parameter: Option<String>,
        /// What is said before; needed for an opt-out key, which works while it is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(min_length = 1, max_length = 4000)]
        text: Option<String>,
        /// As of a text.
        #[serde(default)]
        #[schema(default = "en-US", pattern = "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]
        language: String,
        /// As of a text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(min_length = 1)]
        voice: Option<String>,
        /// As of a text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(pattern = "^[0-9*#]$")]
        opt_out: Option<String>,
        /// As of a text; nothing when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(min_length = 1, max_length = 4000)]
        voicemail: Option<String>,
    },
    /// A person, at once.
    Transfer {
        /// Whom, and how.
        to: AgentTransfer,
        /// As of a stream.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(min_length = 1, max_length = 4000)]
        text: Option<String>,
        /// As of a text.
        #[serde(default)]
        #[schema(default = "en-US", pattern = "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]
        language: String,
        /// As of a text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(min_length = 1)]
        voice: Option<String>,
        /// As of a text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(pattern = "^[0-9*#]$")]
        opt_out: Option<String>,
        /// As of a text; nothing when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(min_length = 1, max_length = 4000)]
        voicemail: Option<String>,
    },
}

/// What a key does, by its `do`.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "do", deny_unknown_fields)]
pub(crate) enum AgentAction {
    /// Blocks the callee's number for good, and says goodbye.
    OptOut,
    /// Begins again.
    Repeat,
    /// Connects the callee with somebody.
    Transfer {
        /// With whom, in E.164.
        #[schema(example = "+12025550123")]
        number: String,
        /// Which number that person sees: the one that the callee was shown, or the callee's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caller_id: Option<AgentShown>,
        /// What that person hears before the two are connected.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(min_length = 1, max_length = 4000)]
        whisper: Option<String>,
        /// What the callee hears when nobody answers; a sentence of our own when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(min_length = 1, max_length = 4000)]
        fallback: Option<String>,
        /// How long that person's phone rings.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(default = 30, minimum = 5, maximum = 600)]
        ring_seconds: Option<u32>,
    },
    /// Records what the callee says, and ends the call.
    Record {
        /// What is said before the tone; a sentence of our own when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(min_length = 1, max_length = 4000)]
        text: Option<String>,
        /// The longest answer.
        #[serde(default)]
        #[schema(default = 60, minimum = 1, maximum = 600)]
        seconds: u32,
    },
    /// Notes an answer with the call, and ends it.
    Disposition {
        /// The answer, of at most 60 characters.
        #[schema(example = "will come", min_length = 1)]
        word: String,
    },
    /// Ends the call.
    HangUp,
}

/// Whom a callee is connected with, and how.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgentTransfer {
    /// With whom, in E.164.
    #[schema(example = "+12025550123")]
    number: String,
    /// Which number that person sees: the one that the callee was shown, or the callee's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    caller_id: Option<AgentShown>,
    /// What that person hears before the two are connected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 4000)]
    whisper: Option<String>,
    /// What the callee hears when nobody answers; a sentence of our own when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 4000)]
    fallback: Option<String>,
    /// How long that person's phone rings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(default = 30, minimum = 5, maximum = 600)]
    ring_seconds: Option<u32>,
}

/// Which number is shown to whom a callee is transferred; `own` when absent.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AgentShown {
    /// The number that the callee was shown.
    Own,
    /// The callee's own.
    Callee,
}

/// One thing that happens in a call, by its `what`.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "what", deny_unknown_fields)]
pub(crate) enum AgentStep {
    /// A text is spoken.
    Says {
        /// The text.
        text: String,
        /// About how long it takes.
        seconds: u32,
    },
    /// A recorded message is played.
    Plays {
        /// Which, as `audio` of an agent.
        audio: String,
    },
    /// A key does something.
    OnKey {
        /// Which.
        key: String,
        /// What.
        action: AgentAction,
        /// What is said then.
        says: Option<String>,
    },
    /// No key is pressed.
    WithoutKey {
        /// How often the menu begins again before.
        repeats: u32,
        /// What happens then.
        action: AgentAction,
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
        to: AgentTransfer,
    },
    /// An answering machine hears something; nothing when both are null.
    Machine {
        /// A text.
        text: Option<String>,
        /// A recorded message.
        audio: Option<String>,
    },
}

#[cfg(test)]
mod tests {
    use ringonce_domain::agent::preview;
    use ringonce_domain::script::Fields;
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    use super::*;

    /// An agent of every kind with everything that it can have.
    fn each() -> [Value; 5] {
        let rest =
            json!({ "language": "es", "voice": "Ana", "opt_out": "9", "voicemail": "Hello." });
        let person = json!({ "number": "+12025550123", "caller_id": "callee", "whisper": "a", "fallback": "b",
            "ring_seconds": 20 });
        let with = |mut more: Value| {
            for (name, value) in rest.as_object().unwrap() {
                more[name] = value.clone();
            }
            more
        };
        let mut connect = person.clone();
        connect["do"] = json!("transfer");
        let mut menu = with(
            json!({ "kind": "menu", "text": "Hello.", "repeats": 2, "timeout_seconds": 7,
            "no_key": { "do": "hang_up" },
            "keys": { "1": { "do": "disposition", "word": "yes" }, "2": { "do": "repeat" }, "3": connect,
                "4": { "do": "record", "text": "Speak.", "seconds": 9 }, "9": { "do": "opt_out" } } }),
        );
        menu.as_object_mut().unwrap().remove("opt_out");
        [
            with(json!({ "kind": "text", "text": "Hello." })),
            with(json!({ "kind": "audio", "audio": "https://example.com/a.mp3" })),
            menu,
            with(
                json!({ "kind": "stream", "url": "wss://example.com/a", "text": "Hello.",
                "parameters": { "who": "{name}" }, "token_parameter": "token" }),
            ),
            with(json!({ "kind": "transfer", "to": person, "text": "Hello." })),
        ]
    }

    /// What a schema's type makes of a value.
    fn through<T: DeserializeOwned + Serialize>(value: &Value) -> Value {
        let read: T = serde_json::from_value(value.clone())
            .unwrap_or_else(|error| panic!("{error}: {value}"));
        serde_json::to_value(read).unwrap()
    }

    #[test]
    fn an_agent_with_everything_is_the_same_here_and_in_the_domain() {
        for agent in each() {
            assert_eq!(through::<ringonce_domain::Agent>(&agent), agent);
            assert_eq!(through::<Agent>(&agent), agent);
        }
    }

    #[test]
    fn every_step_of_a_preview_is_described() {
        let contact = Fields::new("Ana".to_owned(), BTreeMap::new());
        for agent in each() {
            let agent: ringonce_domain::Agent = serde_json::from_value(agent).unwrap();
            for step in preview(&agent, &contact).unwrap() {
                let step = serde_json::to_value(step).unwrap();
                assert_eq!(through::<AgentStep>(&step), step);
            }
        }
    }
}
