//! Looking calls up, listing, ending and checking: what is asked, and what the answers are taken for.

use ringonce_carrier::recording::{Format, Recordings as _};
use ringonce_carrier::twilio::{Account, Flavour, Secret};
use ringonce_carrier::{CallStatus, Carrier, Verdict};
use ringonce_domain::{Evidence, Number, Outcome};
use serde_json::{Value, json};

use super::double::{Answer, Double, NOW, SID, adapter, attempt, problem, query};

const AT: &str = "Sat, 21 Nov 2026 19:45:05 +0000";

fn call(sid: &str, status: &str) -> Value {
    json!({
        "sid": sid, "to": "+12025550123", "from": "+12025550199", "status": status,
        "direction": "outbound-api", "date_created": AT, "start_time": null, "duration": null,
    })
}

fn page(calls: &[Value], next: Option<&str>) -> Answer {
    (
        200,
        json!({ "calls": calls, "next_page_uri": next }).to_string(),
    )
}

#[tokio::test]
async fn a_call_that_has_a_name_is_asked_for_by_it() {
    for (answer, seen) in [
        ((200, call("CA1", "ringing").to_string()), Some(true)),
        (problem(404, 20404), Some(false)),
        ((404, "<html>".to_owned()), None),
        (problem(401, 20003), None),
        (problem(500, 20500), None),
        ((200, call("CA1", "dreaming").to_string()), None),
    ] {
        let double = Double::answering([answer.clone()]).await;
        let status = double.adapter().look_up(&query(Some("CA1"), &[])).await;
        let told = match &status {
            CallStatus::Seen(evidence) => {
                assert_eq!(evidence.last(), Some(&Evidence::Ringing));
                Some(true)
            }
            CallStatus::NotSeen => Some(false),
            CallStatus::CannotTell(_) | CallStatus::Denied(_) => None,
        };
        assert_eq!(told, seen, "{answer:?}: {status:?}");
        let path = format!("/2010-04-01/Accounts/{SID}/Calls/CA1.json");
        assert_eq!(double.asked()[0].path, path);
    }
}

#[tokio::test]
async fn a_call_to_another_number_is_not_taken_for_it() {
    let mut other = call("CA1", "completed");
    other["to"] = json!("+12025550124");
    let double = Double::answering([(200, other.to_string())]).await;
    let status = double.adapter().look_up(&query(Some("CA1"), &[])).await;
    assert!(matches!(status, CallStatus::CannotTell(_)), "{status:?}");
}

#[tokio::test]
async fn a_call_without_a_name_is_found_among_those_to_its_number_over_all_pages() {
    let next =
        format!("/2010-04-01/Accounts/{SID}/Calls.json?To=%2B12025550123&Page=1&PageToken=PA1");
    let double = Double::answering([
        page(&[call("CA9", "completed")], Some(&next)),
        page(&[call("CA1", "queued")], None),
    ])
    .await;
    let status = double.adapter().look_up(&query(None, &["CA9"])).await;
    let call_id = "CA1".to_owned();
    assert_eq!(status, CallStatus::Seen(vec![Evidence::Found { call_id }]));
    let asked = double.asked();
    let to = ("To".to_owned(), "+12025550123".to_owned());
    assert!(asked[0].query.contains(&to), "{asked:?}");
    assert!(asked[1].query.contains(&("PageToken".into(), "PA1".into())));
}

#[tokio::test]
async fn none_is_none_and_several_are_named() {
    for (calls, others, expected) in [
        (vec![], vec![], "none"),
        (vec![call("CA1", "completed")], vec!["CA1"], "none"),
        (
            vec![call("CA1", "completed"), call("CA2", "queued")],
            vec![],
            "CA1, CA2",
        ),
        (
            vec![call("CA1", "completed"), call("CA2", "queued")],
            vec!["CA1"],
            "one",
        ),
    ] {
        let double = Double::answering([page(&calls, None)]).await;
        let told = match double.adapter().look_up(&query(None, &others)).await {
            CallStatus::Seen(_) => "one".to_owned(),
            CallStatus::NotSeen => "none".to_owned(),
            CallStatus::CannotTell(words) | CallStatus::Denied(words) => words,
        };
        assert!(told.contains(expected), "{calls:?} {others:?}: {told}");
    }
}

