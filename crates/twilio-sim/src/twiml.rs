//! TwiML as a tree, read as strictly as Twilio reads it: text that is not XML is refused (12100), XML
//! outside the language is left out with a warning (12200).

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// An element with its text, without the white space around it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Element {
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
}

/// The verbs and nouns that are executed, each with its attributes and permitted children.
const LANGUAGE: &[(&str, &[&str], &[&str])] = &[
    (
        "Response",
        &[],
        &[
            "Say", "Play", "Gather", "Dial", "Record", "Redirect", "Pause", "Reject", "Hangup",
            "Connect", "Start", "Stop",
        ],
    ),
    ("Say", &["voice", "language", "loop"], &SSML),
    ("Play", &["loop", "digits"], &[]),
    (
        "Gather",
        &[
            "action",
            "method",
            "timeout",
            "numDigits",
            "finishOnKey",
            "input",
            "actionOnEmptyResult",
            "language",
            "hints",
            "bargeIn",
            "speechTimeout",
            "speechModel",
            "profanityFilter",
            "enhanced",
            "partialResultCallback",
            "partialResultCallbackMethod",
            "maxSpeechTime",
            "debug",
        ],
        &["Say", "Play", "Pause"],
    ),
    (
        "Dial",
        &[
            "action",
            "method",
            "timeout",
            "timeLimit",
            "callerId",
            "hangupOnStar",
            "record",
            "answerOnBridge",
            "recordingStatusCallback",
            "recordingStatusCallbackMethod",
            "recordingStatusCallbackEvent",
            "ringTone",
            "sequential",
            "trim",
            "recordingTrack",
            "referUrl",
            "referMethod",
            "events",
        ],
        &["Number", "Sip"],
    ),
    (
        "Sip",
        &[
            "url",
            "method",
            "username",
            "password",
            "statusCallback",
            "statusCallbackMethod",
            "statusCallbackEvent",
        ],
        &[],
    ),
    (
        "Number",
        &[
            "url",
            "method",
            "sendDigits",
            "statusCallback",
            "statusCallbackMethod",
            "statusCallbackEvent",
            "byoc",
            "machineDetection",
            "amdStatusCallback",
            "amdStatusCallbackMethod",
            "machineDetectionTimeout",
        ],
        &[],
    ),
    (
        "Record",
        &[
            "action",
            "method",
            "timeout",
            "finishOnKey",
            "maxLength",
            "playBeep",
            "trim",
            "recordingStatusCallback",
            "recordingStatusCallbackMethod",
            "recordingStatusCallbackEvent",
            "transcribe",
            "transcribeCallback",
        ],
        &[],
    ),
    ("Redirect", &["method"], &[]),
    ("Pause", &["length"], &[]),
    ("Reject", &["reason"], &[]),
    ("Hangup", &[], &[]),
    ("Connect", &["action", "method"], &["Stream"]),
    ("Start", &["action", "method"], &["Stream"]),
    ("Stop", &[], &["Stream"]),
    (
        "Stream",
        &[
            "url",
            "name",
            "track",
            "statusCallback",
            "statusCallbackMethod",
            "connectorName",
        ],
        &["Parameter"],
    ),
    ("Parameter", &["name", "value"], &[]),
];

/// Speech markup within `<Say>`; it is spoken as its text.
const SSML: [&str; 11] = [
    "break",
    "emphasis",
    "lang",
    "p",
    "phoneme",
    "prosody",
    "s",
    "say-as",
    "sub",
    "w",
    "amazon:effect",
];

impl Element {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// A number within these bounds, or the default.
    pub(crate) fn number(&self, name: &str, otherwise: u32) -> u32 {
        self.attribute(name)
            .and_then(|text| text.parse().ok())
            .unwrap_or(otherwise)
    }

    fn append(&mut self, text: &str) {
        self.text.push_str(text);
    }
}

