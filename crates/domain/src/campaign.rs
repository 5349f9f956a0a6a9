//! The life of a campaign.

use crate::text::string_enum;

string_enum! {
    /// The state of a campaign.
    "campaign state" CampaignState {
        /// Created; no call is made.
        Draft = "draft",
        /// Started; waits for its start time.
        Pending = "pending",
        /// Calls as its pace and hours allow.
        Running = "running",
        /// Held by a person or by a fault; calls in flight are settled.
        Paused = "paused",
        /// Every contact has ended.
        Completed = "completed",
        /// Can never go on.
        Failed = "failed",
    }
}

string_enum! {
    /// What may happen to a campaign.
    "campaign event" CampaignEvent {
        /// A person starts it.
        Start = "start",
        /// Its start time has come.
        Begin = "begin",
        /// A person, or a fault that a person must correct, holds it.
        Pause = "pause",
        /// A person lets it go on.
        Resume = "resume",
        /// Its last contact has ended.
        Complete = "complete",
        /// It can never go on.
        Fail = "fail",
    }
}

/// An event that a campaign's state does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot {event} a campaign that is {state}{}", advice(*.state, *.event))]
pub struct IllegalCampaignEvent {
    /// The state in which the campaign is.
    pub state: CampaignState,
    /// What was asked of it.
    pub event: CampaignEvent,
}

impl CampaignState {
    /// The state after `event`.
    ///
    /// # Errors
    /// When this state does not know the event.
    pub const fn on(self, event: CampaignEvent) -> Result<Self, IllegalCampaignEvent> {
        use CampaignEvent as E;
        use CampaignState as S;
        match (self, event) {
            (S::Draft, E::Start) => Ok(S::Pending),
            (S::Pending, E::Begin) | (S::Paused, E::Resume) => Ok(S::Running),
            (S::Running, E::Pause) => Ok(S::Paused),
            (S::Running, E::Complete) => Ok(S::Completed),
            (S::Pending | S::Running | S::Paused, E::Fail) => Ok(S::Failed),
            (state, event) => Err(IllegalCampaignEvent { state, event }),
        }
    }

    /// Whether a scheduler has anything to do for a campaign in this state.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Pending | Self::Running)
    }

    /// Whether the campaign may be deleted: never while it could be calling.
    pub const fn may_be_deleted(self) -> bool {
        !matches!(self, Self::Running)
    }
}

const fn advice(state: CampaignState, event: CampaignEvent) -> &'static str {
    use CampaignEvent as E;
    use CampaignState as S;
    match (state, event) {
        (S::Draft, E::Pause | E::Resume) => "; start it first",
        (S::Pending, E::Start) => "; it begins at its start time",
        (S::Pending, E::Pause) => {
            "; nothing is called before its start time, and it can be deleted"
        }
        (S::Running, E::Start | E::Resume) => "; it is calling already",
        (S::Paused, E::Start) => "; resume it",
        (S::Paused, E::Pause) => "; it is held already",
        (S::Completed | S::Failed, _) => "; it has ended, create another one",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_transition_but_the_eight_named_ones_is_refused() {
        use CampaignEvent as E;
        use CampaignState as S;
        let legal = [
            (S::Draft, E::Start, S::Pending),
            (S::Pending, E::Begin, S::Running),
            (S::Running, E::Pause, S::Paused),
            (S::Paused, E::Resume, S::Running),
            (S::Running, E::Complete, S::Completed),
            (S::Pending, E::Fail, S::Failed),
            (S::Running, E::Fail, S::Failed),
            (S::Paused, E::Fail, S::Failed),
        ];
        for &state in S::ALL {
            for &event in E::ALL {
                let expected = legal.iter().find(|(s, e, _)| (*s, *e) == (state, event));
                match (state.on(event), expected) {
                    (Ok(next), Some((_, _, wanted))) => assert_eq!(next, *wanted),
                    (Err(refusal), None) => {
                        let text = refusal.to_string();
                        assert!(
                            text.contains(state.as_str()) && text.contains(event.as_str()),
                            "{text}"
                        );
                    }
                    (got, _) => panic!("{state} on {event} gave {got:?}"),
                }
            }
        }
    }
}
