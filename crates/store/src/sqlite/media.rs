//! Uploaded audio.

use async_trait::async_trait;
use ringonce_domain::Timestamp;
use ringonce_domain::ids::MediaId;
use rusqlite::params;
use serde_json::Value;

use super::failure::Done;
use super::ledger::{Ledger, View};
use super::writer::Lane::Hot;
use super::{SqliteStore, sql};
use crate::audit::Entry;
use crate::deed::Deed;
use crate::media::{self, missing};
use crate::model::{Actor, MAX_MEDIA, MediaDetail, MediaRemoved, NewMedia};
use crate::row::Fields;
use crate::{Media, Result};

#[async_trait]
impl Media for SqliteStore {
    async fn add_media(&self, new: NewMedia, by: Actor, now: Timestamp) -> Result<()> {
        self.write(Hot, move |ledger| {
            let count = ledger
                .view
                .row(sql::MEDIA_COUNT, [], |row| Fields::of("media", row).int(0))?;
            media::check(&new, count.unwrap_or(0))?;
            let length = i64::try_from(new.content.len()).unwrap_or(i64::MAX);
            let row = params![
                new.id.0.into_bytes(),
                new.name,
                new.content_type,
                length,
                new.sha256,
                now.as_millis(),
                by.0,
                new.content
            ];
            ledger.view.execute(sql::MEDIA_ADD, row)?;
            audit(
                ledger,
                "media.add",
                &media::kept(&new),
                Deed { by: &by, now },
            )
        })
        .await
    }

    async fn all_media(&self) -> Result<Vec<MediaDetail>> {
        self.read(move |view| {
            view.rows(sql::MEDIA_ALL, params![MAX_MEDIA], |row| {
                media::detail(&Fields::of("media", row))
            })
        })
        .await
    }

    async fn media(&self, id: MediaId) -> Result<MediaDetail> {
        self.read(move |view| one(view, id)).await
    }

    async fn media_part(&self, id: MediaId, from: u32, length: u32) -> Result<Vec<u8>> {
        self.read(move |view| {
            let params = params![id.0.into_bytes(), i64::from(from) + 1, length];
            let found = view.row(sql::MEDIA_PART, params, |row| {
                Fields::of("media", row).maybe_bytes(0)
            })?;
            Ok(found.ok_or_else(|| missing(id))?.unwrap_or_default())
        })
        .await
    }

    async fn remove_media(&self, id: MediaId, by: Actor, now: Timestamp) -> Result<MediaRemoved> {
        self.write(Hot, move |ledger| {
            let found = one(&ledger.view, id)?;
            let is_used = ledger
                .view
                .row(sql::MEDIA_USED, [media::named(id)], |row| {
                    Fields::of("media", row).flag(0)
                })?;
            let how = if is_used.unwrap_or(true) {
                let row = params![id.0.into_bytes(), now.as_millis()];
                if ledger.view.execute(sql::MEDIA_ARCHIVE, row)? == 0 {
                    return Ok(MediaRemoved::Archived);
                }
                MediaRemoved::Archived
            } else {
                ledger
                    .view
                    .execute(sql::MEDIA_REMOVE, [id.0.into_bytes()])?;
                MediaRemoved::Deleted
            };
            let (event, detail) = media::removed(&found, how);
            audit(ledger, event, &detail, Deed { by: &by, now })?;
            Ok(how)
        })
        .await
    }
}

fn one(view: &View, id: MediaId) -> Done<MediaDetail> {
    let found = view.row(sql::MEDIA, [id.0.into_bytes()], |row| {
        media::detail(&Fields::of("media", row))
    })?;
    found.ok_or_else(|| missing(id).into())
}

fn audit(ledger: &mut Ledger, event: &str, detail: &Value, deed: Deed<'_>) -> Done<()> {
    ledger.audit(&Entry {
        at: deed.now,
        actor: deed.by,
        event,
        campaign: None,
        number: None,
        attempt: None,
        detail: &detail.to_string(),
    })
}
