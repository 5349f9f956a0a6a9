//! Carrier events are kept word for word, once; answers of callees take effect.

use ringonce_domain::{AttemptId, Millis, Outcome, Settings};

use super::Factory;
use super::material::{free, numbers};
use super::scene::Scene;
use ringonce_store::StoreError;
use ringonce_store::model::{
    Answer, Applied, Comparison, Difference, KeptEvent, MAX_EVENT, MAX_EVENT_NAME, NewCarrierEvent,
    Page,
};

fn telling(attempt: AttemptId, sequence: i64, scene: &Scene) -> NewCarrierEvent {
    NewCarrierEvent {
        carrier: "twilio".into(),
        call_id: "CA01".into(),
        source: "call-progress-events".into(),
        sequence,
        attempt,
        at: scene.now(),
        body: format!("CallSid=CA01&SequenceNumber={sequence}").into(),
    }
}

const ALL: Page<i64> = Page {
    after: None,
    limit: 100,
};

async fn waiting(scene: &Scene) -> Vec<KeptEvent> {
    let soon = scene.now() + Millis::from_secs(1);
    let other = scene.another_store().await;
    other.waiting_events(soon, ALL).await.unwrap()
}

pub(super) async fn what_a_carrier_tells_is_kept_word_for_word(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let attempt = AttemptId::new(scene.now(), [7; 10]);
    let told = telling(attempt, 0, &scene);
    let id = scene.store.keep(told.clone()).await.unwrap().unwrap();
    let found = waiting(&scene).await;
    let kept = KeptEvent {
        id,
        told,
        fault: None,
    };
    assert_eq!(found, std::slice::from_ref(&kept));
    assert_eq!(scene.store.events_of(attempt).await.unwrap(), [kept]);
}

pub(super) async fn what_a_carrier_tells_again_is_known(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let attempt = AttemptId::new(scene.now(), [7; 10]);
    let first = telling(attempt, 0, &scene);
    assert!(scene.store.keep(first.clone()).await.unwrap().is_some());
    let other = scene.another_store().await;
    assert_eq!(other.keep(first.clone()).await.unwrap(), None);
    let (carrier, call) = ("signalwire".into(), "CA02".to_owned());
    for another in [
        telling(attempt, 1, &scene),
        NewCarrierEvent {
            carrier,
            ..first.clone()
        },
        NewCarrierEvent {
            call_id: call,
            ..first.clone()
        },
        NewCarrierEvent {
            source: "amd".into(),
            ..first.clone()
        },
    ] {
        assert!(
            other.keep(another.clone()).await.unwrap().is_some(),
            "{another:?}"
        );
    }
    assert_eq!(waiting(&scene).await.len(), 5);
}

pub(super) async fn of_the_same_telling_at_once_one_is_kept(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let attempt = AttemptId::new(scene.now(), [7; 10]);
    let stores = [scene.store.clone(), scene.another_store().await];
    let tellings = (0..40).map(|n| {
        let store = usize::from(n % 2 == 1);
        stores[store].keep(telling(attempt, n / 8, &scene))
    });
    let kept = futures::future::join_all(tellings).await;
    let kept = kept.into_iter().filter(|it| it.as_ref().unwrap().is_some());
    assert_eq!(kept.count(), 5);
    assert_eq!(waiting(&scene).await.len(), 5);
}

pub(super) async fn what_was_applied_waits_no_more(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let attempt = AttemptId::new(scene.now(), [7; 10]);
    let mut ids = Vec::new();
    for sequence in 0..4 {
        ids.extend(
            scene
                .store
                .keep(telling(attempt, sequence, &scene))
                .await
                .unwrap(),
        );
    }
    let fault = Some("no such status".to_owned());
    let done = |id: i64, fault: &Option<String>| Applied {
        id,
        fault: fault.clone(),
    };
    let applied = vec![done(ids[1], &None), done(ids[2], &fault)];
    scene.store.applied(applied).await.unwrap();
    let left: Vec<_> = waiting(&scene).await.iter().map(|it| it.id).collect();
    assert_eq!(left, [ids[0], ids[3]]);
    let page = Page {
        after: Some(ids[0]),
        limit: 1,
    };
    let soon = scene.now() + Millis::from_secs(1);
    let next = scene.store.waiting_events(soon, page).await.unwrap();
    assert_eq!(next[0].id, ids[3]);
    assert!(
        scene
            .store
            .waiting_events(scene.now(), ALL)
            .await
            .unwrap()
            .is_empty()
    );
    scene
        .store
        .applied(vec![done(ids[1], &fault)])
        .await
        .unwrap();
    let all = scene.store.events_of(attempt).await.unwrap();
    let faults: Vec<_> = all.iter().map(|it| it.fault.clone()).collect();
    assert_eq!(faults, [None, None, fault, None]);
}

