//! A shared account whose lists are late, and a carrier that is wrong about calls for a while.

use ringonce_twilio_sim::{Config, Faults};
use serde_json::{Value, json};

use crate::client::{FROM, Sim, pause, quick};

/// The callers of the calls to a number that the list shows, sorted.
async fn callers(sim: &Sim, to: &str) -> Vec<Value> {
    let (_, listed) = sim.get(&format!("/Calls.json?To=%2B{}", &to[1..])).await;
    let calls = listed["calls"].as_array().unwrap();
    let mut from: Vec<Value> = calls.iter().map(|call| call["from"].clone()).collect();
    from.sort_by_key(Value::to_string);
    from
}

#[tokio::test(flavor = "multi_thread")]
async fn another_application_calls_the_same_number_and_takes_none_of_our_lines() {
    let sim = Sim::start(Config {
        concurrency: 1,
        ..quick()
    })
    .await;
    let foreign = sim.config.foreign_number.clone();
    sim.faults(Faults {
        foreign_calls: 1.0,
        ..Faults::default()
    });
    let form = [("Twiml", "<Response><Pause length=\"1\"/></Response>")];
    for nth in 1..5 {
        let to = format!("+1202555010{nth}");
        let sid = sim.call(&to, &form).await;
        for _ in 0..200 {
            if callers(&sim, &to).await.len() == 2 {
                break;
            }
            pause(5).await;
        }
        assert_eq!(callers(&sim, &to).await, [FROM, foreign.as_str()]);
        sim.ended(&sid).await;
    }
    let created = sim.truth("created");
    assert_eq!(created.len(), 8);
    for line in created {
        assert_eq!(line["foreign"], line["from"] == foreign.as_str(), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_list_lacks_a_call_that_can_be_asked_for() {
    let sim = Sim::start(quick()).await;
    sim.faults(Faults {
        list_lag_ms: 60_000,
        ..Faults::default()
    });
    let sid = sim.call("+12025550101", &[("Twiml", "<Response/>")]).await;
    assert_eq!(callers(&sim, "+12025550101").await, [Value::Null; 0]);
    assert_eq!(sim.get(&format!("/Calls/{sid}.json")).await.0, 200);
    sim.faults(Faults::default());
    assert_eq!(callers(&sim, "+12025550101").await, [FROM]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_said_to_be_canceled_rings_and_tells_the_truth_later() {
    let sim = Sim::start(Config {
        speed: 20.0,
        ..quick()
    })
    .await;
    sim.faults(Faults {
        false_cancels: 1.0,
        ..Faults::default()
    });
    let hook = sim.receiver.at("/status");
    let url = sim.receiver.twiml("/twiml", "<Say>Hi</Say>");
    let sid = sim
        .call("+12025550101", &[("Url", &url), ("StatusCallback", &hook)])
        .await;
    let lie = sim.receiver.until("/status", 1).await;
    assert_eq!(lie[0].form["CallStatus"], "canceled");
    let (_, shown) = sim.get(&format!("/Calls/{sid}.json")).await;
    assert_eq!(shown["status"], "canceled");
    let call = sim.until(&sid, |call| call["status"] == "completed").await;
    assert!(call["end_time"].is_string(), "{call}");
    let told = sim.receiver.until("/status", 2).await;
    assert_eq!(told[1].form["CallStatus"], "completed");
    assert_eq!(told[1].form["SequenceNumber"], "1");
    assert_eq!(sim.receiver.came("/twiml").len(), 1);
    assert_eq!(sim.truth("ringing").len(), 1);
    assert_eq!(sim.truth("ended")[0]["status"], "completed");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_word_comes_late_and_with_more_than_the_record() {
    let sim = Sim::start(quick()).await;
    sim.faults(Faults {
        late_truths: 1.0,
        late_truths_ms: 300,
        ..Faults::default()
    });
    let hook = sim.receiver.at("/status");
    let form = [("Twiml", "<Response/>"), ("StatusCallback", &hook)];
    let sid = sim.call("+12025550160", &form).await;
    assert_eq!(sim.ended(&sid).await["status"], "failed");
    assert_eq!(sim.receiver.came("/status").len(), 0, "not yet");
    let told = sim.receiver.until("/status", 1).await;
    assert_eq!(told[0].form["SipResponseCode"], "404");
    for _ in 0..200 {
        if !sim.truth("callback taken").is_empty() {
            break;
        }
        pause(5).await;
    }
    assert_eq!(sim.truth("callback taken")[0]["status"], "failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_one_fault_does_not_silence_callbacks_again() {
    let sim = Sim::start(quick()).await;
    sim.faults(Faults {
        callbacks_lost_for_ms: 200,
        ..Faults::default()
    });
    pause(250).await;
    let change = reqwest::Client::new()
        .post(format!("{}/_sim/faults", sim.url))
        .body(json!({"clock_skew_ms": 1_000}).to_string());
    assert_eq!(change.send().await.unwrap().status(), 200);
    let hook = sim.receiver.at("/status");
    let form = [("Twiml", "<Response/>"), ("StatusCallback", &hook)];
    sim.call("+12025550101", &form).await;
    sim.receiver.until("/status", 1).await;
}
