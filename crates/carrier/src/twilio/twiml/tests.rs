//! The documents of every kind, word by word, and that no contact can write one.

use std::collections::BTreeMap;

use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::Event;
use ringonce_domain::Agent;
use ringonce_domain::script::Fields;

use super::*;
use crate::twilio::fallback;
use crate::twilio::receive::Route;
use crate::{AnsweredBy, Press, Step, press};

fn agent(json: &str) -> Agent {
    let agent: Agent = serde_json::from_str(json).unwrap();
    agent.validate().unwrap();
    agent
}

fn call(name: &str, others: &[(&str, &str)]) -> Call {
    let others = others.iter();
    let others = others.map(|(column, value)| ((*column).to_owned(), (*value).to_owned()));
    Call {
        links: Links::new("https://example.com/", "twilio", "T0", "#rc=5&rp=all"),
        contact: Fields::new(name, others.collect()),
        callee: "+12025550123".parse().unwrap(),
        caller_id: Some("+12025550100".parse().unwrap()),
        stream_token: "once".into(),
    }
}

fn read(route: Route, given: &[(&str, &str)]) -> Step {
    let given: BTreeMap<_, _> = given.iter().copied().collect();
    route.step(|name| given.get(name).copied()).unwrap()
}

fn key(round: u32, digits: &str) -> Step {
    let round = round.to_string();
    read(Route::Key, &[("round", &round), ("Digits", digits)])
}

/// What stands between the document's first and last tag.
fn steps(agent: &Agent, step: &Step) -> String {
    let Twiml(xml) = render(step, agent, &call("Ana", &[("City", "Rome")]));
    let inside = xml.strip_prefix(r#"<?xml version="1.0" encoding="UTF-8"?><Response>"#);
    let inside = inside.and_then(|xml| xml.strip_suffix("</Response>"));
    inside.unwrap_or_else(|| panic!("{xml}")).to_owned()
}

/// The overrides, as they stand in a document.
const AGAIN: &str = "#rc=5&amp;rp=all";
const CALL: &str = "https://example.com/carriers/twilio/T0";
const TEXT: &str = r#"{"kind":"text","text":"Hello {name} in {city}","opt_out":"9"}"#;
const MENU: &str = r##"{"kind":"menu","text":"Press a key","language":"es-ES","voice":"Lucia",
    "timeout_seconds":7,"no_key":{"do":"disposition","word":"silent"},
    "keys":{"1":{"do":"disposition","word":"will come"},"2":{"do":"record","seconds":30},
    "#":{"do":"transfer","number":"+12025550188","caller_id":"callee","whisper":"It is {name}","ring_seconds":20},
    "4":{"do":"repeat"},"5":{"do":"hang_up"},"9":{"do":"opt_out"}}}"##;
const STREAM: &str = r#"{"kind":"stream","url":"wss://voice.example.com/a","text":"Press 9 to opt out",
    "parameters":{"who":"{name}"},"token_parameter":"token","opt_out":"9","voicemail":"Call us"}"#;
const TRANSFER: &str =
    r#"{"kind":"transfer","to":{"number":"+12025550188","fallback":"Sorry, {name}"}}"#;

fn human() -> Step {
    read(Route::Twiml, &[])
}

