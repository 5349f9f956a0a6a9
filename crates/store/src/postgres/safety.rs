//! The emergency stop's row, the numbers that are blocked for good, and what belongs to the database
//! rather than to a campaign.

use ringonce_domain::settle::Signal;
use ringonce_domain::{Region, Safety, SafetyLimits, Stopped};
use tokio_postgres::Row;

use super::failure::Done;
use super::session::Session;
use super::sql;
use super::time::at;
use super::tx::{STOP, Tx};
use crate::audit::Entry;
use crate::deed::Deed;
use crate::ledger::announcements;
use crate::row::Fields;
use crate::usual_region;

/// The columns of `safety`.
pub(super) fn safety_in(row: Option<&Row>) -> Done<Safety> {
    let Some(row) = row else {
        return Ok(Safety::default());
    };
    let fields = Fields::of("safety", row);
    let stopped = match fields.maybe_instant(3)? {
        Some(at) => Some(Stopped {
            at,
            reason: fields.maybe_text(4)?.unwrap_or_default(),
        }),
        None => None,
    };
    Ok(Safety {
        consecutive_failures: fields.count(1)?,
        duplicates: fields.count(2)?,
        stopped,
    })
}

/// The emergency stop as it stands.
pub(super) async fn read(session: &Session) -> Done<Safety> {
    safety_in(session.row(sql::SAFETY, &[]).await?.as_ref())
}

/// The emergency stop, locked for this transaction.
async fn lock(tx: &mut Tx) -> Done<Safety> {
    safety_in(tx.row(sql::SAFETY_LOCK, &[]).await?.as_ref())
}

fn write(tx: &mut Tx, safety: &Safety) {
    let stopped = safety.stopped.as_ref();
    tx.at_end(
        sql::SAFETY_SET,
        super::tx::owned![
            i64::from(safety.consecutive_failures),
            i64::from(safety.duplicates),
            at(stopped.map(|stopped| stopped.at)),
            stopped.map(|stopped| super::storable(&stopped.reason)),
        ],
    );
}

/// Lets the emergency stop learn; trips it when that is enough. `known` is what was read of it in this
/// transaction, without or with its lock.
pub(super) async fn learn(
    tx: &mut Tx,
    known: &mut Learning,
    signal: &Signal,
    limits: SafetyLimits,
    deed: Deed<'_>,
) -> Done<()> {
    if !known.safety.is_moved_by(signal) {
        return Ok(());
    }
    if !known.locked {
        *known = Learning {
            safety: lock(tx).await?,
            locked: true,
        };
        if !known.safety.is_moved_by(signal) {
            return Ok(());
        }
    }
    let was_stopped = known.safety.stopped.is_some();
    known.safety = known.safety.clone().after(signal, limits, deed.now);
    write(tx, &known.safety);
    match &known.safety.stopped {
        Some(stopped) if !was_stopped => {
            tx.tell_at_once();
            announcements::emergency_stop(tx, &stopped.reason, deed).await?;
            let detail = serde_json::json!({ "reason": stopped.reason }).to_string();
            audit(tx, "safety.stop", &detail, deed).await
        }
        _ => Ok(()),
    }
}

/// What a transaction knows of the emergency stop.
#[derive(Default)]
pub(super) struct Learning {
    pub(super) safety: Safety,
    pub(super) locked: bool,
}

/// Waits until no claim and no dial is under way that does not know what this transaction changes.
async fn alone(tx: &mut Tx) -> Done<()> {
    tx.row(sql::STOP_ALONE, &[&STOP]).await?;
    tx.tell_at_once();
    Ok(())
}

/// Trips the stop by hand; a stop that has tripped keeps its reason.
pub(super) async fn stop_all(tx: &mut Tx, reason: &str, deed: Deed<'_>) -> Done<()> {
    alone(tx).await?;
    let mut safety = lock(tx).await?;
    if safety.stopped.is_none() {
        safety.stopped = Some(Stopped {
            at: deed.now,
            reason: reason.to_owned(),
        });
        announcements::emergency_stop(tx, reason, deed).await?;
    }
    write(tx, &safety);
    let detail = serde_json::json!({ "reason": reason }).to_string();
    audit(tx, "safety.stop", &detail, deed).await
}

/// Re-arms the stop and forgets what was counted.
pub(super) async fn resume_all(tx: &mut Tx, reason: &str, deed: Deed<'_>) -> Done<bool> {
    alone(tx).await?;
    let before = lock(tx).await?;
    write(tx, &Safety::default());
    let detail = serde_json::json!({ "reason": reason, "before": before }).to_string();
    audit(tx, "safety.resume", &detail, deed).await?;
    Ok(before.stopped.is_some())
}

async fn audit(tx: &mut Tx, event: &str, detail: &str, Deed { by, now }: Deed<'_>) -> Done<()> {
    let (campaign, number, attempt) = (None, None, None);
    tx.audit(&Entry {
        at: now,
        actor: by,
        event,
        campaign,
        number,
        attempt,
        detail,
    })
    .await
}

/// See [`crate::Admin::fact`].
pub(super) async fn fact(session: &Session, name: &str) -> Done<Option<String>> {
    let row = session.row(sql::FACT, &[&name]).await?;
    Ok(match row {
        Some(row) => Some(Fields::of("facts", &row).text(1)?),
        None => None,
    })
}

/// See [`crate::Admin::fact_or_set`].
pub(super) async fn fact_or_set(tx: &mut Tx, name: &str, value: &str) -> Done<String> {
    tx.execute(sql::FACT_ADD, &[&name, &value]).await?;
    let row = tx.row(sql::FACT, &[&name]).await?;
    Ok(match row {
        Some(row) => Fields::of("facts", &row).text(1)?,
        None => value.to_owned(),
    })
}

/// Sets a named value, whatever it is: for a transaction that keeps others from reading it meanwhile.
pub(super) async fn set_fact(tx: &mut Tx, name: &str, value: &str) -> Done<()> {
    tx.execute(sql::FACT_SET, &[&name, &value]).await?;
    Ok(())
}

fn region_in(row: Option<&Row>) -> Done<Option<Region>> {
    let region = row.map(|row| usual_region::read(row)).transpose()?;
    Ok(region.flatten())
}

/// See [`crate::Admin::usual_region`].
pub(super) async fn usual_region(session: &Session) -> Done<Option<Region>> {
    region_in(
        session
            .row(sql::FACT, &[&usual_region::FACT])
            .await?
            .as_ref(),
    )
}

/// See [`crate::Admin::set_usual_region`].
pub(super) async fn set_usual_region(
    tx: &mut Tx,
    region: Option<Region>,
    deed: Deed<'_>,
) -> Done<bool> {
    // A row that is not there cannot be locked; an empty one says the same.
    let name: super::session::Params<'_> = &[&usual_region::FACT];
    tx.execute(sql::FACT_ADD, &[&usual_region::FACT, &""])
        .await?;
    let before = region_in(tx.row(sql::FACT_LOCK, name).await?.as_ref())?;
    if before == region {
        return Ok(false);
    }
    set_fact(tx, usual_region::FACT, &usual_region::value(region)).await?;
    let detail = usual_region::detail(before, region);
    tx.audit(&usual_region::entry(&detail, deed)).await?;
    Ok(true)
}
