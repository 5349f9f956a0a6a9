//! Callbacks: their events, their form, and the faults on the way.

use std::collections::HashSet;

use ringonce_twilio_sim::Faults;

use crate::client::{Sim, pause, quick};

const HANGUP: (&str, &str) = ("Twiml", "<Response><Hangup/></Response>");
const EVENTS: (&str, &str) = (
    "StatusCallbackEvent",
    "initiated ringing answered completed",
);

#[tokio::test(flavor = "multi_thread")]
async fn each_event_is_told_once_numbered_and_signed() {
    let sim = Sim::start(quick()).await;
    let hook = sim.receiver.at("/status?a=b#rc=2&rp=all");
    let sid = sim
        .call("+12025550101", &[HANGUP, EVENTS, ("StatusCallback", &hook)])
        .await;
    sim.ended(&sid).await;
    sim.receiver.until("/status?a=b", 4).await;
    pause(50).await;
    let mut came = sim.receiver.came("/status?a=b");
    came.sort_by_key(|one| one.form["SequenceNumber"].clone());
    let told: Vec<(&str, &str)> = came
        .iter()
        .map(|one| {
            (
                one.form["SequenceNumber"].as_str(),
                one.form["CallStatus"].as_str(),
            )
        })
        .collect();
    let all = [
        ("0", "initiated"),
        ("1", "ringing"),
        ("2", "in-progress"),
        ("3", "completed"),
    ];
    assert_eq!(told, all);
    for one in &came {
        assert_eq!(one.form["CallSid"], sid);
        assert_eq!(one.form["CallbackSource"], "call-progress-events");
        assert_eq!(one.form["Direction"], "outbound-api");
        assert!(one.headers["x-twilio-signature"].len() == 28);
        assert!(one.headers.contains_key("i-twilio-idempotency-token"));
    }
    assert!(came[3].form.contains_key("CallDuration"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_503_is_repeated_only_when_the_address_says_so() {
    let sim = Sim::start(quick()).await;
    for (fragment, tries) in [
        ("", 1),
        ("#rc=3&rp=5xx", 4),
        ("#rc=3&rp=ct", 1),
        ("#rp=all", 2),
    ] {
        let path = format!("/{tries}{}", fragment.len());
        sim.receiver.answers(&path, 503, "text/plain", "");
        let hook = format!("{}{fragment}", sim.receiver.at(&path));
        let sid = sim
            .call("+12025550150", &[HANGUP, ("StatusCallback", &hook)])
            .await;
        sim.ended(&sid).await;
        sim.receiver.until(&path, tries).await;
        pause(150).await;
        let came = sim.receiver.came(&path);
        assert_eq!(came.len(), tries, "{fragment}");
        let tokens: HashSet<&String> = came
            .iter()
            .map(|one| &one.headers["i-twilio-idempotency-token"])
            .collect();
        assert_eq!(tokens.len(), 1, "a repetition is marked as one");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn callbacks_are_lost_repeated_delayed_and_forged_on_demand() {
    let sim = Sim::start(quick()).await;
    let hook = sim.receiver.at("/lost");
    sim.faults(Faults {
        lost_callbacks: 1.0,
        ..Faults::default()
    });
    let sid = sim
        .call("+12025550150", &[HANGUP, ("StatusCallback", &hook)])
        .await;
    sim.ended(&sid).await;
    sim.faults(Faults {
        callbacks_lost_for_ms: 60_000,
        ..Faults::default()
    });
    let sid = sim
        .call("+12025550150", &[HANGUP, ("StatusCallback", &hook)])
        .await;
    sim.ended(&sid).await;
    pause(100).await;
    assert!(sim.receiver.came("/lost").is_empty());
    assert_eq!(sim.truth("callback lost").len(), 2);

    let hook = sim.receiver.at("/many");
    sim.faults(Faults {
        callback_repetitions: 5,
        callback_delay_ms: 50,
        forged_callbacks: 1.0,
        ..Faults::default()
    });
    for _ in 0..10 {
        sim.call("+12025550150", &[HANGUP, EVENTS, ("StatusCallback", &hook)])
            .await;
    }
    let came = sim.receiver.until("/many", 60).await;
    let forged = came
        .iter()
        .filter(|one| one.form["CallStatus"] == "failed")
        .count();
    assert!(forged >= 10, "{forged}");
    let order: Vec<&str> = came
        .iter()
        .filter(|one| one.form["CallSid"] == came[0].form["CallSid"])
        .map(|one| one.form["CallStatus"].as_str())
        .collect();
    assert!(order.len() > 2, "{order:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_leaves_this_machine() {
    let sim = Sim::start(quick()).await;
    let form = [
        ("Url", "http://elsewhere.example.com/twiml"),
        ("StatusCallback", "http://elsewhere.example.com/"),
    ];
    let sid = sim.call("+12025550101", &form).await;
    sim.ended(&sid).await;
    let heard = sim.heard(&sid).await;
    let text = heard["notifications"][0]["text"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(text.contains("--allow-remote"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_is_told_from_a_person_before_the_twiml_or_beside_it() {
    let sim = Sim::start(ringonce_twilio_sim::Config {
        speed: 100.0,
        ..quick()
    })
    .await;
    // The result of asynchronous detection comes within eight seconds of the answer.
    let say = sim.receiver.twiml("/say", "<Pause length=\"100\"/>");
    let amd = sim.receiver.at("/amd");
    let mut verdicts = 0;
    for (to, mode, verdict) in [
        ("+12025550101", "Enable", "human"),
        ("+12025550170", "Enable", "machine_start"),
        ("+12025550170", "DetectMessageEnd", "machine_end_beep"),
        ("+12025550195", "DetectMessageEnd", "fax"),
    ] {
        let form = [("Url", say.as_str()), ("MachineDetection", mode)];
        let sid = sim.call(to, &form).await;
        assert_eq!(sim.ended(&sid).await["answered_by"], verdict);
        let asked = sim.receiver.came("/say");
        let asked = asked.iter().find(|one| one.form["CallSid"] == sid).unwrap();
        assert_eq!(asked.form["AnsweredBy"], verdict);

        let beside = [
            form[0],
            form[1],
            ("AsyncAmd", "true"),
            ("AsyncAmdStatusCallback", &amd),
        ];
        let sid = sim.call(to, &beside).await;
        sim.ended(&sid).await;
        verdicts += 1;
        let told = sim.receiver.until("/amd", verdicts).await;
        let told = told.iter().find(|one| one.form["CallSid"] == sid).unwrap();
        assert_eq!(told.form["AnsweredBy"], verdict);
        let asked = sim.receiver.came("/say");
        let asked = asked.iter().find(|one| one.form["CallSid"] == sid).unwrap();
        assert!(!asked.form.contains_key("AnsweredBy"));
    }
}
