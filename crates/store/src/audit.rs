//! The audit trail of either database: each entry is sealed with the hash of everything before it in its
//! chain.
//!
//! hash(n) = SHA-256(hash(n-1) ‖ fields of n), each field with its length or presence before it, so that no
//! two entries have the same encoding. The hash before the first entry is 32 zero bytes. An embedded ledger
//! has one chain; where many processes write, each has its own, so that none waits for another's seal.

use ringonce_domain::{AttemptId, CampaignId, Number, Timestamp};
use sha2::{Digest, Sha256};

use crate::Result;
use crate::model::{Actor, AuditEntry};
use crate::row::Fields;

/// The last entry's place in its chain, and its hash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ChainHead {
    pub(crate) place: i64,
    pub(crate) hash: [u8; 32],
}

/// An entry without a place in a chain.
pub(crate) struct Entry<'a> {
    pub(crate) at: Timestamp,
    pub(crate) actor: &'a Actor,
    pub(crate) event: &'a str,
    pub(crate) campaign: Option<CampaignId>,
    pub(crate) number: Option<Number>,
    pub(crate) attempt: Option<AttemptId>,
    /// A JSON object.
    pub(crate) detail: &'a str,
}

impl ChainHead {
    /// The head once `entry` is appended.
    pub(crate) fn after(&self, entry: &Entry<'_>) -> Self {
        let place = self.place + 1;
        let mut sha = Sha256::new();
        sha.update(self.hash);
        sha.update(place.to_be_bytes());
        sha.update(entry.at.as_millis().to_be_bytes());
        text(&mut sha, &entry.actor.0);
        text(&mut sha, entry.event);
        optional(
            &mut sha,
            entry.campaign.map(|id| id.0.to_be_bytes()).as_ref(),
        );
        optional(
            &mut sha,
            entry
                .number
                .map(|number| number.digits().to_be_bytes())
                .as_ref(),
        );
        optional(&mut sha, entry.attempt.map(|id| id.0.into_bytes()).as_ref());
        text(&mut sha, entry.detail);
        Self {
            place,
            hash: sha.finalize().into(),
        }
    }

    /// The head once `stored` is appended.
    pub(crate) fn after_stored(&self, stored: &AuditEntry) -> Self {
        self.after(&Entry {
            at: stored.at,
            actor: &stored.actor,
            event: &stored.event,
            campaign: stored.campaign,
            number: stored.number,
            attempt: stored.attempt,
            detail: &stored.detail,
        })
    }
}

fn text(sha: &mut Sha256, text: &str) {
    sha.update((text.len() as u64).to_be_bytes());
    sha.update(text);
}

fn optional<const N: usize>(sha: &mut Sha256, value: Option<&[u8; N]>) {
    sha.update([u8::from(value.is_some())]);
    if let Some(bytes) = value {
        sha.update(bytes);
    }
}

/// An entry: `AUDIT_COLUMNS`.
pub(crate) fn entry(fields: &Fields<'_>) -> Result<AuditEntry> {
    Ok(AuditEntry {
        seq: fields.int("seq")?,
        at: fields.instant("at")?,
        actor: Actor::new(fields.str("actor")?),
        event: fields.text("event")?,
        campaign: fields.maybe_int("campaign_id")?.map(CampaignId),
        number: fields.maybe_number("number")?,
        attempt: fields.maybe_uuid("attempt_id")?.map(AttemptId),
        detail: fields.text("detail")?,
    })
}

/// A value as the JSON object of an entry.
pub(crate) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "{}".to_owned())
}
