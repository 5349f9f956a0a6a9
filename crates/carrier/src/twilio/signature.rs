//! Whether the carrier said what a webhook says.
//!
//! Twilio signs the address as it knows it, with the fields of a form behind it in order of their
//! names, by HMAC-SHA1 in base64; of a JSON body it puts the SHA-256 into the address. Its own
//! validators try the address with and without its port, and so does this. `SignalWire` does the same
//! to forms under a header of its own; a JSON body it signs whole, in hexadecimal.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::Url;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::account::{Account, Flavour, Secret};
use super::webhook::{Field, StatusCallback, of_form, of_json};
use crate::Refusal;
use crate::WEBHOOK_BYTES;

/// Knows the signature of an account.
pub(super) struct Verifier {
    flavour: Flavour,
    /// Keyed, one for each secret that may sign; each webhook takes copies.
    keys: Vec<Hmac<Sha1>>,
    /// Where the carrier reaches us, as configured and with and without the port.
    bases: Vec<String>,
}

impl Verifier {
    pub(super) fn new(account: &Account) -> Self {
        let key = |secret: &Secret| {
            Hmac::new_from_slice(secret.reveal().as_bytes())
                .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"))
        };
        Self {
            flavour: account.flavour,
            keys: account.signed_with().map(key).collect(),
            bases: bases(&account.public_url),
        }
    }

