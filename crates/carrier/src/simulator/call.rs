//! One call: what happened to it, and what happens to it next.

use std::borrow::Cow;

use ringonce_domain::{AttemptId, CampaignId, Evidence, Number, Outcome, Timestamp};

use super::fate::Course;
use super::log::{CallId, Entry, Event};

/// One call.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) attempt: AttemptId,
    pub(super) campaign: CampaignId,
    pub(super) number: Number,
    pub(super) placed_at: Timestamp,
    /// When the last thing happened to it.
    pub(super) changed_at: Timestamp,
    pub(super) course: Course,
    pub(super) rang: bool,
    pub(super) answered: bool,
    pub(super) over: bool,
}

impl Call {
    /// A call as the carrier took it.
    pub(super) fn placed(entry: &Entry, course: Course) -> Self {
        Self {
            attempt: entry.attempt,
            campaign: entry.campaign,
            number: entry.number,
            placed_at: entry.at,
            changed_at: entry.at,
            course,
            rang: false,
            answered: false,
            over: false,
        }
    }

    /// All that the carrier can say of it, oldest first.
    pub(super) fn history(&self, id: CallId) -> Vec<Evidence> {
        let mut seen = vec![Evidence::Accepted {
            call_id: id.to_string(),
        }];
        seen.extend(self.rang.then_some(Evidence::Ringing));
        seen.extend(self.answered.then_some(Evidence::Answered));
        seen.extend(self.over.then(|| self.ended()));
        seen
    }

    /// What has just happened to it.
    pub(super) fn latest(&self, id: CallId) -> Evidence {
        match self {
            Self { over: true, .. } => self.ended(),
            Self { answered: true, .. } => Evidence::Answered,
            Self { rang: true, .. } => Evidence::Ringing,
            _ => Evidence::Accepted {
                call_id: id.to_string(),
            },
        }
    }
    /// What happens to it next, and when: never before what has happened, even if the log was
    /// begun with another seed.
    pub(super) fn next(&self) -> (Event, Timestamp) {
        let (event, after) = match &self.course {
            Course {
                ring: Some(after), ..
            } if !self.rang => (Event::Ring, *after),
            Course {
                answer: Some(after),
                ..
            } if !self.answered => (Event::Answer, *after),
            course => (Event::End, course.end),
        };
        (event, self.changed_at.max(self.placed_at + after))
    }

    pub(super) fn next_at(&self) -> Timestamp {
        self.next().1
    }

    /// An answered call ends as answered, whatever its course was.
    fn outcome(&self) -> Outcome {
        if self.answered {
            Outcome::Answered
        } else {
            self.course.outcome
        }
    }

    fn ended(&self) -> Evidence {
        Evidence::Ended {
            outcome: self.outcome(),
            cause: self.course.cause.to_string(),
        }
    }

    /// The caller hangs up.
    pub(super) fn cut(&mut self, now: Timestamp) {
        self.changed_at = now;
        self.course = Course {
            ring: None,
            answer: None,
            end: now.since(self.placed_at),
            outcome: Outcome::Canceled,
            cause: Cow::Borrowed("the caller hung up"),
        };
    }

    pub(super) fn entry(&self, id: CallId, event: Event, at: Timestamp) -> Entry {
        let ends = event == Event::End;
        Entry {
            at,
            event,
            attempt: self.attempt,
            campaign: self.campaign,
            number: self.number,
            call_id: Some(id),
            outcome: ends.then(|| self.outcome()),
            cause: ends.then(|| self.course.cause.clone()),
            ring_for: None,
        }
    }
}
