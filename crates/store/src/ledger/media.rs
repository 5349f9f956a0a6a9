//! Uploaded audio, and the removal of files that agents or campaigns play.

use ringonce_domain::InvalidSetting;
use ringonce_domain::agent::Audio;
use ringonce_domain::ids::MediaId;
use serde_json::json;

use crate::model::{
    Actor, AuditContext, MAX_MEDIA, MAX_MEDIA_BYTES, MediaDetail, MediaRemoved, NewMedia,
};
use crate::row::Fields;
use crate::sql;
use crate::transaction::{Reader, Record, Transaction, values};
use crate::{Result, StoreError};

fn missing(id: MediaId) -> StoreError {
    StoreError::NotFound {
        what: "audio",
        id: id.to_string(),
    }
}

/// Refuses a file that is too long, or one too many.
fn check(media: &NewMedia, others: i64) -> Result<()> {
    let long = media.content.len();
    let problem = if long == 0 || long > MAX_MEDIA_BYTES {
        format!("is {long} bytes long; 1 to {MAX_MEDIA_BYTES} can be kept")
    } else if others >= i64::from(MAX_MEDIA) {
        format!("is one too many: {MAX_MEDIA} are kept; remove some that nobody plays")
    } else {
        return Ok(());
    };
    Err(StoreError::Setting(InvalidSetting {
        field: "file".into(),
        problem,
    }))
}

fn detail(row: &Record) -> Result<MediaDetail> {
    let fields = Fields::of("media", row);
    Ok(MediaDetail {
        id: MediaId(fields.uuid("id")?),
        name: fields.text("name")?,
        content_type: fields.text("content_type")?,
        length: fields.count("length")?,
        sha256: fields.hash("sha256")?,
        made_at: fields.instant("made_at")?,
        made_by: Actor::new(fields.str("made_by")?),
        archived_at: fields.maybe_instant("archived_at")?,
    })
}

/// See [`crate::Media::media`].
pub(crate) async fn media<R: Reader>(
    reader: &mut R,
    id: MediaId,
) -> Result<MediaDetail, R::Failure> {
    let row = reader.row(sql::MEDIA, values![id]).await?;
    Ok(detail(&row.ok_or_else(|| missing(id))?)?)
}

/// See [`crate::Media::all_media`].
pub(crate) async fn all<R: Reader>(reader: &mut R) -> Result<Vec<MediaDetail>, R::Failure> {
    let rows = reader.rows(sql::MEDIA_ALL, values![MAX_MEDIA]).await?;
    Ok(rows.iter().map(detail).collect::<Result<_>>()?)
}

/// See [`crate::Media::media_part`].
pub(crate) async fn part<R: Reader>(
    reader: &mut R,
    id: MediaId,
    from: u32,
    length: u32,
) -> Result<Vec<u8>, R::Failure> {
    // PostgreSQL counts bytes in 32 bits with a sign, and from 1.
    let place = |it: u32| i64::from(it.min(i32::MAX as u32 - 1));
    let asked = values![id, place(from) + 1, place(length)];
    let row = reader.row(sql::MEDIA_PART, asked).await?;
    let row = row.ok_or_else(|| missing(id))?;
    let bytes = Fields::of("media", &row).maybe_bytes("part")?;
    Ok(bytes.unwrap_or_default())
}

/// See [`crate::Media::add_media`].
pub(crate) async fn add<T: Transaction>(
    tx: &mut T,
    new: &NewMedia,
    on: &AuditContext,
) -> Result<(), T::Failure> {
    let count = tx.row(sql::MEDIA_COUNT, values![]).await?;
    let count = count.map(|row| Fields::of("media", &row).int("files"));
    check(new, count.transpose()?.unwrap_or(0))?;
    let row = values![
        new.id,
        &*new.name,
        new.content_type,
        new.content.len() as u64,
        new.sha256,
        on.now,
        &on.by,
        &*new.content,
    ];
    tx.at_end(sql::MEDIA_ADD, row).await?;
    let detail = json!({ "id": new.id, "name": new.name, "bytes": new.content.len() });
    tx.audit_plain("media.add", &detail, on).await
}

/// See [`crate::Media::remove_media`].
pub(crate) async fn remove<T: Transaction>(
    tx: &mut T,
    id: MediaId,
    on: &AuditContext,
) -> Result<MediaRemoved, T::Failure> {
    let found = media(tx, id).await?;
    let named = Audio::Uploaded(id).to_string();
    let used = tx.row(sql::MEDIA_USED, values![named]).await?;
    let used = used.map(|row| Fields::of("media", &row).flag("used"));
    let (how, event, changed) = if used.transpose()?.unwrap_or(true) {
        let changed = tx.change(sql::MEDIA_ARCHIVE, values![id, on.now]).await?;
        (MediaRemoved::Archived, "media.archive", changed)
    } else {
        tx.change(sql::MEDIA_REMOVE, values![id]).await?;
        (MediaRemoved::Deleted, "media.delete", 1)
    };
    if changed > 0 {
        let detail = json!({ "id": found.id, "name": found.name });
        tx.audit_plain(event, &detail, on).await?;
    }
    Ok(how)
}
