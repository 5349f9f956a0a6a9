//! A conversation: fetches and executes TwiML, and records what the callee hears.
//!
//! Nothing here decides when the call ends: the caller drops a conversation when the callee has hung
//! up, the time is over, or the API ends the call.

mod dial;
mod gather;
mod page;
mod record;
mod stream;

use std::sync::Arc;

use reqwest::Url;
use serde_json::json;

use crate::form::Form;
use crate::look_alike::LookAlike;
use crate::order::{Hook, Source};
use crate::persona::Callee;
use crate::twiml::Element;
use crate::wav;
use crate::web;

/// The number of documents after which a conversation counts as endless.
const MOST_DOCUMENTS: u32 = 500;
/// Words spoken in a second.
const PACE: f64 = 2.5;
/// How often `loop="0"`, which means for ever, is played.
const FOR_EVER: u32 = 100;

/// The longest text of a `<Say>`, in bytes, by how its voice's name begins: see Twilio's warning 13521.
const SAYABLE: [(&str, usize); 2] = [("Polly.", 3_000), ("Google.", 5_000)];
/// The same for the basic voices.
const BASIC_SAYABLE: usize = 4_096;
/// The longest of all as it stands in an address.
const ENCODED_SAYABLE: usize = 4_500;

/// What follows a verb.
pub(crate) enum Flow {
    Next,
    /// Another document.
    Goto(Source, Form),
    End,
}

/// One leg's conversation.
pub(crate) struct Talk<'a> {
    world: &'a Arc<LookAlike>,
    sid: &'a str,
    callee: Callee,
    /// The callee has answered the first question.
    pressed: bool,
    /// Asked when any document of the call cannot be fetched or read, as the `FallbackUrl` says.
    fallback: Option<Hook>,
    /// The address of the document under way; none when it was inline.
    page: Option<Url>,
}

impl<'a> Talk<'a> {
    pub(crate) fn new(world: &'a Arc<LookAlike>, sid: &'a str, callee: Callee) -> Self {
        Self {
            world,
            sid,
            callee,
            pressed: false,
            fallback: None,
            page: None,
        }
    }

    /// Executes a document, and those that follow from it, to the end.
    pub(crate) async fn run(&mut self, source: Source, extra: Form) {
        let mut next = (source, extra);
        for _ in 0..MOST_DOCUMENTS {
            let (source, extra) = next;
            let Some(document) = self.document(source, extra).await else {
                return;
            };
            match self.execute(&document).await {
                Flow::Goto(source, extra) => next = (source, extra),
                Flow::Next | Flow::End => return,
            }
        }
        self.warn(11215, "Too many documents in one call");
    }

    async fn execute(&mut self, document: &Element) -> Flow {
        for verb in &document.children {
            let flow = match verb.name.as_str() {
                "Say" | "Play" | "Pause" => {
                    self.utter(verb).await;
                    Flow::Next
                }
                "Gather" => self.gather(verb).await,
                "Dial" => Box::pin(self.dial(verb)).await,
                "Record" => self.record(verb).await,
                "Redirect" => self.redirect(verb),
                "Connect" => self.connect(verb).await,
                "Start" | "Stop" => {
                    self.streams(verb);
                    Flow::Next
                }
                "Hangup" | "Reject" => {
                    self.note(verb, json!({}));
                    Flow::End
                }
                _ => Flow::Next, // Warned of when the document was read.
            };
            if !matches!(flow, Flow::Next) {
                return flow;
            }
        }
        Flow::Next
    }

    /// Verbs that only play sound.
    async fn utter(&self, verb: &Element) {
        let times = match verb.number("loop", 1) {
            0 => FOR_EVER,
            times => times,
        };
        match verb.name.as_str() {
            "Pause" => {
                let seconds = verb.number("length", 1);
                self.note(verb, json!({ "seconds": seconds }));
                self.pause(f64::from(seconds)).await;
            }
            "Play" => {
                let Some(seconds) = self.sound(verb).await else {
                    return;
                };
                self.pause(seconds * f64::from(times)).await;
            }
            _ if !self.is_sayable(verb) => {}
            _ => {
                self.note(
                    verb,
                    json!({
                        "text": verb.text,
                        "language": verb.attribute("language"),
                        "voice": verb.attribute("voice"),
                    }),
                );
                let words = u32::try_from(verb.text.split_whitespace().count()).unwrap_or(u32::MAX);
                self.pause(f64::from(words) / PACE * f64::from(times)).await;
            }
        }
    }

