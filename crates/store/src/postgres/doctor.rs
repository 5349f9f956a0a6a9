//! What may be wrong with the data, the schema and the server, looked at from as many sides as there
//! are promises.

use ringonce_domain::Timestamp;
use tokio_postgres::Row;

use super::failure::{Done, Failure};
use super::session::{Params, Session};
use super::time::At;
use super::tx::Tx;
use super::{audit, schema, sql};
use crate::Result;
use crate::findings::{self, ABANDONED, Check, ORPHANS, checks, finding};
use crate::model::Finding;
use crate::row::Fields;

const CHECKS: &[Check] = checks!(sql);

/// What only a server can get wrong.
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

/// Whole tables are read: that takes longer than any statement of a call may.
const UNHURRIED: &str = "SET LOCAL statement_timeout = '1h'";

/// See [`crate::Admin::doctor`]. Every check sees one moment; calls go on between them.
pub(super) async fn doctor(tx: &mut Tx, shown: &str, now: Timestamp) -> Done<Vec<Finding>> {
    tx.command(UNHURRIED).await?;
    let session = tx.session()?;
    let mut all = vec![
        findings::guards(&schema::missing_guards(session, shown).await?),
        findings::trail(audit::verify(session).await?),
        settings(session).await?,
    ];
    for check in CHECKS.iter().chain(SERVER) {
        all.push(checked(session, check, &[]).await?);
    }
    let orphans = Check {
        statement: sql::DOCTOR_ORPHANS,
        ..ORPHANS
    };
    all.push(checked(session, &orphans, &[&At(now - ABANDONED)]).await?);
    Ok(all)
}

async fn checked(session: &Session, check: &Check, params: Params<'_>) -> Done<Finding> {
    let rows = session.rows(check.statement, params).await?;
    let wrong = rows
        .iter()
        .map(|row: &Row| Fields::of("doctor", row).text(0));
    Ok(finding(
        check.name,
        &wrong.collect::<Result<Vec<_>>>()?,
        check.advice,
    ))
}

async fn settings(session: &Session) -> Done<Finding> {
    let mut unreadable = Vec::new();
    for row in session.rows(sql::CAMPAIGN_IDS, &[]).await? {
        let id = Fields::of("campaigns", &row).campaign(0)?;
        match session.settings_of(id).await {
            Err(Failure::Store(error)) => unreadable.push(error.to_string()),
            other => drop(other?),
        }
    }
    Ok(findings::settings(&unreadable))
}
