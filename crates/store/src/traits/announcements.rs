//! Announcements for people.

use async_trait::async_trait;
use ringonce_domain::Timestamp;

use crate::Result;
use crate::model::{Announcement, AnnouncementId};

/// Announcements, for the instance that sends them. The transaction that causes one writes it, so that a
/// crash afterwards loses nothing; one that was sent and not noted is sent again.
#[async_trait]
pub trait Announcements: Send + Sync {
    /// Announcements that were not sent yet, the oldest first; the first [`crate::model::ANNOUNCED_AT_ONCE`].
    async fn announcements(&self) -> Result<Vec<Announcement>>;

    /// Notes that an announcement was sent. Returns whether that is new.
    async fn announced(&self, id: AnnouncementId, now: Timestamp) -> Result<bool>;
}
