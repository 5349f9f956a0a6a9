//! Connection overrides: `#rc=5&rp=all` after an address says how often and when a request is repeated,
//! and how long it may take. The fragment is neither sent nor signed.

use std::time::Duration;

use crate::form::Form;

/// How one request is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Overrides {
    /// `rc`: repetitions after the first failure.
    pub(crate) retries: u32,
    /// `rp`: which failures are repeated.
    policies: Vec<Policy>,
    /// `ct`
    pub(crate) connect: Duration,
    /// `rt`
    pub(crate) read: Duration,
    /// `tt`: all tries together.
    pub(crate) total: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Policy {
    Connection,
    Reading,
    Refused,
    Broken,
    All,
}

/// How a request failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    Connection,
    Reading,
    Status(u16),
}

impl Default for Overrides {
    fn default() -> Self {
        Self {
            retries: 1,
            policies: vec![Policy::Connection],
            connect: Duration::from_secs(5),
            read: Duration::from_secs(15),
            total: Duration::from_secs(15),
        }
    }
}

impl Overrides {
    /// Splits an address into the URL to request and its overrides.
    pub(crate) fn split(address: &str) -> (&str, Self) {
        match address.split_once('#') {
            Some((url, fragment)) => (url, Self::read(fragment)),
            None => (address, Self::default()),
        }
    }

    /// Values out of bounds are ignored.
    fn read(fragment: &str) -> Self {
        let form = Form::parse(fragment.as_bytes());
        let number = |name, from, to| {
            form.get(name)
                .and_then(|text| text.parse::<u64>().ok())
                .filter(|value| (from..=to).contains(value))
        };
        let default = Self::default();
        let millis = |name, most, otherwise| {
            number(name, 100, most).map_or(otherwise, Duration::from_millis)
        };
        let policies: Vec<Policy> = form
            .get("rp")
            .unwrap_or_default()
            .split(',')
            .filter_map(policy)
            .collect();
        Self {
            retries: number("rc", 0, 5)
                .and_then(|count| u32::try_from(count).ok())
                .unwrap_or(default.retries),
            policies: if policies.is_empty() {
                default.policies
            } else {
                policies
            },
            connect: millis("ct", 10_000, default.connect),
            read: millis("rt", 15_000, default.read),
            total: millis("tt", 15_000, default.total),
        }
    }

    /// Whether a failure of this kind is repeated.
    pub(crate) fn repeats(&self, failure: Failure) -> bool {
        self.policies.iter().any(|policy| match policy {
            Policy::All => true,
            Policy::Connection => failure == Failure::Connection,
            Policy::Reading => failure == Failure::Reading,
            Policy::Refused => matches!(failure, Failure::Status(400..=499)),
            Policy::Broken => matches!(failure, Failure::Status(500..=599)),
        })
    }
}

fn policy(word: &str) -> Option<Policy> {
    Some(match word {
        "ct" => Policy::Connection,
        "rt" => Policy::Reading,
        "4xx" => Policy::Refused,
        "5xx" => Policy::Broken,
        "all" => Policy::All,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fragment_says_how_and_is_not_part_of_the_address() {
        let (url, how) = Overrides::split("http://127.0.0.1/a?b=c#rc=5&rp=4xx,5xx&ct=200&rt=20000");
        assert_eq!(url, "http://127.0.0.1/a?b=c");
        assert_eq!(how.retries, 5);
        assert_eq!(how.connect, Duration::from_millis(200));
        assert_eq!(how.read, Overrides::default().read, "out of bounds");
        for (failure, repeats) in [
            (Failure::Connection, false),
            (Failure::Reading, false),
            (Failure::Status(404), true),
            (Failure::Status(503), true),
        ] {
            assert_eq!(how.repeats(failure), repeats, "{failure:?}");
        }
    }

    #[test]
    fn without_one_only_a_failed_connection_is_tried_once_more() {
        let (_, how) = Overrides::split("http://127.0.0.1/");
        assert_eq!(how.retries, 1);
        assert!(how.repeats(Failure::Connection));
        assert!(!how.repeats(Failure::Reading) && !how.repeats(Failure::Status(503)));
        let (_, all) = Overrides::split("http://127.0.0.1/#rp=all");
        assert!(all.repeats(Failure::Reading) && all.repeats(Failure::Status(503)));
    }
}
