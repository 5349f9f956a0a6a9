//! Reads the audit trail: one chain for each process that wrote.

use ringonce_domain::Timestamp;

use super::failure::Done;
use super::session::Session;
use super::sql;
use crate::audit::{ChainHead, entry};
use crate::row::Fields;

/// Entries that are recomputed at a time.
const PAGE: i64 = 5_000;

/// Recomputes every chain: how many entries there are, or the number of the first that is wrong.
///
/// Page by page, each in a snapshot of its own: entries are only appended to chains.
pub(super) async fn verify(session: &Session) -> Done<Result<u64, i64>> {
    let (mut chain, mut head, mut entries) = (0, ChainHead::default(), 0);
    loop {
        let rows = session
            .rows(sql::AUDIT_PAGE, &[&chain, &head.place, &PAGE])
            .await?;
        for row in &rows {
            let fields = Fields::of("audit", row);
            let stored = entry(&fields)?;
            let hash = fields.hash("hash")?;
            let its_chain = fields.int("chain")?;
            if its_chain != chain {
                (chain, head) = (its_chain, ChainHead::default());
            }
            let next = head.after_stored(&stored);
            if (next.place, next.hash) != (fields.int("place")?, hash) {
                return Ok(Err(stored.seq));
            }
            head = next;
            entries += 1;
        }
        if rows.is_empty() {
            return Ok(Ok(entries));
        }
    }
}

/// The latest instant at which an entry was made.
pub(super) async fn latest_instant(session: &Session) -> Done<Option<Timestamp>> {
    let mut latest = None;
    for row in session.rows(sql::AUDIT_CHAINS_LAST, &[]).await? {
        latest = latest.max(Some(Fields::of("audit", &row).instant("at")?));
    }
    Ok(latest)
}
