//! `<Record>`: the callee speaks for a while.

use serde_json::json;

use super::{Flow, Talk, goto, is_get};
use crate::form::Form;
use crate::order::Hook;
use crate::recording::{self, Listener};
use crate::twiml::Element;

/// Seconds for which a callee speaks.
const SPEAKS: u32 = 4;

impl Talk<'_> {
    pub(super) async fn record(&mut self, verb: &Element) -> Flow {
        let most = verb.number("maxLength", 3_600);
        let length = SPEAKS.min(most);
        let listener = self.listener(verb);
        let sid = recording::begin(self.world, self.sid, "RecordVerb", 1, listener.as_ref());
        self.note(verb, json!({ "recording": sid, "seconds": length }));
        let silence = if length < most {
            verb.number("timeout", 5)
        } else {
            0
        };
        self.pause(f64::from(length + silence)).await;
        recording::end(self.world, &sid, u64::from(length), listener.as_ref());
        let Some(url) = self.action(verb) else {
            return Flow::Next;
        };
        let mut form = Form::default();
        let account = &self.world.config.account;
        form.set(
            "RecordingUrl",
            format!(
                "{}/2010-04-01/Accounts/{account}/Recordings/{sid}",
                self.world.address()
            ),
        );
        form.set("RecordingSid", sid);
        form.set("RecordingDuration", length.to_string());
        form.set("Digits", "");
        goto(url, is_get(verb), form)
    }

    /// The address for callbacks about a verb's recording.
    pub(super) fn listener(&self, verb: &Element) -> Option<Listener> {
        let url = self.absolute(verb.attribute("recordingStatusCallback")?)?;
        let get = verb
            .attribute("recordingStatusCallbackMethod")
            .is_some_and(|word| word.eq_ignore_ascii_case("GET"));
        let events = verb
            .attribute("recordingStatusCallbackEvent")
            .unwrap_or("completed");
        Some(Listener {
            hook: Hook { url, get },
            events: events.split_whitespace().map(str::to_owned).collect(),
        })
    }
}
