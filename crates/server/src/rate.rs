//! Rate limits: requests of one caller, and attempts to sign in.
//!
//! A counter that has come to rest is dropped, so that no number of addresses or made-up names fills the
//! memory. Nothing is kept across restarts, and no lock is permanent.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};

use crate::limits;
use crate::problem::Problem;
use crate::token::hash;

/// Above so many keys, those that are at rest are forgotten.
const MANY_KEYS: usize = 10_000;

/// The limiters of a server.
pub(crate) struct Rates {
    requests: DefaultKeyedRateLimiter<Arc<str>>,
    failures: DefaultKeyedRateLimiter<IpAddr>,
    attempts: DefaultKeyedRateLimiter<IpAddr>,
    people: DefaultKeyedRateLimiter<[u8; 32]>,
    notes: DefaultKeyedRateLimiter<IpAddr>,
}

impl Default for Rates {
    fn default() -> Self {
        let requests =
            Quota::per_second(limits::REQUESTS_PER_SECOND).allow_burst(limits::REQUESTS_BURST);
        let people = Quota::with_period(limits::ATTEMPTS_REFILL)
            .unwrap_or(Quota::per_minute(NonZeroU32::MIN))
            .allow_burst(limits::ATTEMPTS_BURST);
        Self {
            requests: RateLimiter::keyed(requests),
            failures: RateLimiter::keyed(Quota::per_minute(limits::FAILURES_PER_MINUTE)),
            attempts: RateLimiter::keyed(Quota::per_minute(limits::ATTEMPTS_PER_MINUTE)),
            people: RateLimiter::keyed(people),
            notes: RateLimiter::keyed(Quota::per_minute(NonZeroU32::MIN)),
        }
    }
}

impl Rates {
    /// Counts a request of a known caller.
    pub(crate) fn request(&self, name: &Arc<str>) -> Result<(), Problem> {
        self.requests.check_key(name).map_err(|until| {
            let most = limits::REQUESTS_PER_SECOND;
            slow_down(&until, &format!("more than {most} requests a second"))
        })
    }

    /// Counts an attempt to sign in, before it is looked at: from where, and as whom.
    pub(crate) fn attempt(&self, address: IpAddr, person: &str) -> Result<(), Problem> {
        forget(&self.attempts);
        forget(&self.people);
        self.attempts
            .check_key(&network(address))
            .map_err(|until| slow_down(&until, "too many attempts to sign in from this address"))?;
        self.people
            .check_key(&hash(person))
            .map_err(|until| slow_down(&until, "too many attempts to sign in as this person"))
    }

    /// Whether another refusal from this address gets a line in the audit trail.
    pub(crate) fn worth_a_note(&self, address: IpAddr) -> bool {
        forget(&self.notes);
        self.notes.check_key(&network(address)).is_ok()
    }

    /// Counts wrong credentials.
    pub(crate) fn failure(&self, address: IpAddr) -> Result<(), Problem> {
        forget(&self.failures);
        self.failures
            .check_key(&network(address))
            .map_err(|until| slow_down(&until, "too many wrong tokens from this address"))
    }
}

fn forget<K: Hash + Eq + Clone>(limiter: &DefaultKeyedRateLimiter<K>) {
    if limiter.len() > MANY_KEYS {
        limiter.retain_recent();
    }
}

/// What one household has: an address, or the 64 bits before the house's own of version 6.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or_else(
            || IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() >> 64 << 64)),
            IpAddr::V4,
        ),
    }
}

fn slow_down<P: governor::clock::Reference>(until: &NotUntil<P>, what: &str) -> Problem
where
    DefaultClock: governor::clock::Clock<Instant = P>,
{
    let wait = until
        .wait_time_from(DefaultClock::default().now())
        .as_secs()
        + 1;
    let wait = u32::try_from(wait).unwrap_or(u32::MAX);
    Problem::too_many(format!("{what}; try again in {wait} s")).retry_after(wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_of_version_6_counts_as_one() {
        let network = |text: &str| super::network(text.parse().unwrap());
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2::9"));
        assert_ne!(network("2001:db8:1:2::9"), network("2001:db8:1:3::9"));
        assert_eq!(network("::ffff:192.0.2.7"), network("192.0.2.7"));
    }

    #[test]
    fn one_person_cannot_be_tried_from_everywhere_at_once() {
        let rates = Rates::default();
        let from = |n: u32| IpAddr::V6(Ipv6Addr::from_bits(u128::from(n) << 64));
        let tries = limits::ATTEMPTS_BURST.get();
        for n in 0..tries {
            rates.attempt(from(n), "ana@example.com").unwrap();
        }
        assert!(rates.attempt(from(tries), "ana@example.com").is_err());
        rates.attempt(from(tries), "bo@example.com").unwrap();
    }
}
