//! How often one number may be called, over sliding windows, across all campaigns and lists.

use serde::{Deserialize, Serialize};

use crate::text::string_enum;
use crate::{AttemptState, Millis, Outcome, Timestamp};

string_enum! {
    /// What a cap counts.
    "cap kind" CapKind {
        /// Every attempt that may have rung.
        Attempts = "attempts",
        /// Only calls that were, or may have been, answered.
        Answered = "answered",
    }
}

/// At most `max` calls of a kind to one number within the `hours` before the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Cap {
    /// What is counted.
    pub count: CapKind,
    /// How many are allowed; at least 1.
    pub max: u32,
    /// Length of the sliding window in hours; 1 to 8,760.
    pub hours: u32,
}

/// The caps under which a campaign calls: a preset by name, or a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Caps {
    /// `"default"` or `"strict"`.
    Preset(CapPreset),
    /// The caps themselves; all hold.
    List(Vec<Cap>),
}

impl Default for Caps {
    fn default() -> Self {
        Self::Preset(CapPreset::Default)
    }
}

string_enum! {
    /// Caps by name.
    "cap preset" CapPreset {
        /// At most 3 attempts and 1 answered call in 24 hours.
        Default = "default",
        /// At most 1 attempt in 24 hours.
        Strict = "strict",
    }
}

/// A call that counts against caps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastCall {
    /// When it ended as far as we know. Windows are counted from here: the callee's phone rang
    /// no later than this, so a window measured so is never too short.
    pub ended_at: Timestamp,
    /// Whether it was, or may have been, answered.
    pub answered: bool,
}

impl PastCall {
    /// A call that ended at `ended_at`, with the attempt's `state` and `outcome`. A call whose end
    /// is unknown may have been answered, and counts as answered; so does one that was given up and
    /// yet showed up at the carrier.
    pub const fn new(ended_at: Timestamp, state: AttemptState, outcome: Option<Outcome>) -> Self {
        let proved_unanswered = matches!(state, AttemptState::Ended)
            && !matches!(outcome, None | Some(Outcome::Answered | Outcome::Unknown));
        Self {
            ended_at,
            answered: !proved_unanswered,
        }
    }
}

impl Cap {
    /// The window's length.
    pub const fn window(self) -> Millis {
        Millis::from_hours(self.hours as u64)
    }

    /// When this cap allows the next call, given the number's past calls, the latest first:
    /// `None` when it is allowed at `now`.
    fn frees_at(self, calls: &[PastCall], now: Timestamp) -> Option<Timestamp> {
        let counted = calls
            .iter()
            .filter(|call| self.count == CapKind::Attempts || call.answered)
            .nth(usize::try_from(self.max.max(1) - 1).unwrap_or(usize::MAX))?;
        let free = counted.ended_at + self.window();
        (free > now).then_some(free)
    }
}

impl Caps {
    /// The caps in force.
    pub fn as_slice(&self) -> &[Cap] {
        const DAY: u32 = 24;
        const DEFAULT: [Cap; 2] = [
            Cap {
                count: CapKind::Attempts,
                max: 3,
                hours: DAY,
            },
            Cap {
                count: CapKind::Answered,
                max: 1,
                hours: DAY,
            },
        ];
        const STRICT: [Cap; 1] = [Cap {
            count: CapKind::Attempts,
            max: 1,
            hours: DAY,
        }];
        match self {
            Self::Preset(CapPreset::Default) => &DEFAULT,
            Self::Preset(CapPreset::Strict) => &STRICT,
            Self::List(caps) => caps,
        }
    }

    /// The longest window: how far back past calls matter.
    pub fn horizon(&self) -> Millis {
        self.as_slice()
            .iter()
            .map(|cap| cap.window())
            .max()
            .unwrap_or(Millis::ZERO)
    }

    /// The moment from which every cap allows another call and the cap that waits longest, or
    /// `None` when all allow it at `now`. `calls` are the number's past calls within
    /// [`Self::horizon`], the latest first.
    pub fn frees_at(&self, calls: &[PastCall], now: Timestamp) -> Option<(Timestamp, Cap)> {
        self.as_slice()
            .iter()
            .filter_map(|cap| cap.frees_at(calls, now).map(|free| (free, *cap)))
            .max_by_key(|(free, _)| *free)
    }

    /// What is wrong, as (field, advice).
    pub(crate) fn problem(&self) -> Option<(&'static str, String)> {
        let Self::List(caps) = self else { return None };
        if caps.is_empty() {
            return Some((
                "caps",
                "the list is empty; use \"default\" or give at least one cap".into(),
            ));
        }
        caps.iter().find_map(|cap| {
            if cap.max == 0 {
                Some((
                    "caps.max",
                    "0 would never call anybody; give at least 1".to_owned(),
                ))
            } else if cap.hours == 0 || cap.hours > 8_760 {
                Some((
                    "caps.hours",
                    format!("{} is not between 1 and 8760 hours", cap.hours),
                ))
            } else {
                None
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(n: u64) -> Timestamp {
        Timestamp::from_millis(0) + Millis::from_hours(n)
    }

    fn call(at: u64, answered: bool) -> PastCall {
        PastCall {
            ended_at: hour(at),
            answered,
        }
    }

    #[test]
    fn the_default_allows_three_attempts_and_one_answer_a_day() {
        let caps = Caps::default();
        let frees = |calls: &[PastCall], now| caps.frees_at(calls, hour(now)).map(|(at, _)| at);
        assert_eq!(frees(&[], 30), None);
        assert_eq!(frees(&[call(29, false), call(28, false)], 30), None);
        assert_eq!(
            frees(&[call(29, false), call(28, false), call(7, false)], 30),
            Some(hour(31))
        );
        assert_eq!(frees(&[call(29, true)], 30), Some(hour(53)));
        assert_eq!(
            frees(&[call(6, true)], 30),
            None,
            "the window is half open at its end"
        );
    }

    #[test]
    fn strict_is_one_attempt_a_day() {
        let caps = Caps::Preset(CapPreset::Strict);
        assert_eq!(
            caps.frees_at(&[call(10, false)], hour(33)).map(|c| c.0),
            Some(hour(34))
        );
    }

    #[test]
    fn a_call_counts_as_answered_unless_the_carrier_told_otherwise() {
        use AttemptState as S;
        let answered = |state, outcome| PastCall::new(hour(0), state, outcome).answered;
        for &outcome in Outcome::ALL {
            let may_be = matches!(outcome, Outcome::Answered | Outcome::Unknown);
            assert_eq!(answered(S::Ended, Some(outcome)), may_be, "{outcome}");
        }
        assert!(
            answered(S::NeverPlaced, Some(Outcome::Failed)),
            "given up, and there after all"
        );
        assert!(answered(S::Released, None));
    }

    #[test]
    fn the_longest_wait_wins() {
        let caps = Caps::List(vec![
            Cap {
                count: CapKind::Attempts,
                max: 1,
                hours: 2,
            },
            Cap {
                count: CapKind::Attempts,
                max: 2,
                hours: 100,
            },
        ]);
        let calls = [call(9, false), call(5, false)];
        assert_eq!(
            caps.frees_at(&calls, hour(10)).map(|c| c.0),
            Some(hour(105))
        );
    }
}