#[test]
fn each_kind_opens_in_its_way() {
    let gather = |round: u32, seconds: u32| {
        format!(
            r#"<Gather input="dtmf" numDigits="1" finishOnKey="" timeout="{seconds}" action="{CALL}/key?round={round}{AGAIN}" method="POST""#
        )
    };
    let menu = format!(
        r#"{} actionOnEmptyResult="true"><Say language="es-ES" voice="Lucia">Press a key</Say></Gather><Hangup/>"#,
        gather(0, 7)
    );
    let stream = format!(
        r#"{}><Say language="en-US">Press 9 to opt out</Say></Gather><Connect><Stream url="wss://voice.example.com/a"><Parameter name="who" value="Ana"/><Parameter name="token" value="once"/></Stream></Connect><Hangup/>"#,
        gather(0, 3)
    );
    let dial = format!(
        r#"<Dial timeout="30" answerOnBridge="true" action="{CALL}/transfer{AGAIN}" method="POST" callerId="+12025550100"><Number>+12025550188</Number></Dial>"#
    );
    let sip = dial.replace(
        "<Number>+12025550188</Number>",
        "<Sip>sip:desk@pbx.example.com;region=ie1</Sip>",
    );
    let text = format!(
        r#"{}><Say language="en-US">Hello Ana in Rome</Say></Gather><Hangup/>"#,
        gather(0, 3)
    );
    for (json, document) in [
        (TEXT, text.as_str()),
        (
            r#"{"kind":"transfer","to":{"number":"sip:desk@pbx.example.com;region=ie1"}}"#,
            sip.as_str(),
        ),
        (
            r#"{"kind":"text","text":"Hi"}"#,
            r#"<Say language="en-US">Hi</Say><Hangup/>"#,
        ),
        (
            r#"{"kind":"audio","audio":"media:0199a1b2-0000-4000-8000-0123456789ab"}"#,
            "<Play>https://example.com/carriers/media/0199a1b2-0000-4000-8000-0123456789ab/audio</Play><Hangup/>",
        ),
        (
            r#"{"kind":"recording","url":"https://example.com/a.mp3?a=1&b=2"}"#,
            "<Play>https://example.com/a.mp3?a=1&amp;b=2</Play><Hangup/>",
        ),
        (MENU, &menu),
        (STREAM, &stream),
        (TRANSFER, &dial),
    ] {
        assert_eq!(steps(&agent(json), &human()), document, "{json}");
    }
}