pub(super) async fn a_telling_that_is_too_long_is_refused(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let attempt = AttemptId::new(scene.now(), [7; 10]);
    let body = "x".repeat(MAX_EVENT + 1).into();
    let told = NewCarrierEvent {
        body,
        ..telling(attempt, 0, &scene)
    };
    assert!(matches!(
        scene.store.keep(told).await,
        Err(StoreError::Setting(_))
    ));
}

pub(super) async fn a_telling_with_a_name_that_is_none_is_refused(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let attempt = AttemptId::new(scene.now(), [7; 10]);
    let first = telling(attempt, 0, &scene);
    for odd in [
        "a\0b",
        "two words",
        "línea",
        &"x".repeat(MAX_EVENT_NAME + 1),
    ] {
        for told in [
            NewCarrierEvent {
                source: odd.into(),
                ..first.clone()
            },
            NewCarrierEvent {
                call_id: odd.into(),
                ..first.clone()
            },
        ] {
            let kept = scene.store.keep(told).await;
            assert!(matches!(kept, Err(StoreError::Setting(_))), "{odd:?}");
        }
    }
    assert!(scene.store.keep(first).await.unwrap().is_some());
}

pub(super) async fn an_opt_out_blocks_the_number_with_the_answer(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(2)).await;
    let attempt = scene.dial_one(campaign).await;
    let take = |answer: Answer| {
        scene
            .store
            .answer(attempt.id, answer, scene.by.clone(), scene.now())
    };
    assert!(take(Answer::Disposition("will come".into())).await.unwrap());
    assert!(take(Answer::OptOut("9".into())).await.unwrap());
    assert!(
        !take(Answer::OptOut("9".into())).await.unwrap(),
        "it is known"
    );
    let answers = scene.store.answers_of(attempt.id).await.unwrap();
    let answers: Vec<_> = answers.into_iter().map(|it| it.answer).collect();
    let expected = [
        Answer::Disposition("will come".into()),
        Answer::OptOut("9".into()),
    ];
    assert_eq!(answers, expected);
    let number = scene.store.number(attempt.number).await.unwrap().unwrap();
    let reason = number.blocked.unwrap().reason;
    assert!(reason.contains("key 9"), "{reason}");
    let nobody = AttemptId::new(scene.now(), [9; 10]);
    let answer = Answer::Key("5".into());
    let lost = scene
        .store
        .answer(nobody, answer, scene.by.clone(), scene.now());
    assert!(matches!(lost.await, Err(StoreError::NotFound { .. })));
}

pub(super) async fn a_stream_is_taken_over_once(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(2)).await;
    let attempt = scene.dial_one(campaign).await;
    let stores = [scene.store.clone(), scene.another_store().await];
    for (store, is_first) in [(0, true), (0, false), (1, false)] {
        let taking = stores[store].take_stream(attempt.id, scene.by.clone(), scene.now());
        assert_eq!(taking.await.unwrap(), is_first);
    }
    let other = scene.dial_one(campaign).await;
    let taking = stores[1].take_stream(other.id, scene.by.clone(), scene.now());
    assert!(
        taking.await.unwrap(),
        "another call has a stream of its own"
    );
    let (_, trail) = scene.store.call(attempt.id).await.unwrap();
    let taken = trail.iter().filter(|it| it.event == "call.stream");
    let actors: Vec<_> = taken.map(|it| it.actor.clone()).collect();
    assert_eq!(actors, std::slice::from_ref(&scene.by));
    let nobody = AttemptId::new(scene.now(), [9; 10]);
    let lost = scene
        .store
        .take_stream(nobody, scene.by.clone(), scene.now());
    assert!(matches!(lost.await, Err(StoreError::NotFound { .. })));
}

pub(super) async fn of_many_who_take_a_stream_over_at_once_one_has_it(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(1)).await;
    let attempt = scene.dial_one(campaign).await;
    let stores = [scene.store.clone(), scene.another_store().await];
    let takings =
        (0..16).map(|n| stores[n % 2].take_stream(attempt.id, scene.by.clone(), scene.now()));
    let taken = futures::future::join_all(takings).await;
    let first = taken.into_iter().filter(|it| *it.as_ref().unwrap());
    assert_eq!(first.count(), 1);
    let (_, trail) = scene.store.call(attempt.id).await.unwrap();
    let told = trail.iter().filter(|it| it.event == "call.stream");
    assert_eq!(told.count(), 1);
}

