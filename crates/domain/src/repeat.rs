//! Whether calls made by other campaigns count (promise A3).

use serde::{Deserialize, Serialize};

use crate::{CampaignId, Millis, Timestamp};

/// The longest `after_days`.
pub const MAX_REPEAT_DAYS: u32 = 3_650;

/// A campaign's repeat rule. Caps and blocks hold whatever it says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum RepeatRule {
    /// A number that another campaign has ever called is not called.
    #[default]
    NeverAgain,
    /// A number is called again once this many days have passed since another campaign's call.
    AfterDays(u32),
    /// Only this campaign's own calls count.
    OnlyThisCampaign,
}

impl RepeatRule {
    /// Whether a call by another campaign that ended at `last` forbids a call at `now`.
    pub fn forbids(self, last: Timestamp, now: Timestamp) -> bool {
        match self {
            Self::NeverAgain => true,
            Self::AfterDays(days) => last + Millis::from_days(u64::from(days)) > now,
            Self::OnlyThisCampaign => false,
        }
    }

    /// Calls that ended at or before this instant no longer forbid a call at `now`; `None` when
    /// no earlier call ever does.
    pub fn horizon(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::NeverAgain => Some(Timestamp::from_millis(i64::MIN)),
            Self::AfterDays(days) => Some(now - Millis::from_days(u64::from(days))),
            Self::OnlyThisCampaign => None,
        }
    }
}

/// Which campaigns called a number last. This one row answers "when did a campaign other than this
/// one call it last?" for any campaign, without reading history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LastCalls {
    /// The campaign that called the number last, and when that call ended.
    pub last: Option<(CampaignId, Timestamp)>,
    /// The end of the last call by any campaign other than that one.
    pub other: Option<Timestamp>,
}

impl LastCalls {
    /// The end of the last call by a campaign other than `campaign`.
    pub fn by_others(&self, campaign: CampaignId) -> Option<Timestamp> {
        match self.last {
            Some((last, _)) if last == campaign => self.other,
            Some((_, at)) => Some(at),
            None => None,
        }
    }

    /// The same after a call by `campaign` that ended at `at`, which is not before any call known
    /// here.
    #[must_use]
    pub fn after_call(self, campaign: CampaignId, at: Timestamp) -> Self {
        match self.last {
            Some((last, before)) if last != campaign => Self {
                last: Some((campaign, at.max(before))),
                other: Some(before),
            },
            Some((_, before)) => Self {
                last: Some((campaign, at.max(before))),
                ..self
            },
            None => Self {
                last: Some((campaign, at)),
                other: None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn two_slots_answer_as_the_whole_history_does(calls in prop::collection::vec(0_i64..4, 0..12)) {
            let mut slots = LastCalls::default();
            for (at, campaign) in (0_i64..).zip(&calls) {
                slots = slots.after_call(CampaignId(*campaign), Timestamp::from_millis(at));
            }
            for asked in 0..5 {
                let whole = (0_i64..).zip(&calls).filter(|(_, by)| **by != asked).map(|(at, _)| at).max();
                prop_assert_eq!(slots.by_others(CampaignId(asked)), whole.map(Timestamp::from_millis));
            }
        }
    }

    #[test]
    fn days_are_counted_from_the_end_of_the_other_call() {
        let last = Timestamp::from_millis(0);
        let rule = RepeatRule::AfterDays(2);
        assert!(rule.forbids(last, last + Millis::from_hours(47)));
        assert!(!rule.forbids(last, last + Millis::from_hours(48)));
    }
}
