//! Who may tell us of a call: whoever holds the token of its attempt.
//!
//! The carrier gets a token with each call and hands it back with each event. It is made from the
//! attempt and a secret that all instances of one ledger share (HMAC-SHA-256, RFC 2104), so that
//! any instance can tell a true one without asking the ledger, and nobody can make one.

use std::fmt::{self, Write as _};

use ringonce_domain::AttemptId;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// What a token is for; a token for one thing is none for another.
const PURPOSE: &[u8] = b"ringonce carrier event\0";
/// Hexadecimal digits of an attempt and of its code.
const ATTEMPT_DIGITS: usize = 32;
const CODE_DIGITS: usize = 64;
/// Bytes that SHA-256 takes at once.
const BLOCK: usize = 64;

/// Where events of calls go, with the secret that proves whose they are.
#[derive(Clone)]
pub struct Callbacks {
    base: String,
    secret: String,
}

impl Callbacks {
    /// Events go to addresses below `base`; `secret` is shared by all instances of a ledger.
    pub fn new(base: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            base: base.into(),
            secret: secret.into(),
        }
    }

    /// Where the events of an attempt's call go. A secret: it must not be logged.
    pub fn url(&self, attempt: AttemptId) -> String {
        let base = self.base.trim_end_matches('/');
        format!("{base}/{}", self.token(attempt))
    }

    /// The attempt whose token this is, if it is one. Takes as long for a code that is nearly right
    /// as for any other.
    pub fn attempt_of(&self, token: &str) -> Option<AttemptId> {
        if token.len() != ATTEMPT_DIGITS + CODE_DIGITS || !token.is_ascii() {
            return None;
        }
        let attempt = token[..ATTEMPT_DIGITS].parse().ok()?;
        let right = self.token(attempt);
        bool::from(right.as_bytes().ct_eq(token.as_bytes())).then_some(attempt)
    }

    fn token(&self, attempt: AttemptId) -> String {
        let message = [PURPOSE, attempt.0.as_bytes()].concat();
        let code = hmac(self.secret.as_bytes(), &message);
        let mut token = attempt.0.simple().to_string();
        for byte in code {
            // Writing to a string cannot fail.
            let _ = write!(token, "{byte:02x}");
        }
        token
    }
}

impl fmt::Debug for Callbacks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callbacks")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

/// HMAC-SHA-256.
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0; BLOCK];
    if key.len() > BLOCK {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let padded = |pad: u8| block.map(|byte| byte ^ pad);
    let inner = Sha256::new()
        .chain_update(padded(0x36))
        .chain_update(message)
        .finalize();
    Sha256::new()
        .chain_update(padded(0x5c))
        .chain_update(inner)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use ringonce_domain::Timestamp;

    use super::*;

    fn attempt(n: u8) -> AttemptId {
        AttemptId::new(Timestamp::from_millis(1_795_000_000_000), [n; 10])
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
    }

    #[test]
    fn the_code_is_the_one_of_the_standard() {
        // Test cases 1, 2 and 6 of RFC 4231.
        for (key, message, code) in [
            (
                vec![0x0b; 20],
                "Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe".to_vec(),
                "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                vec![0xaa; 131],
                "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ] {
            assert_eq!(hex(&hmac(&key, message.as_bytes())), code);
        }
    }

    #[test]
    fn a_token_names_its_attempt_and_no_other() {
        let callbacks = Callbacks::new("http://localhost:8000/events/", "secret");
        let url = callbacks.url(attempt(1));
        let token = url.strip_prefix("http://localhost:8000/events/").unwrap();
        assert_eq!(callbacks.attempt_of(token), Some(attempt(1)));
        let other = attempt(2).0.simple().to_string();
        let swapped = format!("{other}{}", &token[ATTEMPT_DIGITS..]);
        assert_eq!(callbacks.attempt_of(&swapped), None);
        let elsewhere = Callbacks::new("http://localhost:8000/events", "another secret");
        assert_eq!(elsewhere.attempt_of(token), None);
    }

    #[test]
    fn whatever_is_changed_in_a_token_makes_it_none() {
        let callbacks = Callbacks::new("", "secret");
        let token = callbacks.token(attempt(1));
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
        let shown = format!("{:?}", Callbacks::new("http://localhost", "hush"));
        assert!(!shown.contains("hush"), "{shown}");
    }
}
