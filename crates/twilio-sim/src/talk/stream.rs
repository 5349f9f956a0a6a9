//! `<Connect>` and `<Start>` with a `<Stream>`: checked and recorded. No socket is opened; a connected
//! agent counts as speaking for a while.

use reqwest::Url;
use serde_json::{Map, Value, json};

use super::{Flow, Talk, goto, is_get};
use crate::form::Form;
use crate::twiml::Element;

/// Seconds for which the agent at the other end speaks.
const SPEAKS: f64 = 15.0;
/// The longest parameter, name and value together, in bytes.
const LONGEST_PARAMETER: usize = 500;

impl Talk<'_> {
    pub(super) async fn connect(&mut self, verb: &Element) -> Flow {
        if !self.streams(verb) {
            return Flow::End;
        }
        self.pause(SPEAKS).await;
        let action = verb
            .attribute("action")
            .and_then(|action| self.absolute(action));
        action.map_or(Flow::Next, |url| goto(url, is_get(verb), Form::default()))
    }

    /// Records the streams; false when one is invalid.
    pub(super) fn streams(&self, verb: &Element) -> bool {
        let mut streams = verb.children.iter().filter(|child| child.name == "Stream");
        streams.all(|stream| self.stream(verb, stream))
    }

    fn stream(&self, verb: &Element, stream: &Element) -> bool {
        let address = stream.attribute("url").unwrap_or_default();
        let parameters: Map<String, Value> = stream
            .children
            .iter()
            .filter(|child| child.name == "Parameter")
            .filter_map(|child| {
                let name = child.attribute("name")?;
                Some((name.to_owned(), json!(child.attribute("value"))))
            })
            .collect();
        let wrong = if verb.name == "Stop" {
            None
        } else {
            fault(address, &parameters)
        };
        if let Some(wrong) = wrong {
            self.warn_at(11100, wrong, address);
            return false;
        }
        self.note(
            stream,
            json!({
                "within": verb.name,
                "url": address,
                "name": stream.attribute("name"),
                "track": stream.attribute("track"),
                "parameters": parameters,
            }),
        );
        true
    }
}

fn fault(address: &str, parameters: &Map<String, Value>) -> Option<&'static str> {
    let Ok(url) = Url::parse(address) else {
        return Some("Stream: the url is no address");
    };
    if url.scheme() != "wss" {
        return Some("Stream: the url must begin with wss://");
    }
    if url.query().is_some() {
        return Some("Stream: the url must have no query; use <Parameter>");
    }
    let too_long = |(name, value): (&String, &Value)| {
        name.len() + value.as_str().map_or(0, str::len) > LONGEST_PARAMETER
    };
    parameters
        .iter()
        .any(too_long)
        .then_some("Stream: a parameter is longer than 500 bytes")
}
