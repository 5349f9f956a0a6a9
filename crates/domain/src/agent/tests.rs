//! Agents as people write them: which are accepted, which are refused, and what a contact hears.

use serde_json::json;

use super::*;
use crate::script::Fields;

const MEDIA: &str = "media:0199a1b2-0000-4000-8000-0123456789ab";

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
            r#"{"kind":"audio","audio":"https://example.com/a.mp3","language":"en-US","opt_out":"*"}"#,
            Some("*"),
        ),
        (
            r#"{"kind":"audio","audio":"media:0199a1b2-0000-4000-8000-0123456789ab","language":"en-US"}"#,
            None,
        ),
        (
            r##"{"kind":"menu","text":"Press 1","language":"en-GB","keys":{"#":{"do":"opt_out"},"1":{"do":"transfer","number":"+12025550123"},"2":{"do":"disposition","word":"will come"}},"repeats":0,"timeout_seconds":9,"no_key":{"do":"hang_up"}}"##,
            Some("#"),
        ),
        (
            r#"{"kind":"menu","audio":"https://example.com/a.mp3","language":"en-US","keys":{"1":{"do":"record","text":"Speak","seconds":20},"2":{"do":"repeat"},"3":{"do":"transfer","number":"+12025550123","caller_id":"callee","whisper":"{name}","fallback":"Nobody","ring_seconds":20}},"repeats":1,"timeout_seconds":5}"#,
            None,
        ),
        (
            r#"{"kind":"stream","url":"wss://voice.example.com/a","parameters":{"who":"{name}"},"token_parameter":"token","text":"Press 9 to opt out","language":"en-US","opt_out":"9"}"#,
            Some("9"),
        ),
        (
            r#"{"kind":"transfer","to":{"number":"+12025550123"},"language":"en-US"}"#,
            None,
        ),
    ] {
        let agent = read(json).unwrap_or_else(|error| panic!("{json}: {error}"));
        assert_eq!(serde_json::to_string(&agent).unwrap(), json);
        let key = agent.opt_out();
        assert_eq!(key.map(|key| key.to_string()).as_deref(), opt_out);
        assert_eq!(
            key.and_then(|key| agent.does(key)),
            opt_out.map(|_| &Action::OptOut)
        );
        assert!(json.contains(&format!("\"kind\":\"{}\"", agent.kind())));
    }
}

#[test]
fn agents_of_ledgers_made_before_still_load() {
    for (before, meant) in [
        (
            r#"{"kind":"recording","url":"https://example.com/a.mp3","opt_out":"*","voicemail":"Hi"}"#,
            r#"{"kind":"audio","audio":"https://example.com/a.mp3","language":"en-US","opt_out":"*","voicemail":"Hi"}"#,
        ),
        (
            r#"{"kind":"menu","text":"Press 1","keys":{"1":{"do":"repeat"},"2":{"do":"transfer","number":"+12025550123"}}}"#,
            r#"{"kind":"menu","text":"Press 1","language":"en-US","keys":{"1":{"do":"repeat"},"2":{"do":"transfer","number":"+12025550123"}},"repeats":1,"timeout_seconds":5}"#,
        ),
        (
            r#"{"kind":"text","text":"Hi"}"#,
            r#"{"kind":"text","text":"Hi","language":"en-US"}"#,
        ),
    ] {
        assert_eq!(read(before), read(meant));
    }
}

