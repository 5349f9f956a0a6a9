//! `<Gather>`: a question, and the key that the callee presses, if any.

use serde_json::json;

use super::{Flow, Talk, goto, is_get};
use crate::form::Form;
use crate::twiml::Element;

/// Seconds after which a callee who presses a key does so, even during speech.
const DECIDES: f64 = 2.0;

impl Talk<'_> {
    pub(super) async fn gather(&mut self, verb: &Element) -> Flow {
        self.note(
            verb,
            json!({ "numDigits": verb.attribute("numDigits"), "action": verb.attribute("action") }),
        );
        let takes_keys = verb
            .attribute("input")
            .is_none_or(|input| input.split_whitespace().any(|word| word == "dtmf"));
        let timeout = f64::from(verb.number("timeout", 5));
        let key = self.callee.key.filter(|_| takes_keys && !self.pressed);
        let Some(key) = key else {
            self.prompts(verb).await;
            self.pause(timeout).await;
            let told = verb.attribute("actionOnEmptyResult") == Some("true");
            return if told {
                self.submit(verb, String::new(), None)
            } else {
                Flow::Next
            };
        };
        self.pressed = true;
        tokio::select! {
            () = async { self.prompts(verb).await; self.pause(timeout.min(DECIDES)).await; } => {}
            () = self.pause(DECIDES) => {}
        }
        self.world
            .note(self.sid, json!({ "pressed": key.to_string() }));
        let finish = verb.attribute("finishOnKey").unwrap_or("#");
        if finish.contains(key) {
            return self.submit(verb, String::new(), Some(key));
        }
        if verb.number("numDigits", u32::MAX) > 1 {
            self.pause(timeout).await;
        }
        self.submit(verb, key.to_string(), None)
    }

    async fn prompts(&self, verb: &Element) {
        for child in &verb.children {
            if matches!(child.name.as_str(), "Say" | "Play" | "Pause") {
                self.utter(child).await;
            }
        }
    }

    fn submit(&self, verb: &Element, digits: String, finished_on: Option<char>) -> Flow {
        let Some(url) = self.action(verb) else {
            self.warn(11100, "Gather without an action in inline TwiML");
            return Flow::End;
        };
        let mut form = Form::default();
        form.set("msg", "Gather End");
        form.set("Digits", digits);
        form.set(
            "FinishedOnKey",
            finished_on.map(String::from).unwrap_or_default(),
        );
        goto(url, is_get(verb), form)
    }
}
