//! How long calls take, where chance is not to decide: for load tests that need many calls at
//! once, and for tests that cannot wait.

use ringonce_domain::Millis;

use super::fate::{Course, Fate};

/// How long calls take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tempo {
    /// How long every answered call lasts; `None` leaves it to chance.
    pub talk: Option<Millis>,
    /// How many times as fast as usual a call goes by, its talk of a chosen length excepted. At
    /// least 1.
    pub hurry: u32,
}

impl Default for Tempo {
    fn default() -> Self {
        Self {
            talk: None,
            hurry: 1,
        }
    }
}

impl Tempo {
    /// The same fate in this tempo.
    pub(super) fn of(self, fate: Fate) -> Fate {
        let Fate::Taken(course) = fate else {
            return fate;
        };
        let hurried = |span: Millis| Millis::new(span.get() / u64::from(self.hurry.max(1)));
        let answer = course.answer.map(hurried);
        let end = match (answer, self.talk) {
            (Some(answer), Some(talk)) => Millis::new(answer.get().saturating_add(talk.get())),
            _ => hurried(course.end),
        };
        Fate::Taken(Course {
            ring: course.ring.map(hurried),
            answer,
            end,
            ..course
        })
    }
}

#[cfg(test)]
mod tests {
    use ringonce_domain::Outcome;

    use super::*;

    fn answered() -> Course {
        Course {
            ring: Some(Millis::new(1_000)),
            answer: Some(Millis::new(9_000)),
            end: Millis::new(60_000),
            outcome: Outcome::Answered,
            cause: "normal clearing".into(),
        }
    }

    #[test]
    fn a_chosen_talk_lasts_as_long_as_it_says_and_the_rest_is_hurried() {
        for (talk, hurry, expected) in [
            (None, 1, (1_000, 9_000, 60_000)),
            (None, 10, (100, 900, 6_000)),
            (Some(600_000), 1, (1_000, 9_000, 609_000)),
            (Some(600_000), 10, (100, 900, 600_900)),
        ] {
            let tempo = Tempo {
                talk: talk.map(Millis::new),
                hurry,
            };
            let (ring, answer, end) = expected;
            let course = Course {
                ring: Some(Millis::new(ring)),
                answer: Some(Millis::new(answer)),
                end: Millis::new(end),
                ..answered()
            };
            assert_eq!(tempo.of(Fate::Taken(answered())), Fate::Taken(course));
        }
    }

    #[test]
    fn a_call_that_nobody_answers_has_no_talk() {
        let course = Course {
            answer: None,
            ..answered()
        };
        let tempo = Tempo {
            talk: Some(Millis::from_secs(600)),
            hurry: 1,
        };
        let fate = Fate::Taken(course);
        assert_eq!(tempo.of(fate.clone()), fate);
    }
}
