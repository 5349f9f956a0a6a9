//! The audit trail: append-only, each entry sealed with the hash of everything before it.
//!
//! hash(n) = SHA-256(hash(n-1) ‖ fields of n), each field with its length or presence before it, so
//! that no two entries have the same encoding. The hash before the first entry is 32 zero bytes.

use ringonce_domain::{AttemptId, CampaignId, Number, Timestamp};
use rusqlite::params;
use sha2::{Digest, Sha256};

use super::failure::Done;
use super::fields::{Fields, digits};
use super::ledger::{Ledger, View};
use super::sql;
use crate::model::{Actor, AuditEntry};

/// The last entry's place and hash.
#[derive(Clone, Debug, Default)]
pub(super) struct ChainHead {
    seq: i64,
    hash: [u8; 32],
}

/// An entry before it has a place.
pub(super) struct Entry<'a> {
    pub(super) at: Timestamp,
    pub(super) actor: &'a Actor,
    pub(super) event: &'a str,
    pub(super) campaign: Option<CampaignId>,
    pub(super) number: Option<Number>,
    pub(super) attempt: Option<AttemptId>,
    /// A JSON object.
    pub(super) detail: &'a str,
}

impl ChainHead {
    pub(super) fn read(view: &View) -> Done<Self> {
        let last = view.row(sql::AUDIT_LAST, [], |row| {
            let fields = Fields::of("audit", row);
            Ok(Self {
                seq: fields.int(0)?,
                hash: fields.hash(1)?,
            })
        })?;
        Ok(last.unwrap_or_default())
    }

    fn after(&self, entry: &Entry<'_>) -> Self {
        let seq = self.seq + 1;
        let mut sha = Sha256::new();
        sha.update(self.hash);
        sha.update(seq.to_be_bytes());
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
            seq,
            hash: sha.finalize().into(),
        }
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

impl Ledger {
    /// Appends an entry.
    pub(super) fn audit(&mut self, entry: &Entry<'_>) -> Done<()> {
        let head = self.known.chain.after(entry);
        self.view.execute(
            sql::AUDIT_APPEND,
            params![
                head.seq,
                entry.at.as_millis(),
                &*entry.actor.0,
                entry.event,
                entry.campaign.map(|id| id.0),
                entry.number.map(digits),
                entry.attempt.map(|id| id.0.into_bytes()),
                entry.detail,
                head.hash,
            ],
        )?;
        self.known.chain = head;
        Ok(())
    }
}

/// The place and hash of an entry as stored.
fn entry(fields: Fields<'_>) -> Done<AuditEntry> {
    Ok(AuditEntry {
        seq: fields.int(0)?,
        at: fields.instant(1)?,
        actor: Actor::new(fields.str(2)?),
        event: fields.text(3)?,
        campaign: fields.maybe_int(4)?.map(CampaignId),
        number: fields.maybe_number(5)?,
        attempt: fields.maybe_uuid(6)?.map(AttemptId),
        detail: fields.text(7)?,
    })
}

/// The latest `limit` entries of a number, oldest first; those of one attempt only when asked.
pub(super) fn timeline(
    view: &View,
    number: Number,
    attempt: Option<AttemptId>,
    limit: u32,
) -> Done<Vec<AuditEntry>> {
    let mut entries = match attempt {
        None => view.rows(
            sql::AUDIT_OF_NUMBER,
            params![digits(number), limit],
            |row| entry(Fields::of("audit", row)),
        )?,
        Some(id) => view.rows(
            sql::AUDIT_OF_ATTEMPT,
            params![digits(number), id.0.into_bytes(), limit],
            |row| entry(Fields::of("audit", row)),
        )?,
    };
    entries.reverse();
    Ok(entries)
}

/// Recomputes the chain: how many entries there are, or the place of the first that is wrong.
pub(super) fn verify(view: &View) -> Done<Result<u64, i64>> {
    let mut statement = view.prepare(sql::AUDIT_WHOLE)?;
    let mut rows = statement.query([])?;
    let mut head = ChainHead::default();
    while let Some(row) = rows.next()? {
        let fields = Fields::of("audit", row);
        let stored = entry(fields)?;
        let next = head.after(&Entry {
            at: stored.at,
            actor: &stored.actor,
            event: &stored.event,
            campaign: stored.campaign,
            number: stored.number,
            attempt: stored.attempt,
            detail: &stored.detail,
        });
        if (next.seq, next.hash) != (stored.seq, fields.hash(8)?) {
            return Ok(Err(stored.seq));
        }
        head = next;
    }
    Ok(Ok(head.seq.unsigned_abs()))
}

/// When the last entry was made.
pub(super) fn latest_instant(view: &View) -> Done<Option<Timestamp>> {
    view.row(sql::AUDIT_LAST, [], |row| {
        Fields::of("audit", row).instant(2)
    })
}
