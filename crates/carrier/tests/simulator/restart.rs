//! Our process dies, and the world's phones do not care.

use ringonce_carrier::simulator::log::Event;
use ringonce_carrier::simulator::{Behaviour, Config};
use ringonce_carrier::{Carrier, CarrierEvent};
use ringonce_domain::{Evidence, Millis};

use crate::support::{Night, all, attempt, number, paused, request};

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
