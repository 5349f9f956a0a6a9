//! Uploaded audio.

use async_trait::async_trait;
use ringonce_domain::Timestamp;
use ringonce_domain::ids::MediaId;

use crate::Result;
use crate::model::{Actor, MediaDetail, MediaRemoved, NewMedia};

/// Uploaded audio that agents and campaigns play. A file never changes.
#[async_trait]
pub trait Media: Send + Sync {
    /// Keeps a file.
    ///
    /// # Errors
    /// [`crate::StoreError::Setting`] for one that is too long, or one too many.
    async fn add_media(&self, media: NewMedia, by: Actor, now: Timestamp) -> Result<()>;

    /// Files in use, the latest first.
    async fn all_media(&self) -> Result<Vec<MediaDetail>>;

    /// One file, archived or not.
    async fn media(&self, id: MediaId) -> Result<MediaDetail>;

    /// Up to so many bytes of a file from an offset on.
    async fn media_part(&self, id: MediaId, from: u32, length: u32) -> Result<Vec<u8>>;

    /// Deletes a file that no version of an agent and no campaign plays, and archives any other.
    async fn remove_media(&self, id: MediaId, by: Actor, now: Timestamp) -> Result<MediaRemoved>;
}
