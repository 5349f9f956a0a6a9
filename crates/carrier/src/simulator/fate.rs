//! What becomes of one call, from the dial tone to its end, known before it begins.
//!
//! A fate is a pure function of the seed, the attempt, the number and how long the caller lets it
//! ring. Nothing that our process does but hanging up changes it.

use std::borrow::Cow;

use ringonce_domain::{FailureClass, Millis, Outcome};

use super::dice::{Dice, Purpose};
use super::persona::Behaviour;

/// The whole course of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// The carrier knows better than to take it.
    Refused(FailureClass, &'static str),
    /// It is taken, and goes like this.
    Taken(Course),
}

/// When what happens, counted from the instant at which the carrier took the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Course {
    /// It reaches the callee's line; never, if `None`.
    pub(super) ring: Option<Millis>,
    /// It is picked up; never, if `None`.
    pub(super) answer: Option<Millis>,
    /// It is over.
    pub(super) end: Millis,
    /// How it ends.
    pub(super) outcome: Outcome,
    /// The same in the carrier's words.
    pub(super) cause: Cow<'static, str>,
}

/// The fate of a call that is met like this, by dice that are about its attempt.
pub(super) fn fate(behaviour: Behaviour, dice: Dice, ring_for: Millis) -> Fate {
    let dialling = dice.millis(Purpose::Dialling, 400..=2_500);
    let rings = |range| dice.mostly_short(Purpose::Ringing, range);
    let talks = |range| Some(dice.mostly_short(Purpose::Talking, range));
    let (ringing, talking, outcome, cause) = match behaviour {
        Behaviour::BadAtOnce => {
            return Fate::Refused(FailureClass::BadNumber, "the number is not assigned");
        }
        Behaviour::Congested => {
            return never_rings(dialling, Outcome::Congestion, "no circuit is free");
        }
        Behaviour::Fails if dice.chance(Purpose::BreaksEarly, 0.5) => {
            return never_rings(
                dialling,
                Outcome::Failed,
                "the callee's network does not respond",
            );
        }
        Behaviour::Answers => (
            rings(4_000..=30_000),
            talks(5_000..=120_000),
            Outcome::Answered,
            "normal clearing",
        ),
        Behaviour::Voicemail => (
            rings(15_000..=25_000),
            talks(5_000..=40_000),
            Outcome::Answered,
            "normal clearing",
        ),
        Behaviour::NoAnswer => (ring_for, None, Outcome::NoAnswer, NOBODY),
        Behaviour::Busy => (rings(300..=900), None, Outcome::Busy, "the line is in use"),
        Behaviour::Rejects => (
            rings(2_000..=12_000),
            None,
            Outcome::Busy,
            "the callee declined",
        ),
        Behaviour::Fails => (
            rings(2_000..=15_000),
            None,
            Outcome::Failed,
            "the path to the callee broke",
        ),
        Behaviour::BadAfterRinging => (
            rings(1_000..=4_000),
            None,
            Outcome::BadNumber,
            "the number is out of service",
        ),
    };
    Fate::Taken(if ringing < ring_for {
        rung(dialling, ringing, talking, outcome, cause)
    } else {
        rung(dialling, ring_for, None, Outcome::NoAnswer, NOBODY)
    })
}

const NOBODY: &str = "nobody picked up";

fn rung(
    dialling: Millis,
    ringing: Millis,
    talking: Option<Millis>,
    outcome: Outcome,
    cause: &'static str,
) -> Course {
    let stops_ringing = plus(dialling, ringing);
    Course {
        ring: Some(dialling),
        answer: talking.map(|_| stops_ringing),
        end: plus(stops_ringing, talking.unwrap_or(Millis::ZERO)),
        outcome,
        cause: cause.into(),
    }
}

fn never_rings(dialling: Millis, outcome: Outcome, cause: &'static str) -> Fate {
    Fate::Taken(Course {
        ring: None,
        answer: None,
        end: dialling,
        outcome,
        cause: cause.into(),
    })
}

fn plus(one: Millis, other: Millis) -> Millis {
    Millis::new(one.get().saturating_add(other.get()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn courses(behaviour: Behaviour, ring_for: Millis) -> impl Iterator<Item = Course> {
        (0..2_000).map(
            move |word| match fate(behaviour, Dice::new(5).about(word), ring_for) {
                Fate::Taken(course) => course,
                Fate::Refused(..) => panic!("{behaviour:?} is not refused"),
            },
        )
    }

    #[test]
    fn answered_calls_ring_for_4_to_30_seconds_and_talk_for_5_to_120() {
        for course in courses(Behaviour::Answers, Millis::from_secs(60)) {
            let (ring, answer) = (course.ring.unwrap().get(), course.answer.unwrap().get());
            assert!((400..=2_500).contains(&ring));
            assert!((4_000..=30_000).contains(&(answer - ring)));
            assert!((5_000..=120_000).contains(&(course.end.get() - answer)));
            assert_eq!(course.outcome, Outcome::Answered);
        }
    }

    #[test]
    fn whoever_would_pick_up_too_late_is_not_reached() {
        let ring_for = Millis::from_secs(10);
        let (mut answered, mut missed) = (0, 0);
        for course in courses(Behaviour::Answers, ring_for) {
            match course.outcome {
                Outcome::Answered => answered += 1,
                Outcome::NoAnswer => {
                    missed += 1;
                    assert_eq!(course.answer, None);
                    assert_eq!(course.end, plus(course.ring.unwrap(), ring_for));
                }
                other => panic!("{other}"),
            }
        }
        assert!(
            answered > 300 && missed > 300,
            "{answered} answered, {missed} missed"
        );
    }

    #[test]
    fn congestion_never_reaches_the_callee_and_failures_do_so_at_times() {
        assert!(courses(Behaviour::Congested, Millis::from_secs(30)).all(|it| it.ring.is_none()));
        let reached = courses(Behaviour::Fails, Millis::from_secs(30))
            .filter(|it| it.ring.is_some())
            .count();
        assert!((800..1_200).contains(&reached), "{reached}");
    }
}
