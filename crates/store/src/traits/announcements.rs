//! What callers may ask about what people have to be told.

use async_trait::async_trait;
use ringonce_domain::Timestamp;

use crate::Result;
use crate::model::{Announcement, AnnouncementId};

/// For the instance that tells people. What has to be told is written by the transaction in which it
/// happens, so that a crash after it loses nothing; what was told and not noted is told again.
#[async_trait]
pub trait Announcements: Send + Sync {
    /// What was not told yet, the oldest first; the first [`crate::model::ANNOUNCED_AT_ONCE`].
    async fn announcements(&self) -> Result<Vec<Announcement>>;

    /// Notes that something was told. Returns whether that was not known.
    async fn announced(&self, id: AnnouncementId, now: Timestamp) -> Result<bool>;
}
