//! The document for each step.

use ringonce_domain::Agent;
use ringonce_domain::agent::phrases::{Phrase, phrase, spoken_language};
use ringonce_domain::agent::voices::spoken_as;
use ringonce_domain::agent::{Action, Audio, Key, Shown, Target, Transfer};
use ringonce_domain::script::Script;

use super::xml::{Element, document};
use super::{Call, MAX_TEXT, Twiml, say};
use crate::press::{Next, next};
use crate::{AnsweredBy, Step};

/// Seconds in which the opt-out key works after a message has ended.
const OPT_OUT_SECONDS: u32 = 3;
/// Seconds of silence that end a spoken answer.
const SILENCE_SECONDS: u32 = 5;

/// What the carrier does next in a call.
pub(in crate::twilio) fn render(step: &Step, agent: &Agent, call: &Call) -> Twiml {
    let scene = Scene { agent, call };
    document(match step {
        Step::Opening { answered_by } => match answered_by {
            AnsweredBy::Human | AnsweredBy::Unknown => scene.opening(0),
            AnsweredBy::MachineStart | AnsweredBy::MachineEnd => scene.to_machine(),
            AnsweredBy::Fax => vec![hang_up()],
        },
        Step::AfterKey { round, digits } => scene.after_key(*round, digits),
        Step::AfterAnswer => scene.farewell(Phrase::Thanks),
        Step::AfterTransfer { key, connected } => scene.after_transfer(*key, *connected),
        Step::Whisper { key } => scene.whisper(*key),
        Step::Voicemail => scene.to_machine(),
        // What was pressed may be lost: the keys are asked for once more.
        Step::Resumed => scene.opening(0),
    })
}

struct Scene<'a> {
    agent: &'a Agent,
    call: &'a Call,
}

