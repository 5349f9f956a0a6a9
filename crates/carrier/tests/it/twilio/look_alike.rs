//! Whole calls with the look-alike: placed, lost, found again, cancelled, listed.

use std::sync::Arc;
use std::time::Duration;

use ringonce_carrier::clock::SystemClock;
use ringonce_carrier::twilio::{Account, Flavour, Secret, Twilio};
use ringonce_carrier::{
    CallQuery, CallStatus, Carrier, Clock, Deadline, PlaceRequest, Placed, Verdict,
};
use ringonce_domain::{AttemptId, CampaignId, Evidence, Millis, Number, Outcome, Timestamp};
use ringonce_twilio_sim::{Config, Faults, TwilioSim};

/// The look-alike and an adapter to it.
struct Scene {
    sim: TwilioSim,
    twilio: Twilio,
    begun: Timestamp,
}

impl Scene {
    async fn new(config: Config) -> Self {
        Self::with(config, |_| {}).await
    }

    /// The same, with changes to the account.
    async fn with(config: Config, change: impl FnOnce(&mut Account)) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (sid, token) = (config.account.clone(), config.token.clone());
        let sim = TwilioSim::open(config).unwrap();
        let served = sim.clone();
        tokio::spawn(async move { served.serve(listener, std::future::pending()).await });
        let mut account = Account {
            base_url: Some(url),
            caller_ids: vec![number(100)],
            calls_per_second: 100.0,
            // Nobody listens there: every webhook is lost.
            ..Account::new(Flavour::Twilio, &sid, &token, "http://127.0.0.1:1")
        };
        change(&mut account);
        Self {
            sim,
            twilio: Twilio::new(account, "secret", Arc::new(SystemClock)).unwrap(),
            begun: SystemClock.now(),
        }
    }

    async fn place(&self, to: Number) -> Placed {
        let deadline = Deadline::after(Millis::from_secs(20), &SystemClock);
        let request = PlaceRequest {
            caller_id: Some(number(100)),
            ..PlaceRequest::ordinary(attempt(to), CampaignId(1), to, deadline)
        };
        self.twilio.place(request).await
    }

    async fn status(&self, to: Number, call_id: Option<String>, others: Vec<String>) -> CallStatus {
        let query = CallQuery {
            attempt: attempt(to),
            call_id,
            guessed: false,
            to,
            from: Some(number(100)),
            dialed_at: self.begun,
            dial_before: self.begun + Millis::from_secs(20),
            others,
        };
        self.twilio.look_up(&query).await
    }

    /// How a call ends, asked for until it has.
    async fn end(&self, to: Number, call_id: &str) -> Outcome {
        loop {
            let status = self.status(to, Some(call_id.to_owned()), Vec::new()).await;
            let CallStatus::Seen(evidence) = status else {
                panic!("{status:?}");
            };
            if let Some(Evidence::Ended { outcome, .. }) = evidence.last() {
                return *outcome;
            }
            SystemClock
                .sleep_until(SystemClock.now() + Millis::new(50))
                .await;
        }
    }
}

fn number(last: u64) -> Number {
    Number::from_digits(12_025_550_000 + last).unwrap()
}

fn attempt(to: Number) -> AttemptId {
    let last = u8::try_from(to.digits() % 100).unwrap();
    AttemptId::new(super::double::NOW, [last; 10])
}

fn quick() -> Config {
    Config {
        cps: 100.0,
        speed: 100.0,
        ..Config::default()
    }
}

