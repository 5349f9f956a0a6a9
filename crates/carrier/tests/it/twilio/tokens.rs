//! Credentials that the carrier does not accept, and two auth tokens of which one is being replaced.

use ringonce_carrier::twilio::{Account, Secret, Twilio};
use ringonce_carrier::{CallStatus, Carrier as _, Placed};
use serde_json::json;

use super::double::{Answer, Double, adapter, attempt, problem, query, request};

fn call() -> Answer {
    let call = json!({ "sid": "CA1", "to": "+12025550123", "status": "ringing" });
    (200, call.to_string())
}

/// An adapter with two auth tokens.
fn of_two(double: &Double) -> Twilio {
    adapter(Account {
        secondary_token: Some(Secret::new("the other token")),
        ..double.account()
    })
}

/// How many different credentials came, and whether the last two were the same.
fn credentials(double: &Double) -> (usize, bool) {
    let asked = double.asked();
    let mut all: Vec<_> = asked.iter().map(|it| it.authorization.clone()).collect();
    let settled = all.len() > 1 && all[all.len() - 1] == all[all.len() - 2];
    all.sort();
    all.dedup();
    (all.len(), settled)
}

#[tokio::test]
async fn a_carrier_that_refuses_us_is_told_from_one_that_cannot_tell() {
    for (answer, denied) in [
        (problem(401, 20003), true),
        ((401, "<html>".to_owned()), true),
        (problem(403, 20005), true),
        (problem(403, 20403), false),
        (problem(500, 20500), false),
        (problem(429, 20429), false),
    ] {
        for name in [Some("CA1"), None] {
            let double = Double::answering([answer.clone()]).await;
            let status = double.adapter().look_up(&query(name, &[])).await;
            let told = matches!(status, CallStatus::Denied(_));
            assert_eq!(told, denied, "{answer:?}: {status:?}");
            assert_eq!(double.asked().len(), 1, "no other token is there to try");
        }
    }
}

#[tokio::test]
async fn a_question_that_one_token_is_refused_is_asked_with_the_other_from_then_on() {
    let double = Double::answering([problem(401, 20003), call()]).await;
    let twilio = of_two(&double);
    let found = twilio.look_up(&query(Some("CA1"), &[])).await;
    assert!(matches!(found, CallStatus::Seen(_)), "{found:?}");
    assert_eq!(double.asked().len(), 2);
    let ended = twilio.hang_up(attempt(), Some("CA1")).await;
    assert_eq!(ended, Ok(()));
    assert_eq!(double.asked().len(), 3, "it begins with what was accepted");
    assert_eq!(credentials(&double), (2, true));
}

#[tokio::test]
async fn where_neither_token_is_accepted_it_denies() {
    let double = Double::answering([problem(401, 20003)]).await;
    let twilio = of_two(&double);
    let found = twilio.look_up(&query(Some("CA1"), &[])).await;
    assert!(matches!(found, CallStatus::Denied(_)), "{found:?}");
    assert_eq!(double.asked().len(), 2);
}

#[tokio::test]
async fn a_call_is_asked_for_once_and_the_next_one_with_the_token_that_is_accepted() {
    let list = (200, json!({ "calls": [] }).to_string());
    let made = (201, json!({ "sid": "CA1" }).to_string());
    let double = Double::answering([problem(401, 20003), problem(401, 20003), list, made]).await;
    let twilio = of_two(&double);
    assert_eq!(twilio.place(request()).await, Placed::TooLate);
    let created = |double: &Double| {
        let asked = double.asked();
        asked.iter().filter(|it| it.method == "POST").count()
    };
    assert_eq!(created(&double), 1, "nothing is asked for twice");
    let call_id = "CA1".to_owned();
    let placed = twilio.place(request()).await;
    assert_eq!(placed, Placed::Accepted { call_id });
    assert_eq!(created(&double), 2);
}
