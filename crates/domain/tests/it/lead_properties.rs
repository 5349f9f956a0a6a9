//! Campaigns are spread evenly, stop moving, and are never without a leader for long, whichever
//! instances join, leave or do nothing.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::collections::BTreeSet;

use proptest::prelude::*;
use ringonce_domain::lead::{PATIENCE, SHORTEST_LEAD, Seat, share};
use ringonce_domain::{CampaignId, InstanceId, Millis, Timestamp};
use uuid::Uuid;

const START: Timestamp = Timestamp::from_millis(1_795_446_000_000);
const SECOND: Millis = Millis::from_secs(1);

fn instance(n: usize) -> InstanceId {
    InstanceId(Uuid::from_u128(n as u128))
}

/// Instances that ask in turn, once a second, and a table of leases that gives each campaign to the
/// first that asks.
#[derive(Clone, Debug)]
struct Deployment {
    seats: Vec<Seat>,
    living: Vec<InstanceId>,
    /// Live, but do nothing.
    idle: BTreeSet<InstanceId>,
    now: Timestamp,
    moves: usize,
}

impl Deployment {
    fn new(leaders: &[Option<usize>], living: usize) -> Self {
        let seats = (1..)
            .zip(leaders)
            .map(|(id, leader)| Seat {
                campaign: CampaignId(id),
                leader: leader.map(instance),
                since: START,
            })
            .collect();
        Self {
            seats,
            living: (0..living).map(instance).collect(),
            idle: BTreeSet::new(),
            now: START,
            moves: 0,
        }
    }

    fn seat(&mut self, campaign: CampaignId, leader: Option<InstanceId>) {
        let seat = self
            .seats
            .iter_mut()
            .find(|seat| seat.campaign == campaign)
            .unwrap();
        (seat.leader, seat.since) = (leader, self.now);
        self.moves += 1;
    }

    fn second(&mut self) {
        self.now = self.now + SECOND;
        for me in self.living.clone() {
            if self.idle.contains(&me) {
                continue;
            }
            let share = share(&self.seats, &self.living, me, self.now);
            for campaign in share.hand_over {
                self.seat(campaign, None);
            }
            for campaign in share.take {
                self.seat(campaign, Some(me));
            }
        }
    }

    fn seconds(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.second();
        }
    }

    fn loads(&self) -> Vec<usize> {
        let load = |me: &InstanceId| {
            let led = |seat: &&Seat| seat.leader == Some(*me);
            self.seats.iter().filter(led).count()
        };
        self.living.iter().map(load).collect()
    }

    /// The longest time that a campaign has been without a leader.
    fn longest_alone(&self) -> Millis {
        let free = self.seats.iter().filter(|seat| seat.leader.is_none());
        free.map(|seat| self.now.since(seat.since))
            .max()
            .unwrap_or(Millis::ZERO)
    }

    fn is_even(&self) -> bool {
        let loads = self.loads();
        let (least, most) = (loads.iter().min().unwrap(), loads.iter().max().unwrap());
        most - least <= 1
    }
}

