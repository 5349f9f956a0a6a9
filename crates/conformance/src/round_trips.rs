//! Every type is read as it was written, with extreme values and odd texts.

use std::collections::BTreeMap;

use ringonce_domain::AgentId;
use ringonce_domain::agent::{Agent, AgentVersion, Audio};
use ringonce_domain::caps::{Cap, CapKind};
use ringonce_domain::hours::{BusinessHours, CalleeHours, Days};
use ringonce_domain::{
    Attempt, Caps, Channels, Detection, Evidence, FailureClass, Machines, Millis, Number,
    OnMachine, Outcome, Pacing, RecordingFormat, RepeatRule, RetryPolicy, Settings, Timestamp,
};

use super::Factory;
use super::material::{accepted, free, instance, number, numbers};
use super::scene::{Scene, moved};
use ringonce_store::model::{NewCampaign, NewContact, NewList, Page, RowProblem};

const ODD_TEXTS: [&str; 12] = [
    "",
    " ",
    "O'Brien; DROP TABLE numbers; --",
    "\"quoted\", and a \\ backslash",
    "tab\tnewline\r\nend",
    "Zoë Müller-Łukasz",
    "مرحبا بالعالم",
    "田中さん",
    "👩‍👩‍👧‍👦 ☎️",
    "e\u{301} is not \u{e9}",
    "\u{202e}right to left\u{202c}",
    "\u{10ffff}\u{fffd}\u{1}",
];

fn extreme_settings() -> Vec<Settings> {
    let everything = Settings {
        agent: Agent::Audio {
            audio: Audio::Elsewhere("https://example.com/a%20b.wav?x='1'&y=\"2\"".into()),
            language: "und".into(),
            voice: None,
            opt_out: None,
            voicemail: None,
        },
        time_zone: "Asia/Kathmandu".parse().unwrap(),
        start_at: Some(Timestamp::from_millis(253_402_300_799_999)),
        pacing: Pacing {
            delay_seconds: 0.1 + 0.2,
            calls_per_second: Some(1.0 / 3.0),
            calls_at_once: 20_000,
        },
        business_hours: BusinessHours {
            enabled: true,
            days: Days::ALL,
            start: "22:30".parse().unwrap(),
            end: "06:15".parse().unwrap(),
            overnight: true,
        },
        callee_hours: CalleeHours {
            enabled: true,
            start: "00:00".parse().unwrap(),
            end: "24:00".parse().unwrap(),
        },
        retry: RetryPolicy {
            max_retries: 20,
            backoff_hours: vec![0.0, 0.016_666_666_666_666_666, 720.0],
            outcomes: vec![Outcome::Canceled, Outcome::Busy],
            backoff_hours_by_outcome: BTreeMap::from([
                (Outcome::Congestion, vec![0.5]),
                (Outcome::Busy, vec![]),
            ]),
        },
        repeat: RepeatRule::AfterDays(3_650),
        caps: Caps::List(vec![
            Cap {
                count: CapKind::Answered,
                max: u32::MAX,
                hours: 8_760,
            },
            Cap {
                count: CapKind::Attempts,
                max: 1,
                hours: 1,
            },
        ]),
        caller_ids: numbers(100),
        carrier: "Ünïcode ☎ carrier".into(),
        ring_seconds: 600,
        time_limit_seconds: 14_400,
        record: true,
        recording: RecordingFormat {
            channels: Channels::Dual,
            trim_silence: false,
        },
        machines: Machines {
            then: OnMachine::LeaveMessage,
            detection: Detection::Sync,
            timeout_seconds: Some(59),
            speech_ms: Some(1_000),
            speech_end_ms: Some(5_000),
            silence_ms: Some(2_000),
        },
        call_reason: Some("Ünïcode ☎ reason".into()),
        region: "GB".parse().ok(),
        agent_version: None,
    };
    let spoken = Settings {
        agent: Agent::Text {
            text: ODD_TEXTS[2].into(),
            language: "ar-EG".into(),
            voice: Some("Zeina".into()),
            opt_out: "*".parse().ok(),
            voicemail: None,
        },
        agent_version: Some(AgentVersion {
            id: AgentId(i64::MAX),
            version: u32::MAX,
        }),
        ..Settings::default()
    };
    vec![Settings::default(), free(), everything, spoken]
}

pub(super) async fn settings_come_back_as_they_were(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    for settings in extreme_settings() {
        let campaign = scene.draft(settings.clone(), &numbers(1)).await;
        let elsewhere = scene.another_store().await;
        assert_eq!(
            *elsewhere.campaign(campaign).await.unwrap().settings,
            settings
        );
        let alone = elsewhere.settings(campaign).await.unwrap().unwrap();
        assert_eq!(*alone, settings);
    }
}

pub(super) async fn contacts_come_back_as_they_were(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let shapes = [10_000, 12_015_550_100, 999_999_999_999_999];
    let mut rows: Vec<NewContact> = (2..)
        .zip(ODD_TEXTS)
        .map(|(line, text)| NewContact {
            line,
            number: number(u64::from(line)),
            name: text.into(),
            zone: (line % 2 == 0).then(|| "America/Argentina/ComodRivadavia".into()),
            metadata: serde_json::json!({ text: text, "nested": { "list": [1, null, text] } })
                .to_string(),
        })
        .collect();
    for (line, digits) in [
        (1, shapes[0]),
        (1_000_000, shapes[1]),
        (u32::MAX, shapes[2]),
    ] {
        rows.push(NewContact {
            line,
            number: Number::from_digits(digits).unwrap(),
            name: "x".repeat(32 * 1024),
            zone: None,
            metadata: serde_json::json!({ "long": "y".repeat(32 * 1024) }).to_string(),
        });
    }
    let campaign = scene.draft_of(free(), rows.clone()).await;
    let stored = scene.contacts(campaign).await;
    assert_eq!(stored.len(), rows.len());
    for (contact, row) in stored.iter().zip(&rows) {
        assert_eq!((contact.line, contact.number), (row.line, row.number));
        assert_eq!(contact.name, row.name);
        let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(json(&contact.metadata), json(&row.metadata));
    }
}

