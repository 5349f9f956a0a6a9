//! TwiML, executed.

use serde_json::Value;

use crate::client::{Sim, http, pause, quick};

/// The verbs of a transcript, with what was said.
fn verbs(heard: &Value) -> Vec<String> {
    heard["transcript"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|entry| {
            let verb = entry["verb"].as_str()?;
            Some(match entry["text"].as_str() {
                Some(text) => format!("{verb} {text}"),
                None => verb.to_owned(),
            })
        })
        .collect()
}

async fn run(sim: &Sim, to: &str, inside: &str) -> (String, Value) {
    let url = sim.receiver.twiml("/start", inside);
    let sid = sim.call(to, &[("Url", &url)]).await;
    sim.ended(&sid).await;
    let heard = sim.heard(&sid).await;
    (sid, heard)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_pressed_and_its_action_followed_a_silence_goes_on() {
    let sim = Sim::start(quick()).await;
    sim.receiver.twiml("/key", "<Say>Thanks</Say>");
    let menu = "<Gather numDigits=\"1\" timeout=\"3\" action=\"/key?step=1\"><Say>Press</Say></Gather>\
                <Say>Nothing</Say>";
    let (_, heard) = run(&sim, "+12025550149", menu).await;
    assert_eq!(verbs(&heard), ["Gather", "Say Press", "Say Thanks"]);
    let came = sim.receiver.came("/key?step=1");
    assert_eq!(came.len(), 1);
    assert_eq!(came[0].form["Digits"], "9");
    let (_, heard) = run(&sim, "+12025550101", menu).await;
    assert_eq!(verbs(&heard), ["Gather", "Say Press", "Say Nothing"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_without_an_answer_is_asked_for_at_the_fallback_and_not_carried_there() {
    let sim = Sim::start(quick()).await;
    let menu = "<Gather numDigits=\"1\" timeout=\"3\" action=\"/key#rc=2&amp;rp=5xx\">\
                <Say>Press</Say></Gather>";
    let again = "<Gather numDigits=\"1\" timeout=\"3\" action=\"/later\"><Say>Again</Say></Gather>";
    let start = sim.receiver.twiml("/start", menu);
    let fallback = sim.receiver.twiml("/fallback", again);
    sim.receiver.answers("/key", 503, "text/plain", "");
    sim.receiver.twiml("/later", "<Say>Thanks</Say>");
    let form = [("Url", start.as_str()), ("FallbackUrl", fallback.as_str())];
    let sid = sim.call("+12025550149", &form).await;
    sim.ended(&sid).await;
    let heard = verbs(&sim.heard(&sid).await);
    let all = ["Gather", "Say Press", "Gather", "Say Again", "Say Thanks"];
    assert_eq!(heard, all);
    assert_eq!(sim.receiver.came("/key").len(), 3, "as the fragment says");
    let came = sim.receiver.came("/fallback");
    assert_eq!(came.len(), 1);
    assert_eq!(came[0].form["ErrorCode"], "11200");
    assert!(came[0].form["ErrorUrl"].contains("/key"), "{came:?}");
    assert!(!came[0].form.contains_key("Digits"), "{came:?}");
    assert_eq!(sim.receiver.came("/later")[0].form["Digits"], "9");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_is_too_long_for_its_voice_is_not_said() {
    let sim = Sim::start(quick()).await;
    for (voice, text, is_said) in [
        ("", "a".repeat(4_096), true),
        ("", "a".repeat(4_097), false),
        ("Polly.Joanna", "a".repeat(3_000), true),
        ("Polly.Joanna", "a".repeat(3_001), false),
        ("Google.en-US-Standard-C", "a".repeat(4_500), true),
        ("Google.hi-IN-Standard-A", "न".repeat(500), true),
        ("Google.hi-IN-Standard-A", "न".repeat(501), false),
    ] {
        let say = format!("<Say voice=\"{voice}\">{text}</Say>");
        let (_, heard) = run(&sim, "+12025550101", &say).await;
        let case = format!("{voice} {}", text.len());
        assert_eq!(verbs(&heard).len(), usize::from(is_said), "{case}");
        let warned = &heard["notifications"][0]["code"];
        assert_eq!(*warned == 13521, !is_said, "{case}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sound_is_fetched_and_must_be_sound() {
    let sim = Sim::start(quick()).await;
    sim.receiver
        .answers("/a.wav", 200, "audio/wav", vec![0; 16_000]);
    sim.receiver.answers("/b.wav", 404, "text/html", "");
    sim.receiver.answers("/c.wav", 200, "text/html", "no");
    let play = "<Play>/a.wav</Play><Play>/b.wav</Play><Play>/c.wav</Play><Say>End</Say>";
    let (_, heard) = run(&sim, "+12025550101", play).await;
    assert_eq!(verbs(&heard), ["Play", "Say End"]);
    let codes: Vec<i64> = heard["notifications"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["code"].as_i64().unwrap())
        .collect();
    assert_eq!(codes, [11200, 12300]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_rings_and_tells_its_action_how_it_went() {
    let sim = Sim::start(quick()).await;
    sim.receiver.twiml("/after", "<Say>Bye</Say>");
    sim.receiver.twiml("/whisper", "<Say>A call for you</Say>");
    for (noun, agent, status) in [
        ("Number", "+12025550110", "completed"),
        ("Sip", "sip:desk-0110@pbx.example.com", "completed"),
        ("Number", "+12025550150", "busy"),
        ("Number", "+12025550155", "no-answer"),
        ("Number", "+12025550160", "failed"),
    ] {
        let dial = format!(
            "<Dial timeout=\"15\" action=\"/after\"><{noun} url=\"/whisper\">{agent}</{noun}></Dial>"
        );
        let (sid, heard) = run(&sim, "+12025550101", &dial).await;
        let came = sim.receiver.came("/after");
        let told = came.iter().find(|one| one.form["CallSid"] == sid).unwrap();
        assert_eq!(told.form["DialCallStatus"], status);
        assert_eq!(verbs(&heard), ["Dial", "Say Bye"]);
        let leg = sim.heard(heard["legs"][0].as_str().unwrap()).await;
        assert_eq!(leg["call"]["parent_call_sid"], sid.as_str());
        if status == "completed" {
            assert_eq!(verbs(&leg), ["Say A call for you"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn recordings_are_told_of_fetched_and_deleted() {
    let sim = Sim::start(quick()).await;
    let told = sim.receiver.at("/recorded");
    let url = sim
        .receiver
        .twiml("/record", "<Say>one two three four five six seven</Say>");
    let form = [
        ("Url", url.as_str()),
        ("Record", "true"),
        ("RecordingStatusCallback", told.as_str()),
        ("RecordingStatusCallbackEvent", "in-progress completed"),
        ("RecordingChannels", "dual"),
    ];
    let sid = sim.call("+12025550101", &form).await;
    sim.ended(&sid).await;
    let mut came = sim.receiver.until("/recorded", 2).await;
    came.sort_by_key(|one| one.form["RecordingStatus"].clone());
    let recording = came[0].form["RecordingSid"].clone();
    assert_eq!(came[0].form["RecordingStatus"], "completed");
    assert_eq!(came[0].form["RecordingChannels"], "2");
    let (_, list) = sim.get(&format!("/Recordings.json?CallSid={sid}")).await;
    assert_eq!(list["recordings"][0]["sid"], recording.as_str());
    let seconds: usize = came[0].form["RecordingDuration"].parse().unwrap();
    let sound = http()
        .get(format!("{}.wav", came[0].form["RecordingUrl"]))
        .basic_auth(&sim.config.account, Some(&sim.config.token));
    let sound = sound.send().await.unwrap().bytes().await.unwrap();
    assert_eq!(sound.len(), 44 + seconds * 8_000 * 4);
    let path = sim.path(&format!("/Recordings/{recording}.json"));
    assert_eq!(sim.ask(reqwest::Method::DELETE, &path, &[]).await.0, 204);
    assert_eq!(sim.ask(reqwest::Method::GET, &path, &[]).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_executed_is_an_apology_and_a_notification() {
    let sim = Sim::start(quick()).await;
    sim.receiver
        .answers("/broken", 200, "text/xml", "<Response><Say>");
    sim.receiver.answers("/gone", 404, "text/xml", "");
    sim.receiver.answers("/text", 200, "application/json", "{}");
    for (path, code) in [("/broken", 12100), ("/gone", 11200), ("/text", 12300)] {
        let sid = sim
            .call("+12025550101", &[("Url", &sim.receiver.at(path))])
            .await;
        assert_eq!(sim.ended(&sid).await["status"], "completed");
        let (_, list) = sim.get(&format!("/Calls/{sid}/Notifications.json")).await;
        assert_eq!(list["notifications"][0]["error_code"], code.to_string());
        let heard = verbs(&sim.heard(&sid).await);
        assert!(heard[0].contains("application error"), "{heard:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_under_way_is_redirected_and_ended_by_the_api() {
    let sim = Sim::start(ringonce_twilio_sim::Config {
        speed: 100.0,
        ..quick()
    })
    .await;
    let first = sim.receiver.twiml("/first", "<Pause length=\"500\"/>");
    let second = sim
        .receiver
        .twiml("/second", "<Say>Moved</Say><Pause length=\"500\"/>");
    let sid = sim.call("+12025550101", &[("Url", &first)]).await;
    sim.until(&sid, |call| call["status"] == "in-progress")
        .await;
    let path = format!("/Calls/{sid}.json");
    assert_eq!(sim.post(&path, &[("Url", &second)]).await.0, 200);
    sim.receiver.until("/second", 1).await;
    while !verbs(&sim.heard(&sid).await).contains(&"Say Moved".to_owned()) {
        pause(5).await;
    }
    let (status, call) = sim.post(&path, &[("Status", "completed")]).await;
    assert_eq!((status, &call["status"]), (200, &"completed".into()));
    let (status, problem) = sim.post(&path, &[("Status", "completed")]).await;
    assert_eq!((status, &problem["code"]), (400, &21220.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_checked_and_written_down() {
    let sim = Sim::start(quick()).await;
    let good = "<Connect><Stream url=\"wss://example.com/agent\"><Parameter name=\"token\" value=\"t1\"/>\
                </Stream></Connect><Say>After</Say>";
    let (_, heard) = run(&sim, "+12025550101", good).await;
    assert_eq!(verbs(&heard), ["Stream", "Say After"]);
    let stream = heard["transcript"]
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["verb"] == "Stream")
        .unwrap();
    assert_eq!(stream["parameters"]["token"], "t1");
    for url in ["ws://example.com/", "wss://example.com/?a=b", ""] {
        let bad = format!("<Connect><Stream url=\"{url}\"/></Connect><Say>After</Say>");
        let (_, heard) = run(&sim, "+12025550101", &bad).await;
        assert!(verbs(&heard).is_empty(), "{url}");
        assert_eq!(heard["notifications"][0]["code"], 11100, "{url}");
    }
}
