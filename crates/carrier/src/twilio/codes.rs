//! What Twilio's error codes mean for a call: the table.
//!
//! Codes: <https://www.twilio.com/docs/api/errors>. A code that is not here says at least that a
//! request was understood and not carried out.

use ringonce_domain::FailureClass::{
    self, Ambiguous, BadNumber, Configuration, Congestion, Country,
};
use serde::Deserialize;

/// What to make of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Nothing rings, for this reason.
    Refused(FailureClass),
    /// The call may have been made all the same: never ask again, look.
    Unclear,
    /// What was to be ended is over, or was never there.
    Over,
}

use Meaning::{Over, Refused, Unclear};

/// Code, meaning, and what a person can do about it.
const TABLE: &[(u32, Meaning, &str)] = &[
    (21211, Refused(BadNumber), "it is no valid number"),
    (21217, Refused(BadNumber), "it is no valid number"),
    (13223, Refused(BadNumber), "it is no valid number"),
    (13226, Refused(BadNumber), "its country code is not valid"),
    (
        21214,
        Refused(Ambiguous),
        "it cannot be reached from this account",
    ),
    (21216, Refused(Ambiguous), "the account may not call it"),
    (
        13224,
        Refused(Ambiguous),
        "it is forbidden or not supported",
    ),
    (13225, Refused(Ambiguous), "it is forbidden"),
    (
        20003,
        Refused(Configuration),
        "it does not accept the credentials, or they may not do this; compare account SID, auth token and API key with the console",
    ),
    (
        20005,
        Refused(Configuration),
        "the account is not active; look at its standing and balance in the console",
    ),
    (
        10001,
        Refused(Configuration),
        "the account is not active; look at its standing and balance in the console",
    ),
    (
        21210,
        Refused(Configuration),
        "the caller id is not verified; buy the number or verify it in the console",
    ),
    (
        21212,
        Refused(Configuration),
        "the caller id is no valid number; write it in E.164",
    ),
    (
        21213,
        Refused(Configuration),
        "there is no caller id; give the campaign or the carrier one",
    ),
    (
        21205,
        Refused(Configuration),
        "it does not accept the public address; it must begin with https:// and be reachable",
    ),
    (
        21218,
        Refused(Configuration),
        "it does not accept the application; none is used here",
    ),
    (
        21234,
        Refused(Configuration),
        "it does not accept the address of an account's application",
    ),
    (
        21219,
        Refused(Configuration),
        "a trial account calls verified numbers only; verify this one or upgrade the account",
    ),
    (
        573_005,
        Refused(Configuration),
        "the API key may not make calls; give it that right or use another",
    ),
    (
        21215,
        Refused(Country),
        "the account may not call there; allow the country under Voice, Geographic permissions",
    ),
    (
        13227,
        Refused(Country),
        "the account may not call there; allow the country under Voice, Geographic permissions",
    ),
    (
        32205,
        Refused(Country),
        "the account may not call there; allow the country under Voice, Geographic permissions",
    ),
    (20429, Refused(Congestion), "it asks us to slow down"),
    (10004, Refused(Congestion), "too many calls are under way"),
    (20500, Unclear, "it met an error of its own"),
    (20503, Unclear, "it was not available"),
    (21204, Unclear, "the call is being set up"),
    (21220, Over, "the call is not in progress"),
    (20404, Over, "there is no such thing"),
];

/// What to make of a code; `None` for one that is not in the table.
pub(super) fn meaning(code: u32) -> Option<(Meaning, &'static str)> {
    let found = TABLE.iter().find(|(known, ..)| *known == code);
    found.map(|(_, meaning, words)| (*meaning, *words))
}

/// Why a request was not carried out, in the carrier's own words.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Problem {
    pub(super) code: u32,
    #[serde(default)]
    pub(super) message: String,
}

impl Problem {
    /// The problem in a body, if there is one.
    pub(super) fn of(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    /// Whether it says that the account does not let us in.
    pub(super) fn shuts_out(&self) -> bool {
        matches!(self.code, 20003 | 20005 | 10001)
    }

    /// Its words with its code and, if one is known, a way out.
    pub(super) fn words(&self) -> String {
        /// The most characters of the carrier's own words that are kept.
        const MOST: usize = 300;
        let said: String = self.message.chars().take(MOST).collect();
        match meaning(self.code) {
            Some((_, advice)) => format!("{advice} ({}: {said})", self.code),
            None => format!("{said} ({})", self.code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_means_two_things() {
        for (at, (code, ..)) in TABLE.iter().enumerate() {
            let again = TABLE[at + 1..].iter().any(|(other, ..)| other == code);
            assert!(!again, "{code}");
        }
    }

    #[test]
    fn a_problem_is_told_with_its_code_and_a_way_out() {
        let problem = Problem::of(br#"{"code": 21210, "message": "Not verified", "status": 400}"#);
        let words = problem.unwrap().words();
        assert!(
            words.contains("21210") && words.contains("verify"),
            "{words}"
        );
        for body in ["", "[]", "<html>", r#"{"status": 500}"#, r#"{"code": "x"}"#] {
            assert!(Problem::of(body.as_bytes()).is_none(), "{body}");
        }
    }
}
