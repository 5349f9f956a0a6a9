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
            if fields.int(9)? != chain {
                (chain, head) = (fields.int(9)?, ChainHead::default());
            }
            let next = head.after_stored(&stored);
            // The first column is the place in the chain.
            if (next.place, next.hash) != (stored.seq, fields.hash(8)?) {
                return Ok(Err(fields.int(10)?));
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
        latest = latest.max(Some(Fields::of("audit", &row).instant(2)?));
    }
    Ok(latest)
}
