//! The scheduler's decisions: what one instance should do, given all that it can see.
//!
//! The same function runs campaigns, simulations and forecasts. It decides nothing about single
//! contacts; the claim does, inside its transaction.

use std::sync::Arc;

use crate::contact::ContactCounts;
use crate::pacing::Room;
use crate::text::string_enum;
use crate::{CampaignId, CampaignState, Settings, Stopped, Timestamp};

/// Everything that scheduling depends on.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Set while the emergency stop holds everything.
    pub stopped: Option<Stopped>,
    /// The campaigns that are pending or running, in order of id.
    pub campaigns: Vec<CampaignView>,
}

/// One campaign, as the scheduler sees it.
#[derive(Clone, Debug)]
pub struct CampaignView {
    /// Its id.
    pub id: CampaignId,
    /// Its state.
    pub state: CampaignState,
    /// Its settings.
    pub settings: Arc<Settings>,
    /// Attempts that hold a line.
    pub live: u32,
    /// The next start is not before this.
    pub next_slot: Timestamp,
    /// When its first waiting contact is due; `None` when none waits.
    pub next_due: Option<Timestamp>,
    /// The number of its contacts in each state.
    pub counts: ContactCounts,
}

/// Something for the instance to do at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Let a pending campaign run: its time has come.
    Begin(CampaignId),
    /// Claim up to so many contacts.
    Claim(CampaignId, u32),
    /// Every contact has ended.
    Complete(CampaignId),
    /// The campaign's hours never open.
    Fail(CampaignId),
}

string_enum! {
    /// Why a running or pending campaign starts no call at this moment.
    "hold" HoldReason {
        /// Not running: it was not started, or is paused, or has ended.
        NotRunning = "not_running",
        /// The emergency stop has tripped.
        Stopped = "emergency_stop",
        /// Its start time has not come.
        NotBegun = "not_begun",
        /// Its business hours are closed.
        Closed = "outside_business_hours",
        /// Every line is in use.
        LinesBusy = "lines_busy",
        /// The pace allows no call yet.
        Pace = "paced",
        /// No contact is due.
        NothingDue = "nothing_due",
    }
}

impl HoldReason {
    /// The reason in English, as it stands in a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotRunning => "not running",
            Self::Stopped => "emergency stop",
            Self::NotBegun => "waits for its start time",
            Self::Closed => "outside business hours",
            Self::LinesBusy => "all lines are in use",
            Self::Pace => "paced",
            Self::NothingDue => "no contact is due",
        }
    }
}

/// Why nothing is dialling, and until when if that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Why.
    pub reason: HoldReason,
    /// When the reason ends by itself; `None` when an event has to end it.
    pub until: Option<Timestamp>,
}

/// What to do, and when to plan again unless something changes first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What to do at once.
    pub commands: Vec<Command>,
    /// When to plan again at the latest.
    pub wake_at: Option<Timestamp>,
    /// The campaigns that start no call, and why.
    pub holds: Vec<(CampaignId, Hold)>,
}

/// What the instance should do at `now`.
pub fn plan(snapshot: &Snapshot, now: Timestamp) -> Plan {
    let mut plan = Plan::default();
    for campaign in &snapshot.campaigns {
        match next_step(campaign, snapshot.stopped.as_ref(), now) {
            Ok(command) => plan.commands.push(command),
            Err(hold) => {
                plan.wake_at = match (plan.wake_at, hold.until) {
                    (Some(a), Some(b)) => Some(a.min(b)),
                    (a, b) => a.or(b),
                };
                plan.holds.push((campaign.id, hold));
            }
        }
    }
    plan
}

/// What one campaign should do at `now`, or why it starts no call.
pub fn next_step(
    campaign: &CampaignView,
    stopped: Option<&Stopped>,
    now: Timestamp,
) -> Result<Command, Hold> {
    let hold = |reason, until| Err(Hold { reason, until });
    if campaign.state == CampaignState::Pending {
        return match campaign.settings.start_at {
            Some(start) if start > now => hold(HoldReason::NotBegun, Some(start)),
            _ => Ok(Command::Begin(campaign.id)),
        };
    }
    if campaign.state != CampaignState::Running {
        return hold(HoldReason::NotRunning, None);
    }
    if campaign.live == 0 && campaign.counts.remaining() == 0 {
        return Ok(Command::Complete(campaign.id));
    }
    if stopped.is_some() {
        return hold(HoldReason::Stopped, None);
    }
    match may_start(&campaign.settings, campaign.live, campaign.next_slot, now) {
        Err(Hold {
            reason: HoldReason::Closed,
            until: None,
        }) => Ok(Command::Fail(campaign.id)),
        Err(why) => Err(why),
        Ok(_) if campaign.next_due.is_none_or(|due| due > now) => {
            hold(HoldReason::NothingDue, campaign.next_due)
        }
        Ok(room) => Ok(Command::Claim(campaign.id, room)),
    }
}

/// How many calls a running campaign may start at `now`: its hours and its pace. The claim asks
/// the same question again inside its transaction.
pub fn may_start(
    settings: &Settings,
    live: u32,
    next_slot: Timestamp,
    now: Timestamp,
) -> Result<u32, Hold> {
    match settings.business_hours.next_open(&settings.time_zone, now) {
        Some(open) if open <= now => {}
        until => {
            return Err(Hold {
                reason: HoldReason::Closed,
                until,
            });
        }
    }
    match settings.pacing.room(live, next_slot, now) {
        Room::Calls(room) => Ok(room),
        Room::LinesBusy => Err(Hold {
            reason: HoldReason::LinesBusy,
            until: None,
        }),
        Room::NotBefore(slot) => Err(Hold {
            reason: HoldReason::Pace,
            until: Some(slot),
        }),
    }
}
