//! A carrier that calls a call canceled which goes on: whatever it says first, the ledger has the end that it
//! had in truth.

use ringonce_domain::{Millis, Number, Outcome};

use super::rehearsal::{Rehearsal, listener, lived};

/// A number at which the phone rings in vain.
fn absent() -> Number {
    Number::from_digits(12_025_550_155).unwrap()
}

#[test]
fn a_call_that_is_said_to_be_canceled_ends_as_it_did_in_truth() {
    for lost in [0.0, 1.0] {
        lived(async {
            let world = Rehearsal::new(|_| {}).await;
            world.faults(|faults| {
                faults.false_cancels = 1.0;
                faults.lost_create_responses = lost;
            });
            world.begin(&[listener(1), absent()]).await;
            world
                .until("both calls are over", async || {
                    world.pass(Millis::from_secs(2));
                    let ours = world.ours().await;
                    ours.len() == 2 && ours.iter().all(|it| !it.state.is_live())
                })
                .await;
            for call in world.ours().await {
                let truth = if call.number == absent() {
                    Outcome::NoAnswer
                } else {
                    Outcome::Answered
                };
                assert_eq!(call.outcome, Some(truth), "{} lost", call.number);
            }
        });
    }
}
