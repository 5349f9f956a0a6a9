//! Requests that may come twice, and what is known of their keys.

use ringonce_domain::{CampaignId, Millis, Timestamp};

/// A key that one request holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldKey {
    /// Whose key it is: keys of different callers have nothing to do with each other.
    pub caller: String,
    /// SHA-256 of the key.
    pub key: [u8; 32],
    /// A random name of the request, which tells it from others under the same key.
    pub holder: [u8; 16],
}

/// A request under a key.
#[derive(Clone, Debug)]
pub struct KeyedRequest {
    /// The key, as this request would hold it.
    pub key: HeldKey,
    /// SHA-256 of everything that the request says.
    pub request: [u8; 32],
    /// Until when it would be held.
    pub until: Timestamp,
    /// How long keys are kept.
    pub kept: Millis,
    /// How many a caller may have.
    pub most: u32,
}

/// What a key means for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyTurn {
    /// The request holds the key: carry it out, then release the key.
    First,
    /// Another request holds it.
    UnderWay,
    /// It was carried out, and this came of it.
    Made(CampaignId),
    /// The key was given to another request.
    OtherRequest,
    /// The caller has as many keys as a caller may have.
    TooMany,
}
