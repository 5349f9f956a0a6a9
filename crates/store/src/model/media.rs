//! Audio that agents play, as the ledger keeps it.

use ringonce_domain::Timestamp;
use ringonce_domain::ids::MediaId;

use super::Actor;

/// Bytes of an uploaded file at most.
pub const MAX_MEDIA_BYTES: usize = 10 << 20;
/// Uploaded files in use at most.
pub const MAX_MEDIA: u32 = 500;

/// A file to be stored.
#[derive(Clone, Debug)]
pub struct NewMedia {
    /// Its id.
    pub id: MediaId,
    /// Its name.
    pub name: String,
    /// Its type, found from its content.
    pub content_type: &'static str,
    /// Its SHA-256.
    pub sha256: [u8; 32],
    /// Its content.
    pub content: Vec<u8>,
}

/// An uploaded file, without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaDetail {
    /// Its id.
    pub id: MediaId,
    /// Its name.
    pub name: String,
    /// Its type, such as `audio/mpeg`.
    pub content_type: String,
    /// How many bytes it has.
    pub length: u64,
    /// Its SHA-256.
    pub sha256: [u8; 32],
    /// When it was uploaded.
    pub made_at: Timestamp,
    /// Who uploaded it.
    pub made_by: Actor,
    /// When it was archived: agents that play it still do, and no other is offered it.
    pub archived_at: Option<Timestamp>,
}

/// The result of a removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaRemoved {
    /// It is deleted.
    Deleted,
    /// An agent or a campaign plays it, so it was only archived.
    Archived,
}
