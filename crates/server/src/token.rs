//! API tokens: 256 random bits, shown once, kept only as their SHA-256.
//!
//! A fast hash is enough: there is nothing to guess in 256 random bits. Tokens are never logged.

use ringonce_domain::{Permission, Timestamp, TokenId, UserId};
use ringonce_engine::entropy::Entropy;
use ringonce_store::model::{AuditContext, NewToken, SecretHash};
use ringonce_store::{Result, Store};
use sha2::{Digest as _, Sha256};

/// How every token begins, so that scanners for leaked secrets can tell one.
pub const PREFIX: &str = "rgo_";

/// Makes a token and stores its hash. Returns the token, which cannot be shown again, and its id, or
/// `None` when its owner has a working one of this name.
///
/// # Errors
/// When the ledger cannot be written, or the owner has too many.
pub async fn create(
    store: &dyn Store,
    entropy: &dyn Entropy,
    order: Order,
    on: AuditContext,
) -> Result<Option<(String, TokenId)>> {
    let token = format!("{PREFIX}{}", random_hex(entropy));
    let stored = store.add_token(order.of(&token), on).await?;
    Ok(stored.map(|id| (token, id)))
}

/// What a token is to be.
#[derive(Clone, Debug)]
pub struct Order {
    /// What people call it; the audit trail shows it as `api:NAME`.
    pub name: String,
    /// Its owner; none when it is made on the machine itself.
    pub owner: Option<UserId>,
    /// What it may at most; `None` for all that its owner may.
    pub scopes: Option<Vec<Permission>>,
    /// Until when it works, by the wall clock.
    pub expires: Option<Timestamp>,
}

impl Order {
    /// For the machine itself: may everything and does not expire.
    pub fn of_machine(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            owner: None,
            scopes: None,
            expires: None,
        }
    }

    fn of(self, token: &str) -> NewToken {
        NewToken {
            name: self.name,
            hash: secret_hash(token),
            owner: self.owner,
            scopes: self.scopes,
            expires: self.expires,
        }
    }
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

/// The hash by which the ledger keeps and finds a secret. The time of the look-up reveals nothing of 256
/// random bits.
pub fn secret_hash(secret: &str) -> SecretHash {
    SecretHash(hash(secret))
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
