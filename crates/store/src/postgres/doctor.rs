//! Checks of a server besides its data: guards, chains of the audit trail, and settings.

use ringonce_domain::Timestamp;

use super::failure::Done;
use super::tx::Tx;
use super::{PostgresStore, audit, schema, sql};
use crate::Result;
use crate::ledger::doctor::{self, Check};
use crate::model::Finding;

/// The checks that only a server needs.
const SERVER: &[Check] = &[
    Check {
        name: "chains of the audit trail",
        statement: sql::DOCTOR_EMPTY_CHAINS,
        advice: "somebody has removed entries; compare the trail with a backup",
    },
    Check {
        name: "durability",
        statement: sql::DOCTOR_DURABILITY,
        advice: "after a crash of the server calls may be forgotten that were made, and repeated: set fsync, full_page_writes and synchronous_commit to on in postgresql.conf and reload it",
    },
    Check {
        name: "cleaning of tables",
        statement: sql::DOCTOR_AUTOVACUUM,
        advice: "calls become slower and slower: switch autovacuum on, or let it run more often (autovacuum_vacuum_cost_limit = 2000, autovacuum_naptime = 10s); run VACUUM on the table once",
    },
    Check {
        name: "long transactions",
        statement: sql::DOCTOR_OLD_TRANSACTIONS,
        advice: "while they are open nothing can be cleaned, and calls become slower: end them, or SELECT pg_terminate_backend(process)",
    },
];

/// Checks read whole tables in the order of their pages, which takes longer than a statement of a call may.
const WHOLE_TABLES: [&str; 2] = [
    "SET LOCAL statement_timeout = '1h'",
    "SET LOCAL enable_seqscan = on",
];

impl PostgresStore {
    /// See [`crate::Admin::doctor`].
    pub(super) async fn examine(&self, now: Timestamp) -> Result<Vec<Finding>> {
        transact!(self, |tx| doctor(tx, self.shown(), now))
    }
}

/// Each check reads a snapshot of its own; calls go on between them.
async fn doctor(tx: &mut Tx, shown: &str, now: Timestamp) -> Done<Vec<Finding>> {
    for setting in WHOLE_TABLES {
        tx.command(setting).await?;
    }
    let session = tx.session()?;
    let mut all = vec![
        doctor::guards(&schema::missing_guards(session, shown).await?),
        doctor::trail(audit::verify(session).await?),
    ];
    all.extend(doctor::check(tx, SERVER, now).await?);
    Ok(all)
}
