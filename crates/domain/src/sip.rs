//! A SIP address (RFC 3261, 19.1), as carriers take it.
//!
//! It is shown and logged, so it holds no password. Only what leaves no doubt about its parts is accepted.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest address, in bytes: Twilio takes less than 255 characters.
pub const MAX_SIP_BYTES: usize = 254;

/// A SIP address, such as `sip:ana@pbx.example.com;transport=tls`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SipAddress(String);

/// Why a text is no SIP address. It never repeats the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}; write it as sip:ana@pbx.example.com")]
pub struct NoSipAddress(&'static str);

impl SipAddress {
    /// Whether a text begins as one.
    pub fn begins(text: &str) -> bool {
        text.starts_with("sip:") || text.starts_with("sips:")
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the host.
    pub fn user(&self) -> &str {
        let (_, rest) = self.0.split_once(':').unwrap_or_default();
        rest.split_once('@').map_or("", |(user, _)| user)
    }
}

impl FromStr for SipAddress {
    type Err = NoSipAddress;

    fn from_str(text: &str) -> Result<Self, NoSipAddress> {
        let fails = |problem| Err(NoSipAddress(problem));
        if !Self::begins(text) {
            return fails("is no SIP address");
        }
        if text.len() > MAX_SIP_BYTES {
            return fails("is longer than 254 characters");
        }
        let (_, rest) = text.split_once(':').unwrap_or_default();
        let Some((user, rest)) = rest.split_once('@') else {
            return fails("names no host");
        };
        if user.contains(':') {
            return fails("holds a password");
        }
        let host = rest.split([';', '?']).next().unwrap_or(rest);
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
        if host.is_empty() || !host.bytes().all(is_host) {
            return fails("has a host that is none");
        }
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"<>{}\"\\^`|@".contains(&byte);
        let is_user = |byte: u8| is_plain(byte) && !b";?".contains(&byte);
        if user.is_empty() || !user.bytes().all(is_user) || !rest.bytes().all(is_plain) {
            return fails("has characters that no SIP address has");
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for SipAddress {
    type Error = NoSipAddress;

    fn try_from(text: String) -> Result<Self, NoSipAddress> {
        text.parse()
    }
}

impl From<SipAddress> for String {
    fn from(address: SipAddress) -> Self {
        address.0
    }
}

impl fmt::Display for SipAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_user_and_a_host_and_no_password() {
        for (text, user) in [
            ("sip:ana@pbx.example.com", "ana"),
            (
                "sips:+12025550123@[::1]:5061;transport=tls?X-Case=7",
                "+12025550123",
            ),
        ] {
            let address: SipAddress = text.parse().unwrap();
            assert_eq!((address.user(), address.as_str()), (user, text));
        }
        for text in [
            "",
            "ana@pbx.example.com",
            "tel:+12025550123",
            "sip:ana",
            "sip:@pbx.example.com",
            "sip:ana@",
            "sip:ana:hush@pbx.example.com",
            "sip:ana@pbx.example.com<b>",
            "sip:a b@pbx.example.com",
            "sip:ana@p@x",
            "sip:ana@pbx/x",
            "sip:{name}@pbx.example.com",
            &format!("sip:ana@{}", "x".repeat(250)),
        ] {
            let problem = text.parse::<SipAddress>().unwrap_err().to_string();
            assert!(!problem.contains("hush"), "{problem}");
        }
    }
}
