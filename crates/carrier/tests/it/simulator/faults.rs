//! Each fault can be seen, and none of them touches the truth.

use std::sync::Arc;

use proptest::prelude::*;
use ringonce_carrier::simulator::log::{Entry, Event};
use ringonce_carrier::simulator::{Behaviour, Config, Faults, Outage};
use ringonce_carrier::{CallStatus, Carrier, Clock, Placed};
use ringonce_domain::{Evidence, FailureClass, Millis};

use super::support::{Night, START, all, ask, attempt, evidence, look, number, paused, request};

fn night_with(faults: Faults) -> Night {
    Night::new(Config {
        faults,
        ..all(Behaviour::Answers)
    })
}

#[test]
fn a_lost_request_rings_nobody_and_its_answer_is_unclear() {
    paused(async {
        let night = night_with(Faults {
            lost_request: 1.0,
            ..Faults::default()
        });
        let simulator = night.open();
        let placed = simulator.place(request(1, number(50))).await;
        assert!(matches!(placed, Placed::Unclear { .. }));
        assert!(night.log.contents().is_empty());
        assert_eq!(
            look(&night, &simulator, attempt(1)).await,
            CallStatus::NotSeen
        );
    });
}

#[test]
fn a_lost_answer_is_unclear_while_the_phone_rings() {
    paused(async {
        let night = night_with(Faults {
            lost_response: 1.0,
            ..Faults::default()
        });
        let simulator = night.open();
        let placed = simulator.place(request(1, number(50))).await;
        assert!(matches!(placed, Placed::Unclear { .. }));
        assert_eq!(night.count(Event::Ring, attempt(1)), 1);
        assert!(matches!(
            look(&night, &simulator, attempt(1)).await,
            CallStatus::Seen(_)
        ));
    });
}

#[test]
fn a_slow_answer_comes_late_or_is_given_up() {
    paused(async {
        let slow_response_up_to = Millis::from_secs(20);
        let faults = Faults {
            slow_response: 1.0,
            slow_response_up_to,
            ..Faults::default()
        };
        let night = night_with(faults);
        let simulator = night.open();
        let (mut late, mut given_up) = (0, 0);
        for nth in 0..40 {
            let before = night.clock.now();
            let placed = simulator.place(request(nth, number(nth))).await;
            let took = night.clock.now().since(before);
            assert!(took <= Millis::from_secs(10));
            match placed {
                Placed::Accepted { .. } => late += u32::from(took > Millis::from_secs(1)),
                Placed::Unclear { .. } => given_up += 1,
                other => panic!("{other:?}"),
            }
            assert_eq!(night.count(Event::Placed, attempt(nth)), 1);
        }
        assert!(late > 5 && given_up > 5, "{late} late, {given_up} given up");
    });
}

#[test]
fn refusals_have_their_class_and_ring_nobody() {
    let none = Faults::default();
    for (faults, expected) in [
        (
            Faults {
                refused_network: 1.0,
                ..none.clone()
            },
            FailureClass::Network,
        ),
        (
            Faults {
                refused_congestion: 1.0,
                ..none.clone()
            },
            FailureClass::Congestion,
        ),
        (
            Faults {
                refused_configuration: 1.0,
                ..none.clone()
            },
            FailureClass::Configuration,
        ),
    ] {
        paused(async {
            let night = night_with(faults);
            let simulator = night.open();
            let placed = simulator.place(request(1, number(50))).await;
            let Placed::Refused { class, .. } = placed else {
                panic!("{placed:?}")
            };
            assert_eq!(class, expected);
            night.quiet(&simulator).await;
            let entries = night.entries();
            assert_eq!(entries.len(), 1);
            assert_eq!(entries[0].event, Event::Refuse);
            assert_eq!(entries[0].outcome, Some(class.outcome()));
            assert_eq!(
                look(&night, &simulator, attempt(1)).await,
                CallStatus::NotSeen
            );
        });
    }
}

#[test]
fn lost_and_repeated_events_are_told_never_and_up_to_five_times() {
    let none = Faults::default();
    for (faults, fewest, most) in [
        (
            Faults {
                lost_event: 1.0,
                ..none.clone()
            },
            0,
            0,
        ),
        (
            Faults {
                repeated_event: 1.0,
                ..none.clone()
            },
            2,
            5,
        ),
        (none.clone(), 1, 1),
    ] {
        paused(async {
            let night = night_with(faults.clone());
            let simulator = night.open();
            let heard = night.listen(&simulator);
            simulator.place(request(1, number(50))).await;
            night.quiet(&simulator).await;
            let heard = heard.lock().unwrap();
            for entry in night.entries() {
                let wanted = evidence(&entry).unwrap();
                let told = heard
                    .iter()
                    .filter(|(_, event)| event.evidence == wanted)
                    .count();
                assert!(
                    (fewest..=most).contains(&told),
                    "{faults:?}: {told} times {wanted:?}"
                );
            }
        });
    }
}

