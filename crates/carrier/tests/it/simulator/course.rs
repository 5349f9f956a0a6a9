//! One call at a time: its course, its answer, its events, its look-up, its hanging up.

use ringonce_carrier::simulator::log::{CallId, Event};
use ringonce_carrier::simulator::{Behaviour, Config};
use ringonce_carrier::{CallStatus, Carrier, Clock, Deadline, Placed};
use ringonce_domain::{Evidence, FailureClass, Millis, Outcome};

use super::support::{Night, START, all, attempt, evidence, look, number, paused, request};

fn log_of(seed: u64) -> Vec<u8> {
    paused(async {
        let night = Night::new(Config {
            seed,
            ..Config::default()
        });
        let simulator = night.open();
        night.place_each_second(&simulator, 60).await;
        night.quiet(&simulator).await;
        night.log.contents()
    })
}

#[test]
fn one_seed_gives_one_log_to_the_byte() {
    assert_eq!(log_of(1), log_of(1));
    assert_ne!(log_of(1), log_of(2));
}

#[test]
fn every_behaviour_takes_its_course_in_the_log_and_in_the_events() {
    use Event::{Answer, End, Placed, Refuse, Ring};
    for (behaviour, course, outcome) in [
        (
            Behaviour::Answers,
            &[Placed, Ring, Answer, End][..],
            Outcome::Answered,
        ),
        (
            Behaviour::Voicemail,
            &[Placed, Ring, Answer, End],
            Outcome::Answered,
        ),
        (Behaviour::NoAnswer, &[Placed, Ring, End], Outcome::NoAnswer),
        (Behaviour::Busy, &[Placed, Ring, End], Outcome::Busy),
        (Behaviour::Rejects, &[Placed, Ring, End], Outcome::Busy),
        (Behaviour::Congested, &[Placed, End], Outcome::Congestion),
        (Behaviour::BadAtOnce, &[Refuse], Outcome::BadNumber),
        (
            Behaviour::BadAfterRinging,
            &[Placed, Ring, End],
            Outcome::BadNumber,
        ),
    ] {
        paused(async {
            let night = Night::new(all(behaviour));
            let simulator = night.open();
            let heard = night.listen(&simulator);
            simulator.place(request(1, number(50))).await;
            night.quiet(&simulator).await;
            let entries = night.entries();
            let events: Vec<_> = entries.iter().map(|entry| entry.event).collect();
            assert_eq!(events, course, "{behaviour:?}");
            assert_eq!(
                entries.last().unwrap().outcome,
                Some(outcome),
                "{behaviour:?}"
            );
            let written: Vec<_> = entries.iter().filter_map(evidence).collect();
            let told = heard.lock().unwrap();
            let told: Vec<_> = told
                .iter()
                .map(|(_, event)| event.evidence.clone())
                .collect();
            assert_eq!(told, written, "{behaviour:?}");
        });
    }
}

#[test]
fn the_answer_to_a_request_says_what_the_log_says() {
    paused(async {
        let night = Night::new(all(Behaviour::Answers));
        let simulator = night.open();
        let before = night.clock.now();
        let placed = simulator.place(request(1, number(50))).await;
        assert_eq!(
            placed,
            Placed::Accepted {
                call_id: "sim-1".into()
            }
        );
        assert!((20..=120).contains(&night.clock.now().since(before).get()));
        assert_eq!(night.entries()[0].call_id, Some(CallId(1)));
    });
    paused(async {
        let night = Night::new(all(Behaviour::BadAtOnce));
        let placed = night.open().place(request(1, number(50))).await;
        assert!(matches!(
            placed,
            Placed::Refused {
                class: FailureClass::BadNumber,
                ..
            }
        ));
        assert_eq!(night.entries()[0].call_id, None);
    });
}

#[test]
fn nothing_is_sent_at_or_after_the_deadline() {
    paused(async {
        let night = Night::new(all(Behaviour::Answers));
        let simulator = night.open();
        let mut late = request(1, number(50));
        late.deadline = Deadline::after(Millis::ZERO, night.clock.as_ref());
        assert_eq!(simulator.place(late.clone()).await, Placed::TooLate);
        assert!(night.log.contents().is_empty());
        assert_eq!(
            look(&night, &simulator, late.attempt).await,
            CallStatus::NotSeen
        );

        late.deadline = Deadline::after(Millis::new(1), night.clock.as_ref());
        assert!(matches!(
            simulator.place(late).await,
            Placed::Accepted { .. }
        ));
    });
}

#[test]
fn an_attempt_that_is_placed_twice_rings_twice() {
    paused(async {
        let night = Night::new(all(Behaviour::Answers));
        let simulator = night.open();
        let first = simulator.place(request(1, number(50))).await;
        let second = simulator.place(request(1, number(50))).await;
        assert_ne!(first, second);
        night.quiet(&simulator).await;
        assert_eq!(night.count(Event::Placed, attempt(1)), 2);
        assert_eq!(night.count(Event::Ring, attempt(1)), 2);
    });
}

#[test]
fn a_call_can_be_hung_up_before_and_after_it_is_answered() {
    for (behaviour, after, outcome) in [
        (Behaviour::NoAnswer, 10, Outcome::Canceled),
        (Behaviour::Answers, 34, Outcome::Answered),
    ] {
        paused(async {
            let mut config = all(behaviour);
            config.seed = 3;
            let night = Night::new(config);
            let simulator = night.open();
            simulator.place(request(1, number(50))).await;
            night
                .clock
                .sleep_until(START + Millis::from_secs(after))
                .await;
            assert_eq!(simulator.live_calls(), 1);
            assert_eq!(simulator.hang_up(attempt(1), Some("sim-1")).await, Ok(()));
            assert_eq!(simulator.live_calls(), 0);
            let entries = night.entries();
            let [.., asked, end] = entries.as_slice() else {
                panic!("{entries:?}")
            };
            assert_eq!((asked.event, end.event), (Event::Hangup, Event::End));
            assert_eq!(
                (asked.at, Some(outcome)),
                (end.at, end.outcome),
                "{behaviour:?}"
            );
            assert_eq!(simulator.hang_up(attempt(1), None).await, Ok(()));
            assert_eq!(simulator.hang_up(attempt(9), None).await, Ok(()));
            assert_eq!(night.entries().len(), entries.len());
        });
    }
}

#[test]
fn the_look_up_tells_the_present_state() {
    paused(async {
        let night = Night::new(all(Behaviour::Answers));
        let simulator = night.open();
        simulator.place(request(1, number(50))).await;
        let accepted = Evidence::Accepted {
            call_id: "sim-1".into(),
        };
        let seen = async || match look(&night, &simulator, attempt(1)).await {
            CallStatus::Seen(evidence) => evidence,
            other => panic!("{other:?}"),
        };
        assert_eq!(seen().await, std::slice::from_ref(&accepted));
        night.sleep(Millis::from_secs(3)).await;
        assert_eq!(seen().await, [accepted.clone(), Evidence::Ringing]);
        night.quiet(&simulator).await;
        let ended = Evidence::Ended {
            outcome: Outcome::Answered,
            cause: "normal clearing".into(),
        };
        let all = [accepted, Evidence::Ringing, Evidence::Answered, ended];
        assert_eq!(seen().await, all);
        assert_eq!(
            look(&night, &simulator, attempt(2)).await,
            CallStatus::NotSeen
        );

        drop(simulator);
        let reopened = night.open();
        assert_eq!(
            look(&night, &reopened, attempt(1)).await,
            CallStatus::Seen(all.to_vec())
        );
    });
}
