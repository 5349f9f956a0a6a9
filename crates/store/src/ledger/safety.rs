//! The emergency stop, and blocked numbers.
//!
//! On PostgreSQL claims and dials share the lock [`STOP`]; stopping and re-arming take it exclusively. When
//! such a command returns, no dial is under way that does not know of it.

use ringonce_domain::settle::Signal;
use ringonce_domain::{CampaignId, Number, Safety, SafetyLimits, Stopped};
use serde_json::json;

use super::announcements;
use crate::Result;
use crate::audit::Entry;
use crate::model::AuditContext;
use crate::row::{Cells, Fields};
use crate::sql;
use crate::transaction::{Reader, Transaction, values};

/// The advisory lock of the emergency stop: the letters "ringonce" in part.
pub(crate) const STOP: i64 = 0x7269_6e67_0001;

/// The emergency stop's row.
pub(crate) fn safety_in(row: Option<&dyn Cells>) -> Result<Safety> {
    let Some(row) = row else {
        return Ok(Safety::default());
    };
    let fields = Fields::of("safety", row);
    let stopped = match fields.maybe_instant("stopped_at")? {
        Some(at) => Some(Stopped {
            at,
            reason: fields.maybe_text("stop_reason")?.unwrap_or_default(),
        }),
        None => None,
    };
    Ok(Safety {
        consecutive_failures: fields.count("consecutive_failures")?,
        duplicates: fields.count("duplicates")?,
        stopped,
    })
}

/// See [`crate::Admin::safety`].
pub(crate) async fn safety<R: Reader>(reader: &mut R) -> Result<Safety, R::Failure> {
    let row = reader.row(sql::SAFETY, values![]).await?;
    Ok(safety_in(row.as_ref().map(|row| row as _))?)
}

/// The emergency stop, which no other transaction changes meanwhile.
async fn locked<T: Transaction>(tx: &mut T) -> Result<Safety, T::Failure> {
    let row = tx.row(sql::SAFETY_LOCK, values![]).await?;
    Ok(safety_in(row.as_ref().map(|row| row as _))?)
}

async fn write<T: Transaction>(tx: &mut T, safety: &Safety) -> Result<(), T::Failure> {
    let stopped = safety.stopped.as_ref();
    let row = values![
        safety.consecutive_failures,
        safety.duplicates,
        stopped.map(|stopped| stopped.at),
        stopped.map(|stopped| &*stopped.reason),
    ];
    tx.at_end(sql::SAFETY_SET, row).await?;
    tx.know_safety(safety);
    Ok(())
}

/// A transaction's knowledge of the emergency stop.
#[derive(Default)]
pub(crate) struct Learning {
    pub(crate) safety: Safety,
    /// Whether no other transaction changes it meanwhile.
    pub(crate) locked: bool,
}

/// Counts a signal for the emergency stop, and trips it at its limit.
pub(crate) async fn learn<T: Transaction>(
    tx: &mut T,
    known: &mut Learning,
    signal: &Signal,
    limits: SafetyLimits,
    on: &AuditContext,
) -> Result<(), T::Failure> {
    if !known.safety.is_moved_by(signal) {
        return Ok(());
    }
    if !known.locked {
        *known = Learning {
            safety: locked(tx).await?,
            locked: true,
        };
        if !known.safety.is_moved_by(signal) {
            return Ok(());
        }
    }
    let was_stopped = known.safety.stopped.is_some();
    known.safety = known.safety.clone().after(signal, limits, on.now);
    write(tx, &known.safety).await?;
    match &known.safety.stopped {
        Some(stopped) if !was_stopped => {
            tx.tell_at_once();
            announcements::emergency_stop(tx, &stopped.reason, on).await?;
            let detail = json!({ "reason": stopped.reason });
            tx.audit_plain("safety.stop", &detail, on).await
        }
        _ => Ok(()),
    }
}

/// Waits for all claims and dials under way, which may not know of this transaction's change.
async fn alone<T: Transaction>(tx: &mut T) -> Result<(), T::Failure> {
    tx.lock(sql::STOP_ALONE, values![STOP]).await?;
    tx.tell_at_once();
    Ok(())
}

/// See [`crate::Admin::stop_all`]. A stop that has tripped keeps its reason.
pub(crate) async fn stop_all<T: Transaction>(
    tx: &mut T,
    reason: &str,
    on: &AuditContext,
) -> Result<(), T::Failure> {
    alone(tx).await?;
    let mut safety = locked(tx).await?;
    if safety.stopped.is_none() {
        safety.stopped = Some(Stopped {
            at: on.now,
            reason: reason.to_owned(),
        });
        announcements::emergency_stop(tx, reason, on).await?;
    }
    write(tx, &safety).await?;
    tx.audit_plain("safety.stop", &json!({ "reason": reason }), on)
        .await
}

/// See [`crate::Admin::resume_all`]. The counters start again.
pub(crate) async fn resume_all<T: Transaction>(
    tx: &mut T,
    reason: &str,
    on: &AuditContext,
) -> Result<bool, T::Failure> {
    alone(tx).await?;
    let before = locked(tx).await?;
    write(tx, &Safety::default()).await?;
    let detail = json!({ "reason": reason, "before": before });
    tx.audit_plain("safety.resume", &detail, on).await?;
    Ok(before.stopped.is_some())
}

/// See [`crate::Admin::block`]; `campaign` is the one in whose call the callee asked for it.
pub(crate) async fn block<T: Transaction>(
    tx: &mut T,
    number: Number,
    reason: &str,
    campaign: Option<CampaignId>,
    on: &AuditContext,
) -> Result<bool, T::Failure> {
    let row = values![number, on.now, reason];
    if tx.change(sql::NUMBER_BLOCK, row).await? == 0 {
        return Ok(false);
    }
    tx.audit(&Entry {
        at: on.now,
        actor: &on.by,
        event: "number.block",
        campaign,
        number: Some(number),
        attempt: None,
        detail: &json!({ "reason": reason }).to_string(),
    })
    .await?;
    Ok(true)
}
