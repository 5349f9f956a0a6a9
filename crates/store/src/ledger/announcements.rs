//! Announcements for people: an outbox, written in the transaction that causes them.

use ringonce_domain::Timestamp;

use crate::model::{
    ANNOUNCED_AT_ONCE, Actor, Announced, Announcement, AnnouncementId, AuditContext,
};
use crate::row::Fields;
use crate::transaction::{Reader, Record, Transaction, values};
use crate::{Result, sql};

/// The kind of a stop in the ledger.
const EMERGENCY_STOP: &str = "emergency_stop";

/// Announces a stop, in the transaction that trips it.
pub(crate) async fn emergency_stop<T: Transaction>(
    tx: &mut T,
    reason: &str,
    on: &AuditContext,
) -> Result<(), T::Failure> {
    let told = values![EMERGENCY_STOP, on.now, &on.by, reason];
    tx.at_end(sql::ANNOUNCEMENT_ADD, told).await
}

/// See [`crate::Announcements::announcements`].
pub(crate) async fn waiting<R: Reader>(reader: &mut R) -> Result<Vec<Announcement>, R::Failure> {
    let rows = reader
        .rows(sql::ANNOUNCEMENTS_WAITING, values![ANNOUNCED_AT_ONCE])
        .await?;
    let all = rows.iter().map(announcement);
    Ok(all.collect::<Result<_>>()?)
}

fn announcement(row: &Record) -> Result<Announcement> {
    let fields = Fields::of("announcements", row);
    let what = match fields.str("kind")? {
        EMERGENCY_STOP => Announced::EmergencyStop {
            reason: fields.text("reason")?,
        },
        _ => return Err(fields.corrupt("kind", &"it is no kind of announcement")),
    };
    Ok(Announcement {
        id: AnnouncementId(fields.int("id")?),
        at: fields.instant("at")?,
        by: Actor::new(fields.text("actor")?),
        what,
    })
}

/// See [`crate::Announcements::announced`].
pub(crate) async fn told<T: Transaction>(
    tx: &mut T,
    id: AnnouncementId,
    now: Timestamp,
) -> Result<bool, T::Failure> {
    Ok(tx
        .change(sql::ANNOUNCEMENT_TOLD, values![id.0, now])
        .await?
        == 1)
}
