//! Announcements for people.

use ringonce_domain::Timestamp;

use super::Actor;

/// Announcements that are read together.
pub const ANNOUNCED_AT_ONCE: u32 = 100;

/// Names an announcement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnnouncementId(pub i64);

/// An announcement for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Its id; later ones have larger ids.
    pub id: AnnouncementId,
    /// When it happened.
    pub at: Timestamp,
    /// Who caused it: a person, or a part of the program.
    pub by: Actor,
    /// What is announced.
    pub what: Announced,
}

/// Kinds of announcements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Announced {
    /// The emergency stop has tripped.
    EmergencyStop {
        /// Why.
        reason: String,
    },
}
