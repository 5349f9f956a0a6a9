//! An e-mail address as the name by which a person signs in.
//!
//! It is kept in one form, trimmed and in lower case, so that addresses are compared byte by byte.
//! Whether mail arrives there is not checked.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest address, in bytes: what SMTP can carry (RFC 5321, 4.5.3.1.3).
pub const MAX_EMAIL_BYTES: usize = 254;

/// An e-mail address, trimmed and in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(value_type = String, examples("ann@example.com")))]
pub struct Email(String);

/// Text that is no e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is no e-mail address; write one such as ann@example.com, of at most {MAX_EMAIL_BYTES} characters"
)]
pub struct NoEmail;

impl Email {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the `@`: the person's name until a better one is given.
    pub fn local_part(&self) -> &str {
        self.0.rsplit_once('@').map_or(&self.0, |(local, _)| local)
    }
}

impl FromStr for Email {
    type Err = NoEmail;

    fn from_str(text: &str) -> Result<Self, NoEmail> {
        let text = text.trim();
        if text.len() > MAX_EMAIL_BYTES {
            return Err(NoEmail);
        }
        let address = text.to_lowercase();
        let (local, host) = address.rsplit_once('@').ok_or(NoEmail)?;
        let strange = |c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"".contains(c);
        let fits = !local.is_empty()
            && !local.contains('@')
            && !host.is_empty()
            && !host.split('.').any(str::is_empty)
            && !address.contains(strange)
            && address.len() <= MAX_EMAIL_BYTES;
        if fits {
            Ok(Self(address))
        } else {
            Err(NoEmail)
        }
    }
}

impl TryFrom<String> for Email {
    type Error = NoEmail;

    fn try_from(text: String) -> Result<Self, NoEmail> {
        text.parse()
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_address_however_typed_is_one() {
        for typed in ["ann@example.com", "  Ann@Example.COM ", "ANN@EXAMPLE.COM\n"] {
            assert_eq!(typed.parse::<Email>().unwrap().as_str(), "ann@example.com");
        }
        let umlaut: Email = "ÄNN@exämple.com".parse().unwrap();
        assert_eq!(umlaut.as_str(), "änn@exämple.com");
        assert_eq!(umlaut.local_part(), "änn");
    }

    #[test]
    fn what_cannot_be_an_address_is_none() {
        let long = format!("{}@example.com", "a".repeat(MAX_EMAIL_BYTES));
        // Its lower case is longer than itself.
        let grows = format!("{}@example.com", "İ".repeat(120));
        for typed in [
            "",
            "ann",
            "@example.com",
            "ann@",
            "ann@.com",
            "ann@example..com",
            "a@b@example.com",
            "ann smith@example.com",
            "Ann <ann@example.com>",
            "ann@example.com\r\nBcc: all@example.com",
            "ann@exam\0ple.com",
            &long,
            &grows,
        ] {
            assert_eq!(typed.parse::<Email>(), Err(NoEmail), "{typed:?}");
        }
    }

    #[test]
    fn it_reads_itself_back() {
        let email: Email = serde_json::from_str("\" Ann@example.com\"").unwrap();
        assert_eq!(
            serde_json::to_string(&email).unwrap(),
            "\"ann@example.com\""
        );
        assert!(serde_json::from_str::<Email>("\"ann\"").is_err());
    }
}