#[test]
fn reordered_events_are_overtaken_by_the_next_one() {
    paused(async {
        let night = night_with(Faults {
            reordered_event: 0.5,
            ..Faults::default()
        });
        let simulator = night.open();
        let heard = night.listen(&simulator);
        night.place_each_second(&simulator, 30).await;
        night.quiet(&simulator).await;
        let heard = heard.lock().unwrap();
        let place_of = |nth, wanted: &Evidence| {
            let this = |evidence: &Evidence| evidence.kind() == wanted.kind();
            heard
                .iter()
                .position(|(_, event)| event.attempt == attempt(nth) && this(&event.evidence))
                .unwrap()
        };
        let overtaken = (0..30)
            .filter(|nth| place_of(*nth, &Evidence::Ringing) > place_of(*nth, &Evidence::Answered))
            .count();
        assert!((5..25).contains(&overtaken), "{overtaken}");
    });
}

#[test]
fn late_events_come_late() {
    paused(async {
        let late_event_up_to = Millis::from_hours(1);
        let night = night_with(Faults {
            late_event: 1.0,
            late_event_up_to,
            ..Faults::default()
        });
        let simulator = night.open();
        let heard = night.listen(&simulator);
        simulator.place(request(1, number(50))).await;
        night.sleep(Millis::from_minutes(5)).await;
        assert_eq!(
            night.count(Event::End, attempt(1)),
            1,
            "the truth does not wait"
        );
        night.quiet(&simulator).await;
        let delays = heard
            .lock()
            .unwrap()
            .clone()
            .into_iter()
            .map(|(at, event)| {
                let told = |entry: &&Entry| evidence(entry).as_ref() == Some(&event.evidence);
                at.since(night.entries().iter().find(told).unwrap().at)
            });
        let longest = delays.max().unwrap();
        assert!(longest > Millis::from_minutes(10) && longest < Millis::from_minutes(61));
    });
}

#[test]
fn during_an_outage_nothing_gets_through_and_calls_go_on() {
    paused(async {
        let (from, until) = (
            START + Millis::from_secs(1),
            START + Millis::from_minutes(10),
        );
        let outages = vec![Outage { from, until }];
        let night = night_with(Faults {
            outages,
            ..Faults::default()
        });
        let simulator = night.open();
        assert!(matches!(
            simulator.place(request(0, number(0))).await,
            Placed::Accepted { .. }
        ));
        night.clock.sleep_until(from).await;
        let (mut refused, mut unclear) = (0, 0);
        for nth in 1..20 {
            match simulator.place(request(nth, number(nth))).await {
                Placed::Refused {
                    class: FailureClass::Network,
                    ..
                } => refused += 1,
                Placed::Unclear { .. } => unclear += 1,
                other => panic!("{other:?}"),
            }
            assert_eq!(night.count(Event::Placed, attempt(nth)), 0);
        }
        assert!(refused > 2 && unclear > 2);
        assert!(matches!(
            ask(&simulator, attempt(0)).await,
            CallStatus::CannotTell(_)
        ));
        assert!(simulator.hang_up(attempt(0), None).await.is_err());
        night.clock.sleep_until(until).await;
        assert_eq!(night.count(Event::End, attempt(0)), 1);
        assert!(matches!(
            ask(&simulator, attempt(0)).await,
            CallStatus::Seen(_)
        ));
        assert!(matches!(
            simulator.place(request(20, number(20))).await,
            Placed::Accepted { .. }
        ));
    });
}

#[test]
fn the_look_up_may_lag_but_never_longer_than_it_can_be_trusted() {
    paused(async {
        let look_up_lag_up_to = Millis::from_secs(90);
        let faults = Faults {
            look_up_lag: 1.0,
            look_up_lag_up_to,
            ..Faults::default()
        };
        let night = night_with(faults);
        let simulator = night.open();
        let mut not_seen_at_once = 0;
        for nth in 0..30 {
            simulator.place(request(nth, number(nth))).await;
            let placed_at = night.entries().last().unwrap().at;
            not_seen_at_once +=
                u32::from(look(&night, &simulator, attempt(nth)).await == CallStatus::NotSeen);
            night
                .clock
                .sleep_until(placed_at + simulator.trust().settling)
                .await;
            assert!(matches!(
                look(&night, &simulator, attempt(nth)).await,
                CallStatus::Seen(_)
            ));
        }
        assert!(not_seen_at_once > 20);
    });
}

#[test]
fn a_failed_look_up_may_succeed_the_next_time() {
    paused(async {
        let night = night_with(Faults {
            look_up_failure: 0.5,
            ..Faults::default()
        });
        let simulator = night.open();
        simulator.place(request(1, number(50))).await;
        let mut failed = 0;
        for _ in 0..40 {
            let sight = ask(&simulator, attempt(1)).await;
            failed += u32::from(matches!(sight, CallStatus::CannotTell(_)));
        }
        assert!((10..30).contains(&failed), "{failed}");
    });
}

