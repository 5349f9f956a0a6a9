//! What people have to be told.

use ringonce_domain::Timestamp;

use super::Actor;

/// Announcements that are read together.
pub const ANNOUNCED_AT_ONCE: u32 = 100;

/// Names an announcement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnnouncementId(pub i64);

/// Something that people have to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Its id; later ones have larger ids.
    pub id: AnnouncementId,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it: a person, or a part of the program.
    pub by: Actor,
    /// What.
    pub what: Announced,
}

/// What people are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Announced {
    /// The emergency stop has tripped.
    EmergencyStop {
        /// Why.
        reason: String,
    },
}
