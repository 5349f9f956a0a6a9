//! The outcome of a call, by the called number.

use crate::client::{Sim, quick};

#[tokio::test(flavor = "multi_thread")]
async fn every_number_has_the_end_that_its_digits_say() {
    let sim = Sim::start(quick()).await;
    let hook = sim.receiver.at("/status");
    let mut told = 0;
    for (to, status, sip) in [
        ("+12025550101", "completed", 200),
        ("+12025550143", "completed", 200),
        ("+12025550150", "busy", 486),
        ("+12025550155", "no-answer", 487),
        ("+12025550160", "failed", 404),
        ("+12025550165", "failed", 503),
        ("+12025550170", "completed", 200),
        ("+12025550180", "completed", 200),
        ("+12025550190", "failed", 500),
    ] {
        let form = [
            ("Twiml", "<Response><Say>Hi</Say></Response>"),
            ("StatusCallback", &hook),
        ];
        let sid = sim.call(to, &form).await;
        let call = sim.ended(&sid).await;
        assert_eq!(call["status"], status, "{to}");
        told += 1;
        let came = sim.receiver.until("/status", told).await;
        let last = came.last().unwrap();
        assert_eq!(last.form["CallSid"], sid);
        assert_eq!(last.form["CallStatus"], status, "{to}");
        assert_eq!(last.form["SipResponseCode"], sip.to_string(), "{to}");
        assert_eq!(last.form["SequenceNumber"], "0", "only one was asked for");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ringing_ends_with_the_timeout_and_talk_with_the_time_limit() {
    let sim = Sim::start(quick()).await;
    let long = "<Response><Pause length=\"500\"/></Response>";
    let late = sim
        .call("+12025550185", &[("Twiml", long), ("Timeout", "20")])
        .await;
    assert_eq!(
        sim.ended(&late).await["status"],
        "no-answer",
        "25 seconds are too many"
    );
    let limited = sim
        .call("+12025550101", &[("Twiml", long), ("TimeLimit", "30")])
        .await;
    let call = sim.ended(&limited).await;
    assert_eq!(call["status"], "completed");
    let seconds: u64 = call["duration"].as_str().unwrap().parse().unwrap();
    assert!(seconds >= 30, "{seconds}");
    assert!(seconds < 500, "the limit did not end it: {seconds}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_lets_calls_out_one_by_one_in_order() {
    let sim = Sim::start(ringonce_twilio_sim::Config {
        cps: 1.0,
        speed: 1.0,
        ..quick()
    })
    .await;
    let form = [("Twiml", "<Response/>")];
    let mut calls = Vec::new();
    for _ in 0..4 {
        calls.push(sim.call("+12025550101", &form).await);
    }
    let last = calls.last().unwrap();
    let (_, queued) = sim
        .get("/Calls.json?Status=queued&StartTime>=2020-01-01")
        .await;
    let queued = queued["calls"].as_array().unwrap();
    assert!(
        queued.iter().all(|call| call["sid"] != last.as_str()),
        "no start, not listed by it"
    );
    let (_, call) = sim.get(&format!("/Calls/{last}.json")).await;
    assert_eq!(
        (&call["status"], call["start_time"].is_null()),
        (&"queued".into(), true)
    );
    sim.until(last, |call| call["start_time"].is_string()).await;
    let dialled = sim.truth("dialled");
    let order: Vec<&str> = dialled
        .iter()
        .map(|line| line["sid"].as_str().unwrap())
        .collect();
    assert_eq!(order, calls);
    for pair in dialled.windows(2) {
        let gap = pair[1]["at"].as_i64().unwrap() - pair[0]["at"].as_i64().unwrap();
        // The time of dialling is recorded a moment after the call's turn has come.
        assert!(gap >= 950, "{gap} ms at one a second");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queued_call_that_is_cancelled_never_rings() {
    let sim = Sim::start(ringonce_twilio_sim::Config {
        cps: 1.0,
        speed: 1.0,
        ..quick()
    })
    .await;
    let form = [("Twiml", "<Response/>")];
    sim.call("+12025550101", &form).await;
    let waiting = sim.call("+12025550102", &form).await;
    let path = format!("/Calls/{waiting}.json");
    let (status, call) = sim.post(&path, &[("Status", "canceled")]).await;
    assert_eq!((status, &call["status"]), (200, &"canceled".into()));
    let (status, problem) = sim.post(&path, &[("Status", "canceled")]).await;
    assert_eq!((status, &problem["code"]), (400, &21220.into()));
    crate::client::pause(1_300).await;
    assert!(
        sim.truth("dialled")
            .iter()
            .all(|line| line["to"] != "+12025550102")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_ring_stands_in_the_log_even_when_the_answer_was_lost() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("truth.jsonl");
    let sim = Sim::start(ringonce_twilio_sim::Config {
        log: Some(log.clone()),
        ..quick()
    })
    .await;
    sim.faults(ringonce_twilio_sim::Faults {
        lost_create_responses: 1.0,
        ..ringonce_twilio_sim::Faults::default()
    });
    let form = [
        ("To", "+12025550101"),
        ("From", "+12025550100"),
        ("Twiml", "<Response/>"),
    ];
    let (status, _) = sim.post("/Calls.json", &form).await;
    assert_eq!(status, 0, "the connection closes");
    let (_, list) = sim.get("/Calls.json?To=%2B12025550101").await;
    let sid = list["calls"][0]["sid"].as_str().unwrap().to_owned();
    sim.ended(&sid).await;
    assert_eq!(sim.truth("ringing").len(), 1);
    assert_eq!(std::fs::read_to_string(log).unwrap(), sim.inner.truth());
}