fn world() -> impl Strategy<Value = Deployment> {
    (1..6_usize).prop_flat_map(|living| {
        prop::collection::vec(prop::option::of(0..living), 0..24)
            .prop_map(move |leaders| Deployment::new(&leaders, living))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn campaigns_spread_evenly_and_then_rest(mut world in world()) {
        world.seconds(SHORTEST_LEAD.get() / 1_000 + 3);
        prop_assert!(world.is_even(), "{:?}", world.loads());
        prop_assert_eq!(world.longest_alone(), Millis::ZERO);
        world.moves = 0;
        world.seconds(60);
        prop_assert_eq!(world.moves, 0, "an even spread stays");
    }

    #[test]
    fn no_more_moves_than_the_spread_needs(mut world in world()) {
        let before = world.loads();
        world.seconds(SHORTEST_LEAD.get() / 1_000 + 3);
        let given: usize = before
            .iter()
            .zip(world.loads())
            .map(|(before, after)| before.saturating_sub(after))
            .sum();
        let free = world.seats.len() - before.iter().sum::<usize>();
        prop_assert_eq!(world.moves, free + 2 * given);
    }

    #[test]
    fn who_joins_gets_its_share_soon_and_who_leaves_is_replaced_at_once(mut world in world()) {
        world.seconds(30);
        world.living.push(instance(99));
        world.seconds(2);
        prop_assert!(world.is_even(), "{:?}", world.loads());

        let gone = world.living.remove(0);
        for seat in &mut world.seats {
            if seat.leader == Some(gone) {
                (seat.leader, seat.since) = (None, world.now);
            }
        }
        world.second();
        prop_assert_eq!(world.longest_alone(), Millis::ZERO);
        world.seconds(SHORTEST_LEAD.get() / 1_000 + 3);
        prop_assert!(world.is_even(), "{:?}", world.loads());
    }

    #[test]
    fn while_one_works_no_campaign_is_left_alone_for_long(
        mut world in world(),
        idle in prop::collection::vec(any::<bool>(), 6),
    ) {
        let lazy = world.living.iter().zip(idle).skip(1);
        world.idle = lazy.filter(|(_, idle)| *idle).map(|(me, _)| *me).collect();
        let mut moves = Vec::new();
        for _ in 0..120 {
            world.second();
            prop_assert!(world.longest_alone() <= PATIENCE, "{:?}", world.seats);
            moves.push(world.moves);
        }
        // Handed over and taken back without effect: rarely, and never faster.
        let rounds = 120 * 1_000 / SHORTEST_LEAD.get() + 1;
        let most = 2 * world.seats.len() * usize::try_from(rounds).unwrap();
        prop_assert!(world.moves <= most, "{} moves", world.moves);
    }

    #[test]
    fn two_with_the_same_view_never_want_the_same_campaign(world in world()) {
        let mut wanted = BTreeSet::new();
        for me in &world.living {
            for campaign in share(&world.seats, &world.living, *me, START).take {
                prop_assert!(wanted.insert(campaign), "{campaign} is wanted twice");
            }
        }
        let free = world.seats.iter().filter(|seat| seat.leader.is_none()).count();
        prop_assert_eq!(wanted.len(), free, "and each is wanted");
    }

    #[test]
    fn every_campaign_led_is_kept_or_handed_over_and_no_other(world in world()) {
        for me in &world.living {
            let now = START + SHORTEST_LEAD;
            let share = share(&world.seats, &world.living, *me, now);
            let mut led: Vec<_> = share.keep.iter().chain(&share.hand_over).copied().collect();
            led.sort();
            let expected: Vec<_> = world
                .seats
                .iter()
                .filter(|seat| seat.leader == Some(*me))
                .map(|seat| seat.campaign)
                .collect();
            prop_assert_eq!(led, expected);
            for seat in &world.seats {
                let id = seat.campaign;
                let leads = share.keep.contains(&id) || share.take.contains(&id);
                prop_assert_eq!(share.leads(id), leads);
            }
        }
    }
}

#[test]
fn an_instance_that_is_not_known_to_live_leads_nothing() {
    let world = Deployment::new(&[None, Some(0)], 1);
    let late = START + Millis::from_hours(1);
    let alone = share(&world.seats, &[instance(1)], instance(0), late);
    assert_eq!(alone, ringonce_domain::lead::Share::default());
}

#[test]
fn what_a_stranger_leads_is_left_to_it() {
    let world = Deployment::new(&[Some(7), Some(7), Some(0)], 1);
    let late = START + Millis::from_hours(1);
    let share = share(&world.seats, &world.living, instance(0), late);
    assert_eq!(share.keep, [CampaignId(3)]);
    assert!(share.take.is_empty() && share.hand_over.is_empty());
}
