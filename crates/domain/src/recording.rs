//! How a conversation is recorded, with carriers that can.

use serde::{Deserialize, Serialize};

use crate::text::string_enum;

string_enum! {
    /// How many channels a recording has.
    "number of channels" Channels {
        /// Both sides in one.
        Mono = "mono",
        /// The callee on one, what the callee hears on the other.
        Dual = "dual",
    }
}

/// A campaign's choice about its recordings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RecordingFormat {
    /// How many channels there are.
    pub channels: Channels,
    /// True cuts silence off at the beginning and the end.
    pub trim_silence: bool,
}

impl Default for RecordingFormat {
    fn default() -> Self {
        Self {
            channels: Channels::Mono,
            trim_silence: true,
        }
    }
}