#[test]
fn a_listener_that_lags_hears_everything_in_the_end_and_holds_up_nothing() {
    paused(async {
        let night = night_with(Faults::default());
        let simulator = night.open();
        let mut events = simulator.events().unwrap();
        for nth in 0..1_000 {
            let simulator = Arc::clone(&simulator);
            tokio::spawn(async move { simulator.place(request(nth, number(nth))).await });
        }
        night.sleep(Millis::from_minutes(5)).await;
        assert_eq!(simulator.live_calls(), 0);
        assert_eq!(night.entries().len(), 4_000);
        let mut heard = 0;
        while heard < 4_000 {
            heard += 1;
            events.recv().await.unwrap();
        }
        assert!(events.try_recv().is_err());
    });
}

#[test]
fn the_events_have_one_listener_at_a_time_and_without_one_the_world_goes_on() {
    paused(async {
        let night = night_with(Faults::default());
        let simulator = night.open();
        let first = simulator.events();
        assert!(first.is_some() && simulator.events().is_none());
        drop(first);
        simulator.place(request(1, number(50))).await;
        night.quiet(&simulator).await;
        assert_eq!(night.count(Event::End, attempt(1)), 1);
        let heard = night.listen(&simulator);
        simulator.place(request(2, number(51))).await;
        night.quiet(&simulator).await;
        assert_eq!(
            heard.lock().unwrap().len(),
            4,
            "only what happened while somebody listened"
        );
    });
}

/// What a caller of any quality does: which attempt it places, to whom, after which pause, and
/// whether it hangs up after a while.
#[derive(Clone, Debug)]
struct CallerStep {
    attempt: u32,
    to: u32,
    pause: Millis,
    hangs_up: bool,
}

fn deeds() -> impl Strategy<Value = Vec<CallerStep>> {
    let deed = (
        0_u32..15,
        0_u32..20,
        0_u64..15_000,
        prop::bool::weighted(0.1),
    );
    let deed = deed.prop_map(|(attempt, to, pause, hangs_up)| {
        let pause = Millis::new(pause);
        CallerStep {
            attempt,
            to,
            pause,
            hangs_up,
        }
    });
    prop::collection::vec(deed, 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn whatever_goes_wrong_answers_events_and_looks_agree_with_the_log(
        seed: u64, bad_habits: u64, deeds in deeds(),
    ) {
        paused(async {
            let faults = Faults::from_seed(bad_habits);
            let night = Night::new(Config { seed, faults: faults.clone(), ..Config::default() });
            let simulator = night.open();
            let heard = night.listen(&simulator);
            let mut answers = Vec::new();
            for deed in &deeds {
                night.sleep(deed.pause).await;
                let (simulator, clock) = (Arc::clone(&simulator), night.clock.clone());
                let request = request(deed.attempt, number(deed.to));
                let hangs_up = deed.hangs_up;
                answers.push(tokio::spawn(async move {
                    let attempt = request.attempt;
                    let placed = simulator.place(request).await;
                    if hangs_up {
                        clock.sleep_until(clock.now() + Millis::from_secs(15)).await;
                        simulator.hang_up(attempt, None).await.unwrap();
                    }
                    (attempt, placed)
                }));
            }
            let mut placed = Vec::new();
            for answer in answers {
                placed.push(answer.await.unwrap());
            }
            night.quiet(&simulator).await;

            let log = night.entries();
            let of = |id, event| {
                log.iter().filter(move |it| it.attempt == id && it.event == event)
            };
            for (id, answer) in &placed {
                let asked = placed.iter().filter(|(other, _)| other == id).count();
                let taken = of(*id, Event::Placed).count();
                assert!(taken <= asked);
                assert!(of(*id, Event::Ring).count() <= taken);
                assert_eq!(of(*id, Event::End).count(), taken, "every call ends once");
                match answer {
                    Placed::Accepted { call_id } => assert!(
                        of(*id, Event::Placed).any(|it| it.call_id.unwrap().to_string() == *call_id)
                    ),
                    Placed::Refused { .. } => assert!(of(*id, Event::Refuse).count() > 0),
                    Placed::Unclear { .. } => {}
                    Placed::TooLate => panic!("no deadline was near"),
                }
            }
            let heard = heard.lock().unwrap().clone();
            for (at, event) in &heard {
                let true_by_then = |it: &&Entry| {
                    it.attempt == event.attempt
                        && it.at <= *at
                        && evidence(it).as_ref() == Some(&event.evidence)
                };
                assert!(log.iter().any(|it| true_by_then(&it)), "{event:?} never happened");
            }
            if faults.lost_event == 0.0 {
                for told in log.iter().filter_map(|it| Some((it.attempt, evidence(it)?))) {
                    let (id, evidence) = told;
                    assert!(
                        heard.iter().any(|(_, it)| it.attempt == id && it.evidence == evidence),
                        "{evidence:?} of {id} was never told"
                    );
                }
            }
            night.sleep(simulator.trust().settling).await;
            for deed in &deeds {
                let id = attempt(deed.attempt);
                let last_call = of(id, Event::Placed).next_back().and_then(|it| it.call_id);
                let history = log.iter().filter(|it| it.call_id.is_some() && it.call_id == last_call);
                let history: Vec<_> = history.filter_map(evidence).collect();
                let expected =
                    if history.is_empty() { CallStatus::NotSeen } else { CallStatus::Seen(history) };
                assert_eq!(look(&night, &simulator, id).await, expected);
            }
        });
    }
}
