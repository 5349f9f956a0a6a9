//! What a carrier can do wrong, on demand.
//!
//! Everything here is between us and the carrier: requests, answers, events, look-ups. No fault
//! changes what happens to the callee's phone, and none is kept from the log.

use ringonce_domain::{Evidence, FailureClass, Millis, Timestamp};

use super::dice::{Dice, Purpose};

/// The most often that one event is sent.
pub const MAX_COPIES: u64 = 5;

/// Faults, as probabilities between 0 and 1 for each occasion and as longest durations. The default
/// is a carrier without faults.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Faults {
    /// A create request never arrives, and its answer is unclear.
    pub lost_request: f64,
    /// A create request arrives and is carried out, but its answer never comes.
    pub lost_response: f64,
    /// The answer to a create request comes up to `slow_response_up_to` later; past the adapter's
    /// patience (see [`super::PATIENCE`]) that is unclear too.
    pub slow_response: f64,
    /// The longest delay of a slow answer.
    pub slow_response_up_to: Millis,
    /// A call is refused for a fault of the network.
    pub refused_network: f64,
    /// A call is refused because the carrier has no room.
    pub refused_congestion: f64,
    /// A call is refused because of our account.
    pub refused_configuration: f64,
    /// An event is never sent.
    pub lost_event: f64,
    /// An event is sent up to `late_event_up_to` later.
    pub late_event: f64,
    /// The longest delay of a late event.
    pub late_event_up_to: Millis,
    /// An event is sent two to [`MAX_COPIES`] times, each copy with its own luck.
    pub repeated_event: f64,
    /// An event is sent only after the next event of its call.
    pub reordered_event: f64,
    /// A look-up fails.
    pub look_up_failure: f64,
    /// A placed call shows up in the look-up only after up to `look_up_lag_up_to`.
    pub look_up_lag: f64,
    /// The longest such lag; [`ringonce_domain::Trust::settling`] is longer.
    pub look_up_lag_up_to: Millis,
    /// When the carrier cannot be reached at all. Calls go on and events are sent.
    pub outages: Vec<Outage>,
}

/// A time during which every request to the carrier fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    /// Its first instant.
    pub from: Timestamp,
    /// The first instant after it.
    pub until: Timestamp,
}

impl Faults {
    /// A carrier with bad habits drawn from `seed`: each fault is absent half of the time, and
    /// otherwise befalls up to 30 % of its occasions. Outages are left to the caller, who knows
    /// when calls are made.
    pub fn from_seed(seed: u64) -> Self {
        let mut nth = 0;
        let mut draw = || {
            nth += 1;
            let dice = Dice::new(seed).about(nth);
            let present = dice.chance(Purpose::FaultIsPresent, 0.5);
            if present {
                dice.unit(Purpose::FaultSize) * 0.3
            } else {
                0.0
            }
        };
        Self {
            lost_request: draw(),
            lost_response: draw(),
            slow_response: draw(),
            slow_response_up_to: Millis::from_secs(20),
            refused_network: draw() / 3.0,
            refused_congestion: draw() / 3.0,
            refused_configuration: draw() / 30.0,
            lost_event: draw(),
            late_event: draw(),
            late_event_up_to: Millis::from_minutes(10),
            repeated_event: draw(),
            reordered_event: draw(),
            look_up_failure: draw(),
            look_up_lag: draw(),
            look_up_lag_up_to: Millis::from_minutes(1),
            outages: Vec::new(),
        }
    }

    /// Whether the carrier is out of reach at `now`.
    pub(super) fn out_of_reach(&self, now: Timestamp) -> bool {
        self.outages
            .iter()
            .any(|outage| (outage.from..outage.until).contains(&now))
    }

    /// Whether, and how, a call is refused that would otherwise be taken.
    pub(super) fn refusal(&self, attempt: Dice) -> Option<(FailureClass, &'static str)> {
        let drawn = attempt.unit(Purpose::Refusal);
        let network = self.refused_network;
        let congestion = network + self.refused_congestion;
        let configuration = congestion + self.refused_configuration;
        match drawn {
            drawn if drawn < network => Some((FailureClass::Network, "no route to the network")),
            drawn if drawn < congestion => Some((FailureClass::Congestion, "too many calls")),
            drawn if drawn < configuration => {
                Some((FailureClass::Configuration, "the account is suspended"))
            }
            _ => None,
        }
    }