/// Reads a document: its root is `<Response>`.
pub(crate) fn parse(text: &str) -> Result<Element, String> {
    if text.trim_start() != text && text.trim_start().starts_with("<?xml") {
        return Err("there is space before the XML declaration".to_owned());
    }
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        match event {
            Event::Start(start) => open.push(element(&start)?),
            Event::Empty(start) => close(element(&start)?, &mut open, &mut root)?,
            Event::End(_) => {
                let Some(element) = open.pop() else {
                    return Err("an element ends that did not begin".to_owned());
                };
                close(element, &mut open, &mut root)?;
            }
            Event::Text(text) => add(&text.xml10_content(), &mut open)?,
            Event::CData(text) => add(&text.xml10_content(), &mut open)?,
            Event::GeneralRef(name) => {
                let character = match name.resolve_char_ref().map_err(|error| error.to_string())? {
                    Some(character) => character,
                    None => entity(&name)?,
                };
                add(character.encode_utf8(&mut [0; 4]), &mut open)?;
            }
            Event::DocType(_) => return Err("a document type is not allowed".to_owned()),
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    if let Some(element) = open.last() {
        return Err(format!("<{}> is not closed", element.name));
    }
    match root {
        Some(root) if root.name == "Response" => Ok(root),
        _ => Err("the root element is not <Response>".to_owned()),
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, String> {
    let mut element = Element {
        name: start.name().0.to_owned(),
        ..Element::default()
    };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| error.to_string())?;
        element
            .attributes
            .push((attribute.key.0.to_owned(), value.into_owned()));
    }
    Ok(element)
}

/// Adds text to the open element; between elements there is only white space.
fn add(text: &str, open: &mut [Element]) -> Result<(), String> {
    match open.last_mut() {
        Some(element) => element.append(text),
        None if text.trim().is_empty() => {}
        None => return Err("there is text outside <Response>".to_owned()),
    }
    Ok(())
}

/// Closes an element. Text in speech markup is spoken by the element around it.
fn close(
    mut element: Element,
    open: &mut [Element],
    root: &mut Option<Element>,
) -> Result<(), String> {
    let Some(around) = open.last_mut() else {
        return match root.replace(element) {
            None => Ok(()),
            Some(_) => Err("there is more than one root element".to_owned()),
        };
    };
    if SSML.contains(&element.name.as_str()) {
        let text = element.text.clone();
        around.append(&text);
    }
    element.text = String::from(element.text.trim());
    around.children.push(element);
    Ok(())
}

fn entity(name: &str) -> Result<char, String> {
    Ok(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return Err(format!("the entity &{name}; is not defined")),
    })
}

/// The parts of the document that are not in the language.
pub(crate) fn strangers(root: &Element) -> Vec<String> {
    let mut found = Vec::new();
    look(root, &mut found);
    found
}

fn look(element: &Element, found: &mut Vec<String>) {
    let Some((name, attributes, inside)) = LANGUAGE.iter().find(|(name, ..)| *name == element.name)
    else {
        return; // Its parent has said so, or it is speech markup.
    };
    for (attribute, _) in &element.attributes {
        if !attributes.contains(&attribute.as_str()) {
            found.push(format!(
                "Attribute '{attribute}' is not allowed to appear in element '{name}'."
            ));
        }
    }
    for child in &element.children {
        if !inside.contains(&child.name.as_str()) {
            found.push(format!(
                "Element '{}' is not allowed to appear in element '{name}'.",
                child.name
            ));
        }
        look(child, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_becomes_a_tree() {
        let root = parse(
            "<?xml version=\"1.0\"?>\n<Response>\n <Say voice=\"alice\">Tom &amp; <emphasis>Ann\
             </emphasis> &#233;</Say>\n <!-- c --><Gather numDigits=\"1\" action=\"/k?a=1&amp;b=2\">\
             <Play>http://127.0.0.1/a.wav</Play></Gather>\n</Response>",
        )
        .unwrap();
        let [say, gather] = root.children.as_slice() else {
            panic!("{root:?}")
        };
        assert_eq!(say.text, "Tom & Ann é");
        assert_eq!(say.attribute("voice"), Some("alice"));
        assert_eq!(gather.attribute("action"), Some("/k?a=1&b=2"));
        assert_eq!(gather.number("numDigits", 0), 1);
        assert_eq!(gather.children[0].text, "http://127.0.0.1/a.wav");
        assert!(strangers(&root).is_empty(), "{:?}", strangers(&root));
    }

    #[test]
    fn what_is_no_document_is_refused_in_words() {
        for (text, word) in [
            ("", "root"),
            ("hello", "outside"),
            ("<response/>", "root"),
            ("<Response><Say>a</Response>", "expected"),
            ("<Response><Say>a", "closed"),
            ("<Response><Say a=b/></Response>", ""),
            ("<Response><Say>a & b</Say></Response>", ""),
            ("<Response>&eacute;</Response>", "eacute"),
            ("<Response/><Response/>", "more than one"),
            (" \n<?xml version=\"1.0\"?><Response/>", "space"),
            ("<!DOCTYPE a><Response/>", "type"),
        ] {
            let said = parse(text).expect_err(text);
            assert!(said.contains(word), "{text}: {said}");
        }
    }

    #[test]
    fn what_is_not_in_the_language_is_named() {
        for (inside, word) in [
            ("<say>a</say>", "'say'"),
            ("<Say tone='x'>a</Say>", "'tone'"),
            ("<Gather><Hangup/></Gather>", "'Hangup'"),
            ("<Dial><Conference>a</Conference></Dial>", "'Conference'"),
        ] {
            let root = parse(&format!("<Response>{inside}</Response>")).unwrap();
            let found = strangers(&root);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].contains(word), "{found:?}");
        }
    }
}
