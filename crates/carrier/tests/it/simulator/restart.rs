//! Our process dies, and the world's phones do not care.

use ringonce_carrier::simulator::log::Event;
use ringonce_carrier::simulator::{Behaviour, Config};
use ringonce_carrier::{Carrier, CarrierEvent};
use ringonce_domain::{Evidence, Millis, Outcome};

use super::support::{Night, all, attempt, number, paused, request};

#[test]
fn a_restart_at_any_moment_changes_nothing_in_the_world() {
    let night = |restart: Option<(u64, u64)>| {
        paused(async {
            let night = Night::new(Config {
                seed: 4,
                ..Config::default()
            });
            let mut simulator = night.open();
            night.place_each_second(&simulator, 30).await;
            if let Some((after, down)) = restart {
                night.sleep(Millis::new(after)).await;
                drop(simulator);
                let written = night.log.contents().len();
                night.sleep(Millis::new(down)).await;
                assert_eq!(
                    night.log.contents().len(),
                    written,
                    "a dropped simulator writes"
                );
                simulator = night.open();
            }
            night.quiet(&simulator).await;
            night.log.contents()
        })
    };
    let undisturbed = String::from_utf8(night(None)).unwrap();
    for after in [0, 700, 5_000, 20_000, 60_000] {
        for down in [0, 1, 3_000, 30_000, 3_600_000] {
            let disturbed = String::from_utf8(night(Some((after, down)))).unwrap();
            assert_eq!(
                disturbed, undisturbed,
                "down for {down} ms after {after} ms"
            );
        }
    }
}

#[test]
fn whoever_was_not_there_is_not_told_later() {
    paused(async {
        let night = Night::new(all(Behaviour::NoAnswer));
        let simulator = night.open();
        simulator.place(request(1, number(50))).await;
        drop(simulator);
        night.sleep(Millis::from_secs(20)).await;
        let simulator = night.open();
        let heard = night.listen(&simulator);
        night.quiet(&simulator).await;
        let heard: Vec<_> = heard
            .lock()
            .unwrap()
            .iter()
            .map(|(_, it)| it.clone())
            .collect();
        assert!(
            matches!(
                heard.as_slice(),
                [CarrierEvent {
                    evidence: Evidence::Ended { .. },
                    ..
                }]
            ),
            "{heard:?}"
        );
    });
}

#[test]
fn half_a_line_at_the_end_of_the_log_is_as_if_it_had_not_been_written() {
    paused(async {
        let night = Night::new(all(Behaviour::Answers));
        let simulator = night.open();
        simulator.place(request(1, number(50))).await;
        simulator.place(request(2, number(51))).await;
        night.sleep(Millis::from_secs(3)).await;
        drop(simulator);
        let written = night.log.contents();
        let lines: Vec<_> = written.split_inclusive(|byte| *byte == b'\n').collect();
        let whole = written.len() - lines.last().unwrap().len();
        night.sleep(Millis::from_hours(1)).await;

        for kept in whole..written.len() {
            let night = Night {
                log: written[..kept].to_vec().into(),
                ..night.clone()
            };
            drop(night.open());
            for nth in [1, 2] {
                for event in [Event::Placed, Event::Ring, Event::Answer, Event::End] {
                    assert_eq!(
                        night.count(event, attempt(nth)),
                        1,
                        "{event:?}, {kept} bytes kept"
                    );
                }
            }
        }
    });
}

#[test]
fn a_call_that_was_hung_up_is_over_even_if_we_died_before_its_end_was_written() {
    paused(async {
        let night = Night::new(all(Behaviour::Answers));
        let simulator = night.open();
        simulator.place(request(1, number(50))).await;
        night.sleep(Millis::from_secs(3)).await;
        simulator.hang_up(attempt(1), None).await.unwrap();
        drop(simulator);
        let undisturbed = night.log.contents();
        let end = undisturbed
            .split_inclusive(|byte| *byte == b'\n')
            .next_back()
            .unwrap()
            .len();
        let written = undisturbed[..undisturbed.len() - end].to_vec();
        night.sleep(Millis::from_secs(30)).await;
        let night = Night {
            log: written.into(),
            ..night
        };
        drop(night.open());
        assert_eq!(night.log.contents(), undisturbed);
    });
}

#[test]
fn another_seed_or_other_personas_do_not_rewrite_what_happened() {
    for (seed, behaviour) in [
        (9, None),
        (1, Some(Behaviour::BadAtOnce)),
        (1, Some(Behaviour::Congested)),
    ] {
        paused(async {
            let mut night = Night::new(Config {
                seed: 1,
                ..all(Behaviour::Answers)
            });
            let simulator = night.open();
            night.place_each_second(&simulator, 30).await;
            drop(simulator);
            let written = night.entries();
            night.config.seed = seed;
            night.config.personas.everyone = behaviour;
            let simulator = night.open();
            night.quiet(&simulator).await;
            let entries = night.entries();
            assert_eq!(entries[..written.len()], written);
            for nth in 0..30 {
                let call: Vec<_> = entries
                    .iter()
                    .filter(|entry| entry.attempt == attempt(nth))
                    .collect();
                let answered = call.iter().any(|entry| entry.event == Event::Answer);
                let [.., end] = call.as_slice() else {
                    panic!("attempt {nth} is gone")
                };
                assert!(call.is_sorted_by_key(|entry| entry.at), "{call:?}");
                assert_eq!(end.event, Event::End);
                assert_eq!(end.outcome == Some(Outcome::Answered), answered);
            }
        });
    }
}
