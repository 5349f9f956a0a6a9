//! Uploaded audio: each method is one rule.

use async_trait::async_trait;
use ringonce_domain::Timestamp;
use ringonce_domain::ids::MediaId;

use super::DriverStore;
use crate::ledger::media;
use crate::model::{Actor, AuditContext, MediaDetail, MediaRemoved, NewMedia};
use crate::{Media, Result};

#[async_trait]
impl Media for DriverStore {
    async fn add_media(&self, new: NewMedia, by: Actor, now: Timestamp) -> Result<()> {
        let on = AuditContext::new(by, now);
        transact!(self, |tx| media::add(tx, &new, &on))
    }

    async fn all_media(&self) -> Result<Vec<MediaDetail>> {
        read!(self, |reader| media::all(reader))
    }

    async fn media(&self, id: MediaId) -> Result<MediaDetail> {
        read!(self, |reader| media::media(reader, id))
    }

    async fn media_part(&self, id: MediaId, from: u32, length: u32) -> Result<Vec<u8>> {
        read!(self, |reader| media::part(reader, id, from, length))
    }

    async fn remove_media(&self, id: MediaId, by: Actor, now: Timestamp) -> Result<MediaRemoved> {
        let on = AuditContext::new(by, now);
        transact!(self, |tx| media::remove(tx, id, &on))
    }
}
