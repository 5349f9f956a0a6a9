//! The emergency stop as claims and settlements read it, together with what else they need.

use ringonce_domain::settle::Signal;
use ringonce_domain::{Safety, SafetyLimits};
use tokio_postgres::Row;

use super::failure::Done;
use super::session::Session;
use super::transaction::Reading;
use super::tx::Tx;
use crate::deed::Deed;
use crate::ledger::safety;
pub(super) use crate::ledger::safety::Learning;
use crate::model::AuditContext;

/// The columns of `safety`.
pub(super) fn safety_in(row: Option<&Row>) -> Done<Safety> {
    Ok(safety::safety_in(row.map(|row| row as _))?)
}

/// The emergency stop as it stands.
pub(super) async fn read(session: &Session) -> Done<Safety> {
    safety::safety(&mut Reading(session)).await
}

/// See [`safety::learn`]. `known` is what was read in this transaction, without or with its lock.
pub(super) async fn learn(
    tx: &mut Tx,
    known: &mut Learning,
    signal: &Signal,
    limits: SafetyLimits,
    deed: Deed<'_>,
) -> Done<()> {
    let on = AuditContext::new(deed.by.clone(), deed.now);
    safety::learn(tx, known, signal, limits, &on).await
}
