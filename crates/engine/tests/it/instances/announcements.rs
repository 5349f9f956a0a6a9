//! Every emergency stop is announced, by whatever cause and at any time: at least once, by one instance, also
//! when the one that announced it dies before the ledger knows.

use std::sync::atomic::Ordering;

use super::cluster::{Cluster, paused};

/// Whose stop, and why.
fn stop(by: &str, reason: &str) -> (String, String) {
    (by.to_owned(), reason.to_owned())
}

#[test]
fn a_stop_that_failures_tripped_is_announced_once() {
    paused(async {
        let world = Cluster::unreachable(1).await;
        let _both = (world.instance(1), world.instance(2));
        world.seconds(120).await;
        let stops = world.alerts.stops();
        assert_eq!(stops.len(), 1, "{stops:?}");
        assert_eq!(stops[0].0, "engine");
        assert!(stops[0].1.contains("no clear answer"), "{stops:?}");
    });
}

#[test]
fn a_stop_that_a_person_tripped_says_who_and_why() {
    paused(async {
        let world = Cluster::new(1).await;
        let _instance = world.instance(1);
        world.seconds(20).await;
        world.stop_all("ann", "a fire drill").await;
        world.seconds(20).await;
        assert_eq!(world.alerts.stops(), [stop("ann", "a fire drill")]);
        world.stop_all("bob", "to be sure").await;
        world.seconds(20).await;
        assert_eq!(world.alerts.stops().len(), 1, "it had tripped already");
    });
}

#[test]
fn a_stop_of_a_time_without_an_engine_is_announced_by_the_next() {
    paused(async {
        let world = Cluster::new(1).await;
        world.stop_all("ann", "the first").await;
        world.resume_all().await;
        world.stop_all("bob", "the second").await;
        let _instance = world.instance(1);
        world.seconds(20).await;
        let expected = [stop("ann", "the first"), stop("bob", "the second")];
        assert_eq!(world.alerts.stops(), expected);
    });
}

#[test]
fn a_stop_whose_announcer_died_is_announced_again() {
    paused(async {
        let world = Cluster::new(1).await;
        let first = world.instance(1);
        world.seconds(20).await;
        world.alerts.is_fatal.store(true, Ordering::Release);
        world.stop_all("ann", "a fire drill").await;
        world.seconds(20).await;
        assert!(first.has_ended());
        assert_eq!(world.alerts.stops().len(), 1);
        let _second = world.instance(2);
        world.seconds(60).await;
        assert_eq!(world.alerts.stops(), vec![stop("ann", "a fire drill"); 2]);
    });
}
