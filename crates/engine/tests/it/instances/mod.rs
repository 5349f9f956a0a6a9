//! Several instances on one ledger, on virtual time: takeover, hand-over and fair shares, judged by
//! the carrier's log and the ledger's leases.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod announcements;
mod cluster;

use ringonce_domain::{CampaignId, Millis};

use self::cluster::{Cluster, PACE, START, paused};

/// The promise: a campaign whose leader was killed calls on within this time.
const TAKEOVER: Millis = Millis::from_secs(10);

#[test]
fn a_campaign_whose_leader_is_killed_calls_on_in_time_and_at_its_pace() {
    paused(async {
        let world = Cluster::new(4).await;
        let (first, second) = (world.instance(1), world.instance(2));
        world.seconds(31).await;
        assert_eq!(world.led_by(&first).await.len(), 2, "a fair share");
        let orphans = world.led_by(&second).await;

        let killed_at = world.now();
        second.kill();
        world.seconds(30).await;

        for campaign in world.campaigns() {
            let gaps = world.gaps_since(campaign, killed_at - PACE);
            let longest = *gaps.iter().max().unwrap();
            let allowed = if orphans.contains(&campaign) {
                TAKEOVER
            } else {
                Millis::new(PACE.get() + 100)
            };
            assert!(longest < allowed, "{campaign}: no call for {longest}");
            let shortest = *gaps.iter().min().unwrap();
            assert!(shortest >= PACE, "{campaign}: a call after {shortest}");
        }
        assert_eq!(world.led_by(&first).await.len(), 4);
    });
}

#[test]
fn an_orderly_end_hands_its_campaigns_over_without_a_gap() {
    paused(async {
        let world = Cluster::new(4).await;
        let (first, second) = (world.instance(1), world.instance(2));
        world.seconds(31).await;
        let stopped_at = world.now();
        second.stop();
        world.seconds(20).await;
        for campaign in world.campaigns() {
            let longest = world
                .gaps_since(campaign, stopped_at - PACE)
                .into_iter()
                .max();
            let longest = longest.unwrap();
            let allowed = Millis::new(PACE.get() + 1_000);
            assert!(longest < allowed, "{campaign}: no call for {longest}");
        }
        assert_eq!(world.led_by(&first).await.len(), 4);
        assert!(second.has_ended());
    });
}

#[test]
fn who_joins_gets_its_share_soon_and_nothing_moves_after_that() {
    paused(async {
        let world = Cluster::new(5).await;
        let first = world.instance(1);
        world.seconds(20).await;
        assert_eq!(world.led_by(&first).await.len(), 5);
        let (second, third) = (world.instance(2), world.instance(3));
        world.seconds(5).await;
        let shares = async || {
            let mut shares = Vec::new();
            for instance in [&first, &second, &third] {
                shares.push(world.led_by(instance).await);
            }
            shares
        };
        let spread = shares().await;
        let sizes: Vec<_> = spread.iter().map(Vec::len).collect();
        assert_eq!(sizes.iter().sum::<usize>(), 5);
        assert!(sizes.iter().all(|size| (1..=2).contains(size)), "{sizes:?}");
        world.seconds(120).await;
        assert_eq!(shares().await, spread, "nothing moves without need");
    });
}

#[test]
fn a_campaign_that_is_started_finds_a_leader_at_once() {
    paused(async {
        let world = Cluster::new(2).await;
        let _both = (world.instance(1), world.instance(2));
        world.seconds(10).await;
        let started_at = world.now();
        let campaign = world.start_another().await;
        world.seconds(3).await;
        let first_call = world.calls(campaign)[0];
        assert!(first_call.since(started_at) < Millis::from_secs(2));
    });
}

#[test]
fn an_instance_that_is_frozen_loses_its_campaigns_and_gets_a_share_when_it_wakes() {
    paused(async {
        let world = Cluster::new(2).await;
        let (first, second) = (world.instance(1), world.instance(2));
        world.seconds(20).await;
        second.freeze();
        world.seconds(15).await;
        assert_eq!(world.led_by(&first).await.len(), 2);
        second.thaw();
        world.seconds(15).await;
        assert_eq!(world.led_by(&second).await.len(), 1);
        for campaign in world.campaigns() {
            let gaps = world.gaps_since(campaign, START);
            assert!(gaps.iter().all(|gap| *gap >= PACE), "{campaign}: {gaps:?}");
        }
    });
}

#[test]
fn an_instance_without_its_ledger_says_so_and_claims_nothing() {
    paused(async {
        let world = Cluster::new(1).await;
        let first = world.instance(1);
        world.seconds(10).await;
        assert!(first.fault().is_none());
        world.close_the_ledger().await;
        let closed_at = world.now();
        world.seconds(20).await;
        assert!(first.fault().is_some());
        let late = |at: &_| *at > closed_at;
        assert!(!world.calls(CampaignId(1)).iter().any(late));
    });
}

#[test]
fn among_very_many_calls_each_that_ended_unheard_is_found_in_its_minute() {
    paused(async {
        let world = Cluster::silent(20).await;
        let _instance = world.instance(1);
        world.seconds(20).await;
        let called = |campaign| world.calls(campaign).len();
        let all: usize = world.campaigns().into_iter().map(called).sum();
        assert_eq!(all, 2_000);
        // The first look comes when the phone must have stopped ringing, the next a minute later.
        world.seconds(120).await;
        assert_eq!(world.live().await, 0, "all have ended");
    });
}

#[test]
fn a_stray_whose_finder_died_is_hung_up_at_the_next_word_of_it() {
    paused(async {
        let world = Cluster::talkative(1).await;
        let stray = world.leave_a_stray().await;
        assert_eq!(world.hang_ups(stray), 0);
        let _instance = world.instance(1);
        world.seconds(30).await;
        assert_eq!(world.hang_ups(stray), 1, "and not when its end is told");
    });
}