#[tokio::test]
async fn the_list_of_a_day_comes_in_pages() {
    let next = "/x?StartTime=2026-11-21&PageToken=PA1";
    let mut over = call("CA1", "completed");
    over["duration"] = json!("12");
    let mut came_in = call("CA2", "completed");
    came_in["direction"] = json!("inbound");
    let mut passed_on = call("CA3", "completed");
    passed_on["direction"] = json!("outbound-dial");
    let listed = [came_in, passed_on, over];
    let double = Double::answering([page(&listed, Some(next)), page(&[], None)]).await;
    let twilio = double.adapter();
    let first = twilio.calls_on(NOW, None).await.unwrap().unwrap();
    assert_eq!(
        first.calls.len(),
        1,
        "those that came in or were passed on are not ours"
    );
    assert_eq!(first.calls[0].seconds, Some(12));
    assert_eq!(first.calls[0].to, "+12025550123");
    let last = twilio.calls_on(NOW, first.next.as_deref()).await;
    assert_eq!(last.unwrap().unwrap().next, None);
    let asked = double.asked();
    let day = ("StartTime".to_owned(), "2026-11-21".to_owned());
    assert!(
        asked.iter().all(|asked| asked.query.contains(&day)),
        "{asked:?}"
    );
}

#[tokio::test]
async fn ending_a_call_that_is_over_is_no_error() {
    for (answer, fine) in [
        ((200, call("CA1", "completed").to_string()), true),
        (problem(400, 21220), true),
        (problem(404, 20404), true),
        (problem(500, 20500), false),
        (problem(401, 20003), false),
    ] {
        let double = Double::answering([answer.clone()]).await;
        let twilio = double.adapter();
        let ended = twilio.hang_up(attempt(), Some("CA1")).await;
        assert_eq!(ended.is_ok(), fine, "{answer:?}: {ended:?}");
        assert_eq!(double.asked()[0].one("Status"), Some("completed"));
    }
}

#[tokio::test]
async fn only_a_call_that_queues_is_cancelled() {
    for (status, then, expected, requests) in [
        (
            "queued",
            (200, call("CA1", "canceled").to_string()),
            true,
            2,
        ),
        ("queued", problem(400, 21220), false, 2),
        ("ringing", problem(500, 20500), false, 1),
        ("in-progress", problem(500, 20500), false, 1),
    ] {
        let double = Double::answering([(200, call("CA1", status).to_string()), then]).await;
        let cancelled = double.adapter().cancel_queued(attempt(), "CA1").await;
        assert_eq!(cancelled, Ok(expected), "{status}");
        let asked = double.asked();
        assert_eq!(asked.len(), requests, "{status}");
        assert!(
            asked
                .get(1)
                .is_none_or(|it| it.one("Status") == Some("canceled"))
        );
    }
}

#[tokio::test]
async fn recordings_are_listed_fetched_and_removed() {
    let list = json!({ "recordings": [{
        "sid": "RE1", "call_sid": "CA1", "status": "completed", "duration": "7", "date_created": AT,
    }]});
    let double = Double::answering([
        (200, list.to_string()),
        (200, "bytes".to_owned()),
        (204, String::new()),
        problem(404, 20404),
    ])
    .await;
    let twilio = double.adapter();
    let found = twilio.of_call("CA1").await.unwrap();
    assert_eq!((found[0].id.as_str(), found[0].seconds), ("RE1", Some(7)));
    assert!(found[0].ready);
    let mut download = twilio.fetch("RE1", Format::Mp3).await.unwrap().unwrap();
    assert_eq!(download.length(), Some(5));
    assert_eq!(download.chunk().await.unwrap().unwrap(), "bytes");
    twilio.remove("RE1").await.unwrap();
    twilio.remove("RE1").await.unwrap();
    let asked = double.asked();
    assert!(asked[1].path.ends_with("/Recordings/RE1.mp3"), "{asked:?}");
    assert_eq!(asked[2].method, "DELETE");
}

