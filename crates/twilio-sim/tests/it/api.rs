//! The API: authentication, refusals and lists.

use std::time::Duration;

use reqwest::Method;
use ringonce_twilio_sim::Faults;

use crate::client::{FROM, Sim, http, quick};

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_refused_and_an_api_key_opens_as_well() {
    let key = ("SK1".to_owned(), "secret".to_owned());
    let sim = Sim::start(ringonce_twilio_sim::Config {
        api_key: Some(key.clone()),
        ..quick()
    })
    .await;
    let client = http();
    let (account, token) = (sim.config.account.as_str(), sim.config.token.as_str());
    for (path, user, password, status) in [
        (".json", account, token, 200),
        // The key is a Standard one, which may not read the account.
        (".json", "SK1", "secret", 401),
        ("/Calls.json", "SK1", "secret", 200),
        ("/Balance.json", "SK1", "secret", 200),
        ("/Calls.json", "SK1", "wrong", 401),
        (".json", account, "", 401),
    ] {
        let asked = client
            .get(format!("{}{}", sim.url, sim.path(path)))
            .basic_auth(user, Some(password));
        let answer = asked.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{path} {user}:{password}");
        let body: serde_json::Value = answer.json().await.unwrap();
        if status == 401 {
            assert_eq!(body["code"], 20003);
        } else if path == ".json" {
            assert_eq!(body["status"], "active");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_price_of_an_answered_call_is_known_some_time_after_its_end() {
    let sim = Sim::start(quick()).await;
    sim.faults(Faults {
        prices_held_for_ms: u64::MAX / 2,
        ..Faults::default()
    });
    let form = [("Twiml", "<Response><Pause length=\"70\"/></Response>")];
    let answered = sim.call("+12025550101", &form).await;
    let busy = sim.call("+12025550150", &form).await;
    for sid in [&answered, &busy] {
        assert!(sim.ended(sid).await["price"].is_null());
    }
    sim.faults(Faults::default());
    let call = sim.until(&answered, |call| call["price"].is_string()).await;
    let price = call["price"].as_str().unwrap();
    let per_minute: f64 = price.parse::<f64>().unwrap() / -2.0;
    assert!((0.0085..0.0185).contains(&per_minute), "{price}");
    assert_eq!(call["price_unit"], "USD");
    let (_, call) = sim.get(&format!("/Calls/{busy}.json")).await;
    assert!(call["price"].is_null(), "{call}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_replaced_opens_nothing() {
    let sim = Sim::start(quick()).await;
    let ask = async |token: &str| {
        let asked = http()
            .get(format!("{}{}", sim.url, sim.path("/Calls.json")))
            .basic_auth(&sim.config.account, Some(token));
        asked.send().await.unwrap().status().as_u16()
    };
    assert_eq!(ask(&sim.config.token).await, 200);
    let told = http().post(format!("{}/_sim/token", sim.url)).body("new");
    assert_eq!(told.send().await.unwrap().status(), 204);
    assert_eq!(ask(&sim.config.token).await, 401);
    assert_eq!(ask("new").await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_or_not_right_has_twilios_code() {
    let sim = Sim::start(quick()).await;
    let missing = format!("/Calls/CA{}.json", "0".repeat(32));
    for (method, path, form, status, code) in [
        (Method::GET, sim.path(&missing), vec![], 404, 20404),
        (
            Method::GET,
            "/2010-04-01/Accounts/AC1/Calls.json".to_owned(),
            vec![],
            404,
            20404,
        ),
        (Method::DELETE, sim.path("/Calls.json"), vec![], 405, 20004),
        (
            Method::GET,
            sim.path("/Calls.json?PageSize=1001"),
            vec![],
            400,
            20007,
        ),
        (
            Method::GET,
            sim.path("/Calls.json?StartTime=soon"),
            vec![],
            400,
            20001,
        ),
        (
            Method::POST,
            sim.path("/Calls.json"),
            vec![("To", "1")],
            400,
            21213,
        ),
        (
            Method::POST,
            sim.path("/Calls.json"),
            vec![("To", "1"), ("From", FROM)],
            400,
            21211,
        ),
    ] {
        let (answered, problem) = sim.ask(method, &path, &form).await;
        assert_eq!(
            (answered, &problem["code"]),
            (status, &code.into()),
            "{path}"
        );
        assert_eq!(problem["status"], status);
        assert!(problem["message"].is_string() && problem["more_info"].is_string());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_requests_and_too_many_calls_are_429() {
    let sim = Sim::start(ringonce_twilio_sim::Config {
        concurrency: 1,
        requests_per_second: 3,
        speed: 1.0,
        ..quick()
    })
    .await;
    let form = [
        ("To", "+12025550101"),
        ("From", FROM),
        ("Twiml", "<Response/>"),
    ];
    let mut codes = Vec::new();
    for _ in 0..8 {
        let (status, body) = sim.post("/Calls.json", &form).await;
        codes.push((status, body["code"].as_i64()));
    }
    assert_eq!(codes[0].0, 201);
    assert_eq!(codes[1], (429, Some(10004)));
    assert!(codes.contains(&(429, Some(20429))), "{codes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_hold_every_call_once_though_others_are_made_meanwhile() {
    let sim = Sim::start(quick()).await;
    let form = [("Twiml", "<Response/>")];
    let mut made = Vec::new();
    for _ in 0..7 {
        made.push(sim.call("+12025550101", &form).await);
    }
    sim.call("+12025550102", &form).await;
    let mut listed: Vec<String> = Vec::new();
    let mut next = Some(sim.path("/Calls.json?To=%2B12025550101&PageSize=3"));
    while let Some(path) = next {
        let (status, page) = sim.ask(Method::GET, &path, &[]).await;
        assert_eq!(status, 200, "{page}");
        let calls = page["calls"].as_array().unwrap();
        listed.extend(
            calls
                .iter()
                .map(|call| call["sid"].as_str().unwrap().to_owned()),
        );
        next = page["next_page_uri"].as_str().map(str::to_owned);
        sim.call("+12025550101", &form).await;
    }
    made.reverse();
    assert_eq!(listed, made, "the latest first");
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_are_set_while_it_runs() {
    let sim = Sim::start(quick()).await;
    let client = http();
    let address = format!("{}/_sim/faults", sim.url);
    let set = client
        .post(&address)
        .body(r#"{"failed_creates": 1}"#)
        .send()
        .await
        .unwrap();
    assert_eq!(set.status(), 200);
    let form = [
        ("To", "+12025550101"),
        ("From", FROM),
        ("Twiml", "<Response/>"),
    ];
    let (status, problem) = sim.post("/Calls.json", &form).await;
    assert!(matches!(status, 500 | 503), "{problem}");
    assert!(sim.truth("created").is_empty(), "nothing was placed");
    let set = client
        .post(&address)
        .body(r#"{"failed_creates_placed": 1}"#)
        .send()
        .await
        .unwrap();
    assert_eq!(set.status(), 200);
    sim.post("/Calls.json", &form).await;
    assert_eq!(sim.truth("created").len(), 1, "this one was");
    let refused = client
        .post(&address)
        .body(r#"{"nonsense": 1}"#)
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_request_is_refused_or_answered_late_as_often_as_was_asked() {
    let sim = Sim::start(quick()).await;
    let form = [
        ("To", "+12025550101"),
        ("From", FROM),
        ("Twiml", "<Response/>"),
    ];
    sim.faults(Faults {
        refused_creates: 1.0,
        ..Faults::default()
    });
    assert_eq!(sim.post("/Calls.json", &form).await.0, 429);
    assert!(sim.truth("created").is_empty(), "nothing was placed");
    sim.faults(Faults {
        slow_creates: 1.0,
        slow_creates_ms: 60_000,
        ..Faults::default()
    });
    let answer = sim.post("/Calls.json", &form);
    let waited = tokio::time::timeout(Duration::from_millis(200), answer).await;
    assert!(waited.is_err(), "{waited:?}");
    assert_eq!(sim.truth("created").len(), 1, "it was placed at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_up_fails_or_does_not_show_a_call_as_often_as_was_asked() {
    let sim = Sim::start(quick()).await;
    let sid = sim.call("+12025550101", &[("Twiml", "<Response/>")]).await;
    let one = format!("/Calls/{sid}.json");
    sim.faults(Faults {
        failed_look_ups: 1.0,
        ..Faults::default()
    });
    for path in [&*one, "/Calls.json"] {
        assert_eq!(sim.get(path).await.0, 503, "{path}");
    }
    sim.faults(Faults {
        hidden_calls: 1.0,
        hidden_calls_for_ms: u64::MAX / 2,
        ..Faults::default()
    });
    assert_eq!(sim.get(&one).await.0, 404);
    let listed = sim.get("/Calls.json").await.1;
    assert_eq!(listed["calls"], serde_json::json!([]));
    sim.faults(Faults::default());
    assert_eq!(sim.get(&one).await.0, 200);
}

/// An instant as Twilio writes it, in milliseconds since 1970.
fn instant(text: &str) -> i64 {
    let parser = jiff::fmt::rfc2822::DateTimeParser::new();
    parser.parse_timestamp(text).unwrap().as_millisecond()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_wrong_dates_calls_and_answers_and_nothing_else() {
    let sim = Sim::start(quick()).await;
    let sid = sim.call("+12025550101", &[("Twiml", "<Response/>")]).await;
    let one = format!("/Calls/{sid}.json");
    let created = async || instant(sim.get(&one).await.1["date_created"].as_str().unwrap());
    let right = created().await;
    for skew in [-300_000, 80_000, 3_600_000] {
        sim.faults(Faults {
            clock_skew_ms: skew,
            ..Faults::default()
        });
        assert_eq!(created().await, right + skew);
        let date = sim.date(&one).await;
        let off = instant(&date) - jiff::Timestamp::now().as_millisecond();
        assert!(
            (off - skew).abs() < 5_000,
            "{date}: {off} ms off, not {skew}"
        );
    }
    assert!(sim.truth("created")[0].to_string().contains(&sid));
}

#[tokio::test(flavor = "multi_thread")]
async fn as_signalwire_it_is_elsewhere_and_signs_under_its_own_name() {
    let sim = Sim::start(ringonce_twilio_sim::Config {
        signalwire: true,
        ..quick()
    })
    .await;
    let path = sim.path("/Calls.json");
    let hook = sim.receiver.at("/status");
    let form = [
        ("To", "+12025550150"),
        ("From", FROM),
        ("Twiml", "<Response/>"),
        ("StatusCallback", hook.as_str()),
    ];
    assert_eq!(sim.ask(Method::POST, &path, &form).await.0, 404);
    let (status, call) = sim
        .ask(Method::POST, &format!("/api/laml{path}"), &form)
        .await;
    assert_eq!(status, 201, "{call}");
    let came = sim.receiver.until("/status", 1).await;
    assert!(came[0].headers.contains_key("x-signalwire-signature"));
    assert!(!came[0].headers.contains_key("x-twilio-signature"));
}
