//! Asking for a call: what is sent, what the answer is taken for, and what is never sent.

use std::sync::Arc;
use std::time::Duration;

use ringonce_carrier::Webhooks as _;
use ringonce_carrier::clock::{SystemClock, VirtualClock};
use ringonce_carrier::twilio::{Account, Flavour, Secret};
use ringonce_carrier::{Carrier, Clock, PlaceRequest, Placed};
use ringonce_domain::{
    Channels, Detection, FailureClass, Machines, Millis, Number, OnMachine, RecordingFormat,
    Timestamp,
};

use super::double::{
    Double, NOW, ReceivedRequest, SID, adapter, attempt, problem, request, request_by,
};

/// How Twilio is to repeat what does not reach us.
const OVERRIDES: &str = "#rc=5&rp=all&ct=2000&rt=5000";

fn made() -> (u16, String) {
    (201, r#"{"sid": "CA1", "status": "queued"}"#.to_owned())
}

async fn asked(request: PlaceRequest) -> ReceivedRequest {
    let double = Double::answering([made()]).await;
    let placed = double.adapter().place(request).await;
    let call_id = "CA1".to_owned();
    assert_eq!(placed, Placed::Accepted { call_id });
    let asked = double.asked();
    assert_eq!(asked.len(), 1, "{asked:?}");
    asked.into_iter().next().unwrap()
}

#[tokio::test]
async fn an_ordinary_call_is_asked_for_with_all_that_brings_it_back() {
    let asked = asked(request()).await;
    assert_eq!(asked.method, "POST");
    assert_eq!(asked.path, format!("/2010-04-01/Accounts/{SID}/Calls.json"));
    // By `printf '%s' 'SID:the auth token' | base64`.
    assert!(
        asked.authorization.starts_with("Basic QUMwMDAw"),
        "{asked:?}"
    );
    let token = double_token();
    let url = |leaf: &str| format!("https://calls.example.com/carriers/twilio/{token}/{leaf}");
    let expected = [
        ("To", "+12025550123".to_owned()),
        ("From", "+12025550199".to_owned()),
        ("Url", url("twiml#rc=5&rp=all&ct=2000&rt=5000")),
        ("Method", "POST".to_owned()),
        ("FallbackUrl", url("fallback#rc=5&rp=all&ct=2000&rt=5000")),
        ("FallbackMethod", "POST".to_owned()),
        ("StatusCallback", url("status#rc=5&rp=all&ct=2000&rt=5000")),
        ("StatusCallbackMethod", "POST".to_owned()),
        ("StatusCallbackEvent", "initiated".to_owned()),
        ("StatusCallbackEvent", "ringing".to_owned()),
        ("StatusCallbackEvent", "answered".to_owned()),
        ("StatusCallbackEvent", "completed".to_owned()),
        ("Timeout", "30".to_owned()),
        ("TimeLimit", "600".to_owned()),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value));
    assert_eq!(asked.fields, expected);
}

/// The token of the attempt, as the adapter itself knows it again.
fn double_token() -> String {
    let account = Account::new(Flavour::Twilio, SID, "x", "https://calls.example.com");
    let adapter = adapter(account);
    let url = adapter.url(attempt(), "status");
    let token = url.split('/').nth_back(1).unwrap().to_owned();
    assert_eq!(adapter.attempt_of(&token), Some(attempt()));
    token
}