#[tokio::test]
async fn a_check_says_what_is_wrong_and_what_to_do() {
    let owned = json!({ "incoming_phone_numbers": [{}] }).to_string();
    let none = json!({ "incoming_phone_numbers": [] }).to_string();
    let nor = json!({ "outgoing_caller_ids": [] }).to_string();
    let trial = json!({ "friendly_name": "Ana", "status": "active", "type": "Trial" });
    let balance = json!({ "balance": "-0.10", "currency": "USD" });
    let next = "https://voice.twilio.com/v1/DialingPermissions/Countries?Page=1";
    let countries = |code: &str, next: Option<&str>| {
        let page = json!({ "content": [{ "iso_code": code }], "meta": { "next_page_url": next } });
        (200, page.to_string())
    };
    let double = Double::answering([
        page(&[], None),
        (200, trial.to_string()),
        (200, balance.to_string()),
        countries("US", Some(next)),
        countries("CA", None),
        (200, owned),
        (200, none),
        (200, nor),
        (200, "ok".to_owned()),
    ])
    .await;
    let second = Number::from_digits(12_025_550_150).unwrap();
    let mut account = double.account();
    account.caller_ids.push(second);
    account.public_url = double.url.clone();
    let checks = adapter(account).check().await;
    let told: Vec<_> = checks
        .iter()
        .map(|check| (check.name.as_str(), check.verdict))
        .collect();
    let expected = [
        ("credentials", Verdict::Ok),
        ("clock", Verdict::Ok),
        ("account", Verdict::Warn),
        ("balance", Verdict::Warn),
        ("countries", Verdict::Ok),
        ("caller_id:+12025550199", Verdict::Ok),
        ("caller_id:+12025550150", Verdict::Fail),
        ("public_url", Verdict::Warn),
        ("pace", Verdict::Ok),
    ];
    assert_eq!(told, expected, "{checks:?}");
    assert!(checks[4].words.starts_with("CA, US may"), "{checks:?}");
    assert!(
        checks
            .iter()
            .all(|check| !check.words.contains("the auth token"))
    );
}

#[tokio::test]
async fn a_key_that_reads_calls_and_not_the_account_can_call() {
    let denied = || problem(401, 20003);
    let owned = json!({ "incoming_phone_numbers": [{}] }).to_string();
    let double = Double::answering([
        page(&[], None),
        denied(),
        denied(),
        denied(),
        (200, owned),
        (200, "ok".to_owned()),
    ])
    .await;
    let account = Account {
        api_key: Some(("SK1".into(), Secret::new("hush"))),
        public_url: double.url.clone(),
        ..double.account()
    };
    let checks = adapter(account).check().await;
    let failed = checks.iter().find(|check| check.verdict == Verdict::Fail);
    assert_eq!(failed, None, "{checks:?}");
    assert!(
        checks.iter().all(|check| !check.words.contains("SID")),
        "{checks:?}"
    );
    let told = |name: &str| checks.iter().find(|check| check.name == name).unwrap();
    assert!(told("account").words.contains("Standard"), "{checks:?}");
}

#[tokio::test]
async fn wrong_credentials_end_a_check_of_what_needs_them() {
    let double = Double::answering([problem(401, 20003)]).await;
    let account = Account {
        public_url: "http://127.0.0.1:1".into(),
        ..double.account()
    };
    let checks = adapter(account).check().await;
    assert_eq!(checks[0].verdict, Verdict::Fail);
    assert_eq!(checks[2].verdict, Verdict::Fail, "no server listens there");
    assert!(checks[0].words.contains("console"), "{checks:?}");
    let asked = double.asked();
    assert_eq!(asked.len(), 1, "{asked:?}");
}

#[test]
fn secrets_are_not_shown() {
    let account = Account {
        api_key: Some(("SK1".into(), Secret::new("hush"))),
        signing_key: Some(Secret::new("hush")),
        ..Account::new(Flavour::Twilio, SID, "hush", "https://calls.example.com")
    };
    let shown = format!("{account:?}");
    assert!(!shown.contains("hush"), "{shown}");
}

#[tokio::test]
async fn what_a_webhook_says_is_read_from_what_was_kept() {
    let double = Double::answering([problem(500, 20500)]).await;
    let twilio = double.adapter();
    let body = "CallSid=CA1&CallStatus=busy&SequenceNumber=2&CallbackSource=call-progress-events";
    let evidence = twilio
        .webhooks()
        .unwrap()
        .read("call-progress-events", body)
        .unwrap();
    let Some(Evidence::Ended { outcome, .. }) = evidence.last() else {
        panic!("{evidence:?}");
    };
    assert_eq!(*outcome, Outcome::Busy);
    let nothing = twilio.webhooks().unwrap().read("status", "nothing");
    assert!(nothing.is_err(), "{nothing:?}");
}
