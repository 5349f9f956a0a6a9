//! How fast one caller may ask, and how often one address may fail to sign in.

use std::net::IpAddr;
use std::sync::Arc;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};

use crate::limits;
use crate::problem::Problem;

/// Above so many keys, those that are at rest are forgotten.
const MANY_KEYS: usize = 10_000;

/// The limiters of a server.
pub(crate) struct Rates {
    requests: DefaultKeyedRateLimiter<Arc<str>>,
    failures: DefaultKeyedRateLimiter<IpAddr>,
}

impl Default for Rates {
    fn default() -> Self {
        let requests =
            Quota::per_second(limits::REQUESTS_PER_SECOND).allow_burst(limits::REQUESTS_BURST);
        Self {
            requests: RateLimiter::keyed(requests),
            failures: RateLimiter::keyed(Quota::per_minute(limits::FAILURES_PER_MINUTE)),
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

    /// Counts a failure to say who one is.
    pub(crate) fn failure(&self, address: IpAddr) -> Result<(), Problem> {
        if self.failures.len() > MANY_KEYS {
            self.failures.retain_recent();
        }
        self.failures
            .check_key(&address)
            .map_err(|until| slow_down(&until, "too many wrong tokens from this address"))
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
