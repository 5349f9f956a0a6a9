//! The audit trail's one chain, in one file.

use ringonce_domain::Timestamp;
use rusqlite::params;

use super::failure::Done;
use super::ledger::{Ledger, View};
use super::sql;
use crate::audit::{ChainHead, Entry, entry};
use crate::row::{Fields, digits};

/// The end of the chain.
pub(super) fn head(view: &View) -> Done<ChainHead> {
    let last = view.row(sql::AUDIT_LAST, [], |row| {
        let fields = Fields::of("audit", row);
        Ok(ChainHead {
            place: fields.int("seq")?,
            hash: fields.hash("hash")?,
        })
    })?;
    Ok(last.unwrap_or_default())
}

impl Ledger {
    /// Appends an entry.
    pub(super) fn audit(&mut self, entry: &Entry<'_>) -> Done<()> {
        let head = self.known.chain.after(entry);
        self.view.execute(
            sql::AUDIT_APPEND,
            params![
                head.place,
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

/// Recomputes the chain: how many entries there are, or the place of the first that is wrong.
pub(super) fn verify(view: &View) -> Done<Result<u64, i64>> {
    let mut statement = view.prepare(sql::AUDIT_WHOLE)?;
    let mut rows = statement.query([])?;
    let mut head = ChainHead::default();
    while let Some(row) = rows.next()? {
        let fields = Fields::of("audit", row);
        let stored = entry(&fields)?;
        let next = head.after_stored(&stored);
        if (next.place, next.hash) != (stored.seq, fields.hash("hash")?) {
            return Ok(Err(stored.seq));
        }
        head = next;
    }
    Ok(Ok(head.place.unsigned_abs()))
}

/// When the last entry was made.
pub(super) fn latest_instant(view: &View) -> Done<Option<Timestamp>> {
    view.row(sql::AUDIT_LAST, [], |row| {
        Fields::of("audit", row).instant("at")
    })
}
