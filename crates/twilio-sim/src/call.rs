//! The states of a call, and the steps between them. Pure: every change of state is decided here.

use serde_json::Value;

use crate::order::Order;

/// The state of a call. `Initiated` is dialled but not ringing yet; the API shows it as `queued`,
/// because the resource has no word for it, and the callback says `initiated`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Queued,
    Initiated,
    Ringing,
    InProgress,
    Completed,
    Busy,
    NoAnswer,
    Failed,
    Canceled,
}

/// The origin of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Api,
    /// The call whose `<Dial>` made it.
    Dial(String),
    /// Another application on the same account.
    Foreign,
}

/// A step in a call's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Dial,
    Ring,
    Answer,
    HangUp,
    Busy,
    GiveUp,
    Fail,
    Cancel,
}

/// The events of a status callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Initiated,
    Ringing,
    Answered,
    Completed,
}

impl Status {
    /// The status after the step; `None` where the step is impossible, in particular after the end.
    pub(crate) const fn after(self, step: Step) -> Option<Self> {
        Some(match (self, step) {
            (Self::Queued, Step::Dial) => Self::Initiated,
            (Self::Initiated, Step::Ring) => Self::Ringing,
            (Self::Initiated | Self::Ringing, Step::Answer) => Self::InProgress,
            (Self::Initiated | Self::Ringing, Step::Busy) => Self::Busy,
            (Self::Initiated | Self::Ringing, Step::GiveUp) => Self::NoAnswer,
            (Self::Queued | Self::Initiated | Self::Ringing, Step::Fail) => Self::Failed,
            (Self::Queued | Self::Initiated | Self::Ringing, Step::Cancel) => Self::Canceled,
            (Self::InProgress, Step::HangUp) => Self::Completed,
            _ => return None,
        })
    }

    /// Whether no step is possible any more.
    pub(crate) const fn is_final(self) -> bool {
        matches!(
            self,
            Self::Completed | Self::Busy | Self::NoAnswer | Self::Failed | Self::Canceled
        )
    }

    /// Whether it holds a line of the account.
    pub(crate) const fn is_live(self) -> bool {
        matches!(self, Self::Initiated | Self::Ringing | Self::InProgress)
    }

    /// The word in callbacks.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Initiated => "initiated",
            Self::Ringing => "ringing",
            Self::InProgress => "in-progress",
            Self::Completed => "completed",
            Self::Busy => "busy",
            Self::NoAnswer => "no-answer",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }

    /// The word in the resource.
    pub(crate) const fn shown(self) -> &'static str {
        match self {
            Self::Initiated => "queued",
            other => other.word(),
        }
    }

    /// The event of reaching this status.
    pub(crate) const fn event(self) -> Option<Event> {
        match self {
            Self::Queued => None,
            Self::Initiated => Some(Event::Initiated),
            Self::Ringing => Some(Event::Ringing),
            Self::InProgress => Some(Event::Answered),
            _ => Some(Event::Completed),
        }
    }
}

impl Event {
    pub(crate) fn named(word: &str) -> Option<Self> {
        Some(match word {
            "initiated" => Self::Initiated,
            "ringing" => Self::Ringing,
            "answered" => Self::Answered,
            "completed" => Self::Completed,
            _ => return None,
        })
    }
}

/// One call, with everything that happened to it.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) sid: String,
    pub(crate) origin: Origin,
    /// The calls that its `<Dial>`s made.
    pub(crate) legs: Vec<String>,
    pub(crate) order: Order,
    pub(crate) status: Status,
    /// Said to be canceled, which is not true.
    pub(crate) said_canceled: bool,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    /// When it was dialled, in milliseconds since 1970, like those that follow.
    pub(crate) started: Option<i64>,
    pub(crate) answered: Option<i64>,
    pub(crate) ended: Option<i64>,
    /// Whole seconds of conversation, at the call's own speed.
    pub(crate) duration: u64,
    pub(crate) answered_by: Option<&'static str>,
    pub(crate) sip_code: Option<u16>,
    /// The milliseconds that it was expected to queue.
    pub(crate) queue_time: u64,
    /// Status callbacks sent.
    pub(crate) sequence: u64,
    /// What was executed and what the callee heard, in order.
    pub(crate) transcript: Vec<Value>,
    /// Errors and warnings, as Twilio's debugger would show them.
    pub(crate) notifications: Vec<Notification>,
}

/// An entry of a call's notifications.
#[derive(Clone, Debug)]
pub(crate) struct Notification {
    pub(crate) sid: String,
    pub(crate) at: i64,
    pub(crate) code: u32,
    pub(crate) text: String,
    pub(crate) url: String,
}

impl Call {
    /// The call whose `<Dial>` made this one.
    pub(crate) fn parent(&self) -> Option<&str> {
        match &self.origin {
            Origin::Dial(parent) => Some(parent),
            Origin::Api | Origin::Foreign => None,
        }
    }

    /// Whether the API made it, or a `<Dial>` of another call.
    pub(crate) fn direction(&self) -> &'static str {
        if self.parent().is_some() {
            "outbound-dial"
        } else {
            "outbound-api"
        }
    }

    /// Whether it is said to be canceled at this moment, and goes on.
    pub(crate) fn is_falsely_canceled(&self) -> bool {
        let unanswered = matches!(self.status, Status::Initiated | Status::Ringing);
        self.said_canceled && unanswered
    }

    /// The word for its status in the resource.
    pub(crate) fn shown(&self) -> &'static str {
        if self.is_falsely_canceled() {
            Status::Canceled.shown()
        } else {
            self.status.shown()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Status; 9] = [
        Status::Queued,
        Status::Initiated,
        Status::Ringing,
        Status::InProgress,
        Status::Completed,
        Status::Busy,
        Status::NoAnswer,
        Status::Failed,
        Status::Canceled,
    ];
    const STEPS: [Step; 8] = [
        Step::Dial,
        Step::Ring,
        Step::Answer,
        Step::HangUp,
        Step::Busy,
        Step::GiveUp,
        Step::Fail,
        Step::Cancel,
    ];

    #[test]
    fn nothing_follows_the_end() {
        for status in ALL.into_iter().filter(|status| status.is_final()) {
            for step in STEPS {
                assert_eq!(status.after(step), None, "{status:?} {step:?}");
            }
        }
    }

    #[test]
    fn only_what_was_dialled_is_answered_and_only_what_was_answered_completes() {
        for status in ALL {
            let dialled = matches!(status, Status::Initiated | Status::Ringing);
            assert_eq!(status.after(Step::Answer).is_some(), dialled, "{status:?}");
            let answered = status == Status::InProgress;
            assert_eq!(status.after(Step::HangUp).is_some(), answered, "{status:?}");
        }
    }

    #[test]
    fn a_call_is_cancelled_only_before_it_is_answered() {
        for status in ALL {
            let before = matches!(status, Status::Queued | Status::Initiated | Status::Ringing);
            assert_eq!(status.after(Step::Cancel).is_some(), before, "{status:?}");
        }
    }
}
