//! Which instance leads which campaign: how the instances that share a ledger spread its campaigns.
//!
//! Each instance calls this function with what it sees, and all reach the same answer without
//! exchanging messages: shares differ by one at most, a campaign moves only when an instance has
//! too few, and a campaign without a leader has one instance that takes it at once and others that
//! take it when that one does not. Two that see different things may both want a campaign; its
//! lease decides.

use crate::{CampaignId, InstanceId, Millis, Timestamp};

/// A campaign that another instance should have taken is taken after this long.
pub const PATIENCE: Millis = Millis::from_secs(2);
/// An instance keeps a campaign at least this long, even if another has too few: when one of two
/// instances does not take its share, campaigns must not move back and forth.
pub const SHORTEST_LEAD: Millis = Millis::from_secs(10);

/// Who leads a campaign, as one instance sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Which campaign.
    pub campaign: CampaignId,
    /// The instance whose lease is in force.
    pub leader: Option<InstanceId>,
    /// Since when the asking instance has seen this leader.
    pub since: Timestamp,
}

/// What one instance should do about its share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Led by this instance, which keeps them; in order of id.
    pub keep: Vec<CampaignId>,
    /// To be taken at once; in order of id.
    pub take: Vec<CampaignId>,
    /// Led, and to be given up for an instance that has too few.
    pub hand_over: Vec<CampaignId>,
    /// When to ask again, unless something changes before.
    pub ask_again_at: Option<Timestamp>,
}

/// The share of the instance `me` in the campaigns of `seats` at `now`; `living` are the live
/// instances, the oldest first. An instance that is not among them leads nothing.
pub fn share(seats: &[Seat], living: &[InstanceId], me: InstanceId, now: Timestamp) -> Share {
    let mut share = Share::default();
    if !living.contains(&me) {
        return share;
    }
    let mut seats = seats.to_vec();
    seats.sort_by_key(|seat| seat.campaign);
    let wants = wants(&seats, living);
    let mine = |seat: &Seat| seat.leader == Some(me);

    let too_many = wants
        .iter()
        .find(|want| want.instance == me)
        .map_or(0, |want| want.has.saturating_sub(want.due));
    for seat in seats.iter().rev().filter(|seat| mine(seat)) {
        let settled_at = seat.since + SHORTEST_LEAD;
        if share.hand_over.len() == too_many {
            share.keep.push(seat.campaign);
        } else if settled_at <= now {
            share.hand_over.push(seat.campaign);
        } else {
            share.keep.push(seat.campaign);
            share.ask_at(settled_at);
        }
    }
    share.keep.reverse();

    let mut takers = wants
        .iter()
        .flat_map(|want| std::iter::repeat_n(want.instance, want.due.saturating_sub(want.has)));
    for seat in seats.iter().filter(|seat| seat.leader.is_none()) {
        let overdue_at = seat.since + PATIENCE;
        if takers.next() == Some(me) || overdue_at <= now {
            share.take.push(seat.campaign);
        } else {
            share.ask_at(overdue_at);
        }
    }
    share
}

/// How many campaigns an instance leads, and how many are its fair share.
struct Want {
    instance: InstanceId,
    has: usize,
    due: usize,
}

/// Shares differ by one at most. Instances that already have a larger share keep it, so that
/// nothing moves without need; then the oldest get one more, so that the distribution stays the
/// same while campaigns are taken. A campaign whose leader is not among the live instances is left
/// out: its lease ends soon, or the instance becomes known.
fn wants(seats: &[Seat], living: &[InstanceId]) -> Vec<Want> {
    let has = |instance| {
        let led = |seat: &&Seat| seat.leader == Some(instance);
        seats.iter().filter(led).count()
    };
    let mut wants: Vec<Want> = living
        .iter()
        .map(|instance| Want {
            instance: *instance,
            has: has(*instance),
            due: 0,
        })
        .collect();
    let free = seats.iter().filter(|seat| seat.leader.is_none()).count();
    let shared = free + wants.iter().map(|want| want.has).sum::<usize>();
    let (each, larger) = (shared / living.len(), shared % living.len());
    wants.sort_by_key(|want| want.has <= each);
    for (place, want) in wants.iter_mut().enumerate() {
        want.due = each + usize::from(place < larger);
    }
    wants
}

impl Share {
    /// Whether the instance should lead the campaign from now on.
    pub fn leads(&self, campaign: CampaignId) -> bool {
        let among = |campaigns: &[CampaignId]| campaigns.binary_search(&campaign).is_ok();
        among(&self.keep) || among(&self.take)
    }

    fn ask_at(&mut self, instant: Timestamp) {
        self.ask_again_at = Some(self.ask_again_at.map_or(instant, |at| at.min(instant)));
    }
}
