//! Announcements for people: each method is one rule.

use async_trait::async_trait;
use ringonce_domain::Timestamp;

use super::DriverStore;
use crate::ledger::announcements;
use crate::model::{Announcement, AnnouncementId};
use crate::{Announcements, Result};

#[async_trait]
impl Announcements for DriverStore {
    async fn announcements(&self) -> Result<Vec<Announcement>> {
        read!(self, |reader| announcements::waiting(reader))
    }

    async fn announced(&self, id: AnnouncementId, now: Timestamp) -> Result<bool> {
        transact!(self, |tx| announcements::told(tx, id, now))
    }
}