    /// Reads a webhook that came to `path_and_query`, as it was sent, if the carrier signed it.
    pub(super) fn verify(
        &self,
        path_and_query: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<StatusCallback, Refusal> {
        let header = match self.flavour {
            Flavour::Twilio => "x-twilio-signature",
            Flavour::SignalWire => "x-signalwire-signature",
        };
        let given = headers.get(header).ok_or(Refusal::Unsigned)?.as_bytes();
        if body.len() > WEBHOOK_BYTES {
            return Err(Refusal::TooLong);
        }
        let json = headers
            .get(CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
        if json {
            let signed = match self.flavour {
                Flavour::Twilio => {
                    has_digest_of(path_and_query, body) && self.signs(path_and_query, &[], given)
                }
                Flavour::SignalWire => self.signs_whole(path_and_query, body, given),
            };
            return if signed {
                StatusCallback::of(&of_json(body)?)
            } else {
                Err(Refusal::Forged)
            };
        }
        let fields = of_form(body)?;
        if self.signs(path_and_query, &fields, given) {
            StatusCallback::of(&fields)
        } else {
            Err(Refusal::Forged)
        }
    }

    /// Each address under which the carrier may reach us, with each key.
    fn codes(&self) -> impl Iterator<Item = (&String, Hmac<Sha1>)> {
        let keyed = |base| self.keys.iter().map(move |key| (base, key.clone()));
        self.bases.iter().flat_map(keyed)
    }

    /// Whether this is the signature of the address and the fields, which are in order.
    fn signs(&self, path: &str, fields: &[Field<'_>], given: &[u8]) -> bool {
        self.codes().any(|(base, mut code)| {
            code.update(base.as_bytes());
            code.update(path.as_bytes());
            for (at, (name, value)) in fields.iter().enumerate() {
                // The same value twice is signed once.
                if at == 0 || fields[at - 1] != fields[at] {
                    code.update(name.as_bytes());
                    code.update(value.as_bytes());
                }
            }
            // SHA-1 has 20 bytes, which are 28 characters.
            let mut right = [0; 28];
            let written = STANDARD.encode_slice(code.finalize().into_bytes(), &mut right);
            written.is_ok() && bool::from(right.ct_eq(given))
        })
    }

    /// The same of an address and a body as it came, in hexadecimal.
    fn signs_whole(&self, path: &str, body: &[u8], given: &[u8]) -> bool {
        self.codes().any(|(base, mut code)| {
            for part in [base.as_bytes(), path.as_bytes(), body] {
                code.update(part);
            }
            bool::from(hex(&code.finalize().into_bytes()).as_bytes().ct_eq(given))
        })
    }
}

/// The address under which the carrier reaches us, as it may have written it.
fn bases(public_url: &str) -> Vec<String> {
    let configured = public_url.trim_end_matches('/').to_owned();
    let mut bases = vec![configured];
    if let Ok(url) = Url::parse(public_url) {
        let (scheme, host) = (url.scheme(), url.host_str().unwrap_or_default());
        let path = url.path().trim_end_matches('/');
        let port = url.port_or_known_default().unwrap_or(443);
        bases.push(format!("{scheme}://{host}{path}"));
        bases.push(format!("{scheme}://{host}:{port}{path}"));
    }
    let mut seen = Vec::new();
    bases.retain(|base| {
        !seen.contains(base) && {
            seen.push(base.clone());
            true
        }
    });
    bases
}

/// Whether the address holds the SHA-256 of the body.
fn has_digest_of(path_and_query: &str, body: &[u8]) -> bool {
    let query = path_and_query
        .split_once('?')
        .map_or("", |(_, query)| query);
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let told = pairs.find(|(name, _)| name == "bodySHA256");
    told.is_some_and(|(_, told)| {
        let right = hex(&Sha256::digest(body));
        bool::from(right.as_bytes().ct_eq(told.to_ascii_lowercase().as_bytes()))
    })
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ringonce_domain::{AttemptId, Timestamp};

    use super::*;
    use crate::clock::SystemClock;
    use crate::twilio::Twilio;
    use crate::twilio::webhook::MAX_FIELDS;
    use crate::{WebhookRequest, Webhooks as _};

    fn verifier(flavour: Flavour, secret: &str, public_url: &str) -> Verifier {
        Verifier::new(&Account::new(flavour, "AC1", secret, public_url))
    }

    fn headers(name: &'static str, signature: &str, kind: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, signature.parse().unwrap());
        headers.insert(CONTENT_TYPE, kind.parse().unwrap());
        headers
    }

    const FORM: &str = "application/x-www-form-urlencoded";
    const TWILIO: &str = "x-twilio-signature";

    /// The example of Twilio's documentation, "Validating Signatures from Twilio".
    const EXAMPLE: &str = "CallSid=CA1234567890ABCDE&Caller=%2B12349013030&Digits=1234&From=%2B12349013030&To=%2B18005551212";

    fn example(port: &str, body: &str, signature: &str) -> Result<StatusCallback, Refusal> {
        verifier(
            Flavour::Twilio,
            "12345",
            &format!("https://mycompany.com{port}"),
        )
        .verify(
            "/myapp.php?foo=1&bar=2",
            &headers(TWILIO, signature, FORM),
            body.as_bytes(),
        )
    }

    #[test]
    fn the_example_of_the_documentation_is_right() {
        let told = example("", EXAMPLE, "0/KCTR6DLpKmkAf8muzZqo1nDgQ=").unwrap();
        assert_eq!(told.call_id, "CA1234567890ABCDE");
        assert_eq!(told.field("Digits"), Some("1234"));
        assert_eq!(told.field("Digit"), None);
    }

    #[test]
    fn whatever_is_changed_makes_it_forged() {
        let right = "0/KCTR6DLpKmkAf8muzZqo1nDgQ=";
        for at in 0..right.len() {
            let mut wrong = right.as_bytes().to_vec();
            wrong[at] = if wrong[at] == b'A' { b'B' } else { b'A' };
            let wrong = String::from_utf8(wrong).unwrap();
            assert_eq!(example("", EXAMPLE, &wrong), Err(Refusal::Forged), "{at}");
        }
        for body in [
            EXAMPLE.replace("1234&From", "1235&From"),
            format!("{EXAMPLE}&More="),
            EXAMPLE.replace("Digits=1234&", ""),
            String::new(),
        ] {
            assert_eq!(example("", &body, right), Err(Refusal::Forged), "{body}");
        }
        for signature in ["", "0", &right[1..], &format!("{right}=")] {
            assert_eq!(example("", EXAMPLE, signature), Err(Refusal::Forged));
        }
    }

    fn signed(key: &str, text: &str) -> String {
        let mut code: Hmac<Sha1> = Hmac::new_from_slice(key.as_bytes()).unwrap();
        code.update(text.as_bytes());
        STANDARD.encode(code.finalize().into_bytes())
    }

    #[test]
    fn the_port_may_be_written_or_not() {
        let path = "/carriers/twilio/t/status";
        for (public_url, by_carrier) in [
            ("https://a.example.com", "https://a.example.com"),
            ("https://a.example.com", "https://a.example.com:443"),
            ("https://a.example.com:443/", "https://a.example.com"),
            ("http://a.example.com", "http://a.example.com:80"),
            ("https://a.example.com:8443", "https://a.example.com:8443"),
            ("https://a.example.com:8443", "https://a.example.com"),
            (
                "https://a.example.com/calls/",
                "https://a.example.com:443/calls",
            ),
        ] {
            let signature = signed("k", &format!("{by_carrier}{path}CallSidCA1"));
            let told = verifier(Flavour::Twilio, "k", public_url).verify(
                path,
                &headers(TWILIO, &signature, FORM),
                b"CallSid=CA1",
            );
            assert!(told.is_ok(), "{public_url} {by_carrier}: {told:?}");
        }
    }

    #[test]
    fn repeated_fields_are_signed_in_order_and_once() {
        let signature = signed("k", "https://a.example.com/xCallSidCA1KeyoneKeytwoempty");
        let told = verifier(Flavour::Twilio, "k", "https://a.example.com").verify(
            "/x",
            &headers(TWILIO, &signature, FORM),
            b"empty=&Key=two&Key=one&CallSid=CA1&Key=two",
        );
        assert_eq!(told.unwrap().field("Key"), Some("one"));
    }

    #[test]
    fn a_json_body_is_signed_by_its_digest() {
        let body = br#"{"CallSid": "CA1", "CallStatus": "ringing", "SequenceNumber": 1}"#;
        let path = format!("/x?a=1&bodySHA256={}", hex(&Sha256::digest(body)));
        let signature = signed("k", &format!("https://a.example.com{path}"));
        let verifier = verifier(Flavour::Twilio, "k", "https://a.example.com");
        let headers = headers(TWILIO, &signature, "application/json; charset=utf-8");
        let told = verifier.verify(&path, &headers, body).unwrap();
        assert_eq!(told.sequence, Some(1));
        assert_eq!(told.field("CallStatus"), Some("ringing"));
        let other = br#"{"CallSid": "CA2"}"#;
        assert_eq!(
            verifier.verify(&path, &headers, other),
            Err(Refusal::Forged)
        );
    }

    #[test]
    fn signalwire_signs_forms_alike_and_json_whole() {
        const HEADER: &str = "x-signalwire-signature";
        let verifier = verifier(Flavour::SignalWire, "k", "https://a.example.com");
        let signature = signed("k", "https://a.example.com/xCallSidCA1");
        let form = verifier.verify("/x", &headers(HEADER, &signature, FORM), b"CallSid=CA1");
        assert!(form.is_ok(), "{form:?}");
        let theirs = headers(TWILIO, &signature, FORM);
        assert_eq!(
            verifier.verify("/x", &theirs, b"CallSid=CA1"),
            Err(Refusal::Unsigned)
        );
        let body = br#"{"CallSid":"CA1"}"#;
        let mut code: Hmac<Sha1> = Hmac::new_from_slice(b"k").unwrap();
        code.update(b"https://a.example.com/x");
        code.update(body);
        let signature = hex(&code.finalize().into_bytes());
        let json = headers(HEADER, &signature, "application/json");
        assert!(verifier.verify("/x", &json, body).is_ok());
        assert_eq!(verifier.verify("/y", &json, body), Err(Refusal::Forged));
    }

    #[test]
    fn while_a_token_is_replaced_both_sign() {
        let account = Account {
            secondary_token: Some(Secret::new("new")),
            ..Account::new(Flavour::Twilio, "AC1", "old", "https://a.example.com")
        };
        let verifier = Verifier::new(&account);
        for (token, right) in [("old", true), ("new", true), ("older", false)] {
            let signature = signed(token, "https://a.example.com/xCallSidCA1");
            let told = verifier.verify("/x", &headers(TWILIO, &signature, FORM), b"CallSid=CA1");
            assert_eq!(told.is_ok(), right, "{token}");
        }
    }

    #[test]
    fn a_webhook_of_one_account_is_none_of_another() {
        let opened = [("a", "k-a"), ("b", "k-b")].map(|(name, token)| {
            let account = Account {
                name: name.to_owned(),
                ..Account::new(Flavour::Twilio, name, token, "https://a.example.com")
            };
            Twilio::new(account, "shared", Arc::new(SystemClock)).unwrap()
        });
        let attempt = AttemptId::new(Timestamp::from_millis(1_795_000_000_000), [7; 10]);
        for (at, token) in ["k-a", "k-b"].into_iter().enumerate() {
            let url = opened[at].url(attempt, "status");
            let path = url.strip_prefix("https://a.example.com").unwrap();
            let secret = path.split('/').nth(3).unwrap();
            assert_eq!(opened[at].attempt_of(secret), Some(attempt));
            assert_eq!(opened[1 - at].attempt_of(secret), None);
            for (signer, expected) in [(token, None), (["k-b", "k-a"][at], Some(Refusal::Forged))] {
                let text = format!("{url}CallSidCA1CallStatusringing");
                let told = opened[at].receive(&WebhookRequest {
                    attempt,
                    leaf: "status",
                    path_and_query: path,
                    headers: &headers(TWILIO, &signed(signer, &text), FORM),
                    body: b"CallSid=CA1&CallStatus=ringing",
                });
                assert_eq!(told.err(), expected, "{url} signed with {signer}");
            }
        }
    }

    #[test]
    fn what_is_no_webhook_is_refused_by_its_fault() {
        let verifier = verifier(Flavour::Twilio, "k", "https://a.example.com");
        let right = |text: &str| signed("k", &format!("https://a.example.com/x{text}"));
        let many = "f=&".repeat(MAX_FIELDS + 1);
        for (body, signature, refusal) in [
            (" ".repeat(WEBHOOK_BYTES + 1), right(""), Refusal::TooLong),
            (
                String::new(),
                right(""),
                Refusal::Malformed("it names no call"),
            ),
            (
                many,
                right(""),
                Refusal::Malformed("it has too many fields"),
            ),
        ] {
            let told = verifier.verify("/x", &headers(TWILIO, &signature, FORM), body.as_bytes());
            assert_eq!(told, Err(refusal));
        }
        let none = verifier.verify("/x", &HeaderMap::new(), b"CallSid=CA1");
        assert_eq!(none, Err(Refusal::Unsigned));
    }
}