    /// Whether a text is short enough for its voice; a longer one is dropped with a warning.
    fn is_sayable(&self, verb: &Element) -> bool {
        let voice = verb.attribute("voice").unwrap_or_default();
        let of_voice = SAYABLE.iter().find(|(begin, _)| voice.starts_with(begin));
        let most = of_voice.map_or(BASIC_SAYABLE, |(_, most)| *most);
        let encoded: String = form_urlencoded::byte_serialize(verb.text.as_bytes()).collect();
        let fits = verb.text.len() <= most && encoded.len() <= ENCODED_SAYABLE;
        if !fits {
            self.warn(13521, "Say: the character limits are exceeded");
        }
        fits
    }

    /// Fetches the sound to be played; its length in seconds.
    async fn sound(&self, verb: &Element) -> Option<f64> {
        if let Some(digits) = verb.attribute("digits") {
            self.note(verb, json!({ "digits": digits }));
            return Some(0.5);
        }
        let url = self.absolute(&verb.text)?;
        let answer = match web::fetch(self.world, &url).await {
            Ok(answer) => answer,
            Err(failure) => {
                self.warn_at(11205, &failure.to_string(), &url);
                return None;
            }
        };
        if !answer.is_good() {
            self.warn_at(11200, &format!("Got HTTP {} response", answer.status), &url);
            return None;
        }
        let is_sound = answer.kind.starts_with("audio/")
            || answer.kind.starts_with("application/octet-stream");
        if !is_sound {
            self.warn_at(
                12300,
                &format!("Invalid Content-Type: {}", answer.kind),
                &url,
            );
            return None;
        }
        let seconds = wav::seconds(&answer.body);
        self.note(
            verb,
            json!({ "url": url, "bytes": answer.body.len(), "seconds": seconds, "type": answer.kind }),
        );
        Some(seconds)
    }

    fn redirect(&self, verb: &Element) -> Flow {
        self.note(verb, json!({ "url": verb.text }));
        self.absolute(&verb.text)
            .map_or(Flow::End, |url| goto(url, is_get(verb), Form::default()))
    }

    /// The verb's `action`, or the document itself; `None` when there is neither.
    fn action(&self, verb: &Element) -> Option<String> {
        match verb.attribute("action") {
            Some(action) => self.absolute(action),
            None => self.page.as_ref().map(Url::to_string),
        }
    }

    /// An address in the document, resolved against the document's own.
    fn absolute(&self, text: &str) -> Option<String> {
        let found = match &self.page {
            Some(page) => page.join(text.trim()).ok(),
            None => Url::parse(text.trim()).ok(),
        };
        if found.is_none() {
            self.warn_at(11100, "Invalid URL format", text);
        }
        found.map(String::from)
    }

    async fn pause(&self, seconds: f64) {
        self.world.tempo.pause(seconds).await;
    }

    fn note(&self, verb: &Element, mut entry: serde_json::Value) {
        entry["verb"] = json!(verb.name);
        self.world.note(self.sid, entry);
    }

    fn warn(&self, code: u32, text: &str) {
        let page = self.page.as_ref().map_or("", Url::as_str);
        self.warn_at(code, text, page);
    }

    fn warn_at(&self, code: u32, text: &str, url: &str) {
        self.world.warn(self.sid, code, text, url);
    }
}

fn is_get(verb: &Element) -> bool {
    verb.attribute("method")
        .is_some_and(|word| word.eq_ignore_ascii_case("GET"))
}

/// Goes on with another document.
fn goto(url: String, get: bool, extra: Form) -> Flow {
    let page = Hook { url, get };
    Flow::Goto(
        Source::Url {
            page,
            fallback: None,
        },
        extra,
    )
}
