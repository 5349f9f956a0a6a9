//! Recordings of calls, as the ledger knows them. The archive has the audio.

use std::fmt;
use std::str::FromStr;

use ringonce_domain::{AttemptId, CampaignId, Timestamp};
use serde::{Deserialize, Serialize};

/// The state of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum RecordingState {
    /// To be fetched from the carrier.
    Wanted,
    /// Fetched, checked and kept.
    Stored,
    /// Given up: the carrier did not give it in time.
    Missing,
    /// It was stored, and its time is over.
    Removed,
}

impl RecordingState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Wanted, Self::Stored, Self::Missing, Self::Removed];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wanted => "wanted",
            Self::Stored => "stored",
            Self::Missing => "missing",
            Self::Removed => "removed",
        }
    }
}

impl fmt::Display for RecordingState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for RecordingState {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|it| it.as_str() == word);
        found.ok_or_else(|| {
            format!("`{word}` is no state of a recording: wanted, stored, missing or removed")
        })
    }
}

/// A recording that is to be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedRecording {
    /// The attempt.
    pub attempt: AttemptId,
    /// The carrier's name.
    pub carrier: String,
    /// Its name for the call.
    pub call_id: String,
    /// Its name for the recording; `None` while only the call is known.
    pub recording_id: Option<String>,
    /// How long it is, if the carrier said.
    pub seconds: Option<u32>,
}

/// A recording as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRecording {
    /// Its name in the archive.
    pub path: String,
    /// Its type, such as `audio/x-wav`.
    pub content_type: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// Their SHA-256.
    pub sha256: [u8; 32],
    /// How long it is, if that is known.
    pub seconds: Option<u32>,
    /// When to remove it at the carrier, if at all.
    pub remove_there_at: Option<Timestamp>,
}

/// A recording that the ledger knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptRecording {
    /// Its place among all.
    pub id: i64,
    /// Its campaign.
    pub campaign: CampaignId,
    /// The recording that was expected.
    pub wanted: WantedRecording,
    /// Its state.
    pub state: RecordingState,
    /// How many bytes it has, once stored.
    pub bytes: Option<u64>,
    /// Their SHA-256, once stored.
    pub sha256: Option<[u8; 32]>,
    /// Its name in the archive, once stored.
    pub path: Option<String>,
    /// Its type, once stored.
    pub content_type: Option<String>,
    /// Failed tries since it was expected, or since it was stored.
    pub tries: u32,
    /// When its next step is due: fetching it, or removing it at the carrier.
    pub next_try_at: Option<Timestamp>,
    /// Why the last try failed.
    pub fault: Option<String>,
    /// Since when it is expected.
    pub wanted_at: Timestamp,
    /// When it was stored.
    pub stored_at: Option<Timestamp>,
    /// When it was removed.
    pub removed_at: Option<Timestamp>,
}
