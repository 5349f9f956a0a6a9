//! Identifiers, one type for each kind of thing, so that none can be passed for another.
//!
//! Rows that stay internal have 64-bit ids given by the database: short to read, to type and to
//! index. An attempt's id is sent to carriers as the idempotency key that they echo, so it is a
//! `UUIDv7`: hard to guess, unique across instances and ordered by time.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Timestamp;

macro_rules! row_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

row_id! {
    /// A campaign.
    CampaignId
}
row_id! {
    /// An uploaded file of contacts.
    ListId
}
row_id! {
    /// One person on a list. Ascending in file order within a list.
    ContactId
}
row_id! {
    /// What callees hear; one id for all versions of it.
    AgentId
}
row_id! {
    /// A person who signs in.
    UserId
}
row_id! {
    /// One sign-in of a person, on one browser.
    SessionId
}
row_id! {
    /// A token for the API.
    TokenId
}
row_id! {
    /// The fencing token of a campaign's lease: grows by one with every takeover.
    Epoch
}

macro_rules! uuid_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(value_type = String))]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

macro_rules! timed {
    ($($name:ident)+) => {$(
        impl $name {
            /// A `UUIDv7` (RFC 9562) of this instant and ten random bytes.
            pub fn new(now: Timestamp, random: [u8; 10]) -> Self {
                let millis = now.as_millis().max(0).unsigned_abs();
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
            }
        }
    )+};
}

uuid_id! {
    /// One try to ring one contact; the idempotency key towards the carrier.
    AttemptId
}
uuid_id! {
    /// One run of the server process.
    InstanceId
}
uuid_id! {
    /// An uploaded file. The id alone gives access to the file, so all of it is random.
    MediaId
}

timed!(AttemptId InstanceId);

impl MediaId {
    /// A `UUIDv4` of 16 random bytes.
    pub fn new(random: [u8; 16]) -> Self {
        Self(uuid::Builder::from_random_bytes(random).into_uuid())
    }
}