#[tokio::test]
async fn machines_are_looked_for_as_the_campaign_chose() {
    for (then, detection, expected) in [
        (OnMachine::Ignore, Detection::Async, (None, None)),
        (OnMachine::Ignore, Detection::Sync, (None, None)),
        (OnMachine::HangUp, Detection::Sync, (Some("Enable"), None)),
        (
            OnMachine::HangUp,
            Detection::Async,
            (Some("Enable"), Some("true")),
        ),
        (
            OnMachine::LeaveMessage,
            Detection::Sync,
            (Some("DetectMessageEnd"), None),
        ),
        (
            OnMachine::LeaveMessage,
            Detection::Async,
            (Some("DetectMessageEnd"), Some("true")),
        ),
    ] {
        let machines = Machines {
            then,
            detection,
            timeout_seconds: Some(20),
            ..Machines::default()
        };
        let asked = asked(PlaceRequest {
            machines,
            ..request()
        })
        .await;
        let told = (asked.one("MachineDetection"), asked.one("AsyncAmd"));
        assert_eq!(told, expected, "{machines:?}");
        let timeout = asked.one("MachineDetectionTimeout");
        assert_eq!(timeout, expected.0.map(|_| "20"), "{machines:?}");
        let callback = asked.one("AsyncAmdStatusCallback");
        assert_eq!(callback.is_some(), expected.1.is_some(), "{machines:?}");
        assert!(callback.is_none_or(|url| url.ends_with(&format!("/machine{OVERRIDES}"))));
    }
}

#[tokio::test]
async fn what_a_campaign_chose_is_asked_for() {
    let asked = asked(PlaceRequest {
        record: true,
        recording: RecordingFormat {
            channels: Channels::Dual,
            trim_silence: false,
        },
        machines: Machines {
            then: OnMachine::HangUp,
            detection: Detection::Sync,
            timeout_seconds: None,
            speech_ms: Some(3_000),
            speech_end_ms: Some(900),
            silence_ms: Some(2_500),
        },
        call_reason: Some("Your order".into()),
        caller_id: Number::from_digits(12_025_550_150),
        ring_for: Millis::new(1_500),
        time_limit: Millis::from_hours(9),
        ..request()
    })
    .await;
    for (field, expected) in [
        ("Record", "true"),
        ("RecordingStatusCallbackMethod", "POST"),
        ("RecordingChannels", "dual"),
        ("Trim", "do-not-trim"),
        ("MachineDetectionSpeechThreshold", "3000"),
        ("MachineDetectionSpeechEndThreshold", "900"),
        ("MachineDetectionSilenceTimeout", "2500"),
        ("CallReason", "Your order"),
        ("From", "+12025550150"),
        ("Timeout", "5"),
        ("TimeLimit", "14400"),
    ] {
        assert_eq!(asked.one(field), Some(expected), "{field}");
    }
    let recording = asked.one("RecordingStatusCallback").unwrap();
    assert!(
        recording.ends_with(&format!("/recording{OVERRIDES}")),
        "{recording}"
    );
}

#[tokio::test]
async fn an_api_key_and_a_subaccount_are_used() {
    let double = Double::answering([made()]).await;
    let account = Account {
        api_key: Some(("SK1".into(), Secret::new("s"))),
        subaccount: Some("AC9".into()),
        ..double.account()
    };
    adapter(account).place(request()).await;
    let asked = double.asked();
    assert_eq!(asked[0].path, "/2010-04-01/Accounts/AC9/Calls.json");
    // By `printf 'SK1:s' | base64`.
    assert_eq!(asked[0].authorization, "Basic U0sxOnM=");
}

#[tokio::test]
async fn signalwire_is_not_asked_for_what_it_does_not_know() {
    let double = Double::answering([made()]).await;
    let account = Account {
        name: "signalwire".into(),
        flavour: Flavour::SignalWire,
        base_url: Some(format!("{}/api/laml", double.url)),
        ..double.account()
    };
    let request = PlaceRequest {
        call_reason: Some("Your order".into()),
        ..request()
    };
    let adapter = adapter(account);
    assert_eq!(adapter.name(), "signalwire");
    adapter.place(request).await;
    let asked = double.asked().remove(0);
    assert_eq!(
        asked.path,
        format!("/api/laml/2010-04-01/Accounts/{SID}/Calls.json")
    );
    assert_eq!(asked.one("CallReason"), None);
    let callback = asked.one("StatusCallback").unwrap();
    assert!(callback.contains("/carriers/signalwire/"), "{callback}");
    assert!(!callback.contains('#'), "{callback}");
}