pub(super) async fn attempts_of_a_period_are_found_by_their_ids(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let campaign = scene.running(free(), &numbers(3)).await;
    let first = scene.call(campaign, Outcome::Answered).await;
    scene.wait_hours(1);
    let from = scene.now();
    let second = scene.call(campaign, Outcome::Busy).await;
    scene.wait_hours(1);
    let until = scene.now();
    scene.call(campaign, Outcome::Busy).await;
    let page = |after| Page { after, limit: 10 };
    let found = scene
        .store
        .attempts_between(from, until, page(None))
        .await
        .unwrap();
    assert_eq!(
        found.iter().map(|it| it.id).collect::<Vec<_>>(),
        [second.id]
    );
    assert_eq!(found[0].outcome, Some(Outcome::Busy));
    assert_eq!(found[0].number, second.number);
    assert_eq!(found[0].campaign, campaign);
    let all = scene
        .store
        .attempts_between(first.claimed_at, until, page(None))
        .await
        .unwrap();
    assert_eq!(all.len(), 2);
    let rest = scene
        .store
        .attempts_between(first.claimed_at, until, page(Some(first.id)));
    assert_eq!(rest.await.unwrap().len(), 1);
}

pub(super) async fn a_day_is_compared_again_in_place(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let difference = Difference::NotOurs {
        call_id: "CA09".into(),
        to: "+12025550109".into(),
        status: "completed".into(),
    };
    let comparison = |day: &str, theirs, differences| Comparison {
        carrier: "twilio".into(),
        day: day.into(),
        compared_at: scene.now(),
        ours: 3,
        theirs,
        others: 1_200,
        differences,
        caller_ids: [numbers(1)[0]].into(),
    };
    for (it, differences) in [
        (comparison("2026-11-20", 3, 1), vec![difference.clone()]),
        (comparison("2026-11-21", 4, 1), vec![difference.clone()]),
        (comparison("2026-11-20", 5, 0), vec![]),
    ] {
        let comparing = scene.store.compared(it, differences, scene.by.clone());
        comparing.await.unwrap();
    }
    let latest = scene.store.comparisons("twilio", 5).await.unwrap();
    let days: Vec<_> = latest
        .iter()
        .map(|it| (it.day.as_str(), it.theirs))
        .collect();
    assert_eq!(days, [("2026-11-21", 4), ("2026-11-20", 5)]);
    assert_eq!(latest[0], comparison("2026-11-21", 4, 1));
    for (day, expected) in [("2026-11-21", vec![difference]), ("2026-11-20", vec![])] {
        let page = Page::<u64> {
            after: None,
            limit: 10,
        };
        let found = scene.store.differences("twilio", day, page).await.unwrap();
        let found: Vec<_> = found.into_iter().map(|it| it.difference).collect();
        assert_eq!(found, expected, "{day}");
    }
    assert!(
        scene
            .store
            .comparisons("signalwire", 5)
            .await
            .unwrap()
            .is_empty()
    );
}

pub(super) async fn the_differences_of_a_day_come_whole_in_pages(factory: &dyn Factory) {
    const MANY: u64 = 1_503;
    let scene = Scene::new(factory).await;
    let all: Vec<_> = (0..MANY)
        .map(|n| Difference::NotTheirs {
            attempt: AttemptId::new(scene.now(), [9; 10]),
            call_id: Some(format!("CA{n}")),
        })
        .collect();
    let comparison = Comparison {
        carrier: "twilio".into(),
        day: "2026-11-20".into(),
        compared_at: scene.now(),
        ours: MANY,
        theirs: 0,
        others: 0,
        differences: MANY,
        caller_ids: [].into(),
    };
    let comparing = scene
        .store
        .compared(comparison, all.clone(), scene.by.clone());
    comparing.await.unwrap();
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = Page { after, limit: 500 };
        let some = scene.store.differences("twilio", "2026-11-20", page).await;
        let some = some.unwrap();
        after = some.last().map(|it| it.place);
        found.extend(some.into_iter().map(|it| it.difference));
        if after.is_none() {
            break;
        }
    }
    assert!(found == all, "{} of {MANY}", found.len());
}

pub(super) async fn caller_ids_of_campaigns_are_known_by_their_carrier(factory: &dyn Factory) {
    let scene = Scene::new(factory).await;
    let shown = numbers(3);
    for (carrier, ids) in [
        ("twilio", &shown[..1]),
        ("twilio", &shown[..2]),
        ("twilio", &[]),
        ("signalwire", &shown[2..]),
    ] {
        let settings = Settings {
            carrier: carrier.into(),
            caller_ids: ids.to_vec(),
            ..free()
        };
        scene.running(settings, &numbers(1)).await;
    }
    for (carrier, expected) in [
        ("twilio", &shown[..2]),
        ("signalwire", &shown[2..]),
        ("simulator", &[]),
    ] {
        let found = scene.store.caller_ids(carrier).await.unwrap();
        assert_eq!(found.into_iter().collect::<Vec<_>>(), expected, "{carrier}");
    }
}
