//! Reads the audit trail: timelines and searches.

use ringonce_domain::{AttemptId, Number, Timestamp};

use crate::Result;
use crate::audit::entry;
use crate::listing::{PAGE_ROWS, limit};
use crate::model::{
    AuditAbout, AuditEntry, AuditFound, AuditPlace, AuditSearch, ENTRIES_LOOKED_AT, Page,
};
use crate::row::Fields;
use crate::sql;
use crate::transaction::{Reader, Record, values};

/// Entries of a timeline at most.
const TIMELINE: u32 = 1_000;

/// The latest entries of a number, oldest first; those of one attempt only when asked.
pub(crate) async fn timeline<L: Reader>(
    reader: &mut L,
    number: Number,
    attempt: Option<AttemptId>,
) -> Result<Vec<AuditEntry>, L::Failure> {
    let rows = match attempt {
        None => {
            let given = values![number, TIMELINE, i64::MAX];
            reader.rows(sql::AUDIT_OF_NUMBER, given).await?
        }
        Some(id) => {
            let given = values![number, id, TIMELINE];
            reader.rows(sql::AUDIT_OF_ATTEMPT, given).await?
        }
    };
    let mut entries = entries_in(&rows)?;
    entries.reverse();
    Ok(entries)
}

fn entries_in(rows: &[Record]) -> Result<Vec<AuditEntry>> {
    let entries = rows.iter().map(|row| entry(&Fields::of("audit", row)));
    entries.collect()
}

/// See [`crate::Reports::find_entries`].
pub(crate) async fn find<L: Reader>(
    reader: &mut L,
    wanted: AuditSearch,
    page: &Page<AuditPlace>,
) -> Result<AuditFound, L::Failure> {
    let mut walk = Walk::new(wanted, page);
    while !walk.ended {
        let (at, seq) = (walk.before.at, walk.before.seq);
        let (statement, given) = match walk.wanted.about {
            AuditAbout::Office => (sql::AUDIT_STAFF, values![at, seq, walk.rows]),
            AuditAbout::Campaign(id) => (sql::AUDIT_OF_CAMPAIGN, values![at, seq, walk.rows, id]),
            AuditAbout::Number(number) => (sql::AUDIT_OF_NUMBER, values![number, walk.rows, seq]),
        };
        let rows = reader.rows(statement, given).await?;
        walk.take(entries_in(&rows)?);
    }
    Ok(walk.found)
}

/// Walks over entries of the audit trail, the latest first, and ends with what it has found after a bounded
/// number of them.
struct Walk {
    wanted: AuditSearch,
    limit: usize,
    before: AuditPlace,
    rows: u32,
    looked_at: usize,
    found: AuditFound,
    ended: bool,
}

impl Walk {
    /// A walk to the entries of a page.
    fn new(wanted: AuditSearch, page: &Page<AuditPlace>) -> Self {
        let last = AuditPlace {
            at: Timestamp::from_millis(i64::MAX),
            seq: i64::MAX,
        };
        let limit = limit(page);
        Self {
            rows: if wanted.actor.is_some() {
                PAGE_ROWS
            } else {
                limit + 1
            },
            wanted,
            limit: limit as usize,
            before: page.after.unwrap_or(last),
            looked_at: 0,
            found: AuditFound::default(),
            ended: false,
        }
    }

    /// Takes the rows that were read.
    fn take(&mut self, entries: Vec<AuditEntry>) {
        self.ended = entries.len() < self.rows as usize;
        for entry in entries {
            let place = AuditPlace {
                at: entry.at,
                seq: entry.seq,
            };
            let wanted = self.wanted.actor.as_deref();
            if wanted.is_none_or(|actor| *entry.actor.0 == *actor) {
                if self.found.entries.len() == self.limit {
                    (self.found.next, self.ended) = (Some(self.before), true);
                    return;
                }
                self.found.entries.push(entry);
            }
            self.before = place;
            self.looked_at += 1;
        }
        if !self.ended && self.looked_at >= ENTRIES_LOOKED_AT {
            (self.found.next, self.ended) = (Some(self.before), true);
        }
    }
}
