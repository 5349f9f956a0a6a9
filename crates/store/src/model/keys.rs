//! Idempotency keys and what is known of them.

use ringonce_domain::{CampaignId, Millis, Timestamp};

/// A key in the hands of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldKey {
    /// Its caller: keys of different callers are independent.
    pub caller: String,
    /// SHA-256 of the key.
    pub key: [u8; 32],
    /// A random id of the request, which tells it from others under the same key.
    pub holder: [u8; 16],
}

/// A request under a key.
#[derive(Clone, Debug)]
pub struct KeyedRequest {
    /// The key, and the request that would hold it.
    pub key: HeldKey,
    /// SHA-256 of everything that the request says.
    pub request: [u8; 32],
    /// Until when the request would hold it.
    pub until: Timestamp,
    /// How long keys are kept.
    pub kept: Millis,
    /// How many keys a caller may have.
    pub most: u32,
}

/// What a key means for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyTurn {
    /// The request holds the key: carry it out, then release the key.
    First,
    /// Another request holds it.
    UnderWay,
    /// The request was carried out and made this campaign.
    Made(CampaignId),
    /// The key was given to another request.
    OtherRequest,
    /// The caller has as many keys as a caller may have.
    TooMany,
}