#[test]
fn what_cannot_be_said_is_refused_at_its_field() {
    let menu = |keys: &str| format!(r#"{{"kind":"menu","text":"Press","keys":{{{keys}}}}}"#);
    let silent = |action: &str| {
        let keys = r#"{"1":{"do":"repeat"}}"#;
        format!(r#"{{"kind":"menu","text":"Press","keys":{keys},"no_key":{action}}}"#)
    };
    let stream = |rest: &str| format!(r#"{{"kind":"stream","url":"wss://example.com/a",{rest}}}"#);
    let audio = |url: &str| format!(r#"{{"kind":"audio","audio":"{url}"}}"#);
    for (json, words) in [
        (r#"{"kind":"text","text":" "}"#.to_owned(), "text: is empty"),
        (
            r#"{"kind":"text","text":"Hi {name"}"#.into(),
            "text: the field that begins",
        ),
        (
            r#"{"kind":"text","text":"Hi","voicemail":"{}"}"#.into(),
            "voicemail: {} names no field",
        ),
        (
            r#"{"kind":"text","text":"Hi","language":"English (US)"}"#.into(),
            "language:",
        ),
        (
            r#"{"kind":"text","text":"Hi","opt_out":"11"}"#.into(),
            "no key of a phone",
        ),
        (
            r#"{"kind":"text","text":"Hi","song":"la"}"#.into(),
            "unknown field `song`",
        ),
        (audio("http://example.com/a.mp3"), "audio:"),
        (audio("https://"), "audio:"),
        (audio("https://a@example.com/x"), "audio:"),
        (audio("media:7"), "names no uploaded file"),
        (menu(""), "keys: no key"),
        (menu(r#""1":{"do":"transfer","number":"12"}"#), "12"),
        (
            menu(r#""1":{"do":"disposition","word":""}"#),
            "keys.1.word: the answer",
        ),
        (menu(r#""1":{"do":"record","seconds":0}"#), "keys.1.seconds"),
        (menu(r#""1":{"do":"record","text":"{"}"#), "keys.1.text"),
        (
            menu(r#""*":{"do":"transfer","number":"+12025550123","whisper":" "}"#),
            "keys.*.whisper",
        ),
        (
            menu(r#""*":{"do":"transfer","number":"+12025550123","ring_seconds":4}"#),
            "keys.*.ring_seconds",
        ),
        (
            r#"{"kind":"menu","keys":{"1":{"do":"repeat"}}}"#.into(),
            "text: is empty",
        ),
        (
            r#"{"kind":"menu","text":"a","audio":"https://example.com/a","keys":{"1":{"do":"repeat"}}}"#.into(),
            "audio: stands beside",
        ),
        (
            r#"{"kind":"menu","text":"a","keys":{"1":{"do":"repeat"}},"repeats":6}"#.into(),
            "repeats: 6 is not between 0 and 5",
        ),
        (silent(r#"{"do":"opt_out"}"#), "no_key: cannot be opt_out"),
        (silent(r#"{"do":"repeat"}"#), "no_key: cannot be repeat"),
        (
            r#"{"kind":"stream","url":"https://example.com/a"}"#.into(),
            "url:",
        ),
        (
            r#"{"kind":"stream","url":"wss://example.com/a?b=c"}"#.into(),
            "url: has a query",
        ),
        (stream(r#""opt_out":"9""#), "text: is empty; write a sentence that names key 9"),
        (stream(r#""parameters":{"a b":"c"}"#), "parameters.a b:"),
        (stream(r#""parameters":{"a":"{"}"#), "parameters.a:"),
        (
            stream(r#""parameters":{"a":"b"},"token_parameter":"a""#),
            "token_parameter:",
        ),
        (
            r#"{"kind":"transfer","to":{"number":"+12025550123"},"opt_out":"9"}"#.into(),
            "text: is empty",
        ),
        (
            r#"{"kind":"transfer","to":{"number":"+12025550123","fallback":"{x"}}"#.into(),
            "to.fallback:",
        ),
    ] {
        let refusal = read(&json).unwrap_err();
        assert!(refusal.contains(words), "{json}: {refusal}");
    }
    let long = "a".repeat(399);
    let refused = read(&stream(&format!(r#""parameters":{{"ab":"{long}"}}"#))).unwrap_err();
    assert!(refused.contains("parameters.ab: is too long"), "{refused}");
}

#[test]
fn a_preview_tells_a_whole_call_in_order() {
    let contact = Fields::of_metadata("Ana", r#"{"City": "Rome"}"#);
    for (agent, heard) in [
        (
            r#"{"kind":"text","text":"Hi {name}","opt_out":"9"}"#.to_owned(),
            json!([
                {"what": "says", "text": "Hi Ana", "seconds": 1},
                {"what": "on_key", "key": "9", "action": {"do": "opt_out"},
                 "says": "You will not be called again. Goodbye."},
                {"what": "machine", "text": "Hi Ana", "audio": null},
            ]),
        ),
        (
            format!(r#"{{"kind":"menu","audio":"{MEDIA}","language":"es-ES","keys":{{"1":{{"do":"record"}}}}}}"#),
            json!([
                {"what": "plays", "audio": MEDIA},
                {"what": "on_key", "key": "1", "action": {"do": "record", "seconds": 60},
                 "says": "Hable después del tono y pulse cualquier tecla al terminar."},
                {"what": "without_key", "repeats": 1, "action": {"do": "hang_up"}, "says": null},
                {"what": "machine", "text": null, "audio": MEDIA},
            ]),
        ),
        (
            r#"{"kind":"stream","url":"wss://example.com/a","parameters":{"in":"{city}"},"voicemail":"Bye {name}"}"#.into(),
            json!([
                {"what": "streams", "url": "wss://example.com/a", "parameters": {"in": "Rome"}},
                {"what": "machine", "text": "Bye Ana", "audio": null},
            ]),
        ),
        (
            r#"{"kind":"transfer","to":{"number":"+12025550123","whisper":"It is {name}"}}"#.into(),
            json!([
                {"what": "connects", "to": {"number": "+12025550123", "whisper": "It is Ana"}},
                {"what": "machine", "text": null, "audio": null},
            ]),
        ),
    ] {
        let told = preview(&read(&agent).unwrap(), &contact).unwrap();
        assert_eq!(serde_json::to_value(told).unwrap(), heard, "{agent}");
    }
    let agent = read(r#"{"kind":"text","text":"Hi","voicemail":"{street}"}"#).unwrap();
    let refused = preview(&agent, &contact).unwrap_err();
    assert_eq!(refused.field, "voicemail");
}