impl Scene<'_> {
    fn opening(&self, round: u32) -> Vec<Element> {
        let prompt = self.prompt();
        let mut steps = match self.agent {
            Agent::Menu {
                timeout_seconds, ..
            } => {
                let gather = self.gather(round, *timeout_seconds);
                // Without a key the next round is asked for.
                let gather = gather.with("actionOnEmptyResult", "true");
                vec![gather.holding(prompt)]
            }
            other if other.opt_out().is_some() && !prompt.is_empty() => {
                vec![self.gather(round, OPT_OUT_SECONDS).holding(prompt)]
            }
            _ => prompt,
        };
        steps.extend(self.after_opening());
        steps
    }

    /// What is said or played first.
    fn prompt(&self) -> Vec<Element> {
        let said = self.agent.text().map(|text| self.say(text));
        let played = self.agent.audio().map(|audio| self.play(audio));
        said.into_iter().flatten().chain(played).collect()
    }

    fn gather(&self, round: u32, seconds: u32) -> Element {
        Element::new("Gather")
            .with("input", "dtmf")
            .with("numDigits", "1")
            // Otherwise # would be no key but the end of them.
            .with("finishOnKey", "")
            .with("timeout", seconds.to_string())
            .with("action", self.call.links.key(round))
            .with("method", "POST")
    }

    /// What comes when the opening is over and no key was pressed.
    fn after_opening(&self) -> Vec<Element> {
        match self.agent {
            Agent::Stream {
                url,
                parameters,
                token_parameter,
                ..
            } => {
                let told = parameters.iter().map(|(name, value)| {
                    let script = Script::parse(value);
                    let value = script.map(|script| script.fill(&self.call.contact));
                    (name.clone(), value.unwrap_or_default())
                });
                let token = token_parameter.iter();
                let token = token.map(|name| (name.clone(), self.call.stream_token.clone()));
                let stream = Element::new("Stream").with("url", url.clone());
                let stream = stream.holding(told.chain(token).map(parameter).collect());
                vec![Element::new("Connect").holding(vec![stream]), hang_up()]
            }
            Agent::Transfer { to, .. } => self.dial(to, None),
            Agent::Text { .. } | Agent::Audio { .. } | Agent::Menu { .. } => vec![hang_up()],
        }
    }

    fn after_key(&self, round: u32, digits: &str) -> Vec<Element> {
        match next(self.agent, round, digits) {
            Next::GoesOn => self.after_opening(),
            Next::Again { unknown } => {
                let is_menu = matches!(self.agent, Agent::Menu { .. });
                let sorry = (unknown && is_menu).then(|| self.phrase(Phrase::NoSuchKey));
                let again = self.opening(round.saturating_add(1));
                sorry.into_iter().chain(again).collect()
            }
            Next::Does(action) => self.act(action, digits.parse().ok()),
        }
    }

    fn act(&self, action: &Action, key: Option<Key>) -> Vec<Element> {
        match action {
            Action::OptOut => self.farewell(Phrase::OptedOut),
            Action::Disposition { .. } => self.farewell(Phrase::Thanks),
            Action::Transfer(to) => self.dial(to, self.key_of(to, key)),
            Action::Record { text, seconds } => self.record(text.as_deref(), *seconds),
            // A repetition is a round of its own, and was judged as one.
            Action::Repeat | Action::HangUp => vec![hang_up()],
        }
    }

    fn record(&self, text: Option<&str>, seconds: u32) -> Vec<Element> {
        let links = &self.call.links;
        let mut steps = match text {
            Some(text) => self.say(text),
            None => vec![self.phrase(Phrase::Speak)],
        };
        steps.push(
            Element::new("Record")
                .with("maxLength", seconds.to_string())
                .with("timeout", SILENCE_SECONDS.to_string())
                .with("playBeep", "true")
                .with("action", links.answer())
                .with("method", "POST")
                .with("recordingStatusCallback", links.recording())
                .with("recordingStatusCallbackMethod", "POST"),
        );
        // Nothing is asked after silence: the document goes on.
        steps.extend(self.farewell(Phrase::Thanks));
        steps
    }

    /// The key that led to a transfer: none when it was a wrong one and the menu gave up.
    fn key_of(&self, to: &Transfer, key: Option<Key>) -> Option<Key> {
        key.filter(|key| matches!(self.agent.does(*key), Some(Action::Transfer(it)) if it == to))
    }

    fn dial(&self, to: &Transfer, key: Option<Key>) -> Vec<Element> {
        let links = &self.call.links;
        let shown = match to.caller_id {
            Shown::Own => self.call.caller_id,
            Shown::Callee => Some(self.call.callee),
        };
        let mut noun = Element::new(match to.number {
            Target::Number(_) => "Number",
            Target::Sip(_) => "Sip",
        });
        if to.whisper.is_some() {
            noun = noun.with("url", links.whisper(key)).with("method", "POST");
        }
        let mut dial = Element::new("Dial")
            .with("timeout", to.ring_seconds.to_string())
            .with("answerOnBridge", "true")
            .with("action", links.transfer(key))
            .with("method", "POST");
        if let Some(shown) = shown {
            dial = dial.with("callerId", shown.to_string());
        }
        vec![dial.holding(vec![noun.saying(to.number.to_string())])]
    }

    /// The transfer to which a key led, or the agent itself, or silence.
    fn transfer_of(&self, key: Option<Key>) -> Option<&Transfer> {
        let action = match (self.agent, key) {
            (Agent::Transfer { to, .. }, _) => return Some(to),
            (agent, Some(key)) => agent.does(key),
            (Agent::Menu { no_key, .. }, None) => no_key.as_ref(),
            (_, None) => None,
        };
        match action {
            Some(Action::Transfer(to)) => Some(to),
            _ => None,
        }
    }

    fn after_transfer(&self, key: Option<Key>, connected: bool) -> Vec<Element> {
        if connected {
            return vec![hang_up()];
        }
        let fallback = self.transfer_of(key).and_then(|to| to.fallback.as_deref());
        match fallback {
            Some(text) => self.say(text).into_iter().chain([hang_up()]).collect(),
            None => self.farewell(Phrase::NobodyThere),
        }
    }

    /// What is said to whom the callee is transferred; the end of it connects the two.
    fn whisper(&self, key: Option<Key>) -> Vec<Element> {
        let words = self.transfer_of(key).and_then(|to| to.whisper.as_deref());
        words.map_or_else(Vec::new, |text| self.say(text))
    }

    fn to_machine(&self) -> Vec<Element> {
        let (text, audio) = self.agent.for_machines();
        let said = text.map(|text| self.say(text)).into_iter().flatten();
        let played = audio.map(|audio| self.play(audio));
        said.chain(played).chain([hang_up()]).collect()
    }

    fn farewell(&self, which: Phrase) -> Vec<Element> {
        vec![self.phrase(which), hang_up()]
    }

    fn phrase(&self, which: Phrase) -> Element {
        let wanted = self.agent.language();
        let language = spoken_language(wanted);
        let words = phrase(wanted, which).to_owned();
        // A voice speaks its own language only.
        let voice = self.agent.voice().filter(|_| language == wanted);
        spoken(language, voice, words)
    }

    fn say(&self, text: &str) -> Vec<Element> {
        let script = Script::parse(text);
        let words = script.map_or_else(|_| text.to_owned(), |it| it.fill(&self.call.contact));
        let words: String = words.chars().take(MAX_TEXT).collect();
        let (language, voice) = (self.agent.language(), self.agent.voice());
        let parts = say::parts(&words).into_iter();
        parts
            .map(|part| spoken(language, voice, part.to_owned()))
            .collect()
    }

    fn play(&self, audio: &Audio) -> Element {
        let address = match audio {
            Audio::Uploaded(id) => self.call.links.media(*id),
            Audio::Elsewhere(url) => url.clone(),
        };
        Element::new("Play").saying(address)
    }
}

fn spoken(language: &str, voice: Option<&str>, words: String) -> Element {
    let language = spoken_as(language).unwrap_or(language);
    let say = Element::new("Say").with("language", language);
    let say = voice
        .into_iter()
        .fold(say, |say, voice| say.with("voice", voice));
    say.saying(words)
}

fn parameter((name, value): (String, String)) -> Element {
    // The carrier takes 500 characters, name and value.
    let value: String = value.chars().take(400).collect();
    Element::new("Parameter")
        .with("name", name)
        .with("value", value)
}

fn hang_up() -> Element {
    Element::new("Hangup")
}