    /// For how long the look-up does not show a call that was placed.
    pub(super) fn invisible_for(&self, attempt: Dice) -> Millis {
        if attempt.chance(Purpose::LookUpLag, self.look_up_lag) {
            attempt.millis(Purpose::LookUpLagBy, 0..=self.look_up_lag_up_to.get())
        } else {
            Millis::ZERO
        }
    }

    /// The instants at which an event that happened at `at` is sent: none if it is lost, several
    /// if it is repeated. `next` is when the next thing happens to the call, if anything does.
    pub(super) fn tellings(
        &self,
        attempt: Dice,
        evidence: &Evidence,
        at: Timestamp,
        next: Option<Timestamp>,
    ) -> impl Iterator<Item = Timestamp> {
        let event = attempt.about(match evidence {
            Evidence::Accepted { .. } => 1,
            Evidence::Ringing => 2,
            Evidence::Answered => 3,
            _ => 4,
        });
        let repeated = event.chance(Purpose::RepeatedEvent, self.repeated_event);
        let copies = if repeated {
            event.between(Purpose::EventCopies, 2..=MAX_COPIES)
        } else {
            1
        };
        (0..copies)
            .map(move |nth| event.about(nth))
            .filter_map(move |copy| {
                if copy.chance(Purpose::LostEvent, self.lost_event) {
                    return None;
                }
                let overtaken = copy.chance(Purpose::ReorderedEvent, self.reordered_event);
                let base = if overtaken {
                    next.map_or(at, |next| next + OVERTAKEN_BY)
                } else {
                    at
                };
                let latency = copy.millis(Purpose::EventLatency, EVENT_LATENCY);
                let late = copy.chance(Purpose::LateEvent, self.late_event);
                let longest = if late { self.late_event_up_to.get() } else { 0 };
                Some(base + latency + copy.millis(Purpose::LateEventBy, 0..=longest))
            })
    }
}

/// What an event takes to reach us, in milliseconds.
const EVENT_LATENCY: std::ops::RangeInclusive<u64> = 5..=80;

/// More than the latency of the event that overtakes.
const OVERTAKEN_BY: Millis = Millis::new(100);

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::from_millis(1_795_000_000_000);

    fn tellings(faults: &Faults, word: u64) -> Vec<Timestamp> {
        let next = Some(AT + Millis::from_secs(9));
        faults
            .tellings(Dice::new(2).about(word), &Evidence::Ringing, AT, next)
            .collect()
    }

    #[test]
    fn a_carrier_without_faults_tells_every_event_once_and_soon() {
        for word in 0..1_000 {
            let told = tellings(&Faults::default(), word);
            assert_eq!(told.len(), 1);
            assert!((5..=80).contains(&told[0].since(AT).get()));
        }
    }

    #[test]
    fn each_fault_of_events_does_what_it_says() {
        for word in 0..200 {
            let lost = Faults {
                lost_event: 1.0,
                ..Faults::default()
            };
            assert!(tellings(&lost, word).is_empty());

            let repeated = Faults {
                repeated_event: 1.0,
                ..Faults::default()
            };
            assert!((2..=5).contains(&tellings(&repeated, word).len()));

            let reordered = Faults {
                reordered_event: 1.0,
                ..Faults::default()
            };
            assert!(tellings(&reordered, word)[0] > AT + Millis::from_secs(9) + Millis::new(80));
        }
        let late = Faults {
            late_event: 1.0,
            late_event_up_to: Millis::from_secs(60),
            ..Faults::default()
        };
        let delays: Vec<_> = (0..200)
            .map(|word| tellings(&late, word)[0].since(AT))
            .collect();
        assert!(delays.iter().all(|delay| *delay <= Millis::new(60_080)));
        assert!(delays.iter().any(|delay| *delay > Millis::from_secs(50)));
    }

    #[test]
    fn faults_from_seeds_differ_and_are_not_always_all_there() {
        let all: Vec<_> = (0..100).map(Faults::from_seed).collect();
        let clean = all.iter().filter(|faults| faults.lost_event == 0.0).count();
        assert!((30..70).contains(&clean), "{clean}");
        assert!(all.windows(2).all(|pair| pair[0] != pair[1]));
        assert_eq!(all[7], Faults::from_seed(7));
    }
}
