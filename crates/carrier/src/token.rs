//! The token of an attempt's call: webhooks are taken with it alone.
//!
//! The carrier gets a token with each call and hands it back with each event. It is made from the
//! attempt and a secret that all instances of one ledger share (HMAC-SHA-256, RFC 2104), so that
//! any instance recognises a true one without asking the ledger, and only they can make one.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use ringonce_domain::AttemptId;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// What a token is for, with the carrier's name behind it: a token for one is none for another.
const PURPOSE: &[u8] = b"ringonce carrier event\0";
/// Hexadecimal digits of an attempt and of its code.
const ATTEMPT_DIGITS: usize = 32;
const CODE_DIGITS: usize = 64;
const DIGITS: usize = ATTEMPT_DIGITS + CODE_DIGITS;

/// Where events of a carrier's calls go, with the secret that proves whose they are.
#[derive(Clone)]
pub struct Callbacks {
    base: String,
    /// Keyed, with the purpose taken in already.
    begun: Hmac<Sha256>,
}

impl Callbacks {
    /// Events of the calls that `carrier` makes go to addresses below `base`; `secret` is shared by
    /// all instances of a ledger.
    pub fn new(carrier: &str, base: &str, secret: &str) -> Self {
        Self {
            base: base.trim_end_matches('/').to_owned(),
            begun: keyed(secret.as_bytes())
                .chain_update(PURPOSE)
                .chain_update(carrier)
                .chain_update([0]),
        }
    }

    /// Where the events of an attempt's call go. A secret: it must not be logged.
    pub fn url(&self, attempt: AttemptId) -> String {
        format!("{}/{}", self.base, self.token(attempt))
    }

    /// The token of an attempt. A secret: it must not be logged.
    pub fn token(&self, attempt: AttemptId) -> String {
        self.digits(attempt)
            .iter()
            .copied()
            .map(char::from)
            .collect()
    }

    /// The attempt whose token this is, if it is one. Takes as long for a code that is nearly right
    /// as for any other.
    pub fn attempt_of(&self, token: &str) -> Option<AttemptId> {
        if token.len() != DIGITS || !token.is_ascii() {
            return None;
        }
        let attempt = token[..ATTEMPT_DIGITS].parse().ok()?;
        let right = self.digits(attempt);
        bool::from(right.ct_eq(token.as_bytes())).then_some(attempt)
    }

    fn digits(&self, attempt: AttemptId) -> [u8; DIGITS] {
        let code = self.begun.clone().chain_update(attempt.0.as_bytes());
        let bytes = attempt.0.as_bytes().iter().copied();
        let mut token = [0; DIGITS];
        let pairs = token.chunks_exact_mut(2);
        for (pair, byte) in pairs.zip(bytes.chain(code.finalize().into_bytes())) {
            pair[0] = digit(byte >> 4);
            pair[1] = digit(byte & 15);
        }
        token
    }
}

/// HMAC-SHA-256 with this key, which may have any length.
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"))
}

const fn digit(value: u8) -> u8 {
    match value {
        0..=9 => b'0' + value,
        _ => b'a' + value - 10,
    }
}

impl fmt::Debug for Callbacks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callbacks")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use ringonce_domain::Timestamp;

    use super::*;

    fn attempt(n: u8) -> AttemptId {
        AttemptId::new(Timestamp::from_millis(1_795_000_000_000), [n; 10])
    }

    #[test]
    fn the_code_is_the_one_of_the_standard() {
        // Made by Python's hmac module over the purpose, the carrier's name, a zero and the attempt.
        let callbacks = Callbacks::new("twilio", "", "secret");
        let attempt = "019f9a44-d3e0-7707-8707-070707070707".parse().unwrap();
        assert_eq!(
            callbacks.url(attempt),
            "/019f9a44d3e077078707070707070707c1ff448ed12618957f360102bec4c87b8e5835115fcde78d10b25a1048b92ad3"
        );
    }

    #[test]
    fn a_token_names_its_attempt_and_no_other() {
        let callbacks = Callbacks::new("twilio", "http://localhost:8000/events/", "secret");
        let url = callbacks.url(attempt(1));
        let token = url.strip_prefix("http://localhost:8000/events/").unwrap();
        assert_eq!(callbacks.attempt_of(token), Some(attempt(1)));
        let other = attempt(2).0.simple().to_string();
        let swapped = format!("{other}{}", &token[ATTEMPT_DIGITS..]);
        assert_eq!(callbacks.attempt_of(&swapped), None);
        for (carrier, secret) in [("twilio", "another secret"), ("signalwire", "secret")] {
            let elsewhere = Callbacks::new(carrier, "http://localhost:8000/events", secret);
            assert_eq!(elsewhere.attempt_of(token), None, "{carrier}, {secret}");
        }
    }

    #[test]
    fn whatever_is_changed_in_a_token_makes_it_none() {
        let callbacks = Callbacks::new("twilio", "", "secret");
        let url = callbacks.url(attempt(1));
        let token = &url[1..];
        for at in 0..token.len() {
            let digit = if &token[at..=at] == "0" { "1" } else { "0" };
            let forged = format!("{}{digit}{}", &token[..at], &token[at + 1..]);
            assert_eq!(callbacks.attempt_of(&forged), None, "digit {at}");
        }
        for forged in ["", "x", &token[1..], &format!("{token}0"), &"é".repeat(48)] {
            assert_eq!(callbacks.attempt_of(forged), None, "{forged}");
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        let shown = format!("{:?}", Callbacks::new("twilio", "http://localhost", "hush"));
        assert!(!shown.contains("hush"), "{shown}");
    }
}
