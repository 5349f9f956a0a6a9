//! What a settlement reads: an attempt with its contact, campaign and number, and why a dial that was allowed
//! when it was claimed is not allowed any more.

use ringonce_domain::contact::Reason;
use ringonce_domain::repeat::LastCalls;
use ringonce_domain::settle::Known;
use ringonce_domain::{
    Attempt, AttemptState, CampaignState, ContactState, Evidence, InstanceId, Outcome, Stopped,
    Timestamp,
};

use super::ContactSettled;
use crate::Result;
use crate::row::Fields;

/// An attempt with the rows that its settlement changes.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) attempt: Attempt,
    /// `None` when the campaign was deleted.
    pub(crate) contact: Option<FoundContact>,
    pub(crate) campaign: CampaignState,
    pub(crate) next_slot: Timestamp,
    pub(crate) runs: Option<InstanceId>,
    pub(crate) blocked: bool,
    pub(crate) last_calls: LastCalls,
    /// When the attempt was claimed that holds the number of this one, which is over.
    pub(crate) other_claimed_at: Option<Timestamp>,
    /// Whether another attempt for the contact rang after this one.
    pub(crate) rung_later: bool,
}

/// What a settlement asks about a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FoundContact {
    pub(crate) state: ContactState,
    pub(crate) made: u32,
    pub(crate) answered: i32,
    pub(crate) never_left: u32,
    pub(crate) outcome: Option<Outcome>,
}

impl FoundContact {
    /// The contact as `settled` leaves it.
    pub(crate) fn after(self, settled: &ContactSettled) -> Self {
        Self {
            state: settled.after,
            made: self.made - u32::from(settled.uncounted),
            answered: self.answered + settled.answered,
            never_left: settled.never_left,
            outcome: settled.outcome.or(self.outcome),
        }
    }
}

/// The columns of `attempt_to_settle`.
pub(crate) fn found(fields: &Fields<'_>) -> Result<Found> {
    Ok(Found {
        attempt: fields.attempt()?,
        contact: contact_found(fields)?,
        campaign: fields.word("campaign_state")?,
        next_slot: fields.instant("next_slot_at")?,
        runs: fields.maybe_uuid("lease_owner")?.map(InstanceId),
        blocked: fields.flag("blocked")?,
        last_calls: fields.last_calls()?,
        other_claimed_at: fields.maybe_instant("other_claimed_at")?,
        rung_later: fields.flag("rung_later")?,
    })
}

fn contact_found(fields: &Fields<'_>) -> Result<Option<FoundContact>> {
    let Some(state) = fields.maybe_word("contact_state")? else {
        return Ok(None);
    };
    Ok(Some(FoundContact {
        state,
        made: fields.count("contact_made")?,
        answered: fields.count("contact_answered")?,
        never_left: fields.count("never_left")?,
        outcome: fields.maybe_word("last_outcome")?,
    }))
}

/// What the rules ask beside the attempt.
pub(super) fn known(found: &Found) -> Known {
    let contact = found.contact;
    let ended = contact.and_then(|it| it.outcome);
    let last = found.last_calls.last;
    Known {
        contact: contact.map(|it| it.state),
        made: contact.map_or(found.attempt.made, |it| it.made),
        never_left: contact.map_or(0, |it| it.never_left),
        answered: contact.is_some_and(|it| it.answered > 0),
        last: ended.zip(
            last.and_then(|(campaign, at)| (campaign == found.attempt.campaign).then_some(at)),
        ),
        rung_later: found.rung_later,
        other_live: found.other_claimed_at.is_some(),
        over: matches!(
            found.campaign,
            CampaignState::Completed | CampaignState::Failed
        ),
    }
}

/// Why a call that its owner is about to make must not be made after all: what has changed since
/// the claim. The attempt is then given up.
pub(super) fn why_not_dial(
    found: &Found,
    evidence: &Evidence,
    stopped: Option<&Stopped>,
) -> Option<String> {
    let Evidence::Dial { by, .. } = evidence else {
        return None;
    };
    let attempt = &found.attempt;
    if attempt.state != AttemptState::Claimed || attempt.owner != *by {
        return None;
    }
    if let Some(stopped) = stopped {
        Some(format!("emergency stop: {stopped}"))
    } else if found.campaign != CampaignState::Running {
        Some(format!("the campaign is {}", found.campaign))
    } else if found.runs != Some(*by) {
        Some("another instance runs the campaign".to_owned())
    } else if found.blocked {
        Some(Reason::BLOCKED.words().to_owned())
    } else if found.contact.is_some_and(|contact| contact.answered > 0) {
        Some("the contact was answered in an earlier call after all".to_owned())
    } else if found
        .last_calls
        .last
        .is_some_and(|(_, at)| at > attempt.claimed_at)
    {
        Some("an earlier call to the number was not over, or ended otherwise than was known, when this one was claimed".to_owned())
    } else {
        None
    }
}