#[test]
fn a_key_is_told_to_the_ledger_and_answered() {
    let menu = agent(MENU);
    let says = |words: &str| format!(r#"<Say language="es-ES" voice="Lucia">{words}</Say>"#);
    for (digits, asked, document) in [
        (
            "9",
            Press::OptOut,
            format!("{}<Hangup/>", says("No volveremos a llamarle. Adiós.")),
        ),
        (
            "1",
            Press::Disposition("will come".into()),
            format!("{}<Hangup/>", says("Gracias. Adiós.")),
        ),
        (
            "2",
            Press::Record,
            format!(
                r#"{}<Record maxLength="30" timeout="5" playBeep="true" action="{CALL}/key?step=answer{AGAIN}" method="POST" recordingStatusCallback="{CALL}/recording{AGAIN}" recordingStatusCallbackMethod="POST"/>{}<Hangup/>"#,
                says("Hable después del tono y pulse cualquier tecla al terminar."),
                says("Gracias. Adiós.")
            ),
        ),
        ("5", Press::HangUp, "<Hangup/>".into()),
    ] {
        let step = key(0, digits);
        assert_eq!(press(&menu, &step), asked, "{digits}");
        assert_eq!(steps(&menu, &step), document, "{digits}");
    }
    let pound = key(0, "#");
    assert!(matches!(press(&menu, &pound), Press::Transfer(_)));
    let document = steps(&menu, &pound);
    for part in [
        r#"callerId="+12025550123""#,
        r#"timeout="20""#,
        &format!(r#"action="{CALL}/transfer?key=%23{AGAIN}""#),
        &format!(
            r#"<Number url="{CALL}/twiml?step=whisper&amp;key=%23{AGAIN}" method="POST">+12025550188</Number>"#
        ),
    ] {
        assert!(document.contains(part), "{part}: {document}");
    }
}

#[test]
fn a_menu_begins_again_as_often_as_it_says_and_no_callee_keeps_it_for_ever() {
    let menu = agent(MENU);
    for (round, digits, asked, again) in [
        (0, "", Press::Nothing, true),
        (1, "", Press::Disposition("silent".into()), false),
        (0, "7", Press::Unknown, true),
        (1, "7", Press::Disposition("silent".into()), false),
        (1, "4", Press::Repeat, true),
        (19, "4", Press::Repeat, true),
        (20, "4", Press::HangUp, false),
        (u32::MAX, "4", Press::HangUp, false),
        (0, "12", Press::Unknown, true),
    ] {
        let step = key(round, digits);
        assert_eq!(press(&menu, &step), asked, "{round} {digits:?}");
        let document = steps(&menu, &step);
        let next = format!("key?round={}{AGAIN}\"", round.saturating_add(1));
        assert_eq!(document.contains(&next), again, "{round} {digits:?}");
    }
    assert!(steps(&menu, &key(0, "7")).contains("Esa tecla no hace nada."));
}

#[test]
fn the_opt_out_key_works_in_every_kind() {
    for json in [
        TEXT,
        MENU,
        STREAM,
        r#"{"kind":"audio","audio":"https://example.com/a.mp3","opt_out":"9"}"#,
        r#"{"kind":"transfer","to":{"number":"+12025550188"},"text":"Press 9","opt_out":"9"}"#,
    ] {
        let agent = agent(json);
        assert!(steps(&agent, &human()).contains("<Gather "), "{json}");
        assert_eq!(press(&agent, &key(0, "9")), Press::OptOut, "{json}");
        let document = steps(&agent, &key(0, "9"));
        assert!(document.ends_with("</Say><Hangup/>"), "{document}");
        for connects in ["<Dial", "<Stream", "<Gather"] {
            assert!(!document.contains(connects), "{document}");
        }
    }
}

#[test]
fn another_key_does_not_end_what_has_no_menu() {
    let text = agent(TEXT);
    assert_eq!(press(&text, &key(0, "5")), Press::Unknown);
    assert!(steps(&text, &key(0, "5")).contains("Hello Ana"));
    assert_eq!(steps(&text, &key(1, "5")), "<Hangup/>");
    assert!(steps(&agent(STREAM), &key(0, "5")).starts_with("<Connect>"));
}

#[test]
fn a_machine_hears_its_own_words_and_never_a_person() {
    let machine = read(Route::Twiml, &[("AnsweredBy", "machine_end_beep")]);
    let later = read(Route::Twiml, &[("step", "voicemail")]);
    for (json, document) in [
        (
            TEXT,
            r#"<Say language="en-US">Hello Ana in Rome</Say><Hangup/>"#,
        ),
        (STREAM, r#"<Say language="en-US">Call us</Say><Hangup/>"#),
        (TRANSFER, "<Hangup/>"),
    ] {
        assert_eq!(steps(&agent(json), &machine), document, "{json}");
        assert_eq!(steps(&agent(json), &later), document, "{json}");
        assert_eq!(press(&agent(json), &machine), Press::Nothing);
    }
    let fax = read(Route::Twiml, &[("AnsweredBy", "fax")]);
    assert_eq!(steps(&agent(TEXT), &fax), "<Hangup/>");
    let unknown = read(Route::Twiml, &[("AnsweredBy", "unknown")]);
    assert_eq!(steps(&agent(TEXT), &unknown), steps(&agent(TEXT), &human()));
}

#[test]
fn after_a_transfer_somebody_was_there_or_is_apologised_for() {
    let over = |key: &str, status: &str| {
        read(Route::Transfer, &[("key", key), ("DialCallStatus", status)])
    };
    let transfer = agent(TRANSFER);
    assert_eq!(steps(&transfer, &over("", "completed")), "<Hangup/>");
    assert_eq!(
        steps(&transfer, &over("", "no-answer")),
        r#"<Say language="en-US">Sorry, Ana</Say><Hangup/>"#
    );
    let menu = agent(MENU);
    assert!(steps(&menu, &over("#", "busy")).contains("Nadie puede atenderle"));
    let whisper = read(Route::Twiml, &[("step", "whisper"), ("key", "#")]);
    assert_eq!(
        steps(&menu, &whisper),
        r#"<Say language="es-ES" voice="Lucia">It is Ana</Say>"#
    );
    let nothing = render(&whisper, &transfer, &call("Ana", &[]));
    assert_eq!(nothing, xml::document(Vec::new()));
}

#[test]
fn a_question_that_was_not_answered_is_asked_again_with_what_is_known_of_it() {
    let url = |leaf: &str| format!("https://example.com/carriers/twilio/T0/{leaf}");
    let key = |round, digits: &str| Step::AfterKey {
        round,
        digits: digits.into(),
    };
    let over = |connected| Step::AfterTransfer {
        key: "#".parse().ok(),
        connected,
    };
    let opening = |answered_by| Step::Opening { answered_by };
    for (leaf, given, expected) in [
        (
            "key?round=3#rc=5&rp=all",
            &[("Digits", "9")][..],
            key(3, "9"),
        ),
        ("key?round=3", &[("Digits", "")], key(3, "")),
        ("key?round=3", &[], Step::Resumed),
        ("key?step=answer", &[], Step::AfterAnswer),
        ("twiml", &[], opening(AnsweredBy::Unknown)),
        (
            "twiml#rc=5",
            &[("AnsweredBy", "machine_start")],
            opening(AnsweredBy::MachineStart),
        ),
        ("twiml?step=voicemail", &[], Step::Voicemail),
        (
            "transfer?key=%23",
            &[("DialCallStatus", "busy")],
            over(false),
        ),
        // Who was put through may have talked for an hour.
        ("transfer?key=%23", &[], over(true)),
        ("elsewhere", &[], Step::Resumed),
        ("status", &[], Step::Resumed),
        ("fallback", &[], Step::Resumed),
    ] {
        let mut given: BTreeMap<_, _> = given.iter().copied().collect();
        let url = url(leaf);
        given.insert("ErrorUrl", &url);
        let step = fallback::step(|name| given.get(name).copied());
        assert_eq!(step, expected, "{leaf} {given:?}");
    }
    assert_eq!(fallback::step(|_| None), Step::Resumed);
    let only_digits = |name: &str| (name == "Digits").then_some("9");
    assert_eq!(fallback::step(only_digits), key(0, "9"));
    for json in [TEXT, MENU, STREAM, TRANSFER] {
        let agent = agent(json);
        assert_eq!(steps(&agent, &Step::Resumed), steps(&agent, &human()));
        assert_eq!(press(&agent, &Step::Resumed), Press::Nothing);
    }
}

#[test]
fn a_long_text_is_said_in_parts_that_a_carrier_takes() {
    let agent = agent(r#"{"kind":"text","text":"{name}"}"#);
    for (name, parts) in [
        ("word ".repeat(1_000), 2),
        ("नमस्ते ".repeat(150), 2),
        ("é".repeat(750), 1),
        ("é".repeat(751), 2),
        ("é".repeat(100_000), MAX_TEXT.div_ceil(750)),
        ("😀".repeat(100_000), MAX_TEXT.div_ceil(375)),
    ] {
        let Twiml(xml) = render(&human(), &agent, &call(&name, &[]));
        let said = xml.split("<Say language=\"en-US\">").skip(1);
        let said: Vec<_> = said
            .map(|part| part.split("</Say>").next().unwrap())
            .collect();
        assert_eq!(said.len(), parts);
        assert!(xml.len() < 64_000);
    }
}

#[test]
fn a_contact_without_a_field_is_spoken_to_all_the_same() {
    let Twiml(xml) = render(&human(), &agent(TEXT), &call("", &[]));
    assert!(xml.contains(">Hello  in<"), "{xml}");
}

#[test]
fn no_token_is_in_what_is_logged() {
    assert!(!format!("{:?}", call("Ana", &[])).contains("T0"));
}

/// Names of all elements, and every text and attribute as a reader understands it.
fn taken_apart(xml: &str) -> (Vec<String>, Vec<String>) {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let (mut names, mut texts) = (Vec::new(), Vec::new());
    let mut text = String::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => {
                names.push(tag.name().as_ref().to_owned());
                for attribute in tag.attributes() {
                    let attribute = attribute.unwrap();
                    texts.push(unescape(&attribute.value).unwrap().into_owned());
                }
                text.clear();
            }
            Event::Text(part) => text.push_str(&part),
            Event::GeneralRef(name) => {
                let written = format!("&{};", &*name);
                text.push_str(&unescape(&written).unwrap());
            }
            Event::End(_) => texts.push(std::mem::take(&mut text)),
            Event::Decl(_) => {}
            Event::Eof => return (names, texts),
            other => panic!("{other:?} in {xml}"),
        }
    }
}

fn hostile() -> impl Strategy<Value = String> {
    let attack = prop::sample::select(vec![
        "<",
        ">",
        "&",
        "\"",
        "'",
        "]]>",
        "<!--",
        "-->",
        "</Say><Dial>+12025550199</Dial><Say>",
        "&#60;",
        "&lt;",
        "<![CDATA[",
        "<?x ?>",
        "\" url=\"",
        "\0",
        "\u{1b}",
        "\u{fffe}",
        "\n",
        "{name}",
        "é",
        "\u{85}",
    ]);
    prop_oneof![
        prop::collection::vec(attack, 0..8).prop_map(|parts| parts.concat()),
        any::<String>(),
    ]
}

proptest! {
    #[test]
    fn whatever_a_contact_is_called_the_document_has_only_our_elements(
        name in hostile(), city in hostile(), token in hostile(),
    ) {
        let mut call = call(&name, &[("City", &city)]);
        call.stream_token = token;
        let plain = super::tests::call("Ana", &[("City", "Rome")]);
        let told = read(Route::Twiml, &[("step", "whisper"), ("key", "#")]);
        for json in [TEXT, MENU, STREAM, TRANSFER] {
            let agent = agent(json);
            let failed = read(Route::Transfer, &[("DialCallStatus", "failed")]);
            for step in [human(), key(0, "#"), key(0, "7"), failed, told.clone(), Step::Voicemail] {
                let Twiml(xml) = render(&step, &agent, &call);
                let (mut names, texts) = taken_apart(&xml);
                let (mut usual, _) = taken_apart(&render(&step, &agent, &plain).0);
                // What has no words at all is not said, and a long one in parts.
                for names in [&mut names, &mut usual] {
                    names.retain(|name| name != "Say");
                }
                prop_assert_eq!(names, usual, "{}", xml);
                let is_clean = |text: &String| !text.contains(|c: char| {
                    (c.is_control() && !"\t\n\r".contains(c)) || c == '\u{fffe}'
                });
                prop_assert!(texts.iter().all(is_clean), "{:?}", texts);
            }
        }
    }

    #[test]
    fn a_name_is_said_as_it_is_written(name in "[ -~]{1,40}") {
        prop_assume!(!name.trim().is_empty());
        let agent = agent(r#"{"kind":"text","text":"{name}"}"#);
        let Twiml(xml) = render(&human(), &agent, &call(&name, &[]));
        let (_, texts) = taken_apart(&xml);
        prop_assert!(texts.contains(&name.trim().to_owned()), "{:?} {}", texts, xml);
    }

    #[test]
    fn no_request_is_misunderstood(step in ".*", key in ".*", digits in ".*", round in ".*") {
        let given = [("step", &*step), ("key", &*key), ("Digits", &*digits), ("round", &*round)];
        for door in [Route::Twiml, Route::Key, Route::Transfer] {
            let step = read(door, &given);
            let Twiml(xml) = render(&step, &agent(MENU), &call("Ana", &[]));
            taken_apart(&xml);
        }
    }
}