#[tokio::test]
async fn a_refusal_is_taken_by_its_class_and_nothing_is_asked_twice() {
    for (status, code, class) in [
        (400, 21211, FailureClass::BadNumber),
        (400, 21214, FailureClass::Ambiguous),
        (401, 20003, FailureClass::Configuration),
        (400, 21215, FailureClass::Country),
        (429, 20429, FailureClass::Congestion),
    ] {
        let double = Double::answering([problem(status, code)]).await;
        let placed = double.adapter().place(request()).await;
        let Placed::Refused {
            class: told,
            reason,
        } = placed
        else {
            panic!("{code}: {placed:?}");
        };
        assert_eq!(told, class, "{code}");
        assert!(reason.contains("in its words"), "{reason}");
        assert_eq!(double.asked().len(), 1, "{code}");
    }
}

#[tokio::test]
async fn an_error_of_its_own_or_no_answer_is_unclear_and_nothing_is_asked_twice() {
    for answer in [
        problem(500, 20500),
        problem(503, 20503),
        (502, "<html>".to_owned()),
        (201, "cut".to_owned()),
        (0, String::new()),
    ] {
        let double = Double::answering([answer.clone()]).await;
        let account = Account {
            answer_timeout: Duration::from_millis(400),
            ..double.account()
        };
        let placed = adapter(account).place(request()).await;
        assert!(
            matches!(placed, Placed::Unclear { .. }),
            "{answer:?}: {placed:?}"
        );
        tokio::task::yield_now().await;
        assert_eq!(double.asked().len(), 1, "{answer:?}");
    }
}

#[tokio::test]
async fn a_carrier_that_cannot_be_reached_was_not_asked() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let mut account = Double::answering([made()]).await.account();
    account.base_url = Some(url);
    let placed = adapter(account).place(request()).await;
    let Placed::Refused { class, reason } = placed else {
        panic!("{placed:?}");
    };
    assert_eq!(class, FailureClass::Network);
    assert!(!reason.contains("http"), "no address: {reason}");
}

#[tokio::test]
async fn after_its_deadline_nothing_leaves() {
    let double = Double::answering([made()]).await;
    let clock = Arc::new(VirtualClock::new(NOW, 1.0));
    let request = request_by(clock.as_ref());
    clock.advance_to(NOW + Millis::from_secs(60));
    let twilio = ringonce_carrier::twilio::Twilio::new(double.account(), "secret", clock).unwrap();
    assert_eq!(twilio.place(request).await, Placed::TooLate);
    assert_eq!(double.asked().len(), 0);
}

#[tokio::test]
async fn calls_wait_for_their_turn_and_those_that_cannot_are_turned_away() {
    let double = Double::answering([made()]).await;
    let account = Account {
        calls_per_second: 5.0,
        ..double.account()
    };
    let twilio = adapter(account);
    let begun = SystemClock.now();
    let within = |millis| twilio.admit(request().to, begun + Millis::new(millis));
    let admitted = tokio::join!(within(5_000), within(5_000), within(100));
    let took: Timestamp = SystemClock.now();
    assert_eq!(admitted, (true, true, false));
    assert!(
        took.since(begun) >= Millis::new(199),
        "{:?}",
        took.since(begun)
    );
    assert_eq!(double.asked().len(), 0);
}

#[tokio::test]
async fn a_country_that_is_refused_is_not_asked_for_again_and_again() {
    let double = Double::answering([problem(400, 21215)]).await;
    let twilio = double.adapter();
    for _ in 0..5 {
        let placed = twilio.place(request()).await;
        assert!(
            matches!(
                placed,
                Placed::Refused {
                    class: FailureClass::Country,
                    ..
                }
            ),
            "{placed:?}"
        );
    }
    assert_eq!(double.asked().len(), 1);
}

#[tokio::test]
async fn without_a_caller_id_nothing_is_asked() {
    let double = Double::answering([made()]).await;
    let request = PlaceRequest {
        caller_id: None,
        ..request()
    };
    let placed = double.adapter().place(request).await;
    let Placed::Refused { class, reason } = placed else {
        panic!("{placed:?}");
    };
    assert_eq!(class, FailureClass::Configuration);
    assert!(reason.contains("caller id"), "{reason}");
    assert_eq!(double.asked().len(), 0);
}