pub(super) async fn problems_come_back_as_they_were(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let new = NewCampaign {
        owner: None,
        name: ODD_TEXTS[8].into(),
        settings: free(),
        fingerprint: "f".repeat(64),
    };
    let campaign = scene
        .store
        .create(new, scene.by.clone(), scene.now())
        .await
        .unwrap();
    let layout = serde_json::json!({ "columns": ODD_TEXTS }).to_string();
    let file = NewList {
        file_name: ODD_TEXTS[3].into(),
        layout: layout.clone(),
    };
    let list = scene
        .store
        .begin_import(campaign, file, scene.now())
        .await
        .unwrap();
    let problems: Vec<RowProblem> = (1..)
        .zip(ODD_TEXTS)
        .map(|(line, text)| RowProblem {
            line,
            column: text.into(),
            value: text.into(),
            reason: text.into(),
            fields: text.into(),
        })
        .collect();
    scene
        .store
        .add_contacts(list, Vec::new(), problems.clone())
        .await
        .unwrap();
    scene
        .store
        .finish_import(list, 12, scene.by.clone(), scene.now())
        .await
        .unwrap();
    let page = Page {
        after: None,
        limit: 100,
    };
    assert_eq!(
        scene.store.problems(campaign, page).await.unwrap(),
        problems
    );
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    let layouts = scene.store.layouts(campaign).await.unwrap();
    let layouts: Vec<_> = layouts.iter().map(|it| json(it)).collect();
    assert_eq!(layouts, [json(&layout)]);
    let detail = scene.detail(campaign).await;
    assert_eq!(
        (detail.name.as_str(), detail.fingerprint),
        (ODD_TEXTS[8], "f".repeat(64))
    );
}

pub(super) async fn attempts_come_back_as_they_were(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(1)).await;
    let claimed = scene.claim_one(campaign).await;
    let stored = async || scene.store.attempt(claimed.id).await.unwrap().unwrap();
    let (t0, step) = (scene.now(), Millis::new(1));

    scene.wait(step);
    let dial_before = scene.now() + Millis::from_hours(1_000);
    let dialing = moved(
        scene
            .record(
                claimed.id,
                Evidence::Dial {
                    by: scene.me,
                    dial_before,
                    caller_id: Some(number(7)),
                },
            )
            .await,
    );
    scene.wait(step);
    scene.record(claimed.id, accepted(ODD_TEXTS[4])).await;
    scene.wait_hours(1_001);
    let asked_at = scene.now();
    scene
        .record(claimed.id, Evidence::NotSeen { asked_at })
        .await;
    assert_eq!(stored().await.empty_look_at, Some(asked_at));
    scene.wait(step);
    scene.record(claimed.id, Evidence::Answered).await;
    let answered_at = scene.now();
    scene.wait(step);
    let end = Evidence::Ended {
        outcome: Outcome::Busy,
        cause: ODD_TEXTS[9].into(),
    };
    let over = moved(scene.record(claimed.id, end).await);

    let expected = Attempt {
        state: ringonce_domain::AttemptState::Ended,
        dialed_at: Some(t0 + step),
        dial_before: Some(dial_before),
        caller_id: Some(number(7)),
        call_id: Some(ODD_TEXTS[4].into()),
        answered_at: Some(answered_at),
        ended_at: Some(scene.now()),
        empty_look_at: None,
        outcome: Some(Outcome::Answered),
        cause: Some(ODD_TEXTS[9].into()),
        may_have_rung: true,
        ..claimed.clone()
    };
    assert_eq!(dialing.owner, instance(1));
    assert_eq!(over, expected);
    assert_eq!(stored().await, expected);
    let (call, _) = scene.store.call(claimed.id).await.unwrap();
    let shown = (
        call.claimed_at,
        call.dialed_at,
        call.answered_at,
        call.ended_at,
    );
    assert_eq!(
        shown,
        (
            t0,
            expected.dialed_at,
            expected.answered_at,
            expected.ended_at
        )
    );
}

pub(super) async fn instants_come_back_as_they_were(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    // The year 1, the epoch and its neighbours, and the last millisecond of 9999.
    for (n, millis) in (0..).zip([
        -62_135_596_800_000,
        -1,
        0,
        1,
        1_795_446_000_123,
        253_402_300_799_999,
    ]) {
        let at = Timestamp::from_millis(millis);
        let reason = format!("at {at}");
        scene
            .store
            .block(number(n), reason, scene.by.clone(), at)
            .await
            .unwrap();
        let known = scene.store.number(number(n)).await.unwrap().unwrap();
        assert_eq!(known.blocked.unwrap().at, at);
        assert_eq!(
            scene.store.number_timeline(number(n)).await.unwrap()[0].at,
            at
        );
    }
}

pub(super) async fn odd_texts_of_the_carrier_come_back_as_they_were(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene
        .running(free(), &numbers(ODD_TEXTS.len() as u64))
        .await;
    for text in ODD_TEXTS {
        let attempt = scene.dial_one(campaign).await;
        let refusal = Evidence::Refused {
            class: FailureClass::Busy,
            reason: text.into(),
        };
        let over = moved(scene.record(attempt.id, refusal).await);
        assert_eq!(over.cause.as_deref(), Some(text));
        assert_eq!(scene.store.attempt(attempt.id).await.unwrap(), Some(over));
    }
    assert!(scene.store.verify_audit().await.unwrap().is_ok());
}