fn taken(placed: Placed) -> String {
    match placed {
        Placed::Accepted { call_id } => call_id,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_call_ends_as_it_did_though_every_webhook_is_lost() {
    let scene = Scene::new(quick()).await;
    for (last, expected) in [
        (111, Outcome::Answered),
        (150, Outcome::Busy),
        (159, Outcome::NoAnswer),
        // The resource does not say why a call failed; only the webhook does.
        (164, Outcome::Failed),
    ] {
        let call_id = taken(scene.place(number(last)).await);
        let told = tokio::time::timeout(Duration::from_secs(20), scene.end(number(last), &call_id));
        assert_eq!(told.await.unwrap(), expected, "{last}");
    }
}

#[tokio::test]
async fn a_call_whose_answer_was_lost_is_found_and_nobody_elses_is() {
    let scene = Scene::new(quick()).await;
    let to = number(111);
    let before = taken(scene.place(to).await);
    let none = scene.status(to, None, vec![before.clone()]).await;
    assert_eq!(none, CallStatus::NotSeen);

    scene.sim.set_faults(Faults {
        lost_create_responses: 1.0,
        ..Faults::default()
    });
    let lost = scene.place(to).await;
    assert!(matches!(lost, Placed::Unclear { .. }), "{lost:?}");
    let found = scene.status(to, None, vec![before.clone()]).await;
    let CallStatus::Seen(evidence) = found else {
        panic!("{found:?}");
    };
    assert!(
        matches!(&evidence[0], Evidence::Found { call_id } if *call_id != before),
        "{evidence:?}"
    );
    let both = scene.status(to, None, Vec::new()).await;
    assert!(matches!(both, CallStatus::CannotTell(_)), "{both:?}");
}

#[tokio::test]
async fn what_waits_in_the_queue_is_taken_back_and_what_rings_is_not() {
    let scene = Scene::new(Config {
        cps: 0.5,
        ..Config::default()
    })
    .await;
    let first = taken(scene.place(number(159)).await);
    let second = taken(scene.place(number(158)).await);
    let third = taken(scene.place(number(157)).await);
    let twilio = &scene.twilio;
    let cancelled = twilio.cancel_queued(attempt(number(157)), &third).await;
    assert_eq!(cancelled, Ok(true));
    assert_eq!(scene.end(number(157), &third).await, Outcome::Canceled);
    // Once more changes nothing.
    let again = twilio.cancel_queued(attempt(number(157)), &third).await;
    assert_eq!(again, Ok(false));
    for (to, call_id) in [(159, first), (158, second)] {
        let over = twilio.hang_up(attempt(number(to)), Some(&call_id)).await;
        assert_eq!(over, Ok(()), "{to}");
    }
}

#[tokio::test]
async fn the_day_lists_every_call_once_over_its_pages() {
    let scene = Scene::new(quick()).await;
    let mut placed = Vec::new();
    for last in [111, 112, 150] {
        let call_id = taken(scene.place(number(last)).await);
        scene.end(number(last), &call_id).await;
        placed.push(call_id);
    }
    let (mut listed, mut after) = (Vec::new(), None);
    loop {
        let page = scene.twilio.calls_on(scene.begun, after.as_deref()).await;
        let page = page.unwrap().unwrap();
        listed.extend(page.calls.into_iter().map(|call| call.call_id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    listed.sort();
    placed.sort();
    assert_eq!(listed, placed);
}

#[tokio::test]
async fn the_account_of_the_look_alike_passes_the_test() {
    let scene = Scene::new(quick()).await;
    let checks = scene.twilio.check().await;
    let failed: Vec<_> = checks
        .iter()
        .filter(|check| check.verdict == Verdict::Fail)
        .map(|check| check.name.as_str())
        .collect();
    // Nobody listens at its public address.
    assert_eq!(failed, ["public_url"], "{checks:?}");
}

#[tokio::test]
async fn a_call_to_a_sip_address_is_placed_found_and_listed_by_it() {
    let scene = Scene::with(quick(), |account| {
        account.to = Some("sip:{number}@pbx.example.com;region=ie1".into());
        account.sip_credentials = Some(("ana".into(), Secret::new("hush")));
    })
    .await;
    let to = number(111);
    let call_id = taken(scene.place(to).await);
    assert_eq!(scene.end(to, &call_id).await, Outcome::Answered);
    let found = scene.status(to, None, Vec::new()).await;
    let CallStatus::Seen(evidence) = found else {
        panic!("{found:?}");
    };
    let expected = Evidence::Found {
        call_id: call_id.clone(),
    };
    assert_eq!(evidence[0], expected);
    let another = scene.status(number(112), Some(call_id), Vec::new()).await;
    assert!(matches!(another, CallStatus::CannotTell(_)), "{another:?}");
    let none = scene.status(number(112), None, Vec::new()).await;
    assert_eq!(none, CallStatus::NotSeen);
    let listed = scene.twilio.calls_on(scene.begun, None).await.unwrap();
    let address = "sip:+12025550111@pbx.example.com;region=ie1";
    assert_eq!(listed.unwrap().calls[0].to, address);
    assert!(!scene.sim.truth().contains("hush"));
}

#[tokio::test]
async fn a_call_goes_through_a_trunk_of_ones_own() {
    const TRUNK: &str = "BY00112233445566778899aabbccddeeff";
    let scene = Scene::with(quick(), |account| account.byoc = Some(TRUNK.into())).await;
    let call_id = taken(scene.place(number(111)).await);
    assert_eq!(scene.end(number(111), &call_id).await, Outcome::Answered);
    assert!(scene.sim.truth().contains(TRUNK));
}
