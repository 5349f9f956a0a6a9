//! API tokens: 256 random bits, shown once, kept only as their SHA-256.
//!
//! A fast hash is enough: there is nothing to guess in 256 random bits. Tokens are never logged.

use ringonce_domain::Timestamp;
use ringonce_engine::entropy::Entropy;
use ringonce_store::model::Actor;
use ringonce_store::{Result, Store};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// How every token begins, so that scanners for leaked secrets can tell one.
pub const PREFIX: &str = "rgo_";

/// Makes a token under a name and stores its hash. Returns the token, which nobody can show again,
/// or `None` when the name is taken.
///
/// # Errors
/// When the ledger cannot be written.
pub async fn create(
    store: &dyn Store,
    entropy: &dyn Entropy,
    name: &str,
    by: Actor,
    now: Timestamp,
) -> Result<Option<String>> {
    let token = format!("{PREFIX}{}", random_hex(entropy));
    let stored = store
        .add_token(name.to_owned(), hash(&token), by, now)
        .await?;
    Ok(stored.then_some(token))
}

/// The name of the token, if it is one. Takes the same time whichever token it is and however much
/// of it is right.
pub(crate) async fn name_of(store: &dyn Store, token: &str) -> Result<Option<String>> {
    let presented = hash(token);
    let mut found = None;
    for (name, known) in store.tokens().await? {
        if bool::from(presented.ct_eq(&known)) {
            found = Some(name);
        }
    }
    Ok(found)
}

/// 256 random bits in hexadecimal.
pub fn random_hex(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    hex(&bytes)
}

/// SHA-256 of a secret.
pub(crate) fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Bytes in lowercase hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| {
            [
                DIGITS[usize::from(byte >> 4)],
                DIGITS[usize::from(byte & 15)],
            ]
        })
        .map(char::from)
        .collect()
}
