//! Uploaded audio.

use async_trait::async_trait;
use ringonce_domain::Timestamp;
use ringonce_domain::ids::MediaId;
use serde_json::Value;

use super::failure::{Done, Failure};
use super::session::Session;
use super::time::At;
use super::tx::Tx;
use super::{PostgresStore, sql, storable};
use crate::audit::Entry;
use crate::deed::Deed;
use crate::media::{self, missing};
use crate::model::{Actor, MAX_MEDIA, MediaDetail, MediaRemoved, NewMedia};
use crate::row::Fields;
use crate::{Media, Result};

#[async_trait]
impl Media for PostgresStore {
    async fn add_media(&self, new: NewMedia, by: Actor, now: Timestamp) -> Result<()> {
        transact!(self, |tx| add(tx, &new, Deed { by: &by, now }))
    }

    async fn all_media(&self) -> Result<Vec<MediaDetail>> {
        look!(self, |session| async {
            let rows = session
                .rows(sql::MEDIA_ALL, &[&i64::from(MAX_MEDIA)])
                .await?;
            let rows = rows.iter();
            let found = rows.map(|row| media::detail(&Fields::of("media", row)));
            Ok(found.collect::<Result<_>>()?)
        })
    }

    async fn media(&self, id: MediaId) -> Result<MediaDetail> {
        look!(self, |session| one(session, id))
    }

    async fn media_part(&self, id: MediaId, from: u32, length: u32) -> Result<Vec<u8>> {
        let place = |it: u32| i32::try_from(it).unwrap_or(i32::MAX);
        look!(self, |session| async {
            let from = place(from).saturating_add(1);
            let row = session
                .row(sql::MEDIA_PART, &[&id.0, &from, &place(length)])
                .await?;
            let row = row.ok_or_else(|| Failure::Store(missing(id)))?;
            let bytes = Fields::of("media", &row).maybe_bytes(0)?;
            Ok(bytes.unwrap_or_default())
        })
    }

    async fn remove_media(&self, id: MediaId, by: Actor, now: Timestamp) -> Result<MediaRemoved> {
        transact!(self, |tx| remove(tx, id, Deed { by: &by, now }))
    }
}

async fn one(session: &Session, id: MediaId) -> Done<MediaDetail> {
    let row = session.row(sql::MEDIA, &[&id.0]).await?;
    let row = row.ok_or_else(|| Failure::Store(missing(id)))?;
    Ok(media::detail(&Fields::of("media", &row))?)
}

async fn add(tx: &mut Tx, new: &NewMedia, deed: Deed<'_>) -> Done<()> {
    let count = tx.row(sql::MEDIA_COUNT, &[]).await?;
    let count = count.map(|row| Fields::of("media", &row).int(0));
    media::check(new, count.transpose()?.unwrap_or(0))?;
    let length = i64::try_from(new.content.len()).unwrap_or(i64::MAX);
    tx.execute(
        sql::MEDIA_ADD,
        &[
            &new.id.0,
            &storable(&new.name),
            &new.content_type,
            &length,
            &new.sha256.as_slice(),
            &At(deed.now),
            &storable(&deed.by.0),
            &new.content,
        ],
    )
    .await?;
    audit(tx, "media.add", &media::kept(new), deed).await
}

async fn remove(tx: &mut Tx, id: MediaId, deed: Deed<'_>) -> Done<MediaRemoved> {
    let row = tx.row(sql::MEDIA, &[&id.0]).await?;
    let row = row.ok_or_else(|| Failure::Store(missing(id)))?;
    let found = media::detail(&Fields::of("media", &row))?;
    let used = tx.row(sql::MEDIA_USED, &[&media::named(id)]).await?;
    let used = used.map(|row| Fields::of("media", &row).flag(0));
    let how = if used.transpose()?.unwrap_or(true) {
        if tx
            .execute(sql::MEDIA_ARCHIVE, &[&id.0, &At(deed.now)])
            .await?
            == 0
        {
            return Ok(MediaRemoved::Archived);
        }
        MediaRemoved::Archived
    } else {
        tx.execute(sql::MEDIA_REMOVE, &[&id.0]).await?;
        MediaRemoved::Deleted
    };
    let (event, detail) = media::removed(&found, how);
    audit(tx, event, &detail, deed).await?;
    Ok(how)
}

async fn audit(tx: &mut Tx, event: &str, detail: &Value, Deed { by, now }: Deed<'_>) -> Done<()> {
    let (campaign, number, attempt) = (None, None, None);
    tx.audit(&Entry {
        at: now,
        actor: by,
        event,
        campaign,
        number,
        attempt,
        detail: &detail.to_string(),
    })
    .await
}
